-- import_result_lines: $1 text lines as JSON -> line (of these), outcome, result, waits (for a scan), reason. Role app_officer.
SELECT line, outcome, result, waits, reason FROM import_result_lines($1::text::jsonb);
