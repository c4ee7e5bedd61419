-- grants_by_no: $1 int8[] numbers in parent order -> parent_no, no, id, kind, dossier, grantee_id, grantee_name, grantee_kind
-- (NULL where the viewer may not know), fields (with blanks between), purpose, until (NULL: for ever), created_at, revoked_at.
-- Lane quick.
SELECT p.no - 1 AS parent_no, g.no, g.id, g.kind, g.dossier, s.public_id AS grantee_id, s.name AS grantee_name, s.kind AS grantee_kind,
       array_to_string(g.fields, ' ') AS fields, g.purpose, CASE WHEN isfinite(g.until) THEN g.until END AS until, g.created_at, g.revoked_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(grant_no, no)
  JOIN dossier_grant g ON g.no = p.grant_no
  LEFT JOIN subject s ON s.id = g.grantee
 ORDER BY p.no;
