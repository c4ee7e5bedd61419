-- signature_requests_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, dossier, event, reason, legal_basis, until, due_at,
-- note, note_internal, seq, proposed_by, proposed_at, state, answer, decided_by, decided_at. Lane quick; role app_officer.
SELECT p.no - 1 AS parent_no, r.id, r.public_id, r.dossier, r.event, r.args->>'reason' AS reason, r.args->>'legalBasis' AS legal_basis,
       (r.args->>'until')::timestamptz AS until, (r.args->>'dueAt')::timestamptz AS due_at, r.args->>'note' AS note, r.args->>'noteInternal' AS note_internal,
       r.seq, r.proposer_name AS proposed_by, r.proposed_at, r.state, r.answer, r.decider_name AS decided_by, r.decided_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN signature_request r ON r.id = p.id
 ORDER BY p.no;
