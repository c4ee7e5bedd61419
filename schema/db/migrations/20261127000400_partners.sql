-- Organisations that ask by machine, and the public keys they prove themselves with.
-- Written by the functions of schema/db/functions/91_partners.sql. Source: RFC 7523, DOMAIN §2.8.

-- migrate:up

CREATE TABLE partner (
    id         bigint PRIMARY KEY REFERENCES organisation,
    state      text NOT NULL DEFAULT 'ACTIVE' CHECK (state IN ('ACTIVE', 'SUSPENDED')),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE partner IS 'Its client id is its subject''s public id.';

CREATE TABLE partner_key (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    partner     bigint NOT NULL REFERENCES partner,
    kid         text NOT NULL CHECK (kid ~ '^[A-Za-z0-9._-]{1,64}$'),
    jwk         text NOT NULL CHECK (length(jwk) <= 4096),
    environment text NOT NULL CHECK (environment IN ('LIVE', 'TEST', 'TEAM')),
    scopes      text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['dossiers.read', 'dossiers.submit',
                                       'events.read', 'keys.manage', 'webhooks.manage']),
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    UNIQUE (partner, kid)
);
COMMENT ON COLUMN partner_key.kid IS 'Never another key''s, not even after this one is revoked.';
COMMENT ON COLUMN partner_key.jwk IS 'The public key (RFC 7517), as the server checked it.';

-- One session for each key and set of scopes: a token holds what was asked for, not all that the key may.
ALTER TABLE session DROP CONSTRAINT session_partner_key_key, ADD FOREIGN KEY (partner_key) REFERENCES partner_key;
CREATE UNIQUE INDEX session_partner_key ON session (partner_key, scopes);
COMMENT ON COLUMN session.partner_key IS
    'A partner has one session for each of its keys and set of scopes asked for; ending the key ends them.';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['partner', 'partner_key']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON partner, partner_key TO motcua_definer;
GRANT UPDATE (state) ON partner TO motcua_definer;
GRANT UPDATE (revoked_at) ON partner_key TO motcua_definer;

-- A partner knows its own keys; a person those of the organisations it has a seat in.
CREATE POLICY mine_partner ON partner_key FOR SELECT TO app_partner USING (partner = (SELECT me()));
CREATE POLICY mine ON partner_key FOR SELECT TO app_citizen USING (
    partner IN (SELECT organisation FROM seat WHERE person = (SELECT me())));
GRANT SELECT ON partner_key TO app_partner, app_citizen;

-- migrate:down

DROP INDEX session_partner_key;
DELETE FROM session WHERE partner_key IS NOT NULL;
ALTER TABLE session DROP CONSTRAINT session_partner_key_fkey, ADD UNIQUE (partner_key);
COMMENT ON COLUMN session.partner_key IS 'A partner has one session for each of its keys; ending the key ends it.';
DROP TABLE partner_key, partner CASCADE;
