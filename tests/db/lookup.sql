-- Looking a dossier up without signing in (R21), changing its channel (R19), and the digest of the morning (R29).
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(120);

CREATE FUNCTION pg_temp.id_of(p_code text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM dossier WHERE code = p_code $$;

-- ---- R21: the look-up ----
CREATE FUNCTION pg_temp.make(p_who text, p_code text, p_digest text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM make_tracking_code(p_code, sha256(p_digest::bytea));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'made');
END $$;
CREATE FUNCTION pg_temp.look(p_code text, p_digest text, p_who text DEFAULT 'public') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_found text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT concat_ws(' ', state, due_at IS NOT NULL) INTO v_found FROM look_up_dossier(p_code, sha256(p_digest::bytea));
    PERFORM pg_temp.act_as('admin');
    RETURN v_found;
END $$;
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT pg_temp.dossier_in('SUBMITTED') AS other \gset
SELECT is(pg_temp.look(:'code', 'one'), NULL, 'R21: without a tracking code nothing is shown');
SELECT is(pg_temp.make('citizen', :'code', 'one'), 'made', 'R21: who speaks for the applicant makes one');
SELECT is(pg_temp.make('intake', :'other', 'two'), 'made', 'R21: so does the desk that prints the receipt');
SELECT is(pg_temp.make('counter', :'other', 'three'), 'made', 'R21: or hands results over');
SELECT is(pg_temp.make(w.who, :'code', 'x'), w.answer, format('R21: %s makes none', w.who))
  FROM (VALUES ('head', 'NOT_ALLOWED'), ('processor', 'NOT_ALLOWED'), ('delegate', 'NOT_ALLOWED'), ('consented', 'NOT_ALLOWED'), ('partner', 'NOT_ALLOWED'),
               ('citizen2', 'NOT_FOUND'), ('elsewhere', 'NOT_FOUND'), ('nobody_citizen', 'NOT_FOUND'), ('nobody_officer', 'NOT_FOUND'), ('citizen_as_officer', 'NOT_FOUND')) AS w(who, answer);
SELECT is(pg_temp.make('citizen', 'H29-261125-9999', 'x'), 'NOT_FOUND', 'R21: of no dossier, as of a foreign one');
SELECT is(pg_temp.look(:'code', 'one'), 'PROCESSING t', 'R21: by both codes, state and date');
SELECT is(pg_temp.look(:'other', 'three'), 'SUBMITTED f', 'R21: before acceptance there is no date');
SELECT is(pg_temp.look(:'other', 'two'), NULL, 'R21: the latest code counts alone');
SELECT is(pg_temp.look(:'code', 'three'), NULL, 'R21: a code is of its own dossier');
SELECT is(pg_temp.look('H29-261125-9999', 'one'), NULL, 'R21: and of no other');
SELECT is(pg_temp.look(:'code', 'One'), NULL, 'R21: another digest shows nothing');
SELECT is(pg_temp.look(NULL, NULL), NULL, 'R21: nothing shows nothing');
SELECT is(pg_temp.look(:'code', 'one', w), 'PROCESSING t', format('R21: signed in as %s, the same', w)) FROM unnest(ARRAY['citizen2', 'partner', 'elsewhere']) AS w;
SELECT throws_ok(format($$SELECT pg_temp.look(%L, 'one', %L)$$, :'code', w), '42501', NULL, format('R21: %s may not ask', w)) FROM unnest(ARRAY['worker', 'service']) AS w;
SELECT pg_temp.act_as('admin');
SELECT is((SELECT count(*) FROM access_log WHERE dossier IN (pg_temp.id_of(:'code'), pg_temp.id_of(:'other')) AND at > now() - interval '1 hour' AND actor_kind <> 'OFFICER'), 0::bigint, 'R21: who looked is noted nowhere');
SELECT is((SELECT count(*) FROM audit WHERE act = 'dossier.tracking_code'), 3::bigint, 'R21: who makes a code is in the audit');
SELECT is((SELECT count(*) FROM audit WHERE act = 'dossier.tracking_code' AND body::text LIKE '%' || encode(sha256('one'), 'hex') || '%'), 0::bigint, 'R21: the code is not');
SELECT is(pg_temp.count_as(w, 'SELECT count(*) FROM tracking_code'), -1::bigint, format('R21: %s reads no digests', w)) FROM unnest(ARRAY['public', 'citizen', 'partner', 'officer', 'worker', 'service']) AS w;
UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = :'code';
SELECT is(pg_temp.look(:'code', 'one'), NULL, 'R21: a RESTRICTED dossier is not shown, though it was');
SELECT is(pg_temp.make('citizen', :'code', 'x'), 'GUARD_FAILED code', 'R21: and gets no code');
UPDATE dossier SET access_class = 'OPEN' WHERE code = :'code';
INSERT INTO erasure (subject, erased, kept) SELECT 1, '[]', '[]' WHERE NOT EXISTS (SELECT FROM erasure WHERE subject = 1);
SELECT is(pg_temp.look(:'code', 'one'), NULL, 'R21: whose account is erased has nothing looked up');
DELETE FROM erasure WHERE subject = 1;
UPDATE dossier SET sandbox = true WHERE code = :'code';
SELECT is(pg_temp.look(:'code', 'one'), NULL, 'R21: the sandbox is looked up from the sandbox');
UPDATE dossier SET sandbox = false WHERE code = :'code';

-- ---- R19: the channel ----
-- 10,000 online, 20,000 at the counter, nothing by post.
DELETE FROM fee_rule WHERE procedure_version IN (SELECT v.id FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE p.code = '1.001612');
INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, valid_from, decision)
SELECT v.id, c.channel, 'FEE', c.amount, '2020-01-01', 'QĐ thử' FROM procedure p JOIN procedure_version v ON v.procedure = p.id AND v.valid_to IS NULL,
       (VALUES ('ONLINE', 10000), ('COUNTER', 20000), ('POST', 0)) AS c(channel, amount) WHERE p.code = '1.001612';
CREATE FUNCTION pg_temp.channel(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', d.channel, d.delivery, d.finance, d.clock, (SELECT string_agg(format('%s:%s%s', f.no, f.amount_dong, CASE WHEN f.paid_at IS NOT NULL THEN '+' WHEN f.cancelled_at IS NOT NULL THEN '-' ELSE '' END), ',' ORDER BY f.no)
                                                                       FROM fee_demand f WHERE f.dossier = d.id))
      FROM dossier d WHERE d.code = p_code
$$;
CREATE FUNCTION pg_temp.settled(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', former, channel, coalesce(fee_before, -1), coalesce(fee_after, -1), settlement, left_dong) FROM channel_change WHERE dossier = pg_temp.id_of(p_code) ORDER BY no DESC LIMIT 1
$$;
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER"}'), 'SUBMITTED', 'R19: online, then the counter');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'COUNTER NOT_READY NONE NOT_STARTED / ONLINE COUNTER 10000 20000 NONE 0', 'R19: nothing was asked yet, so nothing is settled');
SELECT is(pg_temp.try('counter', :'code', 'changeChannel', '{"channel": "POST", "delivery": "POST"}'), 'SUBMITTED', 'R19: then the post, as the counter is asked to');
SELECT is(pg_temp.channel(:'code'), 'POST POST NONE NOT_STARTED', 'R19: with the way of delivery');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "POST"}'), 'GUARD_FAILED channel', 'R19: where it is, it is already');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "ONLINE"}', 1), 'STALE_STATE', 'R19: by what is out of date, nothing');
SELECT is((SELECT string_agg(event || ' ' || seq, ', ' ORDER BY seq) FROM dossier_event WHERE dossier = pg_temp.id_of(:'code')), 'createDraft 1, changeChannel 2, changeChannel 3', 'R19: one event each');
SELECT is((SELECT string_agg(payload->>'template', ',') FROM outbox o JOIN dossier d ON d.public_id = o.order_key WHERE d.code = :'code'), 'dossier.channelChanged,dossier.channelChanged', 'R19: and its people are told');
UPDATE procedure_version SET online_level = 'INFORMATION' WHERE id = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "ONLINE"}'), 'GUARD_FAILED channel', 'R19: online where the procedure is');
UPDATE procedure_version SET online_level = 'FULL' WHERE id = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('citizen', pg_temp.dossier_in(s), 'changeChannel', '{"channel": "COUNTER"}'), 'STALE_STATE', format('R19: no longer in %s', s)) FROM unnest(ARRAY['REJECTED', 'WITHDRAW_REQUESTED', 'WITHDRAWN', 'STOPPED', 'COMPLETED', 'RETURNED']) AS s;

-- A demand of the rule is replaced, and withdrawn when nothing is left.
SELECT pg_temp.dossier_in('PAYMENT_REQUIRED') AS code \gset
UPDATE fee_demand SET amount_dong = 10000, bank = 'Kho bạc', account_no = '3511.0', account_holder = 'UBND' WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('intake', :'code', 'changeChannel', '{"channel": "COUNTER"}'), 'PAYMENT_REQUIRED', 'R19: still to be paid');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'COUNTER NOT_READY DUE RUNNING 1:10000-,2:20000 / ONLINE COUNTER 10000 20000 REPLACED 0', 'R19: the demand is replaced by one of the new amount');
SELECT results_eq(format($$SELECT a.what, a.until, a.bank, a.account_no, a.account_holder FROM fee_demand a WHERE a.dossier = pg_temp.id_of(%L) AND a.no = 1$$, :'code'), format($$SELECT a.what, a.until, a.bank, a.account_no, a.account_holder FROM fee_demand a WHERE a.dossier = pg_temp.id_of(%L) AND a.no = 2$$, :'code'), 'R19: for the same, until the same day, into the same account');
SELECT pause_begin(pg_temp.id_of(:'code'), 'PAYMENT', now());
UPDATE dossier SET clock = 'PAUSED' WHERE code = :'code';
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "ONLINE"}'), 'PAYMENT_REQUIRED', 'R19: its applicant may go back online');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'ONLINE NOT_READY DUE PAUSED 1:10000-,2:20000 / COUNTER ONLINE 20000 10000 OPEN -10000', 'R19: which makes what was asked for work done no smaller; the difference is the office''s to settle');
UPDATE dossier SET channel = 'COUNTER' WHERE code = :'code';
SELECT is(pg_temp.try('intake', :'code', 'changeChannel', '{"channel": "POST"}'), 'PROCESSING', 'R19: where the office says so, nothing is to pay: it goes on');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'POST NOT_READY NONE RUNNING 1:10000-,2:20000- / COUNTER POST 20000 0 WITHDRAWN 0', 'R19: the demand is withdrawn, the clock runs');
SELECT is((SELECT count(*) FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code') AND to_at IS NULL), 0::bigint, 'R19: no pause stays open');

-- What is paid is never lost.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
INSERT INTO fee_demand (dossier, applicant, no, amount_dong, rule_dong, what, until, demanded_at, demanded, paid_at, reference)
SELECT d.id, 1, 1, 10000, 10000, 'Lệ phí', now(), now(), e.id, now(), 'đã nộp' FROM dossier d JOIN dossier_event e ON e.dossier = d.id WHERE d.code = :'code';
UPDATE dossier SET finance = 'PAID' WHERE code = :'code';
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER"}'), 'PROCESSING', 'R19: after payment');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'COUNTER NOT_READY PAID RUNNING 1:10000+ / ONLINE COUNTER 10000 20000 OPEN 10000', 'R19: what was paid stays, the rest is told');
SELECT is(pg_temp.try('processor', :'code', 'demandFee', '{"amountDong": 10000, "what": "Phần còn lại", "until": "2027-01-15T00:00:00Z"}'), 'PAYMENT_REQUIRED', 'R19: and asked for');
SELECT is(pg_temp.try('counter', :'code', 'changeChannel', '{"channel": "ONLINE"}'), 'PROCESSING', 'R19: back online, as the office says, it is not owed');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'ONLINE NOT_READY PAID RUNNING 1:10000+,2:10000- / COUNTER ONLINE 20000 10000 WITHDRAWN 0', 'R19: the rest is withdrawn, the payment counts');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "POST"}'), 'PROCESSING', 'R19: by the post, which is free');
SELECT is(pg_temp.settled(:'code'), 'ONLINE POST 10000 0 OPEN -10000', 'R19: what was paid is to be given back');

-- What is no fee of the channel stands.
SELECT pg_temp.dossier_in('PAYMENT_REQUIRED') AS code \gset
UPDATE fee_demand SET amount_dong = 350000000, what = 'Thuế' WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER"}'), 'PAYMENT_REQUIRED', 'R19: a tax');
SELECT is(pg_temp.channel(:'code') || ' / ' || pg_temp.settled(:'code'), 'COUNTER NOT_READY DUE RUNNING 1:350000000 / ONLINE COUNTER 10000 20000 OPEN 10000', 'R19: stands, and the difference of the fee is told');
DELETE FROM fee_rule WHERE procedure_version = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "POST"}'), 'PAYMENT_REQUIRED', 'R19: without rules');
SELECT is(pg_temp.settled(:'code'), 'COUNTER POST -1 -1 NONE 0', 'R19: nothing is made up');
SELECT is(pg_temp.count_as(w.who, format('SELECT count(*) FROM channel_change WHERE dossier = %s', pg_temp.id_of(:'code'))), w.seen::bigint, format('R19: %s reads %s of its changes', w.who, w.seen))
  FROM (VALUES ('citizen', 2), ('delegate', 2), ('citizen2', 0), ('officer', 2), ('elsewhere', 0), ('public', -1)) AS w(who, seen);

-- ---- R29: the digest ----
CREATE FUNCTION pg_temp.digest() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_sent int;
BEGIN
    PERFORM pg_temp.act_as('worker');
    v_sent := clock_digest(500);
    PERFORM pg_temp.act_as('admin');
    RETURN v_sent;
END $$;
DELETE FROM outbox;
DELETE FROM staff_substitution;
DELETE FROM staff_grant WHERE role = 'HEAD';
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'HEAD', now() - interval '1 day' FROM officer WHERE id = 1;
UPDATE digest_kind SET at = '00:00', until = '23:59:59.999999';
SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS today \gset
DELETE FROM calendar_day WHERE day = :'today';
INSERT INTO calendar_day SELECT calendar_in_force(), :'today', 'HOLIDAY', 'Nghỉ thử', false;
SELECT is(pg_temp.digest(), 0, 'R29: none on a day off');
UPDATE calendar_day SET kind = 'MAKEUP' WHERE day = :'today';
UPDATE digest_kind SET at = '23:59:59.999998';
SELECT is(pg_temp.digest(), 0, 'R29: none before its time');
UPDATE digest_kind SET at = '00:00', until = '00:00:00.000001';
SELECT is(pg_temp.digest(), 0, 'R29: none after the morning');
UPDATE digest_kind SET until = '23:59:59.999999';
SELECT is(pg_temp.digest(), 1, 'R29: one to the head');
SELECT is(pg_temp.digest(), 0, 'R29: once a day');
SELECT results_eq($$SELECT g.open, g.late, g.due_soon, g.officer FROM digest g$$,
    $$SELECT count(*)::int, (count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at < now()))::int,
             (count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= due_at(now(), 3, 'WORKING_DAY')))::int, 1::bigint
        FROM dossier d JOIN dossier_state s ON s.id = d.state WHERE d.competent_agency = (SELECT agency FROM officer WHERE id = 1) AND d.access_class = 'OPEN'
         AND d.received_at IS NOT NULL AND NOT s.terminal AND d.state <> 'COMPLETED'$$, 'R29: it counts what is open, due soon and late');
SELECT results_eq($$SELECT sum(open)::int, sum(late)::int FROM digest_load$$, $$SELECT open, late FROM digest$$, 'R29: the loads of officers add up to it');
SELECT results_eq($$SELECT o.kind, o.payload FROM outbox o$$,
    $$SELECT 'DIGEST', jsonb_build_object('officer', 1, 'template', 'digest.head', 'class', 'B', 'figures', due_soon || ' / ' || late) FROM digest$$, 'R29: two figures are told, and nothing else');
DELETE FROM outbox;
DELETE FROM digest;
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by)
SELECT o.agency, 1, s.id, now() - interval '1 hour', now() + interval '1 day', 1 FROM officer o, officer s WHERE o.id = 1 AND s.id = (SELECT min(x.id) FROM officer x WHERE x.agency = o.agency AND x.id <> 1);
SELECT is(pg_temp.digest(), 1, 'R29: during leave');
SELECT is((SELECT officer FROM digest), (SELECT substitute FROM staff_substitution), 'R29: who stands in gets it');
INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late) SELECT 'HEAD_MORNING', officer, agency, day - d, at - make_interval(days => d), 0, 0, 0 FROM digest, unnest(ARRAY[89, 90]) AS d;
SELECT is(pg_temp.digest(), 0, 'R29: nothing new');
SELECT is((SELECT max(:'today'::date - day) FROM digest), 89, 'R29: a digest is kept for 90 days');
UPDATE digest SET officer = 1;
SELECT is(pg_temp.count_as(w.who, 'SELECT count(*) FROM digest'), w.seen::bigint, format('R29: %s reads %s', w.who, w.seen))
  FROM (VALUES ('head', 2), ('intake', 0), ('elsewhere', 0), ('citizen', -1), ('partner', -1), ('worker', -1)) AS w(who, seen);

-- ---- R21: figures of an agency ----
INSERT INTO agency_month SELECT agency, date_trunc('month', now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 0, 0 FROM officer WHERE id = 1 ON CONFLICT DO NOTHING;
CREATE TEMP TABLE before AS SELECT * FROM agency_month WHERE agency = (SELECT agency FROM officer WHERE id = 1) AND month = date_trunc('month', now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
CREATE FUNCTION pg_temp.figures() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', m.finished - b.finished, m.on_time - b.on_time) FROM before b, agency_month m
     WHERE m.agency = (SELECT agency FROM officer WHERE id = 1) AND m.month = date_trunc('month', now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'COMPLETED', 'R21: finished by its date');
SELECT is(pg_temp.figures(), '1 1', 'R21: is counted as in time');
SELECT is(pg_temp.try('head', :'code', 'reopen'), 'PROCESSING', 'R21: reopened');
SELECT is(pg_temp.figures(), '0 0', 'R21: it is taken out again');
UPDATE dossier SET received_at = received_at - interval '60 days', due_at = now() - interval '1 day' WHERE code = :'code';
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'COMPLETED', 'R21: finished late');
SELECT is(pg_temp.figures(), '1 0', 'R21: is counted as late');
SELECT is(pg_temp.try('counter', :'code', 'handOver'), 'RETURNED', 'R21: handed over');
SELECT is(pg_temp.figures(), '1 0', 'R21: it is not counted twice');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT pause_begin(id, 'SUPPLEMENT', now()), pause_end(id, now()) FROM dossier WHERE code = :'code' \g /dev/null
SELECT pause_begin(id, 'SUPPLEMENT', now() + interval '1 s'), pause_end(id, now() + interval '2 s') FROM dossier WHERE code = :'code' \g /dev/null
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'COMPLETED', 'R21: asked for papers twice');
SELECT is(pg_temp.figures(), '2 0', 'R21: is not in time (QĐ 766)');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = :'code';
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'COMPLETED', 'R21: a RESTRICTED one');
SELECT is(pg_temp.figures(), '2 0', 'R21: is in no figure');
UPDATE dossier SET access_class = 'OPEN' WHERE code = :'code';
SELECT is(pg_temp.try('head', :'code', 'reopen'), 'PROCESSING', 'R21: what was not counted');
SELECT is(pg_temp.figures(), '2 0', 'R21: is not taken out');
SELECT is(pg_temp.try('head', pg_temp.dossier_in('PROCESSING'), 'stop'), 'STOPPED', 'R21: what is stopped');
SELECT is(pg_temp.figures(), '2 0', 'R21: is not finished');
SELECT results_eq($$SELECT agency, month, finished, on_time FROM agency_month WHERE finished > 0 ORDER BY 1, 2$$,
    $$SELECT competent_agency, date_trunc('month', finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*)::int, (count(*) FILTER (WHERE counted_on_time))::int
        FROM dossier WHERE counted_on_time IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2$$, 'R21: the sums are what counting gives');
SELECT is_empty($$SELECT code FROM dossier d WHERE d.counted_on_time IS DISTINCT FROM CASE WHEN d.outcome IS NOT NULL AND d.access_class = 'OPEN' AND NOT d.sandbox THEN is_on_time(d) END
                     AND d.state IN ('COMPLETED', 'RETURNED') AND NOT d.sandbox AND d.seq > 1$$, 'R21: each dossier is counted as it was');
SELECT is(pg_temp.count_as(w, 'SELECT count(*) FROM agency_month') > 0, true, format('R21: %s reads the figures', w)) FROM unnest(ARRAY['public', 'citizen', 'partner', 'officer']) AS w;
\ir include/end.psql
