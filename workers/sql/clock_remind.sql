-- clock_remind: $1 int8 dossiers at most, and tasks -> scheduled, reminded, withdrawn: of dossiers, and of the tasks in them. Lane slow,
-- role app_worker.
SELECT greatest(r.scheduled, t.scheduled)::int8 AS scheduled, (r.reminded + t.reminded)::int8 AS reminded, r.withdrawn::int8 AS withdrawn
  FROM clock_remind($1::int8::int) AS r, task_remind($1::int8::int) AS t;
