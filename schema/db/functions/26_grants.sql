-- What an applicant shows of one dossier to somebody else: consent to a partner, delegation to a person, a seat's role.
-- Called by Mutation.shareDossier and unshareDossier on the write lane, and grant_to_submitter by submit_dossier.
-- failure is NULL, NOT_FOUND (no such thing, or not the caller's to change: alike) or GUARD_FAILED with problems.
-- A grant given needs no word to anybody: row-level security reads it at the next question, and an open stream at its next
-- event. One that ends does: the grantee's streams end.
-- Source: DOMAIN §4.1 (14, 15), R6, R26.
SET ROLE motcua_definer;

-- Whom something can be granted to: a person, or an organisation that is a partner. No row for anybody else, all alike.
CREATE OR REPLACE FUNCTION grantee_find(p_public_id uuid, p_sandbox boolean) RETURNS TABLE (id bigint, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT s.id, s.kind FROM subject s LEFT JOIN partner p ON p.id = s.id
     WHERE s.public_id = p_public_id AND NOT EXISTS (SELECT FROM erasure e WHERE e.subject = s.id)
       AND CASE s.kind WHEN 'PERSON' THEN s.sandbox = p_sandbox
           -- In the sandbox, the partner whose people they are, and no other's affairs.
           ELSE p.state = 'ACTIVE' AND (NOT p_sandbox OR EXISTS (SELECT FROM sandbox_person x WHERE x.partner = s.id AND x.subject = me())) END
$$;

-- Ends one grant. One that has run out has ended by itself: it is only closed.
CREATE OR REPLACE FUNCTION grant_end(p_no bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_grant dossier_grant;
BEGIN
    UPDATE dossier_grant SET revoked_at = least(until, now()) WHERE no = p_no AND revoked_at IS NULL RETURNING * INTO v_grant;
    IF v_grant.until > now() THEN
        PERFORM audit_write('grant.withdraw', 'dossier:' || (SELECT d.public_id FROM dossier d WHERE d.id = v_grant.dossier),
                            jsonb_build_object('grant', v_grant.id));
        PERFORM rights_changed('SUBJECT:' || v_grant.grantee);
    END IF;
END $$;

-- One grantee has one grant of a dossier: giving again ends the former. id and public_id are the grant's.
CREATE OR REPLACE FUNCTION share_dossier(p_code text, p_with uuid, p_fields text[], p_purpose text, p_until timestamptz)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_grants_max CONSTANT int := 20;
    v_dossier    dossier;
    v_grantee    bigint;
    v_kind       text;
    v_seat_until timestamptz;
    v_fields     text[] := ARRAY(SELECT DISTINCT f FROM unnest(p_fields) AS f ORDER BY f);
    v_purpose    text := tidy_text(p_purpose);
    v_problems   jsonb;
    v_grant      dossier_grant;
BEGIN
    SELECT d.* INTO v_dossier FROM dossier d
     WHERE d.code = p_code AND kind() = 'CITIZEN' AND d.applicant = ANY (subjects()) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    SELECT f.id, CASE f.kind WHEN 'ORGANISATION' THEN 'CONSENT' ELSE 'DELEGATION' END INTO v_grantee, v_kind
      FROM grantee_find(p_with, v_dossier.sandbox) AS f WHERE f.id NOT IN (v_dossier.applicant, me());
    -- The row stays as it is until this ends: a seat withdrawn meanwhile finds the grant to end.
    SELECT coalesce(t.until, 'infinity') INTO v_seat_until FROM seat t
     WHERE t.person = v_grantee AND t.organisation = v_dossier.applicant AND t.withdrawn_at IS NULL
       AND (t.until IS NULL OR t.until > now()) FOR SHARE;
    IF FOUND THEN
        v_kind := 'SEAT';
        v_fields := ARRAY['APPLICANT', 'STATUS', 'TIMELINE'];
    END IF;

    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (v_grantee IS NOT NULL, 'with', 'Không thể chia sẻ với đối tượng này.', 'It cannot be shared with this one.'),
        (v_kind IS DISTINCT FROM 'CONSENT' OR v_dossier.access_class = 'OPEN', 'code',
         'Hồ sơ hạn chế tiếp cận không chia sẻ được với đối tác.', 'A restricted dossier is not shared with a partner.'),
        ('STATUS' = ANY (v_fields) AND v_fields <@ ARRAY['STATUS', 'APPLICANT', 'TIMELINE'], 'fields',
         'Phải có STATUS trong các thông tin chia sẻ.', 'STATUS is one of what is shown.'),
        (NOT 'TIMELINE' = ANY (v_fields) OR 'APPLICANT' = ANY (v_fields), 'fields',
         'TIMELINE nêu tên người thực hiện nên phải kèm APPLICANT.', 'TIMELINE names who acted, so that APPLICANT goes with it.'),
        (length(v_purpose) BETWEEN 1 AND 500, 'purpose', 'Mục đích dài từ 1 đến 500 ký tự.', 'A purpose has 1 to 500 characters.'),
        (p_until > now() AND p_until <= now() + interval '1 year', 'until',
         'Thời hạn phải ở trong vòng một năm tới.', 'It ends within the next year.'),
        ((SELECT count(*) < c_grants_max FROM dossier_grant g
           WHERE g.dossier = v_dossier.id AND g.grantee <> v_grantee AND g.revoked_at IS NULL AND g.until > now()), 'code',
         'Mỗi hồ sơ chỉ chia sẻ được với tối đa 20 nơi.', 'A dossier is shown to at most 20.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    PERFORM grant_end(g.no) FROM dossier_grant g WHERE g.dossier = v_dossier.id AND g.grantee = v_grantee AND g.revoked_at IS NULL;
    INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, fields, purpose, until)
    VALUES (v_dossier.id, v_grantee, v_dossier.applicant, me(), v_kind, v_fields, v_purpose, least(p_until, v_seat_until))
    RETURNING * INTO v_grant;
    PERFORM audit_write('grant.give', 'dossier:' || v_dossier.public_id,
                        jsonb_build_object('grant', v_grant.id, 'kind', v_kind, 'fields', v_fields, 'until', v_grant.until));
    RETURN QUERY SELECT NULL::text, v_grant.no, v_grant.id, 1, NULL::jsonb;
END $$;

-- By whoever speaks for the applicant, or by the grantee, who gives it up. public_id is the grant's.
CREATE OR REPLACE FUNCTION unshare_dossier(p_grant uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_no bigint;
BEGIN
    SELECT g.no INTO v_no FROM dossier_grant g JOIN dossier d ON d.id = g.dossier
     WHERE g.id = p_grant AND g.revoked_at IS NULL AND g.until > now()
       AND CASE kind()
           WHEN 'CITIZEN' THEN g.applicant = ANY (subjects()) OR g.grantee = ANY (subjects())
           -- A key that only reads changes nothing.
           WHEN 'PARTNER' THEN g.grantee = me() AND 'dossiers.submit' = ANY (scopes()) AND d.sandbox = in_sandbox()
                               AND (guests() IS NULL OR d.applicant = ANY (guests()))
           END
       FOR UPDATE OF g;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM grant_end(v_no);
    RETURN QUERY SELECT NULL::text, v_no, p_grant, 1, NULL::jsonb;
END $$;

-- Who submits for another without speaking for it goes on with what it has begun, as long as its seat or delegation stands.
CREATE OR REPLACE FUNCTION grant_to_submitter(p_dossier dossier) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_kind       text := 'SEAT';
    v_until      timestamptz;
    v_delegation bigint;
BEGIN
    SELECT coalesce(until, 'infinity') INTO v_until FROM seat
     WHERE person = p_dossier.submitter AND organisation = p_dossier.applicant AND withdrawn_at IS NULL
       AND (until IS NULL OR until > now()) FOR SHARE;
    IF NOT FOUND THEN
        v_kind := 'DELEGATION';
        SELECT no, until INTO v_delegation, v_until FROM delegation
         WHERE no = delegation_to_submit(p_dossier.applicant, p_dossier.procedure_version) AND revoked_at IS NULL FOR SHARE;
    END IF;
    IF v_until IS NOT NULL THEN
        INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, delegation)
        VALUES (p_dossier.id, p_dossier.submitter, p_dossier.applicant, p_dossier.applicant, v_kind, 'Người nộp hồ sơ', v_until, v_delegation);
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION share_dossier(text, uuid, text[], text, timestamptz) TO app_citizen;
GRANT EXECUTE ON FUNCTION unshare_dossier(uuid) TO app_citizen, app_partner;
RESET ROLE;
