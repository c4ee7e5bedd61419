-- digitisation_of_province: -> the columns of digitisation_of_agencies, of all agencies together. Lane quick; every role.
SELECT 0::int8 AS parent_no, d.authority_level AS level, d.still_valid, d.digitised, d.target::int8, extract(year FROM t.day)::int8 AS year
  FROM (SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day) AS t
 CROSS JOIN LATERAL digitisation_on(NULL, t.day) WITH ORDINALITY AS d(agency, authority_level, still_valid, digitised, target, place)
 ORDER BY d.place;
