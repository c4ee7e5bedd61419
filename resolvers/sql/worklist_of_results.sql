-- worklist_of_results: $1 int8[] agencies, $2 timestamptz $3 int8 after this key, $4 int8 limit -> as worklist_of_agencies, of the finished dossiers
-- whose results wait to be handed over there: by the agency that received them or by the one that decided. Lane quick; role app_officer.
WITH work AS (
SELECT DISTINCT w.work_at, w.id
  FROM unnest($1::int8[]) AS a(agency)
 CROSS JOIN LATERAL (
       (SELECT d.id, d.finished_at AS work_at
          FROM dossier d
         WHERE d.received_agency = a.agency AND d.state = 'COMPLETED' AND (d.finished_at, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY d.finished_at, d.id
         LIMIT $4::int8)
        UNION ALL
       (SELECT d.id, d.finished_at
          FROM dossier d
         WHERE d.competent_agency = a.agency AND d.state = 'COMPLETED' AND (d.finished_at, d.id) > ($2::timestamptz, $3::int8)
         ORDER BY d.finished_at, d.id
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
