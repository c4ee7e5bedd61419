-- reference_forms: -> id, version, case_code, no, schema of every form; by version and case, the one that is asked first. A case
-- without a form of its own has the one that all cases share.
-- Lane quick, every role.
SELECT f.form AS id, f.version, f.case_code, f.no::int8 AS no, x.schema::text AS schema
  FROM procedure_form_of_case f
  JOIN procedure_form x ON x.id = f.form
 ORDER BY f.version, f.case_code, f.no DESC;
