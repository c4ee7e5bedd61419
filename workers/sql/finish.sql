-- finish: $1 bigint[] deliveries, $2 text[] outcome (SENT, DEAD, PRUNED, RETRY, CONFIG, HOLD), $3 bigint[] http,
-- $4 text[] reason, $5 text[] provider's id, $6 bigint[] ms, $7 bigint[] wait in ms, $8 bigint worker -> finished,
-- again. Only rows this worker still holds: a lease that ran out is another's. RETRY spends an attempt, CONFIG and HOLD
-- (never sent) do not; none is tried past its expiry, nor when a newer one says more. Lane write, role app_worker.
WITH result AS (
    SELECT r.* FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
        AS r (id, outcome, http, reason, provider_id, ms, wait_ms)
), mine AS MATERIALIZED (
    SELECT d.*, r.outcome, r.http, r.reason, r.provider_id, r.ms, now() + r.wait_ms * interval '1 ms' AS again_at
      FROM result r JOIN delivery d ON d.id = r.id
     WHERE d.state = 1 AND d.worker = $8 FOR UPDATE OF d
), fate AS MATERIALIZED (
    SELECT m.*,
           CASE WHEN m.outcome = 'SENT' THEN 'SENT'
                WHEN m.outcome IN ('DEAD', 'PRUNED') THEN 'DEAD'
                WHEN EXISTS (SELECT FROM delivery n WHERE n.order_key = m.order_key AND n.channel = m.channel
                                AND n.id > m.id AND n.collapse = m.collapse) THEN 'SKIPPED'
                WHEN m.again_at >= m.expires_at THEN 'DEAD'
           END AS final
      FROM mine m
), tried AS (
    INSERT INTO attempt (delivery_id, n, http, reason, provider_id, ms)
    SELECT id, attempts, http::int, reason, provider_id, ms::int FROM mine WHERE outcome <> 'HOLD'
), again AS (
    UPDATE delivery d
       SET state = 0, due_at = f.again_at, crashes = 0, worker = NULL, lease_until = NULL,
           attempts = d.attempts - (f.outcome IN ('CONFIG', 'HOLD'))::int
      FROM fate f WHERE d.id = f.id AND f.final IS NULL
    RETURNING 1
), ended AS (
    DELETE FROM delivery d USING fate f WHERE d.id = f.id AND f.final IS NOT NULL
), logged AS (
    INSERT INTO delivery_log (id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
                              attempts, crashes, created_at, outcome, http, reason, provider_id, latency_ms, payload)
    SELECT id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device, attempts, crashes,
           created_at, final, http::int, CASE final WHEN 'SKIPPED' THEN 'superseded' ELSE reason END, provider_id,
           (extract(epoch FROM now() - created_at) * 1000)::int, payload
      FROM fate WHERE final IS NOT NULL
    RETURNING 1
), disabled AS (
    -- Unless it has been registered again since it was asked for.
    UPDATE device v SET disabled_at = now(), reason = f.reason
      FROM fate f
     WHERE f.outcome = 'PRUNED' AND v.public_id = f.device AND v.last_seen_at <= now() - f.ms * interval '1 ms'
)
SELECT (SELECT count(*) FROM logged) AS finished, (SELECT count(*) FROM again) AS again;
