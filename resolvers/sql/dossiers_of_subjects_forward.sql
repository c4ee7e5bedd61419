-- dossiers_of_subjects_forward: $1 int8[] applicants, $2 text[] states, $3 timestamptz $4 int8 after this key,
-- $5 timestamptz $6 int8 before this key, $7 int8 limit -> parent_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq; newest first. Of each applicant as many as the page has, by its index: all that an
-- organisation ever handed in are not read for a page. dossiers_of_subject_forward is for one applicant. Lane quick.
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM (SELECT DISTINCT a.id FROM unnest($1::int8[]) AS a(id)) AS a
 CROSS JOIN LATERAL (
       SELECT d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
              d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
         FROM dossier d
        WHERE d.applicant = a.id
          AND d.state = ANY ($2::text[])
          AND (d.submitted_at, d.id) < ($3::timestamptz, $4::int8)
          AND (d.submitted_at, d.id) > ($5::timestamptz, $6::int8)
        ORDER BY d.submitted_at DESC, d.id DESC
        LIMIT $7::int8) AS d
 ORDER BY d.submitted_at DESC, d.id DESC
 LIMIT $7::int8;
