-- feed_of_subjects: $1 int8[] applicants, $2 int8 after this feed_no, $3 int8 limit, $4 int8 submitter -> parent_no, id,
-- dossier, seq, at, event, from_state, to_state, actor_name, note, feed_no; in feed order. One walk along an index for each
-- of the viewer's own, granted and submitted dossiers.
-- Of these the first $5 int8 are shown, and noted where others than the applicant look. Lane quick.
WITH seen AS (
SELECT 0::int8 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant
  FROM (SELECT o.* FROM unnest($1::int8[]) AS s(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant FROM dossier_event e
                WHERE e.applicant = s.id AND e.feed_no > $2::int8
                ORDER BY e.feed_no LIMIT $3::int8) AS o
        UNION
        SELECT g.* FROM unnest($1::int8[]) AS s(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant
                 FROM feed_of_grantee f JOIN dossier_event e ON e.id = f.event
                WHERE f.grantee = s.id AND f.feed_no > $2::int8
                ORDER BY f.feed_no LIMIT $3::int8) AS g
        UNION
        (SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant FROM dossier_event e
          WHERE e.submitter = $4::int8 AND e.submitter <> e.applicant AND e.feed_no > $2::int8
          ORDER BY e.feed_no LIMIT $3::int8)) AS e
 ORDER BY e.feed_no
 LIMIT $3::int8
), noted AS (
SELECT note_access('FEED', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM (SELECT * FROM seen ORDER BY feed_no LIMIT $5::int8) AS s
         WHERE (s.applicant = ANY ((SELECT subjects())::int8[])) IS NOT TRUE) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.feed_no;
