-- bulk_jobs_of_viewer: -> parent_no (0) and the columns of bulk_jobs_by_id, of the latest 20, the latest first.
-- Lane quick.
SELECT 0::int8 AS parent_no, j.id, j.public_id, j.state, j.total, j.done, j.failed, j.created_at, j.finished_at
  FROM bulk_job j
 ORDER BY j.id DESC
 LIMIT 20;
