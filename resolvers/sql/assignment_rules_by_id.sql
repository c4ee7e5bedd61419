-- assignment_rules_by_id: $1 int8[] ids in parent order -> as assignment_rules_of_viewer; no row for one that was taken away. Lane quick; role app_officer.
SELECT w.no - 1 AS parent_no, r.id, r.public_id, p.code AS procedure, v.name, r.kind, coalesce(r.officer, 0) AS officer, r.set_name, r.set_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN assignment_rule r ON r.id = w.id
  LEFT JOIN procedure p ON p.id = r.procedure
  LEFT JOIN procedure_in_force v ON v.id = r.procedure
 ORDER BY w.no;
