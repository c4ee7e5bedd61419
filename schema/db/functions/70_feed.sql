-- assign_feed_numbers: gives committed events their place in the feed. Called by the worker inside expand.
-- Under one lock until commit, so numbers become visible in the order they were given, and an event whose
-- transaction is still open has no number yet: a reader at number n never misses one below n.
-- Returns the events numbered, with their audience; an event that somebody is shown by a grant stands in its own feed too.
-- Source: ARCHITECTURE §3 (streams), issue 2 "API".
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION assign_feed_numbers(p_limit int)
RETURNS TABLE (feed_no bigint, event_id uuid, dossier_id bigint, code text, seq int, event text, applicant bigint,
               submitter bigint, received_agency bigint, competent_agency bigint, grantees bigint[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- Any constant will do; it is this function's alone.
    c_feed_lock CONSTANT bigint := 4631986;
BEGIN
    -- A statement of its own: the next one takes its snapshot after the lock is ours.
    PERFORM pg_advisory_xact_lock(c_feed_lock);
    PERFORM fold_dossier_counts(10000);
    RETURN QUERY
    WITH waiting AS (
        SELECT e.id, row_number() OVER (ORDER BY e.at, e.dossier, e.seq) AS n
          FROM (SELECT id, at, dossier, seq FROM dossier_event WHERE feed_no IS NULL
                 ORDER BY at, dossier, seq LIMIT least(greatest(p_limit, 0), 10000)) AS e
    ), counter AS (
        UPDATE feed SET last = last + (SELECT count(*) FROM waiting)
         WHERE EXISTS (SELECT FROM waiting)
        RETURNING last - (SELECT count(*) FROM waiting) AS base
    ), numbered AS (
        UPDATE dossier_event e SET feed_no = c.base + w.n
          FROM waiting w, counter c
         WHERE e.id = w.id
        RETURNING e.*
    ), granted AS (
        SELECT n.id, n.feed_no, g.grantee FROM numbered n JOIN dossier_grant g ON g.dossier = n.dossier
         WHERE g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)
         GROUP BY n.id, n.feed_no, g.grantee
    ), told AS (
        INSERT INTO feed_of_grantee (grantee, feed_no, event) SELECT grantee, feed_no, id FROM granted
    )
    SELECT n.feed_no, n.id, n.dossier, d.code, n.seq, n.event, n.applicant, n.submitter, n.received_agency,
           n.competent_agency, ARRAY(SELECT g.grantee FROM granted g WHERE g.id = n.id ORDER BY g.grantee)
      FROM numbered n JOIN dossier d ON d.id = n.dossier
     ORDER BY n.feed_no;
END $$;

GRANT EXECUTE ON FUNCTION assign_feed_numbers(int) TO app_worker;
RESET ROLE;
