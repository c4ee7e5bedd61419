-- bulk_jobs_by_id: $1 int8[] ids in parent order -> parent_no, id, public_id, state, total, done, failed, created_at, finished_at.
-- Lane quick.
SELECT p.no - 1 AS parent_no, j.id, j.public_id, j.state, j.total, j.done, j.failed, j.created_at, j.finished_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN bulk_job j ON j.id = p.id
 ORDER BY p.no;
