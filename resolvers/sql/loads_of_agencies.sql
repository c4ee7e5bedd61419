-- loads_of_agencies: $1 int8[] agencies -> agency, processor (0: given to nobody, and what waits), waiting, open, paused, late, due_in_one_day,
-- due_in_three_days: figures of the open dossiers. RESTRICTED ones are in none. Lane quick; role app_officer.
SELECT d.received_agency AS agency, 0::int8 AS processor, count(*) AS waiting, 0::int8 AS open, 0::int8 AS paused, 0::int8 AS late,
       0::int8 AS due_in_one_day, 0::int8 AS due_in_three_days
  FROM dossier d
 WHERE d.received_agency = ANY ($1::int8[]) AND d.received_at IS NULL AND d.state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED')
   AND d.access_class = 'OPEN'
 GROUP BY d.received_agency
UNION ALL
(SELECT d.competent_agency, coalesce(d.processor, 0), 0::int8, count(*), count(*) FILTER (WHERE d.clock = 'PAUSED'),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at < now()),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.one_day),
       count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.three_days)
  FROM dossier d
 CROSS JOIN (SELECT due_at(now(), 1, 'WORKING_DAY') AS one_day, due_at(now(), 3, 'WORKING_DAY') AS three_days) AS h
 WHERE d.competent_agency = ANY ($1::int8[]) AND d.received_at IS NOT NULL
   AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
   AND d.access_class = 'OPEN'
 GROUP BY d.competent_agency, coalesce(d.processor, 0)
 ORDER BY 4 DESC, 2);
