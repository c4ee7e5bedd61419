-- share_dossier: $1 text code, $2 text to whom, $3 text[] fields, $4 text purpose, $5 timestamptz until -> failure, id, public_id,
-- seq, problems. What is no UUID is nobody. Lane write; role app_citizen.
SELECT failure, id, public_id, seq, problems
  FROM share_dossier($1::text, CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END, $3::text[], $4::text, $5::timestamptz);
