-- end_session: $1 text session (NULL: the caller's own) -> failure, id, public_id, seq, problems. What is no UUID is
-- nobody's. Lane write; roles app_citizen, app_officer.
SELECT failure, id, public_id, seq, problems
  FROM end_session(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid
                        WHEN $1::text IS NOT NULL THEN '00000000-0000-0000-0000-000000000000'::uuid END);
