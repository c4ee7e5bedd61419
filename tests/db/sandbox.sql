-- The sandbox (R6): what is in it, what leads where, and that the two worlds do not touch (20261127001200_sandbox.sql).
\ir include/begin.psql
SELECT plan(138);

-- Two partners with a test key each, and the first one's people.
SELECT ok(sandbox_subjects(5001) LIKE '5001,%' AND sandbox_subjects(5002) LIKE '5002,%', 'a test key speaks for the partner and for its organisation of the sandbox');
INSERT INTO actor SELECT 'test_key', 'app_partner', 'PARTNER', '5001', sandbox_subjects(5001), '', '', NULL, 'dossiers.read dossiers.submit', 'TEST';
INSERT INTO actor SELECT 'test_key2', 'app_partner', 'PARTNER', '5002', sandbox_subjects(5002), '', '', NULL, 'dossiers.read dossiers.submit', 'TEST';
INSERT INTO actor SELECT face, 'app_citizen', 'CITIZEN', subject::text, subjects_of(subject), '', '', NULL, NULL, 'TEST'
  FROM sandbox_person WHERE partner = 5001 AND face <> 'cong-ty';
CREATE FUNCTION pg_temp.face(p_face text, p_partner bigint DEFAULT 5001) RETURNS bigint LANGUAGE sql AS $$
    SELECT subject FROM sandbox_person WHERE partner = p_partner AND face = p_face
$$;

-- Answers of the changes: the failure with its first path, or the state.
CREATE FUNCTION pg_temp.submit(p_who text, p_procedure text, p_applicant bigint DEFAULT NULL, p_agency text DEFAULT 'H00.1') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_row record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO v_row FROM submit_dossier(p_procedure, p_agency, p_applicant, 'ONLINE', NULL, NULL, '{"consent": true}');
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('test.dossier', coalesce(v_row.dossier_id::text, ''), true);
    RETURN coalesce(v_row.failure || coalesce(' ' || (v_row.problems->0->>'path'), ' ' || v_row.seq, ''),
                    (SELECT concat_ws(' ', state, outcome) FROM dossier WHERE id = v_row.dossier_id));
END $$;
CREATE FUNCTION pg_temp.last() RETURNS bigint LANGUAGE sql RETURN nullif(current_setting('test.dossier'), '')::bigint;
CREATE FUNCTION pg_temp.advance(p_who text, p_event text, p_args jsonb DEFAULT '{}', p_seq int DEFAULT NULL, p_dossier bigint DEFAULT pg_temp.last()) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_code text := (SELECT code FROM dossier WHERE id = p_dossier);
    v_row  record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        SELECT * INTO v_row FROM sandbox_advance(v_code, p_event, p_seq, p_args);
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'may not even ask';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(v_row.failure || coalesce(' ' || (v_row.problems->0->>'path'), ''),
                    (SELECT concat_ws(' ', state, outcome) FROM dossier WHERE id = v_row.dossier_id));
END $$;

-- The province.
SELECT set_eq('SELECT code FROM agency WHERE sandbox', ARRAY['H00', 'H00.1'], 'its agencies are nobody''s');
SELECT is((SELECT count(*) FROM procedure WHERE sandbox AND (code !~ '^9\.0000' OR field <> 'sandbox')), 0::bigint, 'its procedures are known by their code and field');
SELECT is_empty($$SELECT p.code FROM procedure p WHERE sandbox AND NOT EXISTS (SELECT FROM procedure_in_force f WHERE f.code = p.code)$$, 'and in force');
SELECT is((SELECT count(*) FROM officer o JOIN agency a ON a.id = o.agency WHERE a.sandbox <> (o.id > 1000000000)), 0::bigint, 'its officers are numbered apart');
SELECT is_empty($$SELECT o.id FROM organisation o JOIN subject s USING (id) WHERE s.sandbox <> (o.tax_code LIKE '99%')$$, 'its organisations have tax codes of their own');
SELECT is_empty($$SELECT id FROM person JOIN subject s USING (id) WHERE s.sandbox AND personal_no_index IS NOT NULL$$, 'its people have no personal number');
SELECT isnt(pg_temp.face('an'), pg_temp.face('an', 5002), 'each partner has its own people');
SELECT is(sandbox_subjects(5001), (SELECT subjects FROM actor WHERE who = 'test_key'), 'who are made once');
SELECT is(subjects_of(pg_temp.face('chi')), concat_ws(',', pg_temp.face('chi'), pg_temp.face('cong-ty')), 'one of them administers their organisation');
SELECT is(subjects_of(pg_temp.face('dung')), pg_temp.face('dung')::text, 'another is a member');

-- Each procedure leads where its name says.
SELECT is(pg_temp.submit('test_key', '9.000001'), 'SUBMITTED', '9.000001');
SELECT is((SELECT applicant FROM dossier WHERE id = pg_temp.last()), pg_temp.face('cong-ty'), 'a test key submits as its organisation');
SELECT is(pg_temp.submit('test_key', '9.000002'), 'ACCEPTED', '9.000002');
SELECT is((SELECT (due_at IS NOT NULL, clock, digitised)::text FROM dossier WHERE id = pg_temp.last()), '(t,RUNNING,t)', 'as any accepted one: the clock runs');
SELECT is(pg_temp.submit('test_key', '9.000003'), 'PROCESSING', '9.000003');
SELECT is(pg_temp.submit('test_key', '9.000004'), 'COMPLETED GRANTED', '9.000004');
SELECT is(pg_temp.submit('test_key', '9.000005'), 'COMPLETED REFUSED', '9.000005');
SELECT is(pg_temp.submit('test_key', '9.000006'), 'RETURNED GRANTED', '9.000006');
SELECT results_eq($$SELECT seq, event, actor_kind, actor_name FROM dossier_event WHERE dossier = pg_temp.last() ORDER BY seq$$,
    $$SELECT * FROM (VALUES (1, 'createDraft', 'PARTNER', (SELECT name FROM subject WHERE id = 5001)), (2, 'submit', 'PARTNER', (SELECT name FROM subject WHERE id = 5001)),
             (3, 'accept', 'OFFICER', 'Cán bộ Thử Nghiệm'), (4, 'assign', 'OFFICER', 'Cán bộ Thử Nghiệm'),
             (5, 'complete', 'OFFICER', 'Cán bộ Thử Nghiệm'), (6, 'handOver', 'OFFICER', 'Cán bộ Thử Nghiệm')) AS v$$, 'one event after another, by the officer');
SELECT is((SELECT count(*) FROM outbox o JOIN dossier_event e ON e.id = o.entity WHERE e.dossier = pg_temp.last()), 5::bigint, 'each is told');
SELECT is(pg_temp.submit('test_key', '9.000050'), 'SUBMITTED', '9.000050');
SELECT is((SELECT a.code FROM dossier d JOIN agency a ON a.id = d.competent_agency WHERE d.id = pg_temp.last()), 'H00', 'the province decides it');
SELECT is(concat_ws(',', pg_temp.advance('test_key', 'accept'), pg_temp.advance('test_key', 'assign'), pg_temp.advance('test_key', 'complete')),
          'ACCEPTED,PROCESSING,COMPLETED GRANTED', 'and has an officer who does');
SELECT is(pg_temp.submit('test_key', '9.000090'), 'GUARD_FAILED channel', '9.000090');
SELECT is(pg_temp.submit('test_key', '9.000091'), 'NOT_ALLOWED', '9.000091');
SELECT is(pg_temp.submit('test_key', '9.000092'), 'RATE_LIMITED 30', '9.000092');
SELECT is(pg_temp.last(), NULL, 'a refusal makes nothing');
SELECT is(pg_temp.submit('test_key', '9.000007'), 'INTAKE_SUPPLEMENT', '9.000007');
SELECT is(pg_temp.submit('test_key', '9.000008'), 'REJECTED', '9.000008');
SELECT is(pg_temp.submit('test_key', '9.000009'), 'SUPPLEMENT_REQUIRED', '9.000009');
SELECT is(pg_temp.submit('test_key', '9.000010'), 'INTERAGENCY', '9.000010');
SELECT is(pg_temp.submit('test_key', '9.000011'), 'PAYMENT_REQUIRED', '9.000011');
SELECT is(pg_temp.submit('test_key', '9.000012'), 'STOPPED', '9.000012');
SELECT is(pg_temp.submit('test_key', '9.000013'), 'COMPLETED GRANTED', '9.000013');

-- Every edge of an officer's is played from the procedure that stays in its state; a withdrawal is the applicant's to ask for.
CREATE FUNCTION pg_temp.played(p_state text, p_event text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.submit('test_key', CASE p_state WHEN 'SUBMITTED' THEN '9.000001' WHEN 'ACCEPTED' THEN '9.000002' WHEN 'PROCESSING' THEN '9.000003'
        WHEN 'COMPLETED' THEN '9.000004' WHEN 'INTAKE_SUPPLEMENT' THEN '9.000007' WHEN 'SUPPLEMENT_REQUIRED' THEN '9.000009'
        WHEN 'INTERAGENCY' THEN '9.000010' WHEN 'PAYMENT_REQUIRED' THEN '9.000011' ELSE '9.000003' END);
    IF p_state = 'WITHDRAW_REQUESTED' THEN
        PERFORM pg_temp.act_as('test_key');
        PERFORM apply_dossier_event((SELECT code FROM dossier WHERE id = pg_temp.last()), 'requestWithdraw', NULL, '{}');
        PERFORM pg_temp.act_as('admin');
    END IF;
    IF p_event IN ('paid', 'exemptFee') AND p_state <> 'PAYMENT_REQUIRED' THEN
        INSERT INTO fee_demand (dossier, applicant, no, amount_dong, what, demanded_at, demanded)
        SELECT d.id, d.applicant, 1, 20000, 'x', e.at, e.id FROM dossier d JOIN dossier_event e ON (e.dossier, e.seq) = (d.id, 1) WHERE d.id = pg_temp.last();
        UPDATE dossier SET finance = 'DUE' WHERE id = pg_temp.last();
    END IF;
    RETURN split_part(pg_temp.advance('test_key', p_event), ' ', 1);
END $$;
SELECT is(pg_temp.played(t.from_state, t.event), coalesce(CASE t.waits_for WHEN 'FEE' THEN t.from_state ELSE t.to_state END, 'PROCESSING'), format('%s in %s', t.event, t.from_state))
  FROM dossier_transition t WHERE 'OFFICER' = ANY (t.actor_kinds) AND t.from_state IS NOT NULL AND t.accepted IS NOT FALSE ORDER BY t.id;
SELECT is_empty($$SELECT event FROM dossier_transition WHERE 'OFFICER' = ANY (actor_kinds) AND from_state IS NOT NULL AND event NOT IN (SELECT event FROM sandbox_event)$$,
                'every event of an officer has what the officer says');

-- For whom.
SELECT is(pg_temp.submit('an', '9.000002'), 'ACCEPTED', 'somebody of the sandbox submits');
SELECT is(pg_temp.submit('test_key', '9.000001', pg_temp.face('an')), 'SUBMITTED', 'and is submitted for by its test key');
SELECT is(pg_temp.submit('dung', '9.000001', pg_temp.face('cong-ty')), 'SUBMITTED', 'a member for its organisation');
SELECT is(pg_temp.submit('test_key', '9.000001', pg_temp.face('an', 5002)), 'GUARD_FAILED applicant', 'not for another partner''s');
SELECT is(pg_temp.submit('test_key', '9.000001', 5001), 'GUARD_FAILED applicant', 'nor for anybody real, the partner itself included');
SELECT is(pg_temp.submit('an', '9.000001', pg_temp.face('binh')), 'GUARD_FAILED applicant', 'nor one for the other');
SELECT is(pg_temp.submit('test_key', '9.000001', NULL, 'H00'), 'GUARD_FAILED agency', 'an agency that does not receive');

-- The two worlds.
SELECT is(pg_temp.submit('citizen', '9.000001'), 'GUARD_FAILED procedure', 'nobody real submits in the sandbox');
SELECT is(pg_temp.submit('partner', '9.000001', NULL, 'H29.101'), 'GUARD_FAILED procedure', 'nor a live key');
SELECT is(pg_temp.submit('test_key', '1.001612', NULL, 'H29.101'), 'GUARD_FAILED procedure', 'a test key nothing real');
SELECT is(pg_temp.submit('an', '1.001612'), 'GUARD_FAILED procedure', 'nor its people');
SELECT is(competent_agency_at('PROVINCE', NULL, (SELECT id FROM unit WHERE code = '79'), NULL, current_date) IN (SELECT id FROM agency WHERE sandbox), false,
          'no agency of the sandbox is competent for anything real');
SELECT is(pg_temp.submit('test_key', '9.000002', pg_temp.face('an')), 'ACCEPTED');
SELECT is(pg_temp.count_as('test_key', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.last())), 1::bigint, 'a test key sees what it submitted');
SELECT is(pg_temp.count_as('an', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.last())), 1::bigint, 'the applicant its own');
SELECT is(pg_temp.count_as('partner', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.last())), 0::bigint, 'a live key of the same partner does not');
SELECT is(pg_temp.count_as('test_key2', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.last())), 0::bigint, 'nor another partner''s test key');
SELECT is(pg_temp.count_as('test_key2', 'SELECT count(*) FROM sandbox_people()') + pg_temp.count_as('partner', 'SELECT count(*) FROM sandbox_people()'), 5::bigint, 'its people are a test key''s to see');
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM subject WHERE id IN (%s, %s)', pg_temp.face('an'), pg_temp.face('an', 5002))), sees, who || ' by name: ' || sees)
  FROM (VALUES ('test_key', 1::bigint), ('partner', 0), ('binh', 0), ('citizen', 0), ('officer', 0)) AS v(who, sees);
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier WHERE sandbox') + pg_temp.count_as('officer', 'SELECT count(*) FROM dossier WHERE sandbox')
          + pg_temp.count_as('officer2', 'SELECT count(*) FROM dossier WHERE sandbox'), 0::bigint, 'nobody real sees any of it');
SELECT is(pg_temp.count_as('an', 'SELECT count(*) FROM dossier WHERE NOT sandbox') + pg_temp.count_as('chi', 'SELECT count(*) FROM dossier WHERE NOT sandbox')
          + pg_temp.count_as('test_key', 'SELECT count(*) FROM dossier WHERE NOT sandbox'), 0::bigint, 'nobody of it sees anything real');
SET ROLE motcua_definer;
SELECT throws_ok($$INSERT INTO seat (person, organisation, since) VALUES (1, pg_temp.face('cong-ty'), current_date)$$, '42501', NULL, 'nobody real has a seat in it');
SELECT throws_ok($$INSERT INTO seat (person, organisation, since) VALUES (pg_temp.face('an'), 5001, current_date)$$, '42501', NULL, 'nor the reverse');
SELECT throws_ok($$INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
                   SELECT id, pg_temp.face('an'), 1, 1, 'x', 'infinity' FROM dossier WHERE applicant = 1 LIMIT 1$$, '42501', NULL, 'nothing real is shown to it');
SELECT throws_ok($$INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
                   SELECT pg_temp.last(), 1, pg_temp.face('an'), pg_temp.face('an'), 'x', 'infinity'$$, '42501', NULL, 'nor any of it to somebody real');
SELECT lives_ok($$INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
                  SELECT pg_temp.last(), 5001, pg_temp.face('an'), pg_temp.face('an'), 'x', 'infinity'$$, 'but the partner that tries it');
RESET ROLE;

-- The officer, played.
SELECT is(pg_temp.submit('an', '9.000001'), 'SUBMITTED');
SELECT is(pg_temp.advance('an', 'accept', '{"digitised": false}'), 'GUARD_FAILED digitised', 'the rules hold for the played officer');
SELECT is(pg_temp.advance('an', 'complete'), 'STALE_STATE', 'who takes no edge that is not there');
SELECT is(pg_temp.advance('an', 'accept', '{}', 1), 'STALE_STATE', 'nor after another change');
SELECT is(pg_temp.advance('an', 'submit'), 'NOT_ALLOWED', 'the applicant''s events are the applicant''s');
SELECT is(pg_temp.advance('an', 'nonsense'), 'NOT_ALLOWED', 'what is no event');
SELECT is(pg_temp.advance('binh', 'accept'), 'NOT_FOUND', 'somebody else''s dossier');
SELECT is(pg_temp.advance('test_key', 'accept'), 'NOT_FOUND', 'the test key itself must be able to see it');
SELECT is(pg_temp.advance('citizen', 'accept') || ' ' || pg_temp.advance('partner', 'accept'), 'NOT_ALLOWED NOT_ALLOWED', 'nobody outside plays');
SELECT is(pg_temp.advance('officer', 'accept'), 'may not even ask', 'an officer least of all');
SELECT is(pg_temp.advance('test_key', 'accept', '{}', NULL, (SELECT min(id) FROM dossier WHERE applicant = 5001 AND state = 'SUBMITTED')), 'NOT_FOUND', 'a live dossier is none, even the partner''s own');
UPDATE actor SET scopes = 'dossiers.read' WHERE who = 'test_key';
SELECT is(pg_temp.advance('test_key', 'accept'), 'NOT_ALLOWED', 'to read is not to act');
UPDATE actor SET scopes = 'dossiers.read dossiers.submit' WHERE who = 'test_key';
SELECT is(pg_temp.advance('an', 'accept', '{"note": "Xin chờ"}', 2), 'ACCEPTED', 'and so it goes on');
SELECT is(pg_temp.advance('an', 'assign') || ',' || pg_temp.advance('an', 'complete', '{"outcome": "REFUSED"}') || ',' || pg_temp.advance('an', 'handOver', '{"receiver": null}'),
          'PROCESSING,COMPLETED REFUSED,RETURNED REFUSED', 'to its end, as the player says');

-- The reset.
SELECT set_eq($$SELECT conrelid::regclass::text || '.' || confrelid::regclass::text FROM pg_constraint
                 WHERE contype = 'f' AND confdeltype <> 'c' AND confrelid IN ('dossier'::regclass, 'dossier_event'::regclass)$$,
    ARRAY['bulk_item.dossier', 'dossier_classification.dossier', 'dossier_event.dossier', 'dossier_form.dossier', 'dossier_grant.dossier', 'feed_of_grantee.dossier_event',
          'dossier.dossier_event', 'dossier_event.dossier_event', 'supplement_request.dossier', 'supplement_request.dossier_event', 'supplement_item.dossier',
          'inter_agency_task.dossier', 'inter_agency_task.dossier_event', 'fee_demand.dossier', 'fee_demand.dossier_event', 'former_result.dossier', 'former_result.dossier_event', 'result_file.dossier_event'],
    'sandbox_prune knows all that stands on a dossier and does not go with it');
SELECT is(sandbox_prune(), 0, 'what is new stays');
CREATE FUNCTION pg_temp.age(p_by interval) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dossier_event SET at = now() - p_by WHERE dossier = pg_temp.last();
    UPDATE dossier SET submitted_at = now() - p_by, received_at = NULL, due_at = NULL WHERE id = pg_temp.last();
END $$;
SELECT pg_temp.age('30 days');
SELECT is(sandbox_prune(), 0, 'and what is 30 days old');
SELECT pg_temp.age('30 days 1 second');
UPDATE dossier_event SET at = now() - interval '30 days' WHERE dossier = pg_temp.last() AND seq = 6;
SELECT is(sandbox_prune(), 0, 'and that to which something has happened since');
SELECT pg_temp.age('30 days 1 second');
UPDATE dossier SET submitted_at = now() - interval '40 days' WHERE id = (SELECT min(id) FROM dossier WHERE state = 'SUBMITTED' AND NOT sandbox);
INSERT INTO feed_of_grantee (grantee, feed_no, event) SELECT 5001, 1000000, id FROM dossier_event WHERE dossier = pg_temp.last() LIMIT 1;
SELECT is(sandbox_prune(), 1, 'older ones go, nothing real does');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = pg_temp.last()) + (SELECT count(*) FROM feed_of_grantee WHERE feed_no = 1000000), 0::bigint, 'with all that is about them');
SELECT is(sandbox_prune(), 0, 'once');
CREATE TEMP TABLE before AS SELECT count(*) AS events FROM dossier_event;
SET ROLE motcua_definer;
DELETE FROM dossier_event WHERE dossier = 1;
RESET ROLE;
SELECT is((SELECT count(*) FROM dossier_event), (SELECT events FROM before), 'no function deletes what is real');
\ir include/end.psql
