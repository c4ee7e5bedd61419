-- Which case of its procedure a dossier is of (functions/22_cases.sql): named or the only one, by whatever way it comes; corrected by
-- whoever accepts it; limit and fee follow it.
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(40);

-- The officer's own ward decides it: a confirmation of marital status in 3 working days, or 23 where another place is asked.
SELECT v.version AS version, a.code AS agency, a.id AS ward FROM procedure_in_force v, officer o JOIN agency a ON a.id = o.agency
 WHERE v.code = '1.004873' AND o.id = 1 \gset
INSERT INTO fee_rule (procedure_version, procedure_case, kind, amount_dong, valid_from, decision)
SELECT :version, c.id, 'CHARGE', CASE c.code WHEN 'GENERAL' THEN 3000 ELSE 8000 END, '2020-01-01', 'QĐ 1' FROM procedure_case c WHERE c.procedure_version = :version;
CREATE FUNCTION pg_temp.case_of(p_id bigint) RETURNS text LANGUAGE sql AS $$
    SELECT c.code || ' ' || (l).amount || ' ' || (l).unit || ' ' || channel_fee(d, 'COUNTER')
      FROM dossier d LEFT JOIN procedure_case c ON c.id = d.procedure_case CROSS JOIN LATERAL dossier_limit(d) AS l WHERE d.id = p_id
$$;
-- What the words of a failure are, in the first of its problems.
CREATE FUNCTION pg_temp.said(p_failure text, p_problems jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', p_failure, (SELECT string_agg(p->>'path', ' ') FROM jsonb_array_elements(p_problems) AS p))
$$;
CREATE FUNCTION pg_temp.submit(p_who text, p_procedure text, p_case text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_dossier(p_procedure, current_setting('test.agency'), NULL, 'POST', NULL, p_case, pg_temp.filed(p_procedure, p_case));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(pg_temp.said(r.failure, r.problems), '') || coalesce((SELECT c.code FROM dossier d JOIN procedure_case c ON c.id = d.procedure_case WHERE d.id = r.dossier_id), '');
END $$;
SELECT set_config('test.agency', :'agency', true) \g /dev/null

-- Handed in.
SELECT is(pg_temp.submit(who, '1.004873', NULL), 'GUARD_FAILED case', format('%s is asked for the case', who)) FROM unnest('{citizen,partner}'::text[]) AS who;
SELECT is(pg_temp.submit('citizen', '1.004873', 'GENERAL'), 'GENERAL', 'the one that is named');
SELECT is(pg_temp.submit('partner', '1.004873', 'VERIFY_ELSEWHERE'), 'VERIFY_ELSEWHERE', 'by a partner, too');
SELECT is(pg_temp.submit('citizen', '1.004873', w), 'GUARD_FAILED case', format('there is no case «%s»', left(w, 10))) FROM unnest(ARRAY['HOUSE', '', 'general', repeat('x', 500)]) AS w;
SELECT is(pg_temp.submit('citizen', '1.004837', NULL), 'GENERAL', 'the only one there is need not be named');
SELECT is(pg_temp.submit('citizen', '1.004837', 'GENERAL'), 'GENERAL', 'and may be');
SELECT is(pg_temp.submit('citizen', '1.004837', 'HOUSE'), 'GUARD_FAILED case', 'but no other');
SELECT is(pg_temp.submit('citizen', '9.999999', 'HOUSE'), 'GUARD_FAILED procedure', 'of a procedure nobody knows nothing is asked');
SELECT results_eq($$SELECT p->>'vi', p->>'en' FROM jsonb_path_query(case_facts((SELECT version FROM procedure_in_force WHERE code = '1.004873'), NULL), '$.said.caseChosen') AS p$$,
    $$SELECT 'Thủ tục này có nhiều trường hợp giải quyết, hãy chọn một: GENERAL ' || g.name_vi || '; VERIFY_ELSEWHERE ' || e.name_vi || '.',
             'This procedure has several cases, choose one: GENERAL ' || g.name_en || '; VERIFY_ELSEWHERE ' || e.name_en || '.'
        FROM procedure_in_force v JOIN procedure_case g ON g.procedure_version = v.version AND g.code = 'GENERAL' JOIN procedure_case e ON e.procedure_version = v.version AND e.code = 'VERIFY_ELSEWHERE'
       WHERE v.code = '1.004873'$$, 'it says what there is to choose from');
SELECT is(case_facts(:version, 'HOUSE')->'said'->'caseChosen'->'cases'->1->>'limitAmount', '23', 'with their limits');
SELECT is(case_facts(:version, 'HOUSE')->'said'->'caseChosen'->>'en' LIKE 'This procedure has no such case, choose one: GENERAL %', true, 'and that another is none');

-- By a draft.
INSERT INTO procedure_form (procedure_version, case_code, no, schema)
SELECT v, c, 99, '{"type": "object", "properties": {"x": {"type": "string", "x-label-vi": "x", "x-label-en": "x", "x-order": 1}}}' FROM unnest(ARRAY[:version]) AS v, unnest(ARRAY['', 'VERIFY_ELSEWHERE']) AS c;
CREATE FUNCTION pg_temp.draft(p_draft text, p_submit text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_draft uuid;
    r       record;
BEGIN
    PERFORM pg_temp.act_as('citizen');
    SELECT public_id INTO STRICT v_draft FROM save_draft(jsonb_build_object('procedure', '1.004873', 'agency', current_setting('test.agency'), 'case', p_draft));
    SELECT * INTO STRICT r FROM submit_draft(v_draft::text, NULL, p_submit, '{"consent": true}');
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(pg_temp.said(r.failure, r.problems), '') || coalesce((SELECT c.code FROM dossier d JOIN procedure_case c ON c.id = d.procedure_case WHERE d.id = r.id), '');
END $$;
SELECT is(pg_temp.draft('VERIFY_ELSEWHERE', NULL), 'VERIFY_ELSEWHERE', 'a draft''s own');
SELECT is(pg_temp.draft('VERIFY_ELSEWHERE', 'VERIFY_ELSEWHERE'), 'VERIFY_ELSEWHERE', 'which may be named once more');
SELECT is(pg_temp.draft('VERIFY_ELSEWHERE', 'GENERAL'), 'GUARD_FAILED case', 'and not be another');
SELECT is(pg_temp.draft(NULL, NULL), 'GUARD_FAILED case', 'a draft without a case is asked for one');
SELECT is(pg_temp.draft(NULL, 'GENERAL'), 'GENERAL', 'and takes it');
SELECT is(pg_temp.draft(NULL, 'VERIFY_ELSEWHERE'), 'GUARD_FAILED case', 'unless that asks by a form of its own');

-- In a bulk job.
INSERT INTO partner (id) VALUES (5001) ON CONFLICT DO NOTHING;
WITH s AS (INSERT INTO session (kind, subject, device, scopes, environment, expires_at)
           VALUES ('PARTNER', 5001, 'psql', '{dossiers.read,dossiers.submit}', 'LIVE', now() + interval '1 hour') RETURNING id)
UPDATE actor SET session = s.id FROM s WHERE who = 'partner';
SELECT * FROM pg_temp.act_as('partner');
SELECT id AS job FROM submit_bulk((SELECT jsonb_agg(jsonb_build_object('reference', 'r' || i, 'procedure', '1.004873', 'agency', :'agency', 'channel', 'POST', 'consent', true,
           'parts', '[{"part": "DECLARATION", "onPaper": true}]'::jsonb, 'case', c) ORDER BY i)
                                     FROM unnest(ARRAY['GENERAL', 'VERIFY_ELSEWHERE', NULL, 'HOUSE']) WITH ORDINALITY AS x(c, i))) \gset
SELECT * FROM pg_temp.act_as('worker');
SELECT * FROM bulk_work(100) \g /dev/null
SELECT * FROM pg_temp.act_as('admin');
SELECT results_eq(format('SELECT coalesce(c.code, pg_temp.said(i.failure, i.problems)) FROM bulk_item i LEFT JOIN dossier d ON d.id = i.dossier LEFT JOIN procedure_case c ON c.id = d.procedure_case WHERE i.job = %s ORDER BY i.no', :'job'),
                  ARRAY['GENERAL', 'VERIFY_ELSEWHERE', 'GUARD_FAILED case', 'GUARD_FAILED case'], 'each item of a job has its own');

-- At the counter: limit, fee and return date by the case.
CREATE FUNCTION pg_temp.counter(p_case text, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('intake');
    SELECT * INTO STRICT r FROM accept_at_counter('1.004873', NULL, (SELECT public_id::text FROM subject WHERE id = 2), NULL,
                                                  '{"digitised": true}' || p_more || jsonb_build_object('case', p_case), sha256(convert_to(coalesce(p_case, ''), 'UTF8')));
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('test.made', coalesce(r.id, 0)::text, true);
    RETURN coalesce(pg_temp.said(r.failure, r.problems), '') || coalesce(pg_temp.case_of(r.id), '');
END $$;
SELECT is(pg_temp.counter(NULL), 'GUARD_FAILED case', 'the counter is asked, too');
SELECT is(pg_temp.counter(NULL, '{"known": {"case": 1}, "caseSaid": "x"}'), 'GUARD_FAILED case', 'and does not talk itself round it');
SELECT is(pg_temp.counter('GENERAL'), 'GENERAL 3 WORKING_DAY 3000', 'one case');
SELECT is((SELECT due_at FROM dossier WHERE id = current_setting('test.made')::bigint), (SELECT due_at(received_at, 3, 'WORKING_DAY') FROM dossier WHERE id = current_setting('test.made')::bigint), 'due in its time');
SELECT is((SELECT count(*) FROM tracking_code t WHERE t.dossier = current_setting('test.made')::bigint AND t.digest = sha256('GENERAL')), 1::bigint, 'R21: its receipt bears a tracking code');
SELECT is(pg_temp.counter('VERIFY_ELSEWHERE'), 'VERIFY_ELSEWHERE 23 WORKING_DAY 8000', 'and the other');
SELECT is((SELECT note FROM dossier_event WHERE dossier = current_setting('test.made')::bigint),
          (SELECT 'Trường hợp giải quyết: ' || name_vi || '.' FROM procedure_case WHERE procedure_version = :version AND code = 'VERIFY_ELSEWHERE'), 'which the timeline says');
UPDATE procedure SET access_class = 'RESTRICTED' WHERE code = '1.004873';
SELECT is(pg_temp.counter('GENERAL'), 'GENERAL 3 WORKING_DAY 3000', 'a restricted dossier, too');
SELECT is_empty('SELECT FROM tracking_code WHERE dossier = current_setting(''test.made'')::bigint', 'R21: whose receipt has no tracking code');
UPDATE procedure SET access_class = 'OPEN' WHERE code = '1.004873';

-- Accepted: what has none is given one, what was handed in for the wrong one is corrected.
SELECT pg_temp.dossier_in('SUBMITTED') AS bare_code \gset
SELECT id AS bare FROM dossier WHERE code = :'bare_code' \gset
UPDATE dossier SET procedure_version = :version, procedure_case = NULL WHERE id = :bare;
SELECT is(pg_temp.try('intake', :'bare_code', 'accept', '{"digitised": true}'), 'GUARD_FAILED case', 'R30: what the national portal has sent is not accepted without a case');
SELECT is(pg_temp.try('intake', :'bare_code', 'accept', '{"digitised": true, "case": "HOUSE"}'), 'GUARD_FAILED case', 'nor with one of another procedure');
SELECT is(pg_temp.try('intake', :'bare_code', 'accept', '{"digitised": true, "case": "VERIFY_ELSEWHERE", "note": "Đã kiểm tra."}'), 'ACCEPTED', 'but with one of its own');
SELECT is((SELECT note FROM dossier_event WHERE dossier = :bare ORDER BY seq DESC LIMIT 1),
          (SELECT E'Đã kiểm tra.\nTrường hợp giải quyết: ' || name_vi || '.' FROM procedure_case WHERE procedure_version = :version AND code = 'VERIFY_ELSEWHERE'), 'as the timeline says');
SELECT is((SELECT due_at FROM dossier WHERE id = :bare), (SELECT due_at(received_at, 23, 'WORKING_DAY') FROM dossier WHERE id = :bare), 'in whose time it is');
SELECT pg_temp.dossier_in('SUBMITTED') AS wrong_code \gset
SELECT id AS wrong FROM dossier WHERE code = :'wrong_code' \gset
UPDATE dossier SET procedure_version = :version, procedure_case = (SELECT id FROM procedure_case WHERE procedure_version = :version AND code = 'VERIFY_ELSEWHERE') WHERE id = :wrong;
SELECT is(pg_temp.try('intake', :'wrong_code', 'accept', '{"digitised": true, "case": "GENERAL"}') || ' ' || pg_temp.case_of(:wrong), 'ACCEPTED GENERAL 3 WORKING_DAY 3000', 'an officer corrects it');
SELECT is((SELECT note FROM dossier_event WHERE dossier = :wrong ORDER BY seq DESC LIMIT 1),
          (SELECT format('Trường hợp giải quyết: %s (khi nộp: %s).', g.name_vi, e.name_vi) FROM procedure_case g JOIN procedure_case e USING (procedure_version)
            WHERE g.procedure_version = :version AND (g.code, e.code) = ('GENERAL', 'VERIFY_ELSEWHERE')), 'and the timeline says from what');
SELECT pg_temp.dossier_in('SUBMITTED') AS single_code \gset
SELECT id AS single FROM dossier WHERE code = :'single_code' \gset
SELECT is(pg_temp.try('intake', :'single_code', 'accept', '{"digitised": true}'), 'ACCEPTED', 'the only case there is need not be named');
SELECT results_eq(format('SELECT c.code, e.note FROM dossier d JOIN procedure_case c ON c.id = d.procedure_case JOIN dossier_event e ON (e.dossier, e.seq) = (d.id, d.seq) WHERE d.id = %s', :'single'),
                  $$VALUES ('GENERAL', NULL)$$, 'nor told');
\ir include/end.psql
