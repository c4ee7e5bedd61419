-- Sessions: opened, refreshed, stepped up, ended; whose rights changed (functions/83_sessions.sql).
\ir include/begin.psql
SELECT plan(45);

CREATE FUNCTION pg_temp.identity(p_people text, p_subject text, p_second boolean DEFAULT false) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('people', p_people, 'issuer', lower(p_people), 'subject', p_subject, 'publicId', gen_random_uuid(),
                              'name', 'Người mới', 'bornOn', '2001-02-03', 'secondFactor', p_second, 'device', 'máy thử', 'lifeSeconds', 600)
$$;
CREATE FUNCTION pg_temp.sign(p_identity jsonb, p_number text, p_code text DEFAULT NULL, p_key text DEFAULT '\x010001') RETURNS TABLE (failure text, session uuid)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act_as('service');
    RETURN QUERY SELECT * FROM sign_in(p_identity, sha256(coalesce(p_code, gen_random_uuid()::text)::bytea),
                                       p_key::bytea || decode(repeat('ab', 40), 'hex'), sha256(p_number::bytea));
    PERFORM pg_temp.act_as('admin');
END $$;

-- In a snapshot of its own, which sees what a sign-in of the same statement wrote.
CREATE FUNCTION pg_temp.owner_of(p_session uuid) RETURNS bigint VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT coalesce(subject, officer) FROM session WHERE id = p_session);
END $$;

-- Opening.
CREATE TEMP TABLE opened AS SELECT * FROM pg_temp.sign(pg_temp.identity('CITIZENS', 'new-1'), '074101000001', 'code-1');
GRANT SELECT ON opened TO PUBLIC;
SELECT is((SELECT failure FROM opened), NULL, 'somebody unknown is signed in');
SELECT is((SELECT s.name FROM session v JOIN subject s ON s.id = v.subject WHERE v.id = (SELECT session FROM opened)), 'Người mới', 'and is a person from now on');
SELECT is(pg_temp.owner_of((SELECT session FROM pg_temp.sign(pg_temp.identity('CITIZENS', 'other-sub'), '074101000001'))),
          (SELECT subject FROM session WHERE id = (SELECT session FROM opened)), 'one number is one person, whatever the issuer calls it');
SELECT is(pg_temp.owner_of((SELECT session FROM pg_temp.sign(pg_temp.identity('CITIZENS', 'citizen'), '074090000011'))), 1::bigint,
          'somebody known by the issuer''s word gets the number');
SELECT is((SELECT failure FROM pg_temp.sign(pg_temp.identity('CITIZENS', 'citizen'), '074090000099')), 'NOT_ALLOWED', 'and no other number later');
SELECT is((SELECT failure FROM pg_temp.sign(pg_temp.identity('OFFICERS', 'stranger'), '074101000002')), 'NOT_ALLOWED', 'nobody becomes an officer by signing in');
SELECT is(pg_temp.owner_of((SELECT session FROM pg_temp.sign(pg_temp.identity('OFFICERS', 'officer'), '074080000001'))), 1::bigint, 'an appointed one is signed in');
SELECT is((SELECT count(*) FROM audit WHERE act = 'session.open'), 4::bigint, 'each session has its line in the audit');
SELECT is((SELECT count(*) FROM audit WHERE act = 'session.refuse'), 2::bigint, 'each refusal too');
SELECT is((SELECT count(*) FROM audit WHERE body::text LIKE '%0741010%' OR body::text LIKE '%Người%'), 0::bigint, 'and no line says who it was');

-- Sealing anew.
SELECT is((SELECT session IS NOT NULL FROM pg_temp.sign(pg_temp.identity('CITIZENS', 'new-1'), '074101000001', NULL, '\x010002')), true, 'a sign-in brings the number sealed by the key in use');
SELECT is((SELECT substring(personal_no FROM 1 FOR 3) FROM person WHERE personal_no_index = sha256('074101000001')), '\x010002'::bytea, 'which takes the place of the old seal');

-- A lost answer.
SELECT * FROM pg_temp.act_as('service');
SELECT is((SELECT session FROM sign_in_find(sha256('code-1'), 'CITIZENS', 'citizens', 'new-1', sha256('074101000001'))), (SELECT session FROM opened), 'a repeated code finds its session');
SELECT is((SELECT public_id FROM sign_in_find(sha256('x'), 'CITIZENS', 'citizens', 'new-1', sha256('074101000001'))),
          (SELECT id FROM session_viewer((SELECT session FROM opened))), 'and the person is found by number');
SELECT is((SELECT public_id IS NULL FROM sign_in_find(sha256('x'), 'CITIZENS', 'citizens', 'nobody', sha256('y'))), true, 'or not');
SELECT * FROM pg_temp.act_as('admin');
UPDATE session SET created_at = now() - interval '31 s' WHERE id = (SELECT session FROM opened);
SELECT * FROM pg_temp.act_as('service');
SELECT is((SELECT session FROM sign_in_find(sha256('code-1'), 'CITIZENS', 'citizens', 'new-1', sha256('074101000001'))), NULL, 'after 30 s no more');

-- Who it is.
SELECT is((SELECT kind || ' ' || (subjects = me::text) || ' ' || roles || environment FROM session_viewer((SELECT session FROM opened))), 'CITIZEN true LIVE', 'a citizen speaks for itself');
SELECT is((SELECT count(*) FROM session_viewer(gen_random_uuid())), 0::bigint, 'an unknown session is nobody');

-- Refreshing.
SELECT is((SELECT generation FROM refresh_session((SELECT session FROM opened), 1)), 2, 'a refresh token has one successor');
SELECT is((SELECT generation FROM refresh_session((SELECT session FROM opened), 1)), 2, 'the same one again when the answer was lost');
SELECT is((SELECT generation FROM refresh_session((SELECT session FROM opened), 2)), 3, 'and so on');
SELECT is((SELECT failure FROM refresh_session((SELECT session FROM opened), 9)), 'NOT_ALLOWED', 'a token that was never given is refused');
SELECT is((SELECT count(*) FROM session_viewer((SELECT session FROM opened))), 1::bigint, 'and harms nobody');
SELECT * FROM pg_temp.act_as('admin');
UPDATE session SET refreshed_at = now() - interval '30 s' WHERE id = (SELECT session FROM opened);
SELECT * FROM pg_temp.act_as('service');
SELECT is((SELECT failure FROM refresh_session((SELECT session FROM opened), 2)), 'NOT_ALLOWED', 'after 30 s the former token is a thief''s, or its owner''s');
SELECT is((SELECT count(*) FROM session_viewer((SELECT session FROM opened))), 0::bigint, 'so the session ends');
SELECT is((SELECT failure FROM refresh_session((SELECT session FROM opened), 3)), 'NOT_ALLOWED', 'for whoever holds the newest, too');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT ended_why FROM session WHERE id = (SELECT session FROM opened)), 'REFRESH_REUSED', 'it is known why');
SELECT is((SELECT count(*) FROM outbox WHERE kind = 'ACCOUNT' AND payload->>'template' = 'account.sessionReused'), 1::bigint, 'and its person is told, once');

-- Stepping up.
CREATE TEMP TABLE office AS SELECT session FROM pg_temp.sign(pg_temp.identity('OFFICERS', 'officer'), '074080000001');
GRANT SELECT ON office TO PUBLIC;
SELECT * FROM pg_temp.act_as('service');
SELECT is(step_up((SELECT session FROM office), sha256('074101000001')), false, 'somebody else''s second factor does not count');
SELECT is(step_up((SELECT session FROM office), sha256('074080000001')), true, 'one''s own does');
SELECT * FROM pg_temp.act_as('admin');
SELECT is(stepped_up(), false, 'without a session nobody has stepped up');
SELECT pg_temp.with_session((SELECT session::text FROM office));
SELECT is(stepped_up(), true, 'the session says so');
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE id = (SELECT session FROM office);
SELECT is(stepped_up(), false, 'for 15 minutes');
SELECT pg_temp.with_session('');

-- Ending.
CREATE TEMP TABLE two AS SELECT row_number() OVER () AS n, s.session FROM generate_series(1, 3) AS i, pg_temp.sign(pg_temp.identity('CITIZENS', 'citizen'), '074090000011', 'two ' || i) AS s;
GRANT SELECT ON two TO PUBLIC;
SELECT * FROM pg_temp.act_as('citizen2');
SELECT is((SELECT failure FROM end_session((SELECT session FROM two WHERE n = 1))), 'NOT_FOUND', 'nobody ends another''s session');
SELECT is((SELECT count(*) FROM session WHERE subject = 1), 0::bigint, 'nor sees it');
SELECT * FROM pg_temp.act_as('citizen');
SELECT is((SELECT failure FROM end_session((SELECT session FROM two WHERE n = 1))), NULL, 'one''s own ends');
SELECT is((SELECT failure FROM end_session((SELECT session FROM two WHERE n = 1))), 'NOT_FOUND', 'once');
SELECT pg_temp.with_session((SELECT session::text FROM two WHERE n = 2));
SELECT cmp_ok((SELECT seq FROM end_other_sessions()), '>=', 1, 'all others end');
SELECT is((SELECT string_agg(id::text, ' ') FROM session WHERE ended_at IS NULL AND kind = 'CITIZEN'), (SELECT session::text FROM two WHERE n = 2), 'and the one that asked stays');
SELECT * FROM pg_temp.act_as('admin');
SELECT cmp_ok((SELECT count(*) FROM session_change WHERE session IN (SELECT session FROM two WHERE n <> 2)), '=', 2::bigint, 'every end is told to all processes');

-- Too many.
SELECT count(s.session) FROM generate_series(1, 52) AS i, pg_temp.sign(pg_temp.identity('CITIZENS', 'citizen2'), '074091000012', 'many ' || i) AS s \g /dev/null
SELECT is((SELECT count(*) FROM session WHERE subject = 2 AND ended_at IS NULL), 50::bigint, 'of more than 50 sessions the oldest end');

-- Rights.
SELECT is((SELECT rights_epoch FROM officer WHERE id = 1), 0::bigint, 'nothing has changed for the officer');
SELECT rights_changed('OFFICER:1'), rights_changed('SUBJECT:1'), rights_changed('SUBJECT:0') \g /dev/null
SELECT results_eq($$SELECT principal, epoch FROM session_change WHERE principal IS NOT NULL ORDER BY no$$,
                  $$VALUES ('OFFICER:1', 1::bigint), ('SUBJECT:1', 1)$$, 'changes are numbered for each principal; of nobody none is told');
SELECT * FROM pg_temp.act_as('service');
SELECT is((SELECT count(*) FROM session_changes(60) WHERE principal = 'OFFICER:1'), 1::bigint, 'and are read by the server');
SELECT is((SELECT epoch FROM session_viewer((SELECT session FROM office))), 1::bigint, 'a session read anew knows it');
\ir include/end.psql
