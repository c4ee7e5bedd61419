-- partner_keys_of_viewer: -> parent_no (0), id, client_id, kid, environment, scopes (with blanks between), created_at, expires_at of the
-- keys that count of the partner, or of the organisations the person has a seat in; the latest first; add_partner_key
-- keeps them to 20 each. Lane quick; roles app_citizen, app_partner.
SELECT 0::int8 AS parent_no, k.id, s.public_id AS client_id, k.kid, k.environment, array_to_string(k.scopes, ' ') AS scopes, k.created_at, k.expires_at
  FROM partner_key k JOIN subject s ON s.id = k.partner
 WHERE k.revoked_at IS NULL AND k.expires_at > now()
 ORDER BY k.created_at DESC, k.id
 LIMIT 100;
