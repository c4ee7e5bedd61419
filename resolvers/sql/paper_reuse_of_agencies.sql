-- paper_reuse_of_agencies: $1 int8[] agencies in parent order -> parent_no, parts, reused. Lane quick; every role.
SELECT w.no - 1 AS parent_no, coalesce(u.parts, 0) AS parts, coalesce(u.reused, 0) AS reused
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  LEFT JOIN paper_reuse_of($1::int8[]) AS u ON u.agency = w.id
 ORDER BY w.no;
