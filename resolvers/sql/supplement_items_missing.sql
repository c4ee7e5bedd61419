-- supplement_items_missing: as supplement_items_of_requests, those alone that are not there. Lane quick.
SELECT p.no - 1 AS parent_no, i.id, i.public_id, i.name, i.part_code AS part, i.note, CASE WHEN i.how IS NOT NULL THEN 'ANNOUNCED' ELSE 'MISSING' END AS state,
       i.received_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN supplement_item i ON i.request = p.id AND i.received_at IS NULL
 ORDER BY p.no, i.no;
