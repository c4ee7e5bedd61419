-- reference_procedures: -> version, id (of the procedure), no, public_id, version_public_id, code, name, field, level,
-- limit_amount, limit_unit, online_level, home_eligible, boundary_free, replaced_by, decision, decided_by, decided_on,
-- valid_from, valid_to, access_class, sandbox; by code, then validity. Lane quick, every role.
SELECT v.id AS version, p.id, v.no, p.public_id, v.public_id AS version_public_id, p.code, v.name, p.field, p.level,
       v.limit_amount, v.limit_unit, v.online_level, v.home_eligible, v.boundary_free, p.replaced_by, v.decision,
       v.decided_by, v.decided_on, v.valid_from, v.valid_to, p.access_class, p.sandbox
  FROM procedure p
  JOIN procedure_version v ON v.procedure = p.id
 ORDER BY p.code, v.valid_from;
