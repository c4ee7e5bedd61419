-- What citizens have filed at the national portal (Cổng Dịch vụ công quốc gia) comes into force: dossiers, supplements, payments,
-- withdrawals, a function each. Called only by portal_try (48_portal_quarantine.sql), which keeps what cannot be applied.
--   Who acts is the applicant, whom the portal has identified (VNeID); a payment is taken note of in the cashier's place.
-- Source: DOMAIN §2.3, §5.2 (D1, D2, D5, D11, D13, D14); R5, R19, R30.
SET ROLE motcua_definer;

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

-- Adds what a message brings to its dossier; one that is there already stays what it is. digitised, reused and fromStore are
-- as the portal says of each.
CREATE OR REPLACE FUNCTION portal_papers(p_message portal_message, p_dossier dossier) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO portal_paper (dossier, applicant, name, address, kho_id, message, source, digitised)
    SELECT p_dossier.id, p_dossier.applicant, tidy_text(p->>'name'), p->>'address', p->>'khoId', p_message.id,
           CASE WHEN p->'fromStore' = 'true' THEN 'DB' WHEN p->'reused' = 'true' THEN 'REUSE' ELSE 'UPLOAD' END,
           coalesce(p->'digitised' = 'true', false)
      FROM jsonb_array_elements(array_or_empty(p_message.body->'papers')) AS p
    ON CONFLICT DO NOTHING;
END $$;

-- The papers a message names, whichever message brought them first. item: what was asked for that the portal says it answers.
CREATE OR REPLACE FUNCTION portal_papers_named(p_message portal_message, p_dossier bigint) RETURNS TABLE (id bigint, public_id uuid, name text, item text)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT q.id, q.public_id, q.name, lower(p->>'item') FROM jsonb_array_elements(array_or_empty(p_message.body->'papers')) AS p
      JOIN portal_paper q ON q.dossier = p_dossier AND q.name = tidy_text(p->>'name')
       AND q.address IS NOT DISTINCT FROM p->>'address' AND q.kho_id IS NOT DISTINCT FROM p->>'khoId';
END $$;

-- By what names of papers are compared: no accents, no ending of a file, one space for whatever stands between words.
CREATE OR REPLACE FUNCTION paper_name_key(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT nullif(btrim(regexp_replace(regexp_replace(search_text(p_name), '\.(pdf|jpe?g|png|heic|tiff?|docx?|xlsx?|zip|rar|xml)$', ''),
                                       '[^a-z0-9]+', ' ', 'g')), '')
$$;

-- Papers came that nobody had asked for, or under names that nothing asked for bears: the dossier's people and who has it in hand
-- are told. p_dossier is the locked row.
CREATE OR REPLACE FUNCTION portal_papers_tell(p_dossier dossier, p_note text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_event dossier_event;
BEGIN
    v_event := dossier_event_append(p_dossier, portal_filer(p_dossier.applicant), 'papersReceived', p_dossier.state, p_dossier.state,
                                    jsonb_build_object('note', p_note));
    UPDATE dossier SET seq = v_event.seq WHERE id = p_dossier.id;
    INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
    VALUES ('DOSSIER_EVENT', v_event.id, v_event.seq, p_dossier.public_id,
            jsonb_build_object('dossier', p_dossier.id, 'event', v_event.event, 'template', 'dossier.papersReceived', 'class', 'C'));
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
    PERFORM fee_due(v_dossier.id, v_event.id, 'RECEPTION');
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

-- body: papers. They are the dossier's from now on. What is asked for and bears the name of one of them, or is named by it, is answered by it; of the
-- others an event tells, and unmatched of the message. While a withdrawal is asked for nothing can be answered: what would answer then
-- waits for the decision (WITHDRAWAL_OPEN), though its papers are there at once.
CREATE OR REPLACE FUNCTION portal_supplement(p_message portal_message, OUT reason text, OUT dossier bigint)
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_target  record;
    v_dossier dossier;
    v_items   jsonb;
    v_others  text[];
    v_done    record;
BEGIN
    SELECT * INTO v_target FROM portal_target(p_message);
    v_dossier := v_target.target;
    -- One that waited for the decision has handed in what it had.
    reason := CASE WHEN v_target.reason <> 'CLOSED' OR p_message.unmatched IS NULL THEN v_target.reason END;
    IF reason IS NOT NULL THEN
        RETURN;
    END IF;
    dossier := v_dossier.id;
    PERFORM portal_papers(p_message, v_dossier);
    SELECT jsonb_agg(jsonb_build_object('item', m.public_id, 'portalPaper', p.public_id)) INTO v_items
      FROM missing_items(v_dossier.id) AS m
     CROSS JOIN LATERAL (SELECT p.public_id FROM portal_papers_named(p_message, v_dossier.id) AS p
                          WHERE p.item = m.public_id::text OR paper_name_key(p.name) = paper_name_key(m.name)
                          ORDER BY p.item = m.public_id::text DESC NULLS LAST, p.id LIMIT 1) AS p;
    v_others := ARRAY(SELECT p.name FROM portal_papers_named(p_message, v_dossier.id) AS p
                       WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(v_items) AS i WHERE i->>'portalPaper' = p.public_id::text) ORDER BY p.id);
    IF v_items IS NOT NULL AND v_dossier.state IN ('INTAKE_SUPPLEMENT', 'SUPPLEMENT_REQUIRED') THEN
        SELECT * INTO v_done FROM dossier_event_apply(v_dossier, portal_filer(v_dossier.applicant), 'supplement', NULL, jsonb_build_object(
            'items', v_items, 'note', CASE WHEN v_others <> '{}' THEN left('Nộp thêm tại Cổng Dịch vụ công quốc gia: ' || array_to_string(v_others, '; '), 2000) END));
        reason := CASE WHEN v_done.failure IS NOT NULL THEN 'NOT_NOW' END;
    ELSIF p_message.unmatched IS NULL THEN
        PERFORM portal_papers_tell(v_dossier, left('Nộp tại Cổng Dịch vụ công quốc gia: ' || (
            SELECT string_agg(p.name, '; ' ORDER BY p.id) FROM portal_papers_named(p_message, v_dossier.id) AS p), 2000));
    END IF;
    reason := coalesce(reason, CASE WHEN v_items IS NOT NULL AND v_dossier.state = 'WITHDRAW_REQUESTED' THEN 'WITHDRAWAL_OPEN' END);
    UPDATE portal_message m SET unmatched = v_others WHERE m.id = p_message.id;
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
                   WHEN v_demand.id IS NULL OR v_dossier.state NOT IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'PAYMENT_REQUIRED', 'COMPLETED') THEN 'NO_DEMAND'
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
RESET ROLE;
