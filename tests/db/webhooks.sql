-- Webhook endpoints, guests and suspension of partners (functions/91_partners.sql, 92_guests.sql, 92_webhooks.sql).
\ir include/begin.psql
SELECT plan(83);

-- An administrator of organisation 5,001 with a second factor, one without, and sessions of keys.
INSERT INTO partner (id) VALUES (5001), (5002);
INSERT INTO seat (person, organisation, since, role) VALUES (2, 5001, current_date, 'ADMINISTRATOR'), (3, 5001, current_date, 'MEMBER');
WITH opened AS (
    INSERT INTO session (kind, subject, device, expires_at, stepped_up_at)
    SELECT 'CITIZEN', s, 'psql', now() + interval '1 hour', now() FROM unnest(ARRAY[2, 3]) AS s RETURNING id, subject)
INSERT INTO actor SELECT CASE subject WHEN 2 THEN 'administrator' ELSE 'member' END, 'app_citizen', 'CITIZEN', subject,
                         CASE subject WHEN 2 THEN '2,5001' ELSE '3' END, '', '', id FROM opened;
INSERT INTO actor SELECT 'unproven', login, kind, me, subjects, agencies, roles FROM actor WHERE who = 'administrator';
CREATE FUNCTION pg_temp.key(p_who text, p_partner bigint, p_environment text, p_scopes text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v_session uuid;
BEGIN
    INSERT INTO session (kind, subject, device, environment, scopes, expires_at)
    VALUES ('PARTNER', p_partner, 'psql', p_environment, string_to_array(p_scopes, ' '), now() + interval '1 hour') RETURNING id INTO v_session;
    INSERT INTO actor VALUES (p_who, 'app_partner', 'PARTNER', p_partner, p_partner, '', '', v_session, p_scopes, p_environment);
END $$;
SELECT pg_temp.key('live', 5001, 'LIVE', 'webhooks.manage keys.manage');
SELECT pg_temp.key('test', 5001, 'TEST', 'webhooks.manage keys.manage');
SELECT pg_temp.key('team', 5001, 'TEAM', 'webhooks.manage keys.manage dossiers.read');
SELECT pg_temp.key('reader', 5001, 'LIVE', 'dossiers.read events.read');
SELECT pg_temp.key('rival', 5002, 'LIVE', 'webhooks.manage keys.manage');
SELECT set_config('test.tax_code', (SELECT tax_code FROM organisation WHERE id = 5001), true) \g /dev/null

-- As somebody: the failure with its first problem, or OK; the id of what was made is kept in test.id.
CREATE FUNCTION pg_temp.did(p_who text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        EXECUTE 'SELECT * FROM ' || p_call INTO r;
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'NO RIGHT';
    END;
    PERFORM pg_temp.act_as('admin');
    IF r.failure IS NULL THEN
        PERFORM set_config('test.id', r.public_id::text, true);
    END IF;
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.add(p_who text, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.did(p_who, format('add_webhook_endpoint(%L, gen_random_uuid(), %L)',
        jsonb_build_object('environment', 'LIVE', 'url', 'https://hooks.partner.vn/', 'kinds', '[]'::jsonb) || p_more, repeat('s', 63)::bytea))
$$;
CREATE FUNCTION pg_temp.by_person(p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('taxCode', current_setting('test.tax_code')) || p_more $$;
CREATE FUNCTION pg_temp.made() RETURNS uuid LANGUAGE sql AS $$ SELECT current_setting('test.id')::uuid $$;
CREATE FUNCTION pg_temp.update_it(p_who text, p_rest text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.did(p_who, format('update_webhook_endpoint(%L, %s)', pg_temp.made(), p_rest)) $$;
CREATE FUNCTION pg_temp.rotate(p_who text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.did(p_who, format('rotate_webhook_secret(%L, gen_random_uuid(), %L)', pg_temp.made(), repeat('r', 63)::bytea)) $$;
CREATE FUNCTION pg_temp.remove(p_who text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.did(p_who, format('remove_webhook_endpoint(%L)', pg_temp.made())) $$;

-- Who may add.
SELECT is(pg_temp.add('live'), 'OK', 'a key with webhooks.manage adds an endpoint');
SELECT is(pg_temp.add('reader'), 'NOT_ALLOWED', 'one without does not');
SELECT is(pg_temp.add('live', '{"environment": "TEST"}'), 'NOT_ALLOWED', 'nor one of another environment');
SELECT is(pg_temp.add('rival', pg_temp.by_person()), 'NOT_FOUND', 'nor another partner''s');
SELECT is(pg_temp.add('administrator', pg_temp.by_person()), 'OK', 'an administrator does');
SELECT is(pg_temp.add('administrator', pg_temp.by_person('{"environment": "TEAM"}')), 'OK', 'in every environment');
SELECT is(pg_temp.add('unproven', pg_temp.by_person()), 'STEP_UP_REQUIRED', 'with a second factor');
SELECT is(pg_temp.add('member', pg_temp.by_person()), 'NOT_FOUND', 'a member does not');
SELECT is(pg_temp.add('citizen', pg_temp.by_person()), 'NOT_FOUND', 'nobody else learns that there is a partner');
SELECT is(pg_temp.add('officer', pg_temp.by_person()), 'NO RIGHT', 'an officer may not ask');
SELECT is(pg_temp.add('administrator'), 'NOT_FOUND', 'a person names an organisation');

-- What is added.
SELECT is(pg_temp.add('test', '{"environment": "TEST", "url": "http://127.0.0.1:8080/"}'), 'OK', 'the sandbox may tell this machine');
SELECT is(pg_temp.add('live', '{"url": "http://127.0.0.1:8080/"}'), 'GUARD_FAILED url', 'nobody else may');
SELECT throws_ok($$INSERT INTO webhook_endpoint (partner, environment, url) VALUES (5001, 'LIVE', 'http://127.0.0.1/')$$, '23514', NULL, 'not even by hand');
SELECT throws_ok($$INSERT INTO webhook_endpoint (partner, environment, url) VALUES (5001, 'TEST', 'http://127.0.0.1.evil.example/')$$, '23514', NULL, 'nor a name that looks like it');
SELECT is(pg_temp.add('live', '{"kinds": ["submit", "accept", "submit"]}'), 'OK', 'kinds of events that exist');
SELECT is((SELECT kinds FROM webhook_endpoint WHERE id = pg_temp.made()), '{accept,submit}', 'are kept once each');
SELECT is(pg_temp.add('live', '{"kinds": ["submit", "everything"]}'), 'GUARD_FAILED kinds', 'others are refused');
SELECT is(pg_temp.add('live', jsonb_build_object('description', repeat('ư', 200))), 'OK', 'a description of 200 characters');
SELECT is(pg_temp.add('live', jsonb_build_object('description', repeat('ư', 201))), 'GUARD_FAILED description', 'not of 201');
SELECT is(pg_temp.add('live', '{"description": ""}'), 'GUARD_FAILED description', 'nor of none');
SELECT is(pg_temp.add('live'), 'OK', 'the same address twice');
INSERT INTO webhook_endpoint (partner, environment, url) SELECT 5001, 'LIVE', 'https://hooks.partner.vn/' FROM generate_series(1, 2);
SELECT is((SELECT count(*) FROM webhook_endpoint WHERE partner = 5001), 9::bigint);
SELECT is(pg_temp.add('live'), 'OK', 'the tenth endpoint of a partner');
SELECT is(pg_temp.add('administrator', pg_temp.by_person('{"environment": "TEST"}')), 'GUARD_FAILED url', 'is the last, of all environments');
SELECT is(pg_temp.add('rival'), 'OK', 'others have their own');
SELECT is(pg_temp.rotate('live') || pg_temp.remove('live') || pg_temp.update_it('live', 'NULL, NULL, NULL, NULL'), 'NOT_FOUNDNOT_FOUNDNOT_FOUND', 'which nobody else changes');

-- Who sees.
SELECT is(pg_temp.count_as('live', 'SELECT count(*) FROM webhook_endpoint'), 8::bigint, 'a key sees those of its environment');
SELECT is(pg_temp.count_as('test', 'SELECT count(*) FROM webhook_endpoint'), 1::bigint);
SELECT is(pg_temp.count_as('reader', 'SELECT count(*) FROM webhook_endpoint'), 0::bigint, 'without webhooks.manage none');
SELECT is(pg_temp.count_as('administrator', 'SELECT count(*) FROM webhook_endpoint'), 10::bigint, 'an administrator sees all');
SELECT is(pg_temp.count_as('member', 'SELECT count(*) FROM webhook_endpoint'), 0::bigint, 'a member none');
SELECT is(pg_temp.count_as('nobody_partner', 'SELECT count(*) FROM webhook_endpoint'), 0::bigint);
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM webhook_endpoint'), -1::bigint, 'an officer may not ask');
SELECT is(pg_temp.count_as('live', 'SELECT count(secret) FROM webhook_secret'), -1::bigint, 'nobody reads a secret');
SELECT is(pg_temp.count_as('live', 'SELECT count(until) FROM webhook_secret WHERE endpoint IS NOT NULL'), 0::bigint, 'but until when one counts');

-- Changing.
SELECT is(pg_temp.add('rival'), 'OK');
SELECT is(pg_temp.update_it('rival', $$'https://new.partner.vn/', '{accept}', 'DISABLED', 'mới'$$), 'OK', 'everything of an endpoint can be changed');
SELECT is((SELECT concat_ws(' ', url, kinds, state, description, disabled_at = now()) FROM webhook_endpoint WHERE id = pg_temp.made()),
          'https://new.partner.vn/ {accept} DISABLED mới t', 'and is');
SELECT is(pg_temp.update_it('rival', 'NULL, NULL, NULL, NULL'), 'OK');
SELECT is((SELECT concat_ws(' ', url, kinds, state, description, disabled_at = now()) FROM webhook_endpoint WHERE id = pg_temp.made()),
          'https://new.partner.vn/ {accept} DISABLED mới t', 'what is not named stays');
SELECT is(pg_temp.update_it('rival', $$NULL, '{}', 'ACTIVE', NULL$$), 'OK');
SELECT is((SELECT concat_ws(' ', kinds, state, disabled_at) FROM webhook_endpoint WHERE id = pg_temp.made()), '{} ACTIVE', 'it is told again, of all');
SELECT is(pg_temp.update_it('rival', $$NULL, '{everything}', NULL, NULL$$), 'GUARD_FAILED kinds');
SELECT is(pg_temp.update_it('rival', $$'http://127.0.0.1/', NULL, NULL, NULL$$), 'GUARD_FAILED url');

-- Rotating.
SELECT is((SELECT count(*) || ' ' || count(until) FROM webhook_secret WHERE endpoint = pg_temp.made()), '1 0', 'an endpoint has one secret');
SELECT is(pg_temp.rotate('rival'), 'OK');
SELECT is((SELECT string_agg(coalesce(until - now(), '0')::text, ' ' ORDER BY no) FROM webhook_secret WHERE endpoint = pg_temp.made()),
          '1 day 00:00:00', 'rotated, the one before counts for 24 hours');
CREATE TEMP TABLE first_secret AS SELECT id FROM webhook_secret WHERE endpoint = pg_temp.made() AND until IS NOT NULL;
SELECT is(pg_temp.rotate('rival'), 'OK');
SELECT is((SELECT count(*) || ' ' || count(until) FROM webhook_secret WHERE endpoint = pg_temp.made()), '2 1', 'there are never more than two');
SELECT is((SELECT count(*) FROM webhook_secret JOIN first_secret USING (id)), 0::bigint, 'the first is gone');
SELECT is((SELECT string_agg(act, ' ' ORDER BY at, no) FROM (SELECT act, at, row_number() OVER () AS no FROM audit WHERE object = 'webhook_endpoint:' || pg_temp.made()) AS a),
          'webhook.add webhook.update webhook.update webhook.update webhook.rotate webhook.rotate', 'every change is audited');
SELECT is((SELECT count(*) FROM audit WHERE act LIKE 'webhook%' AND body::text LIKE '%://%'), 0::bigint, 'without the address');

-- Removing.
SELECT is(pg_temp.remove('rival'), 'OK');
SELECT is((SELECT count(*) FROM webhook_secret WHERE endpoint = pg_temp.made()), 0::bigint, 'a removed endpoint has no secret');
SELECT is(pg_temp.remove('rival') || pg_temp.rotate('rival') || pg_temp.update_it('rival', 'NULL, NULL, NULL, NULL'), 'NOT_FOUNDNOT_FOUNDNOT_FOUND', 'nor does it come back');
UPDATE webhook_endpoint SET removed_at = now() WHERE id = (SELECT min(id::text)::uuid FROM webhook_endpoint WHERE partner = 5001);
SELECT is(pg_temp.add('live'), 'OK', 'it makes room for another');

-- Cells.
SELECT is((SELECT count(cell) FROM cells_to_reseal('webhook_secret', 'xxx', 0, 1000)), (SELECT count(*) FROM webhook_secret), 'what an older key has sealed is sealed anew');
SELECT is((SELECT count(*) || ' ' || count(cell) FROM cells_to_reseal('webhook_secret', 'sss', 0, 1000)), (SELECT count(*) || ' 0' FROM webhook_secret), 'nothing else');
SELECT is((SELECT cells_reseal('webhook_secret', ARRAY[no], ARRAY[encode(secret, 'hex')], ARRAY[encode(repeat('t', 63)::bytea, 'hex')])
             FROM webhook_secret ORDER BY no LIMIT 1), 1);
SELECT is((SELECT secret FROM webhook_secret ORDER BY no LIMIT 1), repeat('t', 63)::bytea, 'in its row');
SELECT is((SELECT cells_reseal('webhook_secret', ARRAY[no], ARRAY['00'], ARRAY[encode(secret, 'hex')]) FROM webhook_secret ORDER BY no LIMIT 1), 0,
          'but not over a newer one');

-- Guests.
CREATE FUNCTION pg_temp.guest(p_who text, p_call text, p_subject bigint, p_tax_code text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.did(p_who, format('%s_guest(%L, %L)', p_call, p_tax_code, (SELECT public_id FROM motcua.subject WHERE id = p_subject))) $$;
CREATE TEMP TABLE epoch AS SELECT rights_epoch FROM subject WHERE id = 5001;
SELECT is(pg_temp.guest('live', 'add', 1), 'OK', 'a live key with keys.manage invites');
SELECT is(pg_temp.guest('team', 'add', 3), 'NOT_ALLOWED', 'a team key does not widen what it sees');
SELECT is(pg_temp.guest('live', 'add', 3), 'OK', 'who is added is one more');
SELECT is(pg_temp.guest('test', 'add', 3), 'NOT_ALLOWED', 'a test key does not');
SELECT is(pg_temp.guest('reader', 'add', 3), 'NOT_ALLOWED', 'nor one without keys.manage');
SELECT is(pg_temp.guest('administrator', 'add', 5001, current_setting('test.tax_code')), 'OK', 'an administrator does');
SELECT is(pg_temp.guest('unproven', 'add', 4, current_setting('test.tax_code')), 'STEP_UP_REQUIRED', 'with a second factor');
SELECT is(pg_temp.guest('rival', 'add', 4, current_setting('test.tax_code')) || pg_temp.guest('live', 'add', -1), 'NOT_FOUNDNOT_FOUND', 'for nobody else, and nobody who is not');
SELECT is(pg_temp.guest('live', 'add', 1), 'OK', 'twice is once');
SELECT is((SELECT s.rights_epoch - e.rights_epoch FROM subject s, epoch e WHERE s.id = 5001), 3::bigint, 'the partner''s streams are read anew');
SELECT is((SELECT count(*) FROM audit WHERE act = 'guest.add'), 3::bigint, 'and each guest is audited once');
SELECT is(pg_temp.count_as('team', 'SELECT count(*) FROM dossier'),
          (SELECT count(*) FROM dossier WHERE 5001 IN (applicant, submitter) AND applicant IN (1, 3, 5001)), 'a team key sees its guests'' dossiers of those its partner could');
SELECT is(pg_temp.count_as('live', 'SELECT count(*) FROM guest_list()') || ' ' || pg_temp.count_as('administrator', 'SELECT count(*) FROM guest_list()')
          || ' ' || pg_temp.count_as('reader', 'SELECT count(*) FROM guest_list()') || ' ' || pg_temp.count_as('rival', 'SELECT count(*) FROM guest_list()')
          || ' ' || pg_temp.count_as('member', 'SELECT count(*) FROM guest_list()'), '3 3 0 0 0', 'who manages the list sees it');
INSERT INTO partner_guest (partner, guest) SELECT 5001, id FROM subject WHERE id > 5001 ORDER BY id LIMIT 96;
SELECT is(pg_temp.guest('live', 'add', 2), 'OK', 'the hundredth guest');
SELECT is(pg_temp.guest('live', 'add', 4), 'GUARD_FAILED guest', 'is the last');
SELECT is(pg_temp.guest('live', 'add', 1), 'OK', 'who is there stays');
SELECT is(pg_temp.guest('live', 'remove', 1) || pg_temp.guest('live', 'remove', 1), 'OKNOT_FOUND', 'a guest leaves once');

-- Suspension.
CREATE TEMP TABLE state_set AS SELECT * FROM partner_set_state(current_setting('test.tax_code'), 'SUSPENDED');
SELECT is((SELECT failure || sessions FROM state_set) IS NULL AND (SELECT sessions FROM state_set) = 4, true, 'suspended, a partner''s sessions have ended');
SELECT is((SELECT count(*) FILTER (WHERE ended_why = 'SUSPENDED') || ' ' || count(*) FROM session WHERE subject = 5001), '4 4', 'all of them');
SELECT is(pg_temp.add('administrator', pg_temp.by_person()) || pg_temp.guest('administrator', 'remove', 2, current_setting('test.tax_code')),
          'NOT_ALLOWEDNOT_ALLOWED', 'nor does an administrator change what is the partner''s');
SELECT is((SELECT failure FROM partner_set_state(current_setting('test.tax_code'), 'SUSPENDED')) || (SELECT failure FROM partner_set_state('0', 'ACTIVE')),
          'STALE_STATENOT_FOUND', 'it is suspended once');
\ir include/end.psql
