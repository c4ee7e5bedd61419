-- declared_fields_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, name, label_vi, label_en, value (JSON), source
-- (NULL: declared) of what a form was handed in with, as the form shows it. A look by others than the applicant is noted.
-- Lane quick; roles app_citizen, app_officer.
SELECT p.no - 1 AS parent_no, f.name, f.label_vi, f.label_en, (x.fields->f.name)::text AS value,
       CASE WHEN f.name = ANY (x.known) THEN f.source END AS source,
       CASE WHEN (x.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[x.dossier], ARRAY[x.applicant]) END AS noted
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier_form x ON x.dossier = p.id
  JOIN procedure_form_field f ON f.form = x.form
 WHERE x.fields ? f.name
 ORDER BY p.no, f.position, f.name;
