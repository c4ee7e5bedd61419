-- See indexes_off.sql.
SET maintenance_work_mem = '512MB';
SELECT definition FROM bench_index ORDER BY name \gexec
