-- feed_of_agencies: $1 int8[] agencies, $2 int8 after this feed_no, $3 int8 limit -> parent_no, id, dossier, seq, at, event,
-- from_state, to_state, actor_name, note, feed_no; in feed order. One walk along an index for each agency and side, so that
-- a page costs its own rows and not the agency's history.
-- Of these the first $4 int8 are shown and noted. Lane quick; role app_officer.
WITH seen AS (
SELECT 0::int8 AS parent_no, e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant
  FROM (SELECT r.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant FROM dossier_event e
                WHERE e.received_agency = a.id AND e.feed_no > $2::int8
                ORDER BY e.feed_no LIMIT $3::int8) AS r
        UNION
        SELECT c.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT e.id, e.dossier, e.seq, e.at, e.event, e.from_state, e.to_state, e.actor_name, e.note, e.feed_no, e.applicant FROM dossier_event e
                WHERE e.competent_agency = a.id AND e.feed_no > $2::int8
                ORDER BY e.feed_no LIMIT $3::int8) AS c) AS e
 ORDER BY e.feed_no
 LIMIT $3::int8
), noted AS (
SELECT note_access('FEED', array_agg(s.dossier), array_agg(s.applicant))
  FROM (SELECT DISTINCT s.dossier, s.applicant FROM (SELECT * FROM seen ORDER BY feed_no LIMIT $4::int8) AS s) AS s)
SELECT s.* FROM seen s CROSS JOIN noted ORDER BY s.feed_no;
