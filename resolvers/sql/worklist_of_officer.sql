-- worklist_of_officer: $1 int8 the officer, $2 timestamptz $3 int8 after this key, $4 int8 limit -> as worklist_of_agencies, of the open dossiers that
-- are given to the officer, and of those in which he has taken a task on, by the task's date. Lane quick; role app_officer.
WITH work AS (
       (SELECT d.id, CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END AS work_at
          FROM dossier d
         WHERE d.processor = $1::int8 AND d.received_at IS NOT NULL
           AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
           AND (CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id
         LIMIT $4::int8)
        UNION ALL
       (SELECT t.dossier, t.due_at
          FROM inter_agency_task t
         WHERE t.processor = $1::int8 AND t.state = 'SENT' AND (t.due_at, t.dossier) > ($2::timestamptz, $3::int8)
           -- One line a dossier: its first task, and none beside the line of who works on it.
           AND NOT EXISTS (SELECT FROM inter_agency_task e
                            WHERE e.dossier = t.dossier AND e.processor = t.processor AND e.state = 'SENT' AND (e.due_at, e.id) < (t.due_at, t.id))
           AND NOT EXISTS (SELECT FROM dossier d WHERE d.id = t.dossier AND d.processor = $1::int8)
         ORDER BY t.due_at, t.dossier
         LIMIT $4::int8)
 ORDER BY work_at, id
 LIMIT $4::int8
), seen AS (
SELECT 0::int8 AS parent_no, w.work_at, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM work w
  JOIN dossier d ON d.id = w.id
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT s.id, s.applicant FROM seen s ORDER BY s.work_at, s.id LIMIT $4::int8 - 1) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.work_at, s.id;
