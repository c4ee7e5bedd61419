-- remove_result: $1 text result -> failure, id, public_id, seq, problems. What is no UUID is nobody's. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM remove_result(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
