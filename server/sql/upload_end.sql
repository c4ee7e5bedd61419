-- upload_end: $1 text upload (uuid) -> id; no row: there is none. Role app_citizen.
SELECT id FROM upload_end($1::text::uuid);
