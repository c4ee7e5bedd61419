-- paper_file_for_office: $1 text paper (uuid) -> as paper_file, of a paper that a dossier of the viewer's agencies has; who
-- looks is noted with those dossiers. Role app_officer.
WITH seen AS (
SELECT p.sha256, p.media_type, p.bytes, d.id AS dossier, d.applicant
  FROM stored_paper p
  JOIN dossier_part t ON t.paper = p.id
  JOIN dossier d ON d.id = t.dossier
 WHERE p.public_id = $1::text::uuid AND p.state = 'CLEAN'
), noted AS (
SELECT note_access('LOOK', array_agg(s.dossier), array_agg(s.applicant)) FROM seen s)
SELECT s.sha256, s.media_type, s.bytes FROM seen s CROSS JOIN noted LIMIT 1;
