-- The sandbox: who plays there, and what happens to a dossier by itself. Filled by schema/db/seed/sandbox, used by the
-- functions of schema/db/functions/96_sandbox.sql. Nobody real is an applicant in it, and nobody of it anywhere else.
-- Source: issue 4 (partners, guides), R6.

-- migrate:up

-- Invented people. Each partner has its own of them (sandbox_person), made when a test key is first used, so that what
-- one developer makes up no other sees.
CREATE TABLE sandbox_face (
    code     text PRIMARY KEY CHECK (code ~ '^[a-z][a-z-]{1,19}$'),
    position int NOT NULL UNIQUE,
    kind     text NOT NULL CHECK (kind IN ('PERSON', 'ORGANISATION')),
    name     text NOT NULL CHECK (name IS NFC NORMALIZED),
    born_on  date,
    locale   text NOT NULL CHECK (locale IN ('vi', 'en')),
    seat     text CHECK (seat IN ('ADMINISTRATOR', 'MEMBER')),
    about_vi text NOT NULL CHECK (about_vi IS NFC NORMALIZED),
    about_en text NOT NULL,
    CHECK ((kind = 'PERSON') = (born_on IS NOT NULL)),
    CHECK (seat IS NULL OR kind = 'PERSON')
);
CREATE UNIQUE INDEX sandbox_face_organisation ON sandbox_face (kind) WHERE kind = 'ORGANISATION';
COMMENT ON COLUMN sandbox_face.seat IS 'In the one organisation of the sandbox.';

CREATE TABLE sandbox_person (
    partner bigint NOT NULL REFERENCES organisation,
    face    text NOT NULL REFERENCES sandbox_face,
    subject bigint NOT NULL UNIQUE REFERENCES subject,
    PRIMARY KEY (partner, face)
);

-- What the officer says when a player does not: arguments of apply_dossier_event.
CREATE TABLE sandbox_event (
    event text PRIMARY KEY,
    args  jsonb NOT NULL
);

-- What follows at once when a dossier is handed in under a procedure of the sandbox.
CREATE TABLE sandbox_path (
    procedure bigint NOT NULL REFERENCES procedure,
    no        int NOT NULL CHECK (no > 0),
    event     text NOT NULL REFERENCES sandbox_event,
    args      jsonb NOT NULL,
    PRIMARY KEY (procedure, no)
);
COMMENT ON COLUMN sandbox_path.args IS 'Beside those of sandbox_event, and before them.';

-- Under which procedures handing in is refused, whoever asks.
CREATE TABLE sandbox_refusal (
    procedure           bigint PRIMARY KEY REFERENCES procedure,
    failure             text NOT NULL CHECK (failure IN ('GUARD_FAILED', 'NOT_ALLOWED', 'RATE_LIMITED')),
    problems            jsonb,
    retry_after_seconds int,
    CHECK ((failure = 'GUARD_FAILED') = (problems IS NOT NULL)),
    CHECK ((failure = 'RATE_LIMITED') = (retry_after_seconds IS NOT NULL))
);
COMMENT ON COLUMN sandbox_refusal.problems IS '[{path, vi, en}]';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['sandbox_face', 'sandbox_person', 'sandbox_event', 'sandbox_path', 'sandbox_refusal']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT ON %I TO motcua_definer', t);
    END LOOP;
END $$;
GRANT INSERT ON sandbox_person TO motcua_definer;

-- A test key knows its own people by name and id.
CREATE POLICY mine ON sandbox_person FOR SELECT TO app_partner USING (partner = (SELECT me()) AND (SELECT in_sandbox()));
GRANT SELECT ON sandbox_person TO app_partner;
CREATE POLICY sandbox ON subject FOR SELECT TO app_partner
    USING ((SELECT in_sandbox()) AND EXISTS (SELECT FROM sandbox_person p WHERE p.subject = subject.id));

-- Tax codes of the sandbox begin with 99, under which no tax office gives any.
CREATE SEQUENCE sandbox_tax_no MAXVALUE 9999999;
GRANT USAGE ON SEQUENCE sandbox_tax_no TO motcua_definer;
CREATE POLICY definer_writes ON organisation FOR INSERT TO motcua_definer WITH CHECK (true);
GRANT INSERT ON organisation TO motcua_definer;

-- A person of the sandbox is signed in by a test key and goes with it.
ALTER TABLE session ADD sandbox_key uuid REFERENCES partner_key,
    ADD sandbox_partner bigint REFERENCES organisation,
    ADD CHECK (sandbox_partner IS NULL OR kind = 'CITIZEN' AND environment = 'TEST'),
    ADD CHECK (sandbox_key IS NULL OR sandbox_partner IS NOT NULL);
COMMENT ON COLUMN session.sandbox_key IS 'By which key; NULL for a partner''s session that has none (the sample''s).';
CREATE INDEX session_sandbox_partner ON session (sandbox_partner, created_at) WHERE ended_at IS NULL AND sandbox_partner IS NOT NULL;
CREATE INDEX session_sandbox_key ON session (sandbox_key) WHERE sandbox_key IS NOT NULL;

-- Whatever function writes: the two worlds do not touch.
CREATE POLICY one_world ON dossier AS RESTRICTIVE FOR INSERT TO motcua_definer
    WITH CHECK (sandbox = (SELECT s.sandbox FROM subject s WHERE s.id = applicant));
CREATE POLICY one_world ON seat AS RESTRICTIVE FOR INSERT TO motcua_definer
    WITH CHECK ((SELECT s.sandbox FROM subject s WHERE s.id = person) = (SELECT s.sandbox FROM subject s WHERE s.id = organisation));
-- A dossier of the sandbox may be shown to the partner that tries it, which is real.
CREATE POLICY one_world ON dossier_grant AS RESTRICTIVE FOR INSERT TO motcua_definer
    WITH CHECK (EXISTS (SELECT FROM dossier d JOIN subject s ON s.id = grantee
                         WHERE d.id = dossier_grant.dossier AND (s.sandbox = d.sandbox OR d.sandbox AND s.kind = 'ORGANISATION')));

-- Only what is of the sandbox is ever deleted.
CREATE POLICY sandbox_only ON dossier AS RESTRICTIVE FOR DELETE TO motcua_definer USING (sandbox);
CREATE POLICY sandbox_only ON dossier_event AS RESTRICTIVE FOR DELETE TO motcua_definer
    USING (EXISTS (SELECT FROM dossier d WHERE d.id = dossier_event.dossier AND d.sandbox));
CREATE POLICY sandbox_only ON dossier_grant AS RESTRICTIVE FOR DELETE TO motcua_definer
    USING (EXISTS (SELECT FROM dossier d WHERE d.id = dossier_grant.dossier AND d.sandbox));
CREATE POLICY sandbox_only ON feed_of_grantee AS RESTRICTIVE FOR DELETE TO motcua_definer
    USING (EXISTS (SELECT FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE e.id = feed_of_grantee.event AND d.sandbox));
GRANT DELETE ON dossier, dossier_event, dossier_grant, feed_of_grantee TO motcua_definer;
CREATE INDEX dossier_sandbox ON dossier (submitted_at) WHERE sandbox;
CREATE INDEX feed_of_grantee_event ON feed_of_grantee (event);

GRANT SELECT (sandbox) ON subject TO app_worker;

-- migrate:down

REVOKE SELECT (sandbox) ON subject FROM app_worker;
DROP INDEX feed_of_grantee_event, dossier_sandbox;
REVOKE DELETE ON dossier, dossier_event, dossier_grant, feed_of_grantee FROM motcua_definer;
DROP POLICY sandbox_only ON feed_of_grantee;
DROP POLICY sandbox_only ON dossier_grant;
DROP POLICY sandbox_only ON dossier_event;
DROP POLICY sandbox_only ON dossier;
DROP POLICY one_world ON dossier_grant;
DROP POLICY one_world ON seat;
DROP POLICY one_world ON dossier;
DELETE FROM session WHERE sandbox_partner IS NOT NULL;
ALTER TABLE session DROP sandbox_key, DROP sandbox_partner;
REVOKE INSERT ON organisation FROM motcua_definer;
DROP POLICY definer_writes ON organisation;
DROP SEQUENCE sandbox_tax_no;
DROP POLICY sandbox ON subject;
DROP TABLE sandbox_refusal, sandbox_path, sandbox_event, sandbox_person, sandbox_face;
