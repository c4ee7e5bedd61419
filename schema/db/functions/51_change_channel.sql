-- A dossier goes on by another channel (đổi kênh thực hiện): the same code, no step again, the fee by the rules of the new
-- channel. Called only by dossier_facts and dossier_event_rows. Source: R19, DOMAIN §0.9.
--
-- What becomes of the fee:
--   * What is not asked for yet is asked for by the new channel's rules when its time comes.
--   * A demand that is open and asks for what the rules of the former channel say (or for what was left of it) is replaced by
--     one of the new amount, for the same and until the same day; it is withdrawn when nothing is left to pay, and the dossier
--     no longer waits. Once the dossier is accepted the applicant's own change makes it no smaller: it asks for work that was done
--     as it came, and only the office says that it was not. Then it stands, and the difference is told.
--   * Any other demand stands: it is not the channel's. So does what was paid. The difference is told, for the office to ask
--     for or to give back.
SET ROLE motcua_definer;

-- By the rules of today; NULL: none is known.
CREATE OR REPLACE FUNCTION channel_fee(p_dossier dossier, p_channel text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT sum(r.amount_dong) FROM fee_rules_of(p_dossier, p_channel) AS r);
END $$;

-- What a change to that channel does to the fee: feeBefore, feeAfter, demand (the open one's id), amount (of the demand that is
-- then open), settlement and left, as channel_change has them. p_by_office: it is an officer who changes it.
CREATE OR REPLACE FUNCTION channel_settlement(p_dossier dossier, p_channel text, p_by_office boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_before  bigint := channel_fee(p_dossier, p_dossier.channel);
    v_after   bigint := channel_fee(p_dossier, p_channel);
    v_differs bigint := coalesce(v_after - v_before, 0);
    v_paid    bigint;
    v_demand  fee_demand;
    v_is_rule boolean;
    v_amount  bigint;
BEGIN
    SELECT coalesce(sum(f.amount_dong), 0) INTO v_paid FROM fee_demand f WHERE f.dossier = p_dossier.id AND f.paid_at IS NOT NULL;
    SELECT f.* INTO v_demand FROM fee_demand f WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL;
    v_is_rule := v_differs <> 0 AND coalesce(v_demand.amount_dong IN (v_before, v_before - v_paid), false)
        AND (v_differs > 0 OR p_by_office OR p_dossier.received_at IS NULL);
    v_amount := v_demand.amount_dong + CASE WHEN v_is_rule THEN v_differs ELSE 0 END;
    RETURN jsonb_build_object(
        'feeBefore', v_before, 'feeAfter', v_after, 'demand', v_demand.id, 'amount', v_amount,
        'settlement', CASE WHEN v_is_rule AND v_amount > 0 THEN 'REPLACED'
                           WHEN v_is_rule THEN 'WITHDRAWN'
                           WHEN v_differs <> 0 AND (v_paid > 0 OR v_demand.id IS NOT NULL) THEN 'OPEN'
                           ELSE 'NONE' END,
        'left', CASE WHEN v_is_rule THEN least(v_amount, 0)
                     WHEN v_paid > 0 OR v_demand.id IS NOT NULL THEN v_differs
                     ELSE 0 END);
END $$;

-- missing: is there still something to pay? onlineWhole: it has what is asked of one that is handed in online, the e-form and, where all
-- of it is done online, no part that is on paper.
CREATE OR REPLACE FUNCTION channel_facts(p_dossier dossier, p_actor dossier_actor, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_settled jsonb := channel_settlement(p_dossier, p_args->>'channel', p_actor.kind = 'OFFICER');
BEGIN
    RETURN delivery_facts(p_dossier) || jsonb_build_object(
        'channel', p_dossier.channel,
        'onlineWhole', (form_meant(p_dossier.procedure_version, p_dossier.procedure_case) IS NULL
                        OR EXISTS (SELECT FROM dossier_form f WHERE f.dossier = p_dossier.id))
                       AND NOT (EXISTS (SELECT FROM announced_part a WHERE a.dossier = p_dossier.id)
                                AND (SELECT v.online_level = 'FULL' FROM procedure_version v WHERE v.id = p_dossier.procedure_version)),
        'onlineLevel', (SELECT v.online_level FROM procedure_version v WHERE v.id = p_dossier.procedure_version),
        'missing', ((v_settled->>'amount')::bigint > 0 AND v_settled->>'settlement' <> 'WITHDRAWN')::int);
END $$;

-- The open demand, by one of the new amount or by none; gives the dossier's finance.
CREATE OR REPLACE FUNCTION channel_demand(p_dossier dossier, p_event dossier_event, p_settled jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_demand fee_demand;
BEGIN
    UPDATE fee_demand f SET cancelled_at = p_event.at WHERE f.id = (p_settled->>'demand')::bigint RETURNING * INTO v_demand;
    IF p_settled->>'settlement' = 'REPLACED' THEN
        INSERT INTO fee_demand (dossier, applicant, no, amount_dong, rule_dong, what, until, demanded_at, demanded, bank, account_no, account_holder)
        SELECT p_dossier.id, p_dossier.applicant, max(f.no) + 1, (p_settled->>'amount')::bigint, (p_settled->>'amount')::bigint, v_demand.what, v_demand.until, p_event.at, p_event.id,
               v_demand.bank, v_demand.account_no, v_demand.account_holder
          FROM fee_demand f WHERE f.dossier = p_dossier.id;
        RETURN 'DUE';
    END IF;
    RETURN fee_finance(p_dossier.id);
END $$;

CREATE OR REPLACE FUNCTION channel_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_settled jsonb := channel_settlement(p_dossier, p_args->>'channel', p_actor.kind = 'OFFICER');
BEGIN
    IF v_settled->>'settlement' IN ('REPLACED', 'WITHDRAWN') THEN
        p_dossier.finance := channel_demand(p_dossier, p_event, v_settled);
    END IF;
    INSERT INTO channel_change (dossier, no, applicant, event, at, former, channel, fee_before, fee_after, settlement, left_dong)
    SELECT p_dossier.id, count(c.no) + 1, p_dossier.applicant, p_event.id, p_event.at, p_dossier.channel, p_args->>'channel',
           (v_settled->>'feeBefore')::bigint, (v_settled->>'feeAfter')::bigint, v_settled->>'settlement', (v_settled->>'left')::bigint
      FROM channel_change c WHERE c.dossier = p_dossier.id;
    p_dossier.channel := p_args->>'channel';
    IF p_dossier.received_at IS NULL THEN
        UPDATE dossier d SET channel = p_dossier.channel WHERE d.id = p_dossier.id;
        PERFORM fee_due(p_dossier.id, p_event.id, 'RECEPTION');
        p_dossier.finance := fee_finance(p_dossier.id);
    END IF;
    p_dossier.delivery := coalesce(p_args->>'delivery', p_dossier.delivery);
    RETURN p_dossier;
END $$;
RESET ROLE;
