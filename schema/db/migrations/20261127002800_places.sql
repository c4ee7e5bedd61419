-- Places: units with a number of their own, reception points with their hours, and what place a dossier is about.
-- Source: DOMAIN §2.9, §4.1 (9, 18), R10.

-- migrate:up

ALTER TABLE unit ADD id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD sandbox boolean NOT NULL DEFAULT false,
    ADD words tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, search_text(name))) STORED;
COMMENT ON COLUMN unit.words IS 'Without marks, so that it does not matter on which vowel a tone is written (Hoà, Hòa).';
CREATE INDEX unit_words ON unit USING gin (words);
CREATE INDEX unit_parent ON unit (parent_code, parent_valid_from);
CREATE INDEX agency_unit ON agency (unit_code, unit_valid_from);
CREATE INDEX agency_competence_level ON agency_competence (level);

-- Điểm tiếp nhận: where an agency with the kind RECEPTION or SUPPORT is found.
CREATE TABLE service_point (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    agency    bigint NOT NULL REFERENCES agency,
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name IS NFC NORMALIZED),
    latitude  numeric(8, 6) NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude numeric(9, 6) NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    sample    boolean NOT NULL,
    UNIQUE (agency, name)
);
COMMENT ON COLUMN service_point.sample IS 'Its place and its hours are sample data, to be replaced by what the agency says.';

-- Giờ mở cửa; none: not known.
CREATE TABLE service_point_hours (
    point   bigint NOT NULL REFERENCES service_point ON DELETE CASCADE,
    weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens   time NOT NULL,
    closes  time NOT NULL,
    PRIMARY KEY (point, weekday, opens),
    CHECK (closes > opens)
);
COMMENT ON COLUMN service_point_hours.weekday IS 'Monday is 1, Sunday 7.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON service_point
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON service_point_hours
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON service_point, service_point_hours TO motcua_definer, app_public, app_citizen, app_partner, app_officer;

-- Nơi có việc: the commune a dossier is about, as it was said and as it was on the day of the submission, and who helped to
-- hand it in. No row: nothing was said.
CREATE TABLE dossier_place (
    dossier        bigint PRIMARY KEY REFERENCES dossier ON DELETE CASCADE,
    applicant      bigint NOT NULL REFERENCES subject,
    given          bigint REFERENCES unit (id),
    unit           bigint REFERENCES unit (id),
    support_agency bigint REFERENCES agency,
    CHECK ((given IS NULL) = (unit IS NULL))
);
COMMENT ON COLUMN dossier_place.given IS 'An old unit, or the same as unit.';

ALTER TABLE dossier_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE dossier_place FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON dossier_place TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON dossier_place TO motcua_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE, UPDATE (given, unit) ON dossier_place TO motcua_definer;
CREATE POLICY mine ON dossier_place FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY agency ON dossier_place FOR SELECT TO app_officer USING (EXISTS (SELECT FROM dossier d WHERE d.id = dossier_place.dossier));
GRANT SELECT ON dossier_place TO app_citizen, app_officer;

-- Loaded anew in their new shape.
DROP FUNCTION IF EXISTS competent_agency(text, text, bigint, bigint, date), submit_dossier(text, text, bigint, text), submit_draft(text);

-- migrate:down

DROP FUNCTION IF EXISTS submit_dossier(text, text, bigint, text, jsonb), submit_draft(text, jsonb),
    dossier_route(bigint, bigint, jsonb, date), near_points(bigint, text, date, numeric, numeric, int), search_units(text, boolean, int);
DROP TABLE dossier_place, service_point_hours, service_point;
DROP INDEX agency_competence_level, agency_unit, unit_parent, unit_words;
ALTER TABLE unit DROP words, DROP sandbox, DROP id;
