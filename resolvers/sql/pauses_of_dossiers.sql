-- pauses_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, reason, from_at, to_at (NULL: it lasts);
-- oldest first. Lane quick.
SELECT p.no - 1 AS parent_no, s.reason, s.from_at, s.to_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT s.no, s.reason, s.from_at, s.to_at FROM dossier_pause s
        WHERE s.dossier = p.id
        ORDER BY s.no
        LIMIT $2::int8) AS s
 ORDER BY p.no, s.no;
