-- Standing delegations to submit: somebody hands in for another, one procedure or all, until a day or until taken back.
-- Called by Mutation.delegate and undelegate on the write lane; may_submit_for (25_reach.sql) honours them.
-- failure is NULL, NOT_FOUND (no such thing, or not the caller's to change: alike) or GUARD_FAILED with problems.
-- Source: DOMAIN §5.1 (Delegation), D1.
SET ROLE motcua_definer;

-- p_delegator NULL: the caller itself. Giving it again ends the former. id and public_id are the delegation's.
CREATE OR REPLACE FUNCTION delegate(p_delegator uuid, p_delegate uuid, p_procedure_code text, p_purpose text, p_until timestamptz)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_delegations_max CONSTANT int := 20;
    v_delegator  subject;
    v_delegate   bigint;
    v_procedure  bigint := (SELECT p.id FROM procedure p WHERE p.code = p_procedure_code);
    v_purpose    text := tidy_text(p_purpose);
    v_problems   jsonb;
    v_delegation delegation;
    v_former     bigint;
BEGIN
    SELECT s.* INTO v_delegator FROM subject s
     WHERE kind() = 'CITIZEN' AND s.id = ANY (subjects())
       AND CASE WHEN p_delegator IS NULL THEN s.id = me() ELSE s.public_id = p_delegator END;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('delegations:' || v_delegator.id, 0));
    SELECT f.id INTO v_delegate FROM grantee_find(p_delegate, v_delegator.sandbox) AS f WHERE f.id NOT IN (v_delegator.id, me());

    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (v_delegate IS NOT NULL, 'to', 'Không thể ủy quyền cho đối tượng này.', 'This one cannot be delegated.'),
        (p_procedure_code IS NULL OR v_procedure IS NOT NULL, 'procedure', 'Không có thủ tục này.', 'There is no such procedure.'),
        (length(v_purpose) BETWEEN 1 AND 500, 'purpose', 'Mục đích dài từ 1 đến 500 ký tự.', 'A purpose has 1 to 500 characters.'),
        (p_until > now() AND p_until <= now() + interval '1 year', 'until',
         'Thời hạn phải ở trong vòng một năm tới.', 'It ends within the next year.'),
        ((SELECT count(*) < c_delegations_max FROM delegation g
           WHERE g.delegator = v_delegator.id AND g.revoked_at IS NULL AND g.until > now()
             AND (g.delegate, coalesce(g.procedure, 0)) <> (v_delegate, coalesce(v_procedure, 0))), 'to',
         'Mỗi người chỉ có tối đa 20 ủy quyền còn hiệu lực.', 'One has at most 20 delegations in force.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    -- What the delegate has under way goes on by the new one.
    UPDATE delegation g SET revoked_at = least(g.until, now())
     WHERE g.delegator = v_delegator.id AND g.delegate = v_delegate AND g.procedure IS NOT DISTINCT FROM v_procedure AND g.revoked_at IS NULL
    RETURNING g.no INTO v_former;
    INSERT INTO delegation (delegator, delegate, procedure, purpose, until)
    VALUES (v_delegator.id, v_delegate, v_procedure, v_purpose, p_until)
    RETURNING * INTO v_delegation;
    UPDATE dossier_grant g SET delegation = v_delegation.no, until = p_until
     WHERE g.delegation = v_former AND g.revoked_at IS NULL AND g.until > now();
    PERFORM audit_write('delegation.give', 'delegation:' || v_delegation.id, jsonb_build_object('procedure', p_procedure_code, 'until', p_until));
    RETURN QUERY SELECT NULL::text, v_delegation.no, v_delegation.id, 1, NULL::jsonb;
END $$;

-- What was handed in by it is the delegate's to see no more; a partner keeps sight of what it has submitted.
CREATE OR REPLACE FUNCTION delegation_end(p_no bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_delegation delegation;
    v_grants     bigint;
BEGIN
    UPDATE delegation SET revoked_at = least(until, now()) WHERE no = p_no AND revoked_at IS NULL RETURNING * INTO v_delegation;
    WITH ended AS (
        UPDATE dossier_grant SET revoked_at = least(until, now()) WHERE delegation = p_no AND revoked_at IS NULL RETURNING 1)
    SELECT count(*) INTO v_grants FROM ended;
    IF v_delegation.until > now() THEN
        PERFORM audit_write('delegation.withdraw', 'delegation:' || v_delegation.id, jsonb_build_object('grants', v_grants));
        PERFORM rights_changed('SUBJECT:' || v_delegation.delegate);
    END IF;
END $$;

-- By whoever speaks for the delegator, or by the delegate, who gives it up. public_id is the delegation's.
CREATE OR REPLACE FUNCTION undelegate(p_delegation uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_no bigint;
BEGIN
    SELECT g.no INTO v_no FROM delegation g JOIN subject s ON s.id = g.delegator
     WHERE g.id = p_delegation AND g.revoked_at IS NULL AND g.until > now()
       AND CASE kind()
           WHEN 'CITIZEN' THEN g.delegator = ANY (subjects()) OR g.delegate = ANY (subjects())
           WHEN 'PARTNER' THEN g.delegate = me() AND 'dossiers.submit' = ANY (scopes()) AND s.sandbox = in_sandbox()
                               AND (guests() IS NULL OR g.delegator = ANY (guests()))
           END
       FOR UPDATE OF g;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM delegation_end(v_no);
    RETURN QUERY SELECT NULL::text, v_no, p_delegation, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION delegate(uuid, uuid, text, text, timestamptz) TO app_citizen;
GRANT EXECUTE ON FUNCTION undelegate(uuid) TO app_citizen, app_partner;
RESET ROLE;
