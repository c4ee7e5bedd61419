-- fees_of_versions: $1 int8[] versions of procedures in parent order, $2 text case (NULL: none), $3 text channel, $4 text
-- code of the agency (NULL: none), $5 int8 day since 1970 -> parent_no, id, kind, amount_dong, collected, decision, valid_from, valid_to
-- of the rule of each kind that counts. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT (w.no - 1)::int8 AS parent_no, r.public_id AS id, r.kind, r.amount_dong, r.collected, r.decision, r.valid_from, r.valid_to
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(version, no)
 CROSS JOIN LATERAL fee_for(w.version, $2, $3, (SELECT a.id FROM agency a WHERE a.code = $4), date '1970-01-01' + $5::int8::int) AS f
  JOIN fee_rule r ON r.id = f.rule
 ORDER BY w.no, r.kind;
