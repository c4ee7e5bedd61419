-- files_doom: $1 int8 files at most -> sha256 of files that nobody names, marked. Lane quick, role app_worker.
SELECT sha256 FROM files_doom($1::int8::int) AS sha256;
