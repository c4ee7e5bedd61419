-- upload_refuse: $1 text upload (uuid), $2 text why -> done. Lane quick, role app_worker.
SELECT upload_refuse($1::text::uuid, $2) AS done;
