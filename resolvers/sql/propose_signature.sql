-- propose_signature: as apply_dossier_event, of an event that another must sign: id and public_id are the request's. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM propose_signature($1, $2, $3::int8::int, $4::text::jsonb - 'idempotencyKey' - 'code' - 'expectedSeq');
