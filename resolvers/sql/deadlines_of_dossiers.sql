-- deadlines_of_dossiers: $1 int8[] dossiers in parent order -> parent_no, dossier, due_at, clock, limit_amount, limit_unit (of the case, where
-- it has its own), limit_text (of the version's),
-- remaining_minutes (of working time, negative when late; NULL where no clock runs), day_minutes (of a working day), stood_at (when
-- the clock rests or has stopped: since when), pause_reason (of the pause that lasts), days_ahead (days off from tomorrow to the due
-- date, as DD/MM), is_late, extended_late, counts_as_late, intake_late (answered, or while it waits, later than the working hours
-- that acceptance has), reopened_at (the last time; NULL where the viewer is not shown the timeline). Whoever is shown a dossier has been noted by the statement that showed it. Lane quick.
SELECT p.no - 1 AS parent_no, d.id AS dossier, d.due_at, d.clock, l.amount AS limit_amount, l.unit AS limit_unit, l.text AS limit_text,
       CASE WHEN d.clock IN ('RUNNING', 'PAUSED')
            THEN (working_seconds(seen.at, d.due_at) - working_seconds(d.due_at, seen.at)) / 60 END AS remaining_minutes,
       (SELECT extract(epoch FROM sum(h.closes - h.opens))::int8 / 60 FROM working_hours h WHERE h.calendar = c.id) AS day_minutes,
       CASE WHEN d.clock IN ('PAUSED', 'STOPPED') THEN seen.at END AS stood_at, r.reason AS pause_reason,
       (SELECT string_agg(to_char(i.first, 'FMDD/FMMM') || CASE WHEN i.last > i.first THEN to_char(i.last, '–FMDD/FMMM') ELSE '' END, ', ' ORDER BY i.first)
          FROM (SELECT min(o.day) AS first, max(o.day) AS last
                  FROM (SELECT o.day, o.day - row_number() OVER (ORDER BY o.day)::int AS island FROM calendar_day o
                         WHERE o.calendar = c.id AND o.kind <> 'MAKEUP' AND extract(isodow FROM o.day) < 6
                           AND o.day > (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                           AND o.day <= (d.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS o
                 WHERE d.clock = 'RUNNING' AND l.unit <> 'DAY'
                 GROUP BY o.island) AS i) AS days_ahead,
       coalesce(d.due_at < seen.at, false) AS is_late, d.extended_late,
       coalesce(d.due_at < seen.at, false) OR r.supplements > 1 OR d.extended_late AS counts_as_late,
       d.late_intake OR coalesce(d.state = 'SUBMITTED' AND d.finance <> 'DUE' AND now() > due_at(
           (SELECT max(e.at) FROM dossier_event e WHERE e.dossier = p.id AND e.to_state = 'SUBMITTED'
               AND (e.from_state IS DISTINCT FROM e.to_state OR e.event IN ('paid', 'exemptFee'))),
           (SELECT t.within_hours FROM dossier_transition t WHERE t.from_state = d.state AND t.event = 'accept'), 'WORKING_HOUR'), false) AS intake_late,
       (SELECT e.at FROM former_result f JOIN dossier_event e ON e.id = f.reopened WHERE f.dossier = p.id ORDER BY f.no DESC LIMIT 1) AS reopened_at
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier d ON d.id = p.id
  JOIN procedure_version v ON v.id = d.procedure_version
  LEFT JOIN procedure_case k ON k.id = d.procedure_case AND k.limit_amount IS NOT NULL
 CROSS JOIN LATERAL (
       SELECT coalesce(k.limit_amount, v.limit_amount) AS amount, coalesce(k.limit_unit, v.limit_unit) AS unit,
              CASE WHEN k.id IS NULL THEN v.limit_text END AS text) AS l
 CROSS JOIN (SELECT calendar_in_force() AS id) AS c
 CROSS JOIN LATERAL (
       SELECT max(s.from_at) FILTER (WHERE s.to_at IS NULL) AS from_at, max(s.reason) FILTER (WHERE s.to_at IS NULL) AS reason,
              count(*) FILTER (WHERE s.reason = 'SUPPLEMENT') AS supplements
         FROM dossier_pause s WHERE s.dossier = p.id) AS r
 CROSS JOIN LATERAL (
       SELECT CASE d.clock WHEN 'STOPPED' THEN d.finished_at WHEN 'PAUSED' THEN coalesce(r.from_at, now()) WHEN 'RUNNING' THEN now() END AS at) AS seen
 ORDER BY p.no;
