-- idempotency_store: $1 text key, $2 text payload type, $3 int8[] ids, $4 int8 seq, $5 text public id -> one row of nothing.
-- Lane write.
SELECT idempotency_store($1, $2, $3::int8[], $4::int8::int, $5::text::uuid) IS NULL AS stored;
