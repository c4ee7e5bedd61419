-- pull_end: $1 int8 import -> lines, added, changed, same, refused of the whole run. Lane write, role app_worker.
SELECT lines, added, changed, same, refused FROM catalogue_import_end($1::int8);
