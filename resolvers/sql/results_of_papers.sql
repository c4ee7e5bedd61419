-- results_of_papers: $1 int8[] papers in parent order -> parent_no and the columns of results_of_agencies, of the results that they
-- are scans of; what only concerns the inventory is NULL. Lane quick; roles app_citizen, app_officer.
SELECT w.no - 1 AS parent_no, r.id, r.public_id, r.number, r.title, r.kind, r.procedure_code AS procedure, r.issuer, r.authority_level, r.agency,
       r.issued_on, r.valid_until, NULL::text AS tax_code, r.state, r.paper, encode(p.sha256, 'hex') AS sha256, NULL::text AS attached_by,
       r.attached_at, r.return_reason, r.digitised_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
  JOIN procedure_result r ON r.paper = w.id
  JOIN stored_paper p ON p.id = r.paper
 ORDER BY w.no;
