-- dossier_event_apply: the only way a dossier changes. Looks the edge up in dossier_transition, checks who and the
-- guards, appends the event, writes the event's own rows (41-44, 51), updates the state, writes the outbox; no pg_notify
-- (NOTIFIER §5.2). p_dossier is the locked row. Called by functions that have decided that the actor may know of the
-- dossier: the caller may not call it.
-- apply_dossier_event: the same by the caller, of a dossier it may see. Called by the mutations that are named as the events
-- of dossier_transition, on the write lane.
--   failure  NULL done · NOT_FOUND unknown or not the caller's to see, alike · NOT_ALLOWED the caller may look but
--            not do this · STALE_STATE another seq, or no such edge from this state · STEP_UP_REQUIRED · GUARD_FAILED
--            see problems
--   p_args   the mutation's input; guards (20_dossier_parts.sql) and the event's own function read what they need
-- With a failure that the caller may see, dossier_id and seq are the dossier as it stands. A failure changes nothing.
-- Source: DOMAIN §5.2.
SET ROLE motcua_definer;

-- What the guards of an event want to know beside the arguments.
CREATE OR REPLACE FUNCTION dossier_facts(p_event text, p_dossier dossier, p_actor dossier_actor, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN jsonb_strip_nulls(jsonb_build_object('kind', p_actor.kind, 'finance', p_dossier.finance, 'dueAt', p_dossier.due_at)
        || CASE p_event
           WHEN 'accept'        THEN accept_facts(p_dossier, p_args)
           WHEN 'assign'        THEN assign_facts(p_dossier, p_args)
           WHEN 'askIntakeSupplement' THEN supplement_ask_facts(p_dossier, p_args) || term_least_facts('SUPPLEMENT')
           WHEN 'askSupplement' THEN supplement_ask_facts(p_dossier, p_args) || term_least_facts('SUPPLEMENT')
           WHEN 'supplement'    THEN supplement_facts(p_dossier, p_actor, p_args)
           WHEN 'receiveItems'  THEN receive_items_facts(p_dossier, p_args)
           WHEN 'sendTask'      THEN task_send_facts(p_dossier, p_args)
           WHEN 'taskAccepted'  THEN task_accept_facts(p_dossier, p_actor, p_args)
           WHEN 'taskDone'      THEN task_answer_facts(p_dossier, p_actor, p_args)
           WHEN 'taskReturned'  THEN task_answer_facts(p_dossier, p_actor, p_args)
           WHEN 'demandFee'     THEN fee_demand_facts(p_dossier, p_args)
           WHEN 'choosePayment' THEN fee_choose_facts(p_dossier, p_args)
           WHEN 'exemptFee'     THEN fee_choose_facts(p_dossier, p_args)
           WHEN 'paid'          THEN fee_paid_facts(p_dossier, p_args)
           WHEN 'chooseDelivery' THEN delivery_facts(p_dossier)
           WHEN 'changeChannel' THEN channel_facts(p_dossier, p_actor, p_args)
           WHEN 'recordExternalNo' THEN external_no_facts(p_dossier, p_args)
           WHEN 'complete'      THEN complete_facts(p_dossier)
           WHEN 'handOver'      THEN hand_over_facts(p_dossier, p_args)
           WHEN 'collect'       THEN collect_facts(p_dossier, p_actor)
           WHEN 'reject'        THEN term_facts(p_dossier)
           WHEN 'stop'          THEN term_facts(p_dossier)
           ELSE '{}' END);
END $$;

-- The rows an event leaves behind beside itself; gives the dossier as they make it. p_event is already written.
CREATE OR REPLACE FUNCTION dossier_event_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE p_event.event
        WHEN 'accept'              THEN accept_rows(p_dossier, p_args)
        WHEN 'assign'              THEN assign_rows(p_dossier, p_args)
        WHEN 'askIntakeSupplement' THEN supplement_ask_rows(p_dossier, p_event, p_args, 'INTAKE')
        WHEN 'askSupplement'       THEN supplement_ask_rows(p_dossier, p_event, p_args, 'PROCESSING')
        WHEN 'supplement'          THEN supplement_rows(p_dossier, p_event, p_args)
        WHEN 'receiveItems'        THEN receive_items_rows(p_dossier, p_actor, p_event, p_args)
        WHEN 'waive'               THEN supplement_close(p_dossier, p_event, 'WAIVED')
        WHEN 'sendTask'            THEN task_send_rows(p_dossier, p_event, p_args)
        WHEN 'taskAccepted'        THEN task_accept_rows(p_dossier, p_actor, p_event, p_args)
        WHEN 'taskDone'            THEN task_answer_rows(p_dossier, p_event, p_args, 'DONE')
        WHEN 'taskReturned'        THEN task_answer_rows(p_dossier, p_event, p_args, 'RETURNED')
        WHEN 'demandFee'           THEN fee_demand_rows(p_dossier, p_event, p_args)
        WHEN 'choosePayment'       THEN fee_choose_rows(p_dossier, p_event, p_args)
        WHEN 'paid'                THEN fee_paid_rows(p_dossier, p_actor, p_event, p_args)
        WHEN 'exemptFee'           THEN fee_exempt_rows(p_dossier, p_actor, p_event, p_args)
        WHEN 'recordExternalNo'    THEN external_no_rows(p_dossier, p_args)
        WHEN 'reject'              THEN withdraw_rows(p_dossier, p_event)
        WHEN 'stop'                THEN close_what_is_open(p_dossier, p_event)
        WHEN 'approveWithdraw'     THEN withdraw_rows(p_dossier, p_event)
        WHEN 'refuseWithdraw'      THEN refuse_withdraw_rows(p_dossier, p_event)
        WHEN 'extend'              THEN extend_rows(p_dossier, p_event, p_args)
        WHEN 'chooseDelivery'      THEN delivery_rows(p_dossier, p_args)
        WHEN 'changeChannel'       THEN channel_rows(p_dossier, p_actor, p_event, p_args)
        WHEN 'complete'            THEN complete_rows(p_dossier, p_event, p_args)
        WHEN 'handOver'            THEN hand_over_rows(p_dossier, p_args)
        WHEN 'collect'             THEN hand_over_rows(p_dossier, '{}')
        WHEN 'reopen'              THEN reopen_rows(p_dossier, p_event)
        ELSE p_dossier END;
END $$;

-- Appends the event; its time follows its seq whatever the clock does.
CREATE OR REPLACE FUNCTION dossier_event_append(p_dossier dossier, p_actor dossier_actor, p_event text, p_from text, p_to text, p_args jsonb)
RETURNS dossier_event
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_event dossier_event;
BEGIN
    INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, actor_name,
                               note, note_internal, applicant, submitter, received_agency, competent_agency)
    VALUES (p_dossier.id, p_dossier.seq + 1,
            greatest(clock_timestamp(), (SELECT e.at FROM dossier_event e WHERE e.dossier = p_dossier.id AND e.seq = p_dossier.seq)),
            p_event, p_from, p_to, p_actor.kind, p_actor.id, coalesce(p_actor.name, p_actor.kind),
            nullif(btrim(concat_ws(E'\n', p_args->>'note', p_args->>'reason', p_args->>'legalBasis', p_args->>'externalDossierNo', p_args->>'amountReason', p_args->>'caseSaid')), ''),
            nullif(btrim(concat_ws(E'\n', p_args->>'noteInternal', p_args->>'digitisationReason', p_args->>'receiver', p_args->>'proof', p_args->>'proposedBy')), ''),
            p_dossier.applicant, p_dossier.submitter, p_dossier.received_agency, p_dossier.competent_agency)
    RETURNING * INTO v_event;
    RETURN v_event;
END $$;

-- Tells of an event, and issues the form that goes with it. That a rule has assigned a dossier its applicant is not told: on a phone it
-- would take the place of the acceptance, which it follows at once.
CREATE OR REPLACE FUNCTION dossier_event_tell(p_dossier dossier, p_edge dossier_transition, p_event dossier_event, p_args jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_edge.form IS NOT NULL THEN
        PERFORM form_issue(p_dossier.id, p_edge.form, p_event.id, p_event.at, jsonb_strip_nulls(jsonb_build_object(
            'reason', p_args->'reason', 'legalBasis', p_args->'legalBasis', 'parts', p_args->'parts', 'until', p_args->'until',
            'dueAt', p_dossier.due_at,
            'oldDueAt', (SELECT x.old_due FROM dossier_extension x WHERE x.event = p_event.id))));
    END IF;
    IF p_edge.template IS NOT NULL THEN
        INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
        VALUES (CASE WHEN p_event.event = 'assign' AND p_event.actor_kind = 'SYSTEM' THEN 'OFFICER_EVENT' ELSE 'DOSSIER_EVENT' END,
                p_event.id, p_event.seq, p_dossier.public_id,
                jsonb_build_object('dossier', p_dossier.id, 'event', p_event.event,
                                   'template', p_edge.template, 'class', p_edge.class));
    END IF;
    PERFORM sync_tell(p_dossier, p_event.id, p_event.event, p_event.seq);
END $$;

-- The dossier after the clock's part in an edge.
CREATE OR REPLACE FUNCTION dossier_clock(p_dossier dossier, p_edge dossier_transition, p_at timestamptz) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    CASE p_edge.clock
    WHEN 'NONE' THEN
    WHEN 'START' THEN
        p_dossier.clock := 'RUNNING';
        p_dossier.received_at := p_at;
        p_dossier.due_at := (SELECT due_at(p_at, l.amount, l.unit) FROM dossier_limit(p_dossier) AS l);
    WHEN 'PAUSE' THEN
        -- One that rests already goes on resting for its own reason.
        IF p_dossier.clock = 'RUNNING' AND (p_edge.pause <> 'PAYMENT' OR payment_pauses(p_dossier.id)) THEN
            PERFORM pause_begin(p_dossier.id, p_edge.pause, p_at);
            p_dossier.clock := 'PAUSED';
        END IF;
    WHEN 'RESUME' THEN
        IF EXISTS (SELECT FROM dossier_pause p WHERE p.dossier = p_dossier.id AND p.to_at IS NULL AND p.reason = p_edge.pause) THEN
            p_dossier.due_at := pause_end(p_dossier.id, p_at);
            p_dossier.clock := 'RUNNING';
        END IF;
    WHEN 'STOP' THEN
        IF p_dossier.clock = 'PAUSED' THEN
            p_dossier.due_at := pause_end(p_dossier.id, p_at);
        END IF;
        p_dossier.clock := 'STOPPED';
        p_dossier.finished_at := p_at;
    WHEN 'REOPEN' THEN
        p_dossier.clock := 'RUNNING';
        p_dossier.finished_at := NULL;
    END CASE;
    RETURN p_dossier;
END $$;

-- Was this answer to what was handed in too late? So many hours by the wall are no more working hours. While a fee of the reception was
-- due nothing could be answered.
CREATE OR REPLACE FUNCTION is_late(p_dossier dossier, p_edge dossier_transition, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_since timestamptz;
BEGIN
    IF p_edge.within_hours IS NULL THEN
        RETURN false;
    END IF;
    SELECT max(e.at) INTO v_since FROM dossier_event e
     WHERE e.dossier = p_dossier.id AND e.to_state = p_edge.from_state
       AND (e.from_state IS DISTINCT FROM e.to_state OR e.event IN ('paid', 'exemptFee'));
    RETURN p_at > v_since + make_interval(hours => p_edge.within_hours)
       AND p_at > due_at(v_since, p_edge.within_hours, 'WORKING_HOUR');
END $$;

CREATE OR REPLACE FUNCTION dossier_event_apply(p_dossier dossier, p_actor dossier_actor, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_args     jsonb := CASE jsonb_typeof(p_args) WHEN 'object' THEN p_args ELSE '{}' END;
    v_dossier  dossier := p_dossier;
    v_edge     dossier_transition;
    v_failure  text;
    v_known    jsonb;
    v_problems jsonb;
    v_event    dossier_event;
BEGIN
    SELECT * INTO v_edge FROM dossier_transition t
     WHERE t.event = p_event AND t.from_state = p_dossier.state AND coalesce(t.accepted = (p_dossier.received_at IS NOT NULL), true);
    v_failure := edge_failure(v_edge, p_actor, p_dossier, p_event, p_expected_seq);
    IF v_failure IS NULL THEN
        v_known := dossier_facts(p_event, p_dossier, p_actor, v_args);
        v_problems := dossier_problems(v_edge.guards, jsonb_strip_nulls(v_args) || jsonb_build_object('known', v_known));
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, p_dossier.id, NULL::uuid, p_dossier.seq, v_problems;
        RETURN;
    END IF;

    -- What still waits leaves state and clock alone, and nobody is told.
    IF v_edge.waits_for IS NOT NULL AND (v_known->>'missing')::int > 0 THEN
        v_edge.to_state := v_edge.from_state;
        v_edge.clock := 'NONE';
        v_edge.template := NULL;
    END IF;
    v_event := dossier_event_append(p_dossier, p_actor, p_event, v_edge.from_state,
                                    coalesce(v_edge.to_state, p_dossier.resume_state),
                                    v_args || jsonb_strip_nulls(jsonb_build_object('caseSaid', v_known->'caseSaid', 'receiver', v_known->'receiver')));
    v_dossier := dossier_event_rows(p_dossier, p_actor, v_event, v_args);
    v_dossier := dossier_clock(v_dossier, v_edge, v_event.at);
    v_dossier := on_time_count(p_dossier, v_dossier, p_event);
    UPDATE dossier d
       SET state = v_event.to_state, seq = v_event.seq, clock = v_dossier.clock, finance = v_dossier.finance,
           channel = v_dossier.channel, delivery = v_dossier.delivery, delivered = v_dossier.delivered, digitised = v_dossier.digitised,
           counted_on_time = v_dossier.counted_on_time,
           procedure_case = v_dossier.procedure_case, outcome = v_dossier.outcome, e_result = v_dossier.e_result, processor = v_dossier.processor, external_no = v_dossier.external_no,
           received_at = v_dossier.received_at, due_at = v_dossier.due_at, finished_at = v_dossier.finished_at,
           resume_state = CASE WHEN v_edge.remembers THEN v_edge.from_state WHEN v_event.to_state = v_event.from_state THEN d.resume_state END,
           extended_late = v_dossier.extended_late,
           late_intake = d.late_intake OR is_late(p_dossier, v_edge, v_event.at)
     WHERE d.id = p_dossier.id
    RETURNING d.* INTO v_dossier;
    PERFORM signature_overtaken(v_dossier.id, v_event);
    PERFORM dossier_event_tell(v_dossier, v_edge, v_event, v_args);
    IF p_event = 'accept' THEN
        PERFORM assign_by_rule(v_dossier.id);
    END IF;
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_event.id, v_event.seq, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION apply_dossier_event(p_code text, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    IF FOUND THEN
        RETURN QUERY SELECT * FROM dossier_event_apply(v_dossier, caller_actor(), p_event, p_expected_seq, p_args);
    ELSE
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION apply_dossier_event(text, text, int, jsonb) TO app_citizen, app_partner, app_officer;
RESET ROLE;
