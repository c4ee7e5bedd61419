-- session_subject: opens a session for a sample actor, behind `motcua-server token` (./dev token citizen|citizen2|officer|
-- field|partner|sandbox), and says which. It counts as stepped up; `sandbox` is the partner's, of a test key. No row for any other name. Exists only where the sample does;
-- granted to app_service alone.
SET ROLE motcua_definer;

DROP FUNCTION IF EXISTS session_subject(text);
DROP FUNCTION IF EXISTS session_subject(text, int);
CREATE FUNCTION session_subject(p_actor text, p_life_seconds int) RETURNS TABLE (session uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO session (kind, subject, officer, device, expires_at, stepped_up_at, scopes, environment)
    SELECT a.kind, a.subject, a.officer, 'motcua-server token', now() + make_interval(secs => p_life_seconds), now(),
           CASE a.kind WHEN 'PARTNER' THEN ARRAY['dossiers.read', 'dossiers.submit', 'events.read', 'webhooks.manage'] ELSE '{}' END,
           CASE WHEN a.actor LIKE 'sandbox%' THEN 'TEST' ELSE 'LIVE' END
      FROM (VALUES ('citizen', 'CITIZEN', 1, NULL), ('citizen2', 'CITIZEN', 2, NULL), ('partner', 'PARTNER', 5001, NULL),
                   ('officer', 'OFFICER', NULL, 1), ('field', 'OFFICER', NULL, 2), ('sandbox', 'PARTNER', 5001, NULL)) AS a(actor, kind, subject, officer)
     WHERE a.actor = p_actor
    RETURNING id
$$;

GRANT EXECUTE ON FUNCTION session_subject(text, int) TO app_service;
RESET ROLE;

-- The development issuer knows the sample's people by these names.
INSERT INTO identity_link (issuer, issuer_subject, subject, officer)
VALUES ('citizens', 'citizen', 1, NULL), ('citizens', 'citizen2', 2, NULL),
       ('officers', 'officer', NULL, 1), ('officers', 'field', NULL, 2);
