-- Devices of the caller. Called by Mutation.registerDevice and removeDevice on the write lane.
-- failure is NULL, NOT_ALLOWED, NOT_FOUND (removing what is not the caller's) or GUARD_FAILED with problems.
-- Source: NOTIFIER §5.1; RFC 8291 §3.1 for the key sizes.
SET ROLE motcua_definer;

-- An address has one owner: registering it takes it from the former one, under a new id, so that what was queued
-- for the former owner's device finds no device. Registering again refreshes keys, locale and last_seen_at.
CREATE OR REPLACE FUNCTION register_device(p_kind text, p_address text, p_p256dh text, p_auth text, p_locale text)
RETURNS TABLE (failure text, device_id bigint, public_id uuid, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_subject  bigint := CASE kind() WHEN 'CITIZEN' THEN me() END;
    v_officer  bigint := CASE kind() WHEN 'OFFICER' THEN me() END;
    v_problems jsonb;
BEGIN
    IF num_nonnulls(v_subject, v_officer) <> 1 THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::jsonb;
        RETURN;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (p_kind IN ('FCM', 'WEBPUSH'), 'kind', 'Loại thiết bị phải là FCM hoặc WEBPUSH.', 'The kind is FCM or WEBPUSH.'),
        (length(p_address) BETWEEN 8 AND 2048 AND (p_kind <> 'WEBPUSH' OR p_address ~ '^https://[^\s/]'), 'address',
         'Địa chỉ nhận thông báo không hợp lệ.', 'This is not an address a push can be sent to.'),
        (p_kind <> 'WEBPUSH' OR p_p256dh ~ '^B[A-Za-z0-9_-]{86}=?$', 'p256dh',
         'Khóa p256dh phải là 65 byte viết theo base64url.', 'p256dh is 65 bytes in base64url.'),
        (p_kind <> 'WEBPUSH' OR p_auth ~ '^[A-Za-z0-9_-]{22}(==)?$', 'auth',
         'Khóa auth phải là 16 byte viết theo base64url.', 'auth is 16 bytes in base64url.'),
        (coalesce(p_locale, locale()) IN ('vi', 'en'), 'locale', 'Ngôn ngữ phải là vi hoặc en.', 'The locale is vi or en.'),
        ((SELECT count(*) < 20 FROM device d
           WHERE (d.owner_subject = v_subject OR d.owner_officer = v_officer) AND d.address IS DISTINCT FROM p_address),
         'address', 'Mỗi người chỉ đăng ký được 20 thiết bị.', 'One person registers at most 20 devices.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, v_problems;
        RETURN;
    END IF;

    DELETE FROM device d
     WHERE d.address = p_address AND (d.owner_subject = v_subject OR d.owner_officer = v_officer) IS NOT TRUE;
    RETURN QUERY
    INSERT INTO device AS d (owner_subject, owner_officer, kind, address, p256dh, auth, locale)
    VALUES (v_subject, v_officer, p_kind, p_address,
            CASE p_kind WHEN 'WEBPUSH' THEN rtrim(p_p256dh, '=') END,
            CASE p_kind WHEN 'WEBPUSH' THEN rtrim(p_auth, '=') END, coalesce(p_locale, locale()))
    ON CONFLICT (address) DO UPDATE
       SET kind = excluded.kind, p256dh = excluded.p256dh, auth = excluded.auth, locale = excluded.locale,
           last_seen_at = now(), disabled_at = NULL, reason = NULL
     WHERE d.owner_subject IS NOT DISTINCT FROM excluded.owner_subject
       AND d.owner_officer IS NOT DISTINCT FROM excluded.owner_officer
    RETURNING NULL::text, d.id, d.public_id, NULL::jsonb;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the address is being registered by another owner' USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION remove_device(p_public_id uuid)
RETURNS TABLE (failure text, device_id bigint, public_id uuid, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    DELETE FROM device d
     WHERE d.public_id = p_public_id
       AND CASE kind() WHEN 'CITIZEN' THEN d.owner_subject = me() WHEN 'OFFICER' THEN d.owner_officer = me() END
    RETURNING NULL::text, d.id, d.public_id, NULL::jsonb;
    IF NOT FOUND THEN
        RETURN QUERY SELECT CASE WHEN kind() IN ('CITIZEN', 'OFFICER') THEN 'NOT_FOUND' ELSE 'NOT_ALLOWED' END,
                            NULL::bigint, NULL::uuid, NULL::jsonb;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION register_device(text, text, text, text, text), remove_device(uuid)
    TO app_citizen, app_partner, app_officer;
RESET ROLE;
