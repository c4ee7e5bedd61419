-- The audit cannot be rewritten unseen: its rows are chained by hash, and the heads of the chains are signed each minute
-- with a key that is not on the database's host. Chained and signed by functions/93_audit.sql alone, verified by
-- tools/verify_audit.mjs. A row is given its place after its commit, so one committed late is chained late, never missed.
-- Source: SECURITY §3.3.

-- migrate:up

ALTER TABLE audit ADD chain smallint CHECK (chain BETWEEN 0 AND 15), ADD seq bigint CHECK (seq > 0),
    ADD prev bytea CHECK (length(prev) = 32), ADD hash bytea CHECK (length(hash) = 32),
    ADD CONSTRAINT audit_place UNIQUE (chain, seq), ADD CHECK (num_nulls(chain, seq, prev, hash) IN (0, 4));
COMMENT ON COLUMN audit.seq IS 'Its place in its chain, without gap; NULL until the sealer has seen it, within seconds.';
COMMENT ON COLUMN audit.prev IS 'The hash of the row before it in its chain; zeros before the first.';
CREATE INDEX audit_unsealed ON audit (at, id) WHERE seq IS NULL;

-- Where each chain ends.
CREATE TABLE audit_chain (
    chain smallint PRIMARY KEY CHECK (chain BETWEEN 0 AND 15),
    seq   bigint NOT NULL DEFAULT 0,
    hash  bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(hash) = 32)
) WITH (fillfactor = 50);
INSERT INTO audit_chain (chain) SELECT generate_series(0, 15);

CREATE TABLE audit_head (
    no        bigint PRIMARY KEY CHECK (no > 0),
    at        timestamptz NOT NULL,
    head      text NOT NULL CHECK (length(head) <= 4096),
    key_id    text NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
    signature bytea NOT NULL CHECK (length(signature) = 64)
);
COMMENT ON COLUMN audit_head.head IS 'The very bytes that are signed (functions/93_audit.sql).';
COMMENT ON COLUMN audit_head.key_id IS 'The first 8 bytes of SHA-256 of the raw public key (Ed25519).';

-- Even the owner only adds. A superuser can switch this off, which is what chains and signatures are for.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = motcua, pg_temp AS $$
DECLARE
    c_seal CONSTANT text[] := ARRAY['chain', 'seq', 'prev', 'hash'];
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit' AND to_jsonb(OLD)->>'seq' IS NULL
       AND to_jsonb(NEW) - c_seal = to_jsonb(OLD) - c_seal THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON audit_head EXECUTE FUNCTION audit_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_head FROM motcua_owner;
REVOKE DELETE, TRUNCATE ON audit_chain FROM motcua_owner;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['audit_chain', 'audit_head']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
ALTER POLICY definer ON audit WITH CHECK (seq IS NULL);
CREATE POLICY definer_reads ON audit FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer_seals ON audit FOR UPDATE TO motcua_definer USING (seq IS NULL) WITH CHECK (seq IS NOT NULL);
GRANT SELECT, UPDATE (chain, seq, prev, hash) ON audit TO motcua_definer;
GRANT SELECT, UPDATE (seq, hash) ON audit_chain TO motcua_definer;
GRANT SELECT, INSERT ON audit_head TO motcua_definer;

-- migrate:down

DROP TABLE audit_head, audit_chain;
DROP TRIGGER kept ON audit;
DROP TRIGGER kept_whole ON audit;
DROP FUNCTION audit_refuse();
DROP POLICY definer_reads ON audit;
DROP POLICY definer_seals ON audit;
ALTER POLICY definer ON audit WITH CHECK (true);
REVOKE SELECT, UPDATE (chain, seq, prev, hash) ON audit FROM motcua_definer;
GRANT UPDATE, DELETE, TRUNCATE ON audit TO motcua_owner;
ALTER TABLE audit DROP chain, DROP seq, DROP prev, DROP hash;
