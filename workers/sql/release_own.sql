-- release_own: $1 bigint worker -> released. At an orderly end: what it claimed and could not finish in time. It has not
-- crashed, so nothing is counted. Lane write, role app_worker.
WITH freed AS (
    UPDATE delivery SET state = 0, due_at = now(), worker = NULL, lease_until = NULL WHERE state = 1 AND worker = $1
    RETURNING 1)
SELECT count(*) AS released FROM freed;
