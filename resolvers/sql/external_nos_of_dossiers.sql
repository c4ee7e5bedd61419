-- external_nos_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, external_no of those that have one. Whoever is shown a
-- dossier has been noted by the statement that showed it. Lane quick.
SELECT p.no - 1 AS parent_no, d.external_no
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
 WHERE d.external_no IS NOT NULL
 ORDER BY p.no;
