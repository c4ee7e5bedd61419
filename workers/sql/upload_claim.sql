-- upload_claim: $1 int8 seconds -> id, media_type, length of an upload that nobody has looked at. Lane quick, role app_worker.
SELECT id, media_type, length FROM upload_claim($1::int8::int);
