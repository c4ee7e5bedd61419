-- What the national portal sends is kept under its receipt before it is applied (48_portal_inbound.sql). What cannot be applied stays
-- in quarantine with its reason: tried again by itself where time may help (its dossier is still to come, the catalogue is to know its
-- procedure), else by an officer. All messages of a code are done one after the other, so that any order of coming has one end.
-- portal_receive is called by the server for POST /portal/messages as app_partner; portal_retry_due by the worker as app_worker;
-- retry_portal_message by Mutation.retryPortalMessage. Source: DOMAIN §2.3; R5, R30.
SET ROLE motcua_definer;

-- Reasons that time may end.
CREATE OR REPLACE FUNCTION portal_next_try(p_reason text, p_tries int) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_reason IN ('UNKNOWN_PROCEDURE', 'UNKNOWN_AGENCY', 'NOT_COMPETENT', 'UNKNOWN_ORGANISATION', 'NO_DOSSIER', 'NO_DEMAND',
                                  'WITHDRAWAL_OPEN')
                THEN now() + least(interval '1 minute' * 2 ^ least(p_tries, 6), interval '1 hour') END
$$;

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
    IF v_message.state <> 'QUARANTINED' THEN
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
        -- What waits for the decision on a withdrawal leaves its papers.
        IF v_done.reason <> 'WITHDRAWAL_OPEN' THEN
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

-- What tells a message from its repetition: its content. A withdrawal that bears neither a number nor a time of its own is another
-- wish once the one before has been refused.
CREATE OR REPLACE FUNCTION portal_identity(p_kind text, p_body jsonb, p_sha256 bytea) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_refused bigint := 0;
BEGIN
    IF p_kind = 'WITHDRAWAL' AND NOT p_body ?| ARRAY['messageId', 'sentAt'] THEN
        SELECT count(*) INTO v_refused FROM dossier d JOIN dossier_event e ON e.dossier = d.id
         WHERE d.code = p_body->>'code' AND e.event = 'refuseWithdraw';
    END IF;
    RETURN CASE v_refused WHEN 0 THEN p_sha256 ELSE sha256(p_sha256 || int8send(v_refused)) END;
END $$;

-- Keeps a message; NULL: it is known.
CREATE OR REPLACE FUNCTION portal_keep(p_message portal_message) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO portal_message (adapter, code, kind, sha256, body, person, personal_no, personal_no_index, procedure_code, agency_code, reason, next_try_at,
                                amount_dong, reference)
    VALUES ('DVCQG', p_message.code, p_message.kind, p_message.sha256, p_message.body, p_message.person, p_message.personal_no,
            p_message.personal_no_index, p_message.procedure_code, p_message.agency_code, 'NEW', p_message.next_try_at,
            CASE p_message.kind WHEN 'PAYMENT' THEN (p_message.body->>'amountDong')::bigint END, CASE p_message.kind WHEN 'PAYMENT' THEN p_message.body->>'reference' END)
    ON CONFLICT DO NOTHING
    RETURNING id INTO v_id;
    RETURN v_id;
END $$;

-- What was paid with the filing, as a message of its own behind it.
CREATE OR REPLACE FUNCTION portal_keep_payment(p_filing portal_message) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_filing.sha256 := sha256(p_filing.sha256 || 'payment');
    p_filing.body := p_filing.body->'payment' || jsonb_strip_nulls(jsonb_build_object('taxCode', p_filing.body->'taxCode'));
    p_filing.kind := 'PAYMENT';
    p_filing.person := NULL;
    p_filing.personal_no := NULL;
    p_filing.procedure_code := NULL;
    p_filing.next_try_at := now();
    PERFORM portal_keep(p_filing);
END $$;

-- A message. p_body is what the server understood of it (server/portal_message.h): code, procedure, agency, and what its kind
-- needs. p_person is the id to which p_personal_no is sealed. failure: NOT_ALLOWED. Sent again it has the same receipt. unmatched: names
-- of papers that answer nothing that is asked for; they are kept with the dossier.
CREATE OR REPLACE FUNCTION portal_receive(p_kind text, p_body jsonb, p_sha256 bytea, p_person uuid, p_personal_no bytea, p_personal_no_index bytea)
RETURNS TABLE (failure text, receipt uuid, state text, reason text, unmatched text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_message portal_message;
    v_id      bigint;
BEGIN
    IF (kind() = 'PARTNER' AND environment() = 'LIVE' AND 'portal.exchange' = ANY (scopes())
        AND EXISTS (SELECT FROM partner p WHERE p.id = me() AND p.kind = 'PORTAL' AND p.state = 'ACTIVE')) IS NOT TRUE THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid, NULL::text, NULL::text, NULL::text[];
        RETURN;
    END IF;
    v_message.code := p_body->>'code';
    PERFORM pg_advisory_xact_lock(portal_code_key(v_message.code));
    v_message.kind := p_kind;
    v_message.sha256 := portal_identity(p_kind, p_body, p_sha256);
    v_message.body := p_body - '{code,procedure,agency}'::text[];
    v_message.person := p_person;
    v_message.personal_no := p_personal_no;
    v_message.personal_no_index := p_personal_no_index;
    v_message.procedure_code := p_body->>'procedure';
    v_message.agency_code := p_body->>'agency';
    v_id := portal_keep(v_message);
    IF v_id IS NOT NULL THEN
        IF p_body ? 'payment' THEN
            PERFORM portal_keep_payment(v_message);
        END IF;
        PERFORM portal_take_up(v_id);
    END IF;
    RETURN QUERY SELECT NULL::text, m.public_id, m.state, m.reason, m.unmatched FROM portal_message m
                  WHERE m.adapter = 'DVCQG' AND m.code = v_message.code AND m.sha256 = v_message.sha256;
END $$;

-- Of what time may help, the p_limit that have waited longest are tried, with what waits of their codes: at most a second of work. What has
-- waited too long for anybody goes. tried, applied.
CREATE OR REPLACE FUNCTION portal_retry_due(p_limit int) RETURNS TABLE (tried int, applied int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_enough CONSTANT interval := interval '1 s';
    c_expire CONSTANT int := 100;
    v_due    record;
    v_done   record;
BEGIN
    tried := 0;
    applied := 0;
    PERFORM portal_expire(c_expire);
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

-- What waited for what has just happened to its dossier: a fee that is demanded, or a withdrawal that is refused.
CREATE OR REPLACE FUNCTION portal_wake(p_code text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE portal_message m SET next_try_at = now()
     WHERE m.adapter = 'DVCQG' AND m.code = p_code AND m.state = 'QUARANTINED'
       AND m.reason IN ('NO_DEMAND', 'AMOUNT_DIFFERS', 'WITHDRAWAL_OPEN');
END $$;

-- May the caller see the message in quarantine? The policy's rule.
CREATE OR REPLACE FUNCTION is_in_my_quarantine(p_message portal_message) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce(kind() = 'OFFICER' AND me() IS NOT NULL
        AND CASE WHEN p_message.agency IS NULL THEN roles() && ARRAY['ADMINISTRATOR', 'PROCEDURE_CONTROL']
                 ELSE p_message.agency = ANY (agencies()) AND (roles() && ARRAY['INTAKE', 'ADMINISTRATOR', 'PROCEDURE_CONTROL']
                                                               OR p_message.kind = 'PAYMENT' AND 'COUNTER' = ANY (roles())) END, false);
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
