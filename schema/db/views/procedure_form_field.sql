-- procedure_form_field: what a form asks, a row a field, as the vocabulary beside its schema says it. Anyone may read it.
DROP VIEW IF EXISTS procedure_form_field;
CREATE VIEW procedure_form_field WITH (security_invoker = true) AS
SELECT f.id AS form, p.key AS name, p.value->>'x-label-vi' AS label_vi, p.value->>'x-label-en' AS label_en,
       (p.value->>'x-order')::int AS position, coalesce(f.schema->'required' ? p.key, false) AS required, p.value->>'x-source' AS source
  FROM procedure_form f CROSS JOIN LATERAL jsonb_each(f.schema->'properties') AS p;
GRANT SELECT ON procedure_form_field TO app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
