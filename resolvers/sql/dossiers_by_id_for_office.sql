-- dossiers_by_id_for_office: as dossiers_by_id, for an officer: all are noted at once. Lane quick; role app_officer.
WITH seen AS (
SELECT p.no - 1 AS parent_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
), noted AS (
SELECT note_access('LOOK', array_agg(s.id), array_agg(s.applicant)) FROM (SELECT DISTINCT s.id, s.applicant FROM seen s) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.parent_no;
