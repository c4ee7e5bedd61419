-- delegations_by_no: $1 int8[] numbers in parent order -> parent_no, no, id, delegator_id, delegator_name, delegator_kind, delegate_id,
-- delegate_name, delegate_kind, procedure_code (NULL: all), purpose, until, created_at. Lane quick; role app_citizen.
SELECT w.parent_no - 1 AS parent_no, g.no, g.id, f.public_id AS delegator_id, f.name AS delegator_name, f.kind AS delegator_kind, t.public_id AS delegate_id,
       t.name AS delegate_name, t.kind AS delegate_kind, p.code AS procedure_code, g.purpose, g.until, g.created_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN delegation g ON g.no = w.no
  LEFT JOIN subject f ON f.id = g.delegator
  LEFT JOIN subject t ON t.id = g.delegate
  LEFT JOIN procedure p ON p.id = g.procedure
 ORDER BY w.parent_no;
