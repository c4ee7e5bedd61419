-- staff_backward: $1 int8 after this officer, $2 int8 before this one, $3 int8 limit -> as staff_forward, the latest known
-- first. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, o.id, o.public_id, o.name
  FROM unnest((SELECT agencies())::int8[]) AS a(id)
 CROSS JOIN LATERAL (
       SELECT o.id, o.public_id, o.name
         FROM officer o
        WHERE o.agency = a.id AND (o.agency, o.id) > (a.id, $1::int8) AND (o.agency, o.id) < (a.id, $2::int8)
        ORDER BY o.id DESC
        LIMIT $3::int8) AS o
 WHERE (SELECT roles() && ARRAY['ADMINISTRATOR', 'HEAD'])
 ORDER BY o.id DESC
 LIMIT $3::int8;
