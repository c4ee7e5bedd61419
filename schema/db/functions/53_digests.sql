-- The digest of each working morning: how an agency stands, to its head or who stands in for him. Figures alone, no dossier and
-- nobody's name but the officers' own loads. Called by the worker; read by Viewer.digests. Source: R29, DOMAIN §4.1-11.
SET ROLE motcua_definer;

-- Who holds a role now: of those on leave, who stands in for them.
CREATE OR REPLACE FUNCTION in_charge(p_role text) RETURNS TABLE (officer bigint, agency bigint)
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT DISTINCT coalesce(s.substitute, g.officer), g.agency
      FROM staff_grant g
      LEFT JOIN staff_substitution s ON (s.absent, s.agency) = (g.officer, g.agency) AND s.held @> now()
      JOIN officer o ON o.id = coalesce(s.substitute, g.officer) AND o.agency = g.agency
      JOIN agency a ON a.id = g.agency AND NOT a.sandbox
     WHERE g.role = p_role AND g.held @> now()
$$;

-- The open dossiers that an agency decides, by who works on them, the most laden first. RESTRICTED ones are in no figure. The
-- predicates are those of resolvers/sql/loads_of_agencies.sql.
CREATE OR REPLACE FUNCTION loads_of_agency(p_agency bigint, p_working_days int)
RETURNS TABLE (processor bigint, open int, paused int, late int, due_in_one_day int, due_in_three_days int, due_soon int)
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT d.processor, count(*)::int, count(*) FILTER (WHERE d.clock = 'PAUSED')::int,
           count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at < now())::int,
           count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.one_day)::int,
           count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.three_days)::int,
           count(*) FILTER (WHERE d.clock = 'RUNNING' AND d.due_at >= now() AND d.due_at <= h.soon)::int
      FROM dossier d
     CROSS JOIN (SELECT due_at(now(), 1, 'WORKING_DAY') AS one_day, due_at(now(), 3, 'WORKING_DAY') AS three_days,
                        due_at(now(), p_working_days, 'WORKING_DAY') AS soon) AS h
     WHERE d.competent_agency = p_agency AND d.received_at IS NOT NULL
       AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
       AND d.access_class = 'OPEN'
     GROUP BY d.processor
     ORDER BY 2 DESC, 1
$$;

CREATE OR REPLACE FUNCTION digest_send(p_kind digest_kind, p_officer bigint, p_agency bigint, p_day date) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    c_loads_max CONSTANT int := 100;
    v_digest    digest;
BEGIN
    WITH load AS MATERIALIZED (
        SELECT l.* FROM loads_of_agency(p_agency, p_kind.working_days) WITH ORDINALITY
            AS l(processor, open, paused, late, due_in_one_day, due_in_three_days, due_soon, no)
    ), made AS (
        INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late)
        SELECT p_kind.id, p_officer, p_agency, p_day, now(), coalesce(sum(open), 0), coalesce(sum(due_soon), 0), coalesce(sum(late), 0) FROM load
        RETURNING *
    ), kept AS (
        INSERT INTO digest_load (digest, no, processor, open, paused, late, due_in_one_day, due_in_three_days)
        SELECT m.id, l.no, l.processor, l.open, l.paused, l.late, l.due_in_one_day, l.due_in_three_days FROM made m, load l WHERE l.no <= c_loads_max
    )
    SELECT * INTO v_digest FROM made;
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    SELECT 'DIGEST', v_digest.public_id, 1, o.public_id,
           jsonb_build_object('officer', o.id, 'template', p_kind.template, 'class', p_kind.class,
                              'figures', v_digest.due_soon || ' / ' || v_digest.late)
      FROM officer o WHERE o.id = p_officer;
END $$;

-- At most p_limit digests that are due today; once a day for each kind, officer and agency; none on a day off. Of several at
-- once one works. Those of 90 days ago are forgotten. Gives how many were made.
CREATE OR REPLACE FUNCTION clock_digest(p_limit int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    c_kept_days CONSTANT int := 90;
    v_limit     int := least(greatest(p_limit, 0), 1000);
    v_today     date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_time      time := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::time;
    v_due       record;
    v_count     int := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('clock_digest', 0)) THEN
        RETURN 0;
    END IF;
    DELETE FROM digest WHERE day <= v_today - c_kept_days;
    IF NOT EXISTS (SELECT FROM working_days(v_today, 0)) THEN
        RETURN 0;
    END IF;
    FOR v_due IN
        SELECT k AS kind, w.officer, w.agency
          FROM digest_kind k CROSS JOIN LATERAL in_charge(k.role) AS w
         WHERE v_time >= k.at AND v_time < k.until
           AND NOT EXISTS (SELECT FROM digest d WHERE (d.officer, d.day, d.agency, d.kind) = (w.officer, v_today, w.agency, k.id))
         ORDER BY k.at, w.agency, w.officer LIMIT v_limit
    LOOP
        PERFORM digest_send(v_due.kind, v_due.officer, v_due.agency, v_today);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

GRANT EXECUTE ON FUNCTION clock_digest(int) TO app_worker;
RESET ROLE;
