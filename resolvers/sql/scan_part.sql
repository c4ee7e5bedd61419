-- scan_part: $1 text code, $2 text JSON of the scan (functions/55_scans.sql) -> failure, id, public_id (of the paper), seq, problems.
-- Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems FROM scan_part($1, $2::text::jsonb);
