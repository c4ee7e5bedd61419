-- Sequences :first to :last of the dossier's machine; the first broken promise is an error. Run by walk.sh.
\ir ../include/begin.psql
\ir ../include/machine.psql
\ir ../include/walk.psql
SELECT coalesce(pg_temp.walks(:first, :last), 'fine') AS found \gset
ROLLBACK;
\if :{?found}
SELECT :'found' = 'fine' AS fine \gset
\endif
\if :fine
\echo sequences :first to :last: fine
\else
\warn :found
SELECT 1/0 AS "a promise is broken";
\endif
