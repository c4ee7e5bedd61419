-- next_actions_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, kind, request (the open supplement_request), demand (the open
-- fee_demand), until; no row for a dossier whose applicant has nothing to do. COLLECT_ONLINE: what event collect wants
-- is there, as far as the viewer sees it. Lane quick.
SELECT p.no - 1 AS parent_no,
       CASE WHEN k.kind = 'COLLECT' AND d.delivery = 'ELECTRONIC' AND d.finance IN ('NONE', 'PAID', 'EXEMPT')
             AND EXISTS (SELECT FROM result_file f WHERE f.dossier = d.id AND f.taken_back IS NULL) THEN 'COLLECT_ONLINE' ELSE k.kind END AS kind, r.id AS request, f.id AS demand, coalesce(r.until, f.until) AS until
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN d.state IN ('INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED') THEN 'SUPPLEMENT'
                   WHEN d.state = 'PAYMENT_REQUIRED' OR d.state IN ('SUBMITTED', 'COMPLETED') AND d.finance = 'DUE' THEN 'PAY'
                   WHEN d.state = 'COMPLETED' THEN 'COLLECT' END AS kind) AS k
  LEFT JOIN supplement_request r ON r.dossier = d.id AND r.resolved_at IS NULL AND k.kind = 'SUPPLEMENT'
  LEFT JOIN fee_demand f ON f.dossier = d.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL AND k.kind = 'PAY'
 WHERE k.kind IS NOT NULL
 ORDER BY p.no;
