-- sandbox_advance: $1 text code, $2 text event, $3 int8 expected seq or NULL, $4 text JSON of the arguments ->
-- failure, id, public_id (of the event), seq, problems. Lane write.
SELECT failure, dossier_id AS id, event_id AS public_id, seq, problems
  FROM sandbox_advance($1, $2, $3::int8::int, $4::text::jsonb - 'idempotencyKey' - 'code' - 'event' - 'expectedSeq');
