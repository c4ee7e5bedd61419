-- dossiers_of_subject_forward: $1 int8 applicant, $2 text[] states, $3 timestamptz $4 int8 after this key,
-- $5 timestamptz $6 int8 before this key, $7 int8 limit -> parent_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq; newest first. Lane quick.
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM dossier d
 WHERE d.applicant = $1::int8
   AND d.state = ANY ($2::text[])
   AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8)
   AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
 ORDER BY d.submitted_at DESC, d.id DESC
 LIMIT $7::int8;
