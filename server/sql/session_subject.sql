-- session_subject: $1 text sample actor, $2 int8 seconds to live -> session. Role app_service; the function exists only
-- where the sample province is loaded.
SELECT session FROM session_subject($1, $2::bigint::int);
