-- Partners: keys uploaded, found, revoked, and the sessions opened by them (functions/91_partners.sql).
\ir include/begin.psql
SELECT plan(49);

-- A person with a seat in organisation 5,001 and a second factor of a moment ago.
WITH opened AS (
    INSERT INTO session (kind, subject, device, expires_at, stepped_up_at)
    SELECT 'CITIZEN', min(person), 'psql', now() + interval '1 hour', now() FROM seat WHERE organisation = 5001
    RETURNING id, subject)
INSERT INTO actor SELECT 'holder', 'app_citizen', 'CITIZEN', subject, subject || ',5001', '', '', id FROM opened;
INSERT INTO actor SELECT 'holder_unproven', login, kind, me, subjects, agencies, roles FROM actor WHERE who = 'holder';

CREATE FUNCTION pg_temp.key(p_kid text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('taxCode', current_setting('test.tax_code'), 'environment', 'LIVE', 'scopes', '["dossiers.read", "keys.manage"]'::jsonb,
                              'jwk', jsonb_build_object('kty', 'OKP', 'crv', 'Ed25519', 'x', 'AAAA', 'kid', p_kid)) || p_more
$$;
-- As somebody: the failure, or OK.
CREATE FUNCTION pg_temp.add(p_who text, p_kid text, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM add_partner_key(pg_temp.key(p_kid, p_more));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.revoke(p_who text, p_key uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM revoke_partner_key(p_key);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, 'OK ' || r.seq);
END $$;
CREATE FUNCTION pg_temp.id_of(p_kid text) RETURNS uuid LANGUAGE sql AS $$ SELECT id FROM motcua.partner_key WHERE kid = p_kid $$;
CREATE FUNCTION pg_temp.find(p_kid text) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM motcua.partner_key_find(current_setting('test.client'), p_kid) $$;
CREATE FUNCTION pg_temp.open(p_kid text, p_scopes text DEFAULT '') RETURNS TABLE (failure text, session uuid, scopes text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act_as('service');
    RETURN QUERY SELECT * FROM partner_session(current_setting('test.' || p_kid)::uuid, p_scopes);
    PERFORM pg_temp.act_as('admin');
END $$;
SELECT set_config('test.tax_code', (SELECT tax_code FROM organisation WHERE id = 5001), true) \g /dev/null
SELECT set_config('test.client', (SELECT public_id::text FROM subject WHERE id = 5001), true) \g /dev/null

-- Uploading.
SELECT is(pg_temp.add('citizen', 'a'), 'NOT_FOUND', 'nobody without a seat adds a key, or learns whether there is a partner');
SELECT is(pg_temp.add('holder_unproven', 'a'), 'STEP_UP_REQUIRED', 'a key wants a second factor');
SELECT is(pg_temp.add('partner', 'a'), 'NOT_ALLOWED', 'a session of no key adds none');
SELECT is((SELECT count(*) FROM partner), 0::bigint, 'refused, nobody has become a partner');
SELECT is(pg_temp.add('holder', 'a'), 'OK', 'who has a seat adds the first key');
SELECT is((SELECT state FROM partner WHERE id = 5001), 'ACTIVE', 'which makes its organisation a partner');
SELECT is((SELECT string_agg(act, ' ' ORDER BY at, act) FROM audit WHERE act LIKE 'partner%'), 'partner.sign_up partner_key.add', 'both are audited');
SELECT is(pg_temp.add('holder', 'a'), 'GUARD_FAILED jwk', 'a kid is given once');
SELECT is(pg_temp.add('holder', repeat('k', 64)), 'OK', 'a kid of 64 characters');
SELECT is(pg_temp.add('holder', repeat('k', 65)), 'GUARD_FAILED jwk', 'not of 65');
SELECT is(pg_temp.add('holder', 'a b'), 'GUARD_FAILED jwk', 'nor with a blank');
SELECT is(pg_temp.add('holder', 'b', '{"scopes": ["everything"]}'), 'GUARD_FAILED scopes', 'a scope must exist');
SELECT is(pg_temp.add('holder', 'b', '{"scopes": []}'), 'GUARD_FAILED scopes', 'and there must be one');
SELECT is(pg_temp.add('holder', 'b', '{"environment": "PROD"}'), 'GUARD_FAILED environment', 'an environment must exist');
SELECT is(pg_temp.add('holder', 'b', jsonb_build_object('expiresAt', now() + interval '2 years')), 'OK', 'for two years');
SELECT is(pg_temp.add('holder', 'c', jsonb_build_object('expiresAt', now() + interval '2 years 1 second')), 'GUARD_FAILED expiresAt', 'and no longer');
SELECT is(pg_temp.add('holder', 'c', jsonb_build_object('expiresAt', now())), 'GUARD_FAILED expiresAt', 'nor for no time');
SELECT is(pg_temp.add('holder', 'test', '{"environment": "TEST"}'), 'OK', 'a test key');
SELECT set_config('test.' || k, pg_temp.id_of(k)::text, true) FROM unnest(ARRAY['a', 'b', 'test']) AS k \g /dev/null

-- Who sees them.
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM partner_key'), 3::bigint, 'a partner sees its keys, of the environment it asks in');
SELECT is(pg_temp.count_as('holder', 'SELECT count(*) FROM partner_key'), 4::bigint, 'so does who has a seat');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM partner_key'), 0::bigint, 'others see none');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM partner_key'), -1::bigint, 'officers may not ask');
SELECT is(pg_temp.count_as('holder', 'SELECT count(*) FROM partner'), -1::bigint, 'the list of partners is nobody''s');

-- Finding.
SELECT is(pg_temp.find('a'), 1::bigint, 'a key is found by client and kid');
SELECT is(pg_temp.find('x'), 0::bigint, 'no other kid');
SELECT is((SELECT count(*) FROM partner_key_find('5001', 'a')), 0::bigint, 'a client is known by its public id alone');
SELECT is((SELECT count(*) FROM partner_key_find((SELECT public_id::text FROM subject WHERE id = 5002), 'a')), 0::bigint, 'no other client has the key');

-- Sessions.
CREATE TEMP TABLE opened AS SELECT * FROM pg_temp.open('a');
SELECT is((SELECT scopes FROM opened), 'dossiers.read keys.manage', 'without a wish a session has the key''s scopes');
SELECT is((SELECT session FROM pg_temp.open('a', 'keys.manage dossiers.read keys.manage')), (SELECT session FROM opened), 'the same scopes are the same session');
SELECT isnt((SELECT session FROM pg_temp.open('a', 'dossiers.read')), (SELECT session FROM opened), 'fewer are another');
SELECT is((SELECT failure FROM pg_temp.open('a', 'dossiers.read events.read')), 'SCOPE', 'more are refused');
SELECT is((SELECT kind || ' ' || me || ' ' || environment || ' ' || scopes FROM session_viewer((SELECT session FROM opened))),
          'PARTNER 5001 LIVE dossiers.read keys.manage', 'the session is the partner');
SELECT is((SELECT environment FROM session_viewer((SELECT session FROM pg_temp.open('test')))), 'TEST', 'and of its key''s environment');

-- A partner changes its own keys.
INSERT INTO actor SELECT 'machine', login, kind, me, subjects, agencies, roles, (SELECT session::text FROM opened) FROM actor WHERE who = 'partner';
INSERT INTO actor SELECT 'reader', login, kind, me, subjects, agencies, roles, (SELECT session::text FROM pg_temp.open('a', 'dossiers.read')) FROM actor WHERE who = 'partner';
SELECT is(pg_temp.add('reader', 'next'), 'NOT_ALLOWED', 'without keys.manage it does not');
SELECT is(pg_temp.add('machine', 'next'), 'OK', 'with it, it rotates them');
SELECT is(pg_temp.add('machine', 'more', '{"scopes": ["events.read"]}'), 'NOT_ALLOWED', 'but gives no key more than it has');
SELECT is(pg_temp.add('machine', 'test2', '{"environment": "TEST"}'), 'NOT_ALLOWED', 'nor one of another environment');
SELECT is(pg_temp.revoke('machine', pg_temp.id_of('test')), 'NOT_ALLOWED', 'nor revokes one');
SELECT is(pg_temp.revoke('citizen', pg_temp.id_of('a')), 'NOT_FOUND', 'nobody else''s key is revoked');

-- Revoking.
SELECT is(pg_temp.revoke('holder', pg_temp.id_of('a')), 'OK 2', 'a revoked key ends its sessions');
SELECT is((SELECT count(*) FROM session_viewer((SELECT session FROM opened))), 0::bigint, 'which are nobody from then on');
SELECT is((SELECT string_agg(DISTINCT ended_why, ' ') FROM session WHERE partner_key = pg_temp.id_of('a')), 'KEY_REVOKED', 'and it is known why');
SELECT is((SELECT failure FROM pg_temp.open('a')), 'NOT_ALLOWED', 'it opens no more');
SELECT is(pg_temp.find('a') || pg_temp.revoke('holder', pg_temp.id_of('a')), '0NOT_FOUND', 'nor is it found, by anybody');

-- Suspension.
SELECT set_config('test.before', (SELECT session FROM pg_temp.open('b'))::text, true) \g /dev/null
SELECT is((SELECT failure IS NULL AND sessions > 0 FROM partner_set_state(current_setting('test.tax_code'), 'SUSPENDED')), true, 'a partner is suspended by its tax code');
SELECT is(pg_temp.find('b') || (SELECT failure FROM pg_temp.open('b')) || pg_temp.add('holder', 'z'), '0NOT_ALLOWEDNOT_ALLOWED', 'a suspended partner has no key that counts');
SELECT is((SELECT failure IS NULL AND sessions = 0 FROM partner_set_state(current_setting('test.tax_code'), 'ACTIVE')), true, 'and resumed');
SELECT is(pg_temp.find('b') || ' ' || ((SELECT session FROM pg_temp.open('b')) <> current_setting('test.before')::uuid)::text, '1 true',
          'its keys count again and open sessions anew');
SELECT is((SELECT string_agg(act, ' ' ORDER BY act) FROM audit WHERE act IN ('partner.suspend', 'partner.resume')), 'partner.resume partner.suspend', 'both are audited');
\ir include/end.psql
