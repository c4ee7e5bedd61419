-- upload_create: $1 int8 bytes, $2 text media type -> failure, id, expires_at. Role app_citizen.
SELECT failure, id, expires_at FROM upload_create($1::int8, $2);
