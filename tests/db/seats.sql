-- Seats of organisations (R6, R12) and access classes of dossiers (R26): functions 27_seats.sql and 29_access_class.sql, and
-- the plans of the lists that go through grants, delegations and seats.
\ir include/begin.psql
SELECT plan(62);

-- 4 and 6 administer organisation 5001, 7 sits in it; 2 and 3 are anybody.
DELETE FROM seat WHERE organisation = 5001 OR person IN (2, 3, 4, 6, 7);
INSERT INTO seat (person, organisation, since, role) VALUES (4, 5001, '2026-01-01', 'ADMINISTRATOR'), (6, 5001, '2026-01-01', 'ADMINISTRATOR'), (7, 5001, '2026-01-01', 'MEMBER');
INSERT INTO actor SELECT who, 'app_citizen', 'CITIZEN', me, subjects, '', ''
  FROM (VALUES ('head', '4', '4,5001'), ('second', '6', '6,5001'), ('member', '7', '7'), ('unproven', '4', '4,5001')) AS a(who, me, subjects);
WITH opened AS (
    INSERT INTO session (kind, subject, device, expires_at, stepped_up_at)
    SELECT 'CITIZEN', me::bigint, 'psql', now() + interval '1 hour', now() FROM actor WHERE who IN ('head', 'second', 'member') RETURNING id, subject)
UPDATE actor SET session = opened.id FROM opened WHERE actor.me = opened.subject::text AND who <> 'unproven' AND login = 'app_citizen';

CREATE FUNCTION pg_temp.give(p_who text, p_person bigint, p_role text DEFAULT 'MEMBER', p_until timestamptz DEFAULT NULL, p_organisation bigint DEFAULT 5001)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code   text := (SELECT tax_code FROM organisation WHERE id = p_organisation);
    v_person uuid := (SELECT public_id FROM subject WHERE id = p_person);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM give_seat(v_code, v_person, p_role, p_until);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.withdraw(p_who text, p_person bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_seat uuid := (SELECT id FROM seat WHERE person = p_person AND organisation = 5001);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM withdraw_seat(v_seat);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.epoch(p_subject bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT rights_epoch FROM motcua.subject WHERE id = p_subject $$;
CREATE FUNCTION pg_temp.seats() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(person || ' ' || role, ', ' ORDER BY person) FROM motcua.seat_in_force WHERE organisation = 5001 $$;

-- Giving.
SELECT is(pg_temp.give('citizen', 2), 'NOT_FOUND', 'a stranger gives no seat, nor learns of the organisation');
SELECT is(pg_temp.give('member', 2), 'NOT_FOUND', 'nor does a member');
SELECT is(pg_temp.give('head', 2, p_organisation => NULL), 'NOT_FOUND', 'nor anybody in no organisation');
SELECT is(pg_temp.give('unproven', 2), 'STEP_UP_REQUIRED', 'it wants a second factor');
SELECT throws_ok($$SELECT pg_temp.give('partner', 2)$$, '42501', NULL, 'a machine gives none');
SELECT pg_temp.act_as('admin');
SELECT set_config('test.epoch', pg_temp.epoch(2)::text, true) \g /dev/null
SELECT is(pg_temp.give('head', 2), 'OK', 'R6: who administers it does');
SELECT is(pg_temp.seats(), '2 MEMBER, 4 ADMINISTRATOR, 6 ADMINISTRATOR, 7 MEMBER');
SELECT is(pg_temp.epoch(2), current_setting('test.epoch')::bigint + 1, 'and it counts within a second');
SELECT is(pg_temp.give('head', 2, 'ADMINISTRATOR'), 'OK', 'a role may be raised');
SELECT is(subjects_of(2), '2,5001', 'then he speaks for it');
SELECT is(pg_temp.give('head', 4, 'ADMINISTRATOR', now() + interval '1 day'), 'GUARD_FAILED person', 'not one''s own');
SELECT is(pg_temp.give('head', 5002), 'GUARD_FAILED person', 'an organisation sits nowhere');
SELECT is(pg_temp.give('head', NULL), 'GUARD_FAILED person', 'nor does nobody');
SELECT is(pg_temp.give('head', 3, 'OWNER'), 'GUARD_FAILED role', 'a role must exist');
SELECT is(pg_temp.give('head', 3, p_until => now() + interval '5 years'), 'OK', 'for five years');
SELECT is(pg_temp.give('head', 3, p_until => now() + interval '5 years 1 second'), 'GUARD_FAILED until', 'and no longer');
SELECT is(pg_temp.give('head', 3, p_until => now()), 'GUARD_FAILED until', 'nor for no time');
INSERT INTO seat (person, organisation, since, role) SELECT 1000 + i, 5001, current_date, 'MEMBER' FROM generate_series(1, 94) AS i ON CONFLICT DO NOTHING;
SELECT is((SELECT count(*) FROM seat_in_force WHERE organisation = 5001), 99::bigint);
SELECT is(pg_temp.give('head', 10), 'OK', 'the hundredth');
SELECT is(pg_temp.give('head', 11), 'GUARD_FAILED taxCode', 'not the next');
SELECT is(pg_temp.give('head', 10, 'ADMINISTRATOR'), 'OK', 'one of the hundred may be given another role');
DELETE FROM seat WHERE organisation = 5001 AND person NOT IN (2, 4, 6, 7);

INSERT INTO seat (person, organisation, since, role) SELECT 3, 5001 + i, current_date, 'MEMBER' FROM generate_series(1, 19) AS i ON CONFLICT DO NOTHING;
SELECT is(pg_temp.give('head', 3), 'OK', 'a person sits in twenty organisations');
INSERT INTO seat (person, organisation, since, role) VALUES (3, 5021, current_date, 'MEMBER');
SELECT is(pg_temp.give('head', 3), 'GUARD_FAILED person', 'and in no more');
DELETE FROM seat WHERE person = 3;

-- What a seat shows, and its end.
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
SELECT id, 7, 5001, 4, 'SEAT', 'Vai trò', 'infinity' FROM dossier WHERE applicant = 5001 ORDER BY id LIMIT 2;
SELECT is(pg_temp.count_as('member', 'SELECT count(*) FROM dossier WHERE applicant = 5001'), 2::bigint, 'a member sees the dossiers it has a role in');
SELECT is(pg_temp.give('head', 7, p_until => now() + interval '1 hour'), 'OK', 'a seat cut short');
SELECT is((SELECT DISTINCT until FROM dossier_grant WHERE grantee = 7 AND kind = 'SEAT' AND revoked_at IS NULL), now() + interval '1 hour', 'cuts its roles short');
SELECT is(pg_temp.give('head', 7), 'OK');
SELECT is((SELECT DISTINCT until FROM dossier_grant WHERE grantee = 7 AND kind = 'SEAT' AND revoked_at IS NULL), now() + interval '1 hour', 'made longer it does not give them back');
SELECT is(pg_temp.count_as('member', 'SELECT count(*) FROM seat'), 1::bigint, 'a member knows its own seat');
SELECT is(pg_temp.count_as('head', 'SELECT count(*) FROM seat WHERE organisation = 5001'), 4::bigint, 'who administers it all');
SELECT is(pg_temp.count_as('head', 'SELECT count(*) FROM subject WHERE id IN (2, 6, 7)'), 3::bigint, 'by name');
SELECT is(pg_temp.count_as('member', 'SELECT count(*) FROM subject WHERE id IN (2, 4, 6)'), 0::bigint, 'a member nobody''s');
SELECT is(pg_temp.withdraw('citizen', 7) || ' ' || pg_temp.withdraw('member', 4), 'NOT_FOUND NOT_FOUND', 'strangers and members withdraw nobody''s seat');
SELECT is(pg_temp.withdraw('unproven', 7), 'STEP_UP_REQUIRED', 'it wants a second factor, too');
SELECT set_config('test.epoch', pg_temp.epoch(7)::text, true) \g /dev/null
SELECT is(pg_temp.withdraw('head', 7), 'OK');
SELECT is(pg_temp.epoch(7), current_setting('test.epoch')::bigint + 1, 'it counts no more within a second');
SELECT is(pg_temp.count_as('member', 'SELECT count(*) FROM dossier WHERE applicant = 5001'), 0::bigint, 'R6: and shows nothing');
SELECT is((SELECT count(*) FROM dossier_grant WHERE grantee = 7 AND kind = 'SEAT' AND revoked_at IS NULL), 0::bigint, 'its roles have ended');
SELECT is(pg_temp.withdraw('head', 7), 'NOT_FOUND', 'once');
SELECT is(pg_temp.give('head', 7), 'OK');
SELECT is((SELECT since FROM seat WHERE person = 7 AND organisation = 5001), (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'given anew it begins anew');
UPDATE actor SET session = NULL WHERE who = 'member';
SELECT is(pg_temp.withdraw('member', 7), 'OK', 'one may leave');
SELECT is(pg_temp.withdraw('head', 6) || ' ' || pg_temp.withdraw('head', 2), 'OK OK', 'administrators are withdrawn');
SELECT is(pg_temp.withdraw('head', 4), 'GUARD_FAILED seat', 'but for the last');
SELECT is(pg_temp.withdraw('second', 4), 'NOT_FOUND', 'one who was it withdraws nobody, whatever his session says');
SELECT is(pg_temp.seats(), '4 ADMINISTRATOR');
SELECT is((SELECT string_agg(DISTINCT act || ' ' || split_part(object, ':', 1), ', ' ORDER BY act || ' ' || split_part(object, ':', 1)) FROM audit WHERE act LIKE 'seat.%'), 'seat.give seat, seat.withdraw seat', 'it is audited');

-- Access classes.
CREATE TEMP TABLE d AS SELECT id, code, competent_agency AS agency FROM dossier WHERE applicant = 5001 AND EXISTS (SELECT FROM officer o WHERE o.agency = competent_agency) ORDER BY id LIMIT 1;
GRANT SELECT ON d TO PUBLIC;
INSERT INTO partner (id) VALUES (5001), (5003);
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until) SELECT id, 5003, 5001, 4, 'x', now() + interval '1 day' FROM d;
INSERT INTO actor SELECT who, 'app_officer', 'OFFICER', (SELECT min(o.id) FROM officer o WHERE o.agency = d.agency)::text, '', d.agency::text, roles
  FROM d, (VALUES ('chief', 'HEAD'), ('clerk', 'PROCESSOR,SIGNER'), ('chief_unproven', 'HEAD')) AS a(who, roles);
INSERT INTO actor SELECT 'elsewhere', 'app_officer', 'OFFICER', o.id::text, '', o.agency::text, 'HEAD' FROM officer o
 WHERE o.agency NOT IN (SELECT unnest(ARRAY[received_agency, competent_agency]) FROM dossier WHERE id = (SELECT id FROM d)) ORDER BY o.id LIMIT 1;
WITH opened AS (
    INSERT INTO session (kind, officer, device, expires_at, stepped_up_at)
    SELECT 'OFFICER', me::bigint, 'psql', now() + interval '1 hour', now() FROM actor WHERE who IN ('chief', 'elsewhere') RETURNING id, officer)
UPDATE actor SET session = opened.id FROM opened WHERE actor.me = opened.officer::text AND who IN ('chief', 'clerk', 'elsewhere');
CREATE FUNCTION pg_temp.classify(p_who text, p_class text, p_reason text DEFAULT 'Hồ sơ có thông tin nhạy cảm') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := (SELECT code FROM d);
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM classify_dossier(v_code, p_class, p_reason);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
SELECT is(pg_temp.classify('elsewhere', 'RESTRICTED'), 'NOT_FOUND', 'another agency''s head does not know it');
SELECT is(pg_temp.classify('clerk', 'RESTRICTED'), 'NOT_ALLOWED', 'the agency''s clerk may not');
SELECT is(pg_temp.classify('chief_unproven', 'RESTRICTED'), 'STEP_UP_REQUIRED', 'it is a decision');
SELECT is(pg_temp.classify('chief', 'OPEN') || ' ' || pg_temp.classify('chief', 'SECRET') || ' ' || pg_temp.classify('chief', 'RESTRICTED', ' ') || ' ' || pg_temp.classify('chief', 'RESTRICTED', repeat('x', 501)),
          'GUARD_FAILED accessClass GUARD_FAILED accessClass GUARD_FAILED reason GUARD_FAILED reason', 'to another class, that exists, and for a reason of 500 characters');
SELECT set_config('test.epochs', pg_temp.epoch(5001) || ' ' || pg_temp.epoch(5003), true) \g /dev/null
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM dossier WHERE id = (SELECT id FROM d)'), 1::bigint);
SELECT is(pg_temp.classify('chief', 'RESTRICTED', repeat('x', 500)), 'OK', 'R26: the head of the agency that decides does');
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM dossier WHERE id = (SELECT id FROM d)'), 0::bigint, 'and partners see it no more, the applicant''s own key neither');
SELECT is((pg_temp.epoch(5001) - 1) || ' ' || (pg_temp.epoch(5003) - 1), current_setting('test.epochs'), 'nor do streams they have open');
SELECT is((SELECT object || ' ' || body::text FROM audit WHERE act = 'dossier.classify'), (SELECT 'dossier:' || public_id || ' {"accessClass": "RESTRICTED"}' FROM dossier WHERE id = (SELECT id FROM d)), 'it is audited without the reason');
SELECT is(pg_temp.count_as('chief', 'SELECT count(*) FROM dossier_classification') || ' ' || pg_temp.count_as('elsewhere', 'SELECT count(*) FROM dossier_classification')
          || ' ' || pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier_classification'), '1 0 -1', 'which is the agency''s alone');
SELECT is(pg_temp.classify('chief', 'OPEN') || ' ' || pg_temp.count_as('partner', 'SELECT count(*) FROM dossier WHERE id = (SELECT id FROM d)'), 'OK 1', 'it may be opened again');

-- Lists go through their indexes under row-level security.
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
SELECT id, 5003, applicant, applicant, 'CONSENT', 'x', now() + interval '1 day' FROM dossier WHERE applicant <= 5000 LIMIT 20000 ON CONFLICT DO NOTHING;
ANALYZE dossier_grant;
UPDATE actor SET me = '5003', subjects = '5003' WHERE who = 'partner';
CREATE FUNCTION pg_temp.plan_of(p_query text, p_who text DEFAULT 'partner') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_plan json;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE 'EXPLAIN (FORMAT json) ' || p_query INTO v_plan;
    PERFORM pg_temp.act_as('admin');
    RETURN v_plan::text;
END $$;
SELECT matches(pg_temp.plan_of($$SELECT d.code FROM dossier_grant g JOIN dossier d ON d.id = g.dossier WHERE g.grantee = 5003 AND g.revoked_at IS NULL AND g.until > now()
                                   AND g.no < 9223372036854775807 AND g.no > 0 AND d.state = ANY ('{SUBMITTED,COMPLETED,RETURNED}') ORDER BY g.no DESC LIMIT 21$$), 'dossier_grant_(grantee|ever)', 'what is shared is found by its grantee');
SELECT matches(pg_temp.plan_of($$SELECT id FROM dossier WHERE submitter = 5003 AND submitter <> applicant AND (submitted_at, id) < (now(), 1) ORDER BY submitted_at DESC, id DESC LIMIT 21$$), 'dossier_submitter', 'what was handed in by its submitter');
SELECT matches(pg_temp.plan_of($$SELECT g.* FROM dossier_grant g WHERE g.applicant = 1 AND g.no < 9223372036854775807 AND g.revoked_at IS NULL AND g.until > now() ORDER BY g.no DESC LIMIT 21$$, 'citizen'), 'dossier_grant_(given|applicant)', 'what was given by its giver');
SELECT matches(pg_temp.plan_of($$SELECT * FROM dossier_grant g WHERE g.dossier = 7 ORDER BY no DESC LIMIT 50$$, 'citizen'), 'dossier_grant_(dossier|one)', 'a dossier''s grants by the dossier');
\ir include/end.psql
