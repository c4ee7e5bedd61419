-- dossier_event_apply: the only way a dossier changes. Looks the edge up in dossier_transition, checks who and the
-- guards, appends the event, updates the state, writes the outbox; no pg_notify (NOTIFIER §5.2). p_dossier is the locked
-- row; p_officer acts, with a second factor just shown, or the caller when it is NULL. Called by functions that have
-- decided that the caller may know of the dossier: the caller may not call it.
-- apply_dossier_event: the same by the caller, of a dossier it may see. Called by Mutation.acceptDossier, assignDossier,
-- completeDossier, handOverDossier on the write lane.
--   failure  NULL done · NOT_FOUND unknown or not the caller's to see, alike · NOT_ALLOWED the caller may look but
--            not do this · STALE_STATE another seq, or no such edge from this state · GUARD_FAILED see problems
--   p_args   digitised, digitisationReason (accept) · officer: uuid (assign) · outcome, eResult, reason, delivery
--            (complete) · receiver, delivery (handOver) · note, noteInternal (all)
-- With a failure that the caller may see, dossier_id and seq are the dossier as it stands.
-- Source: DOMAIN §5.2.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION dossier_event_apply(p_dossier dossier, p_officer bigint, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_args      jsonb := coalesce(p_args, '{}');
    v_dossier   dossier := p_dossier;
    v_kind      text := CASE WHEN p_officer IS NULL THEN kind() ELSE 'OFFICER' END;
    v_me        bigint := coalesce(p_officer, me());
    v_agencies  bigint[] := agencies();
    v_roles     text[] := roles();
    v_edge      dossier_transition;
    v_failure   text;
    v_problems  jsonb;
    v_processor bigint;
    v_name      text;
    v_event     uuid;
    v_at        timestamptz;
    v_due       timestamptz;
BEGIN
    IF p_officer IS NOT NULL THEN
        SELECT string_to_array(r.agencies, ',')::bigint[], string_to_array(r.roles, ',') INTO v_agencies, v_roles
          FROM rights_of(p_officer) AS r;
    END IF;
    SELECT * INTO v_edge FROM dossier_transition t WHERE t.event = p_event AND t.from_state = v_dossier.state;
    v_failure := CASE
        WHEN NOT EXISTS (SELECT FROM dossier_transition t
                          WHERE t.event = p_event AND t.from_state IS NOT NULL AND v_kind = ANY (t.actor_kinds)
                            AND (v_kind <> 'OFFICER' OR t.actor_roles && v_roles)) THEN 'NOT_ALLOWED'
        WHEN v_edge.id IS NOT NULL AND v_kind = 'OFFICER' AND CASE v_edge.agency_scope
             WHEN 'RECEIVED' THEN v_dossier.received_agency = ANY (v_agencies)
             WHEN 'COMPETENT' THEN v_dossier.competent_agency = ANY (v_agencies)
             WHEN 'EITHER' THEN true END IS NOT TRUE THEN 'NOT_ALLOWED'
        WHEN p_expected_seq <> v_dossier.seq OR v_edge.id IS NULL THEN 'STALE_STATE'
        WHEN v_edge.step_up AND v_kind = 'OFFICER' AND p_officer IS NULL AND NOT stepped_up() THEN 'STEP_UP_REQUIRED' END;

    IF v_failure IS NULL THEN
        SELECT o.id INTO v_processor FROM officer o
         WHERE o.public_id::text = lower(v_args->>'officer') AND o.agency = v_dossier.competent_agency;
        v_problems := dossier_problems(v_edge.guards, jsonb_strip_nulls(v_args - 'finance' - 'processor'
            || jsonb_build_object('finance', v_dossier.finance, 'processor', v_processor)));
        IF v_problems IS NOT NULL THEN
            v_failure := 'GUARD_FAILED';
        END IF;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, v_problems;
        RETURN;
    END IF;

    -- After the lock, so that times of one dossier follow its seq whatever the clock does.
    SELECT greatest(clock_timestamp(), e.at) INTO v_at
      FROM dossier_event e WHERE e.dossier = v_dossier.id AND e.seq = v_dossier.seq;
    IF v_edge.clock = 'START' THEN
        SELECT due_at(v_at, v.limit_amount, v.limit_unit) INTO v_due
          FROM procedure_version v WHERE v.id = v_dossier.procedure_version;
    END IF;
    v_name := CASE v_kind WHEN 'OFFICER' THEN (SELECT o.name FROM officer o WHERE o.id = v_me)
                          ELSE (SELECT s.name FROM subject s WHERE s.id = v_me) END;

    UPDATE dossier d SET
        state       = v_edge.to_state,
        seq         = d.seq + 1,
        clock       = CASE v_edge.clock WHEN 'START' THEN 'RUNNING' WHEN 'RESUME' THEN 'RUNNING'
                                        WHEN 'PAUSE' THEN 'PAUSED' WHEN 'STOP' THEN 'STOPPED' ELSE d.clock END,
        received_at = CASE WHEN v_edge.clock = 'START' THEN v_at ELSE d.received_at END,
        due_at      = CASE WHEN v_edge.clock = 'START' THEN v_due ELSE d.due_at END,
        finished_at = CASE WHEN v_edge.clock = 'STOP' THEN v_at ELSE d.finished_at END,
        digitised   = d.digitised OR (p_event = 'accept' AND coalesce((v_args->'digitised') = 'true', false)),
        processor   = CASE WHEN p_event = 'assign' THEN coalesce(v_processor, d.processor) ELSE d.processor END,
        outcome     = CASE WHEN p_event = 'complete' THEN v_args->>'outcome' ELSE d.outcome END,
        e_result    = CASE WHEN p_event = 'complete' THEN nullif(btrim(v_args->>'eResult'), '') ELSE d.e_result END,
        delivery    = CASE WHEN p_event IN ('complete', 'handOver')
                           THEN coalesce(v_args->>'delivery', nullif(d.delivery, 'NOT_READY'), 'COUNTER')
                           ELSE d.delivery END,
        delivered   = d.delivered OR p_event = 'handOver'
     WHERE d.id = v_dossier.id;

    INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, actor_name,
                               note, note_internal, applicant, submitter, received_agency, competent_agency)
    VALUES (v_dossier.id, v_dossier.seq + 1, v_at, p_event, v_edge.from_state, v_edge.to_state, v_kind, v_me,
            coalesce(v_name, v_kind),
            nullif(btrim(concat_ws(E'\n', v_args->>'note', CASE WHEN p_event = 'complete' THEN v_args->>'reason' END)), ''),
            nullif(btrim(concat_ws(E'\n', v_args->>'noteInternal', v_args->>'digitisationReason',
                                   CASE WHEN p_event = 'handOver' THEN v_args->>'receiver' END)), ''),
            v_dossier.applicant, v_dossier.submitter, v_dossier.received_agency, v_dossier.competent_agency)
    RETURNING id INTO v_event;

    IF v_edge.template IS NOT NULL THEN
        INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
        VALUES ('DOSSIER_EVENT', v_event, v_dossier.seq + 1, v_dossier.public_id,
                jsonb_build_object('dossier', v_dossier.id, 'event', p_event,
                                   'template', v_edge.template, 'class', v_edge.class));
    END IF;
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_event, v_dossier.seq + 1, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION apply_dossier_event(p_code text, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    IF FOUND THEN
        RETURN QUERY SELECT * FROM dossier_event_apply(v_dossier, NULL, p_event, p_expected_seq, p_args);
    ELSE
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION apply_dossier_event(text, text, int, jsonb) TO app_citizen, app_partner, app_officer;
RESET ROLE;
