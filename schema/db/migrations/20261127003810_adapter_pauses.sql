-- A pause that an adapter asks for (Retry-After) costs a message no try, as long as the pauses do not go on for ever.
-- Written by schema/db/functions/49_portal_outbound.sql.

-- migrate:up

ALTER TABLE adapter ADD pauses_max_s int NOT NULL DEFAULT 86400 CHECK (pauses_max_s > 0);
COMMENT ON COLUMN adapter.pauses_max_s IS 'So long from the first one on the pauses it asks for cost a message no try; then each does.';
ALTER TABLE dossier_sync ADD paused_at timestamptz;
COMMENT ON COLUMN dossier_sync.paused_at IS 'When the adapter first asked for a pause over the message that is the first; NULL: it has not.';

-- migrate:down

DROP FUNCTION IF EXISTS adapter_pull_pause(text, bigint);
ALTER TABLE dossier_sync DROP paused_at;
ALTER TABLE adapter DROP pauses_max_s;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
