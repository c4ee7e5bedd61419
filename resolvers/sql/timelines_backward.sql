-- timelines_backward: $1 int8[] dossiers in parent order, $2 int8 after this seq, $3 int8 before this seq, $4 int8 limit
-- for each -> parent_no, id, dossier, seq, at, event, from_state, to_state, actor_name, note, feed_no; newest first. Notes
-- who is shown the timeline of somebody else's dossier; timelines_of_subjects_backward is for one's own. Lane quick.
WITH seen AS (
SELECT p.no - 1 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant
         FROM dossier_event e
        WHERE e.dossier = p.id AND e.seq > $2::int8 AND e.seq < $3::int8
        ORDER BY e.seq DESC
        LIMIT $4::int8) AS e
), noted AS (
SELECT note_access('TIMELINE', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM seen s) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.parent_no, s.seq DESC;
