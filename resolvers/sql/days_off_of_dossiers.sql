-- days_off_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, day, name: days off, weekends apart,
-- between receipt and due date; of a limit in calendar days, between its last day and the due date. Lane quick.
SELECT p.no - 1 AS parent_no, c.day, c.name
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id AND d.due_at IS NOT NULL
  JOIN procedure_version v ON v.id = d.procedure_version
  LEFT JOIN procedure_case k ON k.id = d.procedure_case AND k.limit_amount IS NOT NULL
 CROSS JOIN LATERAL (
       SELECT coalesce(k.limit_amount, v.limit_amount) AS amount, coalesce(k.limit_unit, v.limit_unit) AS unit) AS l
 CROSS JOIN LATERAL (
       SELECT (counts_from(d.received_at, l.amount, l.unit) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
              + CASE l.unit WHEN 'DAY' THEN l.amount - 1 + (
                     SELECT coalesce(sum((s.to_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - (s.from_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date), 0)::int
                       FROM dossier_pause s WHERE s.dossier = p.id AND s.to_at IS NOT NULL) ELSE 0 END AS first,
              (d.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS last) AS span
 CROSS JOIN LATERAL (
       SELECT c.day, c.name FROM calendar_day c
        WHERE c.calendar = (SELECT calendar_in_force()) AND c.day BETWEEN span.first AND span.last
          AND c.kind <> 'MAKEUP' AND extract(isodow FROM c.day) < 6
        ORDER BY c.day
        LIMIT $2::int8) AS c
 ORDER BY p.no, c.day;
