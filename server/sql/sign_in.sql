-- sign_in: $1 text identity (JSON, see the function), $2 bytea SHA-256 of code and verifier, $3 bytea sealed personal
-- number, $4 bytea its blind index -> failure, session. Role app_service.
SELECT failure, session FROM sign_in($1::text::jsonb, $2, $3, $4);
