-- Tasks of other agencies inside one dossier (liên thông, D8, D9). The dossier waits while one is open, and so long the
-- officers of its agency see the dossier (is_tasked). One of them may take it on first; any may answer. Called by dossier_facts and
-- dossier_event_rows, but for event_agency. Source: DOMAIN §5.1, §5.2; R1.
SET ROLE motcua_definer;

-- agency: one that exists today, is another than the one that asks, and of the same province (the sandbox is one of its own).
CREATE OR REPLACE FUNCTION task_send_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('agency', (
            SELECT a.id FROM agency a
             WHERE a.code = p_args->>'agency' AND a.id <> p_dossier.competent_agency AND a.sandbox = p_dossier.sandbox
               AND daterange(a.valid_from, a.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)));
END $$;

CREATE OR REPLACE FUNCTION task_send_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO inter_agency_task (dossier, applicant, no, agency, title, due_at, sent_at, sent)
    SELECT p_dossier.id, p_dossier.applicant, count(t.id) + 1, (SELECT a.id FROM agency a WHERE a.code = p_args->>'agency'),
           tidy_text(p_args->>'title'), time_or_null(p_args->>'until'), p_event.at, p_event.id
      FROM inter_agency_task t WHERE t.dossier = p_dossier.id;
    RETURN p_dossier;
END $$;

-- task: an open one of the actor's agency. missing: how many will be open afterwards.
CREATE OR REPLACE FUNCTION task_answer_facts(p_dossier dossier, p_actor dossier_actor, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
                   'task', min(t.id) FILTER (WHERE t.public_id::text = lower(p_args->>'task') AND t.agency = ANY (p_actor.agencies)),
                   'missing', count(*) - 1)
          FROM inter_agency_task t WHERE t.dossier = p_dossier.id AND t.state = 'SENT');
END $$;

-- task: an open one of the actor's agency that nobody has taken on.
CREATE OR REPLACE FUNCTION task_accept_facts(p_dossier dossier, p_actor dossier_actor, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('task', min(t.id))
          FROM inter_agency_task t
         WHERE t.dossier = p_dossier.id AND t.state = 'SENT' AND t.accepted_at IS NULL
           AND t.public_id::text = lower(p_args->>'task') AND t.agency = ANY (p_actor.agencies));
END $$;

CREATE OR REPLACE FUNCTION task_accept_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE inter_agency_task t SET accepted_at = p_event.at, accepted = p_event.id, processor = p_actor.id
     WHERE t.dossier = p_dossier.id AND t.public_id = uuid_or_null(p_args->>'task');
    PERFORM task_tell(p_dossier, p_event);
    RETURN p_dossier;
END $$;

-- Tells the officers alone: the applicant is told when the dossier goes on.
CREATE OR REPLACE FUNCTION task_tell(p_dossier dossier, p_event dossier_event) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    VALUES ('OFFICER_EVENT', p_event.id, p_event.seq, p_dossier.public_id, jsonb_build_object('dossier', p_dossier.id, 'event', p_event.event));
END $$;

CREATE OR REPLACE FUNCTION task_answer_rows(p_dossier dossier, p_event dossier_event, p_args jsonb, p_state text) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE inter_agency_task t
       SET state = p_state, answer = tidy_text(p_args->>'answer'), closed_at = p_event.at, closed = p_event.id
     WHERE t.dossier = p_dossier.id AND t.public_id = uuid_or_null(p_args->>'task');
    IF EXISTS (SELECT FROM inter_agency_task t WHERE t.dossier = p_dossier.id AND t.state = 'SENT') THEN
        PERFORM task_tell(p_dossier, p_event);
    END IF;
    RETURN p_dossier;
END $$;

-- Whose officer an event is of, for whoever may read the dossier's timeline: of what is done about a task the agency that was asked.
-- Called by resolvers. NULL: no officer's.
CREATE OR REPLACE FUNCTION event_agency(p_event uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce((SELECT t.agency FROM inter_agency_task t WHERE t.dossier = e.dossier AND e.id IN (t.accepted, t.closed)), o.agency)
              FROM dossier_event e JOIN officer o ON o.id = e.actor_id
             WHERE e.id = p_event AND e.actor_kind = 'OFFICER'
               AND (sees_timeline(e.dossier) OR kind() = 'OFFICER' AND is_tasked(e.dossier)));
END $$;

GRANT EXECUTE ON FUNCTION event_agency(uuid) TO app_citizen, app_partner, app_officer;
RESET ROLE;
