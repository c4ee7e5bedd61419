-- What a procedure's version says: cases, parts, fee rules, guidance; who may publish one, and what is proposed; what has
-- changed of the catalogue, and what came from the national one.
-- A version in procedure_version is published. What is only proposed stands in procedure_proposal, so that no reader sees
-- it by forgetting a predicate. motcua_definer may add rows here and end a version's validity: nothing published changes.
-- Written by schema/db/functions/86_procedures.sql, 87_procedure_proposals.sql, 88_catalogue.sql.
-- Source: DOMAIN §2.7-2.10, §5.1, R13-R15, R23, R30, R33.

-- migrate:up

ALTER TABLE procedure_version
    ADD COLUMN source     text NOT NULL DEFAULT 'SEED' CHECK (source IN ('SEED', 'OFFICER', 'NATIONAL')),
    ADD COLUMN decided_on date,
    ADD COLUMN decided_by text CHECK (decided_by IS NFC NORMALIZED),
    ADD COLUMN confidence text CHECK (confidence IN ('S', 'SN', 'K', 'A')),
    ADD COLUMN digest     bytea,
    ADD CHECK (source = 'SEED' OR (decided_on IS NOT NULL AND decided_by IS NOT NULL));
COMMENT ON COLUMN procedure_version.decision IS 'Số quyết định công bố; decided_on and decided_by are its day and agency.';
COMMENT ON COLUMN procedure_version.confidence IS
    'As DOMAIN marks its facts: S seen, SN only the name seen, K general knowledge, A our own. NULL: what the decision says.';
COMMENT ON COLUMN procedure_version.digest IS 'SHA-256 of what was published, by which the same again is known.';
CREATE INDEX procedure_code ON procedure (code text_pattern_ops);

-- Trường hợp giải quyết: chooses parts, limit and fee. A version has one at least.
CREATE TABLE procedure_case (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    code              text NOT NULL CHECK (code ~ '^[A-Z][A-Z0-9_]{0,39}$'),
    position          int NOT NULL CHECK (position BETWEEN 1 AND 20),
    name_vi           text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en           text NOT NULL,
    limit_amount      int CHECK (limit_amount >= 0),
    limit_unit        text CHECK (limit_unit IN ('WORKING_DAY', 'DAY', 'WORKING_HOUR', 'SAME_DAY')),
    confidence        text CHECK (confidence IN ('S', 'K', 'A')),
    UNIQUE (procedure_version, code),
    UNIQUE (procedure_version, position) DEFERRABLE,
    UNIQUE (procedure_version, id),
    CHECK ((limit_amount IS NULL) = (limit_unit IS NULL))
);
COMMENT ON COLUMN procedure_case.limit_amount IS 'NULL: the version''s own.';

-- Thành phần hồ sơ, of one case or (NULL) of all. What a database already has is not asked, and it says why (R15).
CREATE TABLE procedure_part (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    procedure_case    bigint,
    code              text NOT NULL CHECK (code ~ '^[A-Z][A-Z0-9_]{0,39}$'),
    position          int NOT NULL CHECK (position BETWEEN 1 AND 60),
    name_vi           text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en           text NOT NULL,
    originals         int NOT NULL CHECK (originals BETWEEN 0 AND 20),
    copies            int NOT NULL CHECK (copies BETWEEN 0 AND 20),
    required          boolean NOT NULL,
    database_vi       text CHECK (database_vi IS NFC NORMALIZED),
    database_en       text,
    reason_vi         text CHECK (reason_vi IS NFC NORMALIZED),
    reason_en         text,
    confidence        text CHECK (confidence IN ('S', 'K', 'A')),
    UNIQUE NULLS NOT DISTINCT (procedure_version, procedure_case, code),
    UNIQUE (procedure_version, position) DEFERRABLE,
    FOREIGN KEY (procedure_version, procedure_case) REFERENCES procedure_case (procedure_version, id),
    CHECK (num_nulls(database_vi, database_en, reason_vi, reason_en) IN (0, 4)),
    CHECK (database_vi IS NULL OR (NOT required AND originals = 0 AND copies = 0))
);
COMMENT ON COLUMN procedure_part.database_vi IS 'Not asked, because this database has it; reason says how that is known. NULL: asked.';

-- Phí (FEE), lệ phí (CHARGE): what is NULL holds for all. fee_for() finds the rule that counts.
CREATE TABLE fee_rule (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id         uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    procedure_case    bigint,
    channel           text CHECK (channel IN ('ONLINE', 'COUNTER', 'POST', 'HOME', 'APPOINTMENT')),
    agency            bigint REFERENCES agency,
    unit_code         text,
    unit_valid_from   date,
    kind              text NOT NULL CHECK (kind IN ('FEE', 'CHARGE')),
    amount_dong       bigint NOT NULL CHECK (amount_dong BETWEEN 0 AND 1000000000000),
    valid_from        date NOT NULL,
    valid_to          date CHECK (valid_to > valid_from),
    decision          text NOT NULL CHECK (decision IS NFC NORMALIZED),
    confidence        text CHECK (confidence IN ('S', 'K', 'A')),
    FOREIGN KEY (procedure_version, procedure_case) REFERENCES procedure_case (procedure_version, id),
    FOREIGN KEY (unit_code, unit_valid_from) REFERENCES unit,
    CHECK ((unit_code IS NULL) = (unit_valid_from IS NULL)),
    CHECK (agency IS NULL OR unit_code IS NULL),
    EXCLUDE USING gist (int8range(procedure_version, procedure_version, '[]') WITH &&,
        int8range(coalesce(procedure_case, 0), coalesce(procedure_case, 0), '[]') WITH &&,
        int8range(coalesce(agency, 0), coalesce(agency, 0), '[]') WITH &&,
        (coalesce(unit_code, '') || ' ' || coalesce(channel, '') || ' ' || kind) WITH =,
        daterange(valid_from, valid_to) WITH &&)
);

CREATE INDEX fee_rule_version ON fee_rule (procedure_version);

-- Hướng dẫn: a new text takes the place of the former from its day on.
CREATE TABLE procedure_guidance (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure  bigint NOT NULL REFERENCES procedure,
    no         int NOT NULL CHECK (no > 0),
    valid_from date NOT NULL,
    text_vi    text NOT NULL CHECK (text_vi IS NFC NORMALIZED),
    text_en    text NOT NULL,
    confidence text CHECK (confidence IN ('S', 'K', 'A')),
    UNIQUE (procedure, no)
);

-- Which agency publishes procedures of a level, in one field or (NULL) in all.
CREATE TABLE procedure_authority (
    agency bigint NOT NULL REFERENCES agency,
    level  text NOT NULL,
    field  text,
    UNIQUE NULLS NOT DISTINCT (agency, level, field)
);

-- What an offline copy of the catalogue does not know yet: for each procedure its last change, and each day to come on
-- which a version begins or ends. Read in the order of (effective_on, no).
CREATE TABLE catalogue_change (
    no           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure    bigint NOT NULL REFERENCES procedure,
    effective_on date NOT NULL,
    shown        boolean NOT NULL,
    digest       bytea NOT NULL
);
CREATE INDEX catalogue_change_procedure ON catalogue_change (procedure);
COMMENT ON COLUMN catalogue_change.shown IS 'Of a procedure that is listed, or was when it last changed.';

-- The words of each name, folded as search_text() does: what a search is answered from.
CREATE TABLE procedure_word (
    word              text NOT NULL,
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    PRIMARY KEY (word, procedure_version)
);
CREATE INDEX procedure_word_version ON procedure_word (procedure_version);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['procedure_case', 'procedure_part', 'fee_rule', 'procedure_guidance', 'procedure_authority',
                             'catalogue_change', 'procedure_word']
    LOOP
        EXECUTE format('CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION reference_changed()', t);
        EXECUTE format('GRANT SELECT ON %I TO motcua_definer, app_public, app_citizen, app_partner, '
                       'app_officer, app_service, app_worker', t);
    END LOOP;
END $$;
GRANT INSERT ON procedure, procedure_version, procedure_case, procedure_part, fee_rule, procedure_guidance TO motcua_definer;
GRANT UPDATE (valid_to) ON procedure_version TO motcua_definer;
GRANT UPDATE (replaced_by) ON procedure TO motcua_definer;
GRANT INSERT, DELETE ON catalogue_change, procedure_word TO motcua_definer;

INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en, confidence)
SELECT id, 'GENERAL', 1, 'Trường hợp chung', 'General case', 'A' FROM procedure_version;
INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, valid_from, decision, confidence)
SELECT f.procedure_version, nullif(f.channel, 'ANY'), 'CHARGE', f.amount_dong, v.valid_from, v.decision, 'K'
  FROM procedure_fee f JOIN procedure_version v ON v.id = f.procedure_version;
DROP TABLE procedure_fee;

-- What one officer proposes and another publishes. One open proposal a procedure.
CREATE TABLE procedure_proposal (
    id            uuid PRIMARY KEY DEFAULT uuid_v7(),
    no            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    procedure     bigint NOT NULL REFERENCES procedure,
    agency        bigint NOT NULL REFERENCES agency,
    body          jsonb NOT NULL,
    state         text NOT NULL DEFAULT 'PROPOSED' CHECK (state IN ('PROPOSED', 'PUBLISHED', 'WITHDRAWN')),
    proposed_by   bigint NOT NULL REFERENCES officer,
    proposer_name text NOT NULL,
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    ended_by      bigint REFERENCES officer,
    ended_at      timestamptz,
    version       bigint REFERENCES procedure_version,
    CHECK ((state = 'PROPOSED') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)),
    CHECK ((state = 'PUBLISHED') = (version IS NOT NULL)),
    CHECK (state <> 'PUBLISHED' OR proposed_by <> ended_by)
);
CREATE UNIQUE INDEX procedure_proposal_open ON procedure_proposal (procedure) WHERE state = 'PROPOSED';
CREATE INDEX procedure_proposal_agency ON procedure_proposal (agency, no);
COMMENT ON COLUMN procedure_proposal.body IS 'The version as procedure_version_problems() checks it, without its decision.';

-- Nhập danh mục quốc gia: a run of motcua-server catalogue import, and each line of it that was refused.
CREATE TABLE catalogue_import (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file        text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    lines       int NOT NULL DEFAULT 0,
    added       int NOT NULL DEFAULT 0,
    changed     int NOT NULL DEFAULT 0,
    same        int NOT NULL DEFAULT 0,
    refused     int NOT NULL DEFAULT 0
);
CREATE TABLE catalogue_refusal (
    import  bigint NOT NULL REFERENCES catalogue_import ON DELETE CASCADE,
    line    int NOT NULL,
    code    text,
    reason  text NOT NULL,
    content text,
    PRIMARY KEY (import, line)
);
COMMENT ON COLUMN catalogue_refusal.content IS 'The line; NULL when it is no text.';

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['procedure_proposal', 'catalogue_import', 'catalogue_refusal']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO motcua_definer', t);
    END LOOP;
END $$;
CREATE POLICY control ON procedure_proposal FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'PROCEDURE_CONTROL' = ANY (roles())));
GRANT SELECT ON procedure_proposal TO app_officer;

-- migrate:down

DROP FUNCTION IF EXISTS procedure_proposal_lock(uuid);
DROP TABLE catalogue_refusal, catalogue_import, procedure_proposal, procedure_word, catalogue_change, procedure_authority,
    procedure_guidance;
CREATE TABLE procedure_fee (
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    channel           text NOT NULL CHECK (channel IN ('ANY', 'COUNTER', 'ONLINE')),
    amount_dong       bigint NOT NULL CHECK (amount_dong >= 0),
    PRIMARY KEY (procedure_version, channel)
);
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON procedure_fee
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON procedure_fee TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
INSERT INTO procedure_fee
SELECT DISTINCT ON (procedure_version, channel) procedure_version, coalesce(channel, 'ANY'), amount_dong FROM fee_rule
 WHERE num_nonnulls(procedure_case, agency, unit_code) = 0 AND coalesce(channel IN ('COUNTER', 'ONLINE'), true)
 ORDER BY procedure_version, channel, valid_from DESC;
DROP TABLE fee_rule, procedure_part, procedure_case;
DROP INDEX procedure_code;
ALTER TABLE procedure_version DROP COLUMN digest, DROP COLUMN confidence, DROP COLUMN decided_by, DROP COLUMN decided_on,
    DROP COLUMN source;
COMMENT ON COLUMN procedure_version.decision IS NULL;
REVOKE INSERT ON procedure, procedure_version FROM motcua_definer;
REVOKE UPDATE (valid_to) ON procedure_version FROM motcua_definer;
REVOKE UPDATE (replaced_by) ON procedure FROM motcua_definer;
