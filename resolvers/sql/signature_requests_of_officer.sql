-- signature_requests_of_officer: $1 int8[] the officer's agencies, $2 timestamptz $3 int8 after this key, $4 int8 limit -> as
-- signature_requests_by_id, the longest waiting first: what waits for the head's signature, and what the officer's own was sent back and is
-- not settled since. The dossiers are noted as shown, but for the row more that only tells whether there are more. Lane quick; role app_officer.
WITH seen AS (
SELECT w.*, d.applicant
  FROM (SELECT m.* FROM (
       (SELECT r.*
          FROM unnest($1::int8[]) AS a(agency)
         CROSS JOIN LATERAL (
               SELECT r.* FROM signature_request r
                WHERE r.agency = a.agency AND r.state = 'PROPOSED' AND (r.proposed_at, r.id) > ($2::timestamptz, $3::int8)
                ORDER BY r.proposed_at, r.id
                LIMIT $4::int8) AS r
         WHERE (SELECT 'HEAD' = ANY (roles())))
         UNION ALL
       (SELECT r.* FROM signature_request r
         WHERE r.proposed_by = (SELECT me()) AND r.state = 'RETURNED' AND r.closed_at IS NULL AND (r.proposed_at, r.id) > ($2::timestamptz, $3::int8)
         ORDER BY r.proposed_at, r.id
         LIMIT $4::int8)) AS m
         ORDER BY m.proposed_at, m.id
         LIMIT $4::int8) AS w
  JOIN dossier d ON d.id = w.dossier
), noted AS (
SELECT note_access('LIST', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT s.dossier, s.applicant FROM seen s ORDER BY s.proposed_at, s.id LIMIT $4::int8 - 1) AS s)
SELECT 0::int8 AS parent_no, r.id, r.public_id, r.dossier, r.event, r.args->>'reason' AS reason, r.args->>'legalBasis' AS legal_basis,
       (r.args->>'until')::timestamptz AS until, (r.args->>'dueAt')::timestamptz AS due_at, r.args->>'note' AS note, r.args->>'noteInternal' AS note_internal,
       r.seq, r.proposer_name AS proposed_by, r.proposed_at, r.state, r.answer, r.decider_name AS decided_by, r.decided_at
  FROM seen r CROSS JOIN noted ORDER BY r.proposed_at, r.id;
