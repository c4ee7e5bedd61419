-- draft_parts_of_drafts: $1 int8[] drafts in parent order -> parent_no, part, paper, upload, on_paper of the parts chosen so far; save_draft
-- keeps them to 60 a draft. Lane quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, x.item->>'part' AS part, (x.item->>'paper')::uuid AS paper, (x.item->>'upload')::uuid AS upload,
       coalesce(x.item->'onPaper' = 'true', false) AS on_paper
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN draft d ON d.id = p.id
 CROSS JOIN LATERAL jsonb_array_elements(d.parts) WITH ORDINALITY AS x(item, no)
 WHERE d.owner = (SELECT me())
 ORDER BY p.no, x.no;
