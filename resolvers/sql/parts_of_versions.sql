-- parts_of_versions: $1 int8[] versions of procedures in parent order, $2 text case (NULL: all) -> parent_no, code, case_code,
-- name, name_en, originals, copies, required, database and reason, in Vietnamese and English (NULL: it is asked); those of
-- the case and of all cases, in their order. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT (w.no - 1)::int8 AS parent_no, p.code, c.code AS case_code, p.name_vi AS name, p.name_en, p.originals, p.copies,
       p.required, p.database_vi AS database, p.database_en, p.reason_vi AS reason, p.reason_en
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(version, no)
  JOIN procedure_part p ON p.procedure_version = w.version
  LEFT JOIN procedure_case c ON c.id = p.procedure_case
 WHERE c.code IS NULL OR c.code = coalesce($2, c.code)
 ORDER BY w.no, p.position;
