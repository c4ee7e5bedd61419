-- session_subject: the sample actors behind `motcua-server token` (./dev token citizen|citizen2|officer|field|partner).
-- Lists are comma-separated, as the settings app.subjects, app.agencies and app.roles take them. No row for any other
-- name. Exists only where the sample does; granted to app_service alone.
SET ROLE motcua_definer;

DROP FUNCTION IF EXISTS session_subject(text);
CREATE FUNCTION session_subject(p_actor text)
RETURNS TABLE (kind text, me bigint, id uuid, subjects text, agencies text, roles text, name text, locale text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT a.kind, s.id, s.public_id,
           concat_ws(',', s.id, (SELECT string_agg(organisation::text, ',' ORDER BY organisation) FROM seat WHERE person = s.id)),
           '', '', s.name, s.locale
      FROM (VALUES ('citizen', 'CITIZEN', 1), ('citizen2', 'CITIZEN', 2), ('partner', 'PARTNER', 5001)) AS a(actor, kind, id)
      JOIN subject s ON s.id = a.id
     WHERE a.actor = p_actor
    UNION ALL
    SELECT 'OFFICER', o.id, o.public_id, '', o.agency::text, array_to_string(o.roles, ','), o.name, o.locale
      FROM (VALUES ('officer', 1), ('field', 2)) AS a(actor, id)
      JOIN officer o ON o.id = a.id
     WHERE a.actor = p_actor
$$;

GRANT EXECUTE ON FUNCTION session_subject(text) TO app_service;
RESET ROLE;
