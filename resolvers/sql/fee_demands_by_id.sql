-- fee_demands_by_id: $1 int8[] ids in parent order -> parent_no, public_id, amount_dong, rule_dong, amount_reason, what, until,
-- demanded_at, paid_at, exempted_at, exempt_reason, exempt_basis, refunded_at, payee (the agency that took the dossier), bank, account_no, account_holder, transfer_note, method, method_at. Lane quick.
SELECT p.no - 1 AS parent_no, f.public_id, f.amount_dong, f.rule_dong, f.amount_reason, f.what, f.until, f.demanded_at, f.paid_at, f.exempted_at, f.exempt_reason, f.exempt_basis, f.refunded_at, d.received_agency AS payee, f.bank, f.account_no, f.account_holder,
       CASE WHEN f.account_no IS NOT NULL THEN concat(d.code, ' KT', f.no) END AS transfer_note, f.method, f.method_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN fee_demand f ON f.id = p.id
  JOIN dossier d ON d.id = f.dossier
 ORDER BY p.no;
