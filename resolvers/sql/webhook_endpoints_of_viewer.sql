-- webhook_endpoints_of_viewer: -> parent_no (0), id, client_id, environment, url, kinds (with blanks between), description, state,
-- created_at, disabled_at, former_secret_until of the endpoints that are not removed, of the partner or of the organisations
-- the person administers; the latest first; add_webhook_endpoint keeps them to 10 each. Lane quick; roles app_citizen, app_partner.
SELECT 0::int8 AS parent_no, e.id, s.public_id AS client_id, e.environment, e.url, array_to_string(e.kinds, ' ') AS kinds,
       e.description, e.state, e.created_at, e.disabled_at,
       (SELECT k.until FROM webhook_secret k WHERE k.endpoint = e.id AND k.until > now()) AS former_secret_until
  FROM webhook_endpoint e JOIN subject s ON s.id = e.partner
 WHERE e.partner = ANY ((SELECT subjects() || me())::int8[]) AND e.removed_at IS NULL
 ORDER BY e.no DESC
 LIMIT 100;
