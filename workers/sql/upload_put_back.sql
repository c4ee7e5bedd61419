-- upload_put_back: $1 text upload (uuid), $2 int8 seconds until it is looked at again -> done. Lane quick, role app_worker.
SELECT upload_put_back($1::text::uuid, $2::int8::int) AS done;
