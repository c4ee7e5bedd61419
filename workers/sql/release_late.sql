-- release_late: $1 bigint worker -> released. Leases that ran out without a result, of any other worker.
-- Lane write, role app_worker.
WITH freed AS (
    UPDATE delivery SET state = 0, due_at = now(), crashes = crashes + 1, worker = NULL, lease_until = NULL
     WHERE id = ANY (ARRAY(SELECT id FROM delivery WHERE state = 1 AND lease_until < now() AND worker <> $1 FOR UPDATE SKIP LOCKED))
    RETURNING 1)
SELECT count(*) AS released FROM freed;
