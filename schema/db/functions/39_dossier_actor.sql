-- Who does something to a dossier, and whether an edge of the machine lets them.
-- Called only by functions of motcua_definer. Source: DOMAIN §5.2 ("Who").
SET ROLE motcua_definer;

-- The caller. Whether it has stepped up is asked when an edge wants it.
CREATE OR REPLACE FUNCTION caller_actor() RETURNS dossier_actor
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT ROW(kind(), me(),
                   CASE kind() WHEN 'OFFICER' THEN (SELECT o.name FROM officer o WHERE o.id = me())
                               ELSE (SELECT s.name FROM subject s WHERE s.id = me()) END,
                   subjects(), agencies(), roles(), NULL)::dossier_actor);
END $$;

-- An officer that is not the caller, as if it had just shown a second factor.
CREATE OR REPLACE FUNCTION officer_actor(p_officer bigint) RETURNS dossier_actor
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT ROW('OFFICER', o.id, o.name, NULL, string_to_array(r.agencies, ',')::bigint[], string_to_array(r.roles, ','), true)::dossier_actor
              FROM officer o, rights_of(o.id) AS r WHERE o.id = p_officer);
END $$;

-- The service itself, when a term has passed.
CREATE OR REPLACE FUNCTION system_actor() RETURNS dossier_actor
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT ROW('SYSTEM', NULL, 'Hệ thống', NULL, NULL, NULL, true)::dossier_actor
$$;

-- Whom the applicant lets act for it, in this dossier. Who stands in must be shown what is done (TIMELINE): nobody acts
-- blindly, and a change could not be answered to him.
CREATE OR REPLACE FUNCTION acts_for_applicant(p_actor dossier_actor, p_dossier dossier, p_scope text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT (p_actor.kind <> 'PARTNER' OR 'dossiers.submit' = ANY (scopes()))
           AND CASE p_scope
               WHEN 'APPLICANT' THEN p_dossier.applicant = ANY (p_actor.subjects)
               WHEN 'DELEGATE' THEN p_dossier.applicant = ANY (p_actor.subjects) OR p_actor.kind = 'PARTNER' AND p_dossier.submitter = p_actor.id
                   OR EXISTS (SELECT FROM dossier_grant g
                               WHERE g.dossier = p_dossier.id AND g.grantee = p_actor.id AND g.kind IN ('DELEGATION', 'SEAT')
                                 AND 'TIMELINE' = ANY (g.fields) AND g.revoked_at IS NULL AND g.until > now())
               END);
END $$;

-- Is the edge for such as the actor, wherever its agency?
CREATE OR REPLACE FUNCTION is_for(p_edge dossier_transition, p_actor dossier_actor, p_dossier dossier) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(p_actor.kind = ANY (p_edge.actor_kinds)
           AND CASE p_actor.kind WHEN 'SYSTEM' THEN true
                                 WHEN 'OFFICER' THEN p_edge.actor_roles && p_actor.roles
                                 ELSE acts_for_applicant(p_actor, p_dossier, p_edge.applicant_scope) END, false));
END $$;

-- And is it its agency's to take?
CREATE OR REPLACE FUNCTION is_of_agency(p_edge dossier_transition, p_actor dossier_actor, p_dossier dossier) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT p_actor.kind <> 'OFFICER' OR coalesce(CASE p_edge.agency_scope
               WHEN 'RECEIVED' THEN p_dossier.received_agency = ANY (p_actor.agencies)
               WHEN 'COMPETENT' THEN p_dossier.competent_agency = ANY (p_actor.agencies)
               WHEN 'EITHER' THEN p_dossier.received_agency = ANY (p_actor.agencies) OR p_dossier.competent_agency = ANY (p_actor.agencies)
               WHEN 'TASK' THEN EXISTS (SELECT FROM inter_agency_task t
                                         WHERE t.dossier = p_dossier.id AND t.state = 'SENT' AND t.agency = ANY (p_actor.agencies)) END, false));
END $$;

-- Why the actor may not take the edge: NOT_ALLOWED, STALE_STATE or STEP_UP_REQUIRED; NULL: it may. p_edge is all NULL when
-- the dossier's state has none for the event: STALE_STATE, unless the event is nothing for such as the actor anyway.
CREATE OR REPLACE FUNCTION edge_failure(p_edge dossier_transition, p_actor dossier_actor, p_dossier dossier, p_event text, p_expected_seq int)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN p_edge.id IS NULL AND EXISTS (SELECT FROM dossier_transition t
                                            WHERE t.event = p_event AND t.from_state IS NOT NULL AND is_for(t, p_actor, p_dossier)) THEN 'STALE_STATE'
        WHEN p_edge.id IS NULL OR NOT is_for(p_edge, p_actor, p_dossier) OR NOT is_of_agency(p_edge, p_actor, p_dossier) THEN 'NOT_ALLOWED'
        WHEN p_expected_seq <> p_dossier.seq THEN 'STALE_STATE'
        WHEN p_edge.step_up AND p_actor.kind = 'OFFICER' AND NOT coalesce(p_actor.stepped_up, stepped_up()) THEN 'STEP_UP_REQUIRED' END;
END $$;
RESET ROLE;
