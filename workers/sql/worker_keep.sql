-- worker_keep: $1 text name, $2 int slot -> kept. The place again, after the connection was lost; it may be somebody
-- else's by now. Lane quick, role app_worker.
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
                  AND classid::bigint = (hashtext($1)::bigint & 4294967295) AND objid::bigint = $2::bigint)
       OR pg_try_advisory_lock(hashtext($1), $2::int) AS kept;
