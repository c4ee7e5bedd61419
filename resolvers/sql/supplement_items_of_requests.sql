-- supplement_items_of_requests: $1 int8[] supplement_requests in parent order -> parent_no, id, public_id, name, part (of the procedure), note, state (MISSING, ANNOUNCED,
-- RECEIVED), received_at; in the order they were asked for. Lane quick.
SELECT p.no - 1 AS parent_no, i.id, i.public_id, i.name, i.part_code AS part, i.note,
       CASE WHEN i.received_at IS NOT NULL THEN 'RECEIVED' WHEN i.how IS NOT NULL THEN 'ANNOUNCED' ELSE 'MISSING' END AS state,
       i.received_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN supplement_item i ON i.request = p.id
 ORDER BY p.no, i.no;
