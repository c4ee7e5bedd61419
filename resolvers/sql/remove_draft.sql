-- remove_draft: $1 text public id -> failure, id, public_id, seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM remove_draft($1);
