-- withdraw_proposal: $1 text proposal -> failure, id, public_id, seq, problems. What is no UUID is no proposal. Lane write;
-- role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM withdraw_proposal(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
