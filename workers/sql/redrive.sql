-- redrive: $1 text reason, $2 int rows at most -> redriven. Dead deliveries of the last 30 days once more, under their
-- old nid; they have a day. Lane write, role app_worker.
WITH picked AS (
    SELECT * FROM delivery_log
     WHERE outcome = 'DEAD' AND reason = $1 AND at > now() - interval '30 days'
     ORDER BY at, id LIMIT $2
), marked AS (
    UPDATE delivery_log SET outcome = 'REDRIVEN'
     WHERE nid = ANY (ARRAY(SELECT nid FROM picked)) AND id = ANY (ARRAY(SELECT id FROM picked)) AND at > now() - interval '30 days'
), made AS (
    INSERT INTO delivery (notif, nid, order_key, collapse, channel, provider, priority, recipient, device, expires_at, payload)
    SELECT notif, nid, order_key, collapse, channel, provider, priority, recipient, device, now() + interval '1 day', payload
      FROM picked ORDER BY at, id
    ON CONFLICT (nid) DO NOTHING
    RETURNING 1)
SELECT count(*) AS redriven FROM made;
