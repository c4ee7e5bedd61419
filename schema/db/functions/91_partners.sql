-- Partners: their keys, uploaded, found, revoked; the sessions opened by them; suspension.
-- Called by the server as app_service (partner_key_find, partner_session: /oauth/token; partner_set_state: motcua-server
-- partner) and by Mutation.addPartnerKey and revokePartnerKey as the viewer: an administrator of the organisation, or the
-- partner itself, to change keys. partner_refusal, partner_named and partner_is_active are for other functions.
-- Source: RFC 7523, RFC 6749.
SET ROLE motcua_definer;

-- A key that counts now; no row for any other.
CREATE OR REPLACE FUNCTION partner_key_find(p_client text, p_kid text)
RETURNS TABLE (key uuid, jwk text, scopes text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_client !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT k.id, k.jwk, array_to_string(k.scopes, ' ')
      FROM subject s JOIN partner p ON p.id = s.id JOIN partner_key k ON k.partner = p.id
     WHERE s.public_id = p_client::uuid AND p.state = 'ACTIVE'
       AND k.kid = p_kid AND k.revoked_at IS NULL AND k.expires_at > now();
END $$;

-- The session of a key for these scopes, opened when there is none; all the key's when p_scopes is empty. failure is
-- NULL, NOT_ALLOWED (the key or the session has ended) or SCOPE (more than the key may).
CREATE OR REPLACE FUNCTION partner_session(p_key uuid, p_scopes text)
RETURNS TABLE (failure text, session uuid, scopes text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_key     partner_key;
    v_scopes  text[] := ARRAY(SELECT DISTINCT s FROM unnest(string_to_array(p_scopes, ' ')) AS s WHERE s <> '' ORDER BY s);
    v_session uuid;
BEGIN
    -- Shared with others that open, held off by one that revokes or suspends.
    SELECT k.* INTO v_key FROM partner_key k JOIN partner p ON p.id = k.partner
     WHERE k.id = p_key AND p.state = 'ACTIVE' AND k.revoked_at IS NULL AND k.expires_at > now()
       FOR SHARE OF k, p;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid, NULL::text;
        RETURN;
    END IF;
    IF v_scopes = '{}' THEN
        v_scopes := ARRAY(SELECT DISTINCT s FROM unnest(v_key.scopes) AS s ORDER BY s);
    END IF;
    IF NOT v_scopes <@ v_key.scopes THEN
        RETURN QUERY SELECT 'SCOPE', NULL::uuid, NULL::text;
        RETURN;
    END IF;
    INSERT INTO session (kind, subject, partner_key, scopes, environment, device, expires_at)
    VALUES ('PARTNER', v_key.partner, p_key, v_scopes, v_key.environment, v_key.kid, v_key.expires_at)
    ON CONFLICT (partner_key, scopes) WHERE ended_at IS NULL DO NOTHING
    RETURNING id INTO v_session;
    IF FOUND THEN
        PERFORM audit_write('session.open', 'session:' || v_session, jsonb_build_object('partnerKey', p_key));
    ELSE
        SELECT s.id INTO v_session FROM session s
         WHERE s.partner_key = p_key AND s.scopes = v_scopes AND s.ended_at IS NULL AND s.expires_at > now();
    END IF;
    RETURN QUERY SELECT CASE WHEN v_session IS NULL THEN 'NOT_ALLOWED' END, v_session,
                        CASE WHEN v_session IS NOT NULL THEN array_to_string(v_scopes, ' ') END;
END $$;

-- May the caller administer this organisation as a partner, in one of these environments? NULL: yes, else the failure. A
-- key does so by a scope and in its own environment only: who has found a test key gains nothing where it counts.
DROP FUNCTION IF EXISTS partner_keys_refusal(bigint, text);
CREATE OR REPLACE FUNCTION partner_refusal(p_organisation bigint, p_environments text[], p_scope text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT CASE kind()
        WHEN 'PARTNER' THEN CASE WHEN p_organisation IS DISTINCT FROM me() THEN 'NOT_FOUND'
            WHEN NOT EXISTS (SELECT FROM session s WHERE s.id = current_session() AND s.ended_at IS NULL AND s.subject = me()
                                AND s.environment = ANY (p_environments) AND p_scope = ANY (s.scopes)) THEN 'NOT_ALLOWED' END
        WHEN 'CITIZEN' THEN CASE WHEN NOT administers(p_organisation) THEN 'NOT_FOUND'
            WHEN in_sandbox() THEN 'NOT_ALLOWED'
            WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END
        ELSE 'NOT_ALLOWED' END
$$;

-- The organisation of this tax code; without one, the partner that asks. NULL: none.
CREATE OR REPLACE FUNCTION partner_named(p_tax_code text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT o.id FROM organisation o WHERE o.tax_code = p_tax_code
    UNION ALL
    SELECT o.id FROM organisation o WHERE p_tax_code IS NULL AND o.id = me() AND kind() = 'PARTNER'
$$;

CREATE OR REPLACE FUNCTION partner_is_active(p_partner bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM partner WHERE id = p_partner AND state = 'ACTIVE')
$$;

-- p_key: taxCode (absent: the partner that asks), jwk, environment, scopes, expiresAt. The first key makes the
-- organisation a partner. The server has parsed the key; what is wrong with the rest comes as problems.
CREATE OR REPLACE FUNCTION add_partner_key(p_key jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_organisation bigint := partner_named(p_key->>'taxCode');
    v_environment text := p_key->>'environment';
    v_kid         text := p_key->'jwk'->>'kid';
    v_scopes      text[] := ARRAY(SELECT DISTINCT s FROM jsonb_array_elements_text(p_key->'scopes') AS s ORDER BY s);
    v_expires_at  timestamptz := coalesce((p_key->>'expiresAt')::timestamptz, now() + interval '1 year');
    v_failure     text;
    v_problems    jsonb;
    v_id          uuid;
    v_no          bigint;
BEGIN
    v_failure := partner_refusal(v_organisation, ARRAY[v_environment], 'keys.manage');
    -- A new key may do what the one that adds it may, at most.
    IF v_failure IS NULL
       AND (EXISTS (SELECT FROM partner p WHERE p.id = v_organisation AND p.state <> 'ACTIVE')
            OR kind() = 'PARTNER' AND (v_scopes <@ (SELECT k.scopes FROM session s JOIN partner_key k ON k.id = s.partner_key
                                                     WHERE s.id = current_session())) IS NOT TRUE) THEN
        v_failure := 'NOT_ALLOWED';
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;

    PERFORM pg_advisory_xact_lock(hashtextextended('partner:' || v_organisation, 0));
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (v_kid ~ '^[A-Za-z0-9._-]{1,64}$', 'jwk', 'Khóa phải có kid gồm 1 đến 64 ký tự A-Z a-z 0-9 . _ -.',
         'The key has a kid of 1 to 64 characters of A-Z a-z 0-9 . _ -.'),
        (length((p_key->'jwk')::text) <= 4096, 'jwk', 'Khóa quá dài.', 'The key is too long.'),
        (NOT EXISTS (SELECT FROM partner_key k WHERE k.partner = v_organisation AND k.kid = v_kid), 'jwk',
         'kid này đã được dùng.', 'This kid has been used before.'),
        (v_environment IN ('LIVE', 'TEST', 'TEAM'), 'environment', 'Môi trường phải là LIVE, TEST hoặc TEAM.',
         'The environment is LIVE, TEST or TEAM.'),
        (v_scopes <> '{}' AND v_scopes <@ ARRAY['dossiers.read', 'dossiers.submit', 'events.read', 'keys.manage', 'webhooks.manage', 'portal.exchange'],
         'scopes', 'Có phạm vi không tồn tại, hoặc chưa chọn phạm vi nào.', 'A scope is unknown, or there is none.'),
        (NOT 'portal.exchange' = ANY (v_scopes) OR v_environment = 'LIVE' AND EXISTS (SELECT FROM partner p WHERE p.id = v_organisation AND p.kind = 'PORTAL'),
         'scopes', 'Phạm vi portal.exchange chỉ dành cho khóa LIVE của hệ thống nhà nước đã được cho phép.',
         'The scope portal.exchange is for live keys of a state system that the operator has let in.'),
        (v_expires_at > now() AND v_expires_at <= now() + interval '2 years', 'expiresAt',
         'Khóa phải hết hạn trong vòng hai năm tới.', 'A key runs out within the next two years.'),
        ((SELECT count(*) < 20 FROM partner_key k
           WHERE k.partner = v_organisation AND k.revoked_at IS NULL AND k.expires_at > now()), 'jwk',
         'Mỗi đối tác chỉ có tối đa 20 khóa đang dùng.', 'A partner has at most 20 keys in use.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    INSERT INTO partner (id) VALUES (v_organisation) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM audit_write('partner.sign_up', 'partner:' || (SELECT s.public_id FROM subject s WHERE s.id = v_organisation));
    END IF;
    INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
    VALUES (v_organisation, v_kid, (p_key->'jwk')::text, v_environment, v_scopes, v_expires_at)
    RETURNING id, no INTO v_id, v_no;
    PERFORM audit_write('partner_key.add', 'partner_key:' || v_id,
                        jsonb_build_object('environment', v_environment, 'scopes', v_scopes, 'expiresAt', v_expires_at));
    RETURN QUERY SELECT NULL::text, v_no, v_id, 1, NULL::jsonb;
END $$;

-- Ends the key for ever and every session opened by it, those of people of the sandbox, too; seq is how many.
CREATE OR REPLACE FUNCTION revoke_partner_key(p_key uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_key     partner_key;
    v_failure text;
    v_count   int;
BEGIN
    SELECT * INTO v_key FROM partner_key k WHERE k.id = p_key AND k.revoked_at IS NULL FOR UPDATE;
    v_failure := partner_refusal(v_key.partner, ARRAY[v_key.environment], 'keys.manage');
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    UPDATE partner_key SET revoked_at = now() WHERE id = p_key;
    PERFORM audit_write('partner_key.revoke', 'partner_key:' || p_key);
    SELECT count(*) FILTER (WHERE session_end(s.id, 'KEY_REVOKED')) INTO v_count
      FROM session s WHERE (s.partner_key = p_key OR s.sandbox_key = p_key) AND s.ended_at IS NULL;
    RETURN QUERY SELECT NULL::text, v_key.no, p_key, v_count, NULL::jsonb;
END $$;

-- p_tax_code: of a partner; p_state: SUSPENDED or ACTIVE. A suspended partner's keys count no more and all its sessions
-- end, those of its people of the sandbox too; when it is resumed, its keys open new ones. failure is NULL, NOT_FOUND, or STALE_STATE: it is so already.
CREATE OR REPLACE FUNCTION partner_set_state(p_tax_code text, p_state text) RETURNS TABLE (failure text, sessions int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_partner partner;
    v_count   int;
BEGIN
    SELECT p.* INTO v_partner FROM organisation o JOIN partner p ON p.id = o.id WHERE o.tax_code = p_tax_code FOR UPDATE OF p;
    IF NOT FOUND OR v_partner.state = p_state THEN
        RETURN QUERY SELECT CASE WHEN v_partner.id IS NULL THEN 'NOT_FOUND' ELSE 'STALE_STATE' END, NULL::int;
        RETURN;
    END IF;
    UPDATE partner SET state = p_state WHERE id = v_partner.id;
    SELECT count(*) FILTER (WHERE session_end(s.id, 'SUSPENDED')) INTO v_count FROM session s
     WHERE (s.subject = v_partner.id AND s.kind = 'PARTNER' OR s.sandbox_partner = v_partner.id) AND s.ended_at IS NULL
       AND p_state = 'SUSPENDED';
    PERFORM audit_write(CASE p_state WHEN 'SUSPENDED' THEN 'partner.suspend' ELSE 'partner.resume' END,
                        'partner:' || (SELECT u.public_id FROM subject u WHERE u.id = v_partner.id), jsonb_build_object('sessions', v_count));
    RETURN QUERY SELECT NULL::text, v_count;
END $$;

-- Makes an organisation a partner of kind PORTAL, whose keys may hand in what citizens filed elsewhere; or an ordinary one
-- again, whose sessions by such keys end. failure as partner_set_state's.
CREATE OR REPLACE FUNCTION partner_set_kind(p_tax_code text, p_kind text) RETURNS TABLE (failure text, sessions int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_organisation bigint := (SELECT o.id FROM organisation o WHERE o.tax_code = p_tax_code);
    v_count        int;
BEGIN
    INSERT INTO partner (id) SELECT v_organisation WHERE v_organisation IS NOT NULL ON CONFLICT DO NOTHING;
    UPDATE partner SET kind = p_kind WHERE id = v_organisation AND kind <> p_kind;
    IF NOT FOUND THEN
        RETURN QUERY SELECT CASE WHEN v_organisation IS NULL THEN 'NOT_FOUND' ELSE 'STALE_STATE' END, NULL::int;
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE session_end(s.id, 'KIND_CHANGED')) INTO v_count FROM session s
     WHERE s.subject = v_organisation AND s.kind = 'PARTNER' AND s.ended_at IS NULL AND 'portal.exchange' = ANY (s.scopes) AND p_kind <> 'PORTAL';
    PERFORM audit_write('partner.kind', 'partner:' || (SELECT u.public_id FROM subject u WHERE u.id = v_organisation), jsonb_build_object('kind', p_kind));
    RETURN QUERY SELECT NULL::text, v_count;
END $$;

GRANT EXECUTE ON FUNCTION partner_key_find(text, text), partner_session(uuid, text), partner_set_state(text, text), partner_set_kind(text, text) TO app_service;
GRANT EXECUTE ON FUNCTION add_partner_key(jsonb), revoke_partner_key(uuid) TO app_citizen, app_partner;
RESET ROLE;
