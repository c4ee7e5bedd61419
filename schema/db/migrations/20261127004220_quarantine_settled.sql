-- What an officer settles by hand leaves the quarantine with a reason, and how much a payment was is shown to who is to settle it: the
-- cashier too. Written by schema/db/functions/48_portal_quarantine.sql and 48_portal_dismiss.sql.

-- migrate:up

ALTER TABLE portal_message
    ADD amount_dong bigint CHECK (amount_dong > 0),
    ADD reference text CHECK (length(reference) BETWEEN 1 AND 100),
    ADD dismissed_at timestamptz,
    ADD dismissed_by bigint REFERENCES officer,
    ADD dismissal text CHECK (length(dismissal) BETWEEN 1 AND 500 AND dismissal IS NFC NORMALIZED),
    DROP CONSTRAINT portal_message_state_check,
    ADD CONSTRAINT portal_message_state_check CHECK (state IN ('APPLIED', 'QUARANTINED', 'DISMISSED')),
    DROP CONSTRAINT portal_message_check3,
    ADD CONSTRAINT portal_message_done CHECK (state = 'QUARANTINED' OR num_nonnulls(body, personal_no, personal_no_index, next_try_at) = 0),
    ADD CONSTRAINT portal_message_applied CHECK (state <> 'APPLIED' OR reason IS NULL),
    ADD CONSTRAINT portal_message_dismissed CHECK ((state = 'DISMISSED') = (dismissed_at IS NOT NULL) AND (state = 'DISMISSED') = (dismissal IS NOT NULL)
                                                   AND (state = 'DISMISSED' OR dismissed_by IS NULL));
COMMENT ON COLUMN portal_message.amount_dong IS 'Of a payment.';
COMMENT ON COLUMN portal_message.reference IS 'Of a payment: the portal''s number of it (MaThamChieu).';
COMMENT ON COLUMN portal_message.dismissed_by IS 'NULL: nobody settled it in the time it is kept for, or its person is erased.';
UPDATE portal_message SET amount_dong = (body->>'amountDong')::bigint, reference = body->>'reference' WHERE kind = 'PAYMENT' AND body IS NOT NULL;
DROP POLICY quarantine ON portal_message;
CREATE POLICY quarantine ON portal_message FOR SELECT TO app_officer USING (
    state = 'QUARANTINED' AND (agency = ANY ((SELECT agencies())::bigint[])
                                   AND ((SELECT roles() && ARRAY['INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL']) OR kind = 'PAYMENT' AND (SELECT 'COUNTER' = ANY (roles())))
                               OR agency IS NULL AND (SELECT roles() && ARRAY['ADMINISTRATOR', 'PROCEDURE_CONTROL'])));
GRANT SELECT (amount_dong, reference) ON portal_message TO app_officer;

-- migrate:down

DROP FUNCTION IF EXISTS dismiss_portal_message(uuid, text), portal_dismiss(bigint, bigint, text);
DROP POLICY quarantine ON portal_message;
CREATE POLICY quarantine ON portal_message FOR SELECT TO app_officer USING (
    state = 'QUARANTINED' AND (agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT roles() && ARRAY['INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL'])
                               OR agency IS NULL AND (SELECT roles() && ARRAY['ADMINISTRATOR', 'PROCEDURE_CONTROL'])));
ALTER TABLE portal_message DROP CONSTRAINT portal_message_dismissed, DROP CONSTRAINT portal_message_applied, DROP CONSTRAINT portal_message_done,
    DROP CONSTRAINT portal_message_state_check;
UPDATE portal_message SET state = 'QUARANTINED' WHERE state = 'DISMISSED';
ALTER TABLE portal_message
    ADD CONSTRAINT portal_message_state_check CHECK (state IN ('APPLIED', 'QUARANTINED')),
    ADD CONSTRAINT portal_message_check3 CHECK (state = 'QUARANTINED' OR num_nonnulls(body, personal_no, personal_no_index, reason, next_try_at) = 0),
    DROP amount_dong, DROP reference, DROP dismissed_at, DROP dismissed_by, DROP dismissal;
DELETE FROM loaded WHERE part = 'functions';
