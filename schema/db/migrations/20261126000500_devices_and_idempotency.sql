-- Where a phone is reached, and what a repeated request gets.
-- Written by register_device, remove_device, idempotency_claim and idempotency_store; the worker disables
-- devices a provider has given up. Source: ARCHITECTURE §3 (mutations), NOTIFIER §5.1.

-- migrate:up

CREATE TABLE device (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id     uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    owner_subject bigint REFERENCES subject,
    owner_officer bigint REFERENCES officer,
    kind          text NOT NULL CHECK (kind IN ('FCM', 'WEBPUSH')),
    address       text NOT NULL UNIQUE CHECK (length(address) BETWEEN 8 AND 2048),
    p256dh        text,
    auth          text,
    locale        text NOT NULL CHECK (locale IN ('vi', 'en')),
    registered_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at  timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz,
    reason        text,
    CHECK (num_nonnulls(owner_subject, owner_officer) = 1),
    CHECK ((kind = 'WEBPUSH') = (p256dh IS NOT NULL AND auth IS NOT NULL))
);
COMMENT ON COLUMN device.address IS 'FCM registration token, or the https URL of a push subscription.';
COMMENT ON COLUMN device.p256dh IS 'base64url, as the browser gives it.';
CREATE INDEX device_owner_subject ON device (owner_subject);
CREATE INDEX device_owner_officer ON device (owner_officer);

CREATE TABLE idempotency (
    principal      text NOT NULL,
    key            text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request_sha256 bytea NOT NULL CHECK (length(request_sha256) = 32),
    outcome_type   text,
    outcome_ids    bigint[],
    outcome_seq    int,
    at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- migrate:down

DROP TABLE idempotency, device;
