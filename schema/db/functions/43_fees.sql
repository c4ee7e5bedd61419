-- Fees that an officer demands and a cashier sees paid (D12, D13). The amount, and an account it may be paid into, are the officer's to
-- state, how he is going to pay the applicant's, the payment's reference the cashier's to enter: that alone moves the dossier. Called only by dossier_facts and dossier_event_rows. Source: DOMAIN §5.2.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION fee_demand_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO fee_demand (dossier, applicant, no, amount_dong, what, until, demanded_at, demanded, bank, account_no, account_holder)
    SELECT p_dossier.id, p_dossier.applicant, count(f.id) + 1, (p_args->>'amountDong')::bigint, tidy_text(p_args->>'what'),
           time_or_null(p_args->>'until'), p_event.at, p_event.id, tidy_text(p_args->'account'->>'bank'), p_args->'account'->>'number',
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
RESET ROLE;
