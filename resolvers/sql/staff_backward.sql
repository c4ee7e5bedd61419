-- staff_backward: $1 int8 after this officer, $2 int8 before this one, $3 int8 limit -> as staff_forward, the latest known
-- first. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, o.id, o.public_id, o.name
  FROM officer o
 WHERE o.agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT roles() && ARRAY['ADMINISTRATOR', 'HEAD'])
   AND o.id > $1::int8 AND o.id < $2::int8
 ORDER BY o.id DESC
 LIMIT $3::int8;
