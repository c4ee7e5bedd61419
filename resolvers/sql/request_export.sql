-- request_export: -> failure, id, public_id, seq, problems. Lane write; role app_citizen.
SELECT failure, id, public_id, seq, problems FROM request_export();
