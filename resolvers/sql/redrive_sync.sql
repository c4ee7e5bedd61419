-- redrive_sync: $1 text code of the dossier, $2 text adapter -> failure, id, public_id, seq, problems. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems FROM redrive_sync($1, $2);
