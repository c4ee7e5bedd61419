-- guidance_of_procedures: $1 int8[] procedures in parent order, $2 bool in English, $3 int8 day since 1970 -> parent_no, no,
-- text, valid_from of the one in force. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT (w.no - 1)::int8 AS parent_no, g.no, CASE WHEN $2::bool THEN g.text_en ELSE g.text_vi END AS text, g.valid_from
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(procedure, no)
 CROSS JOIN LATERAL (SELECT * FROM procedure_guidance g
                      WHERE g.procedure = w.procedure AND g.valid_from <= date '1970-01-01' + $3::int8::int
                      ORDER BY g.valid_from DESC, g.no DESC LIMIT 1) AS g
 ORDER BY w.no;
