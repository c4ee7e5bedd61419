-- Systems that dossiers are exchanged with, the national portal (Cổng Dịch vụ công quốc gia) first: what each has sent us, and
-- what it is to be told. Written by schema/db/functions/48_portal_inbound.sql and 49_portal_outbound.sql alone.
-- Source: DOMAIN §0.2, §2.3 (messages), §5.1 (SyncOutbox), §5.2 (axis sync); R5, R18, R30.

-- migrate:up

-- A row for each system; workers/adapter.h has its functions. Data: schema/db/seed/reference/adapters.csv.
CREATE TABLE adapter (
    id            text PRIMARY KEY CHECK (id ~ '^[A-Z][A-Z0-9_]{1,19}$'),
    name_vi       text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en       text NOT NULL,
    is_on         boolean NOT NULL DEFAULT false,
    tries_max     int NOT NULL CHECK (tries_max BETWEEN 1 AND 100),
    lag_alarm_s   int NOT NULL CHECK (lag_alarm_s > 0),
    pull_every_s  int CHECK (pull_every_s > 0),
    pull_alarm_s  int CHECK (pull_alarm_s > 0),
    pull_due_at   timestamptz NOT NULL DEFAULT now(),
    pulled_at     timestamptz,
    CHECK ((pull_every_s IS NULL) = (pull_alarm_s IS NULL))
);
COMMENT ON COLUMN adapter.is_on IS 'A worker knows where it is: from then on it is told. What happened before is not made up for.';
COMMENT ON COLUMN adapter.tries_max IS 'After so many a message is given up, and an officer may have it sent again.';
COMMENT ON COLUMN adapter.lag_alarm_s IS 'A message older than this, and not acknowledged, is an alarm.';
COMMENT ON COLUMN adapter.pulled_at IS 'When its catalogue was last here in full.';

-- Which events an adapter is told of, and by which service of it.
CREATE TABLE adapter_service (
    adapter text NOT NULL REFERENCES adapter,
    event   text NOT NULL,
    service text NOT NULL CHECK (service ~ '^[A-Za-z]{1,40}$'),
    PRIMARY KEY (adapter, event)
);

-- What an adapter has sent. Its public id is the receipt; the same content is one message, however often it comes.
CREATE TABLE portal_message (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id         uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    adapter           text NOT NULL REFERENCES adapter,
    code              text NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
    kind              text NOT NULL CHECK (kind IN ('DOSSIER', 'SUPPLEMENT', 'PAYMENT')),
    sha256            bytea NOT NULL CHECK (length(sha256) = 32),
    body              jsonb,
    person            uuid,
    personal_no       bytea CHECK (length(personal_no) BETWEEN 32 AND 256),
    personal_no_index bytea CHECK (length(personal_no_index) = 32),
    procedure_code    text CHECK (length(procedure_code) <= 64),
    agency_code       text CHECK (length(agency_code) <= 64),
    agency            bigint REFERENCES agency,
    state             text NOT NULL DEFAULT 'QUARANTINED' CHECK (state IN ('APPLIED', 'QUARANTINED')),
    reason            text CHECK (reason ~ '^[A-Z_]{1,30}$'),
    dossier           bigint REFERENCES dossier ON DELETE CASCADE,
    applicant         bigint REFERENCES subject,
    tries             int NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at       timestamptz,
    received_at       timestamptz NOT NULL DEFAULT now(),
    applied_at        timestamptz,
    UNIQUE (adapter, code, sha256),
    CHECK ((state = 'APPLIED') = (applied_at IS NOT NULL)),
    CHECK (state = 'APPLIED' OR applied_at IS NULL AND reason IS NOT NULL),
    CHECK ((personal_no IS NULL) = (person IS NULL) AND (personal_no IS NULL OR personal_no_index IS NOT NULL)),
    CHECK (state = 'QUARANTINED' OR num_nonnulls(body, personal_no, personal_no_index, reason, next_try_at) = 0)
) WITH (fillfactor = 70);
COMMENT ON COLUMN portal_message.sha256 IS 'Of what was sent, with the blind index in place of the personal number.';
COMMENT ON COLUMN portal_message.body IS 'What we understand of it, until it is applied; without the personal number.';
COMMENT ON COLUMN portal_message.person IS 'To which row the sealed number is bound, should a person be made of it.';
COMMENT ON COLUMN portal_message.agency IS 'Whose officers see it while it is in quarantine; NULL: nobody knows yet.';
COMMENT ON COLUMN portal_message.reason IS 'Why it is not applied.';
COMMENT ON COLUMN portal_message.next_try_at IS 'When the worker tries it again; NULL: only an officer does.';
CREATE INDEX portal_message_quarantined ON portal_message (agency, id) WHERE state = 'QUARANTINED';
CREATE INDEX portal_message_due ON portal_message (next_try_at) WHERE state = 'QUARANTINED' AND next_try_at IS NOT NULL;
CREATE INDEX portal_message_dossier ON portal_message (dossier) WHERE dossier IS NOT NULL;
CREATE INDEX portal_message_person ON portal_message (personal_no_index) WHERE personal_no_index IS NOT NULL;

-- Giấy tờ nộp tại Cổng: by reference, the file stays where it is.
CREATE TABLE portal_paper (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    applicant bigint NOT NULL REFERENCES subject,
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name IS NFC NORMALIZED),
    address   text CHECK (length(address) BETWEEN 1 AND 2048),
    kho_id    text CHECK (length(kho_id) BETWEEN 1 AND 100),
    message   bigint NOT NULL REFERENCES portal_message ON DELETE CASCADE,
    at        timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(address, kho_id) > 0)
);
COMMENT ON COLUMN portal_paper.kho_id IS 'In the national store of papers (MaKetQuaThayThe).';
CREATE UNIQUE INDEX portal_paper_one ON portal_paper (dossier, name, md5(address), kho_id) NULLS NOT DISTINCT;
CREATE INDEX portal_paper_dossier ON portal_paper (dossier, id);
CREATE INDEX portal_paper_message ON portal_paper (message);

-- An item asked for may be answered at the portal: the paper is there, and nobody has to confirm it.
ALTER TABLE supplement_item DROP CONSTRAINT supplement_item_how_check,
    ADD CONSTRAINT supplement_item_how_check CHECK (how IN ('STORED', 'ON_PAPER', 'PORTAL'));
COMMENT ON COLUMN supplement_item.how IS
    'STORED: a stored paper (kho); ON_PAPER: brought or sent, which an officer confirms; PORTAL: at the national portal (portal_paper); NULL: not answered.';

-- What an adapter is to be told: one row an event, gone when it is acknowledged. It holds no data of its own: the message is
-- written from the dossier when it is sent.
CREATE TABLE sync_message (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    adapter   text NOT NULL REFERENCES adapter,
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    applicant bigint NOT NULL REFERENCES subject,
    event     uuid NOT NULL REFERENCES dossier_event ON DELETE CASCADE,
    service   text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (adapter, event)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX sync_message_dossier ON sync_message (adapter, dossier, id);
CREATE INDEX sync_message_event ON sync_message (event);

-- Where a dossier stands with an adapter (axis sync). Its messages go out one after the other, so the row is their queue.
CREATE TABLE dossier_sync (
    adapter   text NOT NULL REFERENCES adapter,
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    applicant bigint NOT NULL REFERENCES subject,
    agency    bigint NOT NULL REFERENCES agency,
    came_from boolean NOT NULL,
    state     text NOT NULL CHECK (state IN ('PENDING', 'SENT', 'ACKED', 'FAILED')),
    waiting   int NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    oldest_at timestamptz,
    due_at    timestamptz NOT NULL DEFAULT now(),
    tries     int NOT NULL DEFAULT 0 CHECK (tries >= 0),
    why       text CHECK (why ~ '^[A-Za-z0-9_.:-]{1,40}$'),
    sent_at   timestamptz,
    acked_at  timestamptz,
    acked_seq int,
    failed_at timestamptz,
    PRIMARY KEY (adapter, dossier),
    CHECK ((state = 'ACKED') = (waiting = 0)),
    CHECK ((waiting = 0) = (oldest_at IS NULL)),
    CHECK ((state = 'FAILED') = (failed_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN dossier_sync.agency IS 'That decides the dossier.';
COMMENT ON COLUMN dossier_sync.came_from IS 'It was filed there: it is told of it even when it is RESTRICTED.';
COMMENT ON COLUMN dossier_sync.state IS
    'PENDING: a message waits; SENT: the first is under way, or its answer was lost; ACKED: all are acknowledged; FAILED: the first was given up, and the others wait behind it.';
COMMENT ON COLUMN dossier_sync.waiting IS 'Messages that are not acknowledged.';
COMMENT ON COLUMN dossier_sync.due_at IS 'When the first may be sent, of SENT: sent again.';
COMMENT ON COLUMN dossier_sync.why IS 'The last failure: a symbol of ours or the adapter''s error_code.';
CREATE INDEX dossier_sync_due ON dossier_sync (adapter, due_at) WHERE state IN ('PENDING', 'SENT');
CREATE INDEX dossier_sync_oldest ON dossier_sync (adapter, oldest_at) WHERE waiting > 0;
CREATE INDEX dossier_sync_acked ON dossier_sync (adapter, acked_at) WHERE acked_at IS NOT NULL;
CREATE INDEX dossier_sync_failed ON dossier_sync (agency, failed_at, dossier) WHERE state = 'FAILED';
CREATE INDEX dossier_sync_dossier ON dossier_sync (dossier);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['adapter', 'adapter_service', 'portal_message', 'portal_paper', 'sync_message', 'dossier_sync']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT ON adapter, adapter_service TO motcua_definer;
GRANT UPDATE (is_on, pull_due_at, pulled_at) ON adapter TO motcua_definer;
GRANT INSERT, UPDATE (name) ON agency TO motcua_definer;
GRANT SELECT, INSERT, UPDATE ON portal_message TO motcua_definer;
GRANT SELECT, INSERT, UPDATE, DELETE ON portal_paper, sync_message, dossier_sync TO motcua_definer;

-- Quarantine: of an agency, its reception's and its administrators'; what names no agency that is known, administrators' and
-- procedure control's of any; nobody sees what the message said of the applicant.
CREATE POLICY quarantine ON portal_message FOR SELECT TO app_officer USING (
    state = 'QUARANTINED' AND (agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT roles() && ARRAY['INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL'])
                               OR agency IS NULL AND (SELECT roles() && ARRAY['ADMINISTRATOR', 'PROCEDURE_CONTROL'])));
GRANT SELECT (id, public_id, adapter, code, kind, procedure_code, agency_code, agency, state, reason, tries, next_try_at, received_at)
    ON portal_message TO app_officer;
CREATE POLICY mine ON portal_paper FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY agency ON portal_paper FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = portal_paper.dossier));
GRANT SELECT (id, public_id, dossier, applicant, name, address, kho_id, at) ON portal_paper TO app_citizen, app_officer;
CREATE POLICY agency ON dossier_sync FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_sync.dossier));
GRANT SELECT ON dossier_sync TO app_officer;

-- A partner of kind PORTAL hands in what citizens have filed with it, by a key with the scope portal.exchange.
ALTER TABLE partner ADD kind text NOT NULL DEFAULT 'ORDINARY' CHECK (kind IN ('ORDINARY', 'PORTAL'));
COMMENT ON COLUMN partner.kind IS 'PORTAL: another state system, made so by the operator; only such a one has keys with the scope portal.exchange.';
GRANT UPDATE (kind) ON partner TO motcua_definer;
ALTER TABLE partner_key DROP CONSTRAINT partner_key_scopes_check,
    ADD CONSTRAINT partner_key_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['dossiers.read', 'dossiers.submit',
        'events.read', 'keys.manage', 'webhooks.manage', 'portal.exchange']);

-- migrate:down

REVOKE INSERT, UPDATE (name) ON agency FROM motcua_definer;
DELETE FROM session WHERE partner_key IN (SELECT id FROM partner_key WHERE 'portal.exchange' = ANY (scopes));
DELETE FROM partner_key WHERE 'portal.exchange' = ANY (scopes);
ALTER TABLE partner_key DROP CONSTRAINT partner_key_scopes_check,
    ADD CONSTRAINT partner_key_scopes_check CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['dossiers.read', 'dossiers.submit',
        'events.read', 'keys.manage', 'webhooks.manage']);
ALTER TABLE partner DROP kind;
UPDATE supplement_item SET how = 'ON_PAPER' WHERE how = 'PORTAL';
ALTER TABLE supplement_item DROP CONSTRAINT supplement_item_how_check,
    ADD CONSTRAINT supplement_item_how_check CHECK (how IN ('STORED', 'ON_PAPER'));
COMMENT ON COLUMN supplement_item.how IS 'STORED: a stored paper (kho); ON_PAPER: brought or sent, which an officer confirms; NULL: not answered.';
DROP FUNCTION IF EXISTS portal_dossier(portal_message), portal_supplement(portal_message), portal_payment(portal_message),
    portal_applicant(portal_message), portal_try(bigint), portal_papers(portal_message, dossier), portal_target(portal_message),
    is_in_my_quarantine(portal_message), portal_may_know(portal_message, dossier), portal_agency(portal_message),
    sync_withhold(dossier_sync);
DROP TABLE dossier_sync, sync_message, portal_paper, portal_message, adapter_service, adapter;
