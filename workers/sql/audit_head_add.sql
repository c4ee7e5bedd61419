-- audit_head_add: $1 text head, $2 text key id, $3 bytea signature -> added. Lane quick, role app_worker.
SELECT audit_head_add($1, $2, $3) AS added;
