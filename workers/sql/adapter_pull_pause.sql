-- adapter_pull_pause: $1 text adapter, $2 int8 ms -> done. Lane write, role app_worker.
SELECT true AS done FROM (SELECT adapter_pull_pause($1, $2::int8)) AS p;
