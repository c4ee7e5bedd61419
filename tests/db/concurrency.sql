-- Two sessions at once: a key is claimed by one, codes are not given twice, the feed passes no open transaction.
-- The sessions commit, so this file removes what they wrote.
\ir include/begin.psql
SELECT plan(27);

-- A session that acts as citizen 1, in a transaction of its own.
CREATE FUNCTION pg_temp.open(p_name text, p_url text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dblink_connect(p_name, p_url);
    PERFORM dblink_exec(p_name, 'SET search_path = motcua, pg_temp; SET lock_timeout = ''5s''; SET SESSION AUTHORIZATION app_citizen');
END $$;
CREATE FUNCTION pg_temp.start(p_name text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dblink_exec(p_name, 'BEGIN');
    PERFORM * FROM dblink(p_name, $q$SELECT set_config('app.viewer', 'CITIZEN|1|1', true)$q$) AS t(x text);
END $$;
CREATE FUNCTION pg_temp.ask(p_name text, p_query text) RETURNS text LANGUAGE sql AS $$ SELECT x FROM dblink(p_name, p_query) AS t(x text) $$;
CREATE FUNCTION pg_temp.answer(p_name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_answer text;
BEGIN
    SELECT x INTO v_answer FROM dblink_get_result(p_name) AS t(x text);
    PERFORM * FROM dblink_get_result(p_name) AS t(x text);
    RETURN v_answer;
END $$;
-- Waits, at most ten seconds, until the session waits for a lock.
CREATE FUNCTION pg_temp.blocked(p_pid int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 500 LOOP
        IF cardinality(pg_blocking_pids(p_pid)) > 0 THEN
            RETURN true;
        END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;
    RETURN false;
END $$;
SELECT * FROM pg_temp.open('one', :'admin_url');
SELECT * FROM pg_temp.open('two', :'admin_url');
SELECT pg_temp.ask('two', 'SELECT pg_backend_pid()::text') AS pid \gset

-- Keys; a run that was broken off may have left some, so they are this run's own.
SELECT 'concurrency-test ' || uuid_v7() AS key, 'concurrency-test ' || uuid_v7() AS other_key \gset
SELECT * FROM pg_temp.start('one');
SELECT * FROM pg_temp.start('two');
SELECT format('SELECT verdict || coalesce('' '' || outcome_type, '''') FROM idempotency_claim(%L, sha256(''a''))', :'key') AS claim \gset
SELECT is(pg_temp.ask('one', :'claim'), 'NEW', 'the first claims the key');
SELECT dblink_send_query('two', :'claim') \g /dev/null
SELECT ok(pg_temp.blocked(:pid), 'the second waits');
SELECT pg_temp.ask('one', format('SELECT idempotency_store(%L, ''Done'', ARRAY[1], 1)::text', :'key')) \g /dev/null
SELECT dblink_exec('one', 'COMMIT') \g /dev/null
SELECT is(pg_temp.answer('two'), 'REPEAT Done', 'and gets the first outcome');
SELECT dblink_exec('two', 'ROLLBACK') \g /dev/null

SELECT format('SELECT verdict || coalesce('' '' || outcome_type, '''') FROM idempotency_claim(%L, sha256(''a''))', :'other_key') AS claim \gset
SELECT * FROM pg_temp.start('one');
SELECT * FROM pg_temp.start('two');
SELECT is(pg_temp.ask('one', :'claim'), 'NEW', 'another key is claimed');
SELECT dblink_send_query('two', :'claim') \g /dev/null
SELECT ok(pg_temp.blocked(:pid), 'the second waits again');
SELECT dblink_exec('one', 'ROLLBACK') \g /dev/null
SELECT is(pg_temp.answer('two'), 'NEW', 'and has the key when the first has failed');
SELECT dblink_exec('two', 'ROLLBACK') \g /dev/null

-- Codes.
\set submit 'SELECT dossier_id FROM submit_dossier(''1.004837'', ''H29.136'', NULL, ''ONLINE'', NULL, NULL, ''{"consent": true}'')'
SELECT * FROM pg_temp.start('one');
SELECT * FROM pg_temp.start('two');
SELECT pg_temp.ask('one', :'submit') AS first \gset
SELECT dblink_send_query('two', :'submit') \g /dev/null
SELECT ok(pg_temp.blocked(:pid), 'a second submission to the same agency waits for its number');
SELECT dblink_exec('one', 'COMMIT') \g /dev/null
SELECT pg_temp.answer('two') AS second \gset

-- The feed: two is still open with its dossier; one commits a later one, which is numbered without it.
\set submit 'SELECT dossier_id FROM submit_dossier(''1.004837'', ''H29.135'', NULL, ''ONLINE'', NULL, NULL, ''{"consent": true}'')'
SELECT * FROM pg_temp.start('one');
SELECT pg_temp.ask('one', :'submit') AS later \gset
SELECT dblink_exec('one', 'COMMIT') \g /dev/null
SELECT * FROM pg_temp.open('worker', :'admin_url');
SELECT * FROM pg_temp.open('worker2', :'admin_url');
SELECT dblink_exec(s, 'RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION app_worker') FROM unnest(ARRAY['worker', 'worker2']) AS s \g /dev/null
\set number 'SELECT feed_no, dossier_id FROM assign_feed_numbers(10000)'
CREATE TEMP TABLE numbered AS SELECT * FROM dblink('worker', :'number') AS t(feed_no bigint, dossier_id bigint);
SELECT is((SELECT count(*) FROM numbered WHERE dossier_id = :later), 2::bigint, 'a committed event is numbered while an older transaction is open');
SELECT is((SELECT count(*) FROM numbered WHERE dossier_id = :first), 2::bigint, 'and so is one committed before');
SELECT is((SELECT count(*) FROM numbered WHERE dossier_id = :second), 0::bigint, 'the open one is not');
SELECT max(feed_no) AS reader FROM numbered \gset
SELECT dblink_exec('two', 'COMMIT') \g /dev/null
SELECT is((SELECT right(code, 4)::int FROM dossier WHERE id = :second), (SELECT right(code, 4)::int + 1 FROM dossier WHERE id = :first),
          'its code is the next');
INSERT INTO numbered SELECT * FROM dblink('worker', :'number') AS t(feed_no bigint, dossier_id bigint);
SELECT is((SELECT count(*) FROM numbered WHERE dossier_id = :second AND feed_no > :reader), 2::bigint, 'after its commit it comes behind what readers have seen');
SELECT is((SELECT count(DISTINCT feed_no) FROM numbered), (SELECT count(*) FROM numbered), 'no number is given twice');

-- Two expanders at once: the second waits, and gives no event a second number.
SELECT * FROM pg_temp.start('one');
SELECT pg_temp.ask('one', :'submit') AS contested \gset
SELECT dblink_exec('one', 'COMMIT') \g /dev/null
SELECT pg_temp.ask('worker2', 'SELECT pg_backend_pid()::text') AS pid_worker2 \gset
SELECT dblink_exec('worker', 'BEGIN') \g /dev/null
INSERT INTO numbered SELECT * FROM dblink('worker', :'number') AS t(feed_no bigint, dossier_id bigint);
SELECT dblink_send_query('worker2', 'SELECT count(*)::text FROM assign_feed_numbers(10000)') \g /dev/null
SELECT ok(pg_temp.blocked(:pid_worker2), 'a second expander waits for the first');
SELECT dblink_exec('worker', 'COMMIT') \g /dev/null
SELECT is(pg_temp.answer('worker2'), '0', 'and finds nothing left to number');
SELECT set_eq(format('SELECT feed_no FROM dossier_event WHERE dossier = %s', :contested),
              format('SELECT feed_no FROM numbered WHERE dossier_id = %s', :contested), 'so the numbers given first stand');
SELECT dblink_disconnect('worker'), dblink_disconnect('worker2') \g /dev/null

-- The row lock: of two officers the second finds the state changed.
SELECT dblink_disconnect('one'), dblink_disconnect('two') \g /dev/null
SELECT * FROM pg_temp.open('one', :'admin_url');
SELECT * FROM pg_temp.open('two', :'admin_url');
SELECT pg_temp.ask('two', 'SELECT pg_backend_pid()::text') AS pid \gset
SELECT id AS desk FROM officer WHERE agency = (SELECT id FROM agency WHERE code = 'H29.135') \gset
SELECT format('SELECT set_config(''app.viewer'', ''OFFICER|%s||%s|INTAKE'', true)',
              :desk, (SELECT agency FROM officer WHERE id = :desk)) AS become \gset
SELECT dblink_exec(s, 'RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION app_officer; BEGIN'), pg_temp.ask(s, :'become')
  FROM unnest(ARRAY['one', 'two']) AS s \g /dev/null
SELECT format('SELECT coalesce(failure, ''done'') FROM apply_dossier_event(%L, ''accept'', 2, ''{"digitised": true}'')', (SELECT code FROM dossier WHERE id = :later)) AS accept \gset
SELECT is(pg_temp.ask('one', :'accept'), 'done', 'one officer accepts');
SELECT dblink_send_query('two', :'accept') \g /dev/null
SELECT ok(pg_temp.blocked(:pid), 'the other waits');
SELECT dblink_exec('one', 'COMMIT') \g /dev/null
SELECT is(pg_temp.answer('two'), 'STALE_STATE', 'and learns that the state is stale');
SELECT dblink_exec('two', 'ROLLBACK') \g /dev/null
SELECT dblink_disconnect('two') \g /dev/null

-- Numbers of forms: the worker's turns draw many in one transaction, so one turn draws at a time (D6, D16, T1). Two dossiers of
-- one agency wait for a payment whose term has passed; the second one's date passes, too. What the workers do is undone.
SELECT dblink_connect('setup', :'admin_url'), dblink_exec('setup', 'SET search_path = motcua, pg_temp; SET lock_timeout = ''5s''') \g /dev/null
SELECT a.id AS first_fee, b.id AS second_fee, b.due_at AS second_due, b.remind_for AS second_for, a.finance AS first_finance, b.finance AS second_finance
  FROM dossier a JOIN dossier b ON b.competent_agency = a.competent_agency AND b.id > a.id
 WHERE a.state = 'PROCESSING' AND b.state = 'PROCESSING' AND b.due_at > now() + interval '1 day' ORDER BY a.id, b.id LIMIT 1 \gset
SELECT format($q$BEGIN;
    UPDATE dossier_event e SET to_state = 'PAYMENT_REQUIRED' FROM dossier d WHERE d.id IN (%1$s, %2$s) AND (e.dossier, e.seq) = (d.id, d.seq);
    UPDATE dossier SET state = 'PAYMENT_REQUIRED', finance = 'DUE' WHERE id IN (%1$s, %2$s);
    INSERT INTO fee_demand (dossier, applicant, no, amount_dong, what, until, demanded_at, demanded)
    SELECT d.id, d.applicant, 1, 1000, 'concurrency-test', now() - interval '1 hour', e.at, e.id FROM dossier d JOIN dossier_event e ON (e.dossier, e.seq) = (d.id, d.seq) WHERE d.id IN (%1$s, %2$s);
    INSERT INTO issued_form (dossier, applicant, kind, state, at, body) SELECT id, applicant, '04', 'DRAFT', now(), '{"oldDueAt": "2020-01-01"}' FROM dossier WHERE id = %1$s;
    COMMIT$q$, :first_fee, :second_fee) AS query \gset
SELECT dblink_exec('setup', :'query') \g /dev/null
SELECT * FROM pg_temp.open('worker', :'admin_url');
SELECT * FROM pg_temp.open('worker2', :'admin_url');
SELECT dblink_exec(s, 'RESET SESSION AUTHORIZATION; SET SESSION AUTHORIZATION app_worker'), dblink_exec(s, 'BEGIN') FROM unnest(ARRAY['worker', 'worker2']) AS s \g /dev/null
SELECT is(pg_temp.ask('worker', 'SELECT dossier_terms_end(1)::text'), '1', 'a worker ends what has let its term pass');
SELECT dblink_exec('setup', format('UPDATE dossier SET due_at = now() - interval ''1 second'', remind_for = NULL WHERE id = %s', :second_fee)) \g /dev/null
SELECT is(pg_temp.ask('worker2', 'SELECT dossier_terms_end(1)::text'), '0', 'another, meanwhile, neither ends nor waits');
SELECT is(pg_temp.ask('worker2', 'SELECT (scheduled, reminded, withdrawn)::text FROM clock_remind(200)'), '(0,0,0)', 'nor does one that reminds');
SELECT dblink_exec(s, 'ROLLBACK'), dblink_exec(s, 'BEGIN') FROM unnest(ARRAY['worker', 'worker2']) AS s \g /dev/null
SELECT is(pg_temp.ask('worker2', 'SELECT dossier_terms_end(1)::text'), '1', 'when the first is done, the second has its turn');
SELECT dblink_exec(s, 'ROLLBACK'), dblink_exec(s, 'BEGIN') FROM unnest(ARRAY['worker', 'worker2']) AS s \g /dev/null
-- An officer issues the form whose draft a worker is taking back, and the worker then wants a number of the same agency.
SELECT dblink_exec('setup', format('UPDATE dossier SET due_at = %L, remind_for = %1$L, remind_at = %1$L WHERE id = %s', :'second_due', :second_fee)) \g /dev/null
SELECT is(pg_temp.ask('worker', 'SELECT withdrawn::text FROM clock_remind(200)'), '1', 'a worker takes a draft back');
SELECT dblink_connect('office', :'admin_url'), dblink_exec('office', 'SET search_path = motcua, pg_temp; SET lock_timeout = ''5s'''), dblink_exec('office', 'BEGIN') \g /dev/null
SELECT pg_temp.ask('office', 'SELECT pg_backend_pid()::text') AS pid_office \gset
SELECT dblink_send_query('office', format('SELECT form_issue(%s, ''04'', NULL, now(), ''{}'')', :first_fee)) \g /dev/null
SELECT ok(pg_temp.blocked(:pid_office), 'who issues it waits');
SELECT dblink_exec('setup', format('UPDATE dossier SET due_at = now() - interval ''1 second'', remind_for = NULL WHERE id = %s', :second_fee)) \g /dev/null
SELECT is(pg_temp.ask('worker', 'SELECT reminded::text FROM clock_remind(200)'), '1', 'and holds no number that the worker wants');
SELECT dblink_exec('worker', 'ROLLBACK') \g /dev/null
SELECT matches(pg_temp.answer('office'), '^\d+/\d+/VXL-', 'so both get theirs');
SELECT dblink_exec(s, 'ROLLBACK') FROM unnest(ARRAY['office', 'worker2']) AS s \g /dev/null
SELECT dblink_disconnect(s) FROM unnest(ARRAY['worker', 'worker2', 'office', 'setup']) AS s \g /dev/null

-- What the sessions committed outlives the rollback: removed here, where the superuser is no longer in it.
SELECT * FROM finish();
ROLLBACK;
SET search_path = motcua, tap;
-- Together: a dossier stands on its last event.
BEGIN;
DELETE FROM outbox WHERE order_key IN (SELECT public_id FROM dossier WHERE id IN (:first, :second, :later, :contested));
DELETE FROM dossier_event WHERE dossier IN (:first, :second, :later, :contested);
DELETE FROM dossier WHERE id IN (:first, :second, :later, :contested);
DELETE FROM issued_form WHERE dossier IN (:first_fee, :second_fee);
DELETE FROM fee_demand WHERE dossier IN (:first_fee, :second_fee);
UPDATE dossier_event e SET to_state = 'PROCESSING' FROM dossier d WHERE d.id IN (:first_fee, :second_fee) AND (e.dossier, e.seq) = (d.id, d.seq);
UPDATE dossier SET state = 'PROCESSING', finance = :'first_finance' WHERE id = :first_fee;
UPDATE dossier SET state = 'PROCESSING', finance = :'second_finance', due_at = :'second_due', remind_for = nullif(:'second_for', '')::timestamptz WHERE id = :second_fee;
COMMIT;
DELETE FROM idempotency WHERE key LIKE 'concurrency-test%';
