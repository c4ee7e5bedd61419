-- problems_of_result_imports: $1 int8[] imports in parent order, $2 int8 limit for each -> parent_no, line, path, message in the
-- viewer's language. Lane quick; role app_officer.
SELECT w.no - 1 AS parent_no, p.line, p.path, p.message
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN result_import i ON i.id = w.id AND i.agency = ANY ((SELECT agencies())::bigint[])
 CROSS JOIN LATERAL (
       SELECT (x->>'line')::int8 AS line, x->>'path' AS path, CASE locale() WHEN 'en' THEN x->>'en' ELSE x->>'vi' END AS message, e.no
         FROM jsonb_array_elements(i.problems) WITH ORDINALITY AS e(x, no)
        ORDER BY 1, e.no
        LIMIT $2::int8) AS p
 ORDER BY w.no, p.line, p.no;
