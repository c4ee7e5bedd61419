-- Staff: roles granted, withdrawn, running by the clock; substitutes; officers added; the first administrator
-- (functions/82_rights_of.sql, 84_staff.sql). Officer 1 administers and heads its agency, 2 is its field officer, 3 administers another.
\ir include/begin.psql
SELECT plan(99);

CREATE FUNCTION pg_temp.id_of(p_officer bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT public_id FROM motcua.officer WHERE id = p_officer $$;
CREATE FUNCTION pg_temp.grant_of(p_officer bigint, p_role text) RETURNS uuid LANGUAGE sql AS $$
    SELECT id FROM motcua.staff_grant WHERE officer = p_officer AND role = p_role ORDER BY no DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.epoch_of(p_officer bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT rights_epoch FROM motcua.officer WHERE id = p_officer $$;
-- As somebody: the failure with where the first problem is, or OK. The transaction's clock stands still and the functions'
-- does not: what they have dated is dated back to it.
CREATE FUNCTION pg_temp.does(p_who text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE 'SELECT * FROM ' || p_call INTO r;
    PERFORM pg_temp.act_as('admin');
    UPDATE staff_grant SET withdrawn_at = now() WHERE withdrawn_at > now();
    UPDATE staff_grant SET starts_at = now() WHERE starts_at BETWEEN now() AND clock_timestamp();
    UPDATE staff_substitution SET ended_at = now() WHERE ended_at > now();
    UPDATE staff_substitution SET starts_at = now() WHERE starts_at BETWEEN now() AND clock_timestamp();
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.grants(p_who text, p_officer bigint, p_role text, p_from timestamptz DEFAULT NULL, p_until timestamptz DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.does(p_who, format('grant_role(%L, %L, %L, %L)', pg_temp.id_of(p_officer), p_role, p_from, p_until)) $$;
CREATE FUNCTION pg_temp.withdraws(p_who text, p_grant uuid) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.does(p_who, format('withdraw_role(%L)', p_grant)) $$;
CREATE FUNCTION pg_temp.substitutes(p_who text, p_absent bigint, p_substitute bigint, p_from timestamptz, p_until timestamptz, p_with boolean DEFAULT false) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.does(p_who, format('substitute_officer(%L, %L, %L, %L, %L)', pg_temp.id_of(p_absent), pg_temp.id_of(p_substitute), p_from, p_until, p_with)) $$;
CREATE FUNCTION pg_temp.ends(p_who text, p_id uuid) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.does(p_who, format('end_substitution(%L)', p_id)) $$;
CREATE FUNCTION pg_temp.adds(p_who text, p_name text, p_number text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('add_officer(%L, %L, %L, %L)', gen_random_uuid(), p_name, '\x010001'::bytea || decode(repeat('ab', 40), 'hex'), sha256(p_number::bytea))) $$;
CREATE FUNCTION pg_temp.appoints(p_who text, p_code text, p_name text, p_number text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM appoint_administrator(p_code, gen_random_uuid(), p_name, '\x010001'::bytea || decode(repeat('ab', 40), 'hex'), sha256(p_number::bytea));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, 'OK');
END $$;
-- Two more officers of the agency: 61 has no role, 62 heads it without administering it.
INSERT INTO officer (id, agency, name) OVERRIDING SYSTEM VALUE SELECT n, agency, 'Cán bộ ' || n FROM officer, generate_series(61, 62) AS n WHERE id = 1;
SELECT setval(pg_get_serial_sequence('officer', 'id'), 62) \g /dev/null
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT 62, agency, 'HEAD', now() - interval '1 day' FROM officer WHERE id = 1;
WITH opened AS (
    INSERT INTO session (kind, officer, device, expires_at, stepped_up_at)
    SELECT 'OFFICER', n, 'psql', now() + interval '1 hour', now() FROM generate_series(61, 62) AS n RETURNING id, officer)
INSERT INTO actor SELECT 'officer' || o.officer, 'app_officer', 'OFFICER', o.officer, '', a.agencies, a.roles, o.id FROM opened o, actor a WHERE a.who = 'officer';
INSERT INTO actor SELECT 'officer_unproven', login, kind, me, subjects, agencies, roles FROM actor WHERE who = 'officer';

-- What the reference data say.
SELECT is((SELECT count(*) FROM staff_role), 12::bigint, 'there are twelve roles');
SELECT is_empty($$SELECT unnest(actor_roles) FROM dossier_transition EXCEPT SELECT id FROM staff_role$$, 'the machine asks for no other');

-- Rights.
SELECT is((SELECT agencies || '/' || roles || coalesce(until::text, '') FROM rights_of(2)), (SELECT agency || '/FIELD' FROM officer WHERE id = 2), 'an officer works for its agency in its roles');
SELECT is((SELECT agencies || '/' || roles FROM rights_of(61)), '/', 'without a role it works for none');
SELECT is((SELECT agencies || '/' || roles FROM rights_of(-1)), '/', 'nobody has no rights');

-- Who may grant.
SELECT is(pg_temp.grants('field', 61, 'INTAKE'), 'NOT_ALLOWED', 'a field officer grants nothing');
SELECT is(pg_temp.grants('officer62', 61, 'INTAKE'), 'NOT_ALLOWED', 'nor does a head, whatever its session says');
SELECT is(pg_temp.grants('officer', 1, 'INSPECTOR'), 'NOT_ALLOWED', 'nobody grants himself');
SELECT is(pg_temp.grants('officer2', 61, 'INTAKE'), 'NOT_FOUND', 'an administrator of another agency knows nobody here');
SELECT is(pg_temp.grants('officer', -1, 'INTAKE'), 'NOT_FOUND', 'nobody is granted nothing');
SELECT is(pg_temp.grants('officer_unproven', 61, 'INTAKE'), 'STEP_UP_REQUIRED', 'a grant wants a second factor');
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE officer = 1;
SELECT is(pg_temp.grants('officer', 61, 'INTAKE'), 'STEP_UP_REQUIRED', 'of less than 15 minutes ago');
UPDATE session SET stepped_up_at = now() WHERE officer = 1;
SELECT * FROM pg_temp.act_as('citizen_as_officer');
SELECT throws_ok($$SELECT * FROM grant_role(NULL, 'INTAKE', NULL, NULL)$$, '42501', NULL, 'a citizen who says OFFICER may not even ask');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT count(*) FROM audit WHERE act LIKE 'staff.%'), 0::bigint, 'refusals change nothing');

-- Granting.
SELECT is(pg_temp.grants('officer', 61, 'INTAKE'), 'OK', 'an administrator grants a role of its agency');
SELECT is((SELECT agencies || '/' || roles FROM rights_of(61)), (SELECT agency || '/INTAKE' FROM officer WHERE id = 1), 'which counts');
SELECT is(pg_temp.epoch_of(61), 1::bigint, 'and is told to every process');
SELECT is((SELECT act || ' ' || actor_kind || actor_id || ' ' || (body->>'role') FROM audit WHERE act LIKE 'staff.%'), 'staff.grant OFFICER1 INTAKE', 'and is audited');
SELECT is((SELECT object FROM audit WHERE act = 'staff.grant'), 'officer:' || pg_temp.id_of(61), 'by the officer''s public id');
SELECT is(pg_temp.grants('officer', 61, 'KING'), 'GUARD_FAILED role', 'a role must exist');
SELECT is(pg_temp.grants('officer', 61, 'INTAKE'), 'GUARD_FAILED role', 'and is held once at a time');
SELECT is(pg_temp.grants('officer', 61, 'INTAKE', now() + interval '1 day', now() + interval '2 days'), 'GUARD_FAILED role', 'also in days to come');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', NULL, clock_timestamp()), 'GUARD_FAILED until', 'it ends after it begins');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', now() + interval '2 days', now() + interval '1 day'), 'GUARD_FAILED until', 'whenever that is');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', now() - interval '6 minutes'), 'GUARD_FAILED from', 'nothing is dated back');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', now() + interval '1 year 1 minute'), 'GUARD_FAILED from', 'nor beyond a year');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', now() + interval '1 day', now() + interval '2 days'), 'OK', 'a role for one day');
SELECT is(pg_temp.grants('officer', 61, 'FIELD', now() + interval '2 days', now() + interval '3 days'), 'OK', 'and the next from where it ends');
SELECT is((SELECT until FROM rights_of(61)), now() + interval '1 day', 'the clock will change the rights at the first beginning');
SELECT is((SELECT roles FROM rights_of(61)), 'INTAKE', 'until then nothing counts');
SELECT throws_ok($$INSERT INTO staff_grant (officer, agency, role) SELECT 61, agency, 'INTAKE' FROM officer WHERE id = 1$$, '23P01', NULL, 'the table itself refuses two at a time');
SELECT throws_ok($$INSERT INTO staff_grant (officer, agency, role, granted_by) SELECT 61, agency, 'SIGNER', 61 FROM officer WHERE id = 1$$, '23514', NULL, 'and a grant to oneself');
SELECT is((SELECT string_agg(DISTINCT pg_temp.grants('officer', 61, 'SIGNER', now() + d * interval '1 day', now() + d * interval '1 day' + interval '1 hour'), ' ')
             FROM generate_series(1, 17) AS d), 'OK', 'twenty grants in force or to come');
SELECT is(pg_temp.grants('officer', 61, 'SIGNER', now() + interval '18 days', now() + interval '19 days'), 'GUARD_FAILED officer', 'and no more');

-- By the clock.
UPDATE staff_grant SET withdrawn_at = starts_at WHERE officer = 61 AND role = 'SIGNER';
INSERT INTO staff_grant (officer, agency, role, starts_at, ends_at) SELECT 61, agency, 'COUNTER', now() - interval '2 hours', now() FROM officer WHERE id = 1;
INSERT INTO staff_grant (officer, agency, role, starts_at, ends_at) SELECT 61, agency, 'DISPATCHER', now(), now() + interval '1 second' FROM officer WHERE id = 1;
SELECT is((SELECT roles || ' ' || (until - now()) FROM rights_of(61)), 'DISPATCHER,INTAKE 00:00:01', 'a role counts from its beginning and no more at its end, and the next change is known');

-- Withdrawing.
SELECT is(pg_temp.withdraws('field', pg_temp.grant_of(61, 'INTAKE')), 'NOT_ALLOWED', 'a field officer withdraws nothing');
SELECT is(pg_temp.withdraws('officer2', pg_temp.grant_of(61, 'INTAKE')), 'NOT_FOUND', 'nor does another agency');
SELECT is(pg_temp.withdraws('officer_unproven', pg_temp.grant_of(61, 'INTAKE')), 'STEP_UP_REQUIRED', 'nor anybody without a second factor');
SELECT is(pg_temp.withdraws('officer', gen_random_uuid()), 'NOT_FOUND', 'what is not granted is not withdrawn');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(61, 'COUNTER')), 'NOT_FOUND', 'nor what is over');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(61, 'INTAKE')), 'OK', 'an administrator withdraws');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(61, 'INTAKE')), 'NOT_FOUND', 'once');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(61, 'FIELD')), 'OK', 'also what has not begun');
SELECT is((SELECT isempty(held) FROM staff_grant WHERE id = pg_temp.grant_of(61, 'FIELD')), true, 'which then never does');
SELECT is((SELECT held @> clock_timestamp() FROM staff_grant WHERE id = pg_temp.grant_of(61, 'INTAKE')), false, 'it counts no more');
SELECT is((SELECT count(*) FROM audit WHERE act = 'staff.withdraw' AND actor_id = 1 AND object = 'officer:' || pg_temp.id_of(61)), 2::bigint, 'both are audited');
SELECT is(pg_temp.grants('officer', 61, 'INTAKE'), 'OK', 'a withdrawn role can be granted again');

-- The last administrator.
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(1, 'ADMINISTRATOR')), 'GUARD_FAILED id', 'the last administrator stays');
SELECT is(pg_temp.grants('officer', 61, 'ADMINISTRATOR', now() + interval '1 hour'), 'OK', 'one who begins later');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(1, 'ADMINISTRATOR')), 'GUARD_FAILED id', 'is none yet');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(61, 'ADMINISTRATOR')), 'OK', 'so the role is taken back');
SELECT is(pg_temp.grants('officer', 61, 'ADMINISTRATOR'), 'OK', 'and granted at once');
SELECT is(pg_temp.withdraws('officer61', pg_temp.grant_of(1, 'ADMINISTRATOR')), 'OK', 'of two, one goes');
SELECT is(pg_temp.grants('officer', 62, 'INTAKE'), 'NOT_ALLOWED', 'and grants no more, though its session still says so');
SELECT is(pg_temp.withdraws('officer61', pg_temp.grant_of(61, 'ADMINISTRATOR')), 'GUARD_FAILED id', 'the other stays');
SELECT is(pg_temp.grants('officer61', 1, 'ADMINISTRATOR'), 'OK', 'and may bring the first one back');
SELECT is(pg_temp.withdraws('officer61', pg_temp.grant_of(61, 'ADMINISTRATOR')), 'OK', 'and then give up its own');

-- Substitution.
SELECT is(pg_temp.substitutes('field', 62, 61, NULL, now() + interval '1 day'), 'NOT_ALLOWED', 'a field officer names no substitute');
SELECT is(pg_temp.substitutes('officer62', 1, 62, NULL, now() + interval '1 day'), 'NOT_ALLOWED', 'nobody names itself');
SELECT is(pg_temp.substitutes('officer62', 1, 61, NULL, now() + interval '1 day', true), 'NOT_ALLOWED', 'a head passes no administration on');
SELECT is(pg_temp.substitutes('officer', 1, 3, NULL, now() + interval '1 day'), 'NOT_FOUND', 'a substitute is of the agency');
SELECT is(pg_temp.substitutes('officer', 3, 61, NULL, now() + interval '1 day'), 'NOT_FOUND', 'so is who is absent');
SELECT is(pg_temp.substitutes('officer_unproven', 1, 61, NULL, now() + interval '1 day'), 'STEP_UP_REQUIRED', 'it wants a second factor');
SELECT is(pg_temp.substitutes('officer', 61, 61, NULL, now() + interval '1 day'), 'GUARD_FAILED substitute', 'nobody stands in for oneself');
SELECT is(pg_temp.substitutes('officer', 1, 61, NULL, now()), 'GUARD_FAILED until', 'it ends after it begins');
SELECT is(pg_temp.substitutes('officer', 1, 61, NULL, now() + interval '1 year 1 day'), 'GUARD_FAILED until', 'within a year');
SELECT is(pg_temp.substitutes('officer', 1, 61, now() - interval '1 day', now() + interval '1 day'), 'GUARD_FAILED from', 'nothing is dated back');
SELECT is(pg_temp.substitutes('officer62', 1, 61, NULL, now() + interval '1 day'), 'OK', 'a head names a substitute');
SELECT is(pg_temp.substitutes('officer62', 1, 61, now() + interval '1 hour', now() + interval '2 days'), 'GUARD_FAILED substitute', 'once at a time');
SELECT is((SELECT roles || ' ' || (until - now()) FROM rights_of(61)), 'COUNTER,DISPATCHER,FIELD,HEAD,INTAKE,PROCESSOR,SIGNER 00:00:01', 'the substitute holds the other''s roles, but no administration');
SELECT is((SELECT act || ' ' || (body->>'for') FROM audit WHERE act = 'staff.substitute'), 'staff.substitute ' || pg_temp.id_of(1), 'and it is audited for whom');
SELECT is(pg_temp.count_as('officer61', 'SELECT count(DISTINCT officer) FROM staff_grant'), 4::bigint, 'administrators and heads see the agency''s grants');
UPDATE actor SET roles = 'COUNTER' WHERE who = 'officer61';
SELECT is(pg_temp.count_as('officer61', 'SELECT count(DISTINCT officer) FROM staff_grant'), 2::bigint, 'others their own, and of whom they stand in for');
SELECT is(pg_temp.withdraws('officer', pg_temp.grant_of(1, 'SIGNER')), 'OK', 'what is taken from the absent');
SELECT is((SELECT roles FROM rights_of(61)), 'COUNTER,DISPATCHER,FIELD,HEAD,INTAKE,PROCESSOR', 'its substitute does not keep');
SELECT is((SELECT epoch FROM session_change WHERE principal = 'OFFICER:61' ORDER BY no DESC LIMIT 1), pg_temp.epoch_of(61), 'and is told at once');
UPDATE staff_grant SET ends_at = now() + interval '10 seconds' WHERE id = pg_temp.grant_of(1, 'FIELD');
UPDATE staff_grant SET ends_at = NULL WHERE id = pg_temp.grant_of(61, 'DISPATCHER');
SELECT is((SELECT until - now() FROM rights_of(61)), interval '10 seconds', 'what ends for the absent by the clock ends for the substitute');
SELECT is(pg_temp.ends('field', (SELECT id FROM staff_substitution)), 'NOT_ALLOWED', 'others do not end it');
SELECT is(pg_temp.ends('officer2', (SELECT id FROM staff_substitution)), 'NOT_FOUND', 'nor another agency');
SELECT is(pg_temp.ends('officer', (SELECT id FROM staff_substitution)), 'OK', 'who is back ends it');
SELECT is((SELECT roles FROM rights_of(61)), 'DISPATCHER,INTAKE', 'and the substitute has its own roles left');
SELECT is(pg_temp.substitutes('officer', 1, 61, NULL, now() + interval '1 day', true), 'OK', 'an administrator passes administration on, when it says so');
SELECT is((SELECT 'ADMINISTRATOR' = ANY (string_to_array(roles, ',')) FROM rights_of(61)), true, 'which the substitute then has');
SELECT is(pg_temp.withdraws('officer61', pg_temp.grant_of(1, 'ADMINISTRATOR')), 'GUARD_FAILED id', 'it cannot take the last one''s, which its own hangs on');

-- Officers added.
SELECT is(pg_temp.adds('officer62', 'Người mới', '074000000001') || pg_temp.adds('officer_unproven', 'Người mới', '074000000001'), 'NOT_ALLOWEDSTEP_UP_REQUIRED', 'an administrator adds officers, with a second factor');
SELECT is(pg_temp.adds('officer', ' ', '074000000001') || pg_temp.adds('officer', repeat('ễ', 101), '074000000001'), 'GUARD_FAILED nameGUARD_FAILED name', 'a name has 1 to 100 characters');
SELECT is(pg_temp.adds('officer', normalize(repeat('ễ', 100), NFD), '074000000001'), 'OK', 'an officer is added');
SELECT is(pg_temp.adds('officer2', 'Người khác', '074000000001'), 'GUARD_FAILED personalNo', 'one number is one officer, of whatever agency');
SELECT is((SELECT agencies || roles FROM rights_of((SELECT id FROM officer WHERE personal_no_index = sha256('074000000001')))), '', 'who has no right yet');
INSERT INTO officer (agency, name) SELECT agency, 'Nhiều' FROM officer, generate_series(1, 1999 - (SELECT count(*)::int FROM officer WHERE agency = (SELECT agency FROM officer WHERE id = 1))) WHERE id = 1;
SELECT is(pg_temp.adds('officer', 'Thứ hai nghìn', '074000000003') || pg_temp.adds('officer', 'Quá', '074000000004'), 'OKGUARD_FAILED name', 'an agency has 2,000 officers at most');

-- The first administrator.
SELECT is(pg_temp.appoints('service', 'H29.999', 'Người đầu', '074000000002'), 'AGENCY', 'an agency must exist');
SELECT is(pg_temp.appoints('service', (SELECT a.code FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1), 'Người đầu', '074000000002'), 'HAS_ONE', 'and have no administrator');
SELECT is(pg_temp.appoints('service', 'H29.101.1', '', '074000000002'), 'NAME', 'who is new has a name');
SELECT is(pg_temp.appoints('service', 'H29.101.1', 'Người đầu', '074000000001'), 'ELSEWHERE', 'and is of no other agency');
SELECT is(pg_temp.appoints('service', 'H29.101.1', 'Người đầu', '074000000002'), 'OK', 'then it is appointed');
SELECT is((SELECT g.role || (g.granted_by IS NULL) FROM officer o JOIN staff_grant g ON g.officer = o.id WHERE o.personal_no_index = sha256('074000000002')), 'ADMINISTRATORtrue', 'by nobody but the service');
SELECT is((SELECT actor_kind || ' ' || (body->>'agency') FROM audit WHERE act = 'staff.appoint'), 'SERVICE H29.101.1', 'which is audited');
SELECT is(pg_temp.appoints('service', 'H29.101.1', 'Người thứ hai', '074000000005'), 'HAS_ONE', 'once');
SELECT is((SELECT count(*) FROM audit WHERE act LIKE 'staff.%' AND (body::text LIKE '%Người%' OR body::text LIKE '%0740000%')), 0::bigint, 'no line of the audit says a name or a number');
\ir include/end.psql
