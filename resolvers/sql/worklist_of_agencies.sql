-- worklist_of_agencies: $1 int8[] agencies, $2 timestamptz $3 int8 after this key, $4 int8 limit -> parent_no, work_at (by when it is ordered), id,
-- public_id, code, procedure_version, applicant, received_agency, competent_agency, state, submitted_at, received_at, due_at, finished_at, seq of the
-- open dossiers that lie there: what is not accepted by when it was handed in, what is by its date (none: last), so also what is decided elsewhere and
-- waits for papers or a payment that the receiving agency may take, what has a task for them by the task's. One line a dossier.
-- The dossiers are noted as shown, but for the row more that only tells whether there are more. Lane quick; role app_officer.
WITH work AS (
SELECT w.id, w.work_at
  FROM unnest($1::int8[]) AS a(agency)
 CROSS JOIN LATERAL (
       (SELECT d.id, d.submitted_at AS work_at
          FROM dossier d
         WHERE d.received_agency = a.agency AND d.received_at IS NULL AND d.state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED')
           AND (d.submitted_at, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY d.submitted_at, d.id
         LIMIT $4::int8)
        UNION ALL
       (SELECT d.id, CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END
          FROM dossier d
         WHERE d.competent_agency = a.agency AND d.received_at IS NOT NULL
           AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
           AND (CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id
         LIMIT $4::int8)
        UNION ALL
       (SELECT d.id, CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END
          FROM dossier d
         WHERE d.received_agency = a.agency AND d.received_at IS NOT NULL AND d.state IN ('SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED')
           AND d.competent_agency <> d.received_agency AND d.competent_agency <> ALL ($1::int8[])
           AND (CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY CASE WHEN d.due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE d.due_at END, d.id
         LIMIT $4::int8)
        UNION ALL
       (SELECT t.dossier, t.due_at
          FROM inter_agency_task t
         WHERE t.agency = a.agency AND t.state = 'SENT' AND (t.due_at, t.dossier) > ($2::timestamptz, $3::int8)
           -- Its first task for any of them, and none beside the line of who decides it.
           AND NOT EXISTS (SELECT FROM inter_agency_task e
                            WHERE e.dossier = t.dossier AND e.agency = ANY ($1::int8[]) AND e.state = 'SENT' AND (e.due_at, e.id) < (t.due_at, t.id))
           AND NOT EXISTS (SELECT FROM dossier d WHERE d.id = t.dossier AND d.competent_agency = ANY ($1::int8[]))
         ORDER BY t.due_at, t.dossier
         LIMIT $4::int8)) AS w
 ORDER BY w.work_at, w.id
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
