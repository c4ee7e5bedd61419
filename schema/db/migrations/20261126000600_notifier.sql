-- The notifier's tables: outbox (in the business transaction), deliveries in flight, and their logs by month.
-- Read and written by the workers as app_worker. Source: NOTIFIER §5.1, §5.2; ARCHITECTURE §4, §7.

-- migrate:up

-- A row exists from the business commit until expansion has turned it into deliveries.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    kind       text NOT NULL,
    entity     uuid NOT NULL,
    entity_rev int NOT NULL,
    order_key  uuid NOT NULL,
    payload    jsonb NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
COMMENT ON COLUMN outbox.kind IS 'DOSSIER_EVENT: entity is the event id, entity_rev its seq, order_key the dossier.';

CREATE TABLE delivery (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notif       uuid NOT NULL,
    nid         text NOT NULL UNIQUE,
    order_key   uuid NOT NULL,
    collapse    text,
    channel     smallint NOT NULL,
    provider    smallint NOT NULL,
    priority    smallint NOT NULL,
    recipient   uuid NOT NULL,
    device      uuid,
    state       smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),
    attempts    smallint NOT NULL DEFAULT 0,
    crashes     smallint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    due_at      timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    lease_until timestamptz,
    worker      bigint,
    guard_rev   int,
    payload     jsonb NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
COMMENT ON COLUMN delivery.state IS '0 waiting for due_at, 1 claimed by worker until lease_until.';
COMMENT ON COLUMN delivery.recipient IS 'public_id of a subject or an officer.';
CREATE INDEX delivery_waiting ON delivery (channel, priority, due_at, id) WHERE state = 0;
CREATE INDEX delivery_leased ON delivery (lease_until) WHERE state = 1;
CREATE INDEX delivery_order ON delivery (order_key, id);

-- What became of a delivery: SENT, SKIPPED, DEAD and the provider's word for it.
CREATE TABLE delivery_log (
    id          bigint NOT NULL,
    notif       uuid NOT NULL,
    nid         text NOT NULL,
    order_key   uuid NOT NULL,
    collapse    text,
    channel     smallint NOT NULL,
    provider    smallint NOT NULL,
    priority    smallint NOT NULL,
    recipient   uuid NOT NULL,
    device      uuid,
    attempts    smallint NOT NULL,
    crashes     smallint NOT NULL,
    created_at  timestamptz NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    outcome     text NOT NULL,
    http        int,
    reason      text,
    provider_id text,
    latency_ms  int,
    payload     jsonb
) PARTITION BY RANGE (at);
CREATE INDEX delivery_log_nid ON delivery_log (nid);
CREATE INDEX delivery_log_outcome ON delivery_log (outcome, at);

CREATE TABLE attempt (
    delivery_id bigint NOT NULL,
    n           smallint NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    http        int,
    reason      text,
    provider_id text,
    ms          int
) PARTITION BY RANGE (at);
CREATE INDEX attempt_delivery ON attempt (delivery_id, n);

-- migrate:down

DROP TABLE attempt, delivery_log, delivery, outbox;
