-- Trình ký (functions/44_signature_requests.sql; D10, D16, T2): a processor proposes, the head signs or sends back.
\ir include/begin.psql
\ir include/machine.psql
SELECT * FROM no_plan();

-- What a call answers: the failure with the paths of its problems, 'refused' where he may not even call it, or `done`.
CREATE FUNCTION pg_temp.answer(p_who text, p_call text, p_done text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        EXECUTE 'SELECT * FROM ' || p_call INTO STRICT r;
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'refused';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''), p_done, r.public_id::text);
END $$;
CREATE FUNCTION pg_temp.propose(p_who text, p_code text, p_event text, p_args jsonb DEFAULT NULL, p_seq int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('propose_signature(%L, %L, %L, %L)', p_code, p_event, p_seq,
        coalesce(p_args, pg_temp.good_args((SELECT id FROM dossier WHERE code = p_code), p_event))), 'PROPOSED')
$$;
-- The last request of a dossier.
CREATE FUNCTION pg_temp.request(p_code text) RETURNS signature_request LANGUAGE sql AS $$
    SELECT r.* FROM signature_request r JOIN dossier d ON d.id = r.dossier WHERE d.code = p_code ORDER BY r.id DESC LIMIT 1
$$;
CREATE FUNCTION pg_temp.sign(p_who text, p_code text, p_seq int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('sign_request(%L, %L)', (pg_temp.request(p_code)).public_id, p_seq), 'SIGNED')
$$;
CREATE FUNCTION pg_temp.send_back(p_who text, p_code text, p_reason text DEFAULT 'Chưa đủ căn cứ', p_seq int DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('return_request(%L, %L, %L)', (pg_temp.request(p_code)).public_id, p_seq, p_reason), 'RETURNED')
$$;
CREATE FUNCTION pg_temp.stands(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT d.state || ' ' || d.seq || ' ' || r.state || CASE WHEN r.closed_at IS NULL THEN ' open' ELSE '' END
      FROM dossier d, pg_temp.request(p_code) AS r WHERE d.code = p_code
$$;
CREATE FUNCTION pg_temp.told(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s %s', o.payload->>'template', o.payload->>'officer'), ', ' ORDER BY o.id)
      FROM outbox o JOIN dossier d ON d.public_id = o.order_key WHERE d.code = p_code AND o.kind = 'SIGNATURE'
$$;
-- A processor who is nobody else, and a head: two of the agency's.
INSERT INTO officer (id, agency, name) OVERRIDING SYSTEM VALUE
SELECT v.no, o.agency, v.name FROM officer o, (VALUES (901, 'Trần Thị Thụ Lý'), (902, 'Lê Văn Trưởng'), (903, 'Phạm Văn Phó')) AS v(no, name) WHERE o.id = 1;
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, CASE id WHEN 902 THEN 'HEAD' ELSE 'PROCESSOR' END, now() - interval '1 day' FROM officer WHERE id IN (901, 902, 903);
WITH opened AS (
    INSERT INTO session (kind, officer, device, expires_at, stepped_up_at)
    SELECT 'OFFICER', id, 'psql', now() + interval '1 hour', now() FROM officer WHERE id IN (901, 902, 903) RETURNING id, officer)
INSERT INTO actor (who, login, kind, me, subjects, agencies, roles, session)
SELECT CASE s.officer WHEN 901 THEN 'clerk' WHEN 902 THEN 'chief' ELSE 'clerk2' END, 'app_officer', 'OFFICER', s.officer, '', o.agency, CASE s.officer WHEN 902 THEN 'HEAD' ELSE 'PROCESSOR' END, s.id
  FROM opened s JOIN officer o ON o.id = s.officer;

-- ---- the table says what is proposed ----
SELECT set_eq($$SELECT DISTINCT event FROM dossier_transition WHERE proposers <> '{}'$$, ARRAY['askSupplement', 'stop', 'extend'], 'D10, D16, T2: what processor and head do together');
SELECT is_empty($$SELECT id FROM dossier_transition WHERE proposers <> '{}' AND actor_roles <> '{HEAD}'$$, 'the head signs each');
SELECT is(pg_temp.propose('clerk', pg_temp.dossier_in(t.from_state), t.event), 'PROPOSED', t.id || ' is proposed')
  FROM dossier_transition t WHERE t.proposers <> '{}' ORDER BY t.id;
SELECT is(pg_temp.propose('clerk', pg_temp.dossier_in(t.from_state), t.event), 'NOT_ALLOWED', t.id || ' is not')
  FROM dossier_transition t WHERE t.from_state <> 'DRAFT' AND t.event NOT IN ('askSupplement', 'stop', 'extend') AND 'OFFICER' = ANY (t.actor_kinds) AND t.accepted IS NOT FALSE ORDER BY t.id;

-- ---- who may, and what is guarded ----
SELECT is(pg_temp.propose(who, pg_temp.dossier_in('PROCESSING'), 'askSupplement'), answer, format('D10: proposed by %s: %s', who, answer))
  FROM (VALUES ('processor', 'PROPOSED'), ('officer', 'PROPOSED'), ('head', 'NOT_ALLOWED'), ('chief', 'NOT_ALLOWED'), ('intake', 'NOT_ALLOWED'), ('dispatcher', 'NOT_ALLOWED'),
               ('signer', 'NOT_ALLOWED'), ('counter', 'NOT_ALLOWED'), ('inspector', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'), ('task_processor', 'NOT_FOUND'),
               ('nobody_officer', 'NOT_FOUND'), ('citizen', 'refused'), ('delegate', 'refused'), ('partner', 'refused'), ('citizen_as_officer', 'refused'), ('worker', 'refused')) AS v(who, answer);
SELECT is(pg_temp.propose('clerk', 'H29.101-261127-9999', 'askSupplement', '{}'), 'NOT_FOUND', 'no dossier, nothing to sign');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 3) WHERE code = :'code';
SELECT is(pg_temp.propose('clerk', :'code', 'askSupplement'), 'NOT_ALLOWED', 'D10: the agency that only received it proposes nothing');
SELECT is(pg_temp.propose('task_processor', :'code', 'askSupplement'), 'PROPOSED', 'the one that decides it does');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'askSupplement', '{"parts": [], "until": "now"}'), 'GUARD_FAILED parts,reason,until', 'D10: the processor sees at once all that is missing');
SELECT is(pg_temp.propose('clerk', :'code', 'askSupplement', NULL, 7), 'STALE_STATE', 'D10: from what he saw');
SELECT is(pg_temp.propose('clerk', pg_temp.dossier_in('ACCEPTED'), 'askSupplement'), 'STALE_STATE', 'D10: and in a state that has it');
SELECT is(pg_temp.try('head', :'code', 'askSupplement') || pg_temp.try('processor', :'code', 'waive'), 'SUPPLEMENT_REQUIREDPROCESSING', 'once it was asked for');
SELECT is(pg_temp.propose('clerk', :'code', 'askSupplement', pg_temp.args_but(:'code', 'askSupplement', '{"acknowledgeOverdueRule": null}')), 'GUARD_FAILED acknowledgeOverdueRule',
          'D10: the processor is warned before the second request');
UPDATE session SET stepped_up_at = NULL WHERE officer = 901;
SELECT is(pg_temp.propose('clerk', pg_temp.dossier_in('PROCESSING'), 'stop'), 'PROPOSED', 'D16: to propose needs no second factor');

-- ---- proposed, signed ----
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT pg_temp.args_but(:'code', 'askSupplement', '{"noteInternal": "Đã gọi điện", "note": "Mời bổ sung"}') AS args \gset
SELECT is(pg_temp.propose('clerk', :'code', 'askSupplement', :'args', 1), 'PROPOSED', 'D10: a processor proposes');
SELECT is(pg_temp.stands(:'code') || (SELECT clock FROM dossier WHERE code = :'code'), 'PROCESSING 1 PROPOSED openRUNNING', 'D10: which changes nothing yet');
SELECT is((SELECT (agency = (SELECT competent_agency FROM dossier WHERE id = :id), seq, proposed_by, proposer_name, args = :'args')::text FROM pg_temp.request(:'code')),
          '(t,1,901,"Trần Thị Thụ Lý",t)', 'and is kept as it was proposed');
SELECT matches(pg_temp.told(:'code'), '(^|, )officer.signatureAsked 902(, |$)', 'D10: the head is told');
SELECT doesnt_match(pg_temp.told(:'code'), ' (901|903)(, |$)', 'and no processor');
SELECT is(pg_temp.propose('clerk2', :'code', 'stop'), 'GUARD_FAILED code', 'one thing at a time waits in a dossier');
SELECT throws_ok(format('INSERT INTO signature_request (dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at) SELECT dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at FROM signature_request WHERE dossier = %s', :id),
                 '23505', NULL, 'whoever writes');
SELECT is(pg_temp.sign(who, :'code'), answer, format('D10: signed by %s: %s', who, answer))
  FROM (VALUES ('clerk', 'NOT_ALLOWED'), ('clerk2', 'NOT_ALLOWED'), ('signer', 'NOT_ALLOWED'), ('dispatcher', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'), ('task_processor', 'NOT_FOUND'),
               ('nobody_officer', 'NOT_FOUND'), ('citizen', 'refused'), ('partner', 'refused'), ('citizen_as_officer', 'refused'), ('worker', 'refused')) AS v(who, answer);
SELECT is(pg_temp.answer('chief', 'sign_request(NULL, NULL)', 'SIGNED'), 'NOT_FOUND', 'nothing is signed by no name');
SELECT is(pg_temp.sign('chief', :'code', 2), 'STALE_STATE', 'D10: of what the head saw');
SELECT is(pg_temp.sign('chief', :'code', 1), 'SIGNED', 'D10: the head signs');
SELECT is(pg_temp.stands(:'code') || (SELECT clock FROM dossier WHERE code = :'code'), 'SUPPLEMENT_REQUIRED 2 SIGNEDPAUSED', 'D10: and it has happened: the clock rests');
SELECT is((SELECT (actor_id, actor_name, note, note_internal)::text FROM dossier_event WHERE dossier = :id AND seq = 2),
          (902, 'Lê Văn Trưởng', E'Mời bổ sung\nThiếu giấy tờ', E'Đã gọi điện\nNgười trình: Trần Thị Thụ Lý')::text, 'D10: by the head; who proposed it stands in the internal note');
SELECT is((SELECT string_agg(kind, '') FROM issued_form WHERE dossier = :id), '02', 'D10: with its form');
SELECT is((SELECT count(*) FROM supplement_item WHERE dossier = :id), 2::bigint, 'and its parts');
SELECT is((SELECT (decided_by, decider_name, answer)::text FROM pg_temp.request(:'code')), '(902,"Lê Văn Trưởng",)', 'and who signed');
SELECT matches(pg_temp.told(:'code'), 'officer.requestSigned 901$', 'D10: the processor is told');
SELECT is(pg_temp.sign('chief', :'code') || pg_temp.send_back('chief', :'code'), 'STALE_STATESTALE_STATE', 'once');

-- Signing needs what the event needs.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'stop'), 'PROPOSED', 'D16: a processor proposes to stop');
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE officer = 902;
SELECT is(pg_temp.sign('chief', :'code'), 'STEP_UP_REQUIRED', 'D16: the head needs a second factor');
SELECT is(pg_temp.stands(:'code'), 'PROCESSING 1 PROPOSED open', 'and without it nothing has changed');
UPDATE session SET stepped_up_at = now() WHERE officer = 902;
SELECT is(pg_temp.sign('chief', :'code') || ' ' || pg_temp.stands(:'code'), 'SIGNED STOPPED 2 SIGNED', 'D16: with it the dossier stops');
SELECT pg_temp.dossier_in('ACCEPTED') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'extend'), 'PROPOSED', 'T2: a later date is proposed');
UPDATE dossier SET due_at = due_at + interval '30 days' WHERE code = :'code';
SELECT is(pg_temp.sign('chief', :'code') || ' ' || pg_temp.stands(:'code'), 'GUARD_FAILED dueAt ACCEPTED 1 PROPOSED open', 'T2: what fitted when it was proposed is looked at again');
UPDATE dossier SET due_at = due_at - interval '30 days' WHERE code = :'code';
SELECT is(pg_temp.sign('chief', :'code') || ' ' || pg_temp.stands(:'code'), 'SIGNED ACCEPTED 2 SIGNED', 'T2: signed, it is so');
SELECT is((SELECT due_at FROM dossier WHERE code = :'code'), ((pg_temp.request(:'code')).args->>'dueAt')::timestamptz, 'T2: at the date that was proposed');

-- ---- sent back ----
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'stop'), 'PROPOSED', 'D16: proposed');
SELECT is(pg_temp.send_back(who, :'code'), answer, format('D16: sent back by %s: %s', who, answer))
  FROM (VALUES ('clerk2', 'NOT_ALLOWED'), ('signer', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'), ('nobody_officer', 'NOT_FOUND'), ('citizen', 'refused'), ('partner', 'refused')) AS v(who, answer);
SELECT is(pg_temp.send_back('chief', :'code', ' '), 'GUARD_FAILED reason', 'D16: only with a reason');
SELECT is(pg_temp.send_back('chief', :'code', repeat('x', 2001)), 'GUARD_FAILED reason', 'of 2,000 characters');
SELECT is(pg_temp.send_back('chief', :'code', 'x', 9), 'STALE_STATE', 'of what the head saw');
SELECT is(pg_temp.send_back('chief', :'code', repeat('x', 2000), 1) || ' ' || pg_temp.stands(:'code'), 'RETURNED PROCESSING 1 RETURNED open', 'D16: it is the processor''s again');
SELECT matches(pg_temp.told(:'code'), 'officer.requestReturned 901$', 'D16: who is told');
SELECT is(pg_temp.sign('chief', :'code'), 'STALE_STATE', 'and it is not signed any more');
SELECT is(pg_temp.propose('clerk2', :'code', 'askSupplement'), 'PROPOSED', 'D10: and something else is proposed');
SELECT is((SELECT string_agg(state || (closed_at IS NULL), ', ' ORDER BY id) FROM signature_request WHERE dossier = (SELECT id FROM dossier WHERE code = :'code')), 'RETURNEDfalse, PROPOSEDtrue', 'which settles what was sent back');
SELECT is(pg_temp.send_back('clerk2', :'code', 'Tôi nhầm'), 'RETURNED', 'a proposer takes back what is his');
SELECT is(pg_temp.stands(:'code'), 'PROCESSING 1 RETURNED', 'and has nothing more to do');
SELECT unalike(pg_temp.told(:'code'), '%officer.requestReturned 903%', 'nor is he told of it');

-- ---- overtaken ----
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'stop') || pg_temp.try('citizen', :'code', 'chooseDelivery') || ' ' || pg_temp.stands(:'code'), 'PROPOSEDPROCESSING PROCESSING 2 PROPOSED open', 'an event that leaves the state leaves it open');
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || ' ' || pg_temp.stands(:'code'), 'WITHDRAW_REQUESTED WITHDRAW_REQUESTED 3 OVERTAKEN', 'one that moves the dossier on overtakes it');
SELECT is(pg_temp.sign('chief', :'code'), 'STALE_STATE', 'and nobody signs it');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'extend') || pg_temp.try('head', :'code', 'extend') || ' ' || pg_temp.stands(:'code'), 'PROPOSEDPROCESSING PROCESSING 2 OVERTAKEN', 'T2: and so does the same, done without it');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'stop') || pg_temp.send_back('chief', :'code') || pg_temp.try('processor', :'code', 'sendTask') || ' ' || pg_temp.stands(:'code'), 'PROPOSEDRETURNEDINTERAGENCY INTERAGENCY 2 RETURNED',
          'what was sent back is settled when the dossier goes on');

-- ---- who sees it ----
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.propose('clerk', :'code', 'stop'), 'PROPOSED', 'something waits');
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM signature_request WHERE dossier = (SELECT id FROM dossier WHERE code = %L)', :'code')), sees, format('%s sees %s', who, sees))
  FROM (VALUES ('chief', 1::bigint), ('clerk', 1), ('officer', 1), ('intake', 1), ('elsewhere', 0), ('officer2', 0), ('nobody_officer', 0), ('citizen', -1), ('delegate', -1), ('partner', -1), ('public', -1), ('worker', -1)) AS v(who, sees);
SELECT * FROM pg_temp.act_as('chief');
SELECT throws_ok('UPDATE signature_request SET state = state', '42501', NULL, 'nobody writes it');
SELECT * FROM pg_temp.act_as('admin');
SELECT anonymise_events(ARRAY(SELECT id FROM dossier WHERE code = :'code'));
SELECT is((SELECT args FROM pg_temp.request(:'code')), '{}', 'R26: what was written of a person goes with the dossier''s texts');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and all of it stands together');
\ir include/end.psql
