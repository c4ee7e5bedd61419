-- upload_keep: $1 text upload (uuid), $2 bytea SHA-256, $3 int8 bytes of what is to be kept -> done; false: not now. Lane
-- quick, role app_worker.
SELECT upload_keep($1::text::uuid, $2::bytea, $3::int8) AS done;
