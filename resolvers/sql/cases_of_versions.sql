-- cases_of_versions: $1 int8[] versions of procedures in parent order -> parent_no, code, name, name_en, limit_amount,
-- limit_unit (NULL: as the version), in their order. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT (w.no - 1)::int8 AS parent_no, c.code, c.name_vi AS name, c.name_en, c.limit_amount, c.limit_unit
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(version, no)
  JOIN procedure_case c ON c.procedure_version = w.version
 ORDER BY w.no, c.position;
