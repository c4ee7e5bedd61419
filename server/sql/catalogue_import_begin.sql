-- catalogue_import_begin: $1 text name of the file -> import. Role app_service.
SELECT catalogue_import_begin($1) AS import;
