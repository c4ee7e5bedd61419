-- due_at: when a limit that starts at a moment ends. Called by apply_dossier_event (accept) and by reports.
-- Source: DOMAIN §2.5 (day of receipt not counted, counting starts on the next working day; same-day procedures
-- received after the cut-off are due the next working day); a calendar-day limit that ends on a day off moves to
-- the next working day (Civil Code 2015, article 148). All hours are Vietnam's. Pauses are not known here.

CREATE OR REPLACE FUNCTION calendar_in_force() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
    SELECT id FROM working_calendar WHERE published_at <= now() ORDER BY version DESC LIMIT 1
$$;

-- Working days from p_from on, in order; n counts from 1. p_days bounds the look-ahead in calendar days.
CREATE OR REPLACE FUNCTION working_days(p_from date, p_days int) RETURNS TABLE (n bigint, day date)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
    SELECT row_number() OVER (ORDER BY d.day), d.day
      FROM (SELECT p_from + i AS day FROM generate_series(0, p_days) AS i) AS d
      LEFT JOIN calendar_day c ON c.calendar = (SELECT calendar_in_force()) AND c.day = d.day
     WHERE CASE WHEN c.kind IS NULL THEN extract(isodow FROM d.day) < 6 ELSE c.kind = 'MAKEUP' END
     ORDER BY d.day
$$;

CREATE OR REPLACE FUNCTION due_at(p_start timestamptz, p_amount int, p_unit text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
DECLARE
    -- The longest run of days off is Tết with its weekends; a month more than twice the amount always suffices.
    v_ahead    int := 31 + 2 * p_amount;
    v_calendar bigint := calendar_in_force();
    v_local    timestamp := p_start AT TIME ZONE 'Asia/Ho_Chi_Minh';
    v_closes   time;
    v_until    time;
    v_day      date;
    v_end      timestamp;
BEGIN
    IF p_start IS NULL OR p_amount IS NULL OR p_unit IS NULL THEN
        RETURN NULL;
    END IF;
    IF p_amount < 0 OR p_amount > 1000 THEN
        RAISE EXCEPTION 'a limit of % is not between 0 and 1000', p_amount USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT same_day_until, (SELECT max(closes) FROM working_hours WHERE calendar = v_calendar)
      INTO v_until, v_closes FROM working_calendar WHERE id = v_calendar;
    IF v_closes IS NULL THEN
        RAISE EXCEPTION 'no working calendar is in force';
    END IF;

    -- Received outside working time: received at the next opening (DOMAIN R12).
    SELECT day INTO v_day FROM working_days(v_local::date + (v_local::time > v_closes)::int, v_ahead) WHERE n = 1;
    IF v_day <> v_local::date THEN
        v_local := v_day;
    END IF;

    CASE p_unit
    WHEN 'WORKING_DAY' THEN
        SELECT w.day + v_closes INTO v_end FROM working_days(v_day + 1, v_ahead) w WHERE w.n = greatest(p_amount, 1);
        IF p_amount = 0 THEN
            v_end := v_day + v_closes;
        END IF;
    WHEN 'DAY' THEN
        SELECT w.day + v_closes INTO v_end FROM working_days(v_day + p_amount, 31) w WHERE w.n = 1;
    WHEN 'SAME_DAY' THEN
        SELECT w.day + v_closes INTO v_end
          FROM working_days(v_day + (v_local::time > v_until)::int, v_ahead) w WHERE w.n = 1;
    WHEN 'WORKING_HOUR' THEN
        SELECT s.opens + (make_interval(hours => p_amount) - s.before) INTO v_end
          FROM (SELECT greatest(w.day + h.opens, v_local) AS opens, w.day + h.closes AS closes,
                       coalesce(sum(w.day + h.closes - greatest(w.day + h.opens, v_local)) OVER earlier, '0') AS before,
                       sum(w.day + h.closes - greatest(w.day + h.opens, v_local)) OVER upto AS after
                  FROM working_days(v_day, v_ahead) w
                  JOIN working_hours h ON h.calendar = v_calendar
                 WHERE w.day + h.closes > v_local
                WINDOW earlier AS (ORDER BY w.day, h.opens ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                       upto AS (ORDER BY w.day, h.opens ROWS UNBOUNDED PRECEDING)) AS s
         WHERE s.after >= make_interval(hours => p_amount)
         ORDER BY s.opens LIMIT 1;
    ELSE
        RAISE EXCEPTION 'unknown unit of a limit: %', p_unit USING ERRCODE = 'invalid_parameter_value';
    END CASE;
    RETURN v_end AT TIME ZONE 'Asia/Ho_Chi_Minh';
END $$;

GRANT EXECUTE ON FUNCTION calendar_in_force(), working_days(date, int), due_at(timestamptz, int, text)
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
