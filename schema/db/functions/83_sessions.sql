-- Sessions: opened by a sign-in, refreshed, stepped up, ended; and the changes that every server process mirrors.
-- Called by the server as app_service (sign_in_find, sign_in, session_viewer, session_changes, refresh_session, step_up)
-- and by Mutation.endSession and endOtherSessions as the viewer. rights_changed and session_end are for other functions.
-- Source: SECURITY §2.2 (refresh reuse: RFC 9700, FAPI 2 on retries), ARCHITECTURE §3.2.
SET ROLE motcua_definer;

-- p_principal: OFFICER:<id> or SUBJECT:<id>. Its sessions are read anew, everywhere, within a second of the commit.
CREATE OR REPLACE FUNCTION rights_changed(p_principal text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_id    bigint := split_part(p_principal, ':', 2)::bigint;
    v_epoch bigint;
BEGIN
    IF p_principal LIKE 'OFFICER:%' THEN
        UPDATE officer SET rights_epoch = rights_epoch + 1 WHERE id = v_id RETURNING rights_epoch INTO v_epoch;
    ELSE
        UPDATE subject SET rights_epoch = rights_epoch + 1 WHERE id = v_id RETURNING rights_epoch INTO v_epoch;
    END IF;
    INSERT INTO session_change (principal, epoch) SELECT p_principal, v_epoch WHERE v_epoch IS NOT NULL;
END $$;

-- True when it stood until now.
CREATE OR REPLACE FUNCTION session_end(p_session uuid, p_why text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE session SET ended_at = now(), ended_why = p_why WHERE id = p_session AND ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO session_change (session) VALUES (p_session);
    PERFORM audit_write('session.end', 'session:' || p_session, jsonb_build_object('why', p_why));
    RETURN true;
END $$;

-- Who a session is; no row when it has ended. rights_until: when the clock alone changes its rights; NULL: never.
-- Notes, at most every five minutes, that it was seen.
CREATE OR REPLACE FUNCTION session_viewer(p_session uuid)
RETURNS TABLE (session uuid, kind text, me bigint, id uuid, subjects text, agencies text, roles text, name text,
               locale text, scopes text, environment text, epoch bigint, expires_at timestamptz, rights_until timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE session SET last_seen_at = now()
     WHERE id = p_session AND ended_at IS NULL AND last_seen_at < now() - interval '5 minutes';
    RETURN QUERY
    SELECT s.id, s.kind, coalesce(s.subject, s.officer), coalesce(u.public_id, o.public_id),
           CASE WHEN s.kind = 'PARTNER' AND s.environment = 'TEST' THEN sandbox_subjects(s.subject)
                WHEN s.kind <> 'OFFICER' THEN subjects_of(s.subject) ELSE '' END,
           coalesce(r.agencies, ''), coalesce(r.roles, ''), coalesce(u.name, o.name), coalesce(u.locale, o.locale),
           array_to_string(s.scopes, ' '), s.environment, coalesce(u.rights_epoch, o.rights_epoch), s.expires_at,
           CASE s.kind WHEN 'OFFICER' THEN r.until ELSE (SELECT min(t.until) FROM seat t
               WHERE t.person = s.subject AND t.role = 'ADMINISTRATOR' AND t.withdrawn_at IS NULL AND t.until > now()) END
      FROM session s
      LEFT JOIN subject u ON u.id = s.subject
      LEFT JOIN officer o ON o.id = s.officer
      LEFT JOIN LATERAL rights_of(s.officer) AS r ON s.officer IS NOT NULL
     WHERE s.id = p_session AND s.ended_at IS NULL AND s.expires_at > now();
END $$;

-- Ended sessions and changed rights of the last p_seconds, oldest first.
CREATE OR REPLACE FUNCTION session_changes(p_seconds int)
RETURNS TABLE (no bigint, session uuid, principal text, epoch bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT no, session, principal, epoch FROM session_change
     WHERE at > statement_timestamp() - make_interval(secs => p_seconds) ORDER BY at, no
$$;

-- What a sign-in is about, before it is written: the session it has opened already (its answer was lost within the last
-- 30 s), and the public id of the person or officer, which the sealed number is bound to. One row, always.
CREATE OR REPLACE FUNCTION sign_in_find(p_opened_by bytea, p_people text, p_issuer text, p_issuer_subject text,
                                        p_personal_no_index bytea)
RETURNS TABLE (session uuid, public_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT (SELECT s.id FROM session s
             WHERE s.opened_by = p_opened_by AND s.ended_at IS NULL AND s.refresh_generation = 1
               AND s.created_at > now() - interval '30 seconds'),
           CASE p_people
           WHEN 'OFFICERS' THEN coalesce(
               (SELECT o.public_id FROM officer o WHERE o.personal_no_index = p_personal_no_index),
               (SELECT o.public_id FROM identity_link l JOIN officer o ON o.id = l.officer
                 WHERE (l.issuer, l.issuer_subject) = (p_issuer, p_issuer_subject)))
           ELSE coalesce(
               (SELECT s.public_id FROM person p JOIN subject s ON s.id = p.id WHERE p.personal_no_index = p_personal_no_index),
               (SELECT s.public_id FROM identity_link l JOIN subject s ON s.id = l.subject
                 WHERE (l.issuer, l.issuer_subject) = (p_issuer, p_issuer_subject))) END
$$;

-- The person of a personal number: known by it, else by the issuer's word from before the number was kept, else new.
-- NULL: the issuer's subject is here somebody of another number.
CREATE OR REPLACE FUNCTION sign_in_person(p_identity jsonb, p_personal_no bytea, p_personal_no_index bytea)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_issuer text := p_identity->>'issuer';
    v_issuer_subject text := p_identity->>'subject';
    v_person person;
    v_id     bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(p_personal_no_index, 'hex'), 0));
    SELECT * INTO v_person FROM person WHERE personal_no_index = p_personal_no_index;
    IF NOT FOUND THEN
        SELECT p.* INTO v_person FROM identity_link l JOIN person p ON p.id = l.subject
         WHERE (l.issuer, l.issuer_subject) = (v_issuer, v_issuer_subject);
        IF v_person.personal_no_index IS NOT NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    v_id := v_person.id;
    -- Whoever is erased at this moment is nobody to sign in as: the next try makes somebody new.
    IF v_id IS NOT NULL THEN
        PERFORM FROM subject s WHERE s.id = v_id FOR KEY SHARE;
        IF EXISTS (SELECT FROM erasure e WHERE e.subject = v_id) THEN
            RAISE EXCEPTION 'erased meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    IF v_id IS NULL THEN
        INSERT INTO subject (public_id, kind, name) VALUES ((p_identity->>'publicId')::uuid, 'PERSON', normalize(p_identity->>'name', NFC))
        RETURNING id INTO v_id;
        INSERT INTO person (id, born_on, personal_no, personal_no_index)
        VALUES (v_id, (p_identity->>'bornOn')::date, p_personal_no, p_personal_no_index);
    ELSE
        -- Version and key id stand in front: what an older key has sealed is sealed anew.
        UPDATE person SET personal_no = p_personal_no, personal_no_index = p_personal_no_index
         WHERE id = v_id AND (personal_no IS NULL OR substring(personal_no FROM 1 FOR 3) <> substring(p_personal_no FROM 1 FOR 3));
    END IF;
    INSERT INTO identity_link (issuer, issuer_subject, subject) VALUES (v_issuer, v_issuer_subject, v_id)
    ON CONFLICT DO NOTHING;
    PERFORM results_claim(v_id);
    RETURN v_id;
END $$;

-- The officer of a personal number, never a new one: NULL when nobody has appointed one.
CREATE OR REPLACE FUNCTION sign_in_officer(p_identity jsonb, p_personal_no bytea, p_personal_no_index bytea)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_officer officer;
BEGIN
    SELECT * INTO v_officer FROM officer WHERE personal_no_index = p_personal_no_index;
    IF NOT FOUND THEN
        SELECT o.* INTO v_officer FROM identity_link l JOIN officer o ON o.id = l.officer
         WHERE (l.issuer, l.issuer_subject) = (p_identity->>'issuer', p_identity->>'subject');
        IF v_officer.id IS NULL OR v_officer.personal_no_index IS NOT NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    UPDATE officer SET personal_no = p_personal_no, personal_no_index = p_personal_no_index
     WHERE id = v_officer.id
       AND (personal_no IS NULL OR substring(personal_no FROM 1 FOR 3) <> substring(p_personal_no FROM 1 FOR 3));
    INSERT INTO identity_link (issuer, issuer_subject, officer)
    VALUES (p_identity->>'issuer', p_identity->>'subject', v_officer.id)
    ON CONFLICT DO NOTHING;
    RETURN v_officer.id;
END $$;

-- p_identity: people (CITIZENS, OFFICERS), issuer, subject, publicId, name, bornOn, secondFactor (boolean), device,
-- lifeSeconds. failure is NULL or NOT_ALLOWED. Of more than 50 sessions of one person the oldest ends.
CREATE OR REPLACE FUNCTION sign_in(p_identity jsonb, p_opened_by bytea, p_personal_no bytea, p_personal_no_index bytea)
RETURNS TABLE (failure text, session uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_officer bigint;
    v_subject bigint;
    v_session uuid;
BEGIN
    IF p_identity->>'people' = 'OFFICERS' THEN
        v_officer := sign_in_officer(p_identity, p_personal_no, p_personal_no_index);
    ELSE
        v_subject := sign_in_person(p_identity, p_personal_no, p_personal_no_index);
    END IF;
    IF num_nonnulls(v_officer, v_subject) = 0 THEN
        PERFORM audit_write('session.refuse', 'issuer:' || (p_identity->>'issuer'));
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid;
        RETURN;
    END IF;
    PERFORM session_end(id, 'TOO_MANY') FROM (
        SELECT id FROM session WHERE (subject = v_subject AND kind = 'CITIZEN' OR officer = v_officer) AND ended_at IS NULL
         ORDER BY created_at DESC, id OFFSET 49) AS older;
    INSERT INTO session (kind, subject, officer, device, opened_by, expires_at, stepped_up_at)
    VALUES (CASE WHEN v_officer IS NULL THEN 'CITIZEN' ELSE 'OFFICER' END, v_subject, v_officer, normalize(p_identity->>'device', NFC),
            p_opened_by, now() + make_interval(secs => (p_identity->>'lifeSeconds')::int),
            CASE WHEN (p_identity->>'secondFactor')::boolean THEN now() END)
    RETURNING id INTO v_session;
    PERFORM audit_write('session.open', 'session:' || v_session, jsonb_build_object('issuer', p_identity->>'issuer'));
    RETURN QUERY SELECT NULL::text, v_session;
END $$;

-- generation: of the refresh token that counts from now on. The token before it is honoured for 30 s with the same
-- successor, since answers get lost on mobile lines; any older one ends the session, and its person is told.
CREATE OR REPLACE FUNCTION refresh_session(p_session uuid, p_generation int)
RETURNS TABLE (failure text, session uuid, generation int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_session session;
BEGIN
    SELECT * INTO v_session FROM session s
     WHERE s.id = p_session AND s.ended_at IS NULL AND s.expires_at > now() AND s.kind <> 'PARTNER' FOR UPDATE;
    IF p_generation = v_session.refresh_generation THEN
        UPDATE session SET refresh_generation = p_generation + 1, refreshed_at = now(), last_seen_at = now()
         WHERE id = p_session;
        RETURN QUERY SELECT NULL::text, p_session, p_generation + 1;
    ELSIF p_generation = v_session.refresh_generation - 1 AND v_session.refreshed_at > now() - interval '30 seconds' THEN
        RETURN QUERY SELECT NULL::text, p_session, v_session.refresh_generation;
    ELSE
        IF p_generation < v_session.refresh_generation AND session_end(p_session, 'REFRESH_REUSED') THEN
            INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
            SELECT 'ACCOUNT', uuid_v7(), 1, p_session,
                   jsonb_build_object('subject', v_session.subject, 'officer', v_session.officer,
                                      'template', 'account.sessionReused', 'class', 'A');
        END IF;
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid, NULL::int;
    END IF;
END $$;

-- The same person as the session's has just shown a second factor to the issuer. True when it was.
CREATE OR REPLACE FUNCTION step_up(p_session uuid, p_personal_no_index bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE session s SET stepped_up_at = now(), last_seen_at = now()
     WHERE s.id = p_session AND s.ended_at IS NULL AND s.expires_at > now()
       AND p_personal_no_index = coalesce((SELECT o.personal_no_index FROM officer o WHERE o.id = s.officer),
                                          (SELECT p.personal_no_index FROM person p WHERE p.id = s.subject));
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM audit_write('session.step_up', 'session:' || p_session);
    RETURN true;
END $$;

-- Did the caller's session show a second factor within the last 15 minutes?
CREATE OR REPLACE FUNCTION stepped_up() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM session WHERE id = current_session() AND ended_at IS NULL
                      AND stepped_up_at > now() - interval '15 minutes')
$$;

-- One session of the caller; the one it came with when p_session is NULL. failure is NULL or NOT_FOUND.
CREATE OR REPLACE FUNCTION end_session(p_session uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_session uuid := coalesce(p_session, current_session());
BEGIN
    IF EXISTS (SELECT FROM session s WHERE s.id = v_session AND s.kind = kind()
                  AND me() = CASE kind() WHEN 'OFFICER' THEN s.officer ELSE s.subject END)
       AND session_end(v_session, 'SIGNED_OUT') THEN
        RETURN QUERY SELECT NULL::text, 0::bigint, v_session, 1, NULL::jsonb;
    ELSE
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
    END IF;
END $$;

-- All sessions of the caller but the one it came with; seq is how many.
CREATE OR REPLACE FUNCTION end_other_sessions()
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_count int;
BEGIN
    IF current_session() IS NULL OR kind() NOT IN ('CITIZEN', 'OFFICER') OR me() IS NULL THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE session_end(s.id, 'SIGNED_OUT_ELSEWHERE')) INTO v_count FROM session s
     WHERE (kind() = 'OFFICER' AND s.officer = me() OR kind() <> 'OFFICER' AND s.subject = me())
       AND s.kind = kind() AND s.ended_at IS NULL AND s.id <> current_session();
    RETURN QUERY SELECT NULL::text, 0::bigint, current_session(), v_count, NULL::jsonb;
END $$;

-- Forgets sessions that ended or ran out 30 days ago and changes everybody has seen; at most 10,000 of each a call.
CREATE OR REPLACE FUNCTION sessions_prune() RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH changes AS (
        DELETE FROM session_change WHERE no = ANY (ARRAY(
            SELECT no FROM session_change WHERE at < now() - interval '1 hour' LIMIT 10000))
        RETURNING 1
    ), gone AS (
        DELETE FROM session WHERE id = ANY (ARRAY(
            SELECT id FROM session WHERE least(expires_at, ended_at) < now() - interval '30 days' LIMIT 10000))
        RETURNING 1)
    SELECT ((SELECT count(*) FROM gone) + (SELECT count(*) FROM changes))::int
$$;

GRANT EXECUTE ON FUNCTION session_viewer(uuid), session_changes(int), sign_in_find(bytea, text, text, text, bytea),
    sign_in(jsonb, bytea, bytea, bytea), refresh_session(uuid, int), step_up(uuid, bytea) TO app_service;
GRANT EXECUTE ON FUNCTION end_session(uuid), end_other_sessions() TO app_citizen, app_officer;
GRANT EXECUTE ON FUNCTION sessions_prune() TO app_worker;
RESET ROLE;
