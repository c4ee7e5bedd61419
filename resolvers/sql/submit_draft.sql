-- submit_draft: $1 text public id of the draft -> failure, id, public_id (of the event), seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM submit_draft($1);
