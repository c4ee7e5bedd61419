-- The dossier's machine: submit_dossier and apply_dossier_event against dossier_transition (DOMAIN §5.2).
\ir include/begin.psql
SELECT plan(114);

-- What the table itself promises.
SELECT results_eq($$SELECT coalesce(from_state, '-') || ' ' || event || ' ' || to_state FROM dossier_transition ORDER BY id COLLATE "C"$$,
    ARRAY['- createDraft DRAFT', 'PROCESSING complete COMPLETED', 'COMPLETED handOver RETURNED', 'DRAFT submit SUBMITTED',
          'SUBMITTED accept ACCEPTED', 'ACCEPTED assign PROCESSING'], 'the edges built so far');
SELECT is_empty($$SELECT g FROM dossier_transition, unnest(guards) AS g WHERE g NOT IN (SELECT id FROM dossier_guard)$$,
                'every guard of an edge has its words');
SELECT is_empty($$SELECT id FROM dossier_guard g
                   WHERE position(format('WHEN %L', id) IN (SELECT prosrc FROM pg_proc WHERE proname = 'dossier_problems')) = 0$$,
                'and is known to dossier_problems');
INSERT INTO dossier_guard VALUES ('unheardOf', 'x', 'x', 'x');
SELECT isnt(dossier_problems(ARRAY['unheardOf'], '{}'), NULL, 'a guard it does not know fails');
SELECT is((SELECT count(*) FROM dossier_state), 14::bigint, '14 states');
SELECT is((SELECT count(DISTINCT display_group) FROM dossier_state), 5::bigint, 'in the five groups shown');
SELECT is_empty($$SELECT s.id FROM dossier_state s JOIN dossier_transition t ON t.from_state = s.id WHERE terminal$$, 'nothing leaves a terminal state');
SELECT matches((SELECT string_agg(text, E'\n' ORDER BY line) FROM transition_diagram), 'stateDiagram-v2.*SUBMITTED --> ACCEPTED: accept',
               'the table prints its diagram');

-- Makes a dossier of the citizen's in any state; returns its code.
CREATE FUNCTION pg_temp.dossier_in(p_state text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text;
BEGIN
    PERFORM pg_temp.act_as('admin');
    INSERT INTO dossier (code, procedure_version, applicant, submitter, channel, received_agency, competent_agency, state,
                         submitted_at, received_at, seq)
    SELECT next_dossier_code(o.agency, now()), v.id, 1, 1, 'ONLINE', o.agency, o.agency, p_state, now(),
           CASE WHEN p_state NOT IN ('DRAFT', 'SUBMITTED') THEN now() END, 1
      FROM officer o, procedure p JOIN procedure_version v ON v.procedure = p.id AND v.valid_to IS NULL
     WHERE o.id = 1 AND p.code = '1.001612'
    RETURNING code INTO v_code;
    INSERT INTO dossier_event (dossier, seq, at, event, to_state, actor_kind, actor_name, applicant, submitter, received_agency,
                               competent_agency)
    SELECT id, 1, now(), 'createDraft', state, 'SYSTEM', 'test', 1, 1, received_agency, competent_agency FROM dossier WHERE code = v_code;
    RETURN v_code;
END $$;

CREATE FUNCTION pg_temp.good_args() RETURNS jsonb LANGUAGE sql RETURN
    '{"digitised": true, "outcome": "GRANTED", "eResult": "KQ-1", "receiver": "Nguyễn Văn A"}'::jsonb;

-- What applying an event as somebody answers: the failure, or the new state.
CREATE FUNCTION pg_temp.try(p_who text, p_code text, p_event text, p_args jsonb DEFAULT pg_temp.good_args(), p_seq int DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM apply_dossier_event(p_code, p_event, p_seq, p_args);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''),
                    (SELECT state FROM dossier WHERE id = r.dossier_id));
END $$;

-- Every state against every event an officer may send: the edges are taken, all else is STALE_STATE.
SELECT is(pg_temp.try('officer', pg_temp.dossier_in(s.id), e.event),
          coalesce((SELECT t.to_state FROM dossier_transition t WHERE t.from_state = s.id AND t.event = e.event), 'STALE_STATE'),
          format('%s in %s', e.event, s.id))
  FROM dossier_state s, (SELECT DISTINCT event FROM dossier_transition WHERE 'OFFICER' = ANY (actor_kinds)) AS e
 ORDER BY s.position, e.event;

-- Who may.
SELECT is(pg_temp.try('citizen2', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_FOUND', 'another citizen''s dossier is not found');
SELECT is(pg_temp.try('citizen2', 'H29-261125-9999', 'accept'), 'NOT_FOUND', 'exactly as one that does not exist');
SELECT is(pg_temp.try('nobody_citizen', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_FOUND', 'nobody finds nothing');
SELECT is(pg_temp.try('officer2', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_FOUND', 'nor does an officer of another agency');
SELECT is(pg_temp.try('citizen', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_ALLOWED', 'the applicant sees it and may not accept it');
SELECT is(pg_temp.try('field', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_ALLOWED', 'nor may an officer without the role');
SELECT is(pg_temp.try('citizen_as_officer', pg_temp.dossier_in('SUBMITTED'), 'accept'), 'NOT_FOUND', 'a citizen''s login cannot play officer');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'vanish'), 'NOT_ALLOWED', 'an unheard-of event is nobody''s to send');
UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 3)
 WHERE code = (SELECT max(code) FROM dossier WHERE state = 'ACCEPTED' AND received_agency = (SELECT agency FROM officer WHERE id = 1));
SELECT is(pg_temp.try('officer', (SELECT code FROM dossier WHERE state = 'ACCEPTED' AND competent_agency <> received_agency
                                    AND received_agency = (SELECT agency FROM officer WHERE id = 1)
                                    AND competent_agency = (SELECT agency FROM officer WHERE id = 3) LIMIT 1), 'assign'),
          'NOT_ALLOWED', 'assigning is the competent agency''s, not the receiving one''s');

-- Guards.
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', '{}'), 'GUARD_FAILED digitised', 'accept without digitising or a reason (R31)');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', NULL), 'GUARD_FAILED digitised', 'no arguments are empty arguments');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', '{"digitisationReason": "  "}'), 'GUARD_FAILED digitised', 'blanks are no reason');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', '{"digitisationReason": "máy hỏng"}'), 'ACCEPTED', 'a stated reason will do');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('PROCESSING'), 'complete', '{}'), 'GUARD_FAILED outcome,eResult', 'complete needs outcome, and result or reason');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('PROCESSING'), 'complete', '{"outcome": "MAYBE", "reason": "x"}'), 'GUARD_FAILED outcome', 'an outcome is GRANTED or REFUSED');
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE id = (SELECT session::uuid FROM actor WHERE who = 'officer');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('PROCESSING'), 'complete', '{"outcome": "REFUSED", "reason": "không đủ điều kiện"}'), 'STEP_UP_REQUIRED', 'a decision needs a second factor');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', '{"digitised": true}'), 'ACCEPTED', 'what is none does not');
UPDATE session SET stepped_up_at = now() WHERE id = (SELECT session::uuid FROM actor WHERE who = 'officer');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('PROCESSING'), 'complete', '{"outcome": "REFUSED", "reason": "không đủ điều kiện"}'), 'COMPLETED', 'a refusal with its reason completes');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('COMPLETED'), 'handOver', '{}'), 'GUARD_FAILED receiver', 'handing over names the receiver');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('COMPLETED'), 'handOver', '{"receiver": "A. B.", "delivery": "PIGEON"}'), 'GUARD_FAILED delivery', 'and a known way');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('ACCEPTED'), 'assign', jsonb_build_object('officer', (SELECT public_id FROM officer WHERE id = 3))),
          'GUARD_FAILED officer', 'only an officer of the competent agency is assigned');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'accept', jsonb_build_object('digitised', true, 'note', repeat('x', 2001))),
          'GUARD_FAILED note', 'a note has an end');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
UPDATE dossier SET finance = 'DUE' WHERE code = :'code';
SELECT is(pg_temp.try('officer', :'code', 'accept', '{"digitised": true, "finance": "PAID"}'), 'GUARD_FAILED finance', 'a fee due is not settled by saying so');

-- A whole life, from the citizen's phone to the counter.
SELECT * FROM pg_temp.act_as('citizen');
SELECT coalesce(failure, '') AS failure, dossier_id, event_id, seq FROM submit_dossier('1.001612', (SELECT code FROM agency WHERE id = 13), NULL, 'ONLINE') \gset
SELECT * FROM pg_temp.act_as('admin');
SELECT is(:'failure'::text, '', 'submitting works');
SELECT is(:seq, 2, 'createDraft and submit are events 1 and 2');
SELECT is(d.code, format('%s-%s-%s', a.code, to_char(now(), 'YYMMDD'), right(d.code, 4)), 'the code is agency, day, number') FROM dossier d JOIN agency a ON a.id = received_agency WHERE d.id = :dossier_id;
SELECT results_eq(format('SELECT seq, event, from_state, to_state, actor_kind, actor_id FROM dossier_event WHERE dossier = %s ORDER BY seq', :dossier_id),
    $$VALUES (1, 'createDraft', NULL, 'DRAFT', 'CITIZEN', 1::bigint), (2, 'submit', 'DRAFT', 'SUBMITTED', 'CITIZEN', 1)$$, 'with who did it');
SELECT is((SELECT payload->>'template' FROM outbox WHERE entity = :'event_id'), 'dossier.submitted', 'and an outbox row for the event');
SELECT code FROM dossier WHERE id = :dossier_id \gset
SELECT is(pg_temp.try('officer', :'code', 'accept', pg_temp.good_args(), 1), 'STALE_STATE', 'another seq than expected is stale');
SELECT is(pg_temp.try('officer', :'code', 'accept', pg_temp.good_args(), 2), 'ACCEPTED', 'the expected one is taken');
SELECT results_eq(format('SELECT seq, clock, digitised, due_at FROM dossier WHERE id = %s', :dossier_id),
    format('SELECT 3, ''RUNNING'', true, due_at(received_at, 3, ''WORKING_DAY'') FROM dossier WHERE id = %s', :dossier_id), 'accepting starts the clock');
SELECT is(pg_temp.try('officer', :'code', 'assign', jsonb_build_object('officer', (SELECT public_id FROM officer WHERE id = 1))), 'PROCESSING', 'assigned to somebody');
SELECT is(pg_temp.try('officer', :'code', 'complete', pg_temp.good_args() || '{"note": "Mời đến nhận", "noteInternal": "kệ 3"}'), 'COMPLETED', 'completed');
SELECT is(pg_temp.try('officer', :'code', 'handOver'), 'RETURNED', 'handed over');
SELECT results_eq(format('SELECT seq, clock, outcome, e_result, delivery, delivered, processor, finished_at IS NOT NULL FROM dossier WHERE id = %s', :dossier_id),
    $$VALUES (6, 'STOPPED', 'GRANTED', 'KQ-1', 'COUNTER', true, 1::bigint, true)$$, 'and all of it is kept');
SELECT is((SELECT array_agg(seq ORDER BY seq) FROM dossier_event WHERE dossier = :dossier_id), ARRAY[1, 2, 3, 4, 5, 6], 'seq has no gap');
SELECT is((SELECT note || '/' || note_internal FROM dossier_event WHERE dossier = :dossier_id AND seq = 5), 'Mời đến nhận/kệ 3', 'notes go where they belong');
SELECT is((SELECT count(*) FROM outbox WHERE order_key = (SELECT public_id FROM dossier WHERE id = :dossier_id)), 5::bigint, 'each event that notifies has its outbox row');
SELECT is_empty(format('SELECT e.id FROM dossier_event e WHERE e.dossier = %s AND feed_no IS NOT NULL', :dossier_id), 'none is in the feed before it is numbered');

-- Submitting refused.
CREATE FUNCTION pg_temp.submit(p_who text, p_procedure text, p_agency text, p_applicant bigint, p_channel text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_dossier(p_procedure, p_agency, p_applicant, p_channel);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''), 'OK');
END $$;
SELECT is(pg_temp.submit('citizen', '9.999999', 'H29.101', NULL, 'ONLINE'), 'GUARD_FAILED procedure', 'an unknown procedure');
SELECT is(pg_temp.submit('citizen', '1.001612', 'H09.51', NULL, 'ONLINE'), 'GUARD_FAILED agency', 'an agency of the past');
SELECT is(pg_temp.submit('citizen', '1.001612', 'H29.2', NULL, 'ONLINE'), 'GUARD_FAILED agency', 'an agency that does not receive');
SELECT is(pg_temp.submit('citizen', '1.001612', 'H29.101', 2, 'ONLINE'), 'GUARD_FAILED applicant', 'for somebody else');
SELECT is(pg_temp.submit('citizen', '1.001612', 'H29.101', NULL, 'SMOKE'), 'GUARD_FAILED channel', 'by an unknown channel');
SELECT is(pg_temp.submit('citizen', '9.999999', 'nowhere', 2, ''), 'GUARD_FAILED procedure,agency,applicant,channel', 'all problems are told at once');
SELECT is(pg_temp.submit('officer', '1.001612', 'H29.101', NULL, 'ONLINE'), 'NOT_ALLOWED', 'officers do not submit');
SELECT is(pg_temp.submit('nobody_citizen', '1.001612', 'H29.101', NULL, 'ONLINE'), 'NOT_ALLOWED', 'nor does nobody');
SELECT is(pg_temp.submit('partner', '1.001612', 'H29.101.1', 5001, 'ONLINE'), 'OK', 'a partner submits for itself');
SELECT is(pg_temp.submit('citizen', '2.001610', 'H29.136.1', NULL, 'ONLINE'), 'OK', 'any reception point takes a provincial procedure');
SELECT is((SELECT a.code FROM dossier d JOIN agency a ON a.id = d.competent_agency ORDER BY d.id DESC LIMIT 1), 'H29.5', 'and the competent department decides it');
\ir include/end.psql
