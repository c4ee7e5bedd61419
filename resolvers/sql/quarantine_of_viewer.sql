-- quarantine_of_viewer: $1 int8[] the officer's agencies, $2 int8 after this one, $3 int8 limit -> parent_no, id, public_id, kind, code, procedure, agency,
-- amount_dong, reference, reason, tries, received_at, next_try_at of messages that are theirs or nobody's known, the oldest first. Lane quick; role
-- app_officer.
WITH mine AS (
(SELECT m.id FROM unnest($1::int8[]) AS a(agency)
  CROSS JOIN LATERAL (SELECT m.id FROM portal_message m WHERE m.agency = a.agency AND m.state = 'QUARANTINED' AND m.id > $2::int8 ORDER BY m.id LIMIT $3::int8) AS m)
UNION ALL
(SELECT m.id FROM portal_message m WHERE m.agency IS NULL AND m.state = 'QUARANTINED' AND m.id > $2::int8 ORDER BY m.id LIMIT $3::int8))
SELECT 0::int8 AS parent_no, m.id, m.public_id, m.kind, m.code, m.procedure_code AS procedure, m.agency_code AS agency, m.amount_dong, m.reference, m.reason,
       m.tries::int8 AS tries, m.received_at, m.next_try_at
  FROM (SELECT id FROM mine ORDER BY id LIMIT $3::int8) AS first
  JOIN portal_message m ON m.id = first.id
 ORDER BY m.id;
