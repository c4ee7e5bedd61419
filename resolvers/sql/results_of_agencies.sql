-- results_of_agencies: $1 int8[] agencies, $2 text state, $3 int8 after this number, $4 int8 limit -> parent_no (0), id, public_id,
-- number, title, kind, procedure, issuer, authority_level, agency, issued_on, valid_until, tax_code, state, paper, sha256,
-- attached_by, attached_at, return_reason, digitised_at of the inventory, as it was listed; none when the viewer does not keep it.
-- Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, r.id, r.public_id, r.number, r.title, r.kind, r.procedure_code AS procedure, r.issuer, r.authority_level, r.agency,
       r.issued_on, r.valid_until, r.holder_tax_code AS tax_code, r.state, r.paper, encode(p.sha256, 'hex') AS sha256, r.attacher_name AS attached_by,
       r.attached_at, r.return_reason, r.digitised_at
  FROM unnest($1::int8[]) AS a(id)
 CROSS JOIN LATERAL results_listed(a.id, $2::text, $3::int8, $4::int8) AS listed(id)
  JOIN procedure_result r ON r.id = listed.id
  LEFT JOIN stored_paper p ON p.id = r.paper
 WHERE (SELECT 'ARCHIVIST' = ANY (roles()))
 ORDER BY r.id
 LIMIT $4::int8;
