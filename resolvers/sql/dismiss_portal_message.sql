-- dismiss_portal_message: $1 text message, $2 text reason -> failure, id, public_id, seq, problems. What is no UUID is no message. Lane write; role
-- app_officer.
SELECT failure, id, public_id, seq, problems
  FROM dismiss_portal_message(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END, $2);
