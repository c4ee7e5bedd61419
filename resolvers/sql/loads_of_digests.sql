-- loads_of_digests: $1 int8[] digests in parent order -> parent_no, processor (0: given to nobody), open, paused, late,
-- due_in_one_day, due_in_three_days; the most laden first. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, coalesce(l.processor, 0) AS processor, l.open::int8 AS open, l.paused::int8 AS paused, l.late::int8 AS late,
       l.due_in_one_day::int8 AS due_in_one_day, l.due_in_three_days::int8 AS due_in_three_days
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN digest_load l ON l.digest = p.id
 ORDER BY p.no, l.no;
