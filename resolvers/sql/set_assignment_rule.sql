-- set_assignment_rule: $1 text code of a procedure or NULL, $2 text kind or NULL, $3 text officer or NULL -> failure, id, public_id, seq, problems.
-- What is no UUID is no officer. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM set_assignment_rule($1, $2, CASE WHEN $3::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $3::text::uuid END);
