-- holders_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, kind, agency, officer_name, since,
-- until (NULL: still), working_minutes; oldest first, of the last 200 events. From the states that the events led to: neighbours
-- with the same holder are one. Notes who is shown somebody else's timeline. Lane quick.
WITH step AS (
SELECT p.no - 1 AS parent_no, e.dossier, e.applicant, e.seq, e.at, s.holder,
       CASE s.holder WHEN 'RECEIVED' THEN e.received_agency WHEN 'COMPETENT' THEN e.competent_agency
                     WHEN 'TASK' THEN task_agency(e.dossier, e.at) END AS agency
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT e.dossier, e.applicant, e.seq, e.at, e.to_state, e.received_agency, e.competent_agency
         FROM dossier_event e
        WHERE e.dossier = p.id
        ORDER BY e.seq DESC
        LIMIT 200) AS e
  JOIN dossier_state s ON s.id = e.to_state
), turn AS (
SELECT s.*, lead(s.at) OVER own AS until, first_value(s.at) OVER own AS began,
       sum((s.holder IS NOT DISTINCT FROM s.before AND s.agency IS NOT DISTINCT FROM s.agency_before)::int - 1) OVER own AS spell
  FROM (SELECT s.*, lag(s.holder) OVER own AS before, lag(s.agency) OVER own AS agency_before
          FROM step s WINDOW own AS (PARTITION BY s.parent_no ORDER BY s.seq)) AS s
WINDOW own AS (PARTITION BY s.parent_no ORDER BY s.seq)
), spell AS (
SELECT t.parent_no, t.dossier, t.holder AS kind, t.agency, min(t.seq) AS seq, max(t.seq) AS last_seq, min(t.at) AS since,
       CASE WHEN bool_and(t.until IS NOT NULL) THEN max(t.until) END AS until, min(t.began) AS began,
       row_number() OVER (PARTITION BY t.parent_no ORDER BY min(t.seq)) AS place
  FROM turn t
 WHERE t.holder IS NOT NULL
 GROUP BY t.parent_no, t.dossier, t.holder, t.agency, t.spell
), noted AS (
SELECT note_access('TIMELINE', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM step s) AS s)
SELECT s.parent_no, s.kind, s.agency,
       CASE s.kind WHEN 'COMPETENT' THEN processor_name(s.dossier)
                   WHEN 'RECEIVED' THEN (SELECT e.actor_name FROM dossier_event e
                                          WHERE e.dossier = s.dossier AND e.seq = s.last_seq + 1 AND e.actor_kind = 'OFFICER') END AS officer_name,
       s.since, s.until,
       working_seconds(s.began, coalesce(s.until, now())) / 60 - working_seconds(s.began, s.since) / 60 AS working_minutes
  FROM spell s CROSS JOIN noted
 WHERE s.place <= $2::int8
 ORDER BY s.parent_no, s.seq;
