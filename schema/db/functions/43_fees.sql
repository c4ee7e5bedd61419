-- Fees (D3, D12, D13, D15, D18): what the rules ask for and when, what an officer asks for beside them, payments, exemptions and
-- refunds. The rules say the amount (86_procedures.sql), an officer why it is another, and an account it may be paid into; how he is
-- going to pay is the applicant's to say, the payment's reference the cashier's to enter: that alone pays.
-- Called only by dossier_facts, dossier_event_rows and the functions that take a dossier in; record_refund by Mutation.recordRefund.
-- Source: DOMAIN §0.9, §2.3 (HinhThucThu), §5.2.
SET ROLE motcua_definer;

-- What the rules of today ask for in this dossier by that channel, and when (fee_rule.collected). No row: no rule is known.
CREATE OR REPLACE FUNCTION fee_rules_of(p_dossier dossier, p_channel text) RETURNS TABLE (collected text, amount_dong bigint)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT r.collected, f.amount_dong
      FROM fee_for(p_dossier.procedure_version, coalesce(
                       (SELECT c.code FROM procedure_case c WHERE c.id = p_dossier.procedure_case),
                       (SELECT nullif(f.case_code, '') FROM dossier_form d JOIN procedure_form f ON f.id = d.form WHERE d.dossier = p_dossier.id)),
                   p_channel, p_dossier.received_agency, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS f
      JOIN fee_rule r ON r.id = f.rule;
END $$;

-- What of that is neither paid nor exempted; what was settles what is collected first. p_collected: of this time alone, NULL: of any.
-- NULL: no rule is known.
CREATE OR REPLACE FUNCTION fee_left(p_dossier dossier, p_collected text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_asked   bigint;
    v_of_time bigint;
    v_settled bigint;
BEGIN
    -- Most procedures collect nothing at reception, and each acceptance asks.
    IF NOT EXISTS (SELECT FROM fee_rule r WHERE r.procedure_version = p_dossier.procedure_version AND r.collected = coalesce(p_collected, r.collected)) THEN
        RETURN CASE WHEN p_collected IS NOT NULL THEN 0 END;
    END IF;
    SELECT sum(r.amount_dong), coalesce(sum(r.amount_dong) FILTER (WHERE r.collected = coalesce(p_collected, r.collected)), 0)
      INTO v_asked, v_of_time FROM fee_rules_of(p_dossier, p_dossier.channel) AS r;
    SELECT coalesce(sum(least(f.amount_dong, f.rule_dong)), 0) INTO v_settled FROM fee_demand f
     WHERE f.dossier = p_dossier.id AND (f.paid_at IS NOT NULL OR f.exempted_at IS NOT NULL);
    RETURN CASE WHEN v_asked IS NOT NULL
                THEN greatest(CASE p_collected WHEN 'RECEPTION' THEN v_of_time - v_settled ELSE least(v_of_time, v_asked - v_settled) END, 0) END;
END $$;

-- How it stands with the money of a dossier that goes on.
CREATE OR REPLACE FUNCTION fee_finance(p_dossier bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN bool_or(f.paid_at IS NULL AND f.cancelled_at IS NULL) THEN 'DUE'
                        WHEN bool_or(f.paid_at IS NOT NULL) THEN 'PAID'
                        WHEN bool_or(f.exempted_at IS NOT NULL) THEN 'EXEMPT' ELSE 'NONE' END
              FROM fee_demand f WHERE f.dossier = p_dossier);
END $$;

-- An amount as it is written in Vietnamese: 20.000.
CREATE OR REPLACE FUNCTION fee_money(p_dong bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$ SELECT replace(to_char(p_dong, 'FM999,999,999,999,999'), ',', '.') $$;

-- For the guard feeSettled of an acceptance: how much is to be paid first.
CREATE OR REPLACE FUNCTION fee_said(p_path text, p_dong bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_build_object('feeSettled', jsonb_build_object('path', p_path,
               'vi', format('Phải thu %s đồng phí, lệ phí khi tiếp nhận, hoặc ghi căn cứ miễn.', fee_money(p_dong)),
               'en', format('A fee of %s đồng is due at reception: record its payment, or exempt it.', fee_money(p_dong))))
$$;

-- A demand of what the rules still ask for at that time, where there is such; none where one is open. Gives the dossier's finance, stored.
CREATE OR REPLACE FUNCTION fee_due(p_dossier bigint, p_event uuid, p_collected text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
    v_left    bigint;
BEGIN
    SELECT * INTO STRICT v_dossier FROM dossier d WHERE d.id = p_dossier;
    v_left := fee_left(v_dossier, p_collected);
    IF v_left > 0 AND fee_finance(p_dossier) <> 'DUE' THEN
        INSERT INTO fee_demand (dossier, applicant, no, amount_dong, rule_dong, what, demanded_at, demanded)
        SELECT p_dossier, v_dossier.applicant, coalesce(max(f.no), 0) + 1, v_left, v_left,
               CASE p_collected WHEN 'RECEPTION' THEN 'Phí, lệ phí thu khi tiếp nhận hồ sơ' ELSE 'Phí, lệ phí thu khi trả kết quả' END,
               e.at, e.id
          FROM dossier_event e LEFT JOIN fee_demand f ON f.dossier = e.dossier WHERE e.id = p_event GROUP BY e.id;
        UPDATE dossier SET finance = 'DUE' WHERE id = p_dossier;
        RETURN 'DUE';
    END IF;
    RETURN v_dossier.finance;
END $$;

-- ruleDong: what the rules still ask for. Of what is asked for they are the measure.
CREATE OR REPLACE FUNCTION fee_demand_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_left  bigint := fee_left(p_dossier, NULL);
    v_facts jsonb := term_least_facts('PAYMENT');
BEGIN
    RETURN v_facts || jsonb_build_object('ruleDong', v_left, 'said', v_facts->'said' || jsonb_build_object('amountByRule', jsonb_build_object(
        'path', 'amountReason', 'vi', format('Theo quy định còn phải thu %s đồng: hãy nêu lý do thu số khác, tối đa 500 ký tự.', fee_money(v_left)),
        'en', format('By the rules %s đồng are still to be asked for: state why it is another amount, in at most 500 characters.', fee_money(v_left)))));
END $$;

CREATE OR REPLACE FUNCTION fee_demand_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_left bigint := fee_left(p_dossier, NULL);
BEGIN
    INSERT INTO fee_demand (dossier, applicant, no, amount_dong, rule_dong, amount_reason, what, until, demanded_at, demanded, bank, account_no, account_holder)
    SELECT p_dossier.id, p_dossier.applicant, count(f.id) + 1, coalesce((p_args->>'amountDong')::bigint, v_left), v_left, nullif(tidy_text(p_args->>'amountReason'), ''),
           tidy_text(p_args->>'what'), time_or_null(p_args->>'until'), p_event.at, p_event.id, tidy_text(p_args->'account'->>'bank'), p_args->'account'->>'number',
           tidy_text(p_args->'account'->>'holder')
      FROM fee_demand f WHERE f.dossier = p_dossier.id;
    p_dossier.finance := 'DUE';
    RETURN p_dossier;
END $$;

-- demand: the open one that is named; transfer: it has an account.
CREATE OR REPLACE FUNCTION fee_choose_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('demand', min(f.id), 'transfer', coalesce(bool_and(f.account_no IS NOT NULL), false))
          FROM fee_demand f
         WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL AND f.public_id::text = lower(p_args->>'demand'));
END $$;

CREATE OR REPLACE FUNCTION fee_choose_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE fee_demand f SET method = p_args->>'method', method_at = p_event.at
     WHERE f.dossier = p_dossier.id AND f.public_id = uuid_or_null(p_args->>'demand');
    RETURN p_dossier;
END $$;

-- demand, amountDong: the open one that is named.
CREATE OR REPLACE FUNCTION fee_paid_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
                   'demand', min(f.id), 'amountDong', min(f.amount_dong),
                   'referenceNew', NOT EXISTS (SELECT FROM fee_demand o WHERE o.reference = tidy_text(p_args->>'reference')))
          FROM fee_demand f
         WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL AND f.public_id::text = lower(p_args->>'demand'));
END $$;

CREATE OR REPLACE FUNCTION fee_paid_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE fee_demand f
       SET paid_at = p_event.at, paid = p_event.id, reference = tidy_text(p_args->>'reference'), cashier = p_actor.id
     WHERE f.dossier = p_dossier.id AND f.public_id = uuid_or_null(p_args->>'demand');
    p_dossier.finance := 'PAID';
    RETURN p_dossier;
END $$;

-- The demand that is named need not be paid.
CREATE OR REPLACE FUNCTION fee_exempt_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE fee_demand f
       SET cancelled_at = p_event.at, exempted_at = p_event.at, exempt_reason = tidy_text(p_args->>'reason'), exempt_basis = tidy_text(p_args->>'legalBasis'),
           exempter = p_actor.id
     WHERE f.dossier = p_dossier.id AND f.public_id = uuid_or_null(p_args->>'demand');
    PERFORM audit_write('dossier.fee_exempt', 'dossier:' || p_dossier.public_id, jsonb_build_object('demand', p_args->'demand'));
    p_dossier.finance := fee_finance(p_dossier.id);
    RETURN p_dossier;
END $$;

-- At the counter, before there is a dossier. p_args: payment {amountDong, reference} or feeExemption {reason, legalBasis}, of what
-- the rules ask for at reception. dueDong: that.
CREATE OR REPLACE FUNCTION fee_counter_facts(p_version bigint, p_case text, p_agency bigint, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_due    bigint := (SELECT coalesce(sum(f.amount_dong), 0)
                          FROM fee_for(p_version, coalesce(p_case, (SELECT c.code FROM procedure_case c WHERE c.id = case_meant(p_version, NULL))),
                                       coalesce(p_args->>'channel', 'COUNTER'), p_agency,
                                       (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS f
                          JOIN fee_rule r ON r.id = f.rule WHERE r.collected = 'RECEPTION');
    v_pay    jsonb := p_args->'payment';
    v_exempt jsonb := p_args->'feeExemption';
BEGIN
    RETURN jsonb_build_object(
        'dueDong', v_due,
        'finance', CASE WHEN v_due = 0 THEN 'NONE' WHEN v_pay <> 'null' THEN 'PAID' WHEN v_exempt <> 'null' THEN 'EXEMPT' ELSE 'DUE' END,
        'paymentWhole', coalesce(v_pay, 'null') = 'null'
            OR coalesce(v_due > 0 AND v_pay->>'amountDong' = v_due::text AND length(tidy_text(v_pay->>'reference')) BETWEEN 1 AND 100
                        AND NOT EXISTS (SELECT FROM fee_demand o WHERE o.reference = tidy_text(v_pay->>'reference')), false),
        'exemptionWhole', coalesce(v_exempt, 'null') = 'null'
            OR coalesce(v_due > 0 AND coalesce(v_pay, 'null') = 'null' AND length(tidy_text(v_exempt->>'reason')) BETWEEN 1 AND 2000
                        AND length(tidy_text(v_exempt->>'legalBasis')) BETWEEN 1 AND 500, false))
        || CASE WHEN v_due > 0 THEN jsonb_build_object('said', fee_said('payment', v_due)) ELSE '{}' END;
END $$;

-- And with it: what was paid, or need not be.
CREATE OR REPLACE FUNCTION fee_counter_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_demand jsonb;
BEGIN
    IF fee_due(p_dossier.id, p_event.id, 'RECEPTION') <> 'DUE' THEN
        RETURN p_dossier;
    END IF;
    v_demand := jsonb_build_object('demand', (SELECT f.public_id FROM fee_demand f WHERE f.dossier = p_dossier.id));
    RETURN CASE WHEN p_args->'payment' <> 'null' THEN fee_paid_rows(p_dossier, p_actor, p_event, p_args->'payment' || v_demand)
                ELSE fee_exempt_rows(p_dossier, p_actor, p_event, p_args->'feeExemption' || v_demand) END;
END $$;

-- What was paid has been given back (hoàn phí, lệ phí), of a dossier that ended before anything was done for it. It is over, so that
-- this is no event of it: it is audited, and shown with the demand. failure is NULL, NOT_FOUND, NOT_ALLOWED or GUARD_FAILED.
CREATE OR REPLACE FUNCTION record_refund(p_code text, p_demand text, p_amount_dong bigint, p_reference text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier  dossier;
    v_demand   fee_demand;
    v_failure  text;
    v_problems jsonb;
BEGIN
    SELECT d.* INTO v_dossier FROM dossier d
     WHERE d.code = p_code AND kind() = 'OFFICER' AND me() IS NOT NULL
       AND (d.received_agency = ANY (agencies()) OR d.competent_agency = ANY (agencies()))
       FOR NO KEY UPDATE;
    v_failure := CASE WHEN NOT FOUND THEN 'NOT_FOUND' WHEN ('COUNTER' = ANY (roles())) IS NOT TRUE THEN 'NOT_ALLOWED' END;
    IF v_failure IS NULL THEN
        SELECT f.* INTO v_demand FROM fee_demand f
         WHERE f.dossier = v_dossier.id AND v_dossier.finance = 'REFUNDING' AND f.public_id = uuid_or_null(p_demand) AND f.paid_at IS NOT NULL AND f.refunded_at IS NULL;
        SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
          FROM (VALUES
            (v_demand.id IS NOT NULL, 'demand', 'Không có khoản đã nộp nào như vậy đang chờ hoàn.', 'There is no such payment that is to be given back.'),
            (v_demand.id IS NULL OR v_demand.amount_dong = p_amount_dong, 'amountDong', 'Số tiền hoàn không đúng với số đã nộp.', 'The amount is not what was paid.'),
            (length(tidy_text(p_reference)) BETWEEN 1 AND 100 AND NOT EXISTS (SELECT FROM fee_demand o WHERE o.refund_reference = tidy_text(p_reference)), 'reference',
             'Số chứng từ hoàn dài từ 1 đến 100 ký tự và chưa được dùng.', 'A refund''s reference has 1 to 100 characters, and is used once.')
          ) AS rule(ok, path, vi, en)
         WHERE ok IS NOT TRUE;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    UPDATE fee_demand f SET refunded_at = clock_timestamp(), refund_reference = tidy_text(p_reference), refunder = me() WHERE f.id = v_demand.id;
    UPDATE dossier d SET finance = 'REFUNDED'
     WHERE d.id = v_dossier.id AND NOT EXISTS (SELECT FROM fee_demand f WHERE f.dossier = d.id AND f.paid_at IS NOT NULL AND f.refunded_at IS NULL);
    PERFORM audit_write('dossier.refund', 'dossier:' || v_dossier.public_id, jsonb_build_object('demand', v_demand.public_id));
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_dossier.public_id, v_dossier.seq, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION record_refund(text, text, bigint, text) TO app_officer;
RESET ROLE;
