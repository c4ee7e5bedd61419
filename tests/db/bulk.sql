-- Bulk submission: what is queued, how batches go round, what a worker may as whom (functions/98_bulk.sql).
\ir include/begin.psql
SELECT plan(56);

-- Two partners with a session each, sessions that may less, and somebody who administers the first.
INSERT INTO partner (id) VALUES (5001), (5002);
CREATE FUNCTION pg_temp.machine(p_who text, p_partner bigint, p_scopes text, p_environment text DEFAULT 'LIVE') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_session uuid;
BEGIN
    INSERT INTO session (kind, subject, device, scopes, environment, expires_at)
    VALUES ('PARTNER', p_partner, 'psql', string_to_array(p_scopes, ' '), p_environment, now() + interval '1 hour') RETURNING id INTO v_session;
    INSERT INTO actor VALUES (p_who, 'app_partner', 'PARTNER', p_partner, p_partner, '', '', v_session, p_scopes, p_environment);
END $$;
SELECT pg_temp.machine('one', 5001, 'dossiers.read dossiers.submit'), pg_temp.machine('two', 5002, 'dossiers.submit'),
       pg_temp.machine('reader', 5001, 'dossiers.read'), pg_temp.machine('keeper', 5001, 'keys.manage'),
       pg_temp.machine('trial', 5001, 'dossiers.submit', 'TEST') \g /dev/null
INSERT INTO seat (person, organisation, since, role) VALUES (1, 5001, current_date, 'ADMINISTRATOR'), (2, 5001, current_date, 'MEMBER')
ON CONFLICT (person, organisation) DO UPDATE SET role = EXCLUDED.role;

SELECT a.code AS agency, p.code AS procedure
  FROM officer o JOIN agency a ON a.id = o.agency JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
 CROSS JOIN LATERAL (SELECT p.code FROM procedure_in_force p WHERE competent_agency_at(p.level, p.field, u.id, a.id, current_date) = a.id
                        AND (SELECT count(*) FROM procedure_case c WHERE c.procedure_version = p.version) = 1
                        AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = p.version)
                        AND NOT EXISTS (SELECT FROM procedure_part t WHERE t.procedure_version = p.version AND t.required) ORDER BY p.code LIMIT 1) p
 WHERE o.id = 1 \gset
SELECT set_config('test.agency', :'agency', true), set_config('test.procedure', :'procedure', true) \g /dev/null

-- Items r1 to r<n>; and what somebody's job of items comes to.
CREATE FUNCTION pg_temp.items(p_count int, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('reference', 'r' || i, 'procedure', current_setting('test.procedure'), 'agency', current_setting('test.agency'),
                                                 'channel', 'ONLINE', 'consent', true) || p_more ORDER BY i), '[]') FROM generate_series(1, p_count) AS i
$$;
CREATE FUNCTION pg_temp.submit(p_who text, p_items jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        SELECT * INTO r FROM submit_bulk(p_items);
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'FORBIDDEN';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), '') || coalesce(' ' || r.seq, ''), 'OK');
END $$;
-- A batch as the worker: whose job, how many done and failed, whether to go on.
CREATE FUNCTION pg_temp.work(p_limit int DEFAULT 1) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('worker');
    SELECT * INTO r FROM bulk_work(p_limit);
    PERFORM pg_temp.act_as('admin');
    RETURN split_part(r.line, '|', 3) || ' ' || r.done || ' ' || r.failed || ' ' || r.again;
END $$;

-- Queueing.
SELECT is(pg_temp.submit('citizen', pg_temp.items(1)), 'FORBIDDEN', 'a citizen queues no job');
SELECT is(pg_temp.submit('officer', pg_temp.items(1)), 'FORBIDDEN', 'nor an officer');
SELECT is(pg_temp.submit('nobody_partner', pg_temp.items(1)), 'NOT_ALLOWED', 'nor nobody');
SELECT is(pg_temp.submit('partner', pg_temp.items(1)), 'NOT_ALLOWED', 'nor a partner without a session');
SELECT is(pg_temp.submit('reader', pg_temp.items(1)), 'NOT_ALLOWED', 'nor one whose scopes do not let it submit');
SELECT is(pg_temp.submit('one', '[]'), 'GUARD_FAILED items', 'a job has an item');
SELECT is(pg_temp.submit('one', pg_temp.items(1001)), 'GUARD_FAILED items', 'and not 1,001');
SELECT is(pg_temp.submit('one', pg_temp.items(2, '{"reference": "x"}')), 'GUARD_FAILED items.0.reference', 'a reference stands once');
SELECT is(pg_temp.submit('one', pg_temp.items(1, '{"reference": ""}')), 'GUARD_FAILED items.0.reference', 'has a character');
SELECT is(pg_temp.submit('one', pg_temp.items(1, jsonb_build_object('reference', repeat('ố', 65)))), 'GUARD_FAILED items.0.reference', 'and not 65');
SELECT is(pg_temp.submit('one', pg_temp.items(1, jsonb_build_object('agency', repeat('x', 65)))), 'GUARD_FAILED items.0', 'no code has 65');
SELECT is(jsonb_array_length((bulk_problems(pg_temp.items(1000, '{"reference": "x"}')))), 20, 'not more than twenty problems are told');
SELECT is(pg_temp.submit('one', pg_temp.items(1, jsonb_build_object('reference', repeat('ố', 64)))), 'OK', '64 characters are a reference');
SELECT is((SELECT actor_kind || ' ' || act || ' ' || body FROM audit WHERE act LIKE 'bulk%'), 'PARTNER bulk.submit {"items": 1}', 'queueing is audited');
SELECT is(pg_temp.work(), '5001 1 0 true', 'the worker does it');
SELECT is((SELECT concat_ws(' ', e.actor_kind, e.actor_id, e.applicant, e.submitter, d.code = i.code, d.sandbox)
             FROM bulk_item i JOIN dossier d ON d.id = i.dossier JOIN dossier_event e ON e.dossier = d.id AND e.seq = 2),
          'PARTNER 5001 5001 5001 t f', 'as the partner, and the item keeps the code');
SELECT is(pg_temp.work(), NULL, 'and then has nothing to do');

-- The worker is a partner only within the functions that look at the partner's rights.
INSERT INTO actor SELECT 'worker_as_partner', 'app_worker', kind, me, subjects, agencies, roles, session, scopes, environment FROM actor WHERE who = 'one';
SELECT is(pg_temp.count_as('worker_as_partner', 'SELECT count(*) FROM (SELECT kind()) AS k(kind) WHERE kind IS NOT NULL'), 0::bigint, 'a worker that says it is a partner is nobody');
SELECT is(pg_temp.submit('worker_as_partner', pg_temp.items(1)), 'FORBIDDEN', 'and queues nothing');
SELECT pg_temp.act_as('worker_as_partner');
SELECT throws_ok($$SELECT * FROM submit_dossier('1.000001', 'H09.9', NULL, 'ONLINE')$$, '42501', NULL, 'nor submits by itself');
SELECT throws_ok($$SELECT bulk_identify(current_session())$$, '42501', NULL, 'nor takes somebody''s rights');
SELECT pg_temp.act_as('admin') \g /dev/null

-- Turns.
SELECT is(pg_temp.submit('one', pg_temp.items(3)) || pg_temp.submit('one', pg_temp.items(2)) || pg_temp.submit('two', pg_temp.items(2)), 'OKOKOK', 'three jobs of two partners');
SELECT is(pg_temp.work() || ', ' || pg_temp.work() || ', ' || pg_temp.work() || ', ' || pg_temp.work() || ', ' || pg_temp.work(),
          '5002 1 0 true, 5001 1 0 true, 5002 1 0 true, 5001 1 0 true, 5001 1 0 true', 'partners go round, whoever queued first');
SELECT is((SELECT string_agg(concat_ws(' ', partner, state, done, failed), ', ' ORDER BY id) FROM bulk_job WHERE total > 1),
          '5001 DONE 3 0, 5001 QUEUED 0 0, 5002 DONE 2 0', 'a partner''s second job waits for its first');
SELECT is(pg_temp.work(20), '5001 2 0 true', 'a batch is no longer than the job');

-- Good and bad ones. What the database refuses, or what somebody else holds, is made by a trigger here.
CREATE FUNCTION pg_temp.trip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.channel = 'POST' THEN RAISE EXCEPTION 'tripped'; END IF;
    IF NEW.channel = 'HOME' THEN RAISE lock_not_available; END IF;
    RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.trip() TO PUBLIC;
CREATE TRIGGER trip AFTER INSERT ON dossier FOR EACH ROW EXECUTE FUNCTION pg_temp.trip();
CREATE TEMP TABLE before AS SELECT count(*) AS dossiers FROM dossier;
SELECT is(pg_temp.submit('one', jsonb_set(jsonb_set(jsonb_set(pg_temp.items(4), '{0, procedure}', '"9.999999"'), '{1, channel}', '"POST"'),
                                          '{2, applicant}', to_jsonb((SELECT public_id::text FROM subject WHERE id = 1)))), 'OK', 'a job of one good item');
SELECT is(pg_temp.work(20), '5001 1 3 true', 'the bad ones stop nobody');
SELECT is((SELECT string_agg(concat_ws(' ', no, i.state, failure, problems->0->>'path'), ', ' ORDER BY no) FROM bulk_item i WHERE job = (SELECT max(id) FROM bulk_job)),
          '1 FAILED GUARD_FAILED procedure, 2 FAILED INTERNAL, 3 FAILED GUARD_FAILED applicant, 4 DONE', 'and each says why');
SELECT is((SELECT count(*) FROM dossier) - dossiers, 1::bigint, 'nothing is left of them') FROM before;
SELECT is(pg_temp.submit('one', jsonb_set(jsonb_set(pg_temp.items(2), '{0, place}', '{"code": "25753"}'), '{1, place}', '{"code": "25741"}')), 'OK', 'items about old communes');
SELECT is(pg_temp.work(20), '5001 1 1 true', 'are done like others');
SELECT is((SELECT string_agg(concat_ws(' ', i.no, i.state, i.problems->0->>'path', u.code), ', ' ORDER BY i.no) FROM bulk_item i LEFT JOIN dossier_place l ON l.dossier = i.dossier LEFT JOIN unit u ON u.id = l.unit
             WHERE i.job = (SELECT max(id) FROM bulk_job)), '1 DONE 25747, 2 FAILED place', 'F18: one that was divided is asked, not guessed');
SELECT is(pg_temp.submit('one', jsonb_set(pg_temp.items(2), '{0, channel}', '"HOME"')), 'OK', 'what somebody else holds');
SELECT is(pg_temp.work(20), '5001 0 0 false', 'is tried again later');
SELECT is((SELECT string_agg(state, ' ') FROM bulk_item WHERE job = (SELECT max(id) FROM bulk_job)), 'WAITING WAITING', 'with all that follows');
DROP TRIGGER trip ON dossier;
SELECT is(pg_temp.work(20), '5001 2 0 true', 'and then done');

-- D2, R11: what an item is filed with, as submitDossier asks it.
INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('bulk'), 7, 1);
INSERT INTO upload (id, creator, length, received, media_type, state, sha256, bytes)
VALUES ('00000000-0000-7000-8000-00000000000a', 5001, 7, 7, 'application/pdf', 'CLEAN', sha256('bulk'), 7);
SELECT is(pg_temp.submit('one', (SELECT jsonb_agg(x.item || more ORDER BY no) FROM jsonb_array_elements(pg_temp.items(4, '{"procedure": "1.013227", "channel": "POST"}')) WITH ORDINALITY AS x(item, no)
    JOIN (VALUES (1, '{"consent": false, "parts": [{"part": "GPXD_FORM", "onPaper": true}, {"part": "PERMIT", "onPaper": true}]}'::jsonb), (2, '{}'),
                 (3, '{"parts": [{"part": "GPXD_FORM", "onPaper": true}, {"part": "PERMIT", "upload": "00000000-0000-7000-8000-00000000000a"}]}'),
                 (4, '{"parts": [{"part": "GPXD_FORM", "onPaper": true}, {"part": "PERMIT", "upload": "00000000-0000-7000-8000-00000000000a"}]}')) AS t(no, more) USING (no))), 'OK', 'items with papers');
SELECT is(pg_temp.work(20), '5001 1 3 true', 'D2: are looked at as any dossier');
SELECT is((SELECT string_agg(concat_ws(' ', i.no, i.state, (SELECT string_agg(p->>'path', '+') FROM jsonb_array_elements(i.problems) AS p), (SELECT string_agg(t.part_code || ' ' || t.source, '+') FROM dossier_part t WHERE t.dossier = i.dossier),
                                     (SELECT string_agg(a.part_code, '+') FROM announced_part a WHERE a.dossier = i.dossier)), ', ' ORDER BY i.no) FROM bulk_item i WHERE i.job = (SELECT max(id) FROM bulk_job)),
          '1 FAILED consent, 2 FAILED parts.GPXD_FORM+parts.PERMIT, 3 DONE PERMIT UPLOAD GPXD_FORM, 4 FAILED parts.PERMIT', 'R11: an upload is one item''s, and each says what it lacks');

-- Rights are looked at for each batch.
SELECT is(pg_temp.submit('one', pg_temp.items(3)), 'OK', 'a job whose rights end');
SELECT is(pg_temp.work(1), '5001 1 0 true', 'does what it may');
UPDATE partner SET state = 'SUSPENDED' WHERE id = 5001;
SELECT is(pg_temp.work(1), '5001 0 2 true', 'and no more once the partner is suspended');
SELECT is((SELECT string_agg(DISTINCT failure, ' ') FROM bulk_item WHERE job = (SELECT max(id) FROM bulk_job)), 'NOT_ALLOWED', 'which is what the rest says');
SELECT is(pg_temp.submit('one', pg_temp.items(1)), 'NOT_ALLOWED', 'nor is another queued');
UPDATE partner SET state = 'ACTIVE' WHERE id = 5001;
SELECT is(pg_temp.submit('two', pg_temp.items(1)), 'OK', 'a job whose session ends');
SELECT session_end((SELECT session::uuid FROM actor WHERE who = 'two'), 'KEY_REVOKED') \g /dev/null
SELECT is(pg_temp.work(20), '5002 0 1 true', 'is handed in no more');
SELECT is(pg_temp.submit('trial', pg_temp.items(1)) || ' ' || pg_temp.work(20), 'OK 5001 0 1 true', 'a test key hands in nothing outside of the sandbox');

-- Who sees them.
SELECT is((SELECT count(*) FROM bulk_job), 11::bigint, 'of eleven jobs');
SELECT is(pg_temp.count_as('one', 'SELECT count(*) FROM bulk_job') || ' ' || pg_temp.count_as('reader', 'SELECT count(*) FROM bulk_job'), '8 8', 'a partner sees its own');
SELECT is(pg_temp.count_as('keeper', 'SELECT count(*) FROM bulk_job') || ' ' || pg_temp.count_as('keeper', 'SELECT count(*) FROM bulk_item'), '0 0', 'but not by any scope');
SELECT is(pg_temp.count_as('trial', 'SELECT count(*) FROM bulk_job') || ' ' || pg_temp.count_as('trial', 'SELECT count(*) FROM bulk_item'), '1 1', 'and a test key what was tried');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM bulk_job') || ' ' || pg_temp.count_as('citizen2', 'SELECT count(*) FROM bulk_job'), '8 0',
          'who administers the organisation sees them, another seat does not');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM bulk_job') || ' ' || pg_temp.count_as('officer', 'SELECT count(*) FROM bulk_item'), '0 0', 'an officer sees none');
SELECT is(pg_temp.count_as('worker', 'SELECT count(*) FROM bulk_item') || ' ' || pg_temp.count_as('public', 'SELECT count(*) FROM bulk_job'), '-1 -1', 'nobody else may ask');

-- Forgetting.
UPDATE bulk_job SET finished_at = now() - interval '7 days' + interval '1 second';
SELECT is(bulk_prune(), 0, 'a job is kept for seven days');
UPDATE bulk_job SET finished_at = finished_at - interval '2 seconds' WHERE partner = 5002;
SELECT is(bulk_prune() || ' ' || (SELECT count(*) FROM bulk_item i LEFT JOIN bulk_job j ON j.id = i.job WHERE j.id IS NULL), '2 0', 'then it goes, with its items');
\ir include/end.psql
