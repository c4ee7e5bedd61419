-- request_erasure: -> failure, id, public_id (the session that has ended), seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems FROM request_erasure();
