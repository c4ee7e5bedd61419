-- Idempotency keys, devices, feed numbers and log partitions, one session at a time.
\ir include/begin.psql
SELECT plan(50);

-- Keys: ARCHITECTURE §3, issue 2.
SELECT * FROM pg_temp.act_as('citizen');
SELECT is((SELECT verdict FROM idempotency_claim('key-1', sha256('a'))), 'NEW', 'a key is claimed');
SELECT lives_ok($$SELECT idempotency_store('key-1', 'SubmitDossierPayload', ARRAY[7, 8], 2, '11111111-1111-7111-8111-111111111111')$$, 'its outcome is stored');
SELECT results_eq($$SELECT * FROM idempotency_claim('key-1', sha256('a'))$$, $$VALUES ('REPEAT', 'SubmitDossierPayload', ARRAY[7, 8]::bigint[], 2, uuid '11111111-1111-7111-8111-111111111111', now())$$,
                  'the same request gets the first outcome');
SELECT results_eq($$SELECT * FROM idempotency_claim('key-1', sha256('b'))$$, $$VALUES ('REUSED', NULL::text, NULL::bigint[], NULL::int, NULL::uuid, NULL::timestamptz)$$,
                  'another request with the key learns only that it is used');
SELECT throws_ok($$SELECT idempotency_store('key-1', 'X', NULL, NULL)$$, 'P0001', NULL, 'an outcome is stored once');
SELECT throws_ok($$SELECT idempotency_store('key-0', 'X', NULL, NULL)$$, 'P0001', NULL, 'and only for a claimed key');
SELECT throws_ok($$SELECT * FROM idempotency_claim('', sha256('a'))$$, '23514', NULL, 'an empty key is refused');
SELECT throws_ok($$SELECT * FROM idempotency_claim(repeat('k', 201), sha256('a'))$$, '23514', NULL, 'and an endless one');
SELECT throws_ok($$SELECT * FROM idempotency_claim('key-2', 'short')$$, '23514', NULL, 'and a hash that is none');
SAVEPOINT failing;
SELECT is((SELECT verdict FROM idempotency_claim('key-3', sha256('a'))), 'NEW', 'a write that fails claims its key');
ROLLBACK TO failing;
SELECT is((SELECT verdict FROM idempotency_claim('key-3', sha256('b'))), 'NEW', 'and leaves nothing behind when it rolls back');
SELECT * FROM pg_temp.act_as('citizen2');
SELECT is((SELECT verdict FROM idempotency_claim('key-1', sha256('b'))), 'NEW', 'keys are each principal''s own');
SELECT * FROM pg_temp.act_as('officer');
SELECT is((SELECT verdict FROM idempotency_claim('key-1', sha256('c'))), 'NEW', 'officer 1 is not citizen 1');
SELECT * FROM pg_temp.act_as('nobody_citizen');
SELECT throws_ok($$SELECT * FROM idempotency_claim('key-1', sha256('a'))$$, '42501', NULL, 'nobody has no keys');
SELECT * FROM pg_temp.act_as('admin');
UPDATE idempotency SET at = now() - interval '31 days' WHERE principal = 'CITIZEN:2' AND key = 'key-1';
UPDATE idempotency SET at = now() - interval '29 days' WHERE principal = 'OFFICER:1' AND key = 'key-1';
SELECT count(*) AS old FROM idempotency WHERE at < now() - interval '30 days' \gset
SELECT * FROM pg_temp.act_as('worker');
SELECT is(idempotency_prune(), :old, 'keys older than 30 days are pruned');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT count(*) FROM idempotency WHERE key = 'key-1' AND principal IN ('CITIZEN:1', 'CITIZEN:2', 'OFFICER:1')), 2::bigint, 'younger ones are kept');

-- Devices.
\set p256dh 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'
\set auth 'BTBZMqHH6r4Tts7J_aSIgg'
SELECT * FROM pg_temp.act_as('citizen');
SELECT device_id AS phone, public_id AS phone_id FROM register_device('FCM', 'a-token-of-fcm', NULL, NULL, 'vi') \gset
SELECT is((SELECT owner_subject FROM device WHERE id = :phone), 1::bigint, 'a citizen registers a phone');
SELECT is((SELECT device_id FROM register_device('FCM', 'a-token-of-fcm', NULL, NULL, 'en')), :phone::bigint, 'again is the same device');
SELECT is((SELECT locale FROM device WHERE id = :phone), 'en', 'refreshed');
SELECT is((SELECT failure FROM register_device('WEBPUSH', 'https://push.example/abc', :'p256dh', :'auth', NULL)), NULL, 'and a browser');
CREATE FUNCTION pg_temp.paths(p_problems jsonb) RETURNS text LANGUAGE sql RETURN
    (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(p_problems) AS x);
SELECT * FROM pg_temp.act_as('admin');
GRANT EXECUTE ON FUNCTION pg_temp.paths(jsonb) TO PUBLIC;
SELECT * FROM pg_temp.act_as('citizen');
SELECT is((SELECT failure || ' ' || pg_temp.paths(problems) FROM register_device('PIGEON', 'a-loft-in-the-attic', NULL, NULL, 'vi')), 'GUARD_FAILED kind', 'of a known kind');
SELECT is((SELECT failure || ' ' || pg_temp.paths(problems) FROM register_device('WEBPUSH', 'http://push.example/abc', :'p256dh', :'auth', 'vi')), 'GUARD_FAILED address', 'at an https address');
SELECT is((SELECT failure || ' ' || pg_temp.paths(problems) FROM register_device('WEBPUSH', 'https://push.example/abc', 'short', NULL, 'fr')), 'GUARD_FAILED p256dh,auth,locale', 'with whole keys and a language we speak');
SELECT is((SELECT failure || ' ' || pg_temp.paths(problems) FROM register_device('FCM', NULL, NULL, NULL, NULL)), 'GUARD_FAILED address', 'and with an address at all');
SELECT * FROM pg_temp.act_as('citizen2');
SELECT is((SELECT failure FROM remove_device(:'phone_id')), 'NOT_FOUND', 'nobody removes another''s device');
SELECT device_id AS moved, public_id AS moved_id FROM register_device('FCM', 'a-token-of-fcm', NULL, NULL, 'vi') \gset
SELECT isnt(:'moved_id'::uuid, :'phone_id'::uuid, 'a phone that changes hands gets a new id');
SELECT * FROM pg_temp.act_as('citizen');
SELECT is((SELECT count(*) FROM device WHERE public_id = :'phone_id'), 0::bigint, 'and leaves its former owner');
SELECT is((SELECT failure FROM remove_device(:'phone_id')), 'NOT_FOUND', 'for whom it is gone');
SELECT * FROM pg_temp.act_as('citizen2');
SELECT is((SELECT device_id FROM remove_device(:'moved_id')), :moved::bigint, 'its owner removes it');
SELECT is((SELECT failure FROM remove_device(:'moved_id')), 'NOT_FOUND', 'once');
SELECT is((SELECT count(*) FROM generate_series(1, 20) AS i, register_device('FCM', 'token-number-' || i, NULL, NULL, 'vi') WHERE failure IS NULL), 20::bigint, 'twenty devices are allowed');
SELECT is((SELECT failure FROM register_device('FCM', 'token-number-21', NULL, NULL, 'vi')), 'GUARD_FAILED', 'and no more');
SELECT is((SELECT failure FROM register_device('FCM', 'token-number-20', NULL, NULL, 'vi')), NULL, 'though each may come again');
SELECT * FROM pg_temp.act_as('officer');
SELECT is((SELECT failure FROM register_device('FCM', 'an-officers-token', NULL, NULL, 'vi')), NULL, 'an officer registers too');
SELECT is((SELECT owner_officer FROM device), 1::bigint, 'as an officer');
SELECT * FROM pg_temp.act_as('partner');
SELECT is((SELECT failure FROM register_device('FCM', 'a-partners-token', NULL, NULL, 'vi')), 'NOT_ALLOWED', 'a partner does not');
SELECT is((SELECT failure FROM remove_device(:'phone_id')), 'NOT_ALLOWED', 'nor removes any');
SELECT * FROM pg_temp.act_as('nobody_citizen');
SELECT is((SELECT failure FROM register_device('FCM', 'nobodys-token', NULL, NULL, 'vi')), 'NOT_ALLOWED', 'nor does nobody');
SELECT * FROM pg_temp.act_as('admin');

-- The feed.
SELECT last FROM feed \gset
UPDATE dossier_event SET feed_no = NULL WHERE dossier IN (5, 6);
SELECT count(*) AS waiting FROM dossier_event WHERE feed_no IS NULL \gset
SELECT count(*) AS both FROM dossier_event WHERE dossier IN (5, 6) \gset
SELECT * FROM pg_temp.act_as('worker');
CREATE TEMP TABLE numbered AS SELECT * FROM assign_feed_numbers(3);
SELECT is((SELECT array_agg(feed_no ORDER BY feed_no) FROM numbered), ARRAY[:last + 1, :last + 2, :last + 3]::bigint[], 'waiting events get the next numbers, at most as many as asked');
INSERT INTO numbered SELECT * FROM assign_feed_numbers(10000);
SELECT is((SELECT count(*) FROM numbered), :waiting::bigint, 'then the rest');
SELECT is_empty($$SELECT FROM numbered a JOIN numbered b ON a.dossier_id = b.dossier_id AND a.seq < b.seq AND a.feed_no > b.feed_no$$, 'in the order of seq within a dossier');
SELECT is((SELECT count(*) FROM numbered n WHERE dossier_id IN (5, 6) AND code IS NOT NULL AND applicant IS NOT NULL AND received_agency IS NOT NULL AND grantees IS NOT NULL), :both::bigint, 'with their audience');
SELECT is_empty($$SELECT * FROM assign_feed_numbers(100)$$, 'and none twice');
SELECT is_empty($$SELECT * FROM assign_feed_numbers(0)$$, 'nothing asked, nothing given');
DROP TABLE numbered;
SELECT * FROM pg_temp.act_as('admin');

-- Partitions of the logs.
SELECT log_partitions(2, 13) \g /dev/null
SELECT results_eq($$SELECT made, dropped FROM log_partitions(2, 13)$$, $$VALUES (0, 0)$$, 'what is there is not made again');
SELECT is((SELECT made FROM log_partitions(4, 13)), 6, 'two months more of three logs are six');
SELECT has_table('motcua'::name, ('delivery_log_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'))::name, 'this month has one');
CREATE TABLE attempt_2020_01 PARTITION OF attempt FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z');
SELECT is((SELECT dropped FROM log_partitions(4, 13)), 1, 'an old one is dropped');
SELECT throws_ok($$SELECT log_partitions(99, 13)$$, '22023', NULL, 'nobody makes partitions without end');
SELECT * FROM pg_temp.act_as('worker');
SELECT lives_ok($$INSERT INTO attempt (delivery_id, n) VALUES (1, 1)$$, 'the worker writes its log');
\ir include/end.psql
