-- fee_demands_by_id: $1 int8[] ids in parent order -> parent_no, public_id, amount_dong, what, until, demanded_at, paid_at. Lane quick.
SELECT p.no - 1 AS parent_no, f.public_id, f.amount_dong, f.what, f.until, f.demanded_at, f.paid_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN fee_demand f ON f.id = p.id
 ORDER BY p.no;
