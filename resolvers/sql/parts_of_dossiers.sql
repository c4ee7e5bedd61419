-- parts_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, no, name, code, source, paper, at. Notes the office that looks.
-- Lane quick; roles app_citizen, app_officer.
WITH seen AS (
SELECT w.no - 1 AS parent_no, t.dossier, t.applicant, t.no, t.name, t.part_code AS code, t.source, t.paper, t.at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN dossier_part t ON t.dossier = w.id
), noted AS (
SELECT note_access('LOOK', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM seen s) AS s)
SELECT s.parent_no, s.no, s.name, s.code, s.source, s.paper, s.at FROM seen s CROSS JOIN noted ORDER BY s.parent_no, s.no;
