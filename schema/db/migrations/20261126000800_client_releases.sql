-- migrate:up

-- Which versions of an app may still be used. A row counts from its day until the next one of the same app.
CREATE TABLE client_release (
    name            text NOT NULL CHECK (name ~ '^[a-z0-9.-]{1,64}$'),
    valid_from      date NOT NULL,
    least_version   text NOT NULL CHECK (least_version ~ '^[0-9]{1,6}(\.[0-9]{1,6}){0,3}$'),
    advised_version text NOT NULL CHECK (advised_version ~ '^[0-9]{1,6}(\.[0-9]{1,6}){0,3}$'),
    PRIMARY KEY (name, valid_from)
);

CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client_release
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON client_release TO app_public;

-- migrate:down

DROP TABLE client_release;
