-- attach_result_scan: $1 text result, $2 text upload -> failure, id, public_id, seq, problems. What is no UUID is nobody's. Lane
-- write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM attach_result_scan(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END,
                          CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END);
