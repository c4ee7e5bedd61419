-- feed_number: $1 int events at most -> line (feed_no|event|applicant|submitter|received|competent|grantees), in order of
-- feed_no. First statement of expand's transaction: its lock keeps expanders apart. Lane write, role app_worker.
SELECT concat_ws('|', n.feed_no, n.event_id, n.applicant, n.submitter, n.received_agency, n.competent_agency, array_to_string(n.grantees, ',')) AS line
  FROM assign_feed_numbers($1) AS n
 ORDER BY n.feed_no;
