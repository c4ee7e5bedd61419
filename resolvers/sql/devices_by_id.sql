-- devices_by_id: $1 int8[] ids in parent order -> parent_no, public_id, kind, registered_at. Lane quick.
SELECT p.no - 1 AS parent_no, d.public_id, d.kind, d.registered_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN device d ON d.id = p.id
 ORDER BY p.no;
