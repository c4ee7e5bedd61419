-- dossier_events_by_seq: $1 int8[] dossiers, $2 int8[] seqs in parent order -> parent_no, id, dossier, seq, at, event,
-- from_state, to_state, actor_name, note, feed_no. A look by others
-- than the applicant is noted. Lane quick.
SELECT p.no - 1 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no,
       CASE WHEN (e.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE THEN note_access('LOOK', ARRAY[e.dossier], ARRAY[e.applicant]) END AS noted
  FROM unnest($1::int8[], $2::int8[]) WITH ORDINALITY AS p(dossier, seq, no)
  JOIN dossier_event e ON e.dossier = p.dossier AND e.seq = p.seq
 ORDER BY p.no;
