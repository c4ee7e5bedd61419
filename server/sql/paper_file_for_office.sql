-- paper_file_for_office: $1 text paper (uuid) -> as paper_file, of a paper that a dossier of the viewer's agencies has, as a part or in
-- its result, and who looks is noted with those dossiers; or of the inventory of results that the viewer keeps. Role app_officer.
WITH paper AS (
SELECT p.id, p.sha256, p.media_type, p.bytes, p.agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'ARCHIVIST' = ANY (roles())) AS kept
  FROM stored_paper p WHERE p.public_id = $1::text::uuid AND p.state = 'CLEAN'
), holder AS (
SELECT t.dossier FROM dossier_part t JOIN paper p ON p.id = t.paper
 UNION
SELECT f.dossier FROM result_file f JOIN paper p ON p.id = f.paper
), noted AS (
SELECT count(*) AS dossiers, note_access('LOOK', array_agg(d.id), array_agg(d.applicant)) FROM holder h JOIN dossier d ON d.id = h.dossier)
SELECT p.sha256, p.media_type, p.bytes FROM paper p JOIN noted n ON n.dossiers > 0 OR p.kept;
