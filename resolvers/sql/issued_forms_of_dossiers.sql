-- issued_forms_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, public_id, kind, number, state, at; the latest
-- first. Lane quick.
SELECT p.no - 1 AS parent_no, f.public_id, f.kind, f.number, f.state, f.at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT f.id, f.public_id, f.kind, f.number, f.state, f.at
         FROM issued_form f
        WHERE f.dossier = p.id
        ORDER BY f.at DESC, f.id DESC
        LIMIT $2::int8) AS f
 ORDER BY p.no, f.at DESC, f.id DESC;
