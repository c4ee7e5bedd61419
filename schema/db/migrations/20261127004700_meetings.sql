-- Where filing, fees, channels and notices meet: what was announced on paper has come, and a cashier is told of what is to be given
-- back. Written by functions 44 and 72. Source: DOMAIN §5.2 (D3, D6, D13, D15); R11, R32.

-- migrate:up

ALTER TABLE announced_part ADD received_at timestamptz;
COMMENT ON COLUMN announced_part.received_at IS 'When the dossier was accepted with it; NULL: it is still to come.';
UPDATE announced_part a SET received_at = d.received_at FROM dossier d WHERE d.id = a.dossier AND d.received_at IS NOT NULL;
GRANT UPDATE ON announced_part TO motcua_definer;
ALTER TABLE officer_notice
    DROP CONSTRAINT officer_notice_receivers_check,
    ADD CONSTRAINT officer_notice_receivers_check CHECK (receivers IN ('HANDLER', 'RECEPTION', 'PROCESSOR', 'ASKED', 'DISPATCHER', 'CASHIER'));
COMMENT ON COLUMN officer_notice.receivers IS
    'HANDLER: who has the dossier in hand; RECEPTION: who receives for the agency that took it; PROCESSOR: who works on it, else nobody; ASKED: who works for the agency that a task is sent to; DISPATCHER: who assigns at the agency that decides, while it waits for that; CASHIER: the counter of the agency that took it, while something is to be given back.';

-- migrate:down

DELETE FROM officer_notice WHERE receivers = 'CASHIER';
ALTER TABLE officer_notice
    DROP CONSTRAINT officer_notice_receivers_check,
    ADD CONSTRAINT officer_notice_receivers_check CHECK (receivers IN ('HANDLER', 'RECEPTION', 'PROCESSOR', 'ASKED', 'DISPATCHER'));
COMMENT ON COLUMN officer_notice.receivers IS
    'HANDLER: who has the dossier in hand; RECEPTION: who receives for the agency that took it; PROCESSOR: who works on it, else nobody; ASKED: who works for the agency that a task is sent to; DISPATCHER: who assigns at the agency that decides.';
REVOKE UPDATE ON announced_part FROM motcua_definer;
ALTER TABLE announced_part DROP received_at;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
