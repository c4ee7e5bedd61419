-- What an agency, or the applicant, decides about a dossier: acceptance, assignment, result, hand-over, extension, reopening,
-- withdrawal (D3, D7, D15-D19, T2), and the end of a term (timer of D6, D16).
-- Called only by dossier_facts and dossier_event_rows, dossier_terms_end by the worker. Source: DOMAIN §5.2.
SET ROLE motcua_definer;

-- finance: DUE, too, where the case it is accepted with asks for a fee at reception that nobody has asked for yet.
CREATE OR REPLACE FUNCTION accept_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_case  bigint := accepted_case(p_dossier, p_args);
    v_facts jsonb := jsonb_build_object('scanned', has_scans(p_dossier.id), 'caseSaid', case_note(p_dossier, v_case));
    v_due   bigint;
BEGIN
    IF v_case IS NULL THEN
        RETURN v_facts || case_facts(p_dossier.procedure_version, p_args->>'case');
    END IF;
    p_dossier.procedure_case := v_case;
    v_due := fee_left(p_dossier, 'RECEPTION');
    RETURN v_facts || jsonb_build_object('case', v_case)
        || CASE WHEN v_due > 0 THEN jsonb_build_object('finance', 'DUE', 'said', fee_said('finance', v_due)) ELSE '{}' END;
END $$;

-- What was announced on paper is there: the reception takes in no dossier without it.
CREATE OR REPLACE FUNCTION accept_rows(p_dossier dossier, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.digitised := p_dossier.digitised OR coalesce(p_args->'digitised' = 'true', false) OR has_scans(p_dossier.id);
    p_dossier.procedure_case := accepted_case(p_dossier, p_args);
    UPDATE announced_part SET received_at = clock_timestamp() WHERE dossier = p_dossier.id AND received_at IS NULL;
    RETURN p_dossier;
END $$;

CREATE OR REPLACE FUNCTION assign_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('processor', (
            SELECT o.id FROM officer o WHERE o.public_id = uuid_or_null(p_args->>'officer') AND o.agency = p_dossier.competent_agency)));
END $$;

CREATE OR REPLACE FUNCTION assign_rows(p_dossier dossier, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.processor := coalesce((assign_facts(p_dossier, p_args)->>'processor')::bigint, p_dossier.processor);
    RETURN p_dossier;
END $$;

CREATE OR REPLACE FUNCTION delivery_facts(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('homeEligible', v.home_eligible) FROM procedure_version v WHERE v.id = p_dossier.procedure_version);
END $$;

CREATE OR REPLACE FUNCTION complete_facts(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('tasksOpen', count(*), 'resultFile', result_file_of(p_dossier.id)) || delivery_facts(p_dossier)
              FROM inter_agency_task t WHERE t.dossier = p_dossier.id AND t.state = 'SENT');
END $$;

-- The way of delivery stated now, else the one chosen before.
CREATE OR REPLACE FUNCTION delivery_rows(p_dossier dossier, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.delivery := coalesce(p_args->>'delivery', nullif(p_dossier.delivery, 'NOT_READY'), 'COUNTER');
    RETURN p_dossier;
END $$;

-- What the rules ask for with the result is due from then on.
CREATE OR REPLACE FUNCTION complete_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.outcome := p_args->>'outcome';
    p_dossier.e_result := coalesce(nullif(btrim(p_args->>'eResult'), ''), result_file_of(p_dossier.id)::text);
    PERFORM results_give(p_dossier.id);
    p_dossier.finance := fee_due(p_dossier.id, p_event.id, 'RETURN');
    RETURN delivery_rows(p_dossier, p_args);
END $$;

-- Names of those who may take a result without more: the applicant; who has a seat in it; whom a delegation that stands, or a
-- grant of this dossier, lets act for it.
CREATE OR REPLACE FUNCTION receivers(p_dossier dossier) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT s.name FROM subject s WHERE s.id = p_dossier.applicant
     UNION
    SELECT s.name FROM seat_in_force t JOIN subject s ON s.id = t.person WHERE t.organisation = p_dossier.applicant
     UNION
    SELECT s.name FROM delegation g JOIN subject s ON s.id = g.delegate
     WHERE g.delegator = p_dossier.applicant AND g.revoked_at IS NULL AND g.until > now()
       AND (g.procedure IS NULL OR g.procedure = (SELECT v.procedure FROM procedure_version v WHERE v.id = p_dossier.procedure_version))
     UNION
    SELECT s.name FROM dossier_grant g JOIN subject s ON s.id = g.grantee
     WHERE g.dossier = p_dossier.id AND g.kind IN ('DELEGATION', 'SEAT') AND g.revoked_at IS NULL AND g.until > now();
END $$;

-- receiverMay: who takes the result is named as somebody who may take it without more.
CREATE OR REPLACE FUNCTION hand_over_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN delivery_facts(p_dossier) || jsonb_build_object('receiverMay', EXISTS (
        SELECT FROM receivers(p_dossier) AS r(name) WHERE lower(tidy_text(r.name)) = lower(tidy_text(p_args->>'receiver'))));
END $$;

-- Who takes the result in the app is named as its receiver; that he takes it there is the proof.
CREATE OR REPLACE FUNCTION collect_facts(p_dossier dossier, p_actor dossier_actor) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN jsonb_strip_nulls(jsonb_build_object('resultFile', result_file_of(p_dossier.id), 'delivery', p_dossier.delivery, 'receiver', p_actor.name));
END $$;

CREATE OR REPLACE FUNCTION hand_over_rows(p_dossier dossier, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.delivered := true;
    RETURN delivery_rows(p_dossier, p_args);
END $$;

-- The result is taken back, and kept; a fee that was due with it is due again with the next.
CREATE OR REPLACE FUNCTION reopen_rows(p_dossier dossier, p_event dossier_event) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM results_take_back(p_dossier.id, p_event.id);
    INSERT INTO former_result (dossier, no, applicant, outcome, e_result, finished_at, reopened)
    SELECT p_dossier.id, count(f.no) + 1, p_dossier.applicant, p_dossier.outcome, p_dossier.e_result, p_dossier.finished_at, p_event.id
      FROM former_result f WHERE f.dossier = p_dossier.id;
    UPDATE fee_demand f SET cancelled_at = p_event.at WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL;
    IF FOUND THEN
        p_dossier.finance := fee_finance(p_dossier.id);
    END IF;
    p_dossier.outcome := NULL;
    p_dossier.e_result := NULL;
    RETURN p_dossier;
END $$;

CREATE OR REPLACE FUNCTION extend_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.extended_late := extend_due(p_dossier.id, time_or_null(p_args->>'dueAt'), tidy_text(p_args->>'reason'), p_event.id) OR p_dossier.extended_late;
    p_dossier.due_at := time_or_null(p_args->>'dueAt');
    RETURN p_dossier;
END $$;

-- A dossier that ends leaves nothing open.
CREATE OR REPLACE FUNCTION close_what_is_open(p_dossier dossier, p_event dossier_event) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM supplement_close(p_dossier, p_event, 'DROPPED');
    UPDATE inter_agency_task SET state = 'CANCELLED', closed_at = p_event.at, closed = p_event.id WHERE dossier = p_dossier.id AND state = 'SENT';
    UPDATE fee_demand SET cancelled_at = p_event.at WHERE dossier = p_dossier.id AND paid_at IS NULL AND cancelled_at IS NULL;
    IF FOUND THEN
        p_dossier.finance := fee_finance(p_dossier.id);
    END IF;
    RETURN p_dossier;
END $$;

-- What was paid is on its way back: nothing was accepted, or it is not wanted any more.
CREATE OR REPLACE FUNCTION withdraw_rows(p_dossier dossier, p_event dossier_event) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier := close_what_is_open(p_dossier, p_event);
    p_dossier.finance := CASE p_dossier.finance WHEN 'PAID' THEN 'REFUNDING' ELSE p_dossier.finance END;
    RETURN p_dossier;
END $$;

-- leastUntil: how soon a term that begins now may end.
CREATE OR REPLACE FUNCTION term_least_facts(p_rule text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('leastUntil', l.until, 'said', jsonb_build_object('termLong', jsonb_build_object(
                       'path', 'until', 'vi', format('Thời hạn phải đến %s hoặc muộn hơn.', l.shown), 'en', format('The term ends at %s or later.', l.shown))))
              FROM (SELECT least.until, to_char(least.until AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI DD/MM/YYYY') AS shown
                      FROM (SELECT due_at(now(), t.least_amount, t.least_unit) AS until FROM term_rule t WHERE t.id = p_rule) AS least) AS l);
END $$;

-- The terms that applicants have in a state that waits for them, and when the service ends what lets one pass: at its end, or, where all that is still missing
-- was announced in time, after the grace that papers and money on their way have. Inlined: its callers fix the search_path.
CREATE OR REPLACE FUNCTION open_terms() RETURNS TABLE (dossier bigint, state text, until timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT o.dossier, o.state, o.until, CASE WHEN o.announced AND t.grace_amount > 0 THEN due_at(o.until, t.grace_amount, t.grace_unit) ELSE o.until END
      FROM (SELECT r.dossier, CASE r.stage WHEN 'INTAKE' THEN 'INTAKE_SUPPLEMENT' ELSE 'SUPPLEMENT_REQUIRED' END AS state, r.until, 'SUPPLEMENT' AS rule, NOT EXISTS (
                       SELECT FROM supplement_item i WHERE i.request = r.id AND i.received_at IS NULL AND coalesce(i.answered_at > r.until, true)) AS announced
              FROM supplement_request r WHERE r.resolved_at IS NULL
             UNION ALL
            SELECT f.dossier, 'PAYMENT_REQUIRED', f.until, 'PAYMENT', coalesce(f.method = 'TRANSFER' AND f.method_at <= f.until, false)
              FROM fee_demand f WHERE f.paid_at IS NULL AND f.cancelled_at IS NULL) AS o
      JOIN term_rule t ON t.id = o.rule
$$;

-- termPassed: the term for what the dossier waits for is over.
CREATE OR REPLACE FUNCTION term_facts(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('termPassed', coalesce(min(u.ends_at) < now(), false)) FROM open_terms() AS u WHERE u.dossier = p_dossier.id AND u.state = p_dossier.state);
END $$;

-- What is open is open for as long as it was before: while a withdrawal is asked for, nothing can be brought or paid.
CREATE OR REPLACE FUNCTION refuse_withdraw_rows(p_dossier dossier, p_event dossier_event) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_rested interval := p_event.at - (SELECT max(e.at) FROM dossier_event e WHERE e.dossier = p_dossier.id AND e.event = 'requestWithdraw');
BEGIN
    UPDATE supplement_request r SET until = r.until + v_rested WHERE r.dossier = p_dossier.id AND r.resolved_at IS NULL;
    UPDATE fee_demand f SET until = f.until + v_rested WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL;
    RETURN p_dossier;
END $$;

-- Ends at most p_max dossiers whose applicant has let a term pass: rejected before acceptance, stopped after it, as the edge
-- that the service may take says. Gives how many; of several at once one works.
CREATE OR REPLACE FUNCTION dossier_terms_end(p_max int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_late    record;
    v_dossier dossier;
    v_count   int := 0;
BEGIN
    IF NOT form_numbers_mine() THEN
        RETURN 0;
    END IF;
    FOR v_late IN
        SELECT u.dossier, d.state, t.event, t.timer_reason, t.timer_legal_basis
          FROM open_terms() AS u
          -- OFFSET 0 keeps it a look by the key for each: the planner takes more terms for passed than are, and would read all dossiers.
          CROSS JOIN LATERAL (SELECT d.state FROM dossier d WHERE d.id = u.dossier AND d.state = u.state OFFSET 0) AS d
          JOIN dossier_transition t ON t.from_state = d.state AND t.timer_reason IS NOT NULL
         WHERE u.until < now() AND u.ends_at < now()
         ORDER BY u.until LIMIT p_max
    LOOP
        SELECT d.* INTO v_dossier FROM dossier d WHERE d.id = v_late.dossier AND d.state = v_late.state FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            v_count := v_count + (SELECT count(*) FROM dossier_event_apply(v_dossier, system_actor(), v_late.event, v_dossier.seq,
                jsonb_build_object('reason', v_late.timer_reason, 'legalBasis', v_late.timer_legal_basis)) AS done WHERE done.failure IS NULL);
        END IF;
    END LOOP;
    RETURN v_count;
END $$;

GRANT EXECUTE ON FUNCTION dossier_terms_end(int) TO app_worker;
RESET ROLE;
