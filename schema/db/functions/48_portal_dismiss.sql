-- What of the quarantine nobody will apply any more. dismiss_portal_message is called by Mutation.dismissPortalMessage. Source: R30.
SET ROLE motcua_definer;

-- The message is settled, and what it said of its applicant goes. p_officer NULL: by itself.
CREATE OR REPLACE FUNCTION portal_dismiss(p_message bigint, p_officer bigint, p_why text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE portal_message m
       SET state = 'DISMISSED', dismissed_at = clock_timestamp(), dismissed_by = p_officer, dismissal = p_why, next_try_at = NULL,
           body = NULL, person = NULL, personal_no = NULL, personal_no_index = NULL
     WHERE m.id = p_message AND m.state = 'QUARANTINED';
END $$;

-- An officer who sees it says that it is settled otherwise, and how. failure: NOT_FOUND, as of retry_portal_message; GUARD_FAILED, no reason.
CREATE OR REPLACE FUNCTION dismiss_portal_message(p_message uuid, p_reason text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_message portal_message;
    v_reason  text := tidy_text(p_reason);
BEGIN
    PERFORM pg_advisory_xact_lock(portal_code_key(m.code)) FROM portal_message m WHERE m.public_id = p_message;
    SELECT m.* INTO v_message FROM portal_message m WHERE m.public_id = p_message AND m.state = 'QUARANTINED' FOR UPDATE;
    IF NOT FOUND OR NOT is_in_my_quarantine(v_message) THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    IF (length(v_reason) BETWEEN 1 AND 500) IS NOT TRUE THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, jsonb_build_array(jsonb_build_object('path', 'reason',
            'vi', 'Cần ghi cách đã giải quyết, không quá 500 ký tự.', 'en', 'Say how it was settled, in 500 characters at most.'));
        RETURN;
    END IF;
    PERFORM portal_dismiss(v_message.id, me(), v_reason);
    PERFORM audit_write('portal.dismiss', 'portal_message:' || p_message, jsonb_build_object('kind', v_message.kind, 'reason', v_message.reason));
    RETURN QUERY SELECT NULL::text, v_message.id, p_message, v_message.tries, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION dismiss_portal_message(uuid, text) TO app_officer;
RESET ROLE;
