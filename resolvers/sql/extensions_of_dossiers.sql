-- extensions_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, old_due, new_due, reason, late; oldest
-- first. Lane quick.
SELECT p.no - 1 AS parent_no, x.old_due, x.new_due, x.reason, x.late
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT x.no, x.old_due, x.new_due, x.reason, x.late FROM dossier_extension x
        WHERE x.dossier = p.id
        ORDER BY x.no
        LIMIT $2::int8) AS x
 ORDER BY p.no, x.no;
