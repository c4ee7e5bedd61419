-- A dossier's number in another system of the agency that decides it (số hồ sơ của hệ thống khác): 03706/2026/07906 at the social
-- insurance. An officer enters it, and may enter another where it was mistaken; the timeline keeps both. No two dossiers of an agency
-- have the same (dossier_external_no, which ends a race). Called only by dossier_facts and dossier_event_rows. Source: DOMAIN §2.2, R23.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION external_no_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('externalNoNew', NOT EXISTS (
            SELECT FROM dossier d WHERE d.external_no = tidy_text(p_args->>'externalDossierNo') AND d.competent_agency = p_dossier.competent_agency)));
END $$;

CREATE OR REPLACE FUNCTION external_no_rows(p_dossier dossier, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    p_dossier.external_no := tidy_text(p_args->>'externalDossierNo');
    RETURN p_dossier;
END $$;
RESET ROLE;
