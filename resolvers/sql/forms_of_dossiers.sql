-- forms_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, dossier, case_code, at of the forms they were handed in
-- with. A look by others than the applicant is noted. Lane quick; roles app_citizen, app_officer.
SELECT p.no - 1 AS parent_no, x.dossier, coalesce(nullif(f.case_code, ''), c.code, '') AS case_code, x.at,
       CASE WHEN (x.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[x.dossier], ARRAY[x.applicant]) END AS noted
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier_form x ON x.dossier = p.id
  JOIN procedure_form f ON f.id = x.form
  JOIN dossier d ON d.id = x.dossier
  LEFT JOIN procedure_case c ON c.id = d.procedure_case
 ORDER BY p.no;
