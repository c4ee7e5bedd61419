-- Chains and heads of the audit. Called by the worker's sealer as app_worker, each second and each minute.
--
-- A row's chain is the low four bits of the first byte of SHA-256 of its object in UTF-8.
-- Its hash is SHA-256 of prev (32 bytes; zeros for the first row) followed by these fields in order, each as the length of
-- its UTF-8 bytes in 4 bytes, big-endian, then the bytes; a NULL is the length ffffffff and nothing:
--   chain, seq, id, at (microseconds since 1970 UTC), actor_kind, actor_id, session, act, object, body,
-- numbers in decimal, uuids in lower case with hyphens, body as PostgreSQL writes jsonb.
-- A head is the text {"no":1,"at":"…Z","prev":"…","rows":…,"heads":[[seq,"hash"],…]} in one line without spaces: prev is
-- the hex of SHA-256 of the head before it ("" for the first), rows the sum of all seq, heads the ends of chains 0 to 15.
-- Its UTF-8 bytes are what Ed25519 signs.
-- Source: SECURITY §3.3.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION audit_field(p_text text) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(int4send(octet_length(convert_to(p_text, 'UTF8'))) || convert_to(p_text, 'UTF8'), int4send(-1))
$$;

CREATE OR REPLACE FUNCTION audit_hash(p_prev bytea, p_chain int, p_seq bigint, p_row audit) RETURNS bytea
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT sha256(p_prev || audit_field(p_chain::text) || audit_field(p_seq::text) || audit_field(p_row.id::text)
        || audit_field((extract(epoch FROM p_row.at) * 1000000)::bigint::text) || audit_field(p_row.actor_kind)
        || audit_field(p_row.actor_id::text) || audit_field(p_row.session::text) || audit_field(p_row.act)
        || audit_field(p_row.object) || audit_field(p_row.body::text))
$$;

-- Chains committed rows that wait, oldest first, at most p_limit; gives how many.
CREATE OR REPLACE FUNCTION audit_seal(p_limit int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    -- Any constant will do; it is this function's alone.
    c_seal_lock CONSTANT bigint := 4631987;
    v_row   audit;
    v_end   audit_chain;
    v_hash  bytea;
    v_count int := 0;
BEGIN
    -- A statement of its own: the next one takes its snapshot after the lock is ours.
    PERFORM pg_advisory_xact_lock(c_seal_lock);
    FOR v_row IN SELECT * FROM audit WHERE seq IS NULL ORDER BY at, id LIMIT least(greatest(p_limit, 0), 10000)
    LOOP
        SELECT * INTO STRICT v_end FROM audit_chain
         WHERE chain = get_byte(sha256(convert_to(v_row.object, 'UTF8')), 0) & 15;
        v_hash := audit_hash(v_end.hash, v_end.chain, v_end.seq + 1, v_row);
        UPDATE audit SET chain = v_end.chain, seq = v_end.seq + 1, prev = v_end.hash, hash = v_hash WHERE id = v_row.id;
        UPDATE audit_chain SET seq = v_end.seq + 1, hash = v_hash WHERE chain = v_end.chain;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- What is to be signed now; no row when nothing was sealed since the last head, or that is younger than p_every_s.
CREATE OR REPLACE FUNCTION audit_head_next(p_every_s int) RETURNS TABLE (no bigint, head text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH last AS (
        SELECT no, at, head FROM audit_head ORDER BY no DESC LIMIT 1
    ), ends AS (
        SELECT sum(seq)::bigint AS rows, string_agg(format('[%s,"%s"]', seq, encode(hash, 'hex')), ',' ORDER BY chain) AS heads
          FROM audit_chain
    ), next AS (
        SELECT coalesce((SELECT no FROM last), 0) + 1 AS no,
               coalesce((SELECT encode(sha256(convert_to(head, 'UTF8')), 'hex') FROM last), '') AS prev,
               to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
    )
    SELECT n.no, format('{"no":%s,"at":"%s","prev":"%s","rows":%s,"heads":[%s]}', n.no, n.at, n.prev, e.rows, e.heads)
      FROM next n, ends e
     WHERE e.rows <> coalesce((SELECT (head::jsonb->>'rows')::bigint FROM last), 0)
       AND NOT EXISTS (SELECT FROM last WHERE at > clock_timestamp() - make_interval(secs => p_every_s))
$$;

-- True when the head is kept: it follows the last one, and nobody else's came first.
CREATE OR REPLACE FUNCTION audit_head_add(p_head text, p_key_id text, p_signature bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_head jsonb := p_head::jsonb;
BEGIN
    INSERT INTO audit_head (no, at, head, key_id, signature)
    SELECT (v_head->>'no')::bigint, (v_head->>'at')::timestamptz, p_head, p_key_id, p_signature
     WHERE (v_head->>'no')::bigint = (SELECT coalesce(max(no), 0) + 1 FROM audit_head)
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- The last p_count heads, oldest first: for another agency to keep.
CREATE OR REPLACE FUNCTION audit_heads(p_count int) RETURNS TABLE (no bigint, head text, key_id text, signature bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT no, head, key_id, signature
      FROM (SELECT * FROM audit_head ORDER BY no DESC LIMIT least(greatest(p_count, 0), 100000)) AS h ORDER BY no
$$;

GRANT EXECUTE ON FUNCTION audit_seal(int), audit_head_next(int), audit_head_add(text, text, bytea), audit_heads(int)
    TO app_worker;
RESET ROLE;
