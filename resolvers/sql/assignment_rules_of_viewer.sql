-- assignment_rules_of_viewer: -> parent_no (0), id, public_id, procedure (its code, NULL: all that have none), name, kind, officer (0: none), set_name,
-- set_at of the viewer's agencies, for who heads, administers or dispatches there; the general one first. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, r.id, r.public_id, p.code AS procedure, v.name, r.kind, coalesce(r.officer, 0) AS officer, r.set_name, r.set_at
  FROM assignment_rule r
  LEFT JOIN procedure p ON p.id = r.procedure
  LEFT JOIN procedure_in_force v ON v.id = r.procedure
 WHERE r.agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT roles() && '{HEAD,ADMINISTRATOR,DISPATCHER}')
 ORDER BY p.code NULLS FIRST
 LIMIT 200;
