-- tick: -> pruned (keys, sessions and their changes, bulk jobs, old dossiers of the sandbox, and sums of digitisation brought to a new day), made, dropped, feed_late_s (age of the oldest event without a feed number: an expander is missing),
-- outbox_late_s, due_late_s. Lane slow, role app_worker.
SELECT (idempotency_prune() + sessions_prune() + bulk_prune() + sandbox_prune() + digitisation_roll())::bigint AS pruned, p.made::bigint AS made, p.dropped::bigint AS dropped,
       coalesce((SELECT extract(epoch FROM now() - min(at)) FROM dossier_event WHERE feed_no IS NULL), 0)::bigint AS feed_late_s,
       coalesce((SELECT extract(epoch FROM now() - at) FROM outbox ORDER BY id LIMIT 1), 0)::bigint AS outbox_late_s,
       coalesce((SELECT extract(epoch FROM now() - min(due_at)) FROM delivery WHERE state = 0 AND due_at <= now()), 0)::bigint
           AS due_late_s
  FROM log_partitions(2, 13) AS p;
