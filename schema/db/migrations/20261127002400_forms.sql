-- Tờ khai điện tử: what a procedure asks, what is being filled in, and what was declared.
-- Source: DOMAIN R16, R12, §2.10. Written by functions/35_forms.sql alone; forms by seed/reference.

-- migrate:up

-- A form is a JSON Schema (lib/json_schema says of which part of draft 7) of one flat object. Beside the schema, each of its
-- properties has x-label-vi, x-label-en, x-order and, where it may be known already, x-source.
CREATE TABLE procedure_form (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    case_code         text NOT NULL DEFAULT '' CHECK (case_code ~ '^[A-Z0-9_]{0,40}$'),
    no                int NOT NULL CHECK (no > 0),
    schema            jsonb NOT NULL CHECK (jsonb_typeof(schema->'properties') = 'object' AND octet_length(schema::text) <= 65536),
    UNIQUE (procedure_version, case_code, no)
);
COMMENT ON COLUMN procedure_form.case_code IS 'Trường hợp giải quyết; '''' is the procedure without cases.';
COMMENT ON COLUMN procedure_form.no IS 'The highest is asked; what was declared keeps the one it was asked by.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON procedure_form
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON procedure_form TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

-- A form that somebody fills in, on as many devices as he has. Its values are not sealed: they are prefilled from, checked
-- and joined here, nobody but the writer is let see them, and they are gone with the draft.
CREATE TABLE draft (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    owner           bigint NOT NULL REFERENCES subject,
    applicant       bigint NOT NULL REFERENCES subject,
    form            bigint NOT NULL REFERENCES procedure_form,
    received_agency bigint REFERENCES agency,
    channel         text NOT NULL DEFAULT 'ONLINE' CHECK (channel IN ('ONLINE', 'COUNTER', 'POST', 'HOME', 'APPOINTMENT')),
    seq             int NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL
);
COMMENT ON COLUMN draft.owner IS 'Who writes it, a person.';
COMMENT ON COLUMN draft.applicant IS 'For whom it will be handed in.';
CREATE INDEX draft_owner ON draft (owner, id DESC);
CREATE INDEX draft_applicant ON draft (applicant);
CREATE INDEX draft_expires ON draft (expires_at);

CREATE TABLE draft_field (
    draft bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
    owner bigint NOT NULL REFERENCES subject,
    name  text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    value jsonb NOT NULL,
    seq   int NOT NULL,
    at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (draft, name)
);
COMMENT ON COLUMN draft_field.seq IS 'The draft''s seq when it was written last: two devices write side by side, the later one wins a field.';

-- What a dossier was handed in with. known: the names that nobody was asked for.
CREATE TABLE dossier_form (
    dossier   bigint PRIMARY KEY REFERENCES dossier,
    applicant bigint NOT NULL REFERENCES subject,
    form      bigint NOT NULL REFERENCES procedure_form,
    fields    jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    known     text[] NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dossier_form_applicant ON dossier_form (applicant, dossier DESC);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['draft', 'draft_field', 'dossier_form']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON draft, draft_field TO motcua_definer;
GRANT SELECT, INSERT, DELETE ON dossier_form TO motcua_definer;
GRANT UPDATE (fields) ON dossier_form TO motcua_definer;

CREATE POLICY mine ON draft FOR SELECT TO app_citizen USING (owner = (SELECT me()) AND expires_at > now());
CREATE POLICY mine ON draft_field FOR SELECT TO app_citizen USING (owner = (SELECT me()));
GRANT SELECT ON draft, draft_field TO app_citizen;

-- No grant of a dossier shows its form: a form tells of people who have not been asked, and DossierField has no word for it.
CREATE POLICY mine ON dossier_form FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY agency ON dossier_form FOR SELECT TO app_officer USING (EXISTS (SELECT FROM dossier d WHERE d.id = dossier_form.dossier));
GRANT SELECT ON dossier_form TO app_citizen, app_officer;

-- migrate:down

DROP TABLE dossier_form, draft_field, draft, procedure_form CASCADE;
