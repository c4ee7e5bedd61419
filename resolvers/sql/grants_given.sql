-- grants_given: $1 int8[] applicants, $2 int8 before this number, $3 int8 limit -> parent_no, no, id, kind, dossier, grantee_id, grantee_name, grantee_kind
-- (NULL where the viewer may not know), fields (with blanks between), purpose, until (NULL: for ever), created_at, revoked_at;
-- those in force of dossiers the viewer may see, the latest first. One walk along an index for each applicant. Lane quick;
-- roles app_citizen, app_partner.
SELECT 0::int8 AS parent_no, g.no, g.id, g.kind, g.dossier, s.public_id AS grantee_id, s.name AS grantee_name, s.kind AS grantee_kind,
       array_to_string(g.fields, ' ') AS fields, g.purpose, CASE WHEN isfinite(g.until) THEN g.until END AS until, g.created_at, g.revoked_at
  FROM (SELECT o.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT g.* FROM dossier_grant g JOIN dossier d ON d.id = g.dossier
                WHERE g.applicant = a.id AND g.no < $2::int8 AND g.revoked_at IS NULL AND g.until > now()
                ORDER BY g.no DESC LIMIT $3::int8) AS o
         ORDER BY o.no DESC LIMIT $3::int8) AS g
  LEFT JOIN subject s ON s.id = g.grantee
 ORDER BY g.no DESC;
