-- timelines_of_subjects_forward: $1 int8[] dossiers in parent order, $2 int8 after this seq, $3 int8 before this seq, $4 int8
-- limit for each -> parent_no, id, seq, at, event, from_state, to_state, actor_name, note; oldest first. Of the viewer's own
-- dossiers alone: nothing is noted. Lane quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, e.id, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT e.id, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note
         FROM dossier_event e
        WHERE e.dossier = p.id AND e.seq > $2::int8 AND e.seq < $3::int8 AND e.applicant = ANY ((SELECT subjects())::int8[])
        ORDER BY e.seq
        LIMIT $4::int8) AS e
 ORDER BY p.no, e.seq;
