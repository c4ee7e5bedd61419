-- The public id of a change's outcome, so that a repeat names the same object where it has no number to be read again by
-- (a session). Written by idempotency_store, read by idempotency_claim; both are loaded anew in their new shape.

-- migrate:up

ALTER TABLE idempotency ADD outcome_public_id uuid;
DROP FUNCTION IF EXISTS idempotency_claim(text, bytea), idempotency_store(text, text, bigint[], int);

-- migrate:down

DROP FUNCTION IF EXISTS idempotency_claim(text, bytea), idempotency_store(text, text, bigint[], int, uuid);
ALTER TABLE idempotency DROP outcome_public_id;
