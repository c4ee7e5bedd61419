-- The clock of a dossier: pauses, extensions, forms, reminders, a new calendar (functions/11_clock.sql, 98_clock.sql; DOMAIN §2.5,
-- §5.2). 200 more cases, counted by another hand: tests/e2e/deadline_count.test.mjs.
\ir include/begin.psql
SELECT * FROM no_plan();

CREATE FUNCTION pg_temp.vn(p_text text) RETURNS timestamptz LANGUAGE sql AS $$ SELECT (p_text || '+07')::timestamptz $$;
-- A dossier of the sample, at work, by whom its applicant is 1; with a limit and a moment of receipt of our own.
CREATE TEMP TABLE one AS SELECT id, code, procedure_version, applicant FROM dossier WHERE applicant = 1 AND state = 'PROCESSING' ORDER BY id LIMIT 1;
GRANT SELECT ON one TO PUBLIC;
SELECT is((SELECT count(*) FROM one), 1::bigint, 'the sample has a dossier of citizen 1 at work');

CREATE FUNCTION pg_temp.received(p_at text, p_amount int, p_unit text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM dossier_extension WHERE dossier = (SELECT id FROM one);
    DELETE FROM dossier_pause WHERE dossier = (SELECT id FROM one);
    UPDATE procedure_version SET limit_amount = p_amount, limit_unit = p_unit WHERE id = (SELECT procedure_version FROM one);
    UPDATE dossier SET received_at = pg_temp.vn(p_at), clock = 'RUNNING', due_at = due_at(pg_temp.vn(p_at), p_amount, p_unit) WHERE id = (SELECT id FROM one);
END $$;
-- The due date in Vietnam after these pauses, as from and to in turn.
CREATE FUNCTION pg_temp.due(p_at text, p_amount int, p_unit text, VARIADIC p_pauses text[]) RETURNS timestamp LANGUAGE plpgsql AS $$
DECLARE
    v_due timestamptz;
BEGIN
    PERFORM pg_temp.received(p_at, p_amount, p_unit);
    FOR i IN 1..cardinality(p_pauses) / 2 LOOP
        PERFORM pause_begin((SELECT id FROM one), 'SUPPLEMENT', pg_temp.vn(p_pauses[2 * i - 1]));
        v_due := pause_end((SELECT id FROM one), pg_temp.vn(p_pauses[2 * i]));
    END LOOP;
    RETURN v_due AT TIME ZONE 'Asia/Ho_Chi_Minh';
END $$;

-- ---- pauses of working time ----
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 09:00', '2026-11-26 09:00'), '2026-11-30 17:00', 'D11: a day of pause is a day more, over the weekend');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 09:00', '2026-11-25 12:30'), '2026-11-30 09:30', 'to the minute: 2 h 30 of a morning');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 19:00', '2026-11-26 06:00'), '2026-11-27 17:00', 'a pause by night moves nothing');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 00:30', '2026-11-25 07:30'), '2026-11-30 07:30', 'half an hour past midnight is not half an hour past noon');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 12:30', '2026-11-25 19:30'), '2026-11-30 10:30', 'nor the other way round');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-23 10:00', '2026-11-23 11:00'), '2026-11-27 17:00', 'on the day of receipt nothing counts yet, so that nothing is lost');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-23 10:00', '2026-11-25 08:00'), '2026-11-30 08:00', 'a pause from the day of receipt over the holiday counts from the first day that does');
SELECT is(pg_temp.due('2026-02-12 09:00', 7, 'WORKING_DAY', '2026-02-13 17:00', '2026-02-23 07:00'), '2026-03-02 17:00', 'a pause of all of Tết costs nothing');
SELECT is(pg_temp.due('2026-08-20 09:00', 3, 'WORKING_DAY', '2026-08-21 17:00', '2026-08-24 07:00'), '2026-08-25 17:00', 'a pause over the Saturday that is worked for 31 August costs that day');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-25 09:00', '2026-11-25 10:00', '2026-11-26 13:00', '2026-11-26 14:30'), '2026-11-30 09:00', 'a second pause is added to the first');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-27 17:00', '2026-12-04 17:00'), '2026-11-27 17:00', 'a pause from the due date on moves nothing: late is late');
SELECT is(pg_temp.due('2026-11-23 09:00', 3, 'WORKING_DAY', '2026-11-27 16:59', '2026-12-04 17:00'), '2026-12-07 07:01', 'a minute earlier leaves the minute for after it');
SELECT is(pg_temp.due('2026-11-23 15:01', 0, 'SAME_DAY', '2026-11-25 08:00', '2026-11-25 09:00'), '2026-11-26 08:00', 'after the cut-off at 15:00, of the next working day');
SELECT is(pg_temp.due('2026-11-23 15:00', 0, 'SAME_DAY', '2026-11-23 16:00', '2026-11-25 07:00'), '2026-11-25 08:00', 'at the cut-off, of the same day: an hour was left');
SELECT is(pg_temp.due('2026-11-23 16:00', 8, 'WORKING_HOUR', '2026-11-25 08:00', '2026-11-25 14:00'), '2026-11-26 10:00', 'working hours go on after the pause, over the night');

-- ---- pauses of calendar days ----
SELECT is(pg_temp.due('2026-11-02 09:00', 15, 'DAY', '2026-11-04 16:50', '2026-11-06 07:10'), '2026-11-19 17:00', 'two closings within the pause are two days more, whatever the hours');
SELECT is(pg_temp.due('2026-11-02 09:00', 15, 'DAY', '2026-11-04 08:00', '2026-11-04 16:00'), '2026-11-17 17:00', 'within one day none');
SELECT is(pg_temp.due('2026-11-02 09:00', 15, 'DAY', '2026-11-05 09:00', '2026-11-09 09:00'), '2026-11-23 17:00', 'four days, weekend too; Saturday 21 moves to Monday');
SELECT is(pg_temp.due('2026-11-02 09:00', 15, 'DAY', '2026-11-05 09:00', '2026-11-09 09:00', '2026-11-10 09:00', '2026-11-11 09:00'), '2026-11-23 17:00', 'a fifth is that Sunday''s: no day is given twice');
SELECT is(pg_temp.due('2026-11-06 09:00', 15, 'DAY', '2026-11-22 09:00', '2026-11-25 09:00'), '2026-11-25 17:00', 'while only the move over a weekend is left, paused days move it');
SELECT is(pg_temp.due('2026-11-02 09:00', 15, 'DAY', '2026-11-17 18:00', '2026-11-20 09:00'), '2026-11-17 17:00', 'after the due date none');
SELECT is(pg_temp.due('2026-11-02 09:00', 22, 'DAY', '2026-11-05 09:00', '2026-11-05 10:00'), '2026-11-25 17:00', 'and what ends on the Day of Culture moves behind it');

-- ---- pauses do not overlap ----
SELECT pg_temp.received('2026-11-23 09:00', 3, 'WORKING_DAY');
SELECT lives_ok($$SELECT pause_begin((SELECT id FROM one), 'SUPPLEMENT', pg_temp.vn('2026-11-25 09:00'))$$, 'a pause begins');
SELECT lives_ok($$SELECT pause_begin((SELECT id FROM one), 'WITHDRAWAL', pg_temp.vn('2026-11-25 10:00'))$$, 'another takes its place');
SELECT results_eq($$SELECT reason, to_at FROM dossier_pause WHERE dossier = (SELECT id FROM one) ORDER BY no$$,
                  $$VALUES ('SUPPLEMENT', pg_temp.vn('2026-11-25 10:00')), ('WITHDRAWAL', NULL)$$, 'where it begins the former ends');
SELECT throws_ok($$INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at) SELECT id, 9, 1, 'PAYMENT', pg_temp.vn('2026-11-26 10:00') FROM one$$, '23P01', NULL, 'two cannot be open');
SELECT throws_ok($$INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at) SELECT id, 9, 1, 'PAYMENT', pg_temp.vn('2026-11-25 09:30'), pg_temp.vn('2026-11-25 09:40') FROM one$$, '23P01', NULL, 'nor one lie in another');
SELECT is(pause_end((SELECT id FROM one), pg_temp.vn('2026-11-25 11:00')), pg_temp.vn('2026-11-30 09:00'), 'both count once');
SELECT is(pause_end((SELECT id FROM one), pg_temp.vn('2026-11-27 11:00')), pg_temp.vn('2026-11-30 09:00'), 'to end what is not open changes nothing');
SELECT is((SELECT array_agg(payment_pauses(d.id)) FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version JOIN procedure p ON p.id = v.procedure
            WHERE d.id IN (SELECT min(x.id) FROM dossier x JOIN procedure_version y ON y.id = x.procedure_version JOIN procedure q ON q.id = y.procedure WHERE q.field = 'land')),
          ARRAY[true], 'the clock of a land dossier rests for a payment, as its version says');

-- ---- pauses and working time add up ----
SELECT is(working_seconds(pg_temp.vn('2026-11-23 09:00'), pg_temp.vn('2026-11-27 17:00')), (6.0 * 3600 + 3 * 8 * 3600)::bigint, 'Monday from nine and three days: 6 h + 24 h');
SELECT is_empty($$SELECT a, b, c FROM (SELECT pg_temp.vn('2026-01-01 00:00') + i * interval '7 h 13 min 11 s' AS a FROM generate_series(0, 200) AS i) AS x
                   CROSS JOIN LATERAL (SELECT a + interval '3 days 5 h 7 min 1.5 s' AS b, a + interval '11 days 1 h' AS c) AS y
                   WHERE working_seconds(a, b) + working_seconds(b, c) <> working_seconds(a, c)$$, 'working time of neighbours adds up, to the second');
SELECT is_empty($$SELECT a, s FROM (SELECT pg_temp.vn('2026-01-01 00:00') + i * interval '7 h 13 min 11 s' AS a, i * 977 + 1 AS s FROM generate_series(0, 200) AS i) AS x
                   WHERE working_seconds(a, working_time_after(a, s)) <> s$$, 'so much after a moment is so much from it');

-- ---- extensions ----
SELECT pg_temp.received('2026-11-23 09:00', 3, 'WORKING_DAY');
SELECT lives_ok($$SELECT extend_due((SELECT id FROM one), pg_temp.vn('2026-12-04 17:00'), 'Chờ xác minh', (SELECT id FROM dossier_event WHERE dossier = (SELECT id FROM one) AND seq = 3))$$, 'T2: the due date is put off');
SELECT is((SELECT due_at FROM dossier WHERE id = (SELECT id FROM one)), pg_temp.vn('2026-12-04 17:00'), 'and stored');
SELECT is((SELECT old_due FROM dossier_extension WHERE dossier = (SELECT id FROM one)), pg_temp.vn('2026-11-27 17:00'), 'with the one before');
SELECT throws_ok($$SELECT extend_due((SELECT id FROM one), pg_temp.vn('2026-12-04 17:00'), 'x', uuid_v7())$$, '23514', NULL, 'never to what it is, nor to less');
UPDATE dossier_extension SET at = pg_temp.vn('2026-11-26 08:00') WHERE dossier = (SELECT id FROM one);
SELECT pause_begin((SELECT id FROM one), 'SUPPLEMENT', pg_temp.vn('2026-11-25 08:00'));
SELECT is(pause_end((SELECT id FROM one), pg_temp.vn('2026-11-25 09:00')), pg_temp.vn('2026-12-04 17:00'), 'a pause before it does not move an extension');
SELECT pause_begin((SELECT id FROM one), 'SUPPLEMENT', pg_temp.vn('2026-12-01 08:00'));
SELECT is(pause_end((SELECT id FROM one), pg_temp.vn('2026-12-01 09:00')), pg_temp.vn('2026-12-07 08:00'), 'one after it does');
SELECT throws_ok($$SET CONSTRAINTS ALL IMMEDIATE; SELECT extend_due((SELECT id FROM one), pg_temp.vn('2027-12-04 17:00'), 'x', uuid_v7())$$, '23503', NULL, 'an extension is of an event that there is');
SET CONSTRAINTS ALL DEFERRED;

-- ---- forms ----
CREATE TEMP TABLE numbers AS SELECT form_issue(d.id, kind, NULL, pg_temp.vn(at), '{}') AS number, no
  FROM dossier d, (VALUES (1, '04', '2026-12-31 23:30'), (2, '04', '2026-12-31 23:59'), (3, '04', '2027-01-01 00:01'), (4, '01', '2027-01-01 00:02')) AS v(no, kind, at)
 WHERE d.id = (SELECT id FROM one) ORDER BY no;
SELECT matches((SELECT number FROM numbers WHERE no = 1), '^1/2026/VXL-H29', 'form 04 has a number of the agency that decides');
SELECT results_eq($$SELECT split_part(number, '-', 1) FROM numbers ORDER BY no$$, ARRAY['1/2026/VXL', '2/2026/VXL', '1/2027/VXL', '1/2027/GTN'], 'without a gap, anew in each year of Vietnam''s and for each form');
INSERT INTO issued_form (dossier, applicant, kind, state, at, body) SELECT id, 1, '04', 'DRAFT', now(), '{"a": 1, "b": 1}' FROM one;
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM issued_form WHERE dossier = (SELECT id FROM one)'), 4::bigint, 'a citizen sees no draft');
SELECT is((SELECT count(*) FROM issued_form WHERE dossier = (SELECT id FROM one)), 5::bigint, 'that there is');
SELECT isnt(form_issue((SELECT id FROM one), '04', NULL, now(), '{"b": 2}'), NULL, 'issued');
SELECT results_eq($$SELECT body, state FROM issued_form WHERE dossier = (SELECT id FROM one) AND body <> '{}'$$, $$VALUES ('{"a": 1, "b": 2}'::jsonb, 'ISSUED')$$, 'the draft is what is issued, with what is said anew');
SELECT throws_ok($$INSERT INTO issued_form (dossier, applicant, kind, state, at, body) SELECT id, 1, '04', 'ISSUED', now(), '{}' FROM one$$, '23514', NULL, 'nothing is issued without a number');

-- ---- who reads them ----
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier_pause WHERE dossier = (SELECT id FROM one)'), 2::bigint, 'the applicant sees the pauses');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_pause WHERE dossier = (SELECT id FROM one)'), 0::bigint, 'another citizen does not');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_extension WHERE dossier = (SELECT id FROM one)'), 0::bigint, 'nor the extensions');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM issued_form WHERE dossier = (SELECT id FROM one)'), 0::bigint, 'nor the forms');
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, fields, purpose, until) SELECT id, 2, 1, 1, '{STATUS}', 'TEST', now() + interval '1 day' FROM one;
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_pause WHERE dossier = (SELECT id FROM one)'), 2::bigint, 'to whom the status is shown, why it rests');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_extension WHERE dossier = (SELECT id FROM one)'), 0::bigint, 'but not what an officer wrote');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(processor_name(id)) FROM one'), 0::bigint, 'nor who works on it');
UPDATE dossier_grant SET fields = '{APPLICANT,STATUS,TIMELINE}' WHERE purpose = 'TEST';
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_extension WHERE dossier = (SELECT id FROM one)'), 1::bigint, 'which goes with the timeline');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(processor_name(id)) FROM one'), 1::bigint, 'and who works on it');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(processor_name(id)) FROM one'), 1::bigint, 'which the applicant knows');
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM dossier_pause WHERE dossier = (SELECT id FROM one)'), 0::bigint, 'a partner sees nothing of what is not its own');
SELECT is(pg_temp.count_as('partner', 'SELECT count(processor_name(id)) FROM one'), 0::bigint, 'nor who works on it');
SELECT is(pg_temp.count_as('officer2', 'SELECT count(processor_name((SELECT id FROM one)))'), 0::bigint, 'nor does another agency');
INSERT INTO inter_agency_task (dossier, applicant, no, agency, title, due_at, sent_at, sent)
SELECT e.dossier, e.applicant, 1, (SELECT agency FROM officer WHERE id = 3), 'Xác nhận', now() + interval '1 day', e.at, e.id FROM dossier_event e WHERE e.dossier = (SELECT id FROM one) AND e.seq = 1;
SELECT is(pg_temp.count_as('officer2', 'SELECT count(processor_name((SELECT id FROM one)))'), 1::bigint, 'until it has a task there, and reads the timeline');

-- ---- T1 ----
-- The last working day that has begun, and those behind it: so that the hour at which this runs does not matter.
CREATE FUNCTION pg_temp.closing(p_ahead int) RETURNS timestamptz LANGUAGE sql AS $$
    SELECT (w.day + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
      FROM (SELECT max(w.day) AS day FROM working_days(current_date - 30, 30) AS w WHERE (w.day + time '07:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' <= now()) AS begun
     CROSS JOIN LATERAL working_days(begun.day + 1, 60) AS w WHERE w.n = p_ahead
$$;
CREATE FUNCTION pg_temp.due_is(p_due timestamptz) RETURNS void LANGUAGE sql AS $$
    UPDATE dossier SET due_at = p_due, clock = 'RUNNING', received_at = p_due - interval '60 days', remind_for = NULL WHERE id = (SELECT id FROM one) $$;
CREATE FUNCTION pg_temp.remind() RETURNS TABLE (scheduled int, reminded int, withdrawn int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act_as('worker');
    RETURN QUERY SELECT * FROM clock_remind(500);
    PERFORM pg_temp.act_as('admin');
END $$;
DELETE FROM issued_form;
DELETE FROM outbox;
UPDATE dossier SET remind_for = due_at WHERE id = (SELECT id FROM one);
INSERT INTO staff_grant (officer, agency, role) SELECT o.id, o.agency, 'HEAD' FROM officer o JOIN dossier d ON d.competent_agency = o.agency WHERE d.id = (SELECT id FROM one)
    AND NOT EXISTS (SELECT FROM staff_grant g WHERE g.agency = o.agency AND g.role = 'HEAD' AND g.held @> now()) LIMIT 1;
CREATE TEMP TABLE told AS SELECT officers_told(d, '{HEAD}') AS head FROM dossier d WHERE d.id = (SELECT id FROM one);
SELECT cmp_ok((SELECT count(*) FROM told), '>', 0::bigint, 'the agency has a head');

SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (0, 0, 0)', 'nobody is reminded of the sample');
SELECT pg_temp.due_is(pg_temp.closing(4));
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 0, 0)', 'four working days before: it is only looked at');
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (0, 0, 0)', 'and not again until something is due');
SELECT pg_temp.due_is(pg_temp.closing(3));
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 1, 0)', 'three working days before: a reminder');
SELECT results_eq($$SELECT kind, payload->>'template', (payload->>'officer')::bigint FROM outbox$$,
                  $$SELECT 'REMINDER', 'reminder.threeDays', processor FROM dossier WHERE id = (SELECT id FROM one)$$, 'to the officer who works on it');
UPDATE dossier SET remind_for = NULL WHERE id = (SELECT id FROM one);
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 0, 0)', 'once for this due date and level');
DELETE FROM outbox;
SELECT pg_temp.due_is(pg_temp.closing(1));
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 1, 0)', 'one working day before: the most urgent level alone');
SELECT set_eq($$SELECT payload->>'template', (payload->>'officer')::bigint FROM outbox WHERE payload ? 'officer'$$,
              $$SELECT 'reminder.oneDay', processor FROM dossier WHERE id = (SELECT id FROM one) UNION SELECT 'reminder.oneDay', head FROM told$$, 'to the officer and the head');
SELECT results_eq($$SELECT kind, payload->>'template' FROM outbox WHERE payload->>'subject' = '1'$$, $$VALUES ('REMINDER', 'dossier.dueSoon')$$, 'F05: and to its applicant, before the date and not after');
SELECT set_eq($$SELECT (payload->>'subject')::bigint FROM outbox WHERE payload ? 'subject'$$, $$SELECT applicant_side(d) FROM dossier d WHERE id = (SELECT id FROM one)$$, 'with whoever is told of its events');
SELECT results_eq($$SELECT kind, state, number, (body->>'oldDueAt')::timestamptz FROM issued_form WHERE dossier = (SELECT id FROM one)$$,
                  $$SELECT '04', 'DRAFT', NULL::text, due_at FROM dossier WHERE id = (SELECT id FROM one)$$, 'F05: and the apology is drafted');
SELECT isnt((SELECT body->>'reason' FROM issued_form WHERE dossier = (SELECT id FROM one)), NULL, 'F05: with a reason');
UPDATE dossier SET clock = 'PAUSED' WHERE id = (SELECT id FROM one);
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (0, 0, 1)', 'it goes when the clock rests');
UPDATE dossier SET remind_for = NULL WHERE id = (SELECT id FROM one);
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (0, 0, 0)', 'and while it rests nobody is reminded');
SELECT pg_temp.due_is(pg_temp.closing(1));
UPDATE dossier SET received_at = now() WHERE id = (SELECT id FROM one);
DELETE FROM dossier_reminder;
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 0, 0)', 'a level that had gone by at receipt is never told');
DELETE FROM outbox;
SELECT pg_temp.due_is(now() - interval '1 second');
CREATE TEMP TABLE before AS SELECT seq, state FROM dossier WHERE id = (SELECT id FROM one);
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 1, 0)', 'at the due date: the breach');
SELECT results_eq($$SELECT e.seq, e.event, e.from_state, e.to_state, e.actor_kind, d.seq FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = d.seq WHERE d.id = (SELECT id FROM one)$$,
                  $$SELECT seq + 1, 'breach', state, state, 'SYSTEM', seq + 1 FROM before$$, 'stands in the timeline and changes no state');
SELECT set_eq($$SELECT kind, payload->>'template' FROM outbox$$, $$VALUES ('REMINDER', 'reminder.breach'), ('DOSSIER_EVENT', 'dossier.late')$$, 'officers and applicant are told');
SELECT is((SELECT count(*) FROM issued_form WHERE dossier = (SELECT id FROM one) AND state = 'ISSUED' AND kind = '04' AND event IS NOT NULL), 1::bigint, 'with form 04');
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (0, 0, 0)', 'and then nobody any more');
UPDATE dossier SET due_at = pg_temp.closing(3) WHERE id = (SELECT id FROM one);
SELECT results_eq('SELECT * FROM pg_temp.remind()', 'VALUES (1, 1, 0)', 'a new due date begins anew');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM clock_remind(1)'), -1::bigint, 'nobody but the worker may');

-- ---- T3 ----
CREATE FUNCTION pg_temp.recompute() RETURNS TABLE (looked int, changed int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.act_as('worker');
    RETURN QUERY SELECT * FROM clock_recompute(1000);
    PERFORM pg_temp.act_as('admin');
END $$;
UPDATE adapter SET is_on = true WHERE id = 'DVCQG';
DELETE FROM calendar_recompute;
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'the first calendar changes nothing');
-- One dossier that is open.
UPDATE dossier SET clock = 'STOPPED' WHERE clock = 'RUNNING' AND id NOT IN (SELECT id FROM one);
SELECT pg_temp.received('2026-12-01 09:00', 5, 'WORKING_DAY');
DELETE FROM outbox;
INSERT INTO working_calendar (version, name, source, published_at, same_day_until) VALUES (99, 'test', 'test', now(), '15:00');
INSERT INTO working_hours SELECT n.id, h.opens, h.closes FROM working_calendar n, working_hours h JOIN working_calendar o ON o.id = h.calendar AND o.version = 1 WHERE n.version = 99;
INSERT INTO calendar_day SELECT n.id, d.day, d.kind, d.name, d.provisional FROM working_calendar n, calendar_day d JOIN working_calendar o ON o.id = d.calendar AND o.version = 1 WHERE n.version = 99;
INSERT INTO calendar_day SELECT id, '2026-12-03', 'HOLIDAY', 'Ngày nghỉ mới', false FROM working_calendar WHERE version = 99;
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'a new one waits until those who counted by the former have committed');
UPDATE calendar_recompute SET started_at = started_at - interval '1 minute';
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (1, 1)', 'then every open dossier is counted anew');
SELECT results_eq($$SELECT d.due_at, e.event, e.note, e.to_state = d.state FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = d.seq WHERE d.id = (SELECT id FROM one)$$,
                  $$VALUES (pg_temp.vn('2026-12-09 17:00'), 'recomputeDue', '17:00 08/12/2026 → 17:00 09/12/2026', true)$$, 'the event says the old date and the new one');
SELECT results_eq($$SELECT kind, payload->>'template', order_key FROM outbox$$, $$SELECT 'DOSSIER_EVENT', 'dossier.dueChanged', public_id FROM dossier WHERE id = (SELECT id FROM one)$$, 'and is told once, collapsed with what else the dossier tells');
SELECT results_eq($$SELECT m.adapter, m.service, e.event FROM sync_message m JOIN dossier_event e ON e.id = m.event WHERE m.dossier = (SELECT id FROM one)$$, $$VALUES ('DVCQG', 'DongBoHoSoMC', 'recomputeDue')$$,
                  'R30: and the national portal learns the new date');
SELECT is((SELECT c.due_at FROM sync_claim('DVCQG', 100, 60) AS c JOIN one ON one.code = c.code), pg_temp.vn('2026-12-09 17:00'), 'R30: which is what the message says');
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'once');
UPDATE calendar_day SET name = 'Ngày nghỉ' WHERE name = 'Ngày nghỉ mới';
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'another name is no other day');
SELECT is((SELECT count(*) FROM calendar_recompute), 2::bigint, 'and no new work');
UPDATE working_calendar SET published_at = NULL WHERE version = 99;
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'a calendar that is taken back');
UPDATE calendar_recompute SET started_at = started_at - interval '1 minute';
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (1, 1)', 'brings the former date back');
SELECT is((SELECT due_at FROM dossier WHERE id = (SELECT id FROM one)), pg_temp.vn('2026-12-08 17:00'), 'as it was');
UPDATE calendar_recompute SET done_at = NULL WHERE no = (SELECT max(no) FROM calendar_recompute);
SELECT results_eq('SELECT * FROM pg_temp.recompute()', 'VALUES (0, 0)', 'what was looked at is not looked at again');

-- ---- what it costs ----
CREATE FUNCTION pg_temp.plan_of(p_query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_line text;
    v_plan text := '';
BEGIN
    FOR v_line IN EXECUTE 'EXPLAIN ' || p_query LOOP
        v_plan := v_plan || v_line || E'\n';
    END LOOP;
    RETURN v_plan;
END $$;
-- As a province has them: most of what is open is reminded of later.
UPDATE dossier SET clock = 'RUNNING', remind_for = due_at, remind_at = due_at + interval '5 years' WHERE clock = 'STOPPED' AND due_at IS NOT NULL AND id % 10 = 0;
ANALYZE dossier;
SELECT matches(pg_temp.plan_of($$SELECT * FROM dossier d WHERE d.clock = 'RUNNING' AND d.due_at IS NOT NULL
    AND (CASE WHEN d.remind_for = d.due_at THEN d.remind_at ELSE '-infinity' END) <= now()
  ORDER BY (CASE WHEN d.remind_for = d.due_at THEN d.remind_at ELSE '-infinity' END) LIMIT 200 FOR NO KEY UPDATE SKIP LOCKED$$), 'Index Scan using dossier_remind', 'who is to be reminded is found by index');
SELECT matches(pg_temp.plan_of($$SELECT * FROM dossier d WHERE d.id > 100 AND d.clock IN ('RUNNING', 'PAUSED') ORDER BY d.id LIMIT 200 FOR NO KEY UPDATE$$), 'Index Scan using dossier_clock', 'and what is open');
INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at)
SELECT id, 1, applicant, 'SUPPLEMENT', received_at, received_at + interval '1 hour' FROM dossier WHERE received_at IS NOT NULL AND id % 10 = 0 AND id NOT IN (SELECT id FROM one);
ANALYZE dossier_pause;
SELECT matches(pg_temp.plan_of($$SELECT s.* FROM unnest('{10,20}'::bigint[]) AS p(id) CROSS JOIN LATERAL (SELECT * FROM dossier_pause s WHERE s.dossier = p.id ORDER BY s.no LIMIT 50) AS s$$),
               'Index Scan using dossier_pause_', 'the pauses of a page of dossiers, too');
\ir include/end.psql
