-- staff_roles: -> parent_no (0), code, name, duty in the viewer's language. Lane quick; roles app_public, app_citizen,
-- app_partner, app_officer.
SELECT 0::int8 AS parent_no, r.id AS code, CASE locale() WHEN 'en' THEN r.name_en ELSE r.name_vi END AS name,
       CASE locale() WHEN 'en' THEN r.duty_en ELSE r.duty_vi END AS duty
  FROM staff_role r
 ORDER BY r.position
 LIMIT 100;
