-- dead: -> channel, reason, count, first_at, last_at of what was given up in the last 30 days. Lane slow, role app_worker.
SELECT channel::bigint AS channel, coalesce(reason, '-') AS reason, count(*) AS count, min(at) AS first_at, max(at) AS last_at
  FROM delivery_log
 WHERE outcome = 'DEAD' AND at > now() - interval '30 days'
 GROUP BY channel, reason
 ORDER BY count DESC, channel, reason;
