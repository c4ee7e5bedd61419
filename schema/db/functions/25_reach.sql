-- How far the caller reaches, for functions that read with the definer's eyes: the same rules as the policies of
-- 20261127001400_one_identity.sql and 20261127002200_machine.sql, in words of their own. Called only by functions of motcua_definer.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION partner_reaches(p_dossier dossier) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT partner_reads() AND p_dossier.access_class = 'OPEN' AND p_dossier.sandbox = in_sandbox()
       AND (guests() IS NULL OR p_dossier.applicant = ANY (guests()))
       AND (p_dossier.applicant = ANY (subjects()) OR p_dossier.submitter = me() OR is_shown(p_dossier.id, 'STATUS'))
$$;

CREATE OR REPLACE FUNCTION administers(p_organisation bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM seat_in_force WHERE person = me() AND organisation = p_organisation AND role = 'ADMINISTRATOR')
$$;

-- The dossier of that code, locked, when the caller may see it: no row for an unknown and for a foreign one alike.
CREATE OR REPLACE FUNCTION dossier_in_reach(p_code text) RETURNS SETOF dossier
LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT d.* FROM dossier d
     WHERE d.code = p_code
       AND CASE kind()
           WHEN 'OFFICER' THEN me() IS NOT NULL AND (d.received_agency = ANY (agencies()) OR d.competent_agency = ANY (agencies()) OR is_tasked(d.id))
           WHEN 'CITIZEN' THEN d.applicant = ANY (subjects()) OR is_shown(d.id, 'STATUS')
           WHEN 'PARTNER' THEN partner_reaches(d)
           END
       FOR UPDATE;
END $$;

-- The standing delegation by which the caller may submit this version of a procedure for somebody; the longest. NULL
-- without one.
CREATE OR REPLACE FUNCTION delegation_to_submit(p_applicant bigint, p_version bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT g.no FROM delegation g JOIN subject s ON s.id = g.delegator
     WHERE g.delegator = p_applicant AND g.delegate = me() AND g.revoked_at IS NULL AND g.until > now() AND s.sandbox = in_sandbox()
       AND (g.procedure IS NULL OR g.procedure = (SELECT v.procedure FROM procedure_version v WHERE v.id = p_version))
     ORDER BY g.until DESC, g.no LIMIT 1
$$;

-- For whom the caller may submit: itself, what it speaks for, the organisations of its seats, who has delegated it; a TEAM
-- key, for its guests alone; a TEST key, for its own people of the sandbox. Who is of the sandbox applies there and nowhere
-- else.
DROP FUNCTION IF EXISTS may_submit_for(bigint);
CREATE OR REPLACE FUNCTION may_submit_for(p_applicant bigint, p_version bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT (p_applicant = ANY (subjects())
            OR kind() = 'CITIZEN' AND EXISTS (SELECT FROM seat_in_force WHERE person = me() AND organisation = p_applicant)
            OR kind() IN ('CITIZEN', 'PARTNER') AND delegation_to_submit(p_applicant, p_version) IS NOT NULL
            OR kind() = 'PARTNER' AND EXISTS (SELECT FROM sandbox_person WHERE partner = me() AND subject = p_applicant))
       AND EXISTS (SELECT FROM subject s WHERE s.id = p_applicant AND s.sandbox = in_sandbox())
       AND (kind() <> 'PARTNER' OR coalesce('dossiers.submit' = ANY (scopes()), false)
                                   AND (guests() IS NULL OR p_applicant = ANY (guests())))
$$;
RESET ROLE;
