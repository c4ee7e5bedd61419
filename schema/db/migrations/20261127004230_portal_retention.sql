-- How long what nobody settles stays in quarantine. Written by schema/db/functions/49_portal_retention.sql.

-- migrate:up

ALTER TABLE adapter ADD quarantine_keep_days int NOT NULL DEFAULT 365 CHECK (quarantine_keep_days > 0);
COMMENT ON COLUMN adapter.quarantine_keep_days IS 'A message that nobody has settled so long is dismissed, and what it said of its applicant goes.';
CREATE INDEX portal_message_received ON portal_message (adapter, received_at) WHERE state = 'QUARANTINED';

-- migrate:down

DROP FUNCTION IF EXISTS portal_expire(int), portal_forget(bigint), portal_forget_dossiers(bigint[]);
DROP INDEX portal_message_received;
ALTER TABLE adapter DROP quarantine_keep_days;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
