-- digitisation_of_agencies: $1 int8[] agencies in parent order -> parent_no, level, still_valid, digitised, target, year: what holds
-- today of what each keeps, by level. Lane quick; every role.
SELECT w.no - 1 AS parent_no, d.authority_level AS level, d.still_valid, d.digitised, d.target::int8, extract(year FROM t.day)::int8 AS year
  FROM (SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day) AS t
 CROSS JOIN LATERAL digitisation_on($1::int8[], t.day) WITH ORDINALITY AS d(agency, authority_level, still_valid, digitised, target, place)
  JOIN unnest($1::int8[]) WITH ORDINALITY AS w(id, no) ON w.id = d.agency
 ORDER BY w.no, d.place;
