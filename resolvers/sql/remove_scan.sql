-- remove_scan: $1 text code, $2 text paper -> failure, id, public_id (of the paper), seq, problems. A paper that is no UUID is none. Lane
-- write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM remove_scan($1, CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END);
