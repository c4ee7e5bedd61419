-- upload_advance: $1 text upload (uuid), $2 int8 from, $3 int8 bytes that are on the disk -> received, whole. Roles app_citizen, app_officer, app_partner.
SELECT received, whole FROM upload_advance($1::text::uuid, $2::int8, $3::int8);
