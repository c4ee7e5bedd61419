-- How far a partner, a delegate and a seat reach (R6, R26): against the rule written in migration 20261127000700_reach.sql.
\ir include/begin.psql
SELECT plan(39);

CREATE TEMP TABLE d AS SELECT
    (SELECT min(id) FROM dossier WHERE applicant = 5001) AS own,
    (SELECT min(id) FROM dossier WHERE submitter = 5001 AND applicant <> 5001) AS handed_in,
    (SELECT min(id) FROM dossier WHERE applicant = 3 AND submitter = 3) AS strange;
GRANT SELECT ON d TO PUBLIC;
SELECT is((SELECT num_nulls(own, handed_in, strange) FROM d), 0, 'the sample has a dossier of each kind');

CREATE FUNCTION pg_temp.sees(p_who text, p_which text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_id        bigint;
    v_dossier   bigint;
    v_events    bigint;
    v_applicant bigint;
BEGIN
    EXECUTE format('SELECT %I FROM d', p_which) INTO v_id;
    v_dossier := pg_temp.count_as(p_who, format('SELECT count(*) FROM dossier WHERE id = %s', v_id));
    v_events := pg_temp.count_as(p_who, format('SELECT count(*) FROM dossier_event WHERE dossier = %s', v_id));
    v_applicant := pg_temp.count_as(p_who, format('SELECT count(*) FROM subject WHERE id = %s', (SELECT applicant FROM dossier WHERE id = v_id)));
    RETURN concat_ws(' ', CASE WHEN v_dossier > 0 THEN 'STATUS' END, CASE WHEN v_applicant > 0 THEN 'APPLICANT' END,
                     CASE WHEN v_events > 0 THEN 'TIMELINE' END);
END $$;
CREATE FUNCTION pg_temp.key(p_scopes text, p_environment text DEFAULT 'LIVE') RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE actor SET scopes = p_scopes, environment = p_environment WHERE who = 'partner';
END $$;
CREATE FUNCTION pg_temp.submit(p_who text, p_applicant bigint, p_agency text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_procedure text := (SELECT p.code FROM procedure p JOIN procedure_version v ON v.procedure = p.id
                          WHERE p.level = 'COMMUNE' AND v.valid_to IS NULL AND v.valid_from <= current_date
                            AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id) ORDER BY p.code LIMIT 1);
    v_agency    text := coalesce(p_agency, (SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1));
    v_row       record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO v_row FROM submit_dossier(v_procedure, v_agency, p_applicant, 'ONLINE', NULL, NULL, pg_temp.filed(v_procedure));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(v_row.failure || coalesce(' ' || (v_row.problems->0->>'path'), ''), 'OK');
END $$;

-- (a), (b), (c)
SELECT is(pg_temp.sees('partner', 'own'), 'STATUS APPLICANT TIMELINE', 'a partner sees what is of its own tax code');
SELECT is(pg_temp.sees('partner', 'handed_in'), 'STATUS APPLICANT TIMELINE', 'and what it submitted');
SELECT is(pg_temp.sees('partner', 'strange'), '', 'and nothing else');
SELECT lives_ok($$INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until, fields)
                  SELECT strange, 5001, 3, 3, 'vay mua nhà', now() + interval '1 day', '{STATUS}' FROM d$$);
SELECT is(pg_temp.sees('partner', 'strange'), 'STATUS', 'with a consent, the named fields and no others');
UPDATE dossier_grant SET fields = '{STATUS,APPLICANT}' WHERE grantee = 5001;
SELECT is(pg_temp.sees('partner', 'strange'), 'STATUS APPLICANT', 'who asks is one of them');
UPDATE dossier_grant SET fields = '{STATUS,APPLICANT,TIMELINE}' WHERE grantee = 5001;
SELECT is(pg_temp.sees('partner', 'strange'), 'STATUS APPLICANT TIMELINE', 'what happened another');
SELECT throws_ok($$UPDATE dossier_grant SET fields = '{STATUS,TIMELINE}' WHERE grantee = 5001$$, '23514', NULL, 'a timeline names who acted');
SELECT throws_ok($$UPDATE dossier_grant SET fields = '{APPLICANT}' WHERE grantee = 5001$$, '23514', NULL, 'and nothing is shown of an unseen dossier');
SELECT throws_ok($$INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
                   SELECT strange, 5001, 3, 3, 'again', now() + interval '1 day' FROM d$$, '23505', NULL, 'there is one consent at a time');
UPDATE dossier_grant SET until = now() WHERE grantee = 5001;
SELECT is(pg_temp.sees('partner', 'strange'), '', 'a consent runs out');
UPDATE dossier_grant SET until = 'infinity', revoked_at = now() WHERE grantee = 5001;
SELECT is(pg_temp.sees('partner', 'strange'), '', 'or is withdrawn');

-- scopes
SELECT pg_temp.key('dossiers.submit keys.manage webhooks.manage');
SELECT is(pg_temp.sees('partner', 'own'), 'APPLICANT', 'a key that may not read knows its own name and nothing more');
SELECT pg_temp.key('');
SELECT is(pg_temp.sees('partner', 'handed_in'), '', 'one without scopes nothing');
SELECT is(pg_temp.submit('partner', NULL), 'NOT_ALLOWED', 'and hands nothing in');
SELECT pg_temp.key('dossiers.read');
SELECT is(pg_temp.submit('partner', NULL), 'NOT_ALLOWED', 'to read is not to submit');
SELECT pg_temp.key('dossiers.submit');
SELECT is(pg_temp.submit('partner', NULL), 'OK', 'to submit is a scope');
SELECT is(pg_temp.submit('partner', 3), 'GUARD_FAILED applicant', 'for nobody else');

-- environments
SELECT pg_temp.key('dossiers.read dossiers.submit', 'TEST');
SELECT is(pg_temp.sees('partner', 'own') || pg_temp.sees('partner', 'handed_in'), 'APPLICANT', 'a test key sees nothing real');
SELECT is(pg_temp.submit('partner', NULL), 'GUARD_FAILED procedure', 'and changes nothing real');
UPDATE dossier SET sandbox = true WHERE id = (SELECT own FROM d);
SELECT is(pg_temp.sees('partner', 'own'), 'STATUS APPLICANT TIMELINE', 'the sandbox is what it sees');
SELECT pg_temp.key('dossiers.read');
SELECT is(pg_temp.sees('partner', 'own'), 'APPLICANT', 'and what a live key does not');
UPDATE dossier SET sandbox = false WHERE id = (SELECT own FROM d);
SELECT pg_temp.key('dossiers.read dossiers.submit', 'TEAM');
SELECT is(pg_temp.sees('partner', 'own') || pg_temp.sees('partner', 'handed_in'), 'APPLICANT', 'a team key without guests sees nothing');
SELECT is(pg_temp.submit('partner', NULL), 'GUARD_FAILED applicant', 'and hands nothing in');
INSERT INTO partner (id) VALUES (5001);
INSERT INTO partner_guest (partner, guest) SELECT 5001, applicant FROM dossier WHERE id = (SELECT handed_in FROM d);
SELECT is(pg_temp.sees('partner', 'own') || ' ' || pg_temp.sees('partner', 'handed_in'), 'APPLICANT STATUS APPLICANT TIMELINE', 'it sees its guests');

-- access classes
SELECT pg_temp.key('dossiers.read events.read');
UPDATE dossier SET access_class = 'RESTRICTED' WHERE id IN (SELECT unnest(ARRAY[own, handed_in]) FROM d);
SELECT is(pg_temp.sees('partner', 'own') || pg_temp.sees('partner', 'handed_in'), 'APPLICANT', 'no partner sees what is restricted');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier WHERE applicant = 1') > 0, true);
UPDATE dossier SET access_class = 'RESTRICTED' WHERE applicant = 1;
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier WHERE applicant = 1') > 0, true, 'the applicant does');

-- seats
INSERT INTO seat (person, organisation, since, role) VALUES (1, 5001, current_date, 'MEMBER'), (2, 5001, current_date, 'ADMINISTRATOR');
SELECT is(subjects_of(1), '1', 'a member does not speak for its organisation');
SELECT is(subjects_of(2), '2,5001', 'an administrator does');
SELECT is(pg_temp.submit('citizen', 5001), 'OK', 'a member submits for it');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier WHERE applicant = 5001'), 1::bigint, 'and sees what it has submitted');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM subject WHERE id = 5001'), 1::bigint, 'and whom it submits for');
UPDATE seat SET until = now() + interval '1 day' WHERE person IN (1, 2);
INSERT INTO session (kind, subject, device, expires_at) SELECT 'CITIZEN', n, 'psql until', now() + interval '1 hour' FROM generate_series(1, 2) AS n;
SELECT is((SELECT v.rights_until FROM session s, session_viewer(s.id) v WHERE s.subject = 2 AND s.device = 'psql until'), now() + interval '1 day', 'a session knows when the clock takes a seat');
SELECT is((SELECT v.rights_until FROM session s, session_viewer(s.id) v WHERE s.subject = 1 AND s.device = 'psql until'), NULL, 'a member''s changes nothing of it');
UPDATE seat SET withdrawn_at = now() WHERE person = 2;
UPDATE seat SET until = now() WHERE person = 1;
SELECT is(subjects_of(2), '2', 'a seat withdrawn speaks for nobody');
SELECT is(pg_temp.submit('citizen', 5001), 'GUARD_FAILED applicant', 'nor does one that has run out submit');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM partner_guest'), -1::bigint, 'who a partner''s guests are is the partner''s');
\ir include/end.psql
