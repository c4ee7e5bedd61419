-- The access log: who looked at whose dossier.
-- Source: DOMAIN §4.1-13, R26.
SET ROLE motcua_definer;

-- Writes down that the caller is shown these dossiers. Called by every statement of resolvers/sql that shows
-- dossiers to somebody else than their applicant, on the rows it shows, so that no row is shown unless it is noted
-- (tests/e2e/privacy.test.mjs). p_applicants[i] is the applicant of p_dossiers[i]; those the caller speaks for, or
-- has a seat in, are left out. Gives how many rows are new.
CREATE OR REPLACE FUNCTION note_access(p_what text, p_dossiers bigint[], p_applicants bigint[]) RETURNS int
LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_kind     text := kind();
    v_me       bigint := me();
    v_session  uuid := coalesce(current_session(), '00000000-0000-0000-0000-000000000000');
    v_subjects bigint[] := coalesce(subjects(), '{}') || CASE v_kind WHEN 'CITIZEN' THEN ARRAY(SELECT s.organisation FROM seat_in_force s WHERE s.person = v_me)
                                                                      ELSE '{}' END;
    v_at       timestamptz := date_trunc('minute', now());
    v_count    int;
BEGIN
    -- What only reads need not wait for the disk: a crash of the database may lose the last fraction of a second.
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    INSERT INTO access_log (dossier, at, actor_kind, actor_id, session, what, applicant)
    SELECT d, v_at, v_kind, v_me, v_session, p_what, a
      FROM unnest(p_dossiers, p_applicants) AS seen (d, a)
     WHERE a <> ALL (v_subjects)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

-- Who looked at a dossier, the latest first, from behind the place (p_at, p_no): for its applicant and who speaks for it,
-- nobody else. name: an officer's, an organisation's, a person's who was let see it; agency: an officer's.
CREATE OR REPLACE FUNCTION accesses_of(p_dossier bigint, p_at timestamptz, p_no bigint, p_limit bigint)
RETURNS TABLE (no bigint, at timestamptz, what text, kind text, name text, agency bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF kind() IS NULL OR kind() = 'OFFICER'
       OR NOT EXISTS (SELECT FROM dossier d WHERE d.id = p_dossier AND d.applicant = ANY (subjects())) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT l.no, l.at, l.what, l.actor_kind, coalesce(o.name, s.name), o.agency
      FROM (SELECT a.* FROM access_log a
             WHERE a.dossier = p_dossier AND a.at <= p_at AND (a.at, a.no) < (p_at, p_no)
             ORDER BY a.at DESC, a.no DESC LIMIT least(p_limit, 1000)) AS l
      LEFT JOIN officer o ON o.id = l.actor_id AND l.actor_kind = 'OFFICER'
      LEFT JOIN subject s ON s.id = l.actor_id AND l.actor_kind <> 'OFFICER'
     ORDER BY l.at DESC, l.no DESC;
END $$;

GRANT EXECUTE ON FUNCTION note_access(text, bigint[], bigint[]) TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION accesses_of(bigint, timestamptz, bigint, bigint) TO app_citizen, app_partner;
RESET ROLE;
