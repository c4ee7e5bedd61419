-- agencies_import: $1 text a JSON list of them -> added, changed, refused. Lane write, role app_worker.
SELECT added::int8 AS added, changed::int8 AS changed, refused::int8 AS refused FROM agencies_import($1::text::jsonb);
