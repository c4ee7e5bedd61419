-- The dossier, its events, who else may see it, and the counters behind codes and feed numbers.
-- Written only by the definer functions of schema/db/functions. Source: DOMAIN §2.2, §5.1, §5.2;
-- ARCHITECTURE §3 (children carry the applicant so that a later split by applicant is a migration).

-- migrate:up

-- Last number given out per receiving agency and day in Vietnam.
CREATE TABLE dossier_sequence (
    agency bigint NOT NULL REFERENCES agency,
    day    date NOT NULL,
    last   int NOT NULL CHECK (last > 0),
    PRIMARY KEY (agency, day)
) WITH (fillfactor = 50);

CREATE TABLE dossier (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id         uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    code              text NOT NULL UNIQUE CHECK (dossier_code_valid(code)),
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    applicant         bigint NOT NULL REFERENCES subject,
    submitter         bigint NOT NULL REFERENCES subject,
    channel           text NOT NULL CHECK (channel IN ('ONLINE', 'COUNTER', 'POST', 'HOME', 'APPOINTMENT')),
    received_agency   bigint NOT NULL REFERENCES agency,
    competent_agency  bigint NOT NULL REFERENCES agency,
    processor         bigint REFERENCES officer,
    state             text NOT NULL REFERENCES dossier_state,
    clock             text NOT NULL DEFAULT 'NOT_STARTED'
                      CHECK (clock IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'STOPPED')),
    finance           text NOT NULL DEFAULT 'NONE'
                      CHECK (finance IN ('NONE', 'DUE', 'PAID', 'EXEMPT', 'REFUNDING', 'REFUNDED')),
    delivery          text NOT NULL DEFAULT 'NOT_READY'
                      CHECK (delivery IN ('NOT_READY', 'COUNTER', 'POST', 'HOME_VISIT', 'ELECTRONIC')),
    delivered         boolean NOT NULL DEFAULT false,
    digitised         boolean NOT NULL DEFAULT false,
    outcome           text CHECK (outcome IN ('GRANTED', 'REFUSED')),
    e_result          text,
    submitted_at      timestamptz,
    received_at       timestamptz,
    due_at            timestamptz,
    finished_at       timestamptz,
    seq               int NOT NULL CHECK (seq > 0),
    external_no       text,
    CHECK (due_at >= received_at),
    CHECK (state = 'DRAFT' OR submitted_at IS NOT NULL)
) WITH (fillfactor = 90);
CREATE INDEX dossier_applicant ON dossier (applicant, submitted_at DESC, id DESC);
CREATE INDEX dossier_submitter ON dossier (submitter, submitted_at DESC, id DESC) WHERE submitter <> applicant;
CREATE INDEX dossier_received ON dossier (received_agency, state, submitted_at DESC, id DESC);
CREATE INDEX dossier_competent ON dossier (competent_agency, state, submitted_at DESC, id DESC);

-- Diễn biến hồ sơ. Append-only; id is the one name of the event in list, stream, push and audit.
CREATE TABLE dossier_event (
    id               uuid PRIMARY KEY DEFAULT uuid_v7(),
    dossier          bigint NOT NULL REFERENCES dossier,
    seq              int NOT NULL CHECK (seq > 0),
    at               timestamptz NOT NULL,
    event            text NOT NULL,
    from_state       text,
    to_state         text NOT NULL,
    actor_kind       text NOT NULL CHECK (actor_kind IN ('CITIZEN', 'PARTNER', 'OFFICER', 'SYSTEM')),
    actor_id         bigint,
    actor_name       text NOT NULL,
    note             text,
    note_internal    text,
    applicant        bigint NOT NULL,
    submitter        bigint NOT NULL,
    received_agency  bigint NOT NULL,
    competent_agency bigint NOT NULL,
    feed_no          bigint UNIQUE,
    UNIQUE (dossier, seq)
) WITH (fillfactor = 80);
COMMENT ON COLUMN dossier_event.actor_name IS 'As shown to the applicant.';
COMMENT ON COLUMN dossier_event.note_internal IS 'Officers only.';
COMMENT ON COLUMN dossier_event.feed_no IS
    'Place in the feed, in commit order; NULL until assign_feed_numbers() has seen the event committed.';
CREATE INDEX dossier_event_unnumbered ON dossier_event (at, dossier, seq) WHERE feed_no IS NULL;
CREATE INDEX dossier_event_applicant ON dossier_event (applicant, feed_no) WHERE feed_no IS NOT NULL;
CREATE INDEX dossier_event_submitter ON dossier_event (submitter, feed_no)
    WHERE feed_no IS NOT NULL AND submitter <> applicant;
CREATE INDEX dossier_event_received ON dossier_event (received_agency, feed_no) WHERE feed_no IS NOT NULL;
CREATE INDEX dossier_event_competent ON dossier_event (competent_agency, feed_no) WHERE feed_no IS NOT NULL;

-- Ủy quyền, đồng ý: one dossier shown to one more subject, until a day or until taken back.
CREATE TABLE dossier_grant (
    dossier    bigint NOT NULL REFERENCES dossier,
    grantee    bigint NOT NULL REFERENCES subject,
    applicant  bigint NOT NULL REFERENCES subject,
    granted_by bigint NOT NULL REFERENCES subject,
    purpose    text NOT NULL,
    until      timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (dossier, grantee)
);
CREATE INDEX dossier_grant_grantee ON dossier_grant (grantee);

-- The feed's counter: one row, so numbers stay unique even when old events are retired.
CREATE TABLE feed (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    last bigint NOT NULL DEFAULT 0
);
INSERT INTO feed DEFAULT VALUES;

-- migrate:down

DROP TABLE feed, dossier_grant, dossier_event, dossier, dossier_sequence CASCADE;
