-- Whom a notice names, closer: what was accepted is told to who assigns at the agency that decides, at whichever reception (what is
-- taken in at the counter has no state before it); what waits to be accepted to the reception, whoever has it by the time that it is told;
-- that a dossier is given to whom it is given, and to nobody when it is given to none.
-- Source: DOMAIN §5.2 (D2, D3, D3c, D5, D7); R10, R25.

-- migrate:up

ALTER TABLE officer_notice
    DROP CONSTRAINT officer_notice_pkey,
    ALTER from_state DROP NOT NULL,
    ADD CONSTRAINT officer_notice_one UNIQUE NULLS NOT DISTINCT (event, from_state),
    DROP CONSTRAINT officer_notice_receivers_check,
    ADD CONSTRAINT officer_notice_receivers_check CHECK (receivers IN ('HANDLER', 'RECEPTION', 'PROCESSOR', 'ASKED', 'DISPATCHER'));
COMMENT ON COLUMN officer_notice.receivers IS
    'HANDLER: who has the dossier in hand; RECEPTION: who receives for the agency that took it; PROCESSOR: who works on it, else nobody; ASKED: who works for the agency that a task is sent to; DISPATCHER: who assigns at the agency that decides.';
COMMENT ON COLUMN officer_notice.one_for IS
    'A later notice replaces one that was not seen yet: of the same DOSSIER, or of the same AGENCY, for a DISPATCHER the one that decides, else the one that received.';

-- migrate:down

DELETE FROM officer_notice WHERE from_state IS NULL OR receivers IN ('RECEPTION', 'PROCESSOR', 'DISPATCHER');
ALTER TABLE officer_notice
    DROP CONSTRAINT officer_notice_receivers_check,
    ADD CONSTRAINT officer_notice_receivers_check CHECK (receivers IN ('HANDLER', 'ASKED')),
    DROP CONSTRAINT officer_notice_one,
    ALTER from_state SET NOT NULL,
    ADD CONSTRAINT officer_notice_pkey PRIMARY KEY (event, from_state);
COMMENT ON COLUMN officer_notice.receivers IS 'HANDLER: who has the dossier in hand; ASKED: who works for the agency that a task is sent to.';
COMMENT ON COLUMN officer_notice.one_for IS 'A later notice replaces one that was not seen yet: of the same DOSSIER, or of the same receiving AGENCY.';
DELETE FROM loaded WHERE part IN ('functions', 'reference');
