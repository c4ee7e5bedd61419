-- partner_keys_by_no: $1 int8[] numbers -> parent_no and the columns of partner_keys_of_viewer, also of a key that counts no
-- more. Lane quick; roles app_citizen, app_partner.
SELECT w.parent_no - 1 AS parent_no, k.id, s.public_id AS client_id, k.kid, k.environment,
       array_to_string(k.scopes, ' ') AS scopes, k.created_at, k.expires_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN partner_key k ON k.no = w.no
  JOIN subject s ON s.id = k.partner
 ORDER BY w.parent_no;
