-- worklist_of_officer: $1 int8 the officer, $2 timestamptz $3 int8 after this key, $4 int8 limit -> as worklist_of_agencies, of the open dossiers that
-- are given to the officer. Lane quick; role app_officer.
WITH seen AS (
SELECT 0::int8 AS parent_no, CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END AS work_at, d.id, d.public_id, d.code, d.procedure_version, d.applicant,
       d.received_agency, d.competent_agency, d.state, d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM dossier d
 WHERE d.processor = $1::int8 AND d.received_at IS NOT NULL
   AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
   AND (CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id) > ($2::timestamptz, $3::int8)
 ORDER BY CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id
 LIMIT $4::int8
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT s.id, s.applicant FROM seen s ORDER BY s.work_at, s.id LIMIT $4::int8 - 1) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.work_at, s.id;
