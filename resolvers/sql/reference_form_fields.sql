-- reference_form_fields: -> form, name, label_vi, label_en, position, required, source (NULL: asked of everybody) of every
-- form's fields, once, in the order in which reference_forms names the forms first, and as the form shows them. Lane quick, every role.
SELECT x.form, x.name, x.label_vi, x.label_en, x.position::int8 AS position, x.required, x.source
  FROM procedure_form f
  JOIN procedure_form_field x ON x.form = f.id
 ORDER BY f.procedure_version, f.case_code, f.no DESC, x.position, x.name;
