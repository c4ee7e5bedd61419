-- The clock of one dossier: working time, when it rests, what that makes of its due date, and its numbered forms.
-- Working time is asked by anybody; the rest is called by functions of motcua_definer that have
-- locked the dossier and decided that the caller may.
--
-- How a due date is counted (DOMAIN §2.5, §5.2 D11: "dueAt += working time paused"):
--   * The limit is so much time, and time in which the clock rests is not counted. So the due date follows from the moment of
--     receipt, the limit, the pauses and the calendar alone, and can be counted anew at any time (T3); nothing is added up on
--     the way, and a pause longer than all of Tết costs no more than its working time.
--   * A limit in working days, working hours or the same day is working time: the date moves by the working time between the
--     beginning and the end of each pause, to the second. What a pause covers before counting begins (the day of receipt)
--     moves nothing, for nothing was lost.
--   * A limit in calendar days is days: a day is not counted if a pause is open when it closes, so that a pause from Monday to
--     Thursday takes three days, whatever the hour. If the last day is a day off, or is itself paused, the date moves to the
--     next day that is neither (Civil Code 2015, article 148).
--   * A pause that begins after the date has passed moves nothing: late is late.
--   * An extension sets a date of its own; pauses after it move that, too. The due date is the latest of all.
-- Of an open pause nothing is counted until it ends.

-- Weekdays from a Monday long ago to the day before.
CREATE OR REPLACE FUNCTION weekdays_before(p_day date) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (p_day - date '2000-01-03') / 7 * 5 + least((p_day - date '2000-01-03') % 7, 5);

-- Working time of that day before that hour, in whole seconds; 0 on a day off.
CREATE OR REPLACE FUNCTION working_seconds_of_day(p_calendar bigint, p_at timestamp) RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(sum(extract(epoch FROM least(closes, p_at::time) - opens))::int, 0)
      FROM working_hours
     WHERE calendar = p_calendar AND opens < p_at::time
       AND coalesce((SELECT kind = 'MAKEUP' FROM calendar_day c WHERE c.calendar = p_calendar AND c.day = p_at::date),
                    extract(isodow FROM p_at) < 6)
$$;

-- Working time between two moments, in seconds; 0 when the second is not later. Sums of neighbours are exact. One statement:
-- a list asks it for each of its rows.
CREATE OR REPLACE FUNCTION working_seconds(p_from timestamptz, p_to timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_from timestamp := date_trunc('second', p_from AT TIME ZONE 'Asia/Ho_Chi_Minh');
    v_to   timestamp := date_trunc('second', p_to AT TIME ZONE 'Asia/Ho_Chi_Minh');
BEGIN
    IF v_to <= v_from THEN
        RETURN 0;
    END IF;
    RETURN (
        SELECT extract(epoch FROM d.days * h.whole_day + CASE WHEN d.last_works THEN h.of_last ELSE '0' END
                                  - CASE WHEN d.first_works THEN h.of_first ELSE '0' END)::bigint
          FROM (SELECT id FROM working_calendar WHERE published_at <= now() ORDER BY version DESC LIMIT 1) AS c
         CROSS JOIN LATERAL (
               SELECT sum(closes - opens) AS whole_day,
                      coalesce(sum(least(closes, v_from::time) - opens) FILTER (WHERE opens < v_from::time), '0') AS of_first,
                      coalesce(sum(least(closes, v_to::time) - opens) FILTER (WHERE opens < v_to::time), '0') AS of_last
                 FROM working_hours WHERE calendar = c.id) AS h
         CROSS JOIN LATERAL (
               SELECT weekdays_before(v_to::date) - weekdays_before(v_from::date)
                      + count(*) FILTER (WHERE kind = 'MAKEUP' AND extract(isodow FROM day) > 5 AND day < v_to::date)
                      - count(*) FILTER (WHERE kind <> 'MAKEUP' AND extract(isodow FROM day) < 6 AND day < v_to::date) AS days,
                      coalesce(bool_or(kind = 'MAKEUP') FILTER (WHERE day = v_from::date), extract(isodow FROM v_from) < 6) AS first_works,
                      coalesce(bool_or(kind = 'MAKEUP') FILTER (WHERE day = v_to::date), extract(isodow FROM v_to) < 6) AS last_works
                 FROM calendar_day WHERE calendar = c.id AND day BETWEEN v_from::date AND v_to::date) AS d);
END $$;

-- The moment at which so much working time has gone by: at the end of a day, its closing and not the next opening.
CREATE OR REPLACE FUNCTION working_time_after(p_from timestamptz, p_seconds bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_calendar bigint := calendar_in_force();
    v_local    timestamp := p_from AT TIME ZONE 'Asia/Ho_Chi_Minh';
    v_of_day   bigint := (SELECT extract(epoch FROM sum(closes - opens))::bigint FROM working_hours WHERE calendar = v_calendar);
    v_seconds  bigint := p_seconds + working_seconds_of_day(v_calendar, v_local);
    v_days     int := (v_seconds - 1) / v_of_day;
    v_day      date;
BEGIN
    IF p_from IS NULL OR p_seconds <= 0 THEN
        RETURN p_from;
    END IF;
    SELECT day INTO v_day FROM working_days(v_local::date, 31 + 2 * v_days) WHERE n = v_days + 1;
    v_seconds := v_seconds - v_days * v_of_day;
    RETURN (SELECT v_day + opens + make_interval(secs => v_seconds - before)
              FROM (SELECT opens, extract(epoch FROM sum(closes - opens) OVER w) AS upto,
                           extract(epoch FROM sum(closes - opens) OVER w - (closes - opens)) AS before
                      FROM working_hours WHERE calendar = v_calendar
                    WINDOW w AS (ORDER BY opens)) AS h
             WHERE upto >= v_seconds ORDER BY opens LIMIT 1) AT TIME ZONE 'Asia/Ho_Chi_Minh';
END $$;

-- When the time of a limit begins to count: at receipt; of days, on the day after the working day that it counts as.
CREATE OR REPLACE FUNCTION counts_from(p_received timestamptz, p_amount int, p_unit text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_calendar bigint := calendar_in_force();
    v_local    timestamp := p_received AT TIME ZONE 'Asia/Ho_Chi_Minh';
    v_day      date := v_local::date + (v_local::time > (SELECT max(closes) FROM working_hours WHERE calendar = v_calendar))::int;
BEGIN
    IF (p_unit = 'DAY' OR p_unit = 'WORKING_DAY' AND p_amount > 0) IS NOT TRUE THEN
        RETURN p_received;
    END IF;
    WHILE NOT coalesce((SELECT kind = 'MAKEUP' FROM calendar_day WHERE calendar = v_calendar AND day = v_day), extract(isodow FROM v_day) < 6) LOOP
        v_day := v_day + 1;
    END LOOP;
    RETURN (v_day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh';
END $$;

GRANT EXECUTE ON FUNCTION weekdays_before(date), working_seconds_of_day(bigint, timestamp), working_seconds(timestamptz, timestamptz),
    working_time_after(timestamptz, bigint), counts_from(timestamptz, int, text)
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

SET ROLE motcua_definer;

-- The limit that a dossier has: its case's, or else its version's. One row.
CREATE OR REPLACE FUNCTION dossier_limit(p_dossier dossier) RETURNS TABLE (amount int, unit text)
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN c.limit_amount IS NULL THEN v.limit_amount ELSE c.limit_amount END, CASE WHEN c.limit_amount IS NULL THEN v.limit_unit ELSE c.limit_unit END
      FROM procedure_version v LEFT JOIN procedure_case c ON c.id = p_dossier.procedure_case
     WHERE v.id = p_dossier.procedure_version
$$;

-- Does waiting for a payment stop this dossier's clock? (D12)
CREATE OR REPLACE FUNCTION payment_pauses(p_dossier bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT v.payment_pauses FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version WHERE d.id = p_dossier
$$;

-- A due date of working time, moved by the working time of the dossier's pauses from p_from on.
CREATE OR REPLACE FUNCTION due_with_pauses(p_dossier bigint, p_due timestamptz, p_from timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_pause record;
BEGIN
    FOR v_pause IN SELECT from_at, to_at FROM dossier_pause
                    WHERE dossier = p_dossier AND to_at > greatest(from_at, p_from) ORDER BY from_at
    LOOP
        EXIT WHEN v_pause.from_at >= p_due;
        p_due := working_time_after(p_due, working_seconds(greatest(v_pause.from_at, p_from), v_pause.to_at));
    END LOOP;
    RETURN p_due;
END $$;

-- Closing of the p_days-th calendar day after p_day that is not paused at its closing, moved to the next day that is neither
-- off nor paused.
CREATE OR REPLACE FUNCTION due_in_days(p_dossier bigint, p_day date, p_days int) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_closes time := (SELECT max(closes) FROM working_hours WHERE calendar = calendar_in_force());
    v_ahead  int := 62 + p_days + coalesce((SELECT sum(to_at::date - from_at::date + 1) FROM dossier_pause WHERE dossier = p_dossier), 0);
    v_free   date[];
    v_last   date;
BEGIN
    SELECT array_agg(f.day ORDER BY f.day) INTO v_free
      FROM (SELECT p_day + i AS day FROM generate_series(0, v_ahead) AS i) AS f
     WHERE NOT EXISTS (SELECT FROM dossier_pause p WHERE p.dossier = p_dossier
                          AND p.from_at < (f.day + v_closes) AT TIME ZONE 'Asia/Ho_Chi_Minh'
                          AND p.to_at > (f.day + v_closes) AT TIME ZONE 'Asia/Ho_Chi_Minh');
    v_last := CASE WHEN p_days = 0 THEN p_day ELSE v_free[p_days + (v_free[1] = p_day)::int] END;
    RETURN (SELECT (w.day + v_closes) AT TIME ZONE 'Asia/Ho_Chi_Minh'
              FROM working_days(v_last, 62 + v_ahead) AS w WHERE w.day = ANY (v_free) ORDER BY w.n LIMIT 1);
END $$;

-- When the dossier is due, counted from its receipt; NULL: not received, or without a limit.
CREATE OR REPLACE FUNCTION dossier_due(p_dossier bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier   dossier;
    v_limit     record;
    v_from      timestamptz;
    v_due       timestamptz;
    v_extension dossier_extension;
    v_extended  timestamptz;
BEGIN
    SELECT * INTO v_dossier FROM dossier WHERE id = p_dossier;
    SELECT * INTO v_limit FROM dossier_limit(v_dossier);
    v_due := due_at(v_dossier.received_at, v_limit.amount, v_limit.unit);
    IF v_due IS NULL OR NOT EXISTS (SELECT FROM dossier_pause WHERE dossier = p_dossier AND to_at IS NOT NULL
                                    UNION ALL SELECT FROM dossier_extension WHERE dossier = p_dossier) THEN
        RETURN v_due;
    END IF;
    v_from := counts_from(v_dossier.received_at, v_limit.amount, v_limit.unit);
    IF v_limit.unit = 'DAY' THEN
        v_due := due_in_days(p_dossier, (v_from AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1, v_limit.amount);
    ELSE
        v_due := due_with_pauses(p_dossier, v_due, v_from);
    END IF;
    FOR v_extension IN SELECT * FROM dossier_extension WHERE dossier = p_dossier
    LOOP
        v_extended := v_extension.new_due;
        IF v_limit.unit <> 'DAY' THEN
            v_extended := due_with_pauses(p_dossier, v_extended, v_extension.at);
        ELSIF EXISTS (SELECT FROM dossier_pause WHERE dossier = p_dossier AND to_at > v_extension.at AND from_at < v_extended) THEN
            v_extended := due_in_days(p_dossier, (v_extension.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
                                      greatest((v_extended AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                                               - (v_extension.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 0));
        END IF;
        v_due := greatest(v_due, v_extended, v_extension.new_due);
    END LOOP;
    RETURN v_due;
END $$;

-- The clock rests from p_at on. A pause that is open ends where this one begins.
CREATE OR REPLACE FUNCTION pause_begin(p_dossier bigint, p_reason text, p_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = motcua, pg_temp AS $$
    UPDATE dossier_pause SET to_at = greatest(from_at, p_at) WHERE dossier = p_dossier AND to_at IS NULL;
    INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at)
    SELECT d.id, 1 + coalesce((SELECT max(no) FROM dossier_pause WHERE dossier = d.id), 0), d.applicant, p_reason, p_at
      FROM dossier d WHERE d.id = p_dossier
$$;

-- The clock runs again from p_at on. Gives the due date as it is now, which the caller stores; without an open pause, too.
CREATE OR REPLACE FUNCTION pause_end(p_dossier bigint, p_at timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE dossier_pause SET to_at = greatest(from_at, p_at) WHERE dossier = p_dossier AND to_at IS NULL;
    RETURN dossier_due(p_dossier);
END $$;

-- Puts the due date off and stores it in the dossier; late when the clock had run past the former date, or stood behind it. p_event
-- may be written before or after, in the same transaction. Gives whether it was late.
-- Fails (check_violation) unless p_new_due is later than the due date that stands.
CREATE OR REPLACE FUNCTION extend_due(p_dossier bigint, p_new_due timestamptz, p_reason text, p_event uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_at   timestamptz := coalesce((SELECT e.at FROM dossier_event e WHERE e.id = p_event), clock_timestamp());
    v_late boolean;
BEGIN
    INSERT INTO dossier_extension (dossier, no, applicant, at, old_due, new_due, reason, event, late)
    SELECT d.id, 1 + coalesce((SELECT max(no) FROM dossier_extension WHERE dossier = d.id), 0), d.applicant, v_at, d.due_at, p_new_due, p_reason, p_event,
           d.due_at < coalesce((SELECT p.from_at FROM dossier_pause p WHERE p.dossier = d.id AND p.to_at IS NULL), v_at)
      FROM dossier d WHERE d.id = p_dossier
    RETURNING late INTO v_late;
    UPDATE dossier SET due_at = p_new_due, extended_late = extended_late OR v_late WHERE id = p_dossier;
    RETURN v_late;
END $$;

-- Who draws numbers of several agencies' forms in one transaction, for whatever form, does so alone: two would draw them in
-- different order, and wait for each other. False: another does.
CREATE OR REPLACE FUNCTION form_numbers_mine() RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = motcua, pg_temp AS $$
    SELECT pg_try_advisory_xact_lock(hashtextextended('form_numbers', 0))
$$;

-- Issues a form of the dossier under the next number of its agency and year, and gives the number. A draft of that kind
-- becomes it, keeping what p_body does not say anew.
CREATE OR REPLACE FUNCTION form_issue(p_dossier bigint, p_kind text, p_event uuid, p_at timestamptz, p_body jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_kind   issued_form_kind;
    v_agency agency;
    v_number text;
BEGIN
    SELECT * INTO STRICT v_kind FROM issued_form_kind WHERE id = p_kind;
    SELECT a.* INTO STRICT v_agency FROM dossier d
      JOIN agency a ON a.id = CASE v_kind.issuer WHEN 'RECEIVED' THEN d.received_agency ELSE d.competent_agency END
     WHERE d.id = p_dossier;
    -- The draft before the number: whoever takes drafts back (clock_remind) may want a number afterwards.
    PERFORM FROM issued_form WHERE dossier = p_dossier AND kind = p_kind AND state = 'DRAFT' FOR UPDATE;
    INSERT INTO form_sequence AS s (agency, kind, year, last)
    VALUES (v_agency.id, p_kind, extract(year FROM p_at AT TIME ZONE 'Asia/Ho_Chi_Minh'), 1)
    ON CONFLICT (agency, kind, year) DO UPDATE SET last = s.last + 1
    RETURNING format('%s/%s/%s-%s', s.last, s.year, v_kind.symbol, v_agency.code) INTO v_number;
    UPDATE issued_form SET number = v_number, state = 'ISSUED', event = p_event, at = p_at, body = body || coalesce(p_body, '{}')
     WHERE dossier = p_dossier AND kind = p_kind AND state = 'DRAFT';
    IF NOT FOUND THEN
        INSERT INTO issued_form (dossier, applicant, kind, number, state, event, at, body)
        SELECT d.id, d.applicant, p_kind, v_number, 'ISSUED', p_event, p_at, coalesce(p_body, '{}') FROM dossier d WHERE d.id = p_dossier;
    END IF;
    RETURN v_number;
END $$;
RESET ROLE;
