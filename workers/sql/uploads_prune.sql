-- uploads_prune: -> rows (uploads whose day is over, removed papers). Lane slow, role app_worker.
SELECT uploads_prune()::bigint AS rows;
