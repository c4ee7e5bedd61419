-- make_tracking_code: $1 text code of the dossier, $2 bytea digest of the new tracking code -> failure, id (of the dossier),
-- public_id, seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM make_tracking_code($1, $2);
