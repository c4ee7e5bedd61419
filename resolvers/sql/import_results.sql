-- import_results: $1 text JSON of the lines, without a personal number -> failure, id, public_id, seq, problems. Lane write; role
-- app_officer.
SELECT failure, id, public_id, seq, problems FROM import_results($1::text::jsonb);
