-- refresh_session: $1 uuid session, $2 int8 generation of the token -> failure, session, generation (of the next one).
-- Role app_service.
SELECT failure, session, generation FROM refresh_session($1, $2::bigint::int);
