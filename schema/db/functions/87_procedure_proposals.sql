-- A version of a procedure, or its end, is proposed by one officer in charge of procedure control and published by another of
-- the same competent agency, by a second factor and with its decision: four eyes (R13). Called by
-- Mutation.proposeProcedureVersion, proposeProcedureEnd, publishProcedureVersion and withdrawProposal as the viewer.
--   failure  NULL done · NOT_ALLOWED no such role, not competent, or the proposer's own · NOT_FOUND no such open proposal of
--            the caller's agency · STEP_UP_REQUIRED · GUARD_FAILED see problems
-- Source: DOMAIN R13, §5.1.
SET ROLE motcua_definer;

-- May the caller publish procedures like this one? NULL: yes. A role counts as it stands now.
CREATE OR REPLACE FUNCTION procedure_refusal(p_procedure bigint) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT CASE
        WHEN kind() IS DISTINCT FROM 'OFFICER'
          OR NOT EXISTS (SELECT FROM staff_held(me()) WHERE role = 'PROCEDURE_CONTROL' AND held @> clock_timestamp()) THEN 'NOT_ALLOWED'
        WHEN p_procedure IS NULL THEN 'NOT_FOUND'
        WHEN NOT EXISTS (SELECT FROM officer o
                           JOIN procedure_authority a ON a.agency = o.agency
                           JOIN procedure p ON p.id = p_procedure AND NOT p.sandbox AND p.level = a.level AND coalesce(p.field = a.field, true)
                          WHERE o.id = me()) THEN 'NOT_ALLOWED' END
$$;

-- Days come from the API as numbers since 1970.
CREATE OR REPLACE FUNCTION procedure_days(p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE jsonb_typeof(p_value)
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(key,
                CASE WHEN key IN ('validFrom', 'validTo', 'decidedOn', 'endsOn', 'unitFrom') AND jsonb_typeof(value) = 'number'
                     THEN to_jsonb(date '1970-01-01' + value::int) ELSE procedure_days(value) END), '{}') FROM jsonb_each(p_value))
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(procedure_days(item) ORDER BY no), '[]')
                             FROM jsonb_array_elements(p_value) WITH ORDINALITY AS l(item, no))
        ELSE p_value END;
END $$;

-- What keeps a body from becoming a version of this procedure, or its end: a version begins not before today, and not where one
-- begins already; what ends is in force until then; no procedure takes its own place.
CREATE OR REPLACE FUNCTION procedure_place_problems(p_procedure bigint, p_body jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (SELECT (p_body->>'validFrom')::date AS valid_from, (p_body->>'endsOn')::date AS ends_on,
                   (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS today) AS d
     CROSS JOIN LATERAL (VALUES
        (coalesce(valid_from >= today, true), 'validFrom', 'Không có hiệu lực trước hôm nay.', 'It is not in force before today.'),
        (NOT EXISTS (SELECT FROM procedure_version WHERE procedure = p_procedure AND procedure_version.valid_from = d.valid_from), 'validFrom',
         'Đã công bố một phiên bản có hiệu lực từ ngày này.', 'A version is published that begins on this day.'),
        (coalesce(ends_on >= today, true), 'endsOn', 'Không bãi bỏ từ trước hôm nay.', 'It does not end before today.'),
        (ends_on IS NULL OR (SELECT ends_on > v.valid_from AND coalesce(ends_on <= v.valid_to, true) FROM procedure_version v
                              WHERE v.procedure = p_procedure ORDER BY v.valid_from DESC LIMIT 1), 'endsOn',
         'Không có phiên bản nào có hiệu lực đến ngày này.', 'No version is in force until then.'),
        (p_body->>'replacedBy' IS DISTINCT FROM (SELECT code FROM procedure WHERE id = p_procedure), 'replacedBy',
         'Thủ tục không thay thế chính nó.', 'A procedure does not take its own place.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE
$$;

CREATE OR REPLACE FUNCTION procedure_audit(p_act text, p_procedure bigint, p_body jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT audit_write(p_act, 'procedure:' || (SELECT public_id FROM procedure WHERE id = p_procedure), jsonb_strip_nulls(p_body))
$$;

-- p_what: proposal, proposed_end. p_input: its members (procedure_shape) beside `procedure`, its code. seq is 1.
CREATE OR REPLACE FUNCTION procedure_propose(p_what text, p_input jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_procedure bigint := (SELECT p.id FROM procedure p WHERE p.code = p_input->>'procedure');
    v_failure   text := procedure_refusal(v_procedure);
    v_body      jsonb;
    v_problems  jsonb;
    v_id        uuid;
    v_no        bigint;
BEGIN
    IF v_failure IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('procedure:' || v_procedure, 0));
        v_body := procedure_body(procedure_days(p_input - '{procedure,idempotencyKey}'::text[]));
        v_problems := coalesce(procedure_problems(p_what, v_body), procedure_place_problems(v_procedure, v_body));
        IF v_problems IS NULL AND EXISTS (SELECT FROM procedure_proposal o WHERE o.procedure = v_procedure AND o.state = 'PROPOSED') THEN
            v_problems := jsonb_build_array(jsonb_build_object('path', 'procedure', 'vi', 'Thủ tục này đang có một đề xuất chưa công bố.',
                                                               'en', 'A proposal of this procedure is open already.'));
        END IF;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    INSERT INTO procedure_proposal (procedure, agency, body, proposed_by, proposer_name)
    SELECT v_procedure, o.agency, v_body, o.id, o.name FROM officer o WHERE o.id = me()
    RETURNING id, no INTO v_id, v_no;
    PERFORM procedure_audit('procedure.propose', v_procedure, jsonb_build_object('proposal', v_id, 'validFrom', v_body->'validFrom', 'endsOn', v_body->'endsOn'));
    RETURN QUERY SELECT NULL::text, v_no, v_id, 1, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION propose_procedure_version(p_input jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM procedure_propose('proposal', p_input);
END $$;

CREATE OR REPLACE FUNCTION propose_procedure_end(p_input jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM procedure_propose('proposed_end', p_input);
END $$;

-- An open proposal of the caller's agency, locked; no row when there is none.
CREATE OR REPLACE FUNCTION procedure_proposal_lock(p_proposal uuid) RETURNS procedure_proposal
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT p FROM procedure_proposal p
     WHERE p.id = p_proposal AND p.state = 'PROPOSED' AND kind() = 'OFFICER' AND p.agency = (SELECT o.agency FROM officer o WHERE o.id = me())
       FOR UPDATE
$$;

-- Makes a proposal true, whose body has no problem: the version that it is, or that it ends. The caller holds the lock of the catalogue.
CREATE OR REPLACE FUNCTION procedure_enact(p_procedure bigint, p_body jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    IF NOT p_body ? 'endsOn' THEN
        RETURN procedure_write(p_procedure, p_body, 'OFFICER');
    END IF;
    PERFORM catalogue_end(p_procedure, p_body);
    RETURN (SELECT v.id FROM procedure_version v WHERE v.procedure = p_procedure ORDER BY v.valid_from DESC LIMIT 1);
END $$;

-- p_decision: {decisionNumber, decidedOn, decidedBy}; nothing else of it counts, for what is published is what was proposed.
-- seq is 1.
CREATE OR REPLACE FUNCTION publish_procedure_version(p_proposal uuid, p_decision jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_proposal procedure_proposal := procedure_proposal_lock(p_proposal);
    v_code     text := (SELECT p.code FROM procedure p WHERE p.id = v_proposal.procedure);
    v_decision jsonb := (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(p_decision)
                          WHERE key IN ('decisionNumber', 'decidedOn', 'decidedBy'));
    v_body     jsonb;
    v_problems jsonb;
    v_version  bigint;
    v_failure  text := coalesce(procedure_refusal(v_proposal.procedure),
                                CASE WHEN v_proposal.proposed_by = me() THEN 'NOT_ALLOWED' WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END);
BEGIN
    IF v_failure IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('catalogue', 0));
        v_body := (procedure_body(procedure_days(v_decision)) - 'cases') || v_proposal.body || jsonb_build_object('code', v_code);
        v_problems := coalesce(procedure_problems(CASE WHEN v_body ? 'endsOn' THEN 'end' ELSE 'version' END, v_body),
                               procedure_place_problems(v_proposal.procedure, v_body));
        IF v_problems IS NULL AND (v_body->>'decidedOn')::date > (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN
            v_problems := jsonb_build_array(jsonb_build_object('path', 'decidedOn', 'vi', 'Quyết định phải được ký trước hoặc trong hôm nay.',
                                                               'en', 'A decision is of today or before.'));
        END IF;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    v_version := procedure_enact(v_proposal.procedure, v_body);
    UPDATE procedure_proposal SET state = 'PUBLISHED', ended_by = me(), ended_at = now(), version = v_version WHERE id = p_proposal;
    PERFORM catalogue_note(ARRAY[v_proposal.procedure]);
    PERFORM procedure_audit('procedure.publish', v_proposal.procedure, v_decision || jsonb_build_object('proposal', p_proposal,
        'version', (SELECT v.public_id FROM procedure_version v WHERE v.id = v_version), 'validFrom', v_body->'validFrom',
        'endsOn', v_body->'endsOn', 'decidedOn', v_body->'decidedOn', 'proposedBy', (SELECT o.public_id FROM officer o WHERE o.id = v_proposal.proposed_by)));
    RETURN QUERY SELECT NULL::text, v_proposal.no, p_proposal, 1, NULL::jsonb;
END $$;

-- By the proposer or another of the agency who might publish it. seq is 1.
CREATE OR REPLACE FUNCTION withdraw_proposal(p_proposal uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_proposal procedure_proposal := procedure_proposal_lock(p_proposal);
    v_failure  text := procedure_refusal(v_proposal.procedure);
BEGIN
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    UPDATE procedure_proposal SET state = 'WITHDRAWN', ended_by = me(), ended_at = now() WHERE id = p_proposal;
    PERFORM procedure_audit('procedure.withdraw_proposal', v_proposal.procedure, jsonb_build_object('proposal', p_proposal));
    RETURN QUERY SELECT NULL::text, v_proposal.no, p_proposal, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION propose_procedure_version(jsonb), propose_procedure_end(jsonb), publish_procedure_version(uuid, jsonb), withdraw_proposal(uuid) TO app_officer;
RESET ROLE;
