-- role_grants_of_officers: $1 int8[] officers in parent order -> parent_no, id, role, role_name, starts_at, ends_at,
-- substitute_for (0) of their own grants in force or to come; grant_role keeps them to 20 each. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, g.id, g.role, CASE locale() WHEN 'en' THEN r.name_en ELSE r.name_vi END AS role_name,
       g.starts_at, g.ends_at, 0::int8 AS substitute_for
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN staff_grant g ON g.officer = p.id AND NOT isempty(g.held) AND coalesce(upper(g.held) > now(), true)
  JOIN staff_role r ON r.id = g.role
 ORDER BY p.no, r.position, g.starts_at;
