-- accept_at_counter: an officer takes a dossier in for somebody who stands before it (DOMAIN D3c, but not at home): made and
-- accepted in one event. Called by Mutation.acceptAtCounter on the write lane. applicant_make, before it, for a person whom
-- nobody here knows yet.
-- failure is NULL, NOT_ALLOWED or GUARD_FAILED with problems. Source: DOMAIN §5.2, R31.
SET ROLE motcua_definer;

-- p_agency: the caller's own when NULL. The applicant is a public id, or whose personal number has that blind index, or else the
-- organisation of a tax code. p_args: applicantTaxCode, case (22_cases.sql), channel (COUNTER or APPOINTMENT), digitised, digitisationReason,
-- place {code, on}, supportAgency, note, noteInternal, scans (55_scans.sql): what the officer has scanned of it, payment or
-- feeExemption (43_fees.sql). p_tracking: digest of the tracking code that goes on the receipt, where the
-- dossier may be looked up (52_public_lookup.sql).
CREATE OR REPLACE FUNCTION accept_at_counter(p_procedure text, p_agency text, p_applicant text, p_personal_no_index bytea, p_args jsonb,
                                             p_tracking bytea DEFAULT NULL)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_at       timestamptz := clock_timestamp();
    v_today    date := (v_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_args     jsonb := CASE jsonb_typeof(p_args) WHEN 'object' THEN p_args ELSE '{}' END;
    v_scans    jsonb := array_or_empty(v_args->'scans');
    v_edge     dossier_transition;
    v_agency   agency;
    v_version  record;
    v_who      bigint;
    v_route    record;
    v_case     jsonb;
    v_dossier  dossier;
    v_event    dossier_event;
    v_problems jsonb;
BEGIN
    SELECT * INTO STRICT v_edge FROM dossier_transition t WHERE t.event = 'acceptAtCounter';
    SELECT a.* INTO v_agency FROM agency a
     WHERE a.id = ANY (agencies()) AND (a.code = p_agency OR p_agency IS NULL) ORDER BY a.id LIMIT 1;
    IF NOT FOUND OR (kind() = 'OFFICER' AND me() IS NOT NULL AND v_edge.actor_roles && roles()) IS NOT TRUE THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;

    SELECT v.id, p.access_class INTO v_version
      FROM procedure p JOIN procedure_version v ON v.procedure = p.id
     WHERE p.code = p_procedure AND p.sandbox = v_agency.sandbox AND daterange(v.valid_from, v.valid_to) @> v_today;
    SELECT s.id INTO v_who FROM subject s
     WHERE s.id = coalesce((SELECT x.id FROM subject x WHERE x.public_id = uuid_or_null(p_applicant)),
                           (SELECT x.id FROM person x WHERE x.personal_no_index = p_personal_no_index),
                           (SELECT x.id FROM organisation x
                             WHERE x.tax_code = v_args->>'applicantTaxCode' AND p_applicant IS NULL AND p_personal_no_index IS NULL))
       AND s.sandbox = v_agency.sandbox AND NOT EXISTS (SELECT FROM erasure e WHERE e.subject = s.id)
       FOR KEY SHARE;
    v_dossier.received_agency := CASE WHEN 'RECEPTION' = ANY (v_agency.kinds) AND daterange(v_agency.valid_from, v_agency.valid_to) @> v_today
                                      THEN v_agency.id END;
    SELECT * INTO v_route FROM dossier_route(v_version.id, v_dossier.received_agency, jsonb_build_object(
        'code', v_args->'place'->'code', 'on', v_args->'place'->'on', 'support', v_args->'supportAgency'), v_today);
    v_case := case_facts(v_version.id, v_args->>'case');
    v_problems := nullif(coalesce(dossier_problems(v_edge.guards, jsonb_strip_nulls(v_args || v_route.facts || jsonb_build_object(
        'known', fee_counter_facts(v_version.id, v_args->>'case', v_agency.id, v_args) || v_case || jsonb_build_object('applicant', v_who, 'scanned', v_scans <> '[]')))), '[]')
        || coalesce(v_route.problems, '[]') || coalesce(scans_problems(v_scans), '[]'), '[]');
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    INSERT INTO dossier (code, procedure_version, applicant, submitter, channel, received_agency, competent_agency,
                         state, submitted_at, seq, sandbox, access_class)
    VALUES (next_dossier_code(v_agency.id, v_at), v_version.id, v_who, v_who, coalesce(v_args->>'channel', 'COUNTER'), v_dossier.received_agency, v_route.competent,
            v_edge.to_state, v_at, 1, v_agency.sandbox, v_version.access_class)
    RETURNING * INTO v_dossier;
    PERFORM dossier_place_keep(v_dossier, v_route.given, v_route.unit, v_route.support);
    v_dossier.seq := 0;
    PERFORM scans_take(v_dossier, v_scans);
    v_args := v_args || jsonb_build_object('caseSaid', case_note(v_dossier, (v_case->>'case')::bigint));
    v_event := dossier_event_append(v_dossier, caller_actor(), v_edge.event, NULL, v_edge.to_state, v_args);
    v_dossier := dossier_clock(accept_rows(v_dossier, v_args), v_edge, v_event.at);
    UPDATE dossier d SET procedure_case = v_dossier.procedure_case WHERE d.id = v_dossier.id;
    v_dossier := fee_counter_rows(v_dossier, caller_actor(), v_event, v_args);
    UPDATE dossier d SET finance = v_dossier.finance, clock = v_dossier.clock, received_at = v_dossier.received_at, due_at = v_dossier.due_at, digitised = v_dossier.digitised,
                         procedure_case = v_dossier.procedure_case
     WHERE d.id = v_dossier.id;
    IF p_tracking IS NOT NULL AND v_dossier.access_class = 'OPEN' THEN
        INSERT INTO tracking_code (dossier, applicant, digest) VALUES (v_dossier.id, v_dossier.applicant, p_tracking);
        PERFORM audit_write('dossier.tracking_code', 'dossier:' || v_dossier.public_id);
    END IF;
    PERFORM dossier_event_tell(v_dossier, v_edge, v_event, v_args);
    PERFORM assign_by_rule(v_dossier.id);
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_event.id, 1, NULL::jsonb;
END $$;

-- The person of a personal number, new if need be: its public id. p_identity: publicId (to which the sealed number is bound),
-- name, bornOn. NULL unless the caller receives dossiers, and where the number is known as somebody else's: it was mistyped, or the name was.
CREATE OR REPLACE FUNCTION applicant_make(p_identity jsonb, p_personal_no bytea, p_personal_no_index bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_public_id uuid;
    v_id        bigint;
    v_is_theirs boolean;
BEGIN
    IF (kind() = 'OFFICER' AND me() IS NOT NULL AND 'INTAKE' = ANY (roles())) IS NOT TRUE THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(p_personal_no_index, 'hex'), 0));
    SELECT s.public_id, search_text(s.name) = search_text(tidy_text(p_identity->>'name')) AND coalesce(p.born_on = (p_identity->>'bornOn')::date, true)
      INTO v_public_id, v_is_theirs
      FROM person p JOIN subject s ON s.id = p.id WHERE p.personal_no_index = p_personal_no_index;
    IF FOUND THEN
        RETURN CASE WHEN v_is_theirs THEN v_public_id END;
    ELSE
        INSERT INTO subject (public_id, kind, name) VALUES ((p_identity->>'publicId')::uuid, 'PERSON', tidy_text(p_identity->>'name'))
        RETURNING id, public_id INTO v_id, v_public_id;
        INSERT INTO person (id, born_on, personal_no, personal_no_index)
        VALUES (v_id, (p_identity->>'bornOn')::date, p_personal_no, p_personal_no_index);
        PERFORM results_claim(v_id);
        PERFORM audit_write('person.make', 'subject:' || v_public_id);
    END IF;
    RETURN v_public_id;
END $$;

GRANT EXECUTE ON FUNCTION accept_at_counter(text, text, text, bytea, jsonb, bytea), applicant_make(jsonb, bytea, bytea) TO app_officer;
RESET ROLE;
