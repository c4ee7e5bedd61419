-- partner_session: $1 text key (uuid), $2 text scopes with blanks between -> failure, session, scopes. Role app_service.
SELECT failure, session, scopes FROM partner_session($1::text::uuid, $2);
