-- cases_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, code, name, name_en, limit_amount, limit_unit (NULL: as the
-- procedure's) of the case of each that has one. Whoever is shown a dossier has been noted by the statement that showed it. Lane quick.
SELECT p.no - 1 AS parent_no, c.code, c.name_vi AS name, c.name_en, c.limit_amount, c.limit_unit
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
  JOIN procedure_case c ON c.id = d.procedure_case
 ORDER BY p.no;
