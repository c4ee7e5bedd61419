-- result_imports_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, at, lines, listed, known of the viewer's agencies,
-- when it keeps their inventory. Lane quick; role app_officer.
SELECT w.no - 1 AS parent_no, i.id, i.public_id, i.at, i.lines, i.listed, i.known
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN result_import i ON i.id = w.id AND i.agency = ANY ((SELECT agencies())::bigint[])
 ORDER BY w.no;
