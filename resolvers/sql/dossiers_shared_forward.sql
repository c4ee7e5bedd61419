-- dossiers_shared_forward: $1 int8 grantee, $2 text[] states, $3 int8 after this grant, $4 int8 before this grant, $5 int8 limit
-- -> parent_no, grant_no, id, public_id, code, procedure_version, applicant, received_agency, competent_agency, state,
-- submitted_at, received_at, due_at, finished_at, seq of what is shown by a grant in force; newest grant first.
-- Noted as shown, as in dossiers_of_agencies_forward. Lane quick; roles app_citizen, app_partner.
WITH seen AS (
SELECT 0::int8 AS parent_no, g.no AS grant_no, d.id, d.public_id, d.code, d.procedure_version, d.applicant, d.received_agency, d.competent_agency, d.state,
       d.submitted_at, d.received_at, d.due_at, d.finished_at, d.seq
  FROM dossier_grant g
  JOIN dossier d ON d.id = g.dossier
 WHERE g.grantee = $1::int8 AND g.revoked_at IS NULL AND g.until > now()
   AND g.no < $3::int8 AND g.no > $4::int8
   AND d.state = ANY ($2::text[])
 ORDER BY g.no DESC
 LIMIT $5::int8
), noted AS (
SELECT note_access('LIST', array_agg(s.id), array_agg(s.applicant))
  FROM (SELECT s.id, s.applicant FROM seen s ORDER BY s.grant_no DESC LIMIT $5::int8 - 1) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.grant_no DESC;
