-- register_device: $1 text kind, $2 text address, $3 text p256dh, $4 text auth, $5 text locale or NULL for the viewer's ->
-- failure, id, public_id, seq, problems. Lane write.
SELECT failure, device_id AS id, public_id, 0 AS seq, problems FROM register_device($1, $2, $3, $4, $5);
