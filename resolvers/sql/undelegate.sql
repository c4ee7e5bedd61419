-- undelegate: $1 text delegation -> failure, id, public_id, seq, problems. Lane write; roles app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM undelegate(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
