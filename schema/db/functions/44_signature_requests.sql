-- Trình ký: an officer proposes an event that another must sign (dossier_transition.proposers), who signs it or sends it back.
-- Called by Mutation.proposeSupplement, proposeStop, proposeExtension, signRequest and returnRequest on the write lane;
-- signature_overtaken by dossier_event_apply.
--   failure  as of apply_dossier_event; NOT_FOUND also of a request that is not of the caller's agency, STALE_STATE also of one that
--            is decided. id and public_id are the request's, and of sign_request those of the dossier and its event.
-- A failure changes nothing. Source: DOMAIN §5.2 (D10, D16, T2).
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION signature_edge(p_dossier dossier, p_event text) RETURNS dossier_transition
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT t.* FROM dossier_transition t
     WHERE t.event = p_event AND t.from_state = p_dossier.state AND coalesce(t.accepted = (p_dossier.received_at IS NOT NULL), true)
$$;

-- Tells officers of a request, but for the caller, who knows.
CREATE OR REPLACE FUNCTION signature_tell(p_request signature_request, p_dossier dossier, p_officers bigint[], p_template text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = motcua, pg_temp AS $$
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    SELECT 'SIGNATURE', p_request.public_id, p_request.seq, p_dossier.public_id,
           jsonb_build_object('dossier', p_dossier.id, 'officer', o, 'template', p_template, 'class', 'B')
      FROM unnest(p_officers) AS o WHERE o <> me()
$$;

-- p_args: what the event will be applied with. Reach and guards are those of the event, so that the proposer is told now what the
-- signer would be told.
CREATE OR REPLACE FUNCTION propose_signature(p_code text, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_actor    dossier_actor := caller_actor();
    v_args     jsonb := jsonb_strip_nulls(CASE jsonb_typeof(p_args) WHEN 'object' THEN p_args ELSE '{}' END);
    v_dossier  dossier;
    v_edge     dossier_transition;
    v_failure  text;
    v_problems jsonb;
    v_request  signature_request;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    v_edge := signature_edge(v_dossier, p_event);
    v_edge.actor_roles := v_edge.proposers;
    v_edge.step_up := false;
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND'
        WHEN v_edge.id IS NOT NULL THEN edge_failure(v_edge, v_actor, v_dossier, p_event, p_expected_seq)
        WHEN EXISTS (SELECT FROM dossier_transition t WHERE t.event = p_event AND t.proposers && v_actor.roles) THEN 'STALE_STATE'
        ELSE 'NOT_ALLOWED' END;
    IF v_failure IS NULL THEN
        v_problems := coalesce(dossier_problems(v_edge.guards, v_args || jsonb_build_object('known', dossier_facts(p_event, v_dossier, v_actor, v_args))), '[]');
        IF EXISTS (SELECT FROM signature_request r WHERE r.dossier = v_dossier.id AND r.state = 'PROPOSED') THEN
            v_problems := v_problems || jsonb_build_object('path', 'code', 'vi', 'Hồ sơ đã có nội dung đang chờ ký.',
                                                           'en', 'Something waits to be signed in this dossier already.');
        END IF;
        v_failure := CASE WHEN v_problems <> '[]' THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, nullif(v_problems, '[]');
        RETURN;
    END IF;
    UPDATE signature_request SET closed_at = clock_timestamp() WHERE dossier = v_dossier.id AND closed_at IS NULL;
    INSERT INTO signature_request (dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at)
    VALUES (v_dossier.id, v_dossier.competent_agency, p_event, v_args, v_dossier.seq, v_actor.id, v_actor.name, clock_timestamp())
    RETURNING * INTO v_request;
    PERFORM signature_tell(v_request, v_dossier, ARRAY(SELECT officers_told(v_dossier, '{HEAD}')), 'officer.signatureAsked');
    RETURN QUERY SELECT NULL::text, v_request.id, v_request.public_id, v_request.seq, NULL::jsonb;
END $$;

-- The dossier, locked, of a request of the caller's agency: no row for an unknown and for a foreign one alike.
CREATE OR REPLACE FUNCTION signature_dossier(p_request uuid) RETURNS SETOF dossier
LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT d.* FROM signature_request r JOIN dossier d ON d.id = r.dossier
     WHERE r.public_id = p_request AND kind() = 'OFFICER' AND me() IS NOT NULL AND r.agency = ANY (agencies())
       FOR UPDATE OF d;
END $$;

-- Is it for such as the actor to sign, from whatever state?
CREATE OR REPLACE FUNCTION signature_may_sign(p_request signature_request, p_actor dossier_actor, p_dossier dossier) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM dossier_transition t
                    WHERE t.event = p_request.event AND t.proposers <> '{}' AND is_for(t, p_actor, p_dossier) AND is_of_agency(t, p_actor, p_dossier))
$$;

CREATE OR REPLACE FUNCTION sign_request(p_request uuid, p_expected_seq int)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_actor   dossier_actor := caller_actor();
    v_request signature_request;
    v_dossier dossier;
    v_failure text;
    v_done    record;
BEGIN
    SELECT * INTO v_dossier FROM signature_dossier(p_request);
    SELECT * INTO v_request FROM signature_request r WHERE r.public_id = p_request;
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND'
        WHEN NOT signature_may_sign(v_request, v_actor, v_dossier) THEN 'NOT_ALLOWED'
        WHEN v_request.state <> 'PROPOSED' THEN 'STALE_STATE' END;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, NULL::jsonb;
        RETURN;
    END IF;
    SELECT * INTO STRICT v_done FROM dossier_event_apply(v_dossier, v_actor, v_request.event, p_expected_seq,
        v_request.args || jsonb_build_object('proposedBy', 'Người trình: ' || v_request.proposer_name));
    IF v_done.failure IS NULL THEN
        UPDATE signature_request SET state = 'SIGNED', decided_by = v_actor.id, decider_name = v_actor.name, decided_at = clock_timestamp(), closed_at = clock_timestamp()
         WHERE id = v_request.id;
        PERFORM signature_tell(v_request, v_dossier, ARRAY[v_request.proposed_by], 'officer.requestSigned');
    END IF;
    RETURN QUERY SELECT v_done.failure, v_done.dossier_id, v_done.event_id, v_done.seq, v_done.problems;
END $$;

-- By who may sign it; or by who proposed it, who so takes it back.
CREATE OR REPLACE FUNCTION return_request(p_request uuid, p_expected_seq int, p_reason text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_actor    dossier_actor := caller_actor();
    v_reason   text := tidy_text(p_reason);
    v_request  signature_request;
    v_dossier  dossier;
    v_failure  text;
    v_problems jsonb;
BEGIN
    SELECT * INTO v_dossier FROM signature_dossier(p_request);
    SELECT * INTO v_request FROM signature_request r WHERE r.public_id = p_request;
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND'
        WHEN v_request.proposed_by <> v_actor.id AND NOT signature_may_sign(v_request, v_actor, v_dossier) THEN 'NOT_ALLOWED'
        WHEN v_request.state <> 'PROPOSED' OR p_expected_seq <> v_dossier.seq THEN 'STALE_STATE' END;
    IF v_failure IS NULL AND (length(v_reason) BETWEEN 1 AND 2000) IS NOT TRUE THEN
        v_failure := 'GUARD_FAILED';
        v_problems := jsonb_build_array(jsonb_build_object('path', 'reason', 'vi', 'Lý do dài từ 1 đến 2.000 ký tự.', 'en', 'A reason has 1 to 2,000 characters.'));
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, v_problems;
        RETURN;
    END IF;
    UPDATE signature_request
       SET state = 'RETURNED', answer = v_reason, decided_by = v_actor.id, decider_name = v_actor.name, decided_at = clock_timestamp(),
           closed_at = CASE WHEN proposed_by = v_actor.id THEN clock_timestamp() END
     WHERE id = v_request.id;
    PERFORM signature_tell(v_request, v_dossier, ARRAY[v_request.proposed_by], 'officer.requestReturned');
    RETURN QUERY SELECT NULL::text, v_request.id, v_request.public_id, v_dossier.seq, NULL::jsonb;
END $$;

-- What waits to be signed, or was sent back, is done with once the dossier goes on or the same was done without it.
CREATE OR REPLACE FUNCTION signature_overtaken(p_dossier bigint, p_event dossier_event) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE signature_request r
       SET state = CASE r.state WHEN 'PROPOSED' THEN 'OVERTAKEN' ELSE r.state END, decided_at = coalesce(r.decided_at, p_event.at), closed_at = p_event.at
     WHERE r.dossier = p_dossier AND r.closed_at IS NULL AND (p_event.to_state <> p_event.from_state OR r.event = p_event.event);
END $$;

GRANT EXECUTE ON FUNCTION propose_signature(text, text, int, jsonb), sign_request(uuid, int), return_request(uuid, int, text) TO app_officer;
RESET ROLE;
