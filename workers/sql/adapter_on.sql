-- adapter_on: $1 text adapter -> turned. Lane write, role app_worker.
SELECT adapter_on($1) AS turned;
