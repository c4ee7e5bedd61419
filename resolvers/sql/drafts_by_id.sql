-- drafts_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, version, case_code, agency, channel, seq, updated_at, expires_at,
-- applicant_id, applicant_name, applicant_kind (NULL where the viewer may not know). Lane quick; role app_citizen.
SELECT p.no - 1 AS parent_no, d.id, d.public_id, f.procedure_version AS version, d.case_code, d.received_agency AS agency, d.channel, d.seq::int8 AS seq,
       d.updated_at, d.expires_at, s.public_id AS applicant_id, s.name AS applicant_name, s.kind AS applicant_kind
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN draft d ON d.id = p.id
  JOIN procedure_form f ON f.id = d.form
  LEFT JOIN subject s ON s.id = d.applicant
 WHERE d.owner = (SELECT me()) AND d.expires_at > now()
 ORDER BY p.no;
