-- dossiers_by_external_no: $1 text number in another system, $2 text code of the agency that decides (NULL: any), $3 int8 limit -> the
-- columns of dossier_by_code, parent_no being 0. A look by others than the applicant is noted (functions/95_access_log.sql).
-- Lane quick.
SELECT 0::int8 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq,
       CASE WHEN (d.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[d.id], ARRAY[d.applicant]) END AS noted
  FROM dossier d
 WHERE d.external_no = normalize(btrim($1::text), NFC)
   AND ($2::text IS NULL OR d.competent_agency = (SELECT a.id FROM agency a WHERE a.code = $2::text))
 ORDER BY d.id DESC
 LIMIT $3::int8;
