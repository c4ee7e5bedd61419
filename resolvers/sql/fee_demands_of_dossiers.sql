-- fee_demands_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, public_id, amount_dong, what, until,
-- demanded_at, paid_at and the rest of fee_demands_by_id; the latest first, without those that were cancelled, but for the exempted. Lane quick.
SELECT p.no - 1 AS parent_no, f.public_id, f.amount_dong, f.rule_dong, f.amount_reason, f.what, f.until, f.demanded_at, f.paid_at, f.exempted_at, f.exempt_reason, f.exempt_basis, f.refunded_at, d.received_agency AS payee, f.bank, f.account_no, f.account_holder,
       CASE WHEN f.account_no IS NOT NULL THEN concat(d.code, ' KT', f.no) END AS transfer_note, f.method, f.method_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
 CROSS JOIN LATERAL (
       SELECT f.public_id, f.no, f.amount_dong, f.rule_dong, f.amount_reason, f.what, f.until, f.demanded_at, f.paid_at, f.exempted_at, f.exempt_reason, f.exempt_basis, f.refunded_at, f.bank, f.account_no, f.account_holder, f.method, f.method_at
         FROM fee_demand f
        WHERE f.dossier = p.id AND (f.cancelled_at IS NULL OR f.exempted_at IS NOT NULL)
        ORDER BY f.no DESC
        LIMIT $2::int8) AS f
 ORDER BY p.no, f.no DESC;
