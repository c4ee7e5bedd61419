-- How much of what still holds is digitised, and how many papers are used again: sums kept beside what they count, so that a
-- reader counts nothing. digitisation_add is called by the functions of 47_results.sql and by the trigger of dossier,
-- digitisation_roll by the worker's tick; digitisation_on and paper_reuse_of by Agency.digitisation,
-- Query.digitisation and Agency.paperReuse as anybody.
--
-- A sum says what holds on its day as_of. What ends is kept by day (digitisation_end) and leaves the sum when it is next
-- written, or rolled, after that day; a reader takes away the days in between, so that it is right on any day.
-- Source: DOMAIN R7, R8, R11, §4.1-16.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION vietnam_today() RETURNS date
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
END $$;

-- Of an agency in its day (cấp tỉnh, huyện, xã).
CREATE OR REPLACE FUNCTION authority_level(p_agency bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT u.level FROM agency a JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from) WHERE a.id = p_agency);
END $$;

-- Brings a sum, which is locked, to a later day. Gives the day on which it stands.
CREATE OR REPLACE FUNCTION digitisation_bring_to(p_sum digitisation_sum, p_day date) RETURNS date
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_sum.as_of >= p_day THEN
        RETURN p_sum.as_of;
    END IF;
    WITH over AS (
        DELETE FROM digitisation_end e
         WHERE e.agency = p_sum.agency AND e.authority_level = p_sum.authority_level AND e.ends_on < p_day
        RETURNING e.still_valid, e.digitised)
    UPDATE digitisation_sum s
       SET as_of = p_day, still_valid = s.still_valid - o.still_valid, digitised = s.digitised - o.digitised
      FROM (SELECT coalesce(sum(still_valid), 0) AS still_valid, coalesce(sum(digitised), 0) AS digitised FROM over) AS o
     WHERE s.agency = p_sum.agency AND s.authority_level = p_sum.authority_level;
    RETURN p_day;
END $$;

-- So many results more, or fewer, that hold until a day (NULL: for good). One that holds no longer is in no sum.
CREATE OR REPLACE FUNCTION digitisation_add(p_agency bigint, p_level text, p_until date, p_still_valid int, p_digitised int) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_sum digitisation_sum;
BEGIN
    INSERT INTO digitisation_sum (agency, authority_level, as_of, still_valid, digitised) VALUES (p_agency, p_level, vietnam_today(), 0, 0)
    ON CONFLICT DO NOTHING;
    SELECT * INTO v_sum FROM digitisation_sum s WHERE s.agency = p_agency AND s.authority_level = p_level FOR UPDATE;
    IF p_until < digitisation_bring_to(v_sum, vietnam_today()) THEN
        RETURN;
    END IF;
    UPDATE digitisation_sum s SET still_valid = s.still_valid + p_still_valid, digitised = s.digitised + p_digitised
     WHERE s.agency = p_agency AND s.authority_level = p_level;
    IF p_until IS NOT NULL THEN
        INSERT INTO digitisation_end AS e (agency, authority_level, ends_on, still_valid, digitised)
        VALUES (p_agency, p_level, p_until, p_still_valid, p_digitised)
        ON CONFLICT (agency, authority_level, ends_on)
        DO UPDATE SET still_valid = e.still_valid + excluded.still_valid, digitised = e.digitised + excluded.digitised;
    END IF;
END $$;

-- Brings to today the sums that nobody is writing and that have stood since before; gives how many.
CREATE OR REPLACE FUNCTION digitisation_roll() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_today date := vietnam_today();
    v_sum   digitisation_sum;
    v_count int := 0;
BEGIN
    FOR v_sum IN SELECT * FROM digitisation_sum WHERE as_of < v_today ORDER BY agency, authority_level FOR UPDATE SKIP LOCKED
    LOOP
        PERFORM digitisation_bring_to(v_sum, v_today);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Counts everything anew: after a base was filled by other means than these functions.
CREATE OR REPLACE FUNCTION digitisation_recount() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_today date := vietnam_today();
BEGIN
    LOCK TABLE digitisation_sum IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM digitisation_end;
    DELETE FROM digitisation_sum;
    INSERT INTO digitisation_sum (agency, authority_level, as_of, still_valid, digitised)
    SELECT agency, level, v_today, sum(n), sum(digitised) FROM (
        SELECT d.competent_agency AS agency, authority_level(d.competent_agency) AS level, count(*) AS n, count(d.e_result) AS digitised
          FROM dossier d LEFT JOIN granted_until g ON g.dossier = d.id
         WHERE d.outcome = 'GRANTED' AND d.access_class = 'OPEN' AND NOT d.sandbox AND coalesce(g.until >= v_today, true) GROUP BY d.competent_agency
         UNION ALL
        SELECT r.agency, r.authority_level, count(*), count(r.digitised_at)
          FROM procedure_result r WHERE coalesce(r.valid_until >= v_today, true) GROUP BY 1, 2) AS counted
     GROUP BY agency, level;
    INSERT INTO digitisation_end (agency, authority_level, ends_on, still_valid, digitised)
    SELECT agency, level, until, sum(n), sum(digitised) FROM (
        SELECT r.agency, r.authority_level AS level, r.valid_until AS until, count(*) AS n, count(r.digitised_at) AS digitised
          FROM procedure_result r WHERE r.valid_until >= v_today GROUP BY 1, 2, 3
         UNION ALL
        SELECT d.competent_agency, authority_level(d.competent_agency), g.until, count(*), count(d.e_result)
          FROM granted_until g JOIN dossier d ON d.id = g.dossier WHERE g.until >= v_today GROUP BY 1, 3) AS counted
     GROUP BY agency, level, until;
    DELETE FROM paper_reuse_sum;
    INSERT INTO paper_reuse_sum (agency, parts, reused)
    SELECT d.competent_agency, count(*), count(*) FILTER (WHERE p.source IN ('REUSE', 'DB'))
      FROM (SELECT dossier, source FROM dossier_part UNION ALL SELECT dossier, source FROM portal_paper) AS p
      JOIN dossier d ON d.id = p.dossier WHERE NOT d.sandbox GROUP BY 1;
END $$;

-- The last day of what a dossier grants: that of its files, when each has one. NULL: it holds for good.
CREATE OR REPLACE FUNCTION granted_holds_until(p_dossier bigint) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN bool_and(p.valid_until IS NOT NULL) THEN max(p.valid_until) END
              FROM result_file f JOIN stored_paper p ON p.id = f.paper WHERE f.dossier = p_dossier AND f.taken_back IS NULL);
END $$;

-- What a dossier grants is a result that holds until its files say, digitised when it has an electronic form; it is taken out as
-- it was put in, whatever became of the files. RESTRICTED ones are in no figure.
CREATE OR REPLACE FUNCTION digitisation_of_dossier() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_was    boolean := old.outcome = 'GRANTED' AND old.access_class = 'OPEN';
    v_is     boolean := new.outcome = 'GRANTED' AND new.access_class = 'OPEN';
    v_change int := coalesce(v_is, false)::int - coalesce(v_was, false)::int;
    v_until  date;
    v_digitised int := coalesce(v_is AND new.e_result IS NOT NULL, false)::int - coalesce(v_was AND old.e_result IS NOT NULL, false)::int;
BEGIN
    IF v_change = 1 THEN
        v_until := granted_holds_until(new.id);
        INSERT INTO granted_until (dossier, until) SELECT new.id, v_until WHERE v_until IS NOT NULL;
    ELSIF v_change = -1 THEN
        DELETE FROM granted_until g WHERE g.dossier = new.id RETURNING g.until INTO v_until;
    ELSE
        v_until := (SELECT g.until FROM granted_until g WHERE g.dossier = new.id);
    END IF;
    IF v_change <> 0 OR v_digitised <> 0 THEN
        PERFORM digitisation_add(new.competent_agency, authority_level(new.competent_agency), v_until, v_change, v_digitised);
    END IF;
    RETURN NULL;
END $$;

-- Papers that were ever handed in, and of them those that nobody had to bring: one that is erased with its owner stays counted.
CREATE OR REPLACE FUNCTION paper_reuse_of_parts() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO paper_reuse_sum AS s (agency, parts, reused)
    SELECT d.competent_agency, count(*), count(*) FILTER (WHERE a.source IN ('REUSE', 'DB'))
      FROM added a JOIN dossier d ON d.id = a.dossier
     WHERE NOT d.sandbox
     GROUP BY 1 ORDER BY 1
    ON CONFLICT (agency) DO UPDATE SET parts = s.parts + excluded.parts, reused = s.reused + excluded.reused;
    RETURN NULL;
END $$;

-- What holds on a day, from that of the sums on: of these agencies, or (NULL) of the province by level.
CREATE OR REPLACE FUNCTION digitisation_on(p_agencies bigint[], p_day date)
RETURNS TABLE (agency bigint, authority_level text, still_valid bigint, digitised bigint, target int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT f.agency, f.authority_level, sum(f.still_valid)::bigint, sum(f.digitised)::bigint,
           (SELECT t.percent FROM digitisation_target t
             WHERE t.authority_level = f.authority_level AND t.year <= extract(year FROM p_day) ORDER BY t.year DESC LIMIT 1)
      FROM (SELECT CASE WHEN p_agencies IS NULL THEN 0 ELSE s.agency END AS agency, s.authority_level,
                   s.still_valid - coalesce(o.still_valid, 0) AS still_valid, s.digitised - coalesce(o.digitised, 0) AS digitised
              FROM digitisation_sum s
             CROSS JOIN LATERAL (
                   SELECT sum(e.still_valid) AS still_valid, sum(e.digitised) AS digitised FROM digitisation_end e
                    WHERE e.agency = s.agency AND e.authority_level = s.authority_level AND e.ends_on < p_day) AS o
             WHERE p_agencies IS NULL OR s.agency = ANY (p_agencies)) AS f
     GROUP BY f.agency, f.authority_level
     ORDER BY f.agency, array_position(ARRAY['PROVINCE', 'DISTRICT', 'COMMUNE'], f.authority_level);
END $$;

CREATE OR REPLACE FUNCTION paper_reuse_of(p_agencies bigint[]) RETURNS TABLE (agency bigint, parts bigint, reused bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT s.agency, s.parts, s.reused FROM paper_reuse_sum s WHERE s.agency = ANY (p_agencies);
END $$;

GRANT EXECUTE ON FUNCTION digitisation_on(bigint[], date), paper_reuse_of(bigint[]) TO app_public, app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION digitisation_roll() TO app_worker;
RESET ROLE;

CREATE OR REPLACE TRIGGER digitised AFTER UPDATE ON dossier
    FOR EACH ROW WHEN (NOT new.sandbox AND (old.outcome, old.e_result, old.access_class) IS DISTINCT FROM (new.outcome, new.e_result, new.access_class))
    EXECUTE FUNCTION digitisation_of_dossier();
CREATE OR REPLACE TRIGGER counted AFTER INSERT ON dossier_part REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION paper_reuse_of_parts();
CREATE OR REPLACE TRIGGER counted AFTER INSERT ON portal_paper REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION paper_reuse_of_parts();
