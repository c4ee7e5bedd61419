-- bulk_items_of_jobs: $1 int8[] jobs in parent order, $2 int8 after this number, $3 int8 limit for each -> parent_no, no,
-- reference, state, dossier, code, failure, problems; in the order given. Lane quick.
SELECT p.no - 1 AS parent_no, i.no, i.reference, i.state, i.dossier, i.code, i.failure, i.problems
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT i.* FROM bulk_item i
        WHERE i.job = p.id AND i.no > $2::int8
        ORDER BY i.no
        LIMIT $3::int8) AS i
 ORDER BY p.no, i.no;
