-- Idempotency keys: claimed first in the write's own transaction, so that a failure, which rolls back, stores nothing.
-- Called by every mutation (claim, store) and by the worker's tick (prune). Source: ARCHITECTURE §3, issue 2.
SET ROLE motcua_definer;

-- NEW: go on, and store the outcome. REPEAT: the stored outcome. REUSED: the key stands for another request. at is when
-- the change was made, so now() for a new one. Of two at once the second waits for the first to end
-- (bounded by lock_timeout).
CREATE OR REPLACE FUNCTION idempotency_claim(p_key text, p_request_sha256 bytea)
RETURNS TABLE (verdict text, outcome_type text, outcome_ids bigint[], outcome_seq int, outcome_public_id uuid, at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF principal() IS NULL THEN
        RAISE EXCEPTION 'an idempotency key needs an identity' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO idempotency (principal, key, request_sha256) VALUES (principal(), p_key, p_request_sha256)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN QUERY SELECT 'NEW', NULL::text, NULL::bigint[], NULL::int, NULL::uuid, now();
    ELSE
        RETURN QUERY
        SELECT CASE WHEN i.request_sha256 = p_request_sha256 THEN 'REPEAT' ELSE 'REUSED' END,
               CASE WHEN i.request_sha256 = p_request_sha256 THEN i.outcome_type END,
               CASE WHEN i.request_sha256 = p_request_sha256 THEN i.outcome_ids END,
               CASE WHEN i.request_sha256 = p_request_sha256 THEN i.outcome_seq END,
               CASE WHEN i.request_sha256 = p_request_sha256 THEN i.outcome_public_id END,
               CASE WHEN i.request_sha256 = p_request_sha256 THEN i.at END
          FROM idempotency i WHERE i.principal = principal() AND i.key = p_key;
    END IF;
END $$;

-- Only in the transaction that claimed the key, and only once.
CREATE OR REPLACE FUNCTION idempotency_store(p_key text, p_outcome_type text, p_outcome_ids bigint[], p_outcome_seq int,
    p_outcome_public_id uuid DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE idempotency SET outcome_type = p_outcome_type, outcome_ids = p_outcome_ids, outcome_seq = p_outcome_seq,
           outcome_public_id = p_outcome_public_id
     WHERE principal = principal() AND key = p_key AND outcome_type IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'idempotency key was not claimed, or has its outcome already';
    END IF;
END $$;

-- Removes keys older than 30 days, at most 10,000 a call so that no call is long; returns how many.
CREATE OR REPLACE FUNCTION idempotency_prune() RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH gone AS (
        DELETE FROM idempotency WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM idempotency WHERE at < now() - interval '30 days' LIMIT 10000))
        RETURNING 1)
    SELECT count(*)::int FROM gone
$$;

GRANT EXECUTE ON FUNCTION idempotency_claim(text, bytea), idempotency_store(text, text, bigint[], int, uuid)
    TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION idempotency_prune() TO app_worker;
RESET ROLE;
