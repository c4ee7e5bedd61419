-- grant_role: $1 text officer, $2 text role, $3 timestamptz from (NULL: now), $4 timestamptz until (NULL: none) -> failure,
-- id, public_id, seq, problems. What is no UUID is nobody. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM grant_role(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END,
                  $2, $3, $4);
