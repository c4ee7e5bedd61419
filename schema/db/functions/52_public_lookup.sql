-- Looking a dossier up without signing in (tra cứu hồ sơ): by its code and the tracking code of its receipt. Called by
-- Mutation.makeTrackingCode and Query.lookUpDossier; how often is the server's to say (server/quota_attempt.c).
-- Source: R21, DOMAIN §0.11.
SET ROLE motcua_definer;

-- A new code for whom the dossier is looked up by from now on: who speaks for the applicant, and the desks of its agencies,
-- which print it on the receipt. The server has made it and knows it; here is its digest.
-- failure is NULL, NOT_FOUND (not the caller's to see), NOT_ALLOWED or GUARD_FAILED with problems.
CREATE OR REPLACE FUNCTION make_tracking_code(p_code text, p_digest bytea)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier  dossier;
    v_failure  text;
    v_problems jsonb;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    v_failure := CASE
        WHEN NOT FOUND THEN 'NOT_FOUND'
        WHEN CASE kind() WHEN 'OFFICER' THEN roles() && ARRAY['INTAKE', 'COUNTER']
                                             AND (v_dossier.received_agency = ANY (agencies()) OR v_dossier.competent_agency = ANY (agencies()))
                         ELSE acts_for_applicant(caller_actor(), v_dossier, 'APPLICANT') END IS NOT TRUE THEN 'NOT_ALLOWED'
        WHEN v_dossier.access_class <> 'OPEN' THEN 'GUARD_FAILED' END;
    IF v_failure IS NOT NULL THEN
        IF v_failure = 'GUARD_FAILED' THEN
            v_problems := jsonb_build_array(jsonb_build_object('path', 'code', 'vi', 'Hồ sơ hạn chế tiếp cận không tra cứu công khai được.',
                                                               'en', 'A restricted dossier is not looked up in public.'));
        END IF;
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    INSERT INTO tracking_code AS t (dossier, applicant, digest) VALUES (v_dossier.id, v_dossier.applicant, p_digest)
        ON CONFLICT (dossier) DO UPDATE SET digest = excluded.digest, made_at = now();
    PERFORM audit_write('dossier.tracking_code', 'dossier:' || v_dossier.public_id);
    RETURN QUERY SELECT NULL::text, v_dossier.id, v_dossier.public_id, v_dossier.seq, NULL::jsonb;
END $$;

-- Asked of anybody. The digest is looked for first, among all: without the right one nothing else is read, so that a code that
-- exists costs as much as one that does not. Nobody is noted.
CREATE OR REPLACE FUNCTION look_up_dossier(p_code text, p_digest bytea) RETURNS TABLE (state text, due_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier bigint := (SELECT t.dossier FROM tracking_code t WHERE t.digest = p_digest);
BEGIN
    RETURN QUERY
    SELECT d.state, d.due_at FROM dossier d
     WHERE d.id = v_dossier AND d.code = p_code AND d.access_class = 'OPEN' AND d.sandbox = in_sandbox()
       AND NOT EXISTS (SELECT FROM erasure e WHERE e.subject = d.applicant);
END $$;

GRANT EXECUTE ON FUNCTION make_tracking_code(text, bytea) TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION look_up_dossier(text, bytea) TO app_public, app_citizen, app_partner, app_officer;
RESET ROLE;
