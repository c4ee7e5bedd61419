-- feed_of_subjects: $1 int8[] applicants, $2 int8 after this feed_no, $3 int8 limit, $4 int8 submitter -> parent_no, id,
-- dossier, seq, at, event, from_state, to_state, actor_name, note, feed_no; in feed order. One walk along an index for each
-- of the viewer's own, granted and submitted dossiers. Lane quick.
SELECT 0::int8 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no
  FROM (SELECT o.* FROM unnest($1::int8[]) AS s(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no FROM dossier_event e
                WHERE e.applicant = s.id AND e.feed_no > $2::int8
                ORDER BY e.feed_no LIMIT $3::int8) AS o
        UNION
        SELECT g.* FROM unnest($1::int8[]) AS s(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no
                 FROM feed_of_grantee f JOIN dossier_event e ON e.id = f.event
                WHERE f.grantee = s.id AND f.feed_no > $2::int8
                ORDER BY f.feed_no LIMIT $3::int8) AS g
        UNION
        (SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no FROM dossier_event e
          WHERE e.submitter = $4::int8 AND e.submitter <> e.applicant AND e.feed_no > $2::int8
          ORDER BY e.feed_no LIMIT $3::int8)) AS e
 ORDER BY e.feed_no
 LIMIT $3::int8;
