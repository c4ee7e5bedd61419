-- bulk_jobs_of_viewer: -> parent_no (0) and the columns of bulk_jobs_by_id, of the latest 20, the latest first: one walk along an
-- index for each whom the viewer speaks for. Lane quick.
SELECT 0::int8 AS parent_no, j.id, j.public_id, j.state, j.total, j.done, j.failed, j.created_at, j.finished_at
  FROM (SELECT DISTINCT unnest(subjects() || me()) AS id) AS a
 CROSS JOIN LATERAL (
       SELECT j.id, j.public_id, j.state, j.total, j.done, j.failed, j.created_at, j.finished_at
         FROM bulk_job j
        WHERE j.partner = a.id
        ORDER BY j.id DESC
        LIMIT 20) AS j
 ORDER BY j.id DESC
 LIMIT 20;
