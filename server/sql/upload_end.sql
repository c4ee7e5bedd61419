-- upload_end: $1 text upload (uuid) -> id; no row: there is none. Roles app_citizen, app_officer, app_partner.
SELECT id FROM upload_end($1::text::uuid);
