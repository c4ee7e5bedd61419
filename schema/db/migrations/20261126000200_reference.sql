-- Reference data: what every citizen may read. Units, agencies, procedures, the working calendar, and the
-- dossier's machine as data. Server processes keep it in memory and reload a table when the channel
-- 'reference' names it. Filled by schema/db/seed/reference.
-- Source: DOMAIN §2.3, §2.5, §2.9, §2.10, §5.1, §5.2.

-- migrate:up

-- Đơn vị hành chính. GSO codes were re-used on 2025-07-01, so the day belongs to the key.
CREATE TABLE unit (
    code              text NOT NULL CHECK (code ~ '^\d{2,5}$'),
    valid_from        date NOT NULL,
    valid_to          date CHECK (valid_to > valid_from),
    level             text NOT NULL CHECK (level IN ('PROVINCE', 'DISTRICT', 'COMMUNE')),
    kind              text NOT NULL,
    name              text NOT NULL CHECK (name IS NFC NORMALIZED),
    parent_code       text,
    parent_valid_from date,
    PRIMARY KEY (code, valid_from),
    FOREIGN KEY (parent_code, parent_valid_from) REFERENCES unit
);
COMMENT ON COLUMN unit.valid_to IS 'First day it is no longer in force; NULL while it is.';

-- Which units follow a unit; part: only a part of the old one went there.
CREATE TABLE unit_successor (
    old_code       text NOT NULL,
    old_valid_from date NOT NULL,
    new_code       text NOT NULL,
    new_valid_from date NOT NULL,
    part           boolean NOT NULL,
    PRIMARY KEY (old_code, old_valid_from, new_code, new_valid_from),
    FOREIGN KEY (old_code, old_valid_from) REFERENCES unit,
    FOREIGN KEY (new_code, new_valid_from) REFERENCES unit
);

-- Cơ quan, đơn vị (mã định danh H09…, H29…).
CREATE TABLE agency (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    code            text NOT NULL UNIQUE CHECK (code ~ '^[GH]\d{2}(\.\d{1,3}){0,4}$'),
    name            text NOT NULL CHECK (name IS NFC NORMALIZED),
    unit_code       text NOT NULL,
    unit_valid_from date NOT NULL,
    kinds           text[] NOT NULL CHECK (kinds <@ ARRAY['RECEPTION', 'COMPETENT', 'SUPPORT']),
    valid_from      date NOT NULL,
    valid_to        date CHECK (valid_to > valid_from),
    successor       bigint REFERENCES agency,
    FOREIGN KEY (unit_code, unit_valid_from) REFERENCES unit
);

-- Thủ tục hành chính. The law changes the version, never the procedure.
CREATE TABLE procedure (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    code        text NOT NULL UNIQUE CHECK (code ~ '^\d\.\d{6}(\..+)?$'),
    field       text NOT NULL,
    level       text NOT NULL CHECK (level IN ('PROVINCE', 'COMMUNE', 'LAND_OFFICE', 'SOCIAL_INSURANCE',
                                               'POLICE', 'INDUSTRIAL_ZONE')),
    replaced_by bigint REFERENCES procedure
);

CREATE TABLE procedure_version (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id     uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    procedure     bigint NOT NULL REFERENCES procedure,
    no            int NOT NULL CHECK (no > 0),
    valid_from    date NOT NULL,
    valid_to      date CHECK (valid_to > valid_from),
    decision      text NOT NULL,
    name          text NOT NULL CHECK (name IS NFC NORMALIZED),
    search_text   text NOT NULL GENERATED ALWAYS AS (search_text(name)) STORED,
    limit_amount  int CHECK (limit_amount >= 0),
    limit_unit    text CHECK (limit_unit IN ('WORKING_DAY', 'DAY', 'WORKING_HOUR', 'SAME_DAY')),
    limit_text    text,
    fee_text      text,
    online_level  text NOT NULL CHECK (online_level IN ('FULL', 'PARTIAL', 'INFORMATION')),
    home_eligible boolean NOT NULL,
    boundary_free boolean NOT NULL,
    UNIQUE (procedure, no),
    CHECK ((limit_amount IS NULL) = (limit_unit IS NULL)),
    EXCLUDE USING gist (int8range(procedure, procedure, '[]') WITH &&, daterange(valid_from, valid_to) WITH &&)
);
COMMENT ON COLUMN procedure_version.limit_amount IS 'NULL: the law names no limit, and the dossier gets no due date.';

-- A fee is a rule of a version and a channel; the text above keeps what the rule cannot say yet.
CREATE TABLE procedure_fee (
    procedure_version bigint NOT NULL REFERENCES procedure_version,
    channel           text NOT NULL CHECK (channel IN ('ANY', 'COUNTER', 'ONLINE')),
    amount_dong       bigint NOT NULL CHECK (amount_dong >= 0),
    PRIMARY KEY (procedure_version, channel)
);

-- Who decides: an agency is competent for a level, in one field or (NULL) in all.
CREATE TABLE agency_competence (
    agency bigint NOT NULL REFERENCES agency,
    level  text NOT NULL,
    field  text,
    UNIQUE NULLS NOT DISTINCT (agency, level, field)
);

-- Lịch làm việc, in versions: the calendar in force is the published one with the highest version.
CREATE TABLE working_calendar (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version      int NOT NULL UNIQUE,
    name         text NOT NULL,
    source       text NOT NULL,
    published_at timestamptz,
    same_day_until time NOT NULL
);
COMMENT ON COLUMN working_calendar.same_day_until IS
    'A same-day procedure received later than this is due on the next working day.';

CREATE TABLE working_hours (
    calendar bigint NOT NULL REFERENCES working_calendar,
    opens    time NOT NULL,
    closes   time NOT NULL,
    PRIMARY KEY (calendar, opens),
    CHECK (closes > opens)
);

-- Only the exceptions: Monday to Friday work unless HOLIDAY or CLOSED, a weekend only if MAKEUP (làm bù).
CREATE TABLE calendar_day (
    calendar    bigint NOT NULL REFERENCES working_calendar,
    day         date NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('HOLIDAY', 'MAKEUP', 'CLOSED')),
    name        text NOT NULL,
    provisional boolean NOT NULL DEFAULT false,
    PRIMARY KEY (calendar, day)
);

-- The dossier's machine (DOMAIN §5.2): states, guards, edges.
CREATE TABLE dossier_state (
    id            text PRIMARY KEY,
    position      int NOT NULL UNIQUE,
    name_vi       text NOT NULL,
    name_en       text NOT NULL,
    national_code int CHECK (national_code BETWEEN 1 AND 10),
    display_group text NOT NULL CHECK (display_group IN ('WAITING', 'SUPPLEMENT', 'RECEIVED', 'REJECTED', 'DONE')),
    terminal      boolean NOT NULL
);

-- A guard's name is a promise kept by dossier_problems(); here is what the caller is told when it fails.
CREATE TABLE dossier_guard (
    id   text PRIMARY KEY,
    path text NOT NULL,
    vi   text NOT NULL,
    en   text NOT NULL
);

CREATE TABLE dossier_transition (
    id           text PRIMARY KEY,
    from_state   text REFERENCES dossier_state,
    event        text NOT NULL,
    to_state     text NOT NULL REFERENCES dossier_state,
    actor_kinds  text[] NOT NULL CHECK (actor_kinds <@ ARRAY['CITIZEN', 'PARTNER', 'OFFICER', 'SYSTEM']),
    actor_roles  text[] NOT NULL,
    agency_scope text CHECK (agency_scope IN ('RECEIVED', 'COMPETENT', 'EITHER')),
    guards       text[] NOT NULL,
    template     text,
    class        text CHECK (class IN ('A', 'B', 'C')),
    clock        text NOT NULL CHECK (clock IN ('NONE', 'START', 'PAUSE', 'RESUME', 'STOP')),
    UNIQUE NULLS NOT DISTINCT (from_state, event),
    CHECK ((template IS NULL) = (class IS NULL))
);
COMMENT ON COLUMN dossier_transition.from_state IS 'NULL: the edge that makes the dossier.';
COMMENT ON COLUMN dossier_transition.agency_scope IS
    'Which agency of the dossier the officer must belong to; NULL when no officer acts.';

CREATE FUNCTION reference_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('reference', TG_TABLE_NAME);
    RETURN NULL;
END $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['unit', 'unit_successor', 'agency', 'procedure', 'procedure_version', 'procedure_fee',
        'agency_competence', 'working_calendar', 'working_hours', 'calendar_day', 'dossier_state',
        'dossier_guard', 'dossier_transition']
    LOOP
        EXECUTE format('CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION reference_changed()', t);
        EXECUTE format('GRANT SELECT ON %I TO motcua_definer, app_public, app_citizen, app_partner, '
                       'app_officer, app_service, app_worker', t);
    END LOOP;
END $$;

-- migrate:down

DROP TABLE dossier_transition, dossier_guard, dossier_state, calendar_day, working_hours, working_calendar,
    agency_competence, procedure_fee, procedure_version, procedure, agency, unit_successor, unit CASCADE;
DROP FUNCTION reference_changed();
