-- feed_recent: $1 int numbers back -> line, as feed_number. A worker that died between its commit and its ring left
-- readers asleep; the next one rings once more. Lane quick, role app_worker.
SELECT concat_ws('|', e.feed_no, e.id, e.applicant, e.submitter, e.received_agency, e.competent_agency,
                 (SELECT string_agg(g.grantee::text, ',') FROM feed_of_grantee g WHERE g.event = e.id)) AS line
  FROM dossier_event e
 WHERE e.feed_no > (SELECT max(feed_no) FROM dossier_event) - $1::bigint
 ORDER BY e.feed_no;
