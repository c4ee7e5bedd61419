-- substitutions_by_no: $1 int8[] numbers in parent order -> as substitutions_of_officers, in force or not. Lane quick; role
-- app_officer.
SELECT p.no - 1 AS parent_no, s.id, s.absent, s.substitute, s.starts_at, s.ends_at, s.with_administration
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN staff_substitution s ON s.no = p.id
 ORDER BY p.no;
