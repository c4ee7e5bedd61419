-- sign_in_find: $1 bytea SHA-256 of code and verifier, $2 text CITIZENS or OFFICERS, $3 text issuer, $4 text its subject,
-- $5 bytea blind index of the personal number -> session (of that code, opened a moment ago), public_id (of whom it is).
-- Role app_service.
SELECT session, public_id FROM sign_in_find($1, $2, $3, $4, $5);
