-- bulk_result: $1 text public id of a job that is done -> parent_no (0) and the columns of bulk_items_of_jobs; all its items,
-- in the order given, none of any other job. Lane quick.
SELECT 0::int8 AS parent_no, i.no, i.reference, i.state, i.dossier, i.code, i.failure, i.problems
  FROM bulk_job j JOIN bulk_item i ON i.job = j.id
 WHERE j.public_id = $1::uuid AND j.state = 'DONE'
 ORDER BY i.no;
