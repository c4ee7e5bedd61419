-- catalogue_import_end: $1 bigint import -> lines, added, changed, same, refused of the whole run. Role app_service.
SELECT lines, added, changed, same, refused FROM catalogue_import_end($1);
