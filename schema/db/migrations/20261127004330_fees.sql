-- When a fee is collected, what an officer asks for beside the rule, exemptions and refunds. Written by
-- schema/db/functions/43_fees.sql. Source: DOMAIN §2.3 (HinhThucThu), §5.1 (FeeDemand, Payment, Refund), §5.2 (D3, D12, D13, D15, D18).

-- migrate:up

ALTER TABLE fee_rule ADD collected text NOT NULL DEFAULT 'PROCESSING' CHECK (collected IN ('RECEPTION', 'PROCESSING', 'RETURN'));
COMMENT ON COLUMN fee_rule.collected IS
    'HinhThucThu. RECEPTION (1): due as the dossier is handed in, and settled before it is accepted; PROCESSING (2): when an officer asks; RETURN (4): due with the result, and settled before it is handed over.';

ALTER TABLE fee_demand ALTER until DROP NOT NULL,
    ADD rule_dong        bigint CHECK (rule_dong >= 0),
    ADD amount_reason    text CHECK (length(amount_reason) BETWEEN 1 AND 500 AND amount_reason IS NFC NORMALIZED),
    ADD exempted_at      timestamptz,
    ADD exempt_reason    text CHECK (length(exempt_reason) BETWEEN 1 AND 2000 AND exempt_reason IS NFC NORMALIZED),
    ADD exempt_basis     text CHECK (length(exempt_basis) BETWEEN 1 AND 500 AND exempt_basis IS NFC NORMALIZED),
    ADD exempter         bigint REFERENCES officer,
    ADD refunded_at      timestamptz,
    ADD refund_reference text UNIQUE CHECK (length(refund_reference) BETWEEN 1 AND 100 AND refund_reference IS NFC NORMALIZED),
    ADD refunder         bigint REFERENCES officer,
    ADD CHECK (num_nulls(exempted_at, exempt_reason, exempt_basis) IN (0, 3)),
    ADD CHECK (exempted_at IS NULL OR cancelled_at IS NOT NULL),
    ADD CHECK ((refunded_at IS NULL) = (refund_reference IS NULL)),
    ADD CHECK (refunded_at IS NULL OR paid_at IS NOT NULL);
COMMENT ON COLUMN fee_demand.until IS 'NULL: without a term of its own; what waits for it waits.';
COMMENT ON COLUMN fee_demand.rule_dong IS 'What the rules still asked for then; NULL: no rule was known, or it is no fee of theirs.';
COMMENT ON COLUMN fee_demand.amount_reason IS 'Why another amount than rule_dong was asked for.';
COMMENT ON COLUMN fee_demand.exempted_at IS 'Nobody has to pay it (miễn): it is cancelled, too.';
COMMENT ON COLUMN fee_demand.refund_reference IS 'Number of the transfer or voucher by which it was given back, once each.';
GRANT SELECT (rule_dong, amount_reason, exempted_at, exempt_reason, exempt_basis, refunded_at) ON fee_demand TO app_citizen, app_partner;
-- They ask who changes the channel, or with which event, now.
DROP FUNCTION IF EXISTS channel_settlement(dossier, text), channel_facts(dossier, jsonb), channel_rows(dossier, dossier_event, jsonb), complete_rows(dossier, jsonb);

-- migrate:down

DROP FUNCTION IF EXISTS channel_settlement(dossier, text, boolean), channel_facts(dossier, dossier_actor, jsonb),
    channel_rows(dossier, dossier_actor, dossier_event, jsonb), complete_rows(dossier, dossier_event, jsonb), fee_rules_of(dossier, text), fee_left(dossier, text),
    fee_finance(bigint), fee_due(bigint, uuid, text), fee_demand_facts(dossier, jsonb), fee_exempt_rows(dossier, dossier_actor, dossier_event, jsonb),
    fee_counter_facts(bigint, text, bigint, jsonb), fee_counter_rows(dossier, dossier_actor, dossier_event, jsonb), record_refund(text, text, bigint, text),
    fee_said(text, bigint), fee_money(bigint);
UPDATE fee_demand SET until = demanded_at WHERE until IS NULL;
COMMENT ON COLUMN fee_demand.until IS NULL;
ALTER TABLE fee_demand ALTER until SET NOT NULL, DROP rule_dong, DROP amount_reason, DROP exempted_at, DROP exempt_reason, DROP exempt_basis,
    DROP exempter, DROP refunded_at, DROP refund_reference, DROP refunder;
ALTER TABLE fee_rule DROP collected;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
