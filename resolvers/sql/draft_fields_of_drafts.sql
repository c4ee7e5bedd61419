-- draft_fields_of_drafts: $1 int8[] drafts in parent order -> parent_no, name, value (JSON), seq, at, asked (by the form it has now) of the fields written so
-- far; save_draft keeps them to 200 a draft. Lane quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, x.name, x.value::text AS value, x.seq::int8 AS seq, x.at, f.schema->'properties' ? x.name AS asked
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN draft_field x ON x.draft = p.id
  JOIN draft d ON d.id = p.id
  JOIN procedure_form f ON f.id = d.form
 WHERE x.owner = (SELECT me())
 ORDER BY p.no, x.name;
