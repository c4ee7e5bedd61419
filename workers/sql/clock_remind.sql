-- clock_remind: $1 int8 dossiers at most -> scheduled, reminded, withdrawn. Lane slow, role app_worker.
SELECT r.scheduled::int8 AS scheduled, r.reminded::int8 AS reminded, r.withdrawn::int8 AS withdrawn FROM clock_remind($1::int8::int) AS r;
