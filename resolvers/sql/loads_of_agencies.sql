-- loads_of_agencies: $1 int8[] agencies -> agency, processor (0: given to nobody, and all that is no open dossier), waiting, open, paused, late,
-- due_in_one_day, due_in_three_days: figures of the open dossiers; at_counter: of those decided elsewhere, what waits for papers or a payment; tasks,
-- tasks_late: what is asked of the agency; results: what waits to be handed over. RESTRICTED ones are in none. Lane quick; role app_officer.
SELECT d.received_agency AS agency, 0::int8 AS processor, count(*) AS waiting, 0::int8 AS open, 0::int8 AS paused, 0::int8 AS late,
       0::int8 AS due_in_one_day, 0::int8 AS due_in_three_days, 0::int8 AS at_counter, 0::int8 AS tasks, 0::int8 AS tasks_late, 0::int8 AS results
  FROM dossier d
 WHERE d.received_agency = ANY ($1::int8[]) AND d.received_at IS NULL AND d.state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED')
   AND d.access_class = 'OPEN'
 GROUP BY d.received_agency
UNION ALL
SELECT d.received_agency, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, count(*), 0::int8, 0::int8, 0::int8
  FROM dossier d
 WHERE d.received_agency = ANY ($1::int8[]) AND d.received_at IS NOT NULL AND d.state IN ('SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED')
   AND d.competent_agency <> d.received_agency AND d.access_class = 'OPEN'
 GROUP BY d.received_agency
UNION ALL
SELECT t.agency, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, count(*), count(*) FILTER (WHERE t.due_at < now()), 0::int8
  FROM inter_agency_task t
  JOIN dossier d ON d.id = t.dossier AND d.access_class = 'OPEN'
 WHERE t.agency = ANY ($1::int8[]) AND t.state = 'SENT'
 GROUP BY t.agency
UNION ALL
SELECT a.agency, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, sum(c.count)::int8
  FROM unnest($1::int8[]) AS a(agency)
 CROSS JOIN LATERAL (
       SELECT c.count FROM dossier_count c WHERE c.received_agency = a.agency AND c.state = 'COMPLETED'
        UNION ALL
       SELECT c.count FROM dossier_count c WHERE c.competent_agency = a.agency AND c.received_agency <> a.agency AND c.state = 'COMPLETED'
        UNION ALL
       SELECT c.by FROM dossier_count_change c WHERE (c.received_agency = a.agency OR c.competent_agency = a.agency) AND c.state = 'COMPLETED') AS c
 GROUP BY a.agency
UNION ALL
(SELECT d.competent_agency, coalesce(d.processor, 0), 0::int8, count(*), count(*) FILTER (WHERE d.clock = 'PAUSED'),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at < now()),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.one_day),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.three_days), 0::int8, 0::int8, 0::int8, 0::int8
  FROM dossier d
 CROSS JOIN (SELECT due_at(now(), 1, 'WORKING_DAY') AS one_day, due_at(now(), 3, 'WORKING_DAY') AS three_days) AS h
 WHERE d.competent_agency = ANY ($1::int8[]) AND d.received_at IS NOT NULL
   AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
   AND d.access_class = 'OPEN'
 GROUP BY d.competent_agency, coalesce(d.processor, 0)
 ORDER BY 4 DESC, 2);
