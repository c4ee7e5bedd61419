-- The access class of a dossier: RESTRICTED is unseen by search, partners, figures and push texts. Called by
-- Mutation.classifyDossier on the write lane: the head of the agency that decides, with a second factor.
-- failure is NULL, NOT_FOUND (not the caller's to see), NOT_ALLOWED, STEP_UP_REQUIRED or GUARD_FAILED with problems.
-- Source: issue 4 (access classes), R26.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION classify_dossier(p_code text, p_access_class text, p_reason text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier  dossier;
    v_failure  text;
    v_reason   text := tidy_text(p_reason);
    v_problems jsonb;
BEGIN
    SELECT d.* INTO v_dossier FROM dossier d
     WHERE d.code = p_code AND kind() = 'OFFICER' AND me() IS NOT NULL
       AND (d.received_agency = ANY (agencies()) OR d.competent_agency = ANY (agencies()))
       FOR NO KEY UPDATE;
    v_failure := CASE WHEN NOT FOUND THEN 'NOT_FOUND'
        WHEN ('HEAD' = ANY (roles()) AND v_dossier.competent_agency = ANY (agencies())) IS NOT TRUE THEN 'NOT_ALLOWED'
        WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END;
    IF v_failure IS NULL THEN
        SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
          FROM (VALUES
            (p_access_class IN ('OPEN', 'RESTRICTED') AND p_access_class <> v_dossier.access_class, 'accessClass',
             'Hồ sơ đã ở mức tiếp cận này.', 'The dossier has this access class already.'),
            (length(v_reason) BETWEEN 1 AND 500, 'reason', 'Lý do dài từ 1 đến 500 ký tự.', 'A reason has 1 to 500 characters.')
          ) AS rule(ok, path, vi, en)
         WHERE ok IS NOT TRUE;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    UPDATE dossier d SET access_class = p_access_class WHERE d.id = v_dossier.id;
    INSERT INTO dossier_classification (dossier, access_class, reason, officer) VALUES (v_dossier.id, p_access_class, v_reason, me());
    PERFORM audit_write('dossier.classify', 'dossier:' || v_dossier.public_id, jsonb_build_object('accessClass', p_access_class));
    IF p_access_class = 'RESTRICTED' THEN
        PERFORM rights_changed('SUBJECT:' || p.id) FROM partner p
          WHERE p.id IN (v_dossier.applicant, v_dossier.submitter)
             OR p.id IN (SELECT g.grantee FROM dossier_grant g WHERE g.dossier = v_dossier.id AND g.revoked_at IS NULL AND g.until > now());
    END IF;
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_dossier.public_id, v_dossier.seq, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION classify_dossier(text, text, text) TO app_officer;
RESET ROLE;
