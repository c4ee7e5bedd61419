-- officers_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, name. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, o.id, o.public_id, o.name
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN officer o ON o.id = p.id
 ORDER BY p.no;
