-- rotate_webhook_secret: $1 text endpoint, $2 text id of the new secret, $3 bytea sealed -> failure, id, public_id, seq, problems.
-- Lane write; roles app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM rotate_webhook_secret(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END,
                             $2::text::uuid, $3);
