-- revoke_partner_key: $1 text key -> failure, id, public_id, seq, problems. What is no UUID is nobody's. Lane write; roles
-- app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM revoke_partner_key(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
