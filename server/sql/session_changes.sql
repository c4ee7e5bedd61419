-- session_changes: $1 int8 seconds -> sessions ended and rights changed since then, oldest first. Role app_service.
SELECT no, session, principal, epoch FROM session_changes($1::bigint::int);
