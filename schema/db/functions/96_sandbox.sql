-- The sandbox: its people, what follows a submission by itself, and who plays its officer (20261127001200_sandbox.sql).
-- Called by session_viewer (sandbox_subjects), submit_dossier (sandbox_organisation, sandbox_follow), the server as
-- app_service (sandbox_sign_in), Query.sandboxPeople, Mutation.sandboxAdvance, and the worker's tick (sandbox_prune).
SET ROLE motcua_definer;

-- The next tax code of the sandbox: one stem in eleven has no check digit and is left out.
CREATE OR REPLACE FUNCTION sandbox_tax_code() RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_code text;
BEGIN
    WHILE v_code IS NULL LOOP
        SELECT stem || digit INTO v_code
          FROM (SELECT '99' || lpad(nextval('sandbox_tax_no')::text, 7, '0') AS stem) AS drawn, generate_series(0, 9) AS digit
         WHERE tax_code_valid(stem || digit);
    END LOOP;
    RETURN v_code;
END $$;

-- The partner's own people of the sandbox, those that it has not yet made.
CREATE OR REPLACE FUNCTION sandbox_make(p_partner bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_unit unit;
    v_face sandbox_face;
    v_id   bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sandbox:' || p_partner, 0));
    SELECT u.* INTO STRICT v_unit
      FROM unit u JOIN agency a ON (a.unit_code, a.unit_valid_from) = (u.code, u.valid_from)
     WHERE a.sandbox AND u.level = 'COMMUNE' ORDER BY u.code LIMIT 1;
    FOR v_face IN SELECT f.* FROM sandbox_face f
                   WHERE NOT EXISTS (SELECT FROM sandbox_person p WHERE p.partner = p_partner AND p.face = f.code) ORDER BY f.position
    LOOP
        INSERT INTO subject (kind, name, locale, sandbox) VALUES (v_face.kind, v_face.name, v_face.locale, true) RETURNING id INTO v_id;
        IF v_face.kind = 'PERSON' THEN
            INSERT INTO person (id, born_on, unit_code, unit_valid_from) VALUES (v_id, v_face.born_on, v_unit.code, v_unit.valid_from);
        ELSE
            INSERT INTO organisation (id, tax_code, unit_code, unit_valid_from)
            VALUES (v_id, sandbox_tax_code(), v_unit.code, v_unit.valid_from);
        END IF;
        INSERT INTO sandbox_person (partner, face, subject) VALUES (p_partner, v_face.code, v_id);
    END LOOP;
    INSERT INTO seat (person, organisation, since, role)
    SELECT p.subject, o.subject, current_date, f.seat
      FROM sandbox_person p JOIN sandbox_face f ON f.code = p.face AND f.seat IS NOT NULL
      JOIN sandbox_person o ON o.partner = p.partner JOIN sandbox_face g ON g.code = o.face AND g.kind = 'ORGANISATION'
     WHERE p.partner = p_partner
        ON CONFLICT DO NOTHING;
END $$;

-- The partner's own organisation of the sandbox; NULL when it has none.
CREATE OR REPLACE FUNCTION sandbox_organisation_of(p_partner bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT p.subject FROM sandbox_person p JOIN sandbox_face f ON f.code = p.face
     WHERE p.partner = p_partner AND f.kind = 'ORGANISATION'
$$;

-- The one that stands for the caller when it is a test key; NULL for everybody else.
CREATE OR REPLACE FUNCTION sandbox_organisation() RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN kind() = 'PARTNER' AND in_sandbox() THEN sandbox_organisation_of(me()) END
$$;

-- For whom a test key speaks: the partner, and the organisation that stands for it in the sandbox.
CREATE OR REPLACE FUNCTION sandbox_subjects(p_partner bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM sandbox_face f
                WHERE NOT EXISTS (SELECT FROM sandbox_person p WHERE p.partner = p_partner AND p.face = f.code)) THEN
        PERFORM sandbox_make(p_partner);
    END IF;
    RETURN concat_ws(',', p_partner, sandbox_organisation_of(p_partner));
END $$;

-- The people of the calling test key; no row for anybody else.
CREATE OR REPLACE FUNCTION sandbox_people() RETURNS TABLE (code text, public_id uuid, name text, kind text, about text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT f.code, s.public_id, s.name, s.kind, CASE locale() WHEN 'en' THEN f.about_en ELSE f.about_vi END
      FROM sandbox_person p JOIN sandbox_face f ON f.code = p.face JOIN subject s ON s.id = p.subject
     WHERE p.partner = me() AND kind() = 'PARTNER' AND in_sandbox()
     ORDER BY f.position
$$;

-- Opens a session of one of the partner's people, by its code or public id, for a session p_by of a test key. failure is
-- NULL, NOT_ALLOWED (p_by is none) or NOT_FOUND (no such person). Its second factor counts as shown just now: nobody can
-- show it. Of more than 20 sessions of one partner's people the oldest ends; none outlives its key.
CREATE OR REPLACE FUNCTION sandbox_sign_in(p_by uuid, p_person text, p_device text, p_life_seconds int)
RETURNS TABLE (failure text, session uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_sessions_max CONSTANT int := 20;
    v_by      session;
    v_person  bigint;
    v_session uuid;
BEGIN
    -- Held off by one that revokes the key or suspends the partner.
    PERFORM FROM partner p JOIN session s ON s.subject = p.id WHERE s.id = p_by FOR SHARE OF p;
    PERFORM FROM partner_key k JOIN session s ON s.partner_key = k.id WHERE s.id = p_by AND k.revoked_at IS NULL FOR SHARE OF k;
    SELECT * INTO v_by FROM session s
     WHERE s.id = p_by AND s.kind = 'PARTNER' AND s.environment = 'TEST' AND s.ended_at IS NULL AND s.expires_at > now();
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid;
        RETURN;
    END IF;
    SELECT p.subject INTO v_person FROM sandbox_person p JOIN subject s ON s.id = p.subject
     WHERE p.partner = v_by.subject AND s.kind = 'PERSON' AND p_person IN (p.face, s.public_id::text);
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::uuid;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('sandbox:' || v_by.subject, 0));
    PERFORM session_end(id, 'TOO_MANY') FROM (
        SELECT id FROM session WHERE sandbox_partner = v_by.subject AND ended_at IS NULL
         ORDER BY created_at DESC, id OFFSET c_sessions_max - 1) AS older;
    INSERT INTO session (kind, subject, environment, device, expires_at, stepped_up_at, sandbox_key, sandbox_partner)
    VALUES ('CITIZEN', v_person, 'TEST', normalize(p_device, NFC),
            least(v_by.expires_at, now() + make_interval(secs => p_life_seconds)), now(), v_by.partner_key, v_by.subject)
    RETURNING id INTO v_session;
    PERFORM audit_write('session.open', 'session:' || v_session, jsonb_build_object('sandboxBy', p_by));
    RETURN QUERY SELECT NULL::text, v_session;
END $$;

-- What an officer would read off the dossier before it acts: what is open in it, and a term that is allowed.
CREATE OR REPLACE FUNCTION sandbox_seen(p_dossier dossier, p_event text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE
        WHEN p_event IN ('askIntakeSupplement', 'askSupplement', 'demandFee') THEN jsonb_build_object('until', greatest(now() + interval '7 days', due_at(now(), 8, 'WORKING_HOUR')))
        WHEN p_event = 'sendTask' THEN jsonb_build_object(
            'until', CASE WHEN p_dossier.due_at < now() THEN now() + interval '7 days' ELSE least(p_dossier.due_at, now() + interval '7 days') END,
            'agency', (SELECT min(a.code) FROM agency a WHERE a.sandbox AND a.id <> p_dossier.competent_agency))
        WHEN p_event IN ('taskAccepted', 'taskDone', 'taskReturned') THEN jsonb_build_object('task', (
            SELECT t.public_id FROM inter_agency_task t WHERE t.dossier = p_dossier.id AND t.state = 'SENT' ORDER BY t.no LIMIT 1))
        WHEN p_event = 'receiveItems' THEN jsonb_build_object('items', (SELECT jsonb_agg(m.public_id) FROM missing_items(p_dossier.id) AS m))
        WHEN p_event = 'paid' THEN (
            SELECT jsonb_build_object('demand', f.public_id, 'amountDong', f.amount_dong, 'reference', 'THU-NGHIEM-' || f.public_id)
              FROM fee_demand f WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL)
        WHEN p_event = 'exemptFee' THEN (
            SELECT jsonb_build_object('demand', f.public_id) FROM fee_demand f WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL)
        WHEN p_event = 'recordExternalNo' THEN jsonb_build_object('externalDossierNo', format('%s/%s', p_dossier.code, p_dossier.seq))
        WHEN p_event = 'handOver' THEN (SELECT jsonb_build_object('receiver', s.name) FROM subject s WHERE s.id = p_dossier.applicant)
        WHEN p_event = 'extend' THEN jsonb_build_object('dueAt', greatest(p_dossier.due_at, now()) + interval '7 days')
        ELSE '{}' END
$$;

-- The agency of the sandbox whose officer takes an edge.
CREATE OR REPLACE FUNCTION sandbox_agency(p_dossier dossier, p_event text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE min(t.agency_scope)
           WHEN 'COMPETENT' THEN p_dossier.competent_agency
           WHEN 'TASK' THEN (SELECT a.agency FROM inter_agency_task a WHERE a.dossier = p_dossier.id AND a.state = 'SENT' ORDER BY a.no LIMIT 1)
           ELSE p_dossier.received_agency END
      FROM dossier_transition t
     WHERE t.event = p_event AND t.from_state = p_dossier.state AND coalesce(t.accepted = (p_dossier.received_at IS NOT NULL), true)
$$;

-- The officer of the sandbox does it: by the rules that hold for any officer, with what it sees and sandbox_event's arguments
-- where p_args says nothing. p_dossier is a locked row of the sandbox.
CREATE OR REPLACE FUNCTION sandbox_play(p_dossier dossier, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE sql VOLATILE SET search_path = motcua, pg_temp AS $$
    SELECT * FROM dossier_event_apply(
        p_dossier, officer_actor((SELECT min(o.id) FROM officer o WHERE o.agency = sandbox_agency(p_dossier, p_event))),
        p_event, p_expected_seq,
        coalesce(sandbox_seen(p_dossier, p_event), '{}') || coalesce((SELECT e.args FROM sandbox_event e WHERE e.event = p_event), '{}') || p_args)
$$;

-- What its procedure says follows the submission of a dossier of the sandbox.
CREATE OR REPLACE FUNCTION sandbox_follow(p_dossier bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_step    sandbox_path;
    v_dossier dossier;
    v_done    record;
BEGIN
    FOR v_step IN SELECT p.* FROM sandbox_path p JOIN procedure_version v ON v.procedure = p.procedure
                    JOIN dossier d ON d.procedure_version = v.id WHERE d.id = p_dossier ORDER BY p.no
    LOOP
        SELECT d.* INTO v_dossier FROM dossier d WHERE d.id = p_dossier;
        SELECT * INTO v_done FROM sandbox_play(v_dossier, v_step.event, v_dossier.seq, v_step.args);
        IF v_done.failure IS NOT NULL THEN
            RAISE EXCEPTION 'the path of a procedure of the sandbox breaks at step %: %', v_step.no, v_done.failure;
        END IF;
    END LOOP;
END $$;

-- Plays the officer for whoever tries the sandbox and may see the dossier. Failures as apply_dossier_event's; NOT_FOUND of
-- a real dossier, whosever. What is no officer's event is nobody's here (NOT_ALLOWED). A null of p_args says nothing.
CREATE OR REPLACE FUNCTION sandbox_advance(p_code text, p_event text, p_expected_seq int, p_args jsonb)
RETURNS TABLE (failure text, dossier_id bigint, event_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_dossier dossier;
BEGIN
    IF (in_sandbox() AND me() IS NOT NULL
        AND (kind() = 'CITIZEN' OR kind() = 'PARTNER' AND 'dossiers.submit' = ANY (scopes()))) IS NOT TRUE THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    IF FOUND AND v_dossier.sandbox THEN
        RETURN QUERY SELECT * FROM sandbox_play(v_dossier, p_event, p_expected_seq, jsonb_strip_nulls(coalesce(p_args, '{}')));
    ELSE
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
    END IF;
END $$;

-- Forgets dossiers of the sandbox to which nothing has happened for 30 days, with all that is about them; at most 1,000 a
-- call. One in the result of a bulk job, or classified, stays as long as that. Gives how many.
CREATE OR REPLACE FUNCTION sandbox_prune() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_old bigint[];
BEGIN
    v_old := ARRAY(SELECT d.id FROM dossier d
                    WHERE d.sandbox AND d.submitted_at < now() - interval '30 days'
                      AND NOT EXISTS (SELECT FROM dossier_event e WHERE e.dossier = d.id AND e.at >= now() - interval '30 days')
                      AND NOT EXISTS (SELECT FROM bulk_item i WHERE i.dossier = d.id)
                      AND NOT EXISTS (SELECT FROM dossier_classification c WHERE c.dossier = d.id)
                    ORDER BY d.submitted_at LIMIT 1000 FOR UPDATE SKIP LOCKED);
    DELETE FROM feed_of_grantee WHERE event IN (SELECT e.id FROM dossier_event e WHERE e.dossier = ANY (v_old));
    DELETE FROM dossier_part WHERE dossier = ANY (v_old);
    DELETE FROM dossier_place WHERE dossier = ANY (v_old);
    DELETE FROM result_file WHERE dossier = ANY (v_old);
    DELETE FROM former_result WHERE dossier = ANY (v_old);
    DELETE FROM fee_demand WHERE dossier = ANY (v_old);
    DELETE FROM inter_agency_task WHERE dossier = ANY (v_old);
    DELETE FROM supplement_item WHERE dossier = ANY (v_old);
    DELETE FROM supplement_request WHERE dossier = ANY (v_old);
    DELETE FROM dossier_event WHERE dossier = ANY (v_old);
    DELETE FROM dossier_grant WHERE dossier = ANY (v_old);
    DELETE FROM dossier_form WHERE dossier = ANY (v_old);
    DELETE FROM dossier WHERE id = ANY (v_old);
    RETURN cardinality(v_old);
END $$;

GRANT EXECUTE ON FUNCTION sandbox_sign_in(uuid, text, text, int) TO app_service;
GRANT EXECUTE ON FUNCTION sandbox_people() TO app_partner;
GRANT EXECUTE ON FUNCTION sandbox_advance(text, text, int, jsonb) TO app_citizen, app_partner;
GRANT EXECUTE ON FUNCTION sandbox_prune() TO app_worker;
RESET ROLE;
