-- delegate: $1 text from (NULL: the viewer), $2 text to, $3 text procedure code (NULL: all), $4 text purpose, $5 timestamptz until
-- -> failure, id, public_id, seq, problems. A from that is no UUID is nobody's, as is the nil one. Lane write; role app_citizen.
SELECT failure, id, public_id, seq, problems
  FROM delegate(CASE WHEN $1::text IS NULL THEN NULL ELSE coalesce(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END, '00000000-0000-0000-0000-000000000000') END,
                CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END, $3::text, $4::text, $5::timestamptz);
