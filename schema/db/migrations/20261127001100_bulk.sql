-- Jobs of many dossiers that a partner hands in at once, and their items.
-- Written by the functions of schema/db/functions/98_bulk.sql alone. Source: DOMAIN R6, §5.6.

-- migrate:up

CREATE TABLE bulk_job (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    partner     bigint NOT NULL REFERENCES partner,
    session     uuid NOT NULL,
    environment text NOT NULL CHECK (environment IN ('LIVE', 'TEST', 'TEAM')),
    state       text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'RUNNING', 'DONE')),
    total       int NOT NULL CHECK (total BETWEEN 1 AND 1000),
    done        int NOT NULL DEFAULT 0 CHECK (done >= 0),
    failed      int NOT NULL DEFAULT 0 CHECK (failed >= 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    served_at   timestamptz,
    finished_at timestamptz,
    CHECK (done + failed <= total),
    CHECK ((state = 'DONE') = (done + failed = total)),
    CHECK ((state = 'DONE') = (finished_at IS NOT NULL))
) WITH (fillfactor = 50);
COMMENT ON COLUMN bulk_job.session IS 'With whose rights it is done: they are looked at again for each batch.';
COMMENT ON COLUMN bulk_job.served_at IS 'When its last batch was done: who has waited longest is next.';
CREATE INDEX bulk_job_waiting ON bulk_job (partner, id) WHERE state <> 'DONE';
CREATE INDEX bulk_job_partner ON bulk_job (partner, id);
CREATE INDEX bulk_job_finished ON bulk_job (finished_at) WHERE state = 'DONE';

CREATE TABLE bulk_item (
    job       bigint NOT NULL REFERENCES bulk_job ON DELETE CASCADE,
    no        int NOT NULL CHECK (no BETWEEN 1 AND 1000),
    reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 64),
    procedure text NOT NULL,
    agency    text NOT NULL,
    applicant text,
    channel   text NOT NULL,
    state     text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'DONE', 'FAILED')),
    dossier   bigint REFERENCES dossier,
    code      text,
    failure   text,
    problems  jsonb,
    PRIMARY KEY (job, no),
    UNIQUE (job, reference),
    CHECK ((state = 'DONE') = (dossier IS NOT NULL)),
    CHECK ((state = 'DONE') = (code IS NOT NULL)),
    CHECK ((state = 'FAILED') = (failure IS NOT NULL))
) WITH (fillfactor = 50);
COMMENT ON COLUMN bulk_item.reference IS 'The partner''s own number for it.';
COMMENT ON COLUMN bulk_item.applicant IS 'Public id of whom it is handed in for; NULL: the partner itself.';
COMMENT ON COLUMN bulk_item.code IS 'The dossier''s: what the partner is given as a receipt.';
CREATE INDEX bulk_item_waiting ON bulk_item (job, no) WHERE state = 'WAITING';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['bulk_job', 'bulk_item']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_job, bulk_item TO motcua_definer;

-- A partner's own, of its key's environment; and, but for what was only tried, those of an organisation to who
-- administers it. An item is seen by whom its job is seen.
CREATE POLICY mine_partner ON bulk_job FOR SELECT TO app_partner USING (
    partner = (SELECT me()) AND bulk_job.environment = (SELECT environment())
    AND (SELECT scopes() && ARRAY['dossiers.read', 'dossiers.submit']));
CREATE POLICY mine ON bulk_job FOR SELECT TO app_citizen USING (
    bulk_job.environment <> 'TEST'
    AND partner IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()) AND role = 'ADMINISTRATOR'));
CREATE POLICY with_job ON bulk_item FOR SELECT TO app_partner, app_citizen USING (
    EXISTS (SELECT FROM bulk_job j WHERE j.id = bulk_item.job));
-- An officer is shown none, which is what everybody else's jobs look like to anybody.
GRANT SELECT (id, public_id, partner, environment, state, total, done, failed, created_at, finished_at) ON bulk_job
    TO app_partner, app_citizen, app_officer;
GRANT SELECT ON bulk_item TO app_partner, app_citizen, app_officer;

-- The worker does a partner's job as that partner: only inside functions of motcua_definer that it may call, and that
-- have looked at the partner's rights. By its own login it is nobody still.
CREATE OR REPLACE FUNCTION kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN session_user NOT LIKE 'app\_%'
              OR session_user = 'app_' || lower(current_setting('app.kind', true))
              OR session_user = 'app_worker' AND current_user = 'motcua_definer' AND current_setting('app.kind', true) = 'PARTNER'
            THEN nullif(current_setting('app.kind', true), '') END;

-- migrate:down

CREATE OR REPLACE FUNCTION kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN session_user NOT LIKE 'app\_%'
              OR session_user = 'app_' || lower(current_setting('app.kind', true))
            THEN nullif(current_setting('app.kind', true), '') END;
DROP FUNCTION IF EXISTS bulk_do(bulk_item);
DROP TABLE bulk_item, bulk_job;
