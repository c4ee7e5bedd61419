-- What the clock does by itself, called by the worker: reminders and the apology (T1), due dates anew when the calendar
-- changes (T3). And who held a dossier, as far as its readers cannot see that themselves.
-- Source: DOMAIN §4.1 (4, 5), §5.2; R21, R29.
SET ROLE motcua_definer;

-- An event that leaves the state as it is, with what tells the applicant of it. p_dossier is the locked row.
CREATE OR REPLACE FUNCTION clock_event(p_dossier dossier, p_event text, p_note text, p_template text, p_class text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_event uuid;
BEGIN
    INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, note, applicant, submitter,
                               received_agency, competent_agency)
    SELECT e.dossier, e.seq + 1, greatest(clock_timestamp(), e.at), p_event, p_dossier.state, p_dossier.state, 'SYSTEM', 'Hệ thống', p_note,
           p_dossier.applicant, p_dossier.submitter, p_dossier.received_agency, p_dossier.competent_agency
      FROM dossier_event e WHERE e.dossier = p_dossier.id AND e.seq = p_dossier.seq
    RETURNING id INTO STRICT v_event;
    UPDATE dossier SET seq = p_dossier.seq + 1 WHERE id = p_dossier.id;
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    VALUES ('DOSSIER_EVENT', v_event, p_dossier.seq + 1, p_dossier.public_id,
            jsonb_build_object('dossier', p_dossier.id, 'event', p_event, 'template', p_template, 'class', p_class));
    RETURN v_event;
END $$;

-- When a level of reminders is due: at the opening of the working day so many before the due day; 0: at the due date.
CREATE OR REPLACE FUNCTION reminder_at(p_due timestamptz, p_working_days int) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_working_days = 0 THEN p_due ELSE (
        SELECT (w.day + (SELECT min(opens) FROM working_hours WHERE calendar = calendar_in_force())) AT TIME ZONE 'Asia/Ho_Chi_Minh'
          FROM (SELECT (p_due AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, 31 + 2 * p_working_days AS ahead) AS due
         CROSS JOIN LATERAL working_days(due.day - due.ahead, due.ahead - 1) AS w
         ORDER BY w.day DESC OFFSET p_working_days - 1 LIMIT 1) END
$$;

-- The officers that a level tells of a dossier: who works on it, and who heads the agency that decides, or stands in. Until
-- somebody works on it, the head is told for him.
CREATE OR REPLACE FUNCTION officers_told(p_dossier dossier, p_told text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT o.id FROM officer o WHERE o.id = p_dossier.processor AND o.agency = p_dossier.competent_agency AND 'PROCESSOR' = ANY (p_told)
    UNION
    SELECT h.officer
      FROM (SELECT g.officer FROM staff_grant g
             WHERE g.agency = p_dossier.competent_agency AND g.role = 'HEAD' AND g.held @> now()
            UNION
            SELECT s.substitute FROM staff_grant g JOIN staff_substitution s ON (s.absent, s.agency) = (g.officer, g.agency)
             WHERE g.agency = p_dossier.competent_agency AND g.role = 'HEAD' AND g.held * s.held @> now()) AS h
      JOIN officer o ON o.id = h.officer AND o.agency = p_dossier.competent_agency
     WHERE 'HEAD' = ANY (p_told) OR 'PROCESSOR' = ANY (p_told) AND p_dossier.processor IS NULL
$$;

-- Whom a dossier's applicant's side is, as an event of it is told (workers/sql/expand.sql).
CREATE OR REPLACE FUNCTION applicant_side(p_dossier dossier) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT s.id FROM (
        SELECT p_dossier.applicant AS id
         UNION SELECT p_dossier.submitter
         UNION SELECT t.person FROM seat_in_force t WHERE t.organisation = p_dossier.applicant AND t.role = 'ADMINISTRATOR'
         UNION SELECT g.grantee FROM dossier_grant g
                WHERE g.dossier = p_dossier.id AND g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)) AS r
      JOIN subject s ON s.id = r.id AND (s.sandbox OR NOT p_dossier.sandbox)
$$;

-- Tells of one level: the officers; the applicant's side, of a breach by an event of the dossier's own; drafts the apology, or issues it.
CREATE OR REPLACE FUNCTION remind(p_dossier dossier, p_level reminder_level) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_body     jsonb := jsonb_build_object('oldDueAt', p_dossier.due_at, 'reason', p_level.apology_reason);
    v_reminder uuid;
    v_event    uuid;
    v_officers bigint[] := ARRAY(SELECT officers_told(p_dossier, p_level.told));
BEGIN
    INSERT INTO dossier_reminder (dossier, due_at, level, applicant, at, told)
    VALUES (p_dossier.id, p_dossier.due_at, p_level.id, p_dossier.applicant, now(),
            cardinality(v_officers) + ('APPLICANT' = ANY (p_level.told))::int)
    RETURNING id INTO v_reminder;
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    SELECT 'REMINDER', v_reminder, 1, p_dossier.public_id,
           jsonb_build_object('dossier', p_dossier.id, 'officer', o, 'template', p_level.officer_template, 'class', p_level.class)
      FROM unnest(v_officers) AS o;
    IF 'APPLICANT' = ANY (p_level.told) AND p_level.working_days > 0 THEN
        INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
        SELECT 'REMINDER', v_reminder, 1, p_dossier.public_id,
               jsonb_build_object('dossier', p_dossier.id, 'subject', s, 'template', p_level.applicant_template, 'class', p_level.class)
          FROM applicant_side(p_dossier) AS s;
    ELSIF 'APPLICANT' = ANY (p_level.told) THEN
        v_event := clock_event(p_dossier, 'breach', NULL, p_level.applicant_template, p_level.class);
    END IF;
    IF p_level.apology = 'ISSUED' THEN
        PERFORM form_issue(p_dossier.id, '04', v_event, now(), v_body);
    ELSIF p_level.apology = 'DRAFT' THEN
        INSERT INTO issued_form (dossier, applicant, kind, state, at, body)
        VALUES (p_dossier.id, p_dossier.applicant, '04', 'DRAFT', now(), v_body)
        ON CONFLICT (dossier, kind) WHERE state = 'DRAFT' DO UPDATE SET at = excluded.at, body = excluded.body;
    END IF;
END $$;

-- T1: at most p_limit dossiers whose moment has come, the longest due first; safe to repeat; of several at once one works. Of the
-- levels that have come only the most urgent is told, once for each due date; one that had gone by at receipt is never told.
-- scheduled: looked at; reminded: of whom somebody was told; withdrawn: drafts of apologies that are not needed any more.
CREATE OR REPLACE FUNCTION clock_remind(p_limit int) RETURNS TABLE (scheduled int, reminded int, withdrawn int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_limit   int := least(greatest(p_limit, 0), 1000);
    v_dossier dossier;
    v_level   reminder_level;
BEGIN
    scheduled := 0;
    reminded := 0;
    withdrawn := 0;
    IF NOT form_numbers_mine() THEN
        RETURN NEXT;
        RETURN;
    END IF;
    WITH idle AS (
        SELECT f.id FROM issued_form f JOIN dossier d ON d.id = f.dossier
         WHERE f.state = 'DRAFT' AND f.kind = '04' AND (d.clock <> 'RUNNING' OR d.due_at <> (f.body->>'oldDueAt')::timestamptz)
         LIMIT v_limit FOR UPDATE OF f SKIP LOCKED)
    DELETE FROM issued_form f USING idle WHERE f.id = idle.id;
    GET DIAGNOSTICS withdrawn = ROW_COUNT;

    FOR v_dossier IN
        SELECT * FROM dossier d
         WHERE d.clock = 'RUNNING' AND d.due_at IS NOT NULL
           AND (CASE WHEN d.remind_for = d.due_at THEN d.remind_at ELSE '-infinity' END) <= now()
         ORDER BY (CASE WHEN d.remind_for = d.due_at THEN d.remind_at ELSE '-infinity' END)
         LIMIT v_limit FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        scheduled := scheduled + 1;
        SELECT l.* INTO v_level FROM reminder_level l WHERE reminder_at(v_dossier.due_at, l.working_days) <= now()
         ORDER BY l.working_days LIMIT 1;
        IF v_level.id IS NOT NULL AND reminder_at(v_dossier.due_at, v_level.working_days) > v_dossier.received_at
           AND NOT EXISTS (SELECT FROM dossier_reminder r WHERE (r.dossier, r.due_at, r.level) = (v_dossier.id, v_dossier.due_at, v_level.id)) THEN
            PERFORM remind(v_dossier, v_level);
            reminded := reminded + 1;
        END IF;
        UPDATE dossier SET remind_for = due_at,
               remind_at = (SELECT min(m.at) FROM (SELECT reminder_at(v_dossier.due_at, l.working_days) AS at FROM reminder_level l) AS m
                             WHERE m.at > now())
         WHERE id = v_dossier.id;
    END LOOP;
    RETURN NEXT;
END $$;

-- The calendar in force with all that due dates are made of, as one value.
CREATE OR REPLACE FUNCTION calendar_content(p_calendar bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT md5(concat_ws('|', (SELECT same_day_until FROM working_calendar WHERE id = p_calendar),
                         (SELECT string_agg(opens || '-' || closes, ' ' ORDER BY opens) FROM working_hours WHERE calendar = p_calendar),
                         (SELECT string_agg(day || ' ' || kind, ' ' ORDER BY day) FROM calendar_day WHERE calendar = p_calendar)))
$$;

-- T3: at most p_limit open dossiers counted anew for the calendar in force, in the order of their ids; who has none behind him
-- is done. Only a due date that differs is stored and told. The first calendar of a base changes nothing.
CREATE OR REPLACE FUNCTION clock_recompute(p_limit int) RETURNS TABLE (looked int, changed int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- Who counted by the former calendar has committed by then: no statement takes longer (schema/db/roles.sql).
    c_settle   CONSTANT interval := '10 seconds';
    c_format   CONSTANT text := 'HH24:MI DD/MM/YYYY';
    v_limit    int := least(greatest(p_limit, 1), 1000);
    v_calendar bigint := calendar_in_force();
    v_content  text := calendar_content(v_calendar);
    v_run      calendar_recompute;
    v_dossier  dossier;
    v_due      timestamptz;
    v_event    uuid;
BEGIN
    looked := 0;
    changed := 0;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('clock_recompute', 0)) THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT * INTO v_run FROM calendar_recompute ORDER BY no DESC LIMIT 1;
    IF (v_run.calendar, v_run.content) IS DISTINCT FROM (v_calendar, v_content) THEN
        INSERT INTO calendar_recompute (calendar, content, started_at, done_at)
        VALUES (v_calendar, v_content, now(), CASE WHEN v_run.no IS NULL THEN now() END) RETURNING * INTO v_run;
    END IF;
    IF v_run.done_at IS NOT NULL OR v_run.started_at > now() - c_settle THEN
        RETURN NEXT;
        RETURN;
    END IF;

    FOR v_dossier IN
        SELECT * FROM dossier d WHERE d.id > v_run.after AND d.clock IN ('RUNNING', 'PAUSED') ORDER BY d.id LIMIT v_limit FOR NO KEY UPDATE
    LOOP
        looked := looked + 1;
        v_run.after := v_dossier.id;
        v_due := dossier_due(v_dossier.id);
        CONTINUE WHEN v_dossier.due_at IS NULL OR v_due IS NULL OR v_due = v_dossier.due_at;
        changed := changed + 1;
        v_event := clock_event(v_dossier, 'recomputeDue', concat(
                    to_char(v_dossier.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', c_format), ' → ',
                    to_char(v_due AT TIME ZONE 'Asia/Ho_Chi_Minh', c_format)), 'dossier.dueChanged', 'B');
        UPDATE dossier SET due_at = v_due WHERE id = v_dossier.id RETURNING * INTO v_dossier;
        PERFORM sync_tell(v_dossier, v_event, 'recomputeDue', v_dossier.seq);
    END LOOP;
    UPDATE calendar_recompute r SET after = v_run.after, changed = r.changed + clock_recompute.changed,
           done_at = CASE WHEN looked < v_limit THEN now() END
     WHERE no = v_run.no;
    RETURN NEXT;
END $$;

-- May the caller read what happened to this dossier? As the policies of dossier_event say.
CREATE OR REPLACE FUNCTION sees_timeline(p_dossier bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM dossier d WHERE d.id = p_dossier AND CASE kind()
                   WHEN 'OFFICER' THEN me() IS NOT NULL AND (d.received_agency = ANY (agencies()) OR d.competent_agency = ANY (agencies()) OR is_tasked(d.id))
                   WHEN 'CITIZEN' THEN d.applicant = ANY (subjects()) OR is_shown(d.id, 'TIMELINE')
                   WHEN 'PARTNER' THEN partner_reaches(d) AND (d.applicant = ANY (subjects()) OR d.submitter = me() OR is_shown(d.id, 'TIMELINE'))
                   END)
$$;

-- Who works on a dossier, for whoever may read its timeline: officers are named to those whose affairs they decide (R21, R24).
CREATE OR REPLACE FUNCTION processor_name(p_dossier bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT o.name FROM dossier d JOIN officer o ON o.id = d.processor WHERE d.id = p_dossier AND sees_timeline(p_dossier)
$$;

-- The agency with whose task the dossier was at that moment, the last that was sent; for whoever may read its timeline.
CREATE OR REPLACE FUNCTION task_agency(p_dossier bigint, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT t.agency FROM inter_agency_task t
             WHERE t.dossier = p_dossier AND t.sent_at <= p_at AND (t.closed_at IS NULL OR t.closed_at > p_at) AND sees_timeline(p_dossier)
             ORDER BY t.no DESC LIMIT 1);
END $$;

GRANT EXECUTE ON FUNCTION clock_remind(int), clock_recompute(int) TO app_worker;
GRANT EXECUTE ON FUNCTION processor_name(bigint), task_agency(bigint, timestamptz) TO app_citizen, app_partner, app_officer;
RESET ROLE;
