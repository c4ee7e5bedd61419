-- Who changed a right or an identity: one row a change, in the change's own transaction, never touched again.
-- A plain table and not monthly partitions: nothing of it is ever dropped, and a chain over it must not end at a month.
-- Written by audit_write() alone. Source: SECURITY §3.3, DOMAIN R26.

-- migrate:up

CREATE FUNCTION current_session() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.session', true), '')::uuid;
COMMENT ON FUNCTION current_session() IS 'The session the caller came with; NULL for the service itself.';

CREATE TABLE audit (
    id         uuid PRIMARY KEY DEFAULT uuid_v7(),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_kind text NOT NULL CHECK (actor_kind IN ('CITIZEN', 'PARTNER', 'OFFICER', 'SERVICE', 'SYSTEM')),
    actor_id   bigint,
    session    uuid,
    act        text NOT NULL CHECK (act ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$'),
    object     text NOT NULL CHECK (length(object) BETWEEN 1 AND 200),
    body       jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN audit.act IS 'What was done, as staff.grant.';
COMMENT ON COLUMN audit.object IS 'To whom or what, by its public id, as officer:<uuid>.';
COMMENT ON COLUMN audit.body IS 'What changed. No personal data: it is kept longer than any of that.';
CREATE INDEX audit_object ON audit (object, at);

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON audit FOR INSERT TO motcua_definer WITH CHECK (true);
GRANT INSERT ON audit TO motcua_definer;
GRANT EXECUTE ON FUNCTION current_session()
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

-- migrate:down

DROP TABLE audit CASCADE;
DELETE FROM loaded WHERE part = 'functions';
DROP FUNCTION current_session();
