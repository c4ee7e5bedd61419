-- What citizens have filed at the national portal (Cổng Dịch vụ công quốc gia): dossiers, supplements, payments, withdrawals.
-- portal_receive is called by the server for POST /portal/messages as app_partner; portal_retry_due by the worker as app_worker;
-- retry_portal_message by Mutation.retryPortalMessage.
--   Every message is kept under its receipt before it is applied. What cannot be applied stays in quarantine with its reason:
--   tried again by itself where time may help (its dossier is still to come, the catalogue is to know its procedure), else by
--   an officer. All messages of a code are done one after the other, so that any order of coming has one end.
--   Who acts is the applicant, whom the portal has identified (VNeID); a payment is taken note of in the cashier's place.
-- Source: DOMAIN §2.3, §5.2 (D1, D2, D5, D11, D13, D14); R5, R30.
SET ROLE motcua_definer;

-- Reasons that time may end.
CREATE OR REPLACE FUNCTION portal_next_try(p_reason text, p_tries int) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_reason IN ('UNKNOWN_PROCEDURE', 'UNKNOWN_AGENCY', 'NOT_COMPETENT', 'UNKNOWN_ORGANISATION', 'NO_DOSSIER', 'NO_DEMAND')
                THEN now() + least(interval '1 minute' * 2 ^ least(p_tries, 6), interval '1 hour') END
$$;

-- ---- the applicant ----

-- The person of the number, new if need be, or the organisation of the tax code; NULL: an organisation nobody knows.
CREATE OR REPLACE FUNCTION portal_applicant(p_message portal_message) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    IF p_message.body ? 'taxCode' THEN
        RETURN (SELECT o.id FROM organisation o JOIN subject s ON s.id = o.id WHERE o.tax_code = p_message.body->>'taxCode' AND NOT s.sandbox);
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(p_message.personal_no_index, 'hex'), 0));
    SELECT p.id INTO v_id FROM person p WHERE p.personal_no_index = p_message.personal_no_index;
    IF FOUND THEN
        PERFORM FROM subject s WHERE s.id = v_id FOR KEY SHARE;
        IF EXISTS (SELECT FROM erasure e WHERE e.subject = v_id) THEN
            RAISE EXCEPTION 'erased meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN v_id;
    END IF;
    INSERT INTO subject (public_id, kind, name) VALUES (p_message.person, 'PERSON', tidy_text(p_message.body->>'name')) RETURNING id INTO v_id;
    INSERT INTO person (id, born_on, personal_no, personal_no_index)
    VALUES (v_id, (p_message.body->>'bornOn')::date, p_message.personal_no, p_message.personal_no_index);
    PERFORM audit_write('person.make', 'subject:' || p_message.person);
    RETURN v_id;
END $$;

-- The applicant at work.
CREATE OR REPLACE FUNCTION portal_filer(p_applicant bigint) RETURNS dossier_actor
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT ROW('CITIZEN', s.id, s.name, ARRAY[s.id], NULL, NULL, NULL)::dossier_actor FROM subject s WHERE s.id = p_applicant);
END $$;

-- ---- papers ----

CREATE OR REPLACE FUNCTION portal_papers(p_message portal_message, p_dossier dossier) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO portal_paper (dossier, applicant, name, address, kho_id, message)
    SELECT p_dossier.id, p_dossier.applicant, tidy_text(p->>'name'), p->>'address', p->>'khoId', p_message.id
      FROM jsonb_array_elements(array_or_empty(p_message.body->'papers')) AS p
    ON CONFLICT DO NOTHING;
END $$;

-- ---- the kinds: reason NULL is done ----

-- body: filedAt, channel, name, bornOn or taxCode, papers.
CREATE OR REPLACE FUNCTION portal_dossier(p_message portal_message, OUT reason text, OUT dossier bigint)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_filed   timestamptz := least((p_message.body->>'filedAt')::timestamptz, clock_timestamp());
    v_day     date := (v_filed AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_submit  dossier_transition;
    v_version record;
    v_who     bigint;
    v_decides bigint;
    v_dossier dossier;
    v_event   dossier_event;
BEGIN
    SELECT * INTO STRICT v_submit FROM dossier_transition t WHERE t.event = 'submit' AND t.from_state = 'DRAFT';
    -- The portal may name a local variant (1.001193.000.00.00.H56) of what the catalogue has under the national code.
    SELECT v.id, p.access_class INTO v_version
      FROM procedure p JOIN procedure_version v ON v.procedure = p.id AND daterange(v.valid_from, v.valid_to) @> v_day
     WHERE p.code IN (p_message.procedure_code, substring(p_message.procedure_code FROM '^\d\.\d{6}')) AND NOT p.sandbox
     ORDER BY p.code = p_message.procedure_code DESC LIMIT 1;
    reason := CASE WHEN NOT dossier_code_valid(p_message.code) THEN 'BAD_CODE'
                   WHEN EXISTS (SELECT FROM dossier d WHERE d.code = p_message.code) THEN 'CODE_TAKEN'
                   WHEN v_version.id IS NULL THEN 'UNKNOWN_PROCEDURE'
                   WHEN p_message.agency IS NULL THEN 'UNKNOWN_AGENCY' END;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    v_who := portal_applicant(p_message);
    v_decides := (SELECT r.competent FROM dossier_route(v_version.id, p_message.agency, NULL, v_day) AS r);
    reason := CASE WHEN v_who IS NULL THEN 'UNKNOWN_ORGANISATION' WHEN v_decides IS NULL THEN 'NOT_COMPETENT' END;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;

    INSERT INTO dossier (code, procedure_version, applicant, submitter, channel, received_agency, competent_agency, state,
                         submitted_at, seq, access_class)
    VALUES (p_message.code, v_version.id, v_who, v_who, p_message.body->>'channel', p_message.agency, v_decides, v_submit.to_state,
            v_filed, 2, v_version.access_class)
    RETURNING * INTO v_dossier;
    INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, state, acked_at, acked_seq)
    VALUES (p_message.adapter, v_dossier.id, v_who, v_decides, true, 'ACKED', clock_timestamp(), 2);
    v_dossier.seq := 0;
    v_event := dossier_event_append(v_dossier, portal_filer(v_who), 'createDraft', NULL, v_submit.from_state, '{}');
    v_dossier.seq := 1;
    v_event := dossier_event_append(v_dossier, portal_filer(v_who), 'submit', v_submit.from_state, v_submit.to_state, '{}');
    PERFORM dossier_event_tell(v_dossier, v_submit, v_event, '{}');
    PERFORM portal_papers(p_message, v_dossier);
    dossier := v_dossier.id;
END $$;

-- May the portal know of the dossier?
CREATE OR REPLACE FUNCTION portal_may_know(p_message portal_message, p_dossier dossier) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT NOT p_dossier.sandbox AND (p_dossier.access_class = 'OPEN'
        OR EXISTS (SELECT FROM dossier_sync s WHERE s.adapter = p_message.adapter AND s.dossier = p_dossier.id AND s.came_from))
$$;

-- The dossier a message is about, locked, as far as the portal may know of it, and is it the applicant who files?
CREATE OR REPLACE FUNCTION portal_target(p_message portal_message, OUT reason text, OUT target dossier)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    SELECT d.* INTO target FROM dossier d WHERE d.code = p_message.code AND portal_may_know(p_message, d) FOR UPDATE;
    reason := CASE WHEN target.id IS NULL THEN 'NO_DOSSIER'
                   WHEN (SELECT s.terminal FROM dossier_state s WHERE s.id = target.state) THEN 'CLOSED'
                   WHEN p_message.personal_no_index IS NOT NULL
                        AND NOT EXISTS (SELECT FROM person p WHERE p.id = target.applicant AND p.personal_no_index = p_message.personal_no_index)
                     OR p_message.body ? 'taxCode'
                        AND NOT EXISTS (SELECT FROM organisation o WHERE o.id = target.applicant AND o.tax_code = p_message.body->>'taxCode')
                   THEN 'OTHER_APPLICANT' END;
END $$;

-- body: papers. They are added to the dossier; what is asked for and bears the name of one of them is answered by it.
CREATE OR REPLACE FUNCTION portal_supplement(p_message portal_message, OUT reason text, OUT dossier bigint)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_target record;
    v_items  jsonb;
    v_done   record;
BEGIN
    SELECT * INTO v_target FROM portal_target(p_message);
    reason := v_target.reason;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    dossier := (v_target.target).id;
    PERFORM portal_papers(p_message, v_target.target);
    SELECT jsonb_agg(jsonb_build_object('item', m.public_id, 'portalPaper', p.public_id)) INTO v_items
      FROM missing_items(dossier) AS m
     CROSS JOIN LATERAL (SELECT p.public_id FROM portal_paper p
                          WHERE p.message = p_message.id AND search_text(p.name) = search_text(m.name) ORDER BY p.id LIMIT 1) AS p;
    IF v_items IS NULL OR (v_target.target).state NOT IN ('INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED') THEN
        RETURN;
    END IF;
    SELECT * INTO v_done FROM dossier_event_apply(v_target.target, portal_filer((v_target.target).applicant), 'supplement', NULL,
                                                  jsonb_build_object('items', v_items));
    reason := CASE WHEN v_done.failure IS NOT NULL THEN 'NOT_NOW' END;
END $$;

-- body: amountDong, reference. It settles the fee that is demanded, if it is that much.
CREATE OR REPLACE FUNCTION portal_payment(p_message portal_message, OUT reason text, OUT dossier bigint)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_target  record;
    v_dossier dossier;
    v_known   fee_demand;
    v_demand  fee_demand;
    v_cashier dossier_actor;
    v_done    record;
BEGIN
    SELECT * INTO v_target FROM portal_target(p_message);
    v_dossier := v_target.target;
    SELECT f.* INTO v_known FROM fee_demand f WHERE f.reference = tidy_text(p_message.body->>'reference');
    SELECT f.* INTO v_demand FROM fee_demand f WHERE f.dossier = v_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL
     ORDER BY f.no LIMIT 1;
    reason := CASE WHEN v_target.reason IN ('NO_DOSSIER', 'OTHER_APPLICANT') THEN v_target.reason
                   WHEN v_known.dossier = v_dossier.id AND v_known.amount_dong = (p_message.body->>'amountDong')::bigint THEN NULL
                   WHEN v_known.id IS NOT NULL THEN 'REFERENCE_USED'
                   WHEN v_target.reason IS NOT NULL THEN v_target.reason
                   WHEN v_demand.id IS NULL OR v_dossier.state <> 'PAYMENT_REQUIRED' THEN 'NO_DEMAND'
                   WHEN v_demand.amount_dong <> (p_message.body->>'amountDong')::bigint THEN 'AMOUNT_DIFFERS' END;
    IF reason IS NULL AND v_known.id IS NULL THEN
        v_cashier := (SELECT ROW('OFFICER', NULL, a.name_vi, NULL, ARRAY[v_dossier.received_agency, v_dossier.competent_agency],
                                 ARRAY['COUNTER'], true)::dossier_actor FROM adapter a WHERE a.id = p_message.adapter);
        SELECT * INTO v_done FROM dossier_event_apply(v_dossier, v_cashier, 'paid', NULL, jsonb_build_object(
            'demand', v_demand.public_id, 'amountDong', v_demand.amount_dong, 'reference', p_message.body->>'reference'));
        reason := CASE WHEN v_done.failure IS NOT NULL THEN 'NOT_NOW' END;
    END IF;
    IF reason IS NULL THEN
        dossier := v_dossier.id;
    END IF;
END $$;

-- body: note, if there is one. The applicant asks; an officer decides.
CREATE OR REPLACE FUNCTION portal_withdrawal(p_message portal_message, OUT reason text, OUT dossier bigint)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_target record;
    v_done   record;
BEGIN
    SELECT * INTO v_target FROM portal_target(p_message);
    reason := v_target.reason;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    dossier := (v_target.target).id;
    SELECT * INTO v_done FROM dossier_event_apply(v_target.target, portal_filer((v_target.target).applicant), 'requestWithdraw', NULL,
                                                  jsonb_strip_nulls(jsonb_build_object('note', p_message.body->>'note')));
    reason := CASE WHEN v_done.failure IS NOT NULL THEN 'NOT_NOW' END;
END $$;

-- ---- quarantine ----

-- Whose a message is: of the agency that has received the dossier it is about, else of the receiving one that it names.
CREATE OR REPLACE FUNCTION portal_agency(p_message portal_message) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(
        (SELECT d.received_agency FROM dossier d WHERE p_message.kind <> 'DOSSIER' AND d.code = p_message.code AND portal_may_know(p_message, d)),
        (SELECT a.id FROM agency a
          WHERE a.code = p_message.agency_code AND NOT a.sandbox AND 'RECEPTION' = ANY (a.kinds)
            AND daterange(a.valid_from, a.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
$$;

-- Applies a message if it can be applied now. Everything of a try that fails is undone; a database that is busy is the
-- caller's to see.
CREATE OR REPLACE FUNCTION portal_try(p_message bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_message portal_message;
    v_done    record;
BEGIN
    SELECT m.* INTO STRICT v_message FROM portal_message m WHERE m.id = p_message;
    IF v_message.state = 'APPLIED' THEN
        RETURN;
    END IF;
    v_message.agency := portal_agency(v_message);
    BEGIN
        CASE v_message.kind
        WHEN 'DOSSIER' THEN SELECT * INTO v_done FROM portal_dossier(v_message);
        WHEN 'SUPPLEMENT' THEN SELECT * INTO v_done FROM portal_supplement(v_message);
        WHEN 'PAYMENT' THEN SELECT * INTO v_done FROM portal_payment(v_message);
        WHEN 'WITHDRAWAL' THEN SELECT * INTO v_done FROM portal_withdrawal(v_message);
        END CASE;
        IF v_done.reason IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'MC001', MESSAGE = v_done.reason;
        END IF;
    EXCEPTION
        WHEN SQLSTATE 'MC001' THEN NULL;
        WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN RAISE;
        WHEN OTHERS THEN
            RAISE LOG 'portal message % failed: %', v_message.public_id, SQLSTATE;
            SELECT 'REFUSED_BY_DATABASE' AS reason, NULL::bigint AS dossier INTO v_done;
    END;
    IF v_done.reason IS NOT NULL THEN
        UPDATE portal_message m SET reason = v_done.reason, agency = v_message.agency, tries = m.tries + 1,
               next_try_at = portal_next_try(v_done.reason, m.tries)
         WHERE m.id = p_message;
        RETURN;
    END IF;
    UPDATE portal_message m
       SET state = 'APPLIED', reason = NULL, agency = v_message.agency, dossier = v_done.dossier, applied_at = clock_timestamp(), tries = m.tries + 1,
           next_try_at = NULL, body = NULL, person = NULL, personal_no = NULL, personal_no_index = NULL,
           applicant = (SELECT d.applicant FROM dossier d WHERE d.id = v_done.dossier)
     WHERE m.id = p_message;
END $$;

-- Tries a message and what waits of its code with it, where time may help: the dossier first, then in the order in which they came,
-- so that none is done before one that was ahead of it. As many as c_most, the oldest, and the message. Under portal_code_key.
CREATE OR REPLACE FUNCTION portal_take_up(p_message bigint, OUT tried int, OUT applied int)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    c_most CONSTANT int := 50;
    v_ids  bigint[];
    v_id   bigint;
BEGIN
    v_ids := ARRAY(SELECT w.id FROM (
        (SELECT m.id, m.kind FROM portal_message m WHERE m.id = p_message)
        UNION
        (SELECT m.id, m.kind FROM portal_message m JOIN portal_message o ON o.id = p_message AND (o.adapter, o.code) = (m.adapter, m.code)
          WHERE m.state = 'QUARANTINED' AND m.next_try_at IS NOT NULL ORDER BY m.kind <> 'DOSSIER', m.id LIMIT c_most)) AS w
        ORDER BY w.kind <> 'DOSSIER', w.id);
    FOREACH v_id IN ARRAY v_ids
    LOOP
        PERFORM portal_try(v_id);
    END LOOP;
    tried := cardinality(v_ids);
    applied := (SELECT count(*) FROM portal_message m WHERE m.id = ANY (v_ids) AND m.state = 'APPLIED');
END $$;

-- One after the other for each code, whoever does it.
CREATE OR REPLACE FUNCTION portal_code_key(p_code text) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT hashtextextended('portal:' || p_code, 0)
$$;

-- A message. p_body is what the server understood of it (server/portal_message.h): code, procedure, agency, and what its kind
-- needs. p_person is the id to which p_personal_no is sealed. failure: NOT_ALLOWED. Sent again it has the same receipt.
CREATE OR REPLACE FUNCTION portal_receive(p_kind text, p_body jsonb, p_sha256 bytea, p_person uuid, p_personal_no bytea, p_personal_no_index bytea)
RETURNS TABLE (failure text, receipt uuid, state text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_code text := p_body->>'code';
    v_id   bigint;
BEGIN
    IF (kind() = 'PARTNER' AND environment() = 'LIVE' AND 'portal.exchange' = ANY (scopes())
        AND EXISTS (SELECT FROM partner p WHERE p.id = me() AND p.kind = 'PORTAL' AND p.state = 'ACTIVE')) IS NOT TRUE THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid, NULL::text, NULL::text;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(portal_code_key(v_code));
    INSERT INTO portal_message (adapter, code, kind, sha256, body, person, personal_no, personal_no_index, procedure_code, agency_code, reason)
    VALUES ('DVCQG', v_code, p_kind, p_sha256, p_body - '{code,procedure,agency}'::text[], p_person, p_personal_no, p_personal_no_index,
            p_body->>'procedure', p_body->>'agency', 'NEW')
    ON CONFLICT DO NOTHING
    RETURNING id INTO v_id;
    IF FOUND THEN
        PERFORM portal_take_up(v_id);
    END IF;
    RETURN QUERY SELECT NULL::text, m.public_id, m.state, m.reason FROM portal_message m
                  WHERE m.adapter = 'DVCQG' AND m.code = v_code AND m.sha256 = p_sha256;
END $$;

-- Of what time may help, the p_limit that have waited longest are tried, with what waits of their codes: at most a second of work.
-- tried, applied.
CREATE OR REPLACE FUNCTION portal_retry_due(p_limit int) RETURNS TABLE (tried int, applied int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_enough CONSTANT interval := interval '1 s';
    v_due    record;
    v_done   record;
BEGIN
    tried := 0;
    applied := 0;
    FOR v_due IN SELECT min(d.id) AS id, d.code
                   FROM (SELECT m.id, m.code, m.next_try_at FROM portal_message m
                          WHERE m.state = 'QUARANTINED' AND m.next_try_at <= statement_timestamp()
                          ORDER BY m.next_try_at LIMIT least(greatest(p_limit, 1), 1000)) AS d
                  GROUP BY d.code ORDER BY min(d.next_try_at)
    LOOP
        EXIT WHEN clock_timestamp() - statement_timestamp() > c_enough;
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(portal_code_key(v_due.code));
        BEGIN
            SELECT * INTO v_done FROM portal_take_up(v_due.id);
            tried := tried + v_done.tried;
            applied := applied + v_done.applied;
        EXCEPTION WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN NULL;
        END;
    END LOOP;
    RETURN NEXT;
END $$;

-- Of a dossier that now demands a fee, what was paid for it before.
CREATE OR REPLACE FUNCTION portal_wake(p_code text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE portal_message m SET next_try_at = now()
     WHERE m.adapter = 'DVCQG' AND m.code = p_code AND m.state = 'QUARANTINED' AND m.reason = 'NO_DEMAND';
END $$;

-- May the caller see the message in quarantine? The policy's rule.
CREATE OR REPLACE FUNCTION is_in_my_quarantine(p_message portal_message) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce(kind() = 'OFFICER' AND me() IS NOT NULL
        AND CASE WHEN p_message.agency IS NULL THEN roles() && ARRAY['ADMINISTRATOR', 'PROCEDURE_CONTROL']
                 ELSE p_message.agency = ANY (agencies()) AND roles() && ARRAY['INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL'] END, false);
END $$;

-- An officer has it tried again, with what waits of its code: it is applied, or stays in quarantine with what hinders it now.
-- failure: NOT_FOUND, one that is not his to see, or no longer in quarantine. seq is how often it was tried.
CREATE OR REPLACE FUNCTION retry_portal_message(p_message uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_message portal_message;
BEGIN
    PERFORM pg_advisory_xact_lock(portal_code_key(m.code)) FROM portal_message m WHERE m.public_id = p_message;
    SELECT m.* INTO v_message FROM portal_message m WHERE m.public_id = p_message AND m.state = 'QUARANTINED' FOR UPDATE;
    IF NOT FOUND OR NOT is_in_my_quarantine(v_message) THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM portal_take_up(v_message.id);
    PERFORM audit_write('portal.retry', 'portal_message:' || p_message);
    RETURN QUERY SELECT NULL::text, v_message.id, p_message, v_message.tries + 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION portal_receive(text, jsonb, bytea, uuid, bytea, bytea) TO app_partner;
GRANT EXECUTE ON FUNCTION portal_retry_due(int) TO app_worker;
GRANT EXECUTE ON FUNCTION retry_portal_message(uuid) TO app_officer;
RESET ROLE;
