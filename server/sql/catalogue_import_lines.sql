-- catalogue_import_lines: $1 bigint import, $2 bigint[] numbers of lines, $3 text[] the lines, $4 text[] why one could not be
-- read ('': it could) -> line, outcome, code, reason of each. Role app_service.
SELECT line, outcome, code, reason FROM catalogue_import_lines($1, $2, $3, $4);
