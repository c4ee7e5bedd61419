-- Quy tắc phân công (D7, "auto rule"): a rule of the agency that decides gives a dossier to one of its processors as soon as it is
-- accepted. Called by dossier_event_apply and accept_at_counter (assign_by_rule), and by Mutation.setAssignmentRule on the write lane.
-- Source: DOMAIN §5.2.
SET ROLE motcua_definer;

-- Of its procedure, else of the agency; no row: none.
CREATE OR REPLACE FUNCTION assignment_rule_of(p_dossier dossier) RETURNS SETOF assignment_rule
LANGUAGE sql STABLE ROWS 1 SET search_path = motcua, pg_temp AS $$
    SELECT r.* FROM assignment_rule r
     WHERE r.agency = p_dossier.competent_agency
       AND (r.procedure IS NULL OR r.procedure = (SELECT v.procedure FROM procedure_version v WHERE v.id = p_dossier.procedure_version))
     ORDER BY r.procedure NULLS LAST LIMIT 1
$$;

-- Who processes for the agency now by a role of his own, and is not away.
CREATE OR REPLACE FUNCTION assignment_candidates(p_agency bigint) RETURNS SETOF officer
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT o.* FROM officer o
     WHERE o.agency = p_agency
       AND EXISTS (SELECT FROM staff_grant g WHERE g.agency = p_agency AND g.role = 'PROCESSOR' AND g.officer = o.id AND g.held @> now())
       AND NOT EXISTS (SELECT FROM staff_substitution s WHERE s.absent = o.id AND s.agency = p_agency AND s.held @> now())
$$;

-- NULL: nobody. The open dossiers are those of resolvers/sql/worklist_of_officer.sql.
CREATE OR REPLACE FUNCTION assigned_officer(p_dossier dossier) RETURNS uuid
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT c.public_id
      FROM assignment_rule_of(p_dossier) AS r
     CROSS JOIN LATERAL assignment_candidates(r.agency) AS c
     WHERE r.kind = 'LEAST_LADEN' OR r.kind = 'OFFICER' AND c.id = r.officer
     ORDER BY CASE r.kind WHEN 'LEAST_LADEN' THEN (
                  SELECT count(*) FROM dossier d
                   WHERE d.processor = c.id AND d.received_at IS NOT NULL
                     AND d.state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')) END, c.id
     LIMIT 1
$$;

-- By the service itself, as an event of its own; where nobody fits, the dossier waits for the dispatcher.
CREATE OR REPLACE FUNCTION assign_by_rule(p_dossier bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
    v_officer uuid;
BEGIN
    SELECT * INTO STRICT v_dossier FROM dossier d WHERE d.id = p_dossier;
    v_officer := assigned_officer(v_dossier);
    IF v_officer IS NOT NULL THEN
        PERFORM dossier_event_apply(v_dossier, system_actor(), 'assign', v_dossier.seq, jsonb_build_object('officer', v_officer));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION assignment_rule_problems(p_agency bigint, p_procedure bigint, p_code text, p_kind text, p_officer bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    c_rules_max CONSTANT int := 200;
BEGIN
    RETURN (SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (VALUES
        (p_code IS NULL OR p_procedure IS NOT NULL, 'procedure', 'Không có thủ tục này.', 'There is no such procedure.'),
        (p_kind IS NULL OR p_kind IN ('NONE', 'LEAST_LADEN', 'OFFICER'), 'kind', 'Không có quy tắc này.', 'There is no such rule.'),
        (coalesce(p_kind = 'OFFICER', false) = (p_officer IS NOT NULL), 'officer',
         'Nêu cán bộ xử lý của cơ quan, chỉ khi giao cho một người.', 'Name an officer who processes for the agency, where all goes to one and only there.'),
        (p_kind IS NULL OR (SELECT count(*) < c_rules_max FROM assignment_rule r WHERE r.agency = p_agency AND r.procedure IS DISTINCT FROM p_procedure), 'procedure',
         'Một cơ quan có tối đa 200 quy tắc.', 'An agency has 200 rules at most.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE);
END $$;

-- In the place of the rule there was; p_kind NULL takes it away. By the head or an administrator of the agency whose rule it is.
-- p_officer: any that holds the role at some time, since rules are written ahead; who is away is passed over.
--   failure  NULL done · NOT_ALLOWED · STEP_UP_REQUIRED · GUARD_FAILED see problems
CREATE OR REPLACE FUNCTION set_assignment_rule(p_procedure text, p_kind text, p_officer uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency    bigint := staff_lock();
    v_failure   text := staff_refusal('{ADMINISTRATOR,HEAD}', v_agency, VARIADIC '{}'::bigint[]);
    v_procedure bigint := (SELECT p.id FROM procedure p JOIN agency a ON a.sandbox = p.sandbox WHERE p.code = p_procedure AND a.id = v_agency);
    v_officer   bigint := (SELECT o.id FROM officer o
                            WHERE o.public_id = p_officer AND o.agency = v_agency
                              AND EXISTS (SELECT FROM staff_grant g WHERE (g.officer, g.agency, g.role) = (o.id, v_agency, 'PROCESSOR')
                                             AND NOT isempty(g.held) AND coalesce(upper(g.held) > now(), true)));
    v_problems  jsonb;
    v_rule      assignment_rule;
BEGIN
    IF v_failure IS NULL THEN
        v_problems := assignment_rule_problems(v_agency, v_procedure, p_procedure, p_kind, v_officer);
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    IF p_kind IS NULL THEN
        DELETE FROM assignment_rule r WHERE r.agency = v_agency AND r.procedure IS NOT DISTINCT FROM v_procedure RETURNING * INTO v_rule;
    ELSE
        INSERT INTO assignment_rule AS r (agency, procedure, kind, officer, set_by, set_name, set_at)
        SELECT v_agency, v_procedure, p_kind, v_officer, o.id, o.name, clock_timestamp() FROM officer o WHERE o.id = me()
            ON CONFLICT (agency, procedure) DO UPDATE
           SET kind = excluded.kind, officer = excluded.officer, set_by = excluded.set_by, set_name = excluded.set_name, set_at = excluded.set_at
        RETURNING * INTO v_rule;
    END IF;
    PERFORM audit_write('staff.assignment_rule', 'agency:' || (SELECT a.public_id FROM agency a WHERE a.id = v_agency),
                        jsonb_strip_nulls(jsonb_build_object('procedure', p_procedure, 'kind', p_kind, 'officer', p_officer)));
    RETURN QUERY SELECT NULL::text, coalesce(v_rule.id, 0), v_rule.public_id, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION set_assignment_rule(text, text, uuid) TO app_officer;
RESET ROLE;
