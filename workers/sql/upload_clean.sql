-- upload_clean: $1 text upload (uuid) whose bytes are in the storage -> done. Lane quick, role app_worker.
SELECT upload_clean($1::text::uuid) AS done;
