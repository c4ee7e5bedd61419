-- nearest_points: $1 int8 version of a procedure, $2 text code of a unit (NULL: coordinates), $3 int8 day since 1970 on which it
-- meant that (NULL: any), $4 int8 latitude and $5 int8 longitude in millionths of a degree, $6 int8 how many -> parent_no (0),
-- unit (one to choose from: no point then), id, public_id, agency, name, latitude, longitude, sample, metres, receives, supports;
-- the nearest first. Coordinates are kept nowhere. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT 0::int8 AS parent_no, n.unit, s.id, s.public_id, s.agency, s.name, (s.latitude * 1000000)::int8 AS latitude,
       (s.longitude * 1000000)::int8 AS longitude, s.sample, n.metres, n.receives, n.supports
  FROM near_points($1, $2, date '1970-01-01' + $3::int8::int, $4::int8 / 1000000.0, $5::int8 / 1000000.0, $6::int8::int) AS n
  LEFT JOIN service_point s ON s.id = n.point
 ORDER BY n.unit, n.metres NULLS LAST, s.id;
