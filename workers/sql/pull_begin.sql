-- pull_begin: $1 text adapter -> import: a run of the catalogue's import. Lane write, role app_worker.
SELECT catalogue_import_begin($1) AS import;
