-- substitute_officer: $1 text absent officer, $2 text substitute, $3 timestamptz from (NULL: now), $4 timestamptz until,
-- $5 bool with administration -> failure, id, public_id, seq, problems. What is no UUID is nobody. Lane write; role
-- app_officer.
SELECT failure, id, public_id, seq, problems
  FROM substitute_officer(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END,
                          CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END,
                          $3, $4, $5);
