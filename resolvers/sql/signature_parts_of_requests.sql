-- signature_parts_of_requests: $1 int8[] signature_requests in parent order -> parent_no, name, part, note of what each would ask for, in its
-- order. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, t.part->>'name' AS name, t.part->>'part' AS part, t.part->>'note' AS note
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN signature_request r ON r.id = p.id
 CROSS JOIN LATERAL jsonb_array_elements(r.args->'parts') WITH ORDINALITY AS t(part, no)
 ORDER BY p.no, t.no;
