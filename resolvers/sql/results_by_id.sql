-- results_by_id: $1 int8[] ids in parent order -> parent_no and the columns of results_of_agencies, of the viewer's inventory.
-- Lane quick; role app_officer.
SELECT w.no - 1 AS parent_no, r.id, r.public_id, r.number, r.title, r.kind, r.procedure_code AS procedure, r.issuer, r.authority_level, r.agency,
       r.issued_on, r.valid_until, r.holder_tax_code AS tax_code, r.state, r.paper, encode(p.sha256, 'hex') AS sha256, r.attacher_name AS attached_by,
       r.attached_at, r.return_reason, r.digitised_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN procedure_result r ON r.id = w.id AND r.agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'ARCHIVIST' = ANY (roles()))
  LEFT JOIN stored_paper p ON p.id = r.paper
 ORDER BY w.no;
