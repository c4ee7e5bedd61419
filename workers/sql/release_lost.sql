-- release_lost: $1 bigint worker, $2 bigint[] deliveries it knows of -> released. What stands in its name and it does
-- not know: the answer to the claim was lost, or the server forgot the result in a crash. Lane write, role app_worker.
WITH freed AS (
    UPDATE delivery SET state = 0, due_at = now(), worker = NULL, lease_until = NULL
     WHERE state = 1 AND worker = $1 AND id <> ALL ($2::bigint[])
    RETURNING 1)
SELECT count(*) AS released FROM freed;
