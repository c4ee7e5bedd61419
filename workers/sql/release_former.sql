-- release_former: $1 bigint worker -> released. What the dead holder of this worker's place had claimed: it may have
-- been sent, so it goes out again under the same nid. Lane write, role app_worker.
WITH freed AS (
    UPDATE delivery SET state = 0, due_at = now(), crashes = crashes + 1, worker = NULL, lease_until = NULL
     WHERE state = 1 AND worker >> 24 = $1::bigint >> 24 AND worker <> $1::bigint
    RETURNING 1)
SELECT count(*) AS released FROM freed;
