-- reference_procedures: -> version, public_id, code, name, search_text, field, level, limit_amount, limit_unit, decision,
-- valid_from, valid_to, access_class, sandbox; by code, then validity. Lane quick, every role.
SELECT v.id AS version, p.public_id, p.code, v.name, v.search_text, p.field, p.level, v.limit_amount, v.limit_unit,
       v.decision, v.valid_from, v.valid_to, p.access_class, p.sandbox
  FROM procedure p
  JOIN procedure_version v ON v.procedure = p.id
 ORDER BY p.code, v.valid_from;
