-- withdraw_role: $1 text grant -> failure, id, public_id, seq, problems. What is no UUID is none. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM withdraw_role(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
