-- result_files_of_dossiers: $1 int8[] dossiers in parent order -> parent_no and the columns of papers_by_id, of the files of their
-- results that stand and that the viewer may see. Notes the office that looks. Lane quick; roles app_citizen, app_officer.
WITH seen AS (
SELECT w.no - 1 AS parent_no, f.dossier, f.applicant, f.no, f.paper
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN result_file f ON f.dossier = w.id AND f.taken_back IS NULL
), noted AS (
SELECT note_access('LOOK', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM seen s) AS s)
SELECT s.parent_no, p.id, p.public_id, p.title, p.kind, p.media_type, p.bytes, p.valid_from, p.valid_until, p.source, p.reuses,
       p.state, p.refusal, p.created_at, encode(p.sha256, 'hex') AS sha256
  FROM seen s JOIN stored_paper p ON p.id = s.paper CROSS JOIN noted
 ORDER BY s.parent_no, s.no;
