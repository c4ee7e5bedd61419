-- bulk_work: $1 int items at most -> done, failed, line (what the streams of the job are rung with), again. The next batch of
-- the partner that has waited longest; no row when nothing is to be done. Lane write, role app_worker.
SELECT done::bigint AS done, failed::bigint AS failed, line, again FROM bulk_work($1);
