-- uploads_unknown: $1 text[] names of files -> name of those that no upload needs. Lane quick, role app_worker.
SELECT name FROM uploads_unknown($1::text[]) AS name;
