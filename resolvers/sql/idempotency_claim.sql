-- idempotency_claim: $1 text key, $2 text the request -> verdict (NEW, REPEAT, REUSED), outcome_ids, outcome_seq,
-- outcome_public_id, at. Lane write.
SELECT verdict, coalesce(outcome_ids, '{}') AS outcome_ids, outcome_seq, outcome_public_id, at
  FROM idempotency_claim($1, sha256(convert_to($2, 'UTF8')));
