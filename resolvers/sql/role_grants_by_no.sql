-- role_grants_by_no: $1 int8[] numbers in parent order -> as role_grants_of_officers, in force or not. Lane quick; role
-- app_officer.
SELECT p.no - 1 AS parent_no, g.id, g.role, CASE locale() WHEN 'en' THEN r.name_en ELSE r.name_vi END AS role_name,
       g.starts_at, g.ends_at, 0::int8 AS substitute_for
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN staff_grant g ON g.no = p.id
  JOIN staff_role r ON r.id = g.role
 ORDER BY p.no;
