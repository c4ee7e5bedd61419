-- subjects_of: whom a person speaks for: itself and the organisations it administers, as app.viewer takes them.
-- Called by session_viewer. Belongs to motcua_definer.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION subjects_of(p_subject bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT concat_ws(',', p_subject,
                     (SELECT string_agg(organisation::text, ',' ORDER BY organisation) FROM seat_in_force
                       WHERE person = p_subject AND role = 'ADMINISTRATOR'))
$$;
RESET ROLE;
