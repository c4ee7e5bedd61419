-- Who holds which role at an agency, from when until when, and who stands in for whom.
-- Written by the functions of schema/db/functions/84_staff.sql. Source: issue 4 (staff), DOMAIN §5.2 (who may do what), R24.

-- migrate:up

-- Equality of numbers and texts beside the overlap of ranges, for the two exclusion constraints below.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;

CREATE TABLE staff_role (
    id       text PRIMARY KEY CHECK (id ~ '^[A-Z][A-Z_]{1,39}$'),
    position int NOT NULL UNIQUE,
    name_vi  text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en  text NOT NULL,
    duty_vi  text NOT NULL CHECK (duty_vi IS NFC NORMALIZED),
    duty_en  text NOT NULL
);
COMMENT ON TABLE staff_role IS 'Vai trò: what dossier_transition.actor_roles and roles() are made of.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON staff_role
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON staff_role TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

CREATE TABLE staff_grant (
    id           uuid PRIMARY KEY DEFAULT uuid_v7(),
    no           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    officer      bigint NOT NULL REFERENCES officer,
    agency       bigint NOT NULL REFERENCES agency,
    role         text NOT NULL REFERENCES staff_role,
    starts_at    timestamptz NOT NULL DEFAULT now(),
    ends_at      timestamptz,
    granted_by   bigint REFERENCES officer,
    granted_at   timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    withdrawn_by bigint REFERENCES officer,
    held         tstzrange NOT NULL GENERATED ALWAYS AS (
                     CASE WHEN withdrawn_at <= starts_at THEN 'empty'::tstzrange
                          ELSE tstzrange(starts_at, least(ends_at, withdrawn_at)) END) STORED,
    CHECK (ends_at > starts_at),
    CHECK (granted_by <> officer),
    EXCLUDE USING gist (officer WITH =, agency WITH =, role WITH =, held WITH &&)
);
COMMENT ON COLUMN staff_grant.agency IS 'Counts only while it is the officer''s agency.';
COMMENT ON COLUMN staff_grant.granted_by IS 'NULL: the service itself (motcua-server appoint, or the seed).';
COMMENT ON COLUMN staff_grant.held IS 'When it counts, from start to end or withdrawal, whichever is first.';
CREATE INDEX staff_grant_agency ON staff_grant (agency, role);

-- The substitute holds what the absent officer's own grants give, for as long as they give it: nothing is copied.
CREATE TABLE staff_substitution (
    id                  uuid PRIMARY KEY DEFAULT uuid_v7(),
    no                  bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    agency              bigint NOT NULL REFERENCES agency,
    absent              bigint NOT NULL REFERENCES officer,
    substitute          bigint NOT NULL REFERENCES officer,
    starts_at           timestamptz NOT NULL,
    ends_at             timestamptz NOT NULL,
    with_administration boolean NOT NULL DEFAULT false,
    made_by             bigint NOT NULL REFERENCES officer,
    made_at             timestamptz NOT NULL DEFAULT now(),
    ended_at            timestamptz,
    ended_by            bigint REFERENCES officer,
    held                tstzrange NOT NULL GENERATED ALWAYS AS (
                            CASE WHEN ended_at <= starts_at THEN 'empty'::tstzrange
                                 ELSE tstzrange(starts_at, least(ends_at, ended_at)) END) STORED,
    CHECK (ends_at > starts_at),
    CHECK (absent <> substitute),
    CHECK (made_by <> substitute),
    EXCLUDE USING gist (substitute WITH =, absent WITH =, held WITH &&)
);
COMMENT ON COLUMN staff_substitution.with_administration IS 'ADMINISTRATOR, too, passes over; else it does not.';
CREATE INDEX staff_substitution_absent ON staff_substitution (absent);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['staff_grant', 'staff_substitution']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY worker ON %I FOR SELECT TO app_worker USING (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON staff_grant, staff_substitution TO motcua_definer;
GRANT UPDATE (withdrawn_at, withdrawn_by) ON staff_grant TO motcua_definer;
GRANT UPDATE (ended_at, ended_by) ON staff_substitution TO motcua_definer;
GRANT INSERT ON officer TO motcua_definer;
GRANT SELECT (officer, agency, role, held) ON staff_grant TO app_worker;
GRANT SELECT (agency, absent, substitute, with_administration, held) ON staff_substitution TO app_worker;

-- An officer sees its own and those of whom it stands in for; administrators and heads see their agency's.
CREATE POLICY mine_officer ON staff_substitution FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[])
    AND ((SELECT me()) IN (absent, substitute) OR (SELECT roles() && ARRAY['ADMINISTRATOR', 'HEAD'])));
CREATE POLICY mine_officer ON staff_grant FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[])
    AND (officer = (SELECT me()) OR (SELECT roles() && ARRAY['ADMINISTRATOR', 'HEAD'])
         OR officer IN (SELECT absent FROM staff_substitution WHERE substitute = (SELECT me()))));
GRANT SELECT ON staff_grant, staff_substitution TO app_officer;

-- Placeholders for the reference data, which load.sh brings after the migrations.
INSERT INTO staff_role (id, position, name_vi, name_en, duty_vi, duty_en)
SELECT role, row_number() OVER (ORDER BY role), role, role, role, role FROM (SELECT DISTINCT unnest(roles) AS role FROM officer) AS held;
INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, unnest(roles) FROM officer;
ALTER TABLE officer DROP roles;
COMMENT ON FUNCTION roles() IS 'Roles of an officer, as in staff_role.id.';

-- They give one column more from now on; schema/db/functions makes them again.
DROP FUNCTION IF EXISTS session_viewer(uuid), rights_of(bigint);

-- migrate:down

DROP FUNCTION IF EXISTS session_viewer(uuid), rights_of(bigint);
ALTER TABLE officer ADD roles text[] NOT NULL DEFAULT '{}' CHECK (
    roles <@ ARRAY['INTAKE', 'DISPATCHER', 'PROCESSOR', 'SIGNER', 'HEAD', 'COUNTER', 'FIELD']);
UPDATE officer o SET roles = ARRAY(
    SELECT DISTINCT g.role FROM staff_grant g WHERE (g.officer, g.agency) = (o.id, o.agency) AND g.held @> now()
       AND g.role IN ('INTAKE', 'DISPATCHER', 'PROCESSOR', 'SIGNER', 'HEAD', 'COUNTER', 'FIELD'));
ALTER TABLE officer ALTER roles DROP DEFAULT;
GRANT SELECT (roles) ON officer TO app_officer, app_worker;
REVOKE INSERT ON officer FROM motcua_definer;
DROP TABLE staff_substitution, staff_grant, staff_role CASCADE;
DROP EXTENSION btree_gist;
COMMENT ON FUNCTION roles() IS 'Roles of an officer, as in officer.roles.';
