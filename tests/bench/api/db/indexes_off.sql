-- The indexes of the two great tables that hold no constraint, put aside while rows come in: indexes_on.sql makes them again.
DROP TABLE IF EXISTS bench_index;
CREATE UNLOGGED TABLE bench_index AS
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
  FROM pg_index i
 WHERE i.indrelid IN ('dossier'::regclass, 'dossier_event'::regclass)
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);
SELECT format('DROP INDEX %s', name) FROM bench_index \gexec
