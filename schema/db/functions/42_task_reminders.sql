-- Reminders of another agency's task (T1 for nhiệm vụ liên thông): who took it on, the head of the agency that was asked and, once it is
-- late, who has the dossier in hand are told, as task_reminder_level says, once a level. Called by the worker beside clock_remind.
-- Source: DOMAIN §5.2 (T1); R1, R29.
SET ROLE motcua_definer;

-- The officers that a level tells of a task. Until somebody has taken it on, or when he works there no more, the head is told for him.
CREATE OR REPLACE FUNCTION task_officers_told(p_task inter_agency_task, p_told text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_worker bigint := (SELECT o.id FROM officer o WHERE (o.id, o.agency) = (p_task.processor, p_task.agency));
BEGIN
    RETURN QUERY
    SELECT v_worker WHERE v_worker IS NOT NULL AND 'PROCESSOR' = ANY (p_told)
    UNION
    SELECT h FROM officers_in_role(p_task.agency, 'HEAD') AS h WHERE 'HEAD' = ANY (p_told) OR 'PROCESSOR' = ANY (p_told) AND v_worker IS NULL
    UNION
    SELECT s FROM officers_at_work(p_task.dossier) AS s WHERE 'SENDER' = ANY (p_told);
END $$;

CREATE OR REPLACE FUNCTION task_remind_of(p_task inter_agency_task, p_level task_reminder_level) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_officers bigint[] := ARRAY(SELECT task_officers_told(p_task, p_level.told));
    v_reminder uuid;
BEGIN
    INSERT INTO task_reminder (task, level, at, told) VALUES (p_task.id, p_level.id, now(), cardinality(v_officers))
    RETURNING id INTO v_reminder;
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    SELECT 'REMINDER', v_reminder, 1, p_task.public_id,
           jsonb_build_object('dossier', p_task.dossier, 'officer', o, 'template', p_level.template, 'class', p_level.class)
      FROM unnest(v_officers) AS o;
END $$;

-- At most p_limit tasks whose moment has come, the longest due first; safe to repeat, by several at once. Of the levels that have come
-- only the most urgent is told; one that had gone by when the task was sent never is. While the dossier's clock rests, nobody is
-- reminded. scheduled: looked at; reminded: of which somebody was told.
CREATE OR REPLACE FUNCTION task_remind(p_limit int) RETURNS TABLE (scheduled int, reminded int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_task  inter_agency_task;
    v_level task_reminder_level;
BEGIN
    scheduled := 0;
    reminded := 0;
    FOR v_task IN
        SELECT t.* FROM inter_agency_task t JOIN dossier d ON d.id = t.dossier AND d.clock = 'RUNNING'
         WHERE t.state = 'SENT' AND t.remind_at <= now()
         ORDER BY t.remind_at, t.due_at LIMIT least(greatest(p_limit, 0), 1000) FOR NO KEY UPDATE OF t SKIP LOCKED
    LOOP
        scheduled := scheduled + 1;
        SELECT l.* INTO v_level FROM task_reminder_level l WHERE reminder_at(v_task.due_at, l.working_days) <= now()
         ORDER BY l.working_days LIMIT 1;
        IF v_level.id IS NOT NULL AND reminder_at(v_task.due_at, v_level.working_days) > v_task.sent_at
           AND NOT EXISTS (SELECT FROM task_reminder r WHERE (r.task, r.level) = (v_task.id, v_level.id)) THEN
            PERFORM task_remind_of(v_task, v_level);
            reminded := reminded + 1;
        END IF;
        UPDATE inter_agency_task SET remind_at = (
                SELECT min(m.at) FROM (SELECT reminder_at(v_task.due_at, l.working_days) AS at FROM task_reminder_level l) AS m
                 WHERE m.at > now())
         WHERE id = v_task.id;
    END LOOP;
    RETURN NEXT;
END $$;

GRANT EXECUTE ON FUNCTION task_remind(int) TO app_worker;
RESET ROLE;
