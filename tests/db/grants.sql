-- What an applicant shows of a dossier to others, and who may hand in for whom (R6, R12): functions 26_grants.sql and
-- 28_delegations.sql, against the rule written in 20261127000700_reach.sql.
\ir include/begin.psql
SELECT plan(95);

-- citizen 1 asks; 2 and 3 are persons; 5001 is a partner, which 4 administers and 7 sits in; 5003 is none; 5004 a suspended one.
INSERT INTO partner (id, state) VALUES (5001, 'ACTIVE'), (5004, 'SUSPENDED');
DELETE FROM seat WHERE organisation IN (5001, 5003, 5004) OR person IN (1, 2, 3, 4, 7);
INSERT INTO seat (person, organisation, since, role, until) VALUES (4, 5001, current_date, 'ADMINISTRATOR', NULL), (7, 5001, current_date, 'MEMBER', now() + interval '30 days');
INSERT INTO actor VALUES ('third', 'app_citizen', 'CITIZEN', '3', '3', '', ''), ('head', 'app_citizen', 'CITIZEN', '4', '4,5001', '', ''),
                         ('member', 'app_citizen', 'CITIZEN', '7', '7', '', '');
CREATE TEMP TABLE d AS SELECT (SELECT min(id) FROM dossier WHERE applicant = 1) AS own, (SELECT max(id) FROM dossier WHERE applicant = 1) AS other,
    (SELECT min(id) FROM dossier WHERE applicant = 5001) AS company;
SELECT is((SELECT count(DISTINCT x) FROM d, unnest(ARRAY[own, other, company]) AS x), 3::bigint, 'the sample has three dossiers to show');
DELETE FROM dossier_grant WHERE dossier IN (SELECT unnest(ARRAY[own, other, company]) FROM d);
GRANT SELECT ON d TO PUBLIC;

CREATE FUNCTION pg_temp.code(p_which text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
    EXECUTE format('SELECT code FROM motcua.dossier WHERE id = (SELECT %I FROM d)', p_which) INTO v;
    RETURN v;
END $$;
CREATE FUNCTION pg_temp.public_id(p_subject bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT public_id FROM motcua.subject WHERE id = p_subject $$;
CREATE FUNCTION pg_temp.share(p_who text, p_with bigint, p_fields text DEFAULT '{STATUS,APPLICANT,TIMELINE}', p_which text DEFAULT 'own',
                              p_purpose text DEFAULT 'Nhận kết quả thay', p_until timestamptz DEFAULT now() + interval '1 day') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.code(p_which);
    v_with uuid := pg_temp.public_id(p_with);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM share_dossier(v_code, v_with, p_fields::text[], p_purpose, p_until);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.grant_of(p_grantee bigint) RETURNS uuid LANGUAGE sql AS $$
    SELECT id FROM motcua.dossier_grant WHERE grantee = p_grantee ORDER BY no DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.unshare(p_who text, p_grant uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM unshare_dossier(p_grant);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, 'OK');
END $$;
CREATE FUNCTION pg_temp.sees(p_who text, p_which text DEFAULT 'own') RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_id bigint;
BEGIN
    EXECUTE format('SELECT %I FROM d', p_which) INTO v_id;
    RETURN concat_ws(' ', CASE WHEN pg_temp.count_as(p_who, format('SELECT count(*) FROM dossier WHERE id = %s', v_id)) > 0 THEN 'STATUS' END,
        CASE WHEN pg_temp.count_as(p_who, format('SELECT count(*) FROM subject WHERE id = %s', (SELECT applicant FROM dossier WHERE id = v_id))) > 0 THEN 'APPLICANT' END,
        CASE WHEN pg_temp.count_as(p_who, format('SELECT count(*) FROM dossier_event WHERE dossier = %s', v_id)) > 0 THEN 'TIMELINE' END);
END $$;
CREATE FUNCTION pg_temp.epoch(p_subject bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT rights_epoch FROM motcua.subject WHERE id = p_subject $$;

-- Giving.
SELECT is(pg_temp.sees('citizen2'), '', 'at first another person sees nothing');
SELECT is(pg_temp.share('citizen', 2, '{STATUS}'), 'OK', 'R12: my son may look where it stands');
SELECT is(pg_temp.sees('citizen2'), 'STATUS', 'he sees the named field and no other');
SELECT is((SELECT kind FROM dossier_grant WHERE id = pg_temp.grant_of(2)), 'DELEGATION', 'to a person it is a delegation');
SELECT is(pg_temp.share('citizen2', 3), 'NOT_FOUND', 'he cannot pass it on');
SELECT is(pg_temp.share('third', 2), 'NOT_FOUND', 'nor can a stranger give it, or learn of it');
SELECT is(pg_temp.share('citizen', 5001, '{STATUS,APPLICANT}'), 'OK', 'consent to a partner');
SELECT is((SELECT kind FROM dossier_grant WHERE id = pg_temp.grant_of(5001)), 'CONSENT');
SELECT is(pg_temp.sees('partner'), 'STATUS APPLICANT', 'R6: it reaches the named fields');
SELECT is(pg_temp.sees('member'), '', 'who sits in a partner''s organisation does not by that');
SELECT is(pg_temp.share('citizen', 5003), 'GUARD_FAILED with', 'an organisation that is no partner is granted nothing');
SELECT is(pg_temp.share('citizen', 5004), 'GUARD_FAILED with', 'a suspended partner looks the same');
SELECT is(pg_temp.share('citizen', NULL), 'GUARD_FAILED with', 'so does nobody');
SELECT is(pg_temp.share('citizen', 1), 'GUARD_FAILED with', 'and oneself');
SELECT throws_ok($$SELECT pg_temp.share('partner', 2)$$, '42501', NULL, 'a machine consents to nothing');
SELECT pg_temp.act_as('admin');
SELECT throws_ok($$SELECT pg_temp.share('officer', 2)$$, '42501', NULL, 'nor does an officer');
SELECT pg_temp.act_as('admin');
UPDATE subject SET sandbox = true WHERE id = 3;
SELECT is(pg_temp.share('citizen', 3), 'GUARD_FAILED with', 'the sandbox''s people are not real ones');
UPDATE subject SET sandbox = false WHERE id = 3;

-- What is written in it.
SELECT is(pg_temp.share('citizen', 3, '{APPLICANT}'), 'GUARD_FAILED fields', 'nothing is shown of an unseen dossier');
SELECT is(pg_temp.share('citizen', 3, '{STATUS,TIMELINE}'), 'GUARD_FAILED fields', 'a timeline names who acted');
SELECT is(pg_temp.share('citizen', 3, '{STATUS,NOTES}'), 'GUARD_FAILED fields', 'a field must exist');
SELECT is(pg_temp.share('citizen', 3, '{}'), 'GUARD_FAILED fields', 'and there must be one');
SELECT is(pg_temp.share('citizen', 3, '{STATUS,STATUS}'), 'OK', 'twice is once');
SELECT is(pg_temp.share('citizen', 3, p_purpose => E' \n'), 'GUARD_FAILED purpose', 'a purpose is said');
SELECT is(pg_temp.share('citizen', 3, p_purpose => repeat('ă', 500)), 'OK', 'of 500 characters');
SELECT is(pg_temp.share('citizen', 3, p_purpose => repeat('ă', 501)), 'GUARD_FAILED purpose', 'not of 501');
SELECT is(pg_temp.share('citizen', 3, p_purpose => normalize('Nhận kết quả', NFD)), 'OK', 'decomposed it is taken');
SELECT is((SELECT purpose FROM dossier_grant WHERE id = pg_temp.grant_of(3)), 'Nhận kết quả', 'and kept composed');
SELECT is(pg_temp.share('citizen', 3, p_until => now() + interval '1 year'), 'OK', 'for a year');
SELECT is(pg_temp.share('citizen', 3, p_until => now() + interval '1 year 1 second'), 'GUARD_FAILED until', 'and no longer');
SELECT is(pg_temp.share('citizen', 3, p_until => now()), 'GUARD_FAILED until', 'nor for no time');
SELECT is(pg_temp.share('citizen', 3, p_until => 'infinity'), 'GUARD_FAILED until', 'nor for ever');
SELECT is((SELECT count(*) FROM dossier_grant, d WHERE dossier = own AND grantee = 3 AND revoked_at IS NULL), 1::bigint, 'giving again takes the place of the former');

-- How many.
DELETE FROM dossier_grant WHERE dossier = (SELECT own FROM d);
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
SELECT own, 100 + i, 1, 1, 'DELEGATION', 'x', now() + interval '1 day' FROM d, generate_series(1, 19) AS i;
SELECT is(pg_temp.share('citizen', 2), 'OK', 'the twentieth is shown');
SELECT is(pg_temp.share('citizen', 3), 'GUARD_FAILED code', 'not the next');
SELECT is(pg_temp.share('citizen', 2), 'OK', 'one of the twenty may be given again');
UPDATE dossier_grant SET until = now() WHERE grantee = 101;
SELECT is(pg_temp.share('citizen', 3), 'OK', 'what has run out does not count');
SELECT is(pg_temp.share('citizen', 101), 'GUARD_FAILED code', 'twenty are in force again');
DELETE FROM dossier_grant WHERE dossier = (SELECT own FROM d);

-- One that has run out is in nobody's way.
SELECT is(pg_temp.share('citizen', 2), 'OK');
UPDATE dossier_grant SET until = now() - interval '1 hour' WHERE grantee = 2 AND dossier = (SELECT own FROM d);
SELECT set_config('test.epoch', pg_temp.epoch(2)::text, true) \g /dev/null
SELECT is(pg_temp.share('citizen', 2, '{STATUS}'), 'OK', 'an expired one is closed');
SELECT is((SELECT count(*) FROM dossier_grant, d WHERE dossier = own AND grantee = 2 AND revoked_at = until), 1::bigint, 'at the moment it ran out');
SELECT is(pg_temp.epoch(2), current_setting('test.epoch')::bigint, 'which ends nothing: giving bothers no stream');

-- Withdrawing.
SELECT is(pg_temp.share('citizen', 5001), 'OK');
SELECT is(pg_temp.unshare('third', pg_temp.grant_of(2)), 'NOT_FOUND', 'a stranger withdraws nothing');
SELECT is(pg_temp.unshare('partner', pg_temp.grant_of(2)), 'NOT_FOUND', 'nor one grantee another''s');
SELECT is(pg_temp.unshare('citizen', pg_temp.grant_of(2)), 'OK', 'the applicant does');
SELECT is(pg_temp.sees('citizen2'), '', 'R6: and nothing is seen');
SELECT is(pg_temp.epoch(2), current_setting('test.epoch')::bigint + 1, 'the grantee''s sessions are read anew');
SELECT is(pg_temp.unshare('citizen', pg_temp.grant_of(2)), 'NOT_FOUND', 'once');
UPDATE actor SET scopes = 'dossiers.read' WHERE who = 'partner';
SELECT is(pg_temp.unshare('partner', pg_temp.grant_of(5001)), 'NOT_FOUND', 'a key that only reads gives nothing up');
UPDATE actor SET scopes = 'dossiers.read dossiers.submit', environment = 'TEST' WHERE who = 'partner';
SELECT is(pg_temp.unshare('partner', pg_temp.grant_of(5001)), 'NOT_FOUND', 'nor a test key what is real');
UPDATE actor SET environment = 'TEAM' WHERE who = 'partner';
SELECT is(pg_temp.unshare('partner', pg_temp.grant_of(5001)), 'NOT_FOUND', 'nor a team key a stranger''s');
UPDATE actor SET environment = 'LIVE' WHERE who = 'partner';
SELECT is(pg_temp.unshare('partner', pg_temp.grant_of(5001)), 'OK', 'a grantee gives up what it was given');
SELECT is(pg_temp.sees('partner'), '');
SELECT is((SELECT count(*) FROM audit WHERE act LIKE 'grant.%' AND object = (SELECT 'dossier:' || public_id FROM dossier, d WHERE id = own) AND body ? 'grant')
          , (SELECT count(*) FROM audit WHERE act LIKE 'grant.%'), 'all of it is audited by the dossier''s public id');
SELECT is((SELECT count(*) FROM audit WHERE act LIKE 'grant.%' AND (body::text LIKE '%kết quả%' OR body::text LIKE '%purpose%')), 0::bigint, 'without the purpose');
SELECT is((SELECT string_agg(DISTINCT act, ' ') FROM audit WHERE act LIKE 'grant.%'), 'grant.give grant.withdraw');

-- A role of one seat in its organisation's dossier.
SELECT is(pg_temp.share('member', 2, p_which => 'company'), 'NOT_FOUND', 'a member shares nothing of its organisation');
SELECT is(pg_temp.sees('member', 'company'), 'APPLICANT', 'nor sees it');
SELECT is(pg_temp.share('head', 7, '{STATUS}', 'company', p_until => now() + interval '90 days'), 'OK', 'who administers it gives a role');
SELECT is((SELECT kind || ' ' || array_to_string(fields, ',') FROM dossier_grant WHERE id = pg_temp.grant_of(7)), 'SEAT APPLICANT,STATUS,TIMELINE', 'with all fields');
SELECT is((SELECT until FROM dossier_grant WHERE id = pg_temp.grant_of(7)), now() + interval '30 days', 'as long as the seat at most');
SELECT is(pg_temp.sees('member', 'company'), 'STATUS APPLICANT TIMELINE', 'and it is seen');
SELECT is(pg_temp.share('head', 4, p_which => 'company'), 'GUARD_FAILED with', 'to himself he gives none');
SELECT is(pg_temp.share('head', 5001, p_which => 'company'), 'GUARD_FAILED with', 'nor to the organisation');

-- Access class.
UPDATE dossier SET access_class = 'RESTRICTED' WHERE id = (SELECT own FROM d);
SELECT is(pg_temp.share('citizen', 5001), 'GUARD_FAILED code', 'R26: what is restricted is not shared with a partner');
SELECT is(pg_temp.share('citizen', 2), 'OK', 'with a person it is');
UPDATE dossier SET access_class = 'OPEN' WHERE id = (SELECT own FROM d);

-- What the counter is told.
SELECT is(pg_temp.share('citizen', 5001), 'OK');
INSERT INTO actor SELECT 'desk', 'app_officer', 'OFFICER', (SELECT min(o.id) FROM officer o WHERE o.agency = d.received_agency)::text, '', d.received_agency::text, 'COUNTER' FROM dossier d WHERE id = (SELECT own FROM d);
SELECT is(pg_temp.count_as('desk', format('SELECT count(*) FROM dossier_grant WHERE dossier = %s AND revoked_at IS NULL', (SELECT own FROM d))), 1::bigint, 'an officer sees who stands in, not to whom it is shown');
SELECT is(pg_temp.count_as('desk', 'SELECT count(*) FROM subject WHERE id = 2'), 1::bigint, 'and by what name');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM subject WHERE id IN (2, 5001)'), 2::bigint, 'the applicant knows whom he granted it');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM subject WHERE id = 5001'), 0::bigint, 'one grantee not the other');
UPDATE actor SET scopes = 'dossiers.submit' WHERE who = 'partner';
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM dossier_grant'), 0::bigint, 'a key that may not read reads no grants');
UPDATE actor SET scopes = 'dossiers.read dossiers.submit' WHERE who = 'partner';

-- Standing delegations.
DELETE FROM dossier_grant WHERE applicant = 1 AND grantee = 2;
CREATE FUNCTION pg_temp.delegate(p_who text, p_to bigint, p_procedure text DEFAULT NULL, p_from bigint DEFAULT NULL,
                                 p_purpose text DEFAULT 'Nộp hồ sơ thay', p_until timestamptz DEFAULT now() + interval '1 day') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_to uuid := pg_temp.public_id(p_to);
    v_from uuid := pg_temp.public_id(p_from);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM delegate(v_from, v_to, p_procedure, p_purpose, p_until);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.undelegate(p_who text, p_delegate bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := (SELECT id FROM delegation WHERE delegate = p_delegate ORDER BY no DESC LIMIT 1);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM undelegate(v_id);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, 'OK');
END $$;
CREATE FUNCTION pg_temp.submit(p_who text, p_applicant bigint, p_nth int DEFAULT 1) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_procedure text := (SELECT p.code FROM procedure p JOIN procedure_version v ON v.procedure = p.id
                          WHERE p.level = 'COMMUNE' AND v.valid_to IS NULL AND v.valid_from <= current_date
                            AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id) ORDER BY p.code OFFSET p_nth - 1 LIMIT 1);
    v_agency    text := (SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM submit_dossier(v_procedure, v_agency, p_applicant, 'ONLINE', NULL, NULL, pg_temp.filed(v_procedure));
    PERFORM pg_temp.act_as('admin');
    UPDATE d SET own = coalesce(r.dossier_id, own);
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
SELECT set_config('test.procedure', (SELECT p.code FROM procedure p JOIN procedure_version v ON v.procedure = p.id
    WHERE p.level = 'COMMUNE' AND v.valid_to IS NULL AND v.valid_from <= current_date
                            AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id) ORDER BY p.code LIMIT 1), true) \g /dev/null
SELECT is(pg_temp.submit('partner', 1), 'GUARD_FAILED applicant', 'a partner hands in for nobody by itself');
SELECT is(pg_temp.delegate('citizen', 5001, current_setting('test.procedure')), 'OK', 'a person lets it, for one procedure');
SELECT is(pg_temp.submit('partner', 1, 2), 'GUARD_FAILED applicant', 'another it does not hand in');
UPDATE actor SET environment = 'TEAM' WHERE who = 'partner';
SELECT is(pg_temp.submit('partner', 1), 'GUARD_FAILED applicant', 'nor with a team key for who is no guest');
UPDATE actor SET environment = 'LIVE' WHERE who = 'partner';
SELECT is(pg_temp.submit('partner', 1) || ' ' || pg_temp.sees('partner'), 'OK STATUS APPLICANT TIMELINE', 'R6: that one it does, and sees what it submitted');
SELECT is(pg_temp.undelegate('citizen', 5001) || ' ' || pg_temp.sees('partner'), 'OK STATUS APPLICANT TIMELINE', 'also after the delegation');
SELECT is(pg_temp.submit('partner', 1), 'GUARD_FAILED applicant', 'when it hands in no more');
SELECT is(pg_temp.delegate('citizen', 2), 'OK', 'to a person, for all');
SELECT is(pg_temp.submit('citizen2', 1, 2) || ' ' || pg_temp.sees('citizen2'), 'OK STATUS APPLICANT TIMELINE', 'who follows what he has begun');
SELECT is((SELECT kind || ' ' || (until = now() + interval '1 day') FROM dossier_grant WHERE id = pg_temp.grant_of(2)), 'DELEGATION true', 'as long as the delegation');
SELECT set_config('test.epoch', pg_temp.epoch(2)::text, true) \g /dev/null
SELECT is(pg_temp.undelegate('third', 2) || ' ' || pg_temp.undelegate('citizen2', 2) || ' ' || pg_temp.sees('citizen2'), 'NOT_FOUND OK ', 'which he may give up, and a stranger may not end; then he sees it no more');
SELECT is(pg_temp.epoch(2), current_setting('test.epoch')::bigint + 1, 'within a second');
SELECT is(pg_temp.delegate('head', 2, p_from => 5001), 'OK', 'who administers an organisation delegates for it');
SELECT is(pg_temp.submit('citizen2', 5001), 'OK');
SELECT is(pg_temp.delegate('member', 2, p_from => 5001) || ' ' || pg_temp.delegate('citizen', 2, p_from => 3), 'NOT_FOUND NOT_FOUND', 'a member does not, nor anybody for another');
SELECT is(pg_temp.delegate('citizen', 1) || ' ' || pg_temp.delegate('citizen', 5003) || ' ' || pg_temp.delegate('citizen', NULL),
          'GUARD_FAILED to GUARD_FAILED to GUARD_FAILED to', 'to oneself, to no partner, to nobody: alike');
SELECT is(pg_temp.delegate('citizen', 2, '9.999999') || ' ' || pg_temp.delegate('citizen', 2, p_purpose => '') || ' ' || pg_temp.delegate('citizen', 2, p_purpose => repeat('x', 501)),
          'GUARD_FAILED procedure GUARD_FAILED purpose GUARD_FAILED purpose', 'a procedure exists, a purpose is said, in 500 characters');
SELECT is(pg_temp.delegate('citizen', 2, p_until => now() + interval '1 year') || ' ' || pg_temp.delegate('citizen', 2, p_until => now() + interval '1 year 1 second') || ' '
          || pg_temp.delegate('citizen', 2, p_until => now()), 'OK GUARD_FAILED until GUARD_FAILED until', 'it ends within a year');
INSERT INTO delegation (delegator, delegate, purpose, until) SELECT 1, 100 + i, 'x', now() + interval '1 day' FROM generate_series(1, 18) AS i;
SELECT is(pg_temp.delegate('citizen', 3) || ' ' || pg_temp.delegate('citizen', 5001) || ' ' || pg_temp.delegate('citizen', 3), 'OK GUARD_FAILED to OK', 'twenty at most');
SELECT is((SELECT string_agg(DISTINCT act, ' ' ORDER BY act) FROM audit WHERE act LIKE 'delegation.%'), 'delegation.give delegation.withdraw', 'it is audited');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM subject WHERE id IN (1, 5001)'), 2::bigint, 'a delegate knows for whom it may hand in');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM delegation') || ' ' || pg_temp.count_as('third', 'SELECT count(*) FROM delegation') || ' ' || pg_temp.count_as('partner', 'SELECT count(*) FROM delegation'),
          '23 2 1', 'and each its own');
\ir include/end.psql
