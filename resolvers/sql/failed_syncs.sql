-- failed_syncs: $1 int8[] the officer's agencies, $2 int8 limit -> parent_no, code, adapter, why, failed_at of dossiers they decide of which a
-- message was given up, the first given up first. The dossiers are noted as shown. Lane quick; role app_officer.
WITH seen AS (
SELECT d.id, d.applicant, d.code, f.adapter, f.why, f.failed_at
  FROM unnest($1::int8[]) AS a(agency)
 CROSS JOIN LATERAL (
       SELECT s.dossier, s.adapter, s.why, s.failed_at
         FROM dossier_sync s
        WHERE s.agency = a.agency AND s.state = 'FAILED'
        ORDER BY s.failed_at, s.dossier
        LIMIT $2::int8) AS f
  JOIN dossier d ON d.id = f.dossier
 ORDER BY f.failed_at, f.dossier
 LIMIT $2::int8
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant)) FROM seen s)
SELECT 0::int8 AS parent_no, s.code, s.adapter, s.why, s.failed_at FROM seen s CROSS JOIN noted ORDER BY s.failed_at, s.id;
