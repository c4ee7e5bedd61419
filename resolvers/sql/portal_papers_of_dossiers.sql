-- portal_papers_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, name, address, kho_id, source, digitised, at of papers that are kept at
-- the national portal, in the order they came. Notes the office that looks. Lane quick; roles app_citizen, app_officer.
WITH seen AS (
SELECT w.no - 1 AS parent_no, t.dossier, t.applicant, t.id, t.name, t.address, t.kho_id, t.source, t.digitised, t.at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
 CROSS JOIN LATERAL (
       SELECT t.dossier, t.applicant, t.id, t.name, t.address, t.kho_id, t.source, t.digitised, t.at
         FROM portal_paper t
        WHERE t.dossier = w.id
        ORDER BY t.id
        LIMIT $2::int8) AS t
), noted AS (
SELECT note_access('LOOK', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM seen s) AS s)
SELECT s.parent_no, s.name, s.address, s.kho_id, s.source, s.digitised, s.at FROM seen s CROSS JOIN noted ORDER BY s.parent_no, s.id;
