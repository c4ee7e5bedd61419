-- adapter_pulled: $1 text adapter -> done. Lane write, role app_worker.
SELECT true AS done FROM (SELECT adapter_pulled($1)) AS p;
