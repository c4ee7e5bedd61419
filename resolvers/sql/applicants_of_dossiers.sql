-- applicants_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, public_id, name, kind of who asks, where this dossier
-- says it: of two dossiers shown by one applicant, one may keep it back, and the other must not tell.
-- Lane quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, s.public_id, s.name, s.kind
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
  JOIN subject s ON s.id = d.applicant
 WHERE d.applicant = ANY ((SELECT subjects())::bigint[])
    OR d.submitter = (SELECT me()) AND (SELECT kind()) = 'PARTNER'
    OR EXISTS (SELECT FROM dossier_grant g
                WHERE g.dossier = d.id AND g.grantee = ANY ((SELECT subjects())::bigint[]) AND g.revoked_at IS NULL AND g.until > now()
                  AND 'APPLICANT' = ANY (g.fields)
               OFFSET 0)
 ORDER BY p.no;
