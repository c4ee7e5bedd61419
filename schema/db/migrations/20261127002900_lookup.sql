-- Codes to look a dossier up without signing in, changes of its channel, and the digests that heads of agencies are sent.
-- Written only by schema/db/functions/51_change_channel.sql, 52_public_lookup.sql and 53_digests.sql.
-- Source: DOMAIN §0.11, §2.6, R19, R21, R29.

-- migrate:up

-- Mã tra cứu: with the dossier's code it shows status and date to whoever holds both, and is for nothing else. 128 random
-- bits, of which only the digest is here; a new one takes the place of the former.
CREATE TABLE tracking_code (
    dossier   bigint PRIMARY KEY REFERENCES dossier ON DELETE CASCADE,
    applicant bigint NOT NULL REFERENCES subject,
    digest    bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    made_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN tracking_code.digest IS 'As server/tracking_code.h makes it.';

-- Đổi kênh thực hiện.
CREATE TABLE channel_change (
    dossier    bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    no         int NOT NULL CHECK (no > 0),
    applicant  bigint NOT NULL REFERENCES subject,
    event      uuid NOT NULL UNIQUE REFERENCES dossier_event ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    at         timestamptz NOT NULL,
    former     text NOT NULL,
    channel    text NOT NULL CHECK (channel <> former),
    fee_before bigint CHECK (fee_before >= 0),
    fee_after  bigint CHECK (fee_after >= 0),
    settlement text NOT NULL CHECK (settlement IN ('NONE', 'REPLACED', 'WITHDRAWN', 'OPEN')),
    left_dong  bigint NOT NULL,
    PRIMARY KEY (dossier, no)
);
COMMENT ON COLUMN channel_change.fee_before IS 'By the rules of that day for the former channel; NULL: no rule is known.';
COMMENT ON COLUMN channel_change.settlement IS
    'What became of the fee. NONE: nothing to settle; REPLACED: the open demand by one of the new amount; WITHDRAWN: the open demand, nothing is to be paid any more; OPEN: the office settles the difference.';
COMMENT ON COLUMN channel_change.left_dong IS 'What is still to be asked for, or, below 0, to be given back.';

ALTER TABLE dossier_transition
    DROP CONSTRAINT dossier_transition_waits_for_check,
    ADD CONSTRAINT dossier_transition_waits_for_check CHECK (waits_for IN ('ITEMS', 'TASKS', 'FEE'));
COMMENT ON COLUMN dossier_transition.waits_for IS
    'While a part asked for is missing (ITEMS), a task is open (TASKS), or a fee is to be paid (FEE), the event leaves the state as it is.';

-- Bản tin đầu ngày: who is told each working morning how the agency stands, from when to when.
CREATE TABLE digest_kind (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Z][A-Z_]{1,39}$'),
    role         text NOT NULL,
    at           time NOT NULL,
    until        time NOT NULL,
    working_days int NOT NULL CHECK (working_days BETWEEN 1 AND 20),
    template     text NOT NULL,
    class        text NOT NULL CHECK (class IN ('A', 'B', 'C')),
    CHECK (until > at)
);
COMMENT ON COLUMN digest_kind.until IS 'Who could not be told by then is not told that day.';
COMMENT ON COLUMN digest_kind.working_days IS 'A dossier is due soon when it is due by the end of so many working days from that day on.';

-- One sent to an officer: figures alone.
CREATE TABLE digest (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    kind      text NOT NULL,
    officer   bigint NOT NULL REFERENCES officer,
    agency    bigint NOT NULL REFERENCES agency,
    day       date NOT NULL,
    at        timestamptz NOT NULL,
    open      int NOT NULL,
    due_soon  int NOT NULL,
    late      int NOT NULL,
    UNIQUE (officer, day, agency, kind)
);
CREATE INDEX digest_day ON digest (day);

CREATE TABLE digest_load (
    digest    bigint NOT NULL REFERENCES digest ON DELETE CASCADE,
    no        int NOT NULL CHECK (no BETWEEN 1 AND 100),
    processor bigint REFERENCES officer,
    open      int NOT NULL,
    paused    int NOT NULL,
    late      int NOT NULL,
    due_in_one_day    int NOT NULL,
    due_in_three_days int NOT NULL,
    PRIMARY KEY (digest, no)
);
COMMENT ON COLUMN digest_load.processor IS 'NULL: given to nobody yet.';

CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON digest_kind
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON digest_kind TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['tracking_code', 'channel_change', 'digest', 'digest_load']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE ON tracking_code, digest TO motcua_definer;
GRANT UPDATE (digest, made_at) ON tracking_code TO motcua_definer;
GRANT SELECT, INSERT ON channel_change, digest_load TO motcua_definer;

-- A change of channel stands in the timeline, and what it costs beside it.
CREATE POLICY mine ON channel_change FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE'));
CREATE POLICY mine_partner ON channel_change FOR SELECT TO app_partner USING (
    (applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE')
     OR EXISTS (SELECT FROM dossier d WHERE d.id = channel_change.dossier AND d.submitter = (SELECT me()) OFFSET 0))
    AND EXISTS (SELECT FROM dossier d WHERE d.id = channel_change.dossier OFFSET 0));
CREATE POLICY agency ON channel_change FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = channel_change.dossier OFFSET 0));
GRANT SELECT ON channel_change TO app_citizen, app_partner, app_officer;

-- A digest is for whom it was sent to, as long as he is in charge there.
CREATE POLICY mine ON digest FOR SELECT TO app_officer USING (
    officer = (SELECT me()) AND agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'HEAD' = ANY (roles())));
CREATE POLICY mine ON digest_load FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM digest d WHERE d.id = digest_load.digest OFFSET 0));
GRANT SELECT ON digest, digest_load TO app_officer;

-- migrate:down

DROP TABLE digest_load, digest, digest_kind, channel_change, tracking_code CASCADE;
DELETE FROM dossier_transition WHERE waits_for = 'FEE';
ALTER TABLE dossier_transition
    DROP CONSTRAINT dossier_transition_waits_for_check,
    ADD CONSTRAINT dossier_transition_waits_for_check CHECK (waits_for IN ('ITEMS', 'TASKS'));
COMMENT ON COLUMN dossier_transition.waits_for IS
    'While a part asked for is missing (ITEMS), or a task is open (TASKS), the event leaves the state as it is.';
DELETE FROM loaded WHERE part IN ('functions', 'reference');
