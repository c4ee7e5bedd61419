-- The national portal hands in that an applicant asks to withdraw his dossier. Written by schema/db/functions/48_portal_inbound.sql.

-- migrate:up

ALTER TABLE portal_message DROP CONSTRAINT portal_message_kind_check,
    ADD CONSTRAINT portal_message_kind_check CHECK (kind IN ('DOSSIER', 'SUPPLEMENT', 'PAYMENT', 'WITHDRAWAL'));

-- migrate:down

DELETE FROM portal_message WHERE kind = 'WITHDRAWAL';
DROP FUNCTION IF EXISTS portal_withdrawal(portal_message);
ALTER TABLE portal_message DROP CONSTRAINT portal_message_kind_check,
    ADD CONSTRAINT portal_message_kind_check CHECK (kind IN ('DOSSIER', 'SUPPLEMENT', 'PAYMENT'));
DELETE FROM loaded WHERE part = 'functions';
