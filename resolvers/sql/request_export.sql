-- request_export: -> failure, id, public_id, seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM request_export();
