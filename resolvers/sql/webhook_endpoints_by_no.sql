-- webhook_endpoints_by_no: $1 int8[] numbers -> parent_no and the columns of webhook_endpoints_of_viewer, also of a removed one.
-- Lane quick; roles app_citizen, app_partner.
SELECT w.parent_no - 1 AS parent_no, e.id, s.public_id AS client_id, e.environment, e.url,
       array_to_string(e.kinds, ' ') AS kinds, e.description, e.state, e.created_at, e.disabled_at,
       (SELECT k.until FROM webhook_secret k WHERE k.endpoint = e.id AND k.until > now()) AS former_secret_until
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN webhook_endpoint e ON e.no = w.no
  JOIN subject s ON s.id = e.partner
 ORDER BY w.parent_no;
