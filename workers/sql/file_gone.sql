-- file_gone: $1 bytea SHA-256 of a marked file that is away. Lane quick, role app_worker.
SELECT file_gone($1::bytea);
