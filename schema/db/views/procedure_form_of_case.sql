-- procedure_form_of_case: which form is asked for which case, '' being a procedure without a choice; a case without a form of its own
-- has the one of ''. Anyone may read it.
DROP VIEW IF EXISTS procedure_form_of_case;
CREATE VIEW procedure_form_of_case WITH (security_invoker = true) AS
SELECT f.id AS form, f.procedure_version AS version, f.case_code, f.no FROM procedure_form f
UNION ALL
SELECT f.id, f.procedure_version, c.code, f.no
  FROM procedure_form f JOIN procedure_case c ON c.procedure_version = f.procedure_version
 WHERE f.case_code = '' AND NOT EXISTS (SELECT FROM procedure_form o WHERE o.procedure_version = f.procedure_version AND o.case_code = c.code);
GRANT SELECT ON procedure_form_of_case TO app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
