-- drafts_of_viewer: -> parent_no (0), id, public_id, version, case_code, agency, channel, seq, updated_at, expires_at,
-- outdated, carried_at, added, dropped (names, blanks between), applicant_id, applicant_name, applicant_kind (NULL where the viewer may not know). of the drafts the viewer writes, the last touched first; 20 at most. Lane quick; roles app_citizen, app_partner.
SELECT 0::int8 AS parent_no, d.id, d.public_id, f.procedure_version AS version, d.case_code, d.received_agency AS agency, d.channel, d.seq::int8 AS seq,
       d.updated_at, d.expires_at, draft_is_outdated(d.form) AS outdated, d.carried_at,
       array_to_string(c.added, ' ') AS added, array_to_string(c.dropped, ' ') AS dropped, s.public_id AS applicant_id, s.name AS applicant_name, s.kind AS applicant_kind
  FROM draft d
  JOIN procedure_form f ON f.id = d.form
  LEFT JOIN LATERAL draft_changes(d.form, d.carried_from) AS c ON d.carried_from IS NOT NULL
  LEFT JOIN subject s ON s.id = d.applicant
 WHERE d.owner = (SELECT me()) AND d.expires_at > now()
 ORDER BY d.updated_at DESC, d.id DESC
 LIMIT 20;
