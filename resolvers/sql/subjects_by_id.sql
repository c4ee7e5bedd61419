-- subjects_by_id: $1 int8[] ids in parent order -> parent_no, public_id, name, kind. Lane quick.
SELECT p.no - 1 AS parent_no, s.public_id, s.name, s.kind
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN subject s ON s.id = p.id
 ORDER BY p.no;
