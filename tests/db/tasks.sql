-- What another agency's officers have to do with a task (nhiệm vụ liên thông): it is told to them, one takes it on, who is to answer is
-- reminded, then the head (T1; R1, R29). And to whom the events of a dossier give work (D2, D5, D7-D9, D11, D13; R25, R32).
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(68);

-- The offices of officers 1 and 3, each with an officer for each role, and nobody else.
UPDATE staff_substitution SET ended_at = now() WHERE ended_at IS NULL;
UPDATE staff_grant SET withdrawn_at = now() WHERE withdrawn_at IS NULL;
CREATE TEMP TABLE desk (name text PRIMARY KEY, officer bigint);
INSERT INTO officer (id, agency, name) OVERRIDING SYSTEM VALUE
SELECT 900000000 + 10 * o.id + r.no, o.agency, r.role FROM officer o, unnest(ARRAY['INTAKE', 'DISPATCHER', 'PROCESSOR', 'HEAD', 'COUNTER']) WITH ORDINALITY AS r(role, no) WHERE o.id IN (1, 3);
INSERT INTO staff_grant (officer, agency, role, starts_at, granted_at) SELECT id, agency, name, now() - interval '1 day', now() FROM officer WHERE id BETWEEN 900000000 AND 900000099;
INSERT INTO desk SELECT CASE WHEN o.agency = (SELECT agency FROM officer WHERE id = 3) THEN 'asked_' ELSE '' END || lower(o.name), o.id FROM officer o WHERE o.id BETWEEN 900000000 AND 900000099;
UPDATE actor a SET me = d.officer::text FROM desk d WHERE a.who = d.name OR a.who = 'task_processor' AND d.name = 'asked_processor';
SELECT officer AS handler FROM desk WHERE name = 'processor' \gset
SELECT agency AS asked FROM officer WHERE id = 3 \gset

CREATE FUNCTION pg_temp.names(p_officers bigint[]) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(d.name, ' ' ORDER BY d.name), '') FROM unnest(p_officers) AS o LEFT JOIN desk d ON d.officer = o
$$;
CREATE FUNCTION pg_temp.id_of(p_code text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM dossier WHERE code = p_code $$;
-- To whom the last event of a dossier gives work, as expand finds them; of none that is not told.
CREATE FUNCTION pg_temp.noticed(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.names(ARRAY(
        SELECT w FROM dossier d JOIN dossier_event e ON (e.dossier, e.seq) = (d.id, d.seq) JOIN outbox o ON o.entity = e.id
          JOIN officer_notice n ON n.event = e.event AND n.from_state IS NOT DISTINCT FROM e.from_state CROSS JOIN LATERAL officers_noticed(e.id, n.receivers) AS w
         WHERE d.code = p_code))
$$;
CREATE FUNCTION pg_temp.noticed_after(p_who text, p_state text, p_event text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.dossier_in(p_state);
BEGIN
    UPDATE dossier SET processor = (SELECT officer FROM desk WHERE name = 'processor') WHERE code = v_code AND received_at IS NOT NULL AND p_event <> 'assign';
    PERFORM pg_temp.try(p_who, v_code, p_event);
    RETURN pg_temp.noticed(v_code);
END $$;

-- ---- whom an event gives work ----

SELECT is(pg_temp.noticed_after('citizen', 'INTAKE_SUPPLEMENT', 'supplement'), 'intake', 'D5: what was asked for is told to the reception');
SELECT is(pg_temp.noticed_after('citizen', 'SUPPLEMENT_REQUIRED', 'supplement'), 'processor', 'D11: and after acceptance to who works on it');
SELECT is(pg_temp.noticed_after('intake', 'SUPPLEMENT_REQUIRED', 'receiveItems'), 'processor', 'D11: so is what the reception has taken in');
SELECT is(pg_temp.noticed_after('processor', 'SUPPLEMENT_REQUIRED', 'receiveItems'), '', 'but nobody is told of what he has done himself');
SELECT is(pg_temp.noticed_after('counter', 'PAYMENT_REQUIRED', 'paid'), 'processor', 'D13: and what the cashier has taken');
SELECT is(pg_temp.noticed_after('processor', 'PROCESSING', 'sendTask'), 'asked_processor', 'D8: a task is told to who can take it on at the agency that is asked');
SELECT is(pg_temp.noticed_after('citizen', 'PROCESSING', 'requestWithdraw'), 'processor', 'D14: a withdrawal to who works on it');

SELECT is(pg_temp.noticed_after('intake', 'SUBMITTED', 'accept'), 'dispatcher', 'D3: what is accepted is told to who assigns');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
UPDATE dossier SET competent_agency = :asked WHERE code = :'code';
UPDATE dossier_event SET competent_agency = :asked WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('intake', :'code', 'accept') || ' ' || pg_temp.noticed(:'code'), 'ACCEPTED asked_dispatcher', 'R10: at the agency that decides, wherever it was received');
UPDATE staff_grant SET withdrawn_at = now() WHERE officer = (SELECT officer FROM desk WHERE name = 'dispatcher') AND withdrawn_at IS NULL;
SELECT is(pg_temp.noticed_after('intake', 'SUBMITTED', 'accept'), 'head', 'D3: to its head, when nobody else assigns');
INSERT INTO staff_grant (officer, agency, role, starts_at, granted_at) SELECT d.officer, o.agency, 'DISPATCHER', now(), now() FROM desk d JOIN officer o ON o.id = d.officer WHERE d.name = 'dispatcher';
SELECT is((SELECT receivers FROM officer_notice WHERE event = 'acceptAtCounter' AND from_state IS NULL), 'DISPATCHER', 'D3c: so is what is taken in at the counter');

SELECT pg_temp.dossier_in('ACCEPTED') AS code \gset
SELECT is(pg_temp.try('dispatcher', :'code', 'assign', jsonb_build_object('officer', (SELECT public_id FROM officer WHERE id = :handler))), 'PROCESSING', 'D7: a dossier is given');
SELECT is(pg_temp.noticed(:'code'), 'processor', 'D7: to whom it is given is told');
SELECT is_empty(format($$SELECT officers_noticed(e.id, 'DISPATCHER') FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '%s' AND e.event = 'accept'$$, :'code'), 'D7: and what is given to somebody waits for nobody to assign it');
SELECT is(pg_temp.noticed_after('dispatcher', 'ACCEPTED', 'assign'), '', 'D7: and nobody of what is given to none');

SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
SELECT pg_temp.try('citizen', :'code', 'supplement');
UPDATE dossier SET processor = :handler WHERE code = :'code';
SELECT is(pg_temp.noticed(:'code'), 'intake', 'D5: what waits for the reception is told there, whoever has the dossier meanwhile');

-- D2 is told by its row: DRAFT is left by submitting alone.
SELECT is((SELECT string_agg(event, ' ') FROM officer_notice WHERE from_state = 'DRAFT'), 'submit', 'D2: new work is told');
SELECT is((SELECT receivers || ' ' || one_for FROM officer_notice WHERE event = 'submit'), 'RECEPTION AGENCY', 'D2: to the reception, the last of an agency in place of those not seen yet');
SELECT is_empty($$SELECT event, from_state FROM officer_notice WHERE event <> 'papersReceived' EXCEPT SELECT event, from_state FROM dossier_transition$$,
                'every notice is of an edge, but for papers that the national portal brings unasked');

UPDATE staff_grant SET withdrawn_at = now() WHERE officer = (SELECT officer FROM desk WHERE name = 'asked_processor') AND withdrawn_at IS NULL;
SELECT is(pg_temp.noticed_after('processor', 'PROCESSING', 'sendTask'), 'asked_head', 'D8: where nobody can take it on, its head is told');
INSERT INTO staff_grant (officer, agency, role, starts_at, granted_at) SELECT officer, :asked, 'PROCESSOR', now(), now() FROM desk WHERE name = 'asked_processor';
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by)
SELECT :asked, a.officer, s.officer, now() - interval '1 hour', now() + interval '1 day', a.officer FROM desk a, desk s WHERE a.name = 'asked_processor' AND s.name = 'asked_intake';
SELECT is(pg_temp.noticed_after('processor', 'PROCESSING', 'sendTask'), 'asked_intake asked_processor', 'D8: or who stands in');
UPDATE staff_substitution SET ended_at = now() WHERE ended_at IS NULL;

-- ---- taking a task on ----

SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET processor = :handler WHERE code = :'code';
SELECT pg_temp.try('processor', :'code', 'sendTask');
SELECT pg_temp.try('processor', :'code', 'sendTask');
SELECT is((SELECT string_agg(stage, ' ') FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code')), 'SENT SENT', 'two tasks are sent');
SELECT is(pg_temp.try('processor', :'code', 'taskAccepted'), 'NOT_ALLOWED', 'R1: who has sent a task does not take it on');
SELECT is(pg_temp.try('task_intake', :'code', 'taskAccepted'), 'NOT_ALLOWED', 'R1: nor does who has another role there');
SELECT is(pg_temp.try('elsewhere', :'code', 'taskAccepted'), 'NOT_FOUND', 'R1: nor anybody of an agency that was not asked');
SELECT is(pg_temp.try('task_processor', :'code', 'taskAccepted', '{}'), 'GUARD_FAILED task', 'R1: which one must be said');
SELECT is(pg_temp.try('task_processor', :'code', 'taskAccepted'), 'INTERAGENCY', 'R1: a processor of the agency that was asked takes it on; the dossier still waits');
SELECT is((SELECT string_agg(no || stage || CASE WHEN processor IS NULL THEN '' ELSE ' ' || pg_temp.names(ARRAY[processor]) END, ', ' ORDER BY no) FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code')),
          '1ACCEPTED asked_processor, 2SENT', 'R1: it says who, and the other is not touched');
SELECT is((SELECT t.accepted_at = e.at AND event_agency(e.id) IS NULL FROM inter_agency_task t JOIN dossier_event e ON e.id = t.accepted WHERE t.dossier = pg_temp.id_of(:'code') AND t.no = 1), true, 'R2: by an event of the one timeline');
SELECT is(pg_temp.noticed(:'code'), 'processor', 'R1: who has sent it is told');
SELECT is((SELECT count(*) FROM outbox o JOIN inter_agency_task t ON t.accepted = o.entity WHERE t.dossier = pg_temp.id_of(:'code') AND o.kind = 'DOSSIER_EVENT'), 0::bigint, 'and the applicant is not troubled');
SELECT is(pg_temp.try('task_processor', :'code', 'taskAccepted', (SELECT jsonb_build_object('task', public_id) FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code') AND no = 1)), 'GUARD_FAILED task', 'one that is taken on is not taken on again');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(*) FROM inter_agency_task WHERE dossier = %s AND stage = ''ACCEPTED'' AND accepted_at IS NOT NULL', pg_temp.id_of(:'code'))), 1::bigint, 'R21: the applicant sees that it was taken on');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(processor) FROM inter_agency_task WHERE dossier = %s', pg_temp.id_of(:'code'))), -1::bigint, 'but not by whom');
SELECT is(pg_temp.try('task_processor', :'code', 'taskDone'), 'INTERAGENCY', 'D9: it is answered');
SELECT is(pg_temp.noticed(:'code'), 'processor', 'D9: who has sent it is told of each answer, not of the last alone');
SELECT is((SELECT count(*) FROM outbox o JOIN inter_agency_task t ON t.closed = o.entity WHERE t.dossier = pg_temp.id_of(:'code') AND t.no = 1 AND o.kind = 'OFFICER_EVENT'), 1::bigint, 'once');
SELECT is(pg_temp.try('task_processor', :'code', 'taskReturned'), 'PROCESSING', 'D9: one that nobody took on is answered as well');
SELECT is(pg_temp.noticed(:'code'), 'processor', 'D9: and told');
SELECT is((SELECT string_agg(no || stage, ' ' ORDER BY no) FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code')), '1DONE 2RETURNED', 'what was answered stands as answered');

-- ---- T1: reminders ----

DELETE FROM outbox;
UPDATE inter_agency_task SET remind_at = NULL;
CREATE FUNCTION pg_temp.sent(p_due interval, p_sent interval DEFAULT '30 days') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.dossier_in('INTERAGENCY');
    v_task bigint;
BEGIN
    UPDATE dossier SET received_at = now() - interval '40 days', submitted_at = now() - interval '40 days', due_at = now() + interval '60 days', processor = (SELECT officer FROM desk WHERE name = 'processor') WHERE code = v_code;
    UPDATE inter_agency_task SET due_at = now() + p_due, sent_at = now() - p_sent WHERE dossier = pg_temp.id_of(v_code) RETURNING id INTO v_task;
    RETURN v_task;
END $$;
CREATE FUNCTION pg_temp.reminded() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_told text;
BEGIN
    PERFORM pg_temp.act_as('worker');
    PERFORM task_remind(100);
    PERFORM pg_temp.act_as('admin');
    SELECT coalesce(string_agg(told, ', ' ORDER BY told), '') INTO v_told
      FROM (SELECT (payload->>'template') || ' ' || pg_temp.names(array_agg((payload->>'officer')::bigint)) AS told FROM outbox WHERE kind = 'REMINDER' GROUP BY payload->>'template', order_key) AS t;
    DELETE FROM outbox;
    RETURN v_told;
END $$;
CREATE FUNCTION pg_temp.takes_on(p_task bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE inter_agency_task SET accepted_at = now(), accepted = sent, processor = (SELECT officer FROM desk WHERE name = 'asked_processor') WHERE id = p_task
$$;
CREATE FUNCTION pg_temp.moves(p_task bigint, p_due timestamptz) RETURNS void LANGUAGE sql AS $$
    UPDATE inter_agency_task SET due_at = p_due, remind_at = '-infinity' WHERE id = p_task
$$;

SELECT pg_temp.sent('50 days') AS task \gset
SELECT is(pg_temp.reminded(), '', 'T1: long before its date nobody is reminded');
SELECT is((SELECT remind_at = reminder_at(due_at, 3) FROM inter_agency_task WHERE id = :task), true, 'and looked at again when the first level comes');
SELECT pg_temp.moves(:task, (SELECT max(due) FROM generate_series(now() + interval '1 hour', now() + interval '20 days', interval '12 hours') AS due WHERE reminder_at(due, 3) <= now()));
SELECT is(pg_temp.reminded(), 'reminder.taskThreeDays asked_head', 'T1: three working days before, the head is told of what nobody has taken on');
SELECT is(pg_temp.reminded(), '', 'T1: once a level');
SELECT pg_temp.moves(:task, due_at) FROM inter_agency_task WHERE id = :task;
SELECT is(pg_temp.reminded(), '', 'T1: however often it is looked at');
SELECT pg_temp.takes_on(:task);
SELECT pg_temp.moves(:task, (SELECT max(due) FROM generate_series(now() + interval '1 hour', now() + interval '20 days', interval '12 hours') AS due WHERE reminder_at(due, 1) <= now()));
SELECT is(pg_temp.reminded(), 'reminder.taskOneDay asked_head asked_processor', 'R29: one working day before, who took it on and the head');
SELECT pg_temp.moves(:task, now() - interval '1 minute');
SELECT is(pg_temp.reminded(), 'reminder.taskBreach asked_head asked_processor processor', 'R29: once it is late, they and who has sent it');
SELECT is(pg_temp.reminded(), '', 'T1: once');
SELECT is((SELECT remind_at FROM inter_agency_task WHERE id = :task), NULL, 'and nothing is left to remind of');
SELECT is((SELECT string_agg(level || ' ' || told, ', ' ORDER BY at, level) FROM task_reminder WHERE task = :task), 'BREACH 3, ONE_DAY 2, THREE_DAYS 1', 'what was told is kept');

SELECT pg_temp.sent('-1 minute') AS task \gset
SELECT is(pg_temp.reminded(), 'reminder.taskBreach asked_head processor', 'T1: of the levels that have come, the most urgent alone');
SELECT pg_temp.sent('1 hour', '1 minute') AS task \gset
SELECT is(pg_temp.reminded(), '', 'T1: a level that had gone by when it was sent is never told');

SELECT pg_temp.sent('-1 minute') AS task \gset
SELECT pg_temp.takes_on(:task);
UPDATE officer SET agency = (SELECT agency FROM officer WHERE id = 1) WHERE id = (SELECT officer FROM desk WHERE name = 'asked_processor');
SELECT is(pg_temp.reminded(), 'reminder.taskBreach asked_head processor', 'T1: who works there no more is not told');
UPDATE officer SET agency = :asked WHERE id = (SELECT officer FROM desk WHERE name = 'asked_processor');

SELECT pg_temp.sent('-1 minute') AS task \gset
UPDATE inter_agency_task SET state = 'DONE', answer = 'x', closed_at = now(), closed = sent WHERE id = :task;
SELECT is(pg_temp.reminded(), '', 'T1: nobody is reminded of what is answered');
SELECT pg_temp.sent('-1 minute') AS task \gset
UPDATE dossier SET clock = 'PAUSED' WHERE id = (SELECT dossier FROM inter_agency_task WHERE id = :task);
SELECT is(pg_temp.reminded(), '', 'T1: nor while the clock rests');
UPDATE dossier SET clock = 'RUNNING' WHERE id = (SELECT dossier FROM inter_agency_task WHERE id = :task);
SELECT is(pg_temp.reminded(), 'reminder.taskBreach asked_head processor', 'T1: but when it runs again');

-- A head on leave.
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by)
SELECT :asked, a.officer, s.officer, now() - interval '1 hour', now() + interval '1 day', a.officer FROM desk a, desk s WHERE a.name = 'asked_head' AND s.name = 'asked_counter';
SELECT pg_temp.sent('-1 minute') AS task \gset
SELECT is(pg_temp.reminded(), 'reminder.taskBreach asked_counter asked_head processor', 'R29: who stands in for the head is told');

-- At most so many at once, the longest due first.
SELECT pg_temp.sent('-3 minutes') AS first, pg_temp.sent('-1 minute') AS last \gset
UPDATE inter_agency_task SET remind_at = due_at WHERE id IN (:first, :last);
SELECT is((SELECT scheduled || ' ' || reminded FROM task_remind(1)), '1 1', 'one at a time, as it is asked');
SELECT is((SELECT count(*) FROM task_reminder WHERE task = :first), 1::bigint, 'the longest due first');
SELECT is((SELECT scheduled || ' ' || reminded FROM task_remind(1)), '1 1', 'then the other');
SELECT is((SELECT scheduled || ' ' || reminded FROM task_remind(1)), '0 0', 'and then none');
SELECT is((SELECT bool_and(told >= 1) FROM task_reminder), true, 'no reminder went to nobody');
SELECT is(pg_temp.count_as(who, 'SELECT count(*) FROM task_remind(1)'), -1::bigint, who || ' reminds nobody') FROM unnest(ARRAY['officer', 'citizen', 'partner']) AS who;
SELECT is(pg_temp.count_as('worker', 'SELECT count(*) FROM task_reminder'), -1::bigint, 'what was told is read by nobody');

-- D6, D15: a cashier is told of what is to be given back, while something is.
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
INSERT INTO staff_grant (officer, agency, role, starts_at, granted_at)
SELECT o.id, o.agency, 'COUNTER', now(), now() FROM desk k JOIN officer o ON o.id = k.officer WHERE k.name = 'intake';
CREATE FUNCTION pg_temp.cashiers(p_code text, p_finance text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dossier SET finance = p_finance WHERE code = p_code;
    RETURN EXISTS (SELECT FROM dossier d JOIN dossier_event e ON (e.dossier, e.seq) = (d.id, d.seq) CROSS JOIN LATERAL officers_noticed(e.id, 'CASHIER') AS o
                    WHERE d.code = p_code AND o = (SELECT officer FROM desk WHERE name = 'intake'));
END $$;
SELECT ok(pg_temp.cashiers(:'code', 'REFUNDING'), 'D15: who gives it back is told');
SELECT ok(NOT pg_temp.cashiers(:'code', 'REFUNDED'), 'D15: and not once it is given');
\ir include/end.psql
