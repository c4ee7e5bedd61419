-- dossiers_by_code: $1 text[] codes -> parent_no (place in $1, from 0), id, public_id, code, procedure_version, applicant,
-- received_agency, competent_agency, state, submitted_at, received_at, due_at, finished_at, seq; in that order. A look by
-- others than the applicant is noted. Lane quick.
WITH seen AS (
SELECT p.no - 1 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM unnest($1::text[]) WITH ORDINALITY AS p(code, no)
  JOIN dossier d ON d.code = p.code
), noted AS (
SELECT note_access('LOOK', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.id, s.applicant FROM seen s WHERE (s.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.parent_no;
