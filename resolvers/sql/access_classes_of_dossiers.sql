-- access_classes_of_dossiers: $1 int8[] ids in parent order -> parent_no, access_class. Lane quick.
SELECT p.no - 1 AS parent_no, d.access_class
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
 ORDER BY p.no;
