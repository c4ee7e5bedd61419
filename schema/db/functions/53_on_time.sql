-- The public figures of an agency (tỷ lệ đúng hạn): each dossier that is finished is added to its month, one that is reopened is
-- taken out again as it was counted. Called only by dossier_event_apply. Source: R21, DOMAIN §2.5, §2.6.
SET ROLE motcua_definer;

-- In time: finished by its date, which was not put off when it was late already, and not asked for papers twice. Without a date
-- nothing is late.
CREATE OR REPLACE FUNCTION is_on_time(p_dossier dossier) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce(p_dossier.finished_at <= p_dossier.due_at, true) AND NOT p_dossier.extended_late
       AND (SELECT count(*) < 2 FROM dossier_pause p WHERE p.dossier = p_dossier.id AND p.reason = 'SUPPLEMENT');
END $$;

CREATE OR REPLACE FUNCTION agency_month_add(p_agency bigint, p_finished_at timestamptz, p_finished int, p_on_time int) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_month date := date_trunc('month', p_finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    -- Not ON CONFLICT DO UPDATE alone: a row to insert is checked first, and what is taken away is below 0.
    UPDATE agency_month m SET finished = m.finished + p_finished, on_time = m.on_time + p_on_time WHERE m.agency = p_agency AND m.month = v_month;
    IF NOT FOUND THEN
        INSERT INTO agency_month AS m (agency, month, finished, on_time) VALUES (p_agency, v_month, p_finished, p_on_time)
            ON CONFLICT (agency, month) DO UPDATE SET finished = m.finished + excluded.finished, on_time = m.on_time + excluded.on_time;
    END IF;
END $$;

-- p_former: the dossier before the event; p_dossier: after it. What is RESTRICTED when it is finished, or of the sandbox, is in no figure.
CREATE OR REPLACE FUNCTION on_time_count(p_former dossier, p_dossier dossier, p_event text) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_event = 'complete' AND p_dossier.access_class = 'OPEN' AND NOT p_dossier.sandbox THEN
        p_dossier.counted_on_time := is_on_time(p_dossier);
        PERFORM agency_month_add(p_dossier.competent_agency, p_dossier.finished_at, 1, p_dossier.counted_on_time::int);
    ELSIF p_event = 'reopen' AND p_former.counted_on_time IS NOT NULL THEN
        PERFORM agency_month_add(p_former.competent_agency, p_former.finished_at, -1, -p_former.counted_on_time::int);
        p_dossier.counted_on_time := NULL;
    END IF;
    RETURN p_dossier;
END $$;
RESET ROLE;
