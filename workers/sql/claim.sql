-- claim: $1 int channel, $2 bigint worker, $3 int lease in s, $4 int rows at most, $5 bool those that came along when
-- a worker died twice -> what is to be sent now. The oldest row of a key first, and none behind one that is unfinished.
-- What must not be sent any more is finished here. Lane write, role app_worker.
WITH head AS MATERIALIZED (
    SELECT r.id, r.priority, r.due_at, v.address, v.p256dh, v.auth, v.locale,
           CASE WHEN r.crashes >= 3 THEN 'poison'
                WHEN r.expires_at <= now() THEN 'expired'
                WHEN v.address IS NULL OR v.disabled_at IS NOT NULL THEN 'no_device'
                WHEN EXISTS (SELECT FROM delivery n WHERE n.order_key = r.order_key AND n.channel = r.channel
                                AND n.id > r.id AND n.collapse = r.collapse) THEN 'superseded'
           END AS reason
      FROM delivery r LEFT JOIN device v ON v.public_id = r.device
     WHERE r.state = 0 AND r.channel = $1 AND r.due_at <= now() AND (r.crashes >= 2) = $5
       AND NOT EXISTS (SELECT FROM delivery p WHERE p.order_key = r.order_key AND p.channel = r.channel AND p.id < r.id)
     ORDER BY r.priority, r.due_at, r.id
     LIMIT $4 FOR UPDATE OF r SKIP LOCKED
), gone AS (
    DELETE FROM delivery d USING head h WHERE d.id = h.id AND h.reason IS NOT NULL RETURNING d.*, h.reason AS why
), logged AS (
    INSERT INTO delivery_log (id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device,
                              attempts, crashes, created_at, outcome, reason, payload)
    SELECT id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device, attempts, crashes,
           created_at, CASE why WHEN 'poison' THEN 'DEAD' ELSE 'SKIPPED' END, why, payload FROM gone
), claimed AS (
    UPDATE delivery d
       SET state = 1, attempts = d.attempts + 1, worker = $2, lease_until = now() + make_interval(secs => $3)
      FROM head h WHERE d.id = h.id AND h.reason IS NULL
    RETURNING d.*, h.address, h.p256dh, h.auth, h.locale
)
SELECT c.id, c.nid, c.payload ->> 'event' AS event, c.payload ->> 'tail' AS tail, c.payload ->> 'template' AS template_id,
       c.collapse, c.priority, c.attempts, greatest(0, extract(epoch FROM c.expires_at - now()))::bigint AS ttl_s,
       c.address, c.p256dh, c.auth, c.locale
  FROM claimed c
 ORDER BY c.priority, c.due_at, c.id;
