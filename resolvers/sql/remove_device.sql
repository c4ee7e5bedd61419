-- remove_device: $1 text public id -> failure, id, public_id, seq, problems. What is no UUID is nobody's. Lane write.
SELECT failure, device_id AS id, public_id, 0 AS seq, problems
  FROM remove_device(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
