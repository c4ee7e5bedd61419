-- What ends, and what goes on: erasures beside seats and sign-ins, delegations given again, worlds kept apart.
\ir include/begin.psql
SELECT plan(13);

WITH opened AS (
    INSERT INTO session (kind, subject, device, expires_at, stepped_up_at)
    SELECT 'CITIZEN', id, 'psql', now() + interval '1 hour', now() FROM (VALUES (1), (2), (3)) AS p(id)
    RETURNING id, subject)
INSERT INTO actor SELECT 'person' || subject, 'app_citizen', 'CITIZEN', subject, CASE subject WHEN 3 THEN '3,5003' ELSE subject::text END, '', '', id FROM opened;
DELETE FROM seat WHERE organisation = 5003;
INSERT INTO seat (person, organisation, since, until) VALUES (3, 5003, current_date, NULL), (2, 5003, current_date, now() + interval '1 day');

CREATE FUNCTION pg_temp.did(p_who text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE 'SELECT * FROM ' || p_call INTO r;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.public_id(p_subject bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT public_id FROM motcua.subject WHERE id = p_subject $$;

-- An organisation keeps an administrator.
SELECT is(pg_temp.did('person3', format('withdraw_seat(%L)', (SELECT id FROM seat WHERE person = 3 AND organisation = 5003))), 'GUARD_FAILED seat',
          'one whose seat ends tomorrow does not take the place of one whose seat does not');
SELECT is(pg_temp.did('person3', 'request_erasure()'), 'GUARD_FAILED seat', 'nor is the last administrator erased');
UPDATE seat SET until = NULL WHERE person = 2 AND organisation = 5003;

-- A delegation given again: what is under way goes on.
SELECT is(pg_temp.did('person1', format('delegate(NULL, %L, NULL, ''Nhờ nộp'', now() + interval ''1 day'')', pg_temp.public_id(2))), 'OK');
SELECT is(pg_temp.did('person2', (SELECT format('submit_dossier(%L, %L, 1, ''ONLINE'', NULL, NULL, pg_temp.filed(%1$L))', p.code, a.code)
            FROM officer o JOIN agency a ON a.id = o.agency, procedure p JOIN procedure_version v ON v.procedure = p.id
           WHERE o.id = 1 AND p.level = 'COMMUNE' AND NOT p.sandbox AND v.valid_to IS NULL AND v.valid_from <= current_date
             AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id) ORDER BY p.code LIMIT 1)), 'OK', 'a delegate hands in');
SELECT is(pg_temp.did('person1', format('delegate(NULL, %L, NULL, ''Nhờ nộp tiếp'', now() + interval ''2 days'')', pg_temp.public_id(2))), 'OK');
SELECT is(pg_temp.count_as('person2', 'SELECT count(*) FROM dossier WHERE applicant = 1 AND submitter = 2'), 1::bigint, 'and still sees it when the delegation is renewed');

-- An erasure: what is the person's goes, what others wrote stays.
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
SELECT min(id), 3, 2, 2, 'của người khác', now() + interval '1 day' FROM dossier WHERE applicant = 2;
INSERT INTO dossier_classification (dossier, access_class, reason, officer) SELECT max(id), 'OPEN', 'Vì ông Ba', 1 FROM dossier WHERE applicant = 3;
SELECT is(pg_temp.did('person3', 'request_erasure()'), 'OK', 'with another administrator the person goes');
SELECT anonymise_person(3) \g /dev/null
SELECT is((SELECT purpose FROM dossier_grant WHERE grantee = 3 AND applicant = 2), 'của người khác', 'what another applicant wrote of its own dossier stays');
SELECT is((SELECT count(*) FROM dossier_classification WHERE reason LIKE '%Ba%'), 0::bigint, 'a reason that may name people goes with the dossier''s texts');
-- As a sign-in sees it that began before the erasure was committed.
UPDATE person SET personal_no_index = sha256('3') WHERE id = 3;
SELECT throws_ok($$SELECT sign_in_person(jsonb_build_object('issuer', 'citizens', 'subject', 'x', 'publicId', gen_random_uuid(), 'name', 'Ba'),
                                          repeat('x', 40)::bytea, sha256('3'))$$, '40001', NULL, 'nobody signs in as who is being erased');

-- Worlds apart.
SELECT is((SELECT count(*) FROM grantee_find(pg_temp.public_id(5001), true)), 0::bigint, 'a person of the sandbox reaches no partner but its own');
SELECT set_config('app.viewer', 'PARTNER|5001|5001||||||TEST', true) \g /dev/null
SELECT is(principal(), 'PARTNER:5001:TEST', 'what a test key has asked is no key of the live one''s');
SELECT set_config('app.viewer', 'PARTNER|5001|5001||||||LIVE', true) \g /dev/null
SELECT is(principal(), 'PARTNER:5001');
\ir include/end.psql
