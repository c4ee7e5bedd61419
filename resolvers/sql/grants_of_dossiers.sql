-- grants_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, no, id, kind, dossier, grantee_id, grantee_name, grantee_kind
-- (NULL where the viewer may not know), fields (with blanks between), purpose, until (NULL: for ever), created_at, revoked_at;
-- the latest first. Lane quick.
SELECT p.no - 1 AS parent_no, g.no, g.id, g.kind, g.dossier, s.public_id AS grantee_id, s.name AS grantee_name, s.kind AS grantee_kind,
       array_to_string(g.fields, ' ') AS fields, g.purpose, CASE WHEN isfinite(g.until) THEN g.until END AS until, g.created_at, g.revoked_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT g.* FROM dossier_grant g
        WHERE g.dossier = p.id
        ORDER BY g.no DESC
        LIMIT $2::int8) AS g
  LEFT JOIN subject s ON s.id = g.grantee
 ORDER BY p.no, g.no DESC;
