-- The end of a person's data: at its own wish (Mutation.requestErasure), and when the last rule that keeps it has ended
-- (the worker's anonymise). Rows stay, so that every count is the same before and after. Officers' names stay: they acted in
-- public office. Source: Luật 91/2025/QH15 [K], DOMAIN §5.7-8; what is kept how long is data (retention_rule).
SET ROLE motcua_definer;

-- Holds the caller's account while something is added to it, so that what is counted of it is counted by one at a time. False:
-- it has been closed while this call waited, and what is added now nobody would ever take away.
CREATE OR REPLACE FUNCTION account_hold() RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM FROM subject s WHERE s.id = me() FOR NO KEY UPDATE;
    RETURN NOT EXISTS (SELECT FROM erasure e WHERE e.subject = me());
END $$;

-- The same for what is not counted: two such calls do not wait for each other, only for an erasure.
CREATE OR REPLACE FUNCTION account_stays() RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM FROM subject s WHERE s.id = me() FOR SHARE;
    RETURN NOT EXISTS (SELECT FROM erasure e WHERE e.subject = me());
END $$;

CREATE OR REPLACE FUNCTION anonymous_name() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$ SELECT 'Đã ẩn danh' $$;

-- The rule that keeps a dossier of this version. No row: nothing keeps it.
CREATE OR REPLACE FUNCTION retention_of(p_version bigint) RETURNS SETOF retention_rule
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT r.* FROM procedure_version v JOIN procedure p ON p.id = v.procedure JOIN retention_rule r ON r.what = 'DOSSIER' AND r.field IN (p.field, '')
     WHERE v.id = p_version ORDER BY r.field DESC LIMIT 1
$$;

-- Until when a dossier is kept: infinity while it is open, or for ever.
CREATE OR REPLACE FUNCTION kept_until(p_dossier dossier) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN NOT (SELECT s.terminal FROM dossier_state s WHERE s.id = p_dossier.state) THEN 'infinity'::timestamptz
                ELSE coalesce((SELECT CASE WHEN r.months IS NULL THEN 'infinity'::timestamptz
                                           ELSE e.at + make_interval(months => r.months) END
                                 FROM retention_of(p_dossier.procedure_version) r, dossier_event e
                                WHERE e.dossier = p_dossier.id AND e.seq = p_dossier.seq), '-infinity') END
$$;

-- The free texts of dossiers, and the names of citizens among those who acted on them.
CREATE OR REPLACE FUNCTION anonymise_events(p_dossiers bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE dossier_event SET actor_name = CASE actor_kind WHEN 'CITIZEN' THEN anonymous_name() ELSE actor_name END,
           note = CASE WHEN note IS NOT NULL THEN anonymous_name() END,
           note_internal = CASE WHEN note_internal IS NOT NULL THEN anonymous_name() END
     WHERE dossier = ANY (p_dossiers);
    UPDATE signature_request SET args = '{}', answer = CASE WHEN answer IS NOT NULL THEN anonymous_name() END WHERE dossier = ANY (p_dossiers);
    UPDATE supplement_request SET reason = anonymous_name() WHERE dossier = ANY (p_dossiers);
    UPDATE supplement_item SET name = anonymous_name(), note = CASE WHEN note IS NOT NULL THEN anonymous_name() END WHERE dossier = ANY (p_dossiers);
    UPDATE inter_agency_task SET title = anonymous_name(), answer = CASE WHEN answer IS NOT NULL THEN anonymous_name() END WHERE dossier = ANY (p_dossiers);
    UPDATE fee_demand SET what = anonymous_name(), amount_reason = CASE WHEN amount_reason IS NOT NULL THEN anonymous_name() END,
           exempt_reason = CASE WHEN exempt_reason IS NOT NULL THEN anonymous_name() END,
           exempt_basis = CASE WHEN exempt_basis IS NOT NULL THEN anonymous_name() END WHERE dossier = ANY (p_dossiers);
    UPDATE dossier_grant SET purpose = anonymous_name() WHERE dossier = ANY (p_dossiers);
    UPDATE dossier_extension SET reason = anonymous_name() WHERE dossier = ANY (p_dossiers);
    UPDATE issued_form SET body = '{}' WHERE dossier = ANY (p_dossiers);
    UPDATE dossier_place SET given = NULL, unit = NULL WHERE dossier = ANY (p_dossiers);
    UPDATE dossier_form SET fields = '{}' WHERE dossier = ANY (p_dossiers);
    UPDATE dossier_classification SET reason = anonymous_name() WHERE dossier = ANY (p_dossiers);
    SELECT dossier_parts_forget(p_dossiers);
    DELETE FROM portal_paper WHERE dossier = ANY (p_dossiers);
    SELECT portal_forget_dossiers(p_dossiers);
    UPDATE dossier SET anonymised_at = now() WHERE id = ANY (p_dossiers) AND anonymised_at IS NULL
$$;

-- A person whom nothing keeps any longer.
CREATE OR REPLACE FUNCTION anonymise_person(p_subject bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE subject SET name = anonymous_name() WHERE id = p_subject;
    UPDATE person SET born_on = NULL, unit_code = NULL, unit_valid_from = NULL, personal_no = NULL, personal_no_index = NULL
     WHERE id = p_subject;
    -- What others wrote of their own dossiers is theirs.
    UPDATE dossier_grant SET purpose = anonymous_name() WHERE applicant = p_subject;
    UPDATE delegation SET purpose = anonymous_name() WHERE delegator = p_subject;
    PERFORM anonymise_events(ARRAY(SELECT id FROM dossier WHERE applicant = p_subject));
    UPDATE dossier_event SET actor_name = anonymous_name()
     WHERE actor_kind = 'CITIZEN' AND actor_id = p_subject AND actor_id <> applicant;
    UPDATE erasure SET done_at = now() WHERE subject = p_subject;
END $$;

-- The caller's account is closed: what nothing keeps goes now, the rest when its last rule ends. seq is how many kinds of
-- data are kept. The number's blind index goes at once: who signs in again is somebody new.
CREATE OR REPLACE FUNCTION request_erasure()
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- An open dossier, or one kept for ever: when to look again.
    c_look    CONSTANT interval := '30 days';
    v_me      bigint := me();
    v_session uuid := current_session();
    v_counts  int[] := '{0,0,0,0,0,0,0}';
    v_kept    jsonb;
    v_until   timestamptz;
    v_count   int;
    v_failure text := CASE WHEN kind() IS DISTINCT FROM 'CITIZEN' OR v_me IS NULL THEN 'NOT_ALLOWED'
                           WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END;
BEGIN
    IF v_failure IS NULL THEN
        PERFORM seats_lock(t.organisation) FROM (SELECT organisation FROM seat_in_force WHERE person = v_me AND role = 'ADMINISTRATOR'
                                                  ORDER BY organisation) AS t;
        PERFORM FROM subject s WHERE s.id = v_me FOR UPDATE;
        v_failure := CASE
            WHEN EXISTS (SELECT FROM erasure e WHERE e.subject = v_me) THEN 'NOT_ALLOWED'
            WHEN EXISTS (SELECT FROM seat_in_force t JOIN subject o ON o.id = t.organisation
                          WHERE t.person = v_me AND t.role = 'ADMINISTRATOR' AND NOT o.sandbox AND NOT seats_keep(t.organisation, v_me))
                THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure = 'GUARD_FAILED' THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, jsonb_build_array(jsonb_build_object('path', 'seat',
            'vi', 'Tổ chức phải còn ít nhất một người quản trị: hãy trao quyền cho người khác trước.',
            'en', 'An organisation keeps at least one administrator: give somebody else the seat first.'));
        RETURN;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;

    DELETE FROM device WHERE owner_subject = v_me;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[1] := v_count;
    UPDATE seat SET withdrawn_at = now() WHERE person = v_me AND withdrawn_at IS NULL;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[2] := v_count;
    WITH withdrawn AS (
        UPDATE dossier_grant SET revoked_at = now() WHERE (grantee = v_me OR applicant = v_me) AND revoked_at IS NULL RETURNING grantee
    ), told AS (
        SELECT count(rights_changed('SUBJECT:' || w.grantee)) FROM (SELECT DISTINCT grantee FROM withdrawn WHERE grantee <> v_me) AS w)
    SELECT (SELECT count(*) FROM withdrawn) + 0 * told.count INTO v_count FROM told;
    v_counts[3] := v_count;
    UPDATE delegation SET revoked_at = now() WHERE v_me IN (delegator, delegate) AND revoked_at IS NULL;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[3] := v_counts[3] + v_count;
    DELETE FROM export_file WHERE subject = v_me;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[4] := v_count;
    DELETE FROM identity_link WHERE subject = v_me;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[5] := v_count;
    PERFORM portal_forget(v_me);
    UPDATE person SET personal_no_index = NULL WHERE id = v_me;
    PERFORM results_unlink(v_me);
    DELETE FROM sandbox_person WHERE subject = v_me;
    SELECT count(*) FILTER (WHERE session_end(s.id, 'ERASED')) INTO v_count
      FROM session s WHERE s.subject = v_me AND s.kind = 'CITIZEN' AND s.ended_at IS NULL;
    v_counts[6] := v_count;
    UPDATE session SET device = anonymous_name() WHERE subject = v_me AND kind = 'CITIZEN';
    v_counts[7] := papers_forget(v_me);
    DELETE FROM draft WHERE v_me IN (owner, applicant);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_counts[8] := v_count;
    PERFORM rights_changed('SUBJECT:' || v_me);

    SELECT jsonb_agg(jsonb_build_object('vi', vi, 'en', en, 'count', n, 'until', CASE WHEN isfinite(until) THEN until END, 'basis', basis) ORDER BY until, vi),
           max(until) INTO v_kept, v_until
      FROM (SELECT CASE WHEN s.terminal THEN r.name_vi ELSE 'Hồ sơ đang giải quyết' END AS vi,
                   CASE WHEN s.terminal THEN r.name_en ELSE 'Dossiers under way' END AS en, r.legal_basis AS basis, count(*) AS n, max(kept_until(d)) AS until
              FROM dossier d JOIN dossier_state s ON s.id = d.state CROSS JOIN LATERAL retention_of(d.procedure_version) AS r
             WHERE (d.applicant = v_me OR d.submitter = v_me AND d.submitter <> d.applicant) AND kept_until(d) > now()
             GROUP BY s.terminal, r.name_vi, r.name_en, r.legal_basis) AS kept;
    INSERT INTO erasure (subject, erased, kept, look_at)
    SELECT v_me, coalesce(jsonb_agg(jsonb_build_object('what', what, 'count', n) ORDER BY no) FILTER (WHERE n > 0), '[]'), coalesce(v_kept, '[]'),
           least(v_until, now() + c_look)
      FROM unnest(ARRAY['DEVICES', 'SEATS', 'GRANTS', 'EXPORTS', 'SIGN_IN', 'SESSIONS', 'PAPERS', 'DRAFTS', 'PERSON'], v_counts || CASE WHEN v_kept IS NULL THEN 1 ELSE 0 END)
           WITH ORDINALITY AS went (what, n, no);
    IF v_kept IS NULL THEN
        PERFORM anonymise_person(v_me);
    END IF;
    PERFORM audit_write('privacy.erase', 'subject:' || (SELECT s.public_id FROM subject s WHERE s.id = v_me),
                        (SELECT jsonb_build_object('erased', e.erased, 'kept', jsonb_array_length(e.kept)) FROM erasure e WHERE e.subject = v_me));
    RETURN QUERY SELECT NULL::text, v_me, v_session, coalesce(jsonb_array_length(v_kept), 0), NULL::jsonb;
END $$;

-- The worker's job: at most p_limit persons and p_limit dossiers whose last rule has ended. Safe to repeat, and for several
-- at once. Audited by counts alone.
CREATE OR REPLACE FUNCTION anonymise(p_limit int) RETURNS TABLE (persons int, dossiers int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    c_look    CONSTANT interval := '30 days';
    v_limit   int := least(greatest(p_limit, 0), 10000);
    v_subject bigint;
    v_until   timestamptz;
    v_ids     bigint[];
BEGIN
    persons := 0;
    FOR v_subject IN SELECT subject FROM erasure WHERE done_at IS NULL AND look_at <= now() ORDER BY look_at LIMIT v_limit FOR UPDATE SKIP LOCKED
    LOOP
        SELECT max(kept_until(d)) INTO v_until FROM dossier d
         WHERE d.applicant = v_subject OR d.submitter = v_subject AND d.submitter <> d.applicant;
        IF v_until > now() THEN
            UPDATE erasure SET look_at = least(v_until, now() + c_look) WHERE subject = v_subject;
        ELSE
            PERFORM anonymise_person(v_subject);
            persons := persons + 1;
        END IF;
    END LOOP;
    v_ids := ARRAY(
        SELECT due.id
          FROM procedure_version v
         CROSS JOIN LATERAL retention_of(v.id) AS r
         CROSS JOIN LATERAL (
               SELECT d.id FROM dossier d
                WHERE d.procedure_version = v.id AND d.anonymised_at IS NULL AND d.submitted_at < now() - make_interval(months => r.months)
                  AND kept_until(d) <= now()
                ORDER BY d.submitted_at LIMIT v_limit FOR UPDATE SKIP LOCKED) AS due
         WHERE r.months IS NOT NULL
         LIMIT v_limit);
    PERFORM anonymise_events(v_ids);
    dossiers := cardinality(v_ids);
    IF persons + dossiers > 0 THEN
        PERFORM audit_write('privacy.anonymise', 'retention', jsonb_build_object('persons', persons, 'dossiers', dossiers));
    END IF;
    RETURN NEXT;
END $$;

GRANT EXECUTE ON FUNCTION request_erasure() TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION anonymise(int) TO app_worker;
RESET ROLE;
