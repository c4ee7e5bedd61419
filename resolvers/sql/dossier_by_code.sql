-- dossier_by_code: $1 text code -> parent_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq. A look by others than the
-- applicant is noted (functions/95_access_log.sql). Lane quick.
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq,
       CASE WHEN (d.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[d.id], ARRAY[d.applicant]) END AS noted
  FROM dossier d
 WHERE d.code = $1;
