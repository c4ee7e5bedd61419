-- update_webhook_endpoint: $1 text id, $2 text url, $3 text[] kinds, $4 text state, $5 text description (NULL each: as it is) ->
-- failure, id, public_id, seq, problems. Lane write; roles app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM update_webhook_endpoint(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END,
                               $2, $3::text[], $4, $5);
