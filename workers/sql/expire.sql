-- expire: $1 int rows at most -> expired. Waiting rows nobody claims in time, as those of a channel without a key.
-- Lane slow, role app_worker.
WITH gone AS (
    DELETE FROM delivery WHERE id = ANY (ARRAY(
        SELECT id FROM delivery WHERE state = 0 AND expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING *
), logged AS (
    INSERT INTO delivery_log (id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
                              attempts, crashes, created_at, outcome, reason, payload)
    SELECT id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
           attempts, crashes, created_at, 'SKIPPED', 'expired', payload FROM gone
    RETURNING 1)
SELECT count(*) AS expired FROM logged;
