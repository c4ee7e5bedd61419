-- feed_of_dossier: $1 text code, $2 int8 after this feed_no, $3 int8 limit -> parent_no, id, dossier, seq, at, event,
-- from_state, to_state, actor_name, note, feed_no; in feed order. Lane quick.
SELECT 0::int8 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no
  FROM dossier_event e
 WHERE e.dossier = (SELECT d.id FROM dossier d WHERE d.code = $1) AND e.feed_no > $2::int8
 ORDER BY e.feed_no
 LIMIT $3::int8;
