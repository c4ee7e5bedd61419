-- What a person may know and ask about its own data: who looked at its dossiers, a copy of all there is, and its end.
-- Written by schema/db/functions/95_access_log.sql, 96_export.sql and 97_erasure.sql alone.
-- Source: DOMAIN §4.1-13, R26; Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 [K].

-- migrate:up

-- Who looked at whose dossier: a row a dossier, actor, session, minute and way of looking, none where the applicant or
-- who speaks for it looks. `at` is the minute, so that one key is the log's only index, finds a dossier's rows in order
-- and makes looking twice one row.
CREATE TABLE access_log (
    dossier    bigint NOT NULL,
    at         timestamptz NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('CITIZEN', 'PARTNER', 'OFFICER')),
    actor_id   bigint NOT NULL,
    session    uuid NOT NULL,
    what       text NOT NULL CHECK (what IN ('LIST', 'LOOK', 'TIMELINE', 'FEED')),
    no         bigint GENERATED ALWAYS AS IDENTITY,
    applicant  bigint NOT NULL,
    PRIMARY KEY (dossier, at, actor_id, actor_kind, session, what)
) PARTITION BY RANGE (at);
COMMENT ON COLUMN access_log.session IS 'Zeros for an open stream: one reading of it may serve several sessions of one viewer.';
COMMENT ON COLUMN access_log.what IS 'LIST of dossiers, a LOOK at it, its TIMELINE, its events among others (FEED).';
COMMENT ON COLUMN access_log.no IS 'Order of rows of one minute.';

-- How long the law has us keep what. An own rule for a field of procedures comes before the one for all ('').
CREATE TABLE retention_rule (
    what        text NOT NULL CHECK (what IN ('DOSSIER', 'ACCESS_LOG')),
    field       text NOT NULL DEFAULT '',
    months      int CHECK (months BETWEEN 1 AND 1200),
    name_vi     text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en     text NOT NULL,
    legal_basis text NOT NULL CHECK (legal_basis IS NFC NORMALIZED),
    PRIMARY KEY (what, field),
    CHECK (what = 'DOSSIER' OR field = '' AND months IS NOT NULL)
);
COMMENT ON COLUMN retention_rule.months IS 'From a dossier''s last event in an end state; from the look itself. NULL: for ever.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON retention_rule
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON retention_rule TO motcua_definer;

-- Bản sao dữ liệu của tôi: asked for, made by the worker, fetched for a day.
CREATE TABLE export_file (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    no           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    subject      bigint NOT NULL REFERENCES subject,
    state        text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'READY', 'FAILED')),
    requested_at timestamptz NOT NULL DEFAULT now(),
    ready_at     timestamptz,
    expires_at   timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    bytes        int,
    content      bytea CHECK (octet_length(content) <= 8388608),
    CHECK ((state = 'READY') = (content IS NOT NULL)),
    CHECK (bytes IS NOT DISTINCT FROM octet_length(content))
);
CREATE INDEX export_file_subject ON export_file (subject, requested_at);
CREATE INDEX export_file_waiting ON export_file (requested_at) WHERE state = 'WAITING';
CREATE INDEX export_file_expires ON export_file (expires_at);

-- An account that was closed at its person's wish, and what could not go yet.
CREATE TABLE erasure (
    subject      bigint PRIMARY KEY REFERENCES subject,
    requested_at timestamptz NOT NULL DEFAULT now(),
    look_at      timestamptz NOT NULL DEFAULT now(),
    done_at      timestamptz,
    erased       jsonb NOT NULL,
    kept         jsonb NOT NULL
);
COMMENT ON COLUMN erasure.look_at IS 'When the last rule that keeps the person may end.';
COMMENT ON COLUMN erasure.erased IS 'What went at once, [{what, count}].';
COMMENT ON COLUMN erasure.kept IS 'What the law kept at the request, [{vi, en, count, until, basis}].';
CREATE INDEX erasure_waiting ON erasure (look_at) WHERE done_at IS NULL;

-- A dossier says when its free texts went. By version, so that a rule finds what it has let go of; and who acted on
-- dossiers of others is found when its name goes.
ALTER TABLE dossier ADD anonymised_at timestamptz;
CREATE INDEX dossier_to_anonymise ON dossier (procedure_version, submitted_at) WHERE anonymised_at IS NULL;
CREATE INDEX dossier_event_by_others ON dossier_event (actor_id) WHERE actor_kind = 'CITIZEN' AND actor_id <> applicant;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['access_log', 'export_file', 'erasure']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
CREATE POLICY definer ON access_log FOR INSERT TO motcua_definer WITH CHECK (true);
CREATE POLICY definer_reads ON access_log FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON export_file TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON erasure TO motcua_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON access_log TO motcua_definer;
GRANT SELECT, INSERT, UPDATE, DELETE ON export_file TO motcua_definer;
GRANT SELECT, INSERT, UPDATE ON erasure TO motcua_definer;

CREATE POLICY mine ON export_file FOR SELECT TO app_citizen USING (subject = (SELECT me()));
CREATE POLICY mine ON erasure FOR SELECT TO app_citizen USING (subject = (SELECT me()));
GRANT SELECT ON export_file, erasure TO app_citizen;

-- What erasure and anonymisation take away.
GRANT DELETE ON identity_link TO motcua_definer;
GRANT UPDATE (purpose) ON dossier_grant TO motcua_definer;
GRANT UPDATE (born_on, unit_code, unit_valid_from) ON person TO motcua_definer;
GRANT UPDATE (actor_name, note, note_internal) ON dossier_event TO motcua_definer;

-- migrate:down

REVOKE UPDATE (actor_name, note, note_internal) ON dossier_event FROM motcua_definer;
REVOKE UPDATE (born_on, unit_code, unit_valid_from) ON person FROM motcua_definer;
REVOKE UPDATE (purpose) ON dossier_grant FROM motcua_definer;
REVOKE DELETE ON identity_link FROM motcua_definer;
DROP INDEX dossier_event_by_others, dossier_to_anonymise;
ALTER TABLE dossier DROP anonymised_at;
-- Gives rows of retention_rule.
DROP FUNCTION IF EXISTS retention_of(bigint);
DROP TABLE erasure, export_file, retention_rule, access_log;
