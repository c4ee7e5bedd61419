-- announced_parts_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, code, name, name_en of what was announced on paper and is not
-- there yet, in the procedure's order; 60 a dossier at most. Notes the office that looks. Lane quick; roles app_citizen, app_officer.
WITH seen AS (
SELECT w.no - 1 AS parent_no, a.dossier, a.applicant, a.position, a.part_code AS code, a.name_vi AS name, a.name_en
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN announced_part a ON a.dossier = w.id AND a.received_at IS NULL
), noted AS (
SELECT note_access('LOOK', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM seen s) AS s)
SELECT s.parent_no, s.code, s.name, s.name_en FROM seen s CROSS JOIN noted ORDER BY s.parent_no, s.position;
