-- substitutions_of_officers: $1 int8[] absent officers in parent order -> parent_no, id, absent, substitute, starts_at, ends_at,
-- with_administration of those in force or to come; substitute_officer keeps them to 10 each. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, s.id, s.absent, s.substitute, s.starts_at, s.ends_at, s.with_administration
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN staff_substitution s ON s.absent = p.id AND upper(s.held) > now()
 ORDER BY p.no, s.starts_at, s.no;
