-- check_result: $1 text result, $2 bool does the scan fit, $3 text why not, $4 bytea blind index of the holder's personal number
-- on it or NULL, $5 text the holder's tax code on it or NULL -> failure, id, public_id, seq, problems. What is no UUID is
-- nobody's. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM check_result(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END, $2, $3::text, $4::bytea, $5::text);
