-- clock_recompute: $1 int8 dossiers at most -> looked, changed. Lane slow, role app_worker.
SELECT r.looked::int8 AS looked, r.changed::int8 AS changed FROM clock_recompute($1::int8::int) AS r;
