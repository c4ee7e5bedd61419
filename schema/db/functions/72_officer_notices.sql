-- Who is told of work: whom an event gives some, as officer_notice.receivers says, but for who has done it himself. Called by expand for
-- each event that is told; officers_at_work and officers_in_role by the reminders of tasks (42_task_reminders.sql), too.
-- Source: DOMAIN §5.2 (D2, D3, D5, D7-D9, D11, D13, D14); R25, R32.
SET ROLE motcua_definer;

-- Who works for an agency in that role now, or stands in for who does; 50 at most.
CREATE OR REPLACE FUNCTION officers_in_role(p_agency bigint, p_role text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT o.id
      FROM (SELECT g.officer FROM staff_grant g WHERE g.agency = p_agency AND g.role = p_role AND g.held @> now()
            UNION
            SELECT s.substitute FROM staff_grant g JOIN staff_substitution s ON (s.absent, s.agency) = (g.officer, g.agency)
             WHERE g.agency = p_agency AND g.role = p_role AND g.held * s.held @> now()) AS held
      JOIN officer o ON (o.id, o.agency) = (held.officer, p_agency)
     ORDER BY o.id LIMIT 50;
END $$;

-- Who works on a dossier, at the agency that decides.
CREATE OR REPLACE FUNCTION officer_processing(p_dossier dossier) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT o.id FROM officer o WHERE (o.id, o.agency) = (p_dossier.processor, p_dossier.competent_agency);
END $$;

-- The officers who have a dossier in hand: who works on it; else who receives for the agency that took it, or stands in.
CREATE OR REPLACE FUNCTION officers_at_work(p_dossier bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
BEGIN
    SELECT * INTO v_dossier FROM dossier WHERE id = p_dossier;
    RETURN QUERY SELECT officer_processing(v_dossier);
    IF NOT FOUND THEN
        RETURN QUERY SELECT officers_in_role(v_dossier.received_agency, 'INTAKE');
    END IF;
END $$;

-- The same, or the agency's head when there is none.
CREATE OR REPLACE FUNCTION officers_for(p_agency bigint, p_role text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT officers_in_role(p_agency, p_role);
    IF NOT FOUND THEN
        RETURN QUERY SELECT officers_in_role(p_agency, 'HEAD');
    END IF;
END $$;

CREATE OR REPLACE FUNCTION officers_noticed(p_event uuid, p_receivers text) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_event dossier_event;
BEGIN
    SELECT * INTO v_event FROM dossier_event WHERE id = p_event;
    RETURN QUERY
    SELECT w.officer
      FROM (SELECT o AS officer FROM officers_at_work(v_event.dossier) AS o WHERE p_receivers = 'HANDLER'
             UNION ALL
            SELECT o FROM officers_in_role(v_event.received_agency, 'INTAKE') AS o WHERE p_receivers = 'RECEPTION'
             UNION ALL
            SELECT o FROM dossier d CROSS JOIN LATERAL officer_processing(d) AS o WHERE d.id = v_event.dossier AND p_receivers = 'PROCESSOR'
             UNION ALL
            SELECT o FROM inter_agency_task t CROSS JOIN LATERAL officers_for(t.agency, 'PROCESSOR') AS o
             WHERE t.dossier = v_event.dossier AND t.sent = v_event.id AND p_receivers = 'ASKED'
             UNION ALL
            SELECT o FROM dossier d CROSS JOIN LATERAL officers_for(d.competent_agency, 'DISPATCHER') AS o
             WHERE d.id = v_event.dossier AND d.state = 'ACCEPTED' AND p_receivers = 'DISPATCHER'
             UNION ALL
            SELECT o FROM dossier d CROSS JOIN LATERAL officers_in_role(d.received_agency, 'COUNTER') AS o
             WHERE d.id = v_event.dossier AND d.finance = 'REFUNDING' AND p_receivers = 'CASHIER') AS w
     WHERE (v_event.actor_kind = 'OFFICER' AND v_event.actor_id = w.officer) IS NOT TRUE;
END $$;

GRANT EXECUTE ON FUNCTION officers_at_work(bigint), officers_noticed(uuid, text) TO app_worker;
RESET ROLE;
