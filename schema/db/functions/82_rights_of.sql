-- Which roles an officer holds when, and what that makes of it now. Belong to motcua_definer.
-- staff_held is called by rights_of and by the functions of 84_staff.sql, rights_of by session_viewer.
SET ROLE motcua_definer;

-- Its own grants, and those of whom it stands in for while it does; of its present agency. A range may be empty, or over.
CREATE OR REPLACE FUNCTION staff_held(p_officer bigint) RETURNS TABLE (role text, held tstzrange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT g.role, g.held
      FROM officer o JOIN staff_grant g ON (g.officer, g.agency) = (o.id, o.agency)
     WHERE o.id = p_officer
    UNION ALL
    SELECT g.role, g.held * s.held
      FROM officer o
      JOIN staff_substitution s ON (s.substitute, s.agency) = (o.id, o.agency)
      JOIN staff_grant g ON (g.officer, g.agency) = (s.absent, s.agency)
     WHERE o.id = p_officer AND (g.role <> 'ADMINISTRATOR' OR s.with_administration)
$$;

-- agencies and roles as app.viewer takes them; '' for both when no role is in force: who has none works
-- for no agency. until: the next moment at which the clock alone changes them; NULL when it never does.
CREATE OR REPLACE FUNCTION rights_of(p_officer bigint) RETURNS TABLE (agencies text, roles text, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN bool_or(held @> now()) THEN (SELECT o.agency::text FROM officer o WHERE o.id = p_officer) ELSE '' END,
           coalesce(string_agg(DISTINCT role, ',') FILTER (WHERE held @> now()), ''),
           min(CASE WHEN lower(held) > now() THEN lower(held) WHEN upper(held) > now() THEN upper(held) END)
      FROM staff_held(p_officer)
$$;
RESET ROLE;
