-- supplements_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, id, public_id, no, at_intake, reason, until,
-- asked_at, resolved_at; the latest first. Lane quick.
SELECT p.no - 1 AS parent_no, r.id, r.public_id, r.no, r.at_intake, r.reason, r.until, r.asked_at, r.resolved_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT r.id, r.public_id, r.no, r.stage = 'INTAKE' AS at_intake, r.reason, r.until, r.asked_at, r.resolved_at
         FROM supplement_request r
        WHERE r.dossier = p.id
        ORDER BY r.id DESC
        LIMIT $2::int8) AS r
 ORDER BY p.no, r.id DESC;
