-- bulk_job_progress: $1 text public id, $2 int8 place -> parent_no (0) and the columns of bulk_jobs_by_id, when the job has
-- come further: its place is 1 and how many items are done or have failed. Lane quick.
SELECT 0::int8 AS parent_no, j.id, j.public_id, j.state, j.total, j.done, j.failed, j.created_at, j.finished_at
  FROM bulk_job j
 WHERE j.public_id = $1::uuid AND j.done + j.failed + 1 > $2::int8;
