-- rights_of: agencies and roles of an officer today, as app.agencies and app.roles take them.
-- Called by session_viewer. Belongs to motcua_definer.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION rights_of(p_officer bigint) RETURNS TABLE (agencies text, roles text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT o.agency::text, array_to_string(o.roles, ',') FROM officer o WHERE o.id = p_officer
$$;
RESET ROLE;
