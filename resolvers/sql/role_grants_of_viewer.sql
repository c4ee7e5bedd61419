-- role_grants_of_viewer: -> parent_no (0), id, role, role_name, starts_at, ends_at, substitute_for (an officer, 0: its own) of
-- the roles that the officer holds now, as rights_of() counts them. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, h.id, h.role, CASE locale() WHEN 'en' THEN r.name_en ELSE r.name_vi END AS role_name,
       lower(h.held) AS starts_at, upper(h.held) AS ends_at, h.substitute_for
  FROM (SELECT g.id, g.role, g.held, 0::int8 AS substitute_for
          FROM staff_grant g
         WHERE g.officer = (SELECT me()) AND g.agency = ANY ((SELECT agencies())::bigint[])
        UNION ALL
        SELECT g.id, g.role, g.held * s.held, s.absent
          FROM staff_substitution s JOIN staff_grant g ON (g.officer, g.agency) = (s.absent, s.agency)
         WHERE s.substitute = (SELECT me()) AND s.agency = ANY ((SELECT agencies())::bigint[])
           AND (g.role <> 'ADMINISTRATOR' OR s.with_administration)) AS h
  JOIN staff_role r ON r.id = h.role
 WHERE h.held @> now()
 ORDER BY h.substitute_for, r.position
 LIMIT 200;
