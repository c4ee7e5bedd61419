-- Who is signed in, from where, until when; and which rights have changed a moment ago.
-- Written by the functions of schema/db/functions/83_sessions.sql. Source: SECURITY §2.2 (refresh reuse, fixation),
-- DOMAIN §2.8 (the personal number, and from whom it comes).

-- migrate:up

-- The personal number is sealed (server's key ring) and found by its blind index; the sealed bytes are bound to the
-- row's public id. A person made at sign-in has not told where it lives yet.
ALTER TABLE person ALTER born_on DROP NOT NULL, ALTER unit_code DROP NOT NULL, ALTER unit_valid_from DROP NOT NULL,
    ADD personal_no bytea CHECK (length(personal_no) BETWEEN 32 AND 256),
    ADD personal_no_index bytea UNIQUE CHECK (length(personal_no_index) = 32);
ALTER TABLE officer
    ADD personal_no bytea CHECK (length(personal_no) BETWEEN 32 AND 256),
    ADD personal_no_index bytea UNIQUE CHECK (length(personal_no_index) = 32),
    ADD rights_epoch bigint NOT NULL DEFAULT 0;
ALTER TABLE subject ADD rights_epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN subject.rights_epoch IS 'Grows with every change of what it may do: an older session record is read anew.';

REVOKE SELECT ON subject, person FROM app_citizen, app_partner, app_officer;
REVOKE SELECT ON officer FROM app_officer;
GRANT SELECT (id, public_id, kind, name, locale) ON subject TO app_citizen, app_partner, app_officer;
GRANT SELECT (id, kind, born_on, unit_code, unit_valid_from) ON person TO app_citizen, app_partner, app_officer;
GRANT SELECT (id, public_id, agency, name, roles, locale) ON officer TO app_officer;

-- Whom an issuer's subject is here.
CREATE TABLE identity_link (
    issuer         text NOT NULL CHECK (issuer ~ '^[a-z][a-z0-9_-]{0,31}$'),
    issuer_subject text NOT NULL CHECK (length(issuer_subject) BETWEEN 1 AND 255),
    subject        bigint REFERENCES subject,
    officer        bigint REFERENCES officer,
    since          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, issuer_subject),
    CHECK (num_nonnulls(subject, officer) = 1)
);
COMMENT ON COLUMN identity_link.issuer IS 'Its name in the server''s settings.';
CREATE INDEX identity_link_subject ON identity_link (subject);
CREATE INDEX identity_link_officer ON identity_link (officer);

CREATE TABLE session (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind               text NOT NULL CHECK (kind IN ('CITIZEN', 'PARTNER', 'OFFICER')),
    subject            bigint REFERENCES subject,
    officer            bigint REFERENCES officer,
    partner_key        uuid UNIQUE,
    scopes             text[] NOT NULL DEFAULT '{}',
    environment        text NOT NULL DEFAULT 'LIVE' CHECK (environment IN ('LIVE', 'TEST', 'TEAM')),
    device             text NOT NULL CHECK (length(device) <= 100 AND device IS NFC NORMALIZED),
    opened_by          bytea UNIQUE CHECK (length(opened_by) = 32),
    created_at         timestamptz NOT NULL DEFAULT now(),
    last_seen_at       timestamptz NOT NULL DEFAULT now(),
    expires_at         timestamptz NOT NULL,
    refresh_generation int NOT NULL DEFAULT 1 CHECK (refresh_generation > 0),
    refreshed_at       timestamptz,
    stepped_up_at      timestamptz,
    ended_at           timestamptz,
    ended_why          text CHECK (ended_why ~ '^[A-Z_]{1,40}$'),
    CHECK (num_nonnulls(subject, officer) = 1),
    CHECK ((kind = 'OFFICER') = (officer IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) WITH (fillfactor = 80);
COMMENT ON COLUMN session.partner_key IS 'A partner has one session for each of its keys; ending the key ends it.';
COMMENT ON COLUMN session.opened_by IS 'SHA-256 of the sign-in''s code and verifier: a repeat of a lost answer finds its session.';
COMMENT ON COLUMN session.refresh_generation IS 'Of the refresh token that counts; the one before it is honoured for 30 s.';
COMMENT ON COLUMN session.stepped_up_at IS 'When a second factor was shown.';
CREATE INDEX session_subject ON session (subject, created_at) WHERE ended_at IS NULL;
CREATE INDEX session_officer ON session (officer, created_at) WHERE ended_at IS NULL;
CREATE INDEX session_expires ON session (expires_at);

-- What every server process mirrors: sessions ended and rights changed in the last minutes.
CREATE TABLE session_change (
    no        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    session   uuid,
    principal text,
    epoch     bigint,
    CHECK (num_nonnulls(session, principal) = 1),
    CHECK ((principal IS NULL) = (epoch IS NULL))
);
CREATE INDEX session_change_at ON session_change (at);

COMMENT ON COLUMN outbox.kind IS
    'DOSSIER_EVENT: entity is the event id, entity_rev its seq, order_key the dossier. ACCOUNT: order_key is the session.';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['identity_link', 'session', 'session_change']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
CREATE POLICY definer_writes ON subject TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_writes ON person TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_writes ON officer TO motcua_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON session, session_change TO motcua_definer;
GRANT SELECT, INSERT ON identity_link TO motcua_definer;
GRANT INSERT ON subject, person TO motcua_definer;
GRANT UPDATE (rights_epoch, name) ON subject TO motcua_definer;
GRANT UPDATE (personal_no, personal_no_index) ON person, officer TO motcua_definer;
GRANT UPDATE (rights_epoch) ON officer TO motcua_definer;

CREATE POLICY mine ON session FOR SELECT TO app_citizen USING (subject = (SELECT me()) AND kind = 'CITIZEN');
CREATE POLICY mine_partner ON session FOR SELECT TO app_partner USING (subject = (SELECT me()) AND kind = 'PARTNER');
CREATE POLICY mine_officer ON session FOR SELECT TO app_officer USING (officer = (SELECT me()));
GRANT SELECT (id, kind, subject, officer, partner_key, scopes, environment, device, created_at, last_seen_at, expires_at,
              stepped_up_at, ended_at, ended_why)
    ON session TO app_citizen, app_partner, app_officer;

-- migrate:down

COMMENT ON COLUMN outbox.kind IS 'DOSSIER_EVENT: entity is the event id, entity_rev its seq, order_key the dossier.';
DROP TABLE session_change, session, identity_link CASCADE;
DROP POLICY definer_writes ON subject;
DROP POLICY definer_writes ON person;
DROP POLICY definer_writes ON officer;
REVOKE INSERT ON subject, person FROM motcua_definer;
REVOKE UPDATE (rights_epoch, name) ON subject FROM motcua_definer;
REVOKE UPDATE (personal_no, personal_no_index) ON person, officer FROM motcua_definer;
REVOKE UPDATE (rights_epoch) ON officer FROM motcua_definer;
ALTER TABLE subject DROP rights_epoch;
ALTER TABLE officer DROP rights_epoch, DROP personal_no_index, DROP personal_no;
-- Who has not told where he lives is a subject still.
DELETE FROM seat WHERE person IN (SELECT id FROM person WHERE num_nulls(born_on, unit_code, unit_valid_from) > 0);
DELETE FROM person WHERE num_nulls(born_on, unit_code, unit_valid_from) > 0;
ALTER TABLE person DROP personal_no_index, DROP personal_no, ALTER born_on SET NOT NULL, ALTER unit_code SET NOT NULL,
    ALTER unit_valid_from SET NOT NULL;
REVOKE SELECT (id, public_id, kind, name, locale) ON subject FROM app_citizen, app_partner, app_officer;
REVOKE SELECT (id, kind, born_on, unit_code, unit_valid_from) ON person FROM app_citizen, app_partner, app_officer;
REVOKE SELECT (id, public_id, agency, name, roles, locale) ON officer FROM app_officer;
GRANT SELECT ON subject, person TO app_citizen, app_partner, app_officer;
GRANT SELECT ON officer TO app_officer;
