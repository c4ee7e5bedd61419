-- dossiers_submitted_backward: $1 int8 submitter, $2 text[] states, $3 timestamptz $4 int8 after this key,
-- $5 timestamptz $6 int8 before this key, $7 int8 limit -> parent_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq of what was handed in for others; oldest first.
-- Noted as shown, as in dossiers_of_agencies_forward. Lane quick; roles app_citizen, app_partner.
WITH seen AS (
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM dossier d
 WHERE d.submitter = $1::int8 AND d.submitter <> d.applicant
   AND d.state = ANY ($2::text[])
   AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8)
   AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
 ORDER BY d.submitted_at, d.id
 LIMIT $7::int8
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT s.id, s.applicant FROM seen s ORDER BY s.submitted_at, s.id LIMIT $7::int8 - 1) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.submitted_at, s.id;
