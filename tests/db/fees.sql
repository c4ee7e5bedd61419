-- Fees by their rules (functions/43_fees.sql): due at reception, when an officer asks, or with the result; paid, exempted, given back
-- (D3, D12, D13, D15, D18; DOMAIN §2.3 HinhThucThu). The edges as such: machine.sql; a change of channel: lookup.sql, too.
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(64);

CREATE FUNCTION pg_temp.id_of(p_code text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM dossier WHERE code = p_code $$;
-- finance, and each demand: amount, + paid, 0 exempted, - cancelled, < given back; what the rules said when it differs.
CREATE FUNCTION pg_temp.money(p_code text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT concat_ws(' ', d.finance, (SELECT string_agg(concat(f.amount_dong, CASE WHEN f.refunded_at IS NOT NULL THEN '<' WHEN f.paid_at IS NOT NULL THEN '+' WHEN f.exempted_at IS NOT NULL THEN '0'
                     WHEN f.cancelled_at IS NOT NULL THEN '-' END, CASE WHEN f.rule_dong <> f.amount_dong THEN format('(%s)', f.rule_dong) END), ',' ORDER BY f.no) FROM fee_demand f WHERE f.dossier = d.id))
              FROM dossier d WHERE d.code = p_code);
END $$;
CREATE FUNCTION pg_temp.rules(VARIADIC p_rules text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM fee_rule WHERE procedure_version IN (SELECT v.id FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE p.code = '1.001612');
    INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, collected, valid_from, decision)
    SELECT v.id, nullif(split_part(r, ' ', 1), 'ANY'), split_part(r, ' ', 2), split_part(r, ' ', 3)::bigint, split_part(r, ' ', 4), '2020-01-01', 'QĐ thử'
      FROM unnest(p_rules) AS r, procedure p JOIN procedure_version v ON v.procedure = p.id AND v.valid_to IS NULL WHERE p.code = '1.001612';
END $$;
-- A household business, as if it had no e-form.
DELETE FROM procedure_form WHERE procedure_version IN (SELECT version FROM procedure_in_force WHERE code = '1.001612');
CREATE FUNCTION pg_temp.hand_in(p_channel text DEFAULT 'ONLINE') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('citizen');
    SELECT * INTO STRICT r FROM submit_dossier('1.001612', 'H29.101', NULL, p_channel, NULL, NULL, pg_temp.filed('1.001612'));
    PERFORM pg_temp.act_as('admin');
    RETURN (SELECT code FROM dossier WHERE id = r.dossier_id);
END $$;
CREATE FUNCTION pg_temp.take_in(p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('intake');
    SELECT * INTO STRICT r FROM accept_at_counter('1.001612', NULL, (SELECT public_id::text FROM subject WHERE id = 2), NULL, '{"digitised": true, "channel": "COUNTER"}'::jsonb || p_more);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || ' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x),
                    (SELECT concat_ws(' ', d.state, pg_temp.money(d.code)) FROM dossier d WHERE d.id = r.id));
END $$;
CREATE FUNCTION pg_temp.refund(p_who text, p_code text, p_amount bigint, p_reference text, p_no int DEFAULT 1) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r        record;
    v_demand uuid := (SELECT public_id FROM fee_demand WHERE dossier = pg_temp.id_of(p_code) AND no = p_no);
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        SELECT * INTO STRICT r FROM record_refund(p_code, v_demand::text, p_amount, p_reference);
    EXCEPTION WHEN insufficient_privilege THEN
        PERFORM pg_temp.act_as('admin');
        RETURN 'may not even ask';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''), pg_temp.money(p_code));
END $$;

-- D3: what is collected at reception is due as the dossier is handed in, and settled before it is accepted.
SELECT pg_temp.rules('ANY FEE 20000 RECEPTION', 'ONLINE FEE 10000 RECEPTION', 'ANY CHARGE 5000 PROCESSING');
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.money(:'code'), 'DUE 10000', 'D3: the fee of the rule is due as the dossier is handed in');
SELECT is((SELECT until FROM fee_demand WHERE dossier = pg_temp.id_of(:'code')), NULL, 'D3: with no term of its own');
SELECT is(pg_temp.try('intake', :'code', 'accept'), 'GUARD_FAILED finance', 'D3: and keeps it from being accepted');
SELECT is(dossier_terms_end(1000), 0, 'D6: no timer ends what waits for it');
SELECT is(pg_temp.try('citizen', :'code', 'choosePayment'), 'SUBMITTED', 'D13: its applicant says how he pays');
SELECT is(pg_temp.try('intake', :'code', 'demandFee'), 'GUARD_FAILED demand', 'D12: a second demand waits for the first');
SELECT is(pg_temp.try('counter', :'code', 'paid') || ' ' || pg_temp.money(:'code'), 'SUBMITTED PAID 10000+', 'D13: the cashier records it');
SELECT is(pg_temp.try('intake', :'code', 'accept'), 'ACCEPTED', 'D3: then it is accepted');
SELECT is(pg_temp.try('dispatcher', :'code', 'assign') || pg_temp.try('processor', :'code', 'demandFee', jsonb_build_object('what', 'Lệ phí', 'until', now() + interval '7 days')) || ' ' || pg_temp.money(:'code'),
          'PROCESSINGPAYMENT_REQUIRED DUE 10000+,5000', 'D12: an officer who asks for what the rules still say need not type the amount');
SELECT is(pg_temp.try('head', :'code', 'exemptFee') || ' ' || pg_temp.money(:'code'), 'PROCESSING PAID 10000+,50000', 'D12: the head exempts it, and the dossier goes on');
SELECT is((SELECT (exempt_reason, exempt_basis, exempter)::text FROM fee_demand WHERE dossier = pg_temp.id_of(:'code') AND no = 2), '("Hộ nghèo","Điều 10 Luật Phí và lệ phí",1)', 'D12: by whom and why is kept');
SELECT is((SELECT count(*) FROM audit WHERE act = 'dossier.fee_exempt' AND object = (SELECT 'dossier:' || public_id FROM dossier WHERE code = :'code')), 1::bigint, 'D12: and audited');
SELECT is(pg_temp.try('processor', :'code', 'demandFee', jsonb_build_object('what', 'Lệ phí', 'until', now() + interval '7 days')), 'GUARD_FAILED amountDong', 'D12: what is paid and exempted is not asked for again');
SELECT is(pg_temp.try('processor', :'code', 'demandFee', jsonb_build_object('what', 'Đo đạc', 'amountDong', 7000, 'until', now() + interval '7 days')), 'GUARD_FAILED amountReason', 'D12: nor something else without a reason');
SELECT is(pg_temp.try('processor', :'code', 'demandFee', jsonb_build_object('what', 'Đo đạc', 'amountDong', 7000, 'amountReason', ' Đo lại theo yêu cầu ', 'until', now() + interval '7 days')) || ' ' || pg_temp.money(:'code'),
          'PAYMENT_REQUIRED DUE 10000+,50000,7000(0)', 'D12: which is kept beside what the rules say');
SELECT is((SELECT e.note FROM dossier_event e JOIN dossier d ON d.id = e.dossier AND d.seq = e.seq WHERE d.code = :'code'), 'Đo lại theo yêu cầu', 'D12: and stands in the timeline');
SELECT is((SELECT amount_reason FROM fee_demand WHERE dossier = pg_temp.id_of(:'code') AND no = 3), 'Đo lại theo yêu cầu', 'D12: and with the demand');
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'exemptFee') || ' ' || pg_temp.money(:'code') || ' ' || pg_temp.try('intake', :'code', 'accept'), 'SUBMITTED EXEMPT 100000 ACCEPTED', 'D3: exempted is settled, too');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'accept'), 'GUARD_FAILED finance', 'D3: nor is one accepted for which nobody has asked yet, as the rules came later, or the case');
SELECT is(pg_temp.try('intake', :'code', 'demandFee', jsonb_build_object('what', 'Lệ phí', 'amountDong', 10000, 'amountReason', 'Phần thu khi tiếp nhận', 'until', now() + interval '7 days')) || ' ' || pg_temp.money(:'code'), 'SUBMITTED DUE 10000(15000)', 'D12: who takes it in asks for it');
SELECT is(pg_temp.try('intake', :'code', 'askIntakeSupplement'), 'INTAKE_SUPPLEMENT', 'D4: and for papers');
UPDATE fee_demand SET until = now() - interval '1 second' WHERE dossier = pg_temp.id_of(:'code');
SELECT is(dossier_terms_end(1000), 0, 'D6: what waits for papers is not rejected for a payment');

-- D5, D13: while papers are missing it may be paid; D6, D15: what ends before acceptance is paid back.
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'askIntakeSupplement') || pg_temp.try('counter', :'code', 'paid') || ' ' || pg_temp.money(:'code'), 'INTAKE_SUPPLEMENTINTAKE_SUPPLEMENT PAID 10000+', 'D13: paid while papers are missing');
SELECT is(pg_temp.try('intake', :'code', 'reject') || ' ' || pg_temp.money(:'code'), 'REJECTED REFUNDING 10000+', 'D6: what is not accepted has its fee given back');
SELECT is(pg_temp.refund(w.who, :'code', 10000, 'HT-1'), w.answer, 'D15: by the cashier, not ' || w.who)
  FROM (VALUES ('intake', 'NOT_ALLOWED'), ('head', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'), ('nobody_officer', 'NOT_FOUND'), ('citizen', 'may not even ask'), ('partner', 'may not even ask'), ('public', 'may not even ask')) AS w(who, answer);
SELECT is(pg_temp.refund('counter', :'code', 9999, 'HT-1'), 'GUARD_FAILED amountDong', 'D15: in full');
SELECT is(pg_temp.refund('counter', :'code', 10000, ' '), 'GUARD_FAILED reference', 'D15: with a reference');
SELECT is(pg_temp.refund('counter', :'code', 10000, repeat('x', 101)), 'GUARD_FAILED reference', 'D15: of 100 characters at most');
SELECT is(pg_temp.refund('counter', :'code', 10000, ' HT-1 '), 'REFUNDED 10000<', 'D15: given back');
SELECT is(pg_temp.refund('counter', :'code', 10000, 'HT-2'), 'GUARD_FAILED demand', 'D15: once');
SELECT is((SELECT count(*) FROM audit WHERE act = 'dossier.refund' AND actor_id = 1), 1::bigint, 'D15: and audited');
SELECT is((SELECT seq FROM dossier WHERE code = :'code'), 5, 'D15: the dossier is over: it has no event of it');
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || pg_temp.try('intake', :'code', 'approveWithdraw') || ' ' || pg_temp.money(:'code'), 'WITHDRAW_REQUESTEDWITHDRAWN NONE 10000-', 'D15: what was not paid is owed no longer');
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.try('counter', :'code', 'paid') || pg_temp.refund('counter', :'code', 10000, 'HT-3'), 'SUBMITTEDGUARD_FAILED demand', 'D15: nothing is given back of what goes on');
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || pg_temp.try('intake', :'code', 'approveWithdraw') || ' ' || pg_temp.refund('counter', :'code', 10000, 'HT-1'), 'WITHDRAW_REQUESTEDWITHDRAWN GUARD_FAILED reference', 'D15: a reference gives back once');
SELECT is(pg_temp.refund('counter', :'code', 10000, repeat('x', 100)), 'REFUNDED 10000<', 'D15: another does');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(refunded_at) FROM fee_demand WHERE dossier = %s', pg_temp.id_of(:'code'))), 1::bigint, 'D15: its applicant sees it');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(refund_reference) FROM fee_demand WHERE dossier = %s', pg_temp.id_of(:'code'))), -1::bigint, 'D15: but not the voucher''s number');

-- R19: before acceptance the fee is asked for by the channel that is chosen.
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER"}') || ' ' || pg_temp.money(:'code'), 'SUBMITTED DUE 10000', 'R19: a demand that is a part of the rules'' whole stands');
SELECT pg_temp.rules('COUNTER FEE 20000 RECEPTION', 'ONLINE FEE 0 RECEPTION');
SELECT pg_temp.hand_in() AS code \gset
SELECT is(pg_temp.money(:'code'), 'NONE', 'R19: online is free');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER"}') || ' ' || pg_temp.money(:'code'), 'SUBMITTED DUE 20000', 'R19: at the counter it is not, and is due');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "ONLINE"}') || ' ' || pg_temp.money(:'code') || ' ' || pg_temp.try('intake', :'code', 'accept'), 'SUBMITTED NONE 20000- ACCEPTED', 'R19: back online it is not asked for');

-- D3c: at the counter it is paid with the acceptance.
SELECT is(pg_temp.take_in(), 'GUARD_FAILED payment', 'D3c: the fee at reception comes first');
SELECT is(pg_temp.take_in('{"payment": {"amountDong": 19999, "reference": "BL-1"}}'), 'GUARD_FAILED payment', 'D3c: as the rule says');
SELECT is(pg_temp.take_in('{"payment": {"amountDong": 20000, "reference": " "}}'), 'GUARD_FAILED payment', 'D3c: with a receipt');
SELECT is(pg_temp.take_in('{"payment": {"amountDong": 20000, "reference": " BL-1 "}}'), 'ACCEPTED PAID 20000+', 'D3c: paid and accepted in one');
SELECT is(pg_temp.take_in('{"payment": {"amountDong": 20000, "reference": "BL-1"}}'), 'GUARD_FAILED payment', 'D3c: a receipt pays once');
SELECT is(pg_temp.take_in('{"feeExemption": {"reason": "Hộ nghèo", "legalBasis": ""}}'), 'GUARD_FAILED feeExemption', 'D3c: an exemption rests on something');
SELECT is(pg_temp.take_in('{"feeExemption": {"reason": "Hộ nghèo", "legalBasis": "Điều 10"}}'), 'ACCEPTED EXEMPT 200000', 'D3c: exempted and accepted in one');
SELECT pg_temp.rules('ANY FEE 30000 RETURN');
SELECT is(pg_temp.take_in('{"payment": {"amountDong": 30000, "reference": "BL-2"}}'), 'GUARD_FAILED payment', 'D3c: what is not due at reception is not taken there');
SELECT is(pg_temp.take_in(), 'ACCEPTED NONE', 'D3c: nor asked for');

-- D18: what is collected with the result is due with it, and settled before it is handed over.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('signer', :'code', 'complete') || ' ' || pg_temp.money(:'code'), 'COMPLETED DUE 30000', 'D18: the fee at return is due with the result');
SELECT is(pg_temp.try('counter', :'code', 'handOver'), 'GUARD_FAILED finance', 'D18: and comes before it');
SELECT is(pg_temp.try('head', :'code', 'reopen') || ' ' || pg_temp.money(:'code'), 'PROCESSING NONE 30000-', 'D19: a result taken back asks for nothing');
SELECT is(pg_temp.try('signer', :'code', 'complete') || pg_temp.try('counter', :'code', 'paid') || pg_temp.try('counter', :'code', 'handOver') || ' ' || pg_temp.money(:'code'), 'COMPLETEDCOMPLETEDRETURNED PAID 30000-,30000+', 'D18: paid, it is handed over');
-- D3c: who comes by appointment pays what the rules say of that.
SELECT pg_temp.rules('COUNTER FEE 20000 RECEPTION');
SELECT is(pg_temp.take_in('{"channel": "APPOINTMENT"}'), 'ACCEPTED NONE', 'D3c: by appointment nothing, where the fee is of the counter alone');
SELECT pg_temp.rules('ANY FEE 10000 RECEPTION', 'COUNTER FEE 20000 RECEPTION');
SELECT is(pg_temp.take_in('{"channel": "APPOINTMENT", "payment": {"amountDong": 20000, "reference": "BL-9"}}'), 'GUARD_FAILED payment', 'D3c: nor the fee of another channel');
SELECT is(pg_temp.take_in('{"channel": "APPOINTMENT", "payment": {"amountDong": 10000, "reference": "BL-9"}}'), 'ACCEPTED PAID 10000+', 'D3c: but that of all');
\ir include/end.psql
