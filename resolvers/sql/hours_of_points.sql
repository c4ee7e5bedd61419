-- hours_of_points: $1 int8[] reception points in parent order -> parent_no, weekday, opens, closes (as HH:MM), in order. Lane
-- quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT p.no - 1 AS parent_no, h.weekday, to_char(h.opens, 'HH24:MI') AS opens, to_char(h.closes, 'HH24:MI') AS closes
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN service_point_hours h ON h.point = p.id
 ORDER BY p.no, h.weekday, h.opens;
