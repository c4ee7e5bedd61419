-- procedure_in_force: each procedure with the version valid today in Vietnam. Anyone may read it.
DROP VIEW IF EXISTS procedure_in_force;
CREATE VIEW procedure_in_force WITH (security_invoker = true) AS
SELECT p.id, p.public_id, p.code, p.field, p.level, p.replaced_by, v.id AS version, v.no, v.valid_from, v.valid_to,
       v.decision, v.name, v.search_text, v.limit_amount, v.limit_unit, v.limit_text, v.fee_text, v.online_level,
       v.home_eligible, v.boundary_free
  FROM procedure p
  JOIN procedure_version v ON v.procedure = p.id
   AND daterange(v.valid_from, v.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
GRANT SELECT ON procedure_in_force TO app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
