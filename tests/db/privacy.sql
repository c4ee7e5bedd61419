-- Who looked, copies of one's data, its end (functions/95_access_log.sql, 96_export.sql, 97_erasure.sql; R26).
\ir include/begin.psql
SELECT plan(76);

-- The citizens come with a second factor of a moment ago.
WITH opened AS (
    INSERT INTO session (kind, subject, device, expires_at, stepped_up_at)
    SELECT 'CITIZEN', me::bigint, 'máy của tôi', now() + interval '1 hour', now() FROM actor WHERE who IN ('citizen', 'citizen2')
    RETURNING id, subject)
UPDATE actor SET session = opened.id FROM opened WHERE actor.login = 'app_citizen' AND actor.me = opened.subject::text;
-- Whatever other tests have looked at.
DELETE FROM access_log;
CREATE TEMP TABLE mine AS SELECT array_agg(id ORDER BY id) AS ids, array_agg(applicant ORDER BY id) AS owners FROM (SELECT * FROM dossier WHERE applicant = 1 ORDER BY id LIMIT 3) AS d;
CREATE TEMP TABLE seen (who text, rows int);
GRANT SELECT ON mine TO PUBLIC;

CREATE FUNCTION pg_temp.note(p_who text, p_what text DEFAULT 'LIST') RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_rows int;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT note_access(p_what, ids, owners) INTO v_rows FROM mine;
    PERFORM pg_temp.act_as('admin');
    RETURN v_rows;
END $$;
CREATE FUNCTION pg_temp.shown(p_who text, p_limit int DEFAULT 100, p_at timestamptz DEFAULT '9999-01-01', p_no bigint DEFAULT 0) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_text text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT coalesce(string_agg(concat_ws(' ', kind, what, name, agency), ', '), '') INTO v_text
      FROM accesses_of((SELECT ids[1] FROM mine), p_at, p_no, p_limit);
    PERFORM pg_temp.act_as('admin');
    RETURN v_text;
EXCEPTION WHEN insufficient_privilege THEN
    PERFORM pg_temp.act_as('admin');
    RETURN 'refused';
END $$;

-- The access log.
SELECT is(pg_temp.note('citizen'), 0, 'R26: the applicant''s own look is not noted');
SELECT is(pg_temp.note('officer'), 3, 'an officer''s is, once a dossier');
SELECT is(pg_temp.note('officer'), 0, 'again within the minute it is not new');
SELECT is(pg_temp.note('officer', 'TIMELINE'), 3, 'another way of looking is');
SELECT is(pg_temp.note('officer2'), 3, 'and another officer');
SELECT is(pg_temp.note('citizen2'), 3, 'and another citizen');
INSERT INTO seat (person, organisation, since, role) VALUES (2, 5001, current_date, 'MEMBER');
CREATE FUNCTION pg_temp.note_company(p_who text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_rows int;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT note_access('LOOK', '{1}', '{5001}') INTO v_rows;
    PERFORM pg_temp.act_as('admin');
    RETURN v_rows;
END $$;
SELECT is(pg_temp.note_company('citizen2'), 0, 'a seat of the organisation that asks is its own eyes');
UPDATE seat SET withdrawn_at = now() WHERE person = 2 AND organisation = 5001;
SELECT is(pg_temp.note_company('citizen2'), 1, 'one that was withdrawn is not');
DELETE FROM access_log WHERE applicant = 5001;
SELECT is((SELECT count(DISTINCT no) FROM access_log), 12::bigint, 'rows have numbers of their own');
SELECT throws_ok($$SELECT * FROM pg_temp.note('officer', 'PEEK')$$, '23514', NULL, 'a way of looking that is not known is refused');
SELECT * FROM pg_temp.act_as('admin');
SELECT throws_ok($$SELECT * FROM pg_temp.note('nobody_officer')$$, '23502', NULL, 'nobody is shown nothing: without an identity the statement fails');
SELECT * FROM pg_temp.act_as('admin');
SELECT is(pg_temp.shown('citizen'), (SELECT format('CITIZEN LIST %s, OFFICER LIST %s %s, OFFICER TIMELINE %s %s, OFFICER LIST %s %s',
              (SELECT name FROM subject WHERE id = 2), b.name, b.agency, a.name, a.agency, a.name, a.agency) FROM officer a, officer b WHERE a.id = 1 AND b.id = 3),
          'R26: the applicant is told who, from where and how, the latest first');
SELECT is(pg_temp.shown('citizen', 1), 'CITIZEN LIST ' || (SELECT name FROM subject WHERE id = 2), 'page by page');
SELECT is(pg_temp.shown('citizen', 1, l.at, l.no), (SELECT 'OFFICER LIST ' || name || ' ' || agency FROM officer WHERE id = 3), 'behind a place')
  FROM (SELECT at, max(no) - 2 AS no FROM access_log WHERE dossier = (SELECT ids[1] FROM mine) GROUP BY at) AS l;
SELECT is(pg_temp.shown('citizen2'), '', 'another citizen is told nothing, though it has looked');
SELECT is(pg_temp.shown('partner'), '', 'nor a partner');
SELECT is(pg_temp.shown('officer'), 'refused', 'nor an officer');
SELECT is(pg_temp.count_as(who, 'SELECT count(*) FROM access_log'), -1::bigint, who || ' does not read the log')
  FROM unnest(ARRAY['citizen', 'partner', 'officer', 'worker', 'service', 'public']) AS who;
SELECT * FROM pg_temp.act_as('officer');
SELECT throws_ok($$INSERT INTO access_log (dossier, at, actor_kind, actor_id, session, what, applicant) VALUES (1, now(), 'OFFICER', 2, gen_random_uuid(), 'LOOK', 1)$$,
                 '42501', NULL, 'nobody writes it by hand');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT current_setting('synchronous_commit')), 'off', 'a transaction that only reads does not wait for the disk');
SELECT ok((SELECT count(*) >= 4 FROM pg_inherits WHERE inhparent = 'access_log'::regclass), 'its partitions are made ahead');
INSERT INTO retention_rule VALUES ('ACCESS_LOG', '', 1, 'x', 'x', 'x') ON CONFLICT (what, field) DO UPDATE SET months = 1;
CREATE TABLE access_log_2020_01 PARTITION OF access_log FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-02-01 00:00+00');
SELECT is((SELECT dropped FROM log_partitions()), 1, 'and dropped when their rule has ended');

-- Copies.
CREATE FUNCTION pg_temp.ask(p_who text, p_function text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE format('SELECT * FROM %I()', p_function) INTO r;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, 'OK ' || r.seq);
EXCEPTION WHEN insufficient_privilege THEN
    PERFORM pg_temp.act_as('admin');
    RETURN 'refused';
END $$;
CREATE FUNCTION pg_temp.build() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_made int;
BEGIN
    PERFORM pg_temp.act_as('worker');
    SELECT export_build(10) INTO v_made;
    PERFORM pg_temp.act_as('admin');
    RETURN v_made;
END $$;
INSERT INTO device (owner_subject, kind, address, locale) VALUES (1, 'FCM', 'token-of-citizen', 'vi'), (2, 'FCM', 'token-of-citizen2', 'vi');
UPDATE subject SET name = 'Chim Hoàng Yến' WHERE id = 2;
UPDATE dossier_event SET note_internal = 'chỉ cán bộ đọc' WHERE applicant = 1;
SELECT is(pg_temp.ask(who, 'request_export'), CASE who WHEN 'worker' THEN 'refused' ELSE 'NOT_ALLOWED' END, who || ' asks for no copy')
  FROM unnest(ARRAY['partner', 'officer', 'worker']) AS who;
SELECT is(pg_temp.ask('nobody_citizen', 'request_export'), 'NOT_ALLOWED', 'nor does nobody');
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE subject = 1;
SELECT is(pg_temp.ask('citizen', 'request_export'), 'STEP_UP_REQUIRED', 'a copy wants a second factor of the last 15 minutes');
UPDATE session SET stepped_up_at = now() - interval '14 minutes 59 seconds' WHERE subject = 1;
SELECT is(pg_temp.ask('citizen', 'request_export'), 'OK 1', 'with one it is made');
SELECT is(pg_temp.ask('citizen', 'request_export'), 'OK 1', 'one that waits is given again');
SELECT is((SELECT count(*) FROM export_file), 1::bigint, 'and not made twice');
SELECT is(pg_temp.build(), 1, 'the worker makes it');
SELECT is(pg_temp.build(), 0, 'once');
CREATE TEMP TABLE copy AS SELECT convert_from(content, 'UTF8')::jsonb AS j FROM export_file WHERE subject = 1;
SELECT is((SELECT j->'person'->>'name' FROM copy), (SELECT name FROM subject WHERE id = 1), 'it has the name');
SELECT is((SELECT jsonb_array_length(j->'dossiers') FROM copy), (SELECT count(*)::int FROM dossier WHERE applicant = 1), 'all dossiers');
SELECT is((SELECT sum(jsonb_array_length(d->'events')) FROM copy, jsonb_array_elements(j->'dossiers') AS d), (SELECT count(*) FROM dossier_event WHERE applicant = 1), 'all that happened to them');
SELECT is((SELECT sum(jsonb_array_length(d->'accesses')) FROM copy, jsonb_array_elements(j->'dossiers') AS d), 12::bigint, 'who looked at them');
SELECT is((SELECT jsonb_array_length(j->'devices') FROM copy), 1, 'the devices, and no address of one');
SELECT is((SELECT j->'sessions'->0->>'device' FROM copy), 'máy của tôi', 'the sessions');
SELECT ok((SELECT j::text NOT LIKE '%token-of%' FROM copy), 'no secret');
SELECT ok((SELECT j::text NOT LIKE '%Chim Hoàng Yến%' FROM copy), 'no name of anybody else, not even of one who looked');
SELECT ok((SELECT j::text NOT LIKE '%chỉ cán bộ đọc%' FROM copy), 'no internal note');
SELECT is((SELECT state || bytes FROM export_file), (SELECT 'READY' || octet_length(content) FROM export_file), 'it is ready, with its size');
INSERT INTO export_file (subject) SELECT 1 FROM generate_series(1, 3);
SELECT is(pg_temp.build(), 3, 'several in one turn');
SELECT is(pg_temp.ask('citizen', 'request_export'), 'OK 1', 'a fifth in a day is made');
SELECT is(pg_temp.build(), 1, 'it is');
SELECT is(pg_temp.ask('citizen', 'request_export'), 'GUARD_FAILED', 'a sixth is not');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM export_file'), 5::bigint, 'one sees one''s own copies');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM export_file'), 0::bigint, 'and nobody else''s');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM export_file'), -1::bigint, 'an officer none');
SELECT is(pg_temp.count_as('worker', 'SELECT count(content) FROM export_file'), -1::bigint, 'the worker makes them unread');
INSERT INTO export_file (subject) SELECT 5001;
SELECT is(pg_temp.build(), 1, 'one that cannot be made is done with');
SELECT is((SELECT state FROM export_file WHERE subject = 5001), 'FAILED', 'as failed');
SELECT lives_ok($$INSERT INTO export_file (subject, state, content, bytes, requested_at) VALUES (2, 'READY', convert_to(repeat('x', 8388608), 'UTF8'), 8388608, now())$$, 'a copy has 8 MiB');
SELECT throws_ok($$INSERT INTO export_file (subject, state, content, bytes) VALUES (2, 'READY', convert_to(repeat('x', 8388609), 'UTF8'), 8388609)$$, '23514', NULL, 'and no more');
UPDATE export_file SET expires_at = now() WHERE subject = 1;
SELECT * FROM pg_temp.act_as('worker');
SELECT is(exports_prune(), 5, 'after a day they are forgotten');
SELECT * FROM pg_temp.act_as('admin');

-- The end. All dossiers of citizen 1 are under way or kept; citizen 4,242 has none.
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE subject = 1;
SELECT is(pg_temp.ask('citizen', 'request_erasure'), 'STEP_UP_REQUIRED', 'an end wants a second factor, too');
SELECT is(pg_temp.ask('officer', 'request_erasure'), 'NOT_ALLOWED', 'an officer acted in public office and does not ask for it');
UPDATE session SET stepped_up_at = now() WHERE subject = 1;
INSERT INTO identity_link (issuer, issuer_subject, subject) VALUES ('citizens', 'someone-1', 1) ON CONFLICT DO NOTHING;
UPDATE person SET personal_no = repeat('x', 40)::bytea, personal_no_index = sha256('1') WHERE id = 1;
UPDATE dossier SET state = 'RETURNED', submitted_at = '2000-01-01', received_at = NULL, due_at = NULL, finished_at = '2000-02-01',
       procedure_version = (SELECT v.id FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.field = 'residence' ORDER BY v.id LIMIT 1)
 WHERE applicant = 1 OR submitter = 1;
UPDATE dossier_event SET at = '2000-02-01', note = 'gặp chị An', note_internal = 'chị An gọi lại' WHERE applicant = 1;
UPDATE dossier_event SET at = date_trunc('day', now()) - interval '1 year' WHERE (dossier, seq) = (SELECT id, seq FROM dossier WHERE applicant = 1 ORDER BY id LIMIT 1);
CREATE TEMP TABLE figures AS SELECT count(*) AS dossiers, (SELECT count(*) FROM dossier_event) AS events, (SELECT count(*) FROM subject) AS subjects,
    (SELECT count(note) FROM dossier_event) AS notes FROM dossier;
SELECT is(pg_temp.ask('citizen', 'request_erasure'), 'OK 1', 'the account is closed, one kind of data is kept');
SELECT is((SELECT kept->0->>'until' FROM erasure)::timestamptz, date_trunc('day', now()) - interval '1 year' + interval '120 months', 'until its rule ends, counted from the last event');
SELECT is((SELECT string_agg(e->>'what', ' ') FROM erasure, jsonb_array_elements(erased) AS e), 'DEVICES SIGN_IN SESSIONS', 'what nothing keeps has gone');
SELECT is((SELECT count(*) FROM session WHERE subject = 1 AND ended_at IS NULL), 0::bigint, 'no session stands');
SELECT is((SELECT personal_no_index IS NULL AND personal_no IS NOT NULL FROM person WHERE id = 1), true, 'the number is kept with the dossiers, and finds nobody any more');
SELECT is((SELECT persons || ' ' || dossiers FROM anonymise(100)), '0 ' || (SELECT count(*) - 1 FROM dossier WHERE applicant = 1), 'what is past its rule is anonymised, the person not yet');
SELECT is((SELECT persons || ' ' || dossiers FROM anonymise(100)), '0 0', 'once');
SELECT is((SELECT count(*) FROM dossier_event WHERE applicant = 1 AND note LIKE '%chị An%'), (SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.applicant = 1 AND d.anonymised_at IS NULL),
          'the notes of one that is kept stay');
UPDATE dossier_event SET at = now() - interval '120 months' WHERE at = date_trunc('day', now()) - interval '1 year' AND applicant = 1;
UPDATE erasure SET look_at = now();
SELECT is((SELECT persons || ' ' || dossiers FROM anonymise(100)), '1 0', 'R26: when the last rule ends, so does the person');
SELECT is((SELECT (s.name, p.born_on, p.unit_code, p.personal_no, p.personal_no_index)::text FROM subject s JOIN person p USING (id) WHERE id = 1), '("Đã ẩn danh",,,,)', 'nothing personal is left');
SELECT is((SELECT count(*) FROM dossier_event WHERE applicant = 1 AND (actor_kind = 'CITIZEN' AND actor_name <> 'Đã ẩn danh' OR note LIKE '%An%' OR note_internal LIKE '%An%')), 0::bigint, 'nor in the timelines');
SELECT ok((SELECT count(DISTINCT actor_name) > 0 FROM dossier_event WHERE applicant = 1 AND actor_kind = 'OFFICER' AND actor_name <> 'Đã ẩn danh'), 'officers'' names stay');
SELECT results_eq('SELECT * FROM figures', 'SELECT count(*), (SELECT count(*) FROM dossier_event), (SELECT count(*) FROM subject), (SELECT count(note) FROM dossier_event) FROM dossier', 'every count is as before');
SELECT is((SELECT string_agg(act || ' ' || body, '; ' ORDER BY at, id) FROM audit WHERE act = 'privacy.anonymise'),
          format('privacy.anonymise {"persons": 0, "dossiers": %s}; privacy.anonymise {"persons": 1, "dossiers": 0}', (SELECT count(*) - 1 FROM dossier WHERE applicant = 1)), 'each run is audited by its counts');
\ir include/end.psql
