-- export_build: $1 int8 files at most -> made, forgotten (copies of people's data, and drafts whose time is over). Lane slow, role app_worker.
SELECT export_build($1::int8::int)::bigint AS made, (exports_prune() + drafts_prune())::bigint AS forgotten;
