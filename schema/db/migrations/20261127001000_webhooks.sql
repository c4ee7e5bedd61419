-- Where a partner wants to be told of events. Written by the functions of schema/db/functions/92_webhooks.sql; sending
-- comes with the notifier. Source: DOMAIN §2.8, SECURITY §2.2 (webhook SSRF), Standard Webhooks (the secret).

-- migrate:up

CREATE TABLE webhook_endpoint (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    no          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    partner     bigint NOT NULL REFERENCES partner,
    environment text NOT NULL CHECK (environment IN ('LIVE', 'TEST', 'TEAM')),
    url         text NOT NULL CHECK (octet_length(url) <= 2048),
    kinds       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(kinds) <= 32),
    description text CHECK (length(description) BETWEEN 1 AND 200 AND description IS NFC NORMALIZED),
    state       text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'DISABLED')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    removed_at  timestamptz,
    CHECK ((state = 'DISABLED') = (disabled_at IS NOT NULL)),
    CHECK (url ~ '^https://' OR url ~ '^http://127\.0\.0\.1[:/]' AND environment = 'TEST')
);
COMMENT ON TABLE webhook_endpoint IS 'A removed one stays: deliveries name it, and a repeated request is answered with it.';
COMMENT ON COLUMN webhook_endpoint.url IS 'As lib/io/egress.h allows it; http only in a workshop.';
COMMENT ON COLUMN webhook_endpoint.kinds IS 'Events of dossier_transition; empty: all, also those to come.';
CREATE INDEX webhook_endpoint_partner ON webhook_endpoint (partner) WHERE removed_at IS NULL;

CREATE TABLE webhook_secret (
    id       uuid PRIMARY KEY,
    no       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    endpoint uuid NOT NULL REFERENCES webhook_endpoint,
    secret   bytea NOT NULL CHECK (length(secret) BETWEEN 32 AND 256),
    since    timestamptz NOT NULL DEFAULT now(),
    until    timestamptz
);
COMMENT ON TABLE webhook_secret IS 'What messages to the endpoint are signed by: the one in use, and for 24 hours the one before it.';
COMMENT ON COLUMN webhook_secret.secret IS 'Sealed by the server''s key ring, bound to the row''s id.';
COMMENT ON COLUMN webhook_secret.until IS 'NULL: the one in use.';
CREATE UNIQUE INDEX webhook_secret_in_use ON webhook_secret (endpoint) WHERE until IS NULL;
CREATE UNIQUE INDEX webhook_secret_former ON webhook_secret (endpoint) WHERE until IS NOT NULL;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['webhook_endpoint', 'webhook_secret']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON webhook_endpoint, webhook_secret TO motcua_definer;
GRANT UPDATE (url, kinds, description, state, disabled_at, removed_at) ON webhook_endpoint TO motcua_definer;
GRANT UPDATE (until, secret), DELETE ON webhook_secret TO motcua_definer;

-- A key knows the endpoints of its environment; who administers an organisation, all of it. A secret is never shown again.
CREATE POLICY mine_partner ON webhook_endpoint FOR SELECT TO app_partner
    USING (partner = (SELECT me()) AND environment = (SELECT environment()) AND 'webhooks.manage' = ANY ((SELECT scopes())::text[]));
CREATE POLICY mine ON webhook_endpoint FOR SELECT TO app_citizen USING (
    partner IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()) AND role = 'ADMINISTRATOR'));
CREATE POLICY mine ON webhook_secret FOR SELECT TO app_citizen, app_partner USING (
    endpoint IN (SELECT id FROM webhook_endpoint));
GRANT SELECT ON webhook_endpoint TO app_citizen, app_partner;
GRANT SELECT (endpoint, since, until) ON webhook_secret TO app_citizen, app_partner;

-- migrate:down

DROP TABLE webhook_secret, webhook_endpoint;
