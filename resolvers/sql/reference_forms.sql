-- reference_forms: -> id, version, case_code, no, schema of every form; by version and case, the one that is asked first.
-- Lane quick, every role.
SELECT f.id, f.procedure_version AS version, f.case_code, f.no::int8 AS no, f.schema::text AS schema
  FROM procedure_form f
 ORDER BY f.procedure_version, f.case_code, f.no DESC;
