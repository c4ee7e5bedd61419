-- adapter_pull_claim: $1 text adapter -> claimed. Lane write, role app_worker.
SELECT adapter_pull_claim($1) AS claimed;
