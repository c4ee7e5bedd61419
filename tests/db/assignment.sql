-- Quy tắc phân công (functions/38_assignment_rules.sql; D7, "auto rule"): what is accepted is given to a processor at once.
\ir include/begin.psql
\ir include/machine.psql
SELECT * FROM no_plan();

SELECT agency AS agency FROM officer WHERE id = 1 \gset
-- Nobody processes here but those of this test.
UPDATE staff_grant SET withdrawn_at = starts_at WHERE agency = :agency AND role = 'PROCESSOR' AND withdrawn_at IS NULL;
INSERT INTO officer (id, public_id, agency, name) OVERRIDING SYSTEM VALUE
SELECT no, ('00000000-0000-7000-8000-000000000' || no)::uuid, CASE WHEN no = 904 THEN (SELECT agency FROM officer WHERE id = 3) ELSE :agency END, 'Cán bộ ' || no FROM generate_series(901, 905) AS no;
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'PROCESSOR', now() - interval '1 day' FROM officer WHERE id BETWEEN 901 AND 904;
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT 905, :agency, 'HEAD', now() - interval '1 day';
WITH opened AS (
    INSERT INTO session (kind, officer, device, expires_at, stepped_up_at)
    SELECT 'OFFICER', id, 'psql', now() + interval '1 hour', now() FROM officer WHERE id IN (901, 904, 905) RETURNING id, officer)
INSERT INTO actor (who, login, kind, me, subjects, agencies, roles, session)
SELECT CASE s.officer WHEN 901 THEN 'clerk' WHEN 904 THEN 'other_clerk' ELSE 'chief' END, 'app_officer', 'OFFICER', s.officer, '', o.agency, CASE s.officer WHEN 905 THEN 'HEAD' ELSE 'PROCESSOR' END, s.id
  FROM opened s JOIN officer o ON o.id = s.officer;

CREATE FUNCTION pg_temp.rule(p_who text, p_kind text, p_officer int DEFAULT NULL, p_procedure text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        SELECT * INTO STRICT r FROM set_assignment_rule(p_procedure, p_kind, ('00000000-0000-7000-8000-000000000' || p_officer)::uuid);
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'refused';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''), 'set');
END $$;
-- What becomes of a dossier that is accepted: state, seq, who has it.
CREATE FUNCTION pg_temp.taken(p_code text DEFAULT pg_temp.dossier_in('SUBMITTED')) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.try('intake', p_code, 'accept');
    RETURN (SELECT concat_ws(' ', d.state, d.seq, d.processor) FROM dossier d WHERE d.code = p_code);
END $$;

-- ---- who writes a rule ----
SELECT is(pg_temp.rule(who, 'LEAST_LADEN'), answer, format('D7: written by %s: %s', who, answer))
  FROM (VALUES ('chief', 'set'), ('officer', 'set'), ('clerk', 'NOT_ALLOWED'), ('nobody_officer', 'NOT_ALLOWED'), ('citizen', 'refused'), ('partner', 'refused'), ('citizen_as_officer', 'refused'), ('worker', 'refused')) AS v(who, answer);
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE officer = 905;
SELECT is(pg_temp.rule('chief', 'NONE'), 'STEP_UP_REQUIRED', 'D7: with a second factor');
UPDATE session SET stepped_up_at = now() WHERE officer = 905;
SELECT is(pg_temp.rule('chief', kind, officer, procedure), answer, coalesce(kind, '-') || coalesce(' ' || officer, '') || coalesce(' ' || procedure, '') || ': ' || answer)
  FROM (VALUES ('OFFICER', NULL, NULL, 'GUARD_FAILED officer'), ('NONE', 901, NULL, 'GUARD_FAILED officer'), ('OFFICER', 904, NULL, 'GUARD_FAILED officer'), ('OFFICER', 905, NULL, 'GUARD_FAILED officer'),
               ('OFFICER', 999, NULL, 'GUARD_FAILED officer'), ('BY_LOT', NULL, NULL, 'GUARD_FAILED kind'), ('NONE', NULL, '9.999999', 'GUARD_FAILED procedure'), ('NONE', NULL, '9.000001', 'GUARD_FAILED procedure'),
               ('OFFICER', 902, NULL, 'set'), ('NONE', NULL, '1.001612', 'set'), (NULL, NULL, '1.001612', 'set'), (NULL, NULL, '1.001612', 'set')) AS v(kind, officer, procedure, answer);
SELECT results_eq('SELECT agency, procedure, kind, officer, set_by FROM assignment_rule', format('VALUES (%s::bigint, NULL::bigint, ''OFFICER'', 902::bigint, 905::bigint)', :agency), 'an agency has one rule for all, and none that was taken away');
SELECT is((SELECT body FROM audit WHERE act = 'staff.assignment_rule' ORDER BY at DESC, id DESC LIMIT 1), '{"procedure": "1.001612"}', 'the audit knows who changed which');
SELECT is(pg_temp.count_as(who, 'SELECT count(*) FROM assignment_rule'), sees, format('%s sees %s', who, sees))
  FROM (VALUES ('chief', 1::bigint), ('clerk', 1), ('other_clerk', 0), ('nobody_officer', 0), ('citizen', -1), ('partner', -1), ('public', -1), ('worker', -1)) AS v(who, sees);
WITH made AS (INSERT INTO procedure (code, field, level) SELECT '9.9' || (10000 + i), field, level FROM procedure, generate_series(1, 199) AS i WHERE code = '1.001612' RETURNING id)
INSERT INTO assignment_rule (agency, procedure, kind, set_by, set_name, set_at) SELECT :agency, id, 'NONE', 905, 'x', now() FROM made;
SELECT is(pg_temp.rule('chief', 'NONE', NULL, '1.001612') || ', ' || pg_temp.rule('chief', 'OFFICER', 902), 'GUARD_FAILED procedure, set', 'an agency has 200 rules and no more, and each may be changed');
DELETE FROM assignment_rule WHERE procedure IS NOT NULL;

-- ---- what it does ----
SELECT is(pg_temp.taken(), 'PROCESSING 3 902', 'D7: what is accepted goes to the officer of the rule at once');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT * FROM pg_temp.act_as('intake');
SELECT failure IS NULL AS done, seq AS told_seq, event_id FROM apply_dossier_event(:'code', 'accept', 1, '{"digitised": true}') \gset
SELECT * FROM pg_temp.act_as('admin');
SELECT is((:'done', :told_seq, (SELECT event FROM dossier_event WHERE id = :'event_id'))::text, '(t,2,accept)', 'D7: the answer is of the acceptance');
SELECT results_eq(format('SELECT seq, event, to_state, actor_kind, actor_id, actor_name FROM dossier_event WHERE dossier = %s ORDER BY seq OFFSET 1', :id),
    $$VALUES (2, 'accept', 'ACCEPTED', 'OFFICER', 1::bigint, (SELECT name FROM officer WHERE id = 1)), (3, 'assign', 'PROCESSING', 'SYSTEM', NULL, 'Hệ thống')$$, 'D7: two events, the second by the service itself');
SELECT is((SELECT string_agg(o.kind || ' ' || (payload->>'template'), ', ' ORDER BY o.id) FROM outbox o JOIN dossier_event e ON e.id = o.entity WHERE e.dossier = :id),
          'DOSSIER_EVENT dossier.accepted, OFFICER_EVENT dossier.assigned', 'D7: the applicant is told of the acceptance alone, which nothing else replaces; the officer of his work');
SELECT is((SELECT clock || (due_at IS NOT NULL) FROM dossier WHERE id = :id), 'RUNNINGtrue', 'and the clock of the acceptance');
-- At the counter.
SELECT * FROM pg_temp.act_as('intake');
SELECT coalesce(failure, '') || coalesce(problems::text, '') AS failure, id, seq FROM accept_at_counter('1.001612', NULL, (SELECT public_id::text FROM subject WHERE id = 1), NULL, '{"digitised": true, "case": "GENERAL"}') \gset
SELECT * FROM pg_temp.act_as('admin');
SELECT is(:'failure' || :seq, '1', 'D3c: at the counter the answer is of the acceptance');
SELECT is((SELECT concat_ws(' ', state, seq, processor) FROM dossier WHERE id = :id), 'PROCESSING 2 902', 'D3c, D7: and the dossier is given as well');
-- A procedure's own rule goes before the agency's.
SELECT is(pg_temp.rule('chief', 'NONE', NULL, '1.001612') || pg_temp.taken(), 'setACCEPTED 2', 'D7: a procedure may be left to the dispatcher');
SELECT is(pg_temp.rule('chief', 'OFFICER', 903, '1.001612') || pg_temp.taken(), 'setPROCESSING 3 903', 'or go to another');
SELECT is(pg_temp.rule('chief', NULL, NULL, '1.001612') || pg_temp.taken(), 'setPROCESSING 3 902', 'without one, the agency''s counts');
-- The least laden, of those who are there.
SELECT is(pg_temp.rule('chief', 'LEAST_LADEN'), 'set', 'D7: to the least laden');
UPDATE dossier SET processor = NULL WHERE processor IN (901, 902, 903);
SELECT is(string_agg(pg_temp.taken(), ', '), 'PROCESSING 3 901, PROCESSING 3 902, PROCESSING 3 903, PROCESSING 3 901', 'D7: each in turn') FROM generate_series(1, 4);
SELECT pg_temp.try('signer', d.code, 'complete') FROM dossier d WHERE d.processor = 903 \g /dev/null
SELECT is(pg_temp.taken(), 'PROCESSING 3 903', 'what is finished is no load');
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by) VALUES (:agency, 902, 903, now() - interval '1 hour', now() + interval '1 day', 905);
SELECT is(pg_temp.taken(), 'PROCESSING 3 903', 'D7: who is away gets nothing');
UPDATE staff_substitution SET ended_at = now() WHERE absent = 902;
SELECT is(pg_temp.taken(), 'PROCESSING 3 902', 'until he is back');
UPDATE staff_grant SET withdrawn_at = now() WHERE officer IN (901, 902, 903) AND role = 'PROCESSOR';
SELECT is(pg_temp.taken(), 'ACCEPTED 2', 'D7: where nobody processes, it waits for the dispatcher');
SELECT is(pg_temp.try('dispatcher', (SELECT code FROM dossier WHERE state = 'ACCEPTED' AND competent_agency = :agency ORDER BY id DESC LIMIT 1), 'assign'), 'PROCESSING', 'who gives it');
UPDATE staff_grant SET withdrawn_at = NULL WHERE officer IN (901, 903) AND role = 'PROCESSOR';
SELECT is(pg_temp.rule('chief', 'OFFICER', 901), 'set', 'all to one');
UPDATE officer SET agency = (SELECT agency FROM officer WHERE id = 3) WHERE id = 901;
SELECT is(pg_temp.taken(), 'ACCEPTED 2', 'D7: who has left gets nothing');
UPDATE officer SET agency = :agency WHERE id = 901;
-- Nobody else is the service, and no term takes the edge.
SELECT is(pg_temp.tried(who, 'ACCEPTED', 'assign'), answer, format('assigned by %s: %s', who, answer)) FROM (VALUES ('processor', 'NOT_ALLOWED'), ('intake', 'NOT_ALLOWED'), ('dispatcher', 'PROCESSING')) AS v(who, answer);
SELECT is_empty($$SELECT id FROM dossier_transition WHERE 'SYSTEM' = ANY (actor_kinds) AND timer_reason IS NULL AND event <> 'assign'$$, 'D6, D16: what the service takes by itself, it takes with a reason');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and all of it stands together');
\ir include/end.psql
