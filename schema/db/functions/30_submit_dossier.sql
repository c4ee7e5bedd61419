-- submit_dossier: makes a dossier and submits it (createDraft + submit, DOMAIN D1-D2) in one statement.
-- Called by Mutation.submitDossier on the write lane and by bulk jobs (98_bulk.sql). One of failure and dossier_id is NULL; failure is
-- NOT_ALLOWED or GUARD_FAILED (problems: [{path, vi, en, units}]). seq is the submission's, event_id its id. In the sandbox the
-- procedure decides what follows (96_sandbox.sql), and RATE_LIMITED, too, is a failure: seq is how many seconds to wait.
-- p_place is what it is about and who helps (12_places.sql), as dossier_route reads it; p_case a case's code (22_cases.sql); p_args
-- what it is filed with: consent, and parts as 29_filed_parts.sql has them.
SET ROLE motcua_definer;

-- May the caller hand in dossiers at all?
CREATE OR REPLACE FUNCTION may_hand_in() RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN me() IS NOT NULL AND (kind() <> 'PARTNER' OR coalesce('dossiers.submit' = ANY (scopes()), false));
END $$;

-- The events of a new dossier, and who is told of it.
CREATE OR REPLACE FUNCTION submission_rows(p_dossier dossier, p_create dossier_transition, p_submit dossier_transition, p_event uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO dossier_event (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, actor_name,
                               applicant, submitter, received_agency, competent_agency, consent)
    SELECT e.id, p_dossier.id, e.seq, p_dossier.submitted_at, e.event, e.from_state, e.to_state, kind(), me(), s.name,
           p_dossier.applicant, p_dossier.submitter, p_dossier.received_agency, p_dossier.competent_agency, e.consent
      FROM (VALUES (uuid_v7(), 1, p_create.event, p_create.from_state, p_create.to_state, NULL::boolean),
                   (p_event, 2, p_submit.event, p_submit.from_state, p_submit.to_state, true))
           AS e(id, seq, event, from_state, to_state, consent)
      JOIN subject s ON s.id = me();
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    VALUES ('DOSSIER_EVENT', p_event, 2, p_dossier.public_id,
            jsonb_build_object('dossier', p_dossier.id, 'event', p_submit.event,
                               'template', p_submit.template, 'class', p_submit.class));
    PERFORM fee_due(p_dossier.id, p_event, 'RECEPTION');
    PERFORM sync_tell(p_dossier, p_event, p_submit.event, 2);
END $$;

-- p_form: the e-form that comes with it, whose fields fit it; NULL: none.
CREATE OR REPLACE FUNCTION dossier_submit(p_procedure_code text, p_agency_code text, p_applicant bigint, p_channel text,
                                          p_place jsonb, p_case text, p_args jsonb, p_form bigint)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_at        timestamptz := clock_timestamp();
    v_today     date := (v_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_applicant bigint := coalesce(p_applicant, sandbox_organisation(), me());
    v_create    dossier_transition;
    v_submit    dossier_transition;
    v_version   bigint;
    v_class     text;
    v_received  bigint;
    v_route     record;
    v_case      jsonb;
    v_filed     jsonb;
    v_dossier   dossier;
    v_event     uuid := uuid_v7();
    v_problems  jsonb;
BEGIN
    SELECT * INTO v_create FROM dossier_transition WHERE event = 'createDraft' AND from_state IS NULL;
    SELECT * INTO v_submit FROM dossier_transition WHERE event = 'submit' AND from_state = v_create.to_state;
    IF (kind() = ANY (v_create.actor_kinds) AND kind() = ANY (v_submit.actor_kinds) AND may_hand_in()) IS NOT TRUE
       OR kind() = 'CITIZEN' AND NOT account_stays() THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;

    SELECT v.id, p.access_class INTO v_version, v_class
      FROM procedure p JOIN procedure_version v ON v.procedure = p.id
     WHERE p.code = p_procedure_code AND p.sandbox = in_sandbox() AND daterange(v.valid_from, v.valid_to) @> v_today;
    SELECT a.id INTO v_received FROM agency a
     WHERE a.code = p_agency_code AND a.sandbox = in_sandbox() AND 'RECEPTION' = ANY (a.kinds)
       AND daterange(a.valid_from, a.valid_to) @> v_today;
    SELECT * INTO v_route FROM dossier_route(v_version, v_received, p_place, v_today);
    v_case := case_facts(v_version, p_case);
    v_filed := submission_facts(v_version, (v_case->>'case')::bigint, p_channel, p_args, p_form);

    v_problems := nullif(coalesce(dossier_problems(v_create.guards || v_submit.guards, jsonb_strip_nulls(v_route.facts || jsonb_build_object(
        'applicant', CASE WHEN may_submit_for(v_applicant, v_version) THEN v_applicant END, 'channel', p_channel, 'consent', p_args->'consent',
        'known', v_filed || v_case || jsonb_build_object('said', v_filed->'said' || coalesce(v_case->'said', '{}'))))), '[]')
        || coalesce(v_route.problems, '[]'), '[]');
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    IF in_sandbox() THEN
        RETURN QUERY SELECT r.failure, NULL::bigint, NULL::uuid, r.retry_after_seconds, r.problems
                       FROM sandbox_refusal r JOIN procedure_version v ON v.procedure = r.procedure WHERE v.id = v_version;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;

    INSERT INTO dossier (code, procedure_version, procedure_case, applicant, submitter, channel, received_agency, competent_agency,
                         state, submitted_at, seq, sandbox, access_class)
    VALUES (next_dossier_code(v_received, v_at), v_version, (v_case->>'case')::bigint, v_applicant, me(), p_channel, v_received, v_route.competent,
            v_submit.to_state, v_at, 2, in_sandbox(), v_class)
    RETURNING * INTO v_dossier;
    PERFORM dossier_place_keep(v_dossier, v_route.given, v_route.unit, v_route.support);
    IF kind() = 'CITIZEN' AND NOT v_applicant = ANY (subjects()) THEN
        PERFORM grant_to_submitter(v_dossier);
    END IF;
    PERFORM submission_rows(v_dossier, v_create, v_submit, v_event);
    PERFORM parts_file(v_dossier, p_args->'parts');
    IF in_sandbox() THEN
        PERFORM sandbox_follow(v_dossier.id);
    END IF;
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_event, 2, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION submit_dossier(p_procedure_code text, p_agency_code text, p_applicant bigint, p_channel text,
                                          p_place jsonb DEFAULT NULL, p_case text DEFAULT NULL, p_args jsonb DEFAULT NULL)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM dossier_submit(p_procedure_code, p_agency_code, p_applicant, p_channel, p_place, p_case, p_args, NULL);
END $$;

GRANT EXECUTE ON FUNCTION submit_dossier(text, text, bigint, text, jsonb, text, jsonb) TO app_citizen, app_partner, app_officer;
RESET ROLE;
