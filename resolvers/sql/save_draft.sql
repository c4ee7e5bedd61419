-- save_draft: $1 text the input as JSON -> failure, id, public_id (of the draft), seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM save_draft($1::text::jsonb);
