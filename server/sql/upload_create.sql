-- upload_create: $1 int8 bytes, $2 text media type -> failure, id, expires_at. Roles app_citizen, app_officer, app_partner.
SELECT failure, id, expires_at FROM upload_create($1::int8, $2);
