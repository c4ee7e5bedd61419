-- Who is asking comes as one setting, and what a grant shows is asked by a function. Each set_config costs half a
-- microsecond, and a sub-plan of a policy is set up for every statement, also where it is never run: together they cost a
-- look-up of one's own dossier half as much again as the look-up (./dev bench session).

-- migrate:up

CREATE FUNCTION viewer_says(p_place int) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(split_part(current_setting('app.viewer', true), '|', p_place), '');
COMMENT ON FUNCTION viewer_says(int) IS
    'app.viewer is kind|me|subjects|agencies|roles|locale|session|scopes|environment; what is empty, or not there, is NULL.';
GRANT EXECUTE ON FUNCTION viewer_says(int)
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

CREATE OR REPLACE FUNCTION kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN session_user NOT LIKE 'app\_%'
              OR session_user = 'app_' || lower(viewer_says(1))
              OR session_user = 'app_worker' AND current_user = 'motcua_definer' AND viewer_says(1) = 'PARTNER'
            THEN viewer_says(1) END;
CREATE OR REPLACE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN viewer_says(2)::bigint;
CREATE OR REPLACE FUNCTION subjects() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(viewer_says(3), ',')::bigint[];
CREATE OR REPLACE FUNCTION agencies() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(viewer_says(4), ',')::bigint[];
CREATE OR REPLACE FUNCTION roles() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(viewer_says(5), ',');
CREATE OR REPLACE FUNCTION locale() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(viewer_says(6), 'vi');
CREATE OR REPLACE FUNCTION current_session() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN viewer_says(7)::uuid;
CREATE OR REPLACE FUNCTION scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(viewer_says(8), ' ');
CREATE OR REPLACE FUNCTION environment() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(viewer_says(9), 'LIVE');

-- Is this field of the dossier shown to the caller by a grant in force?
CREATE FUNCTION is_shown(p_dossier bigint, p_field text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM dossier_grant g
                    WHERE g.dossier = p_dossier AND g.revoked_at IS NULL AND g.until > now() AND p_field = ANY (g.fields)
                      AND CASE kind() WHEN 'CITIZEN' THEN g.grantee = ANY (subjects()) WHEN 'PARTNER' THEN g.grantee = me() END);
END $$;
GRANT EXECUTE ON FUNCTION is_shown(bigint, text) TO app_citizen, app_partner;
ALTER FUNCTION is_shown(bigint, text) OWNER TO motcua_definer;

DROP POLICY mine ON dossier;
DROP POLICY mine_partner ON dossier;
CREATE POLICY mine ON dossier FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(id, 'STATUS'));
CREATE POLICY mine_partner ON dossier FOR SELECT TO app_partner USING (
    (SELECT partner_reads()) AND access_class = 'OPEN' AND sandbox = (SELECT in_sandbox())
    AND ((SELECT guests()) IS NULL OR applicant = ANY ((SELECT guests())::bigint[]))
    AND (applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me()) OR is_shown(id, 'STATUS')));
DROP POLICY mine ON dossier_event;
DROP POLICY mine_partner ON dossier_event;
CREATE POLICY mine ON dossier_event FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE'));
CREATE POLICY mine_partner ON dossier_event FOR SELECT TO app_partner USING (
    (applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me()) OR is_shown(dossier, 'TIMELINE'))
    AND EXISTS (SELECT FROM dossier d WHERE d.id = dossier_event.dossier OFFSET 0));
DROP FUNCTION IF EXISTS is_granted(bigint, text);

-- migrate:down

CREATE OR REPLACE FUNCTION environment() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.environment', true), ''), 'LIVE');
CREATE OR REPLACE FUNCTION scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.scopes', true), ''), ' ');
CREATE OR REPLACE FUNCTION current_session() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.session', true), '')::uuid;
CREATE OR REPLACE FUNCTION locale() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.locale', true), ''), 'vi');
CREATE OR REPLACE FUNCTION roles() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.roles', true), ''), ',');
CREATE OR REPLACE FUNCTION agencies() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.agencies', true), ''), ',')::bigint[];
CREATE OR REPLACE FUNCTION subjects() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.subjects', true), ''), ',')::bigint[];
CREATE OR REPLACE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.me', true), '')::bigint;
CREATE OR REPLACE FUNCTION kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN session_user NOT LIKE 'app\_%'
              OR session_user = 'app_' || lower(current_setting('app.kind', true))
              OR session_user = 'app_worker' AND current_user = 'motcua_definer' AND current_setting('app.kind', true) = 'PARTNER'
            THEN nullif(current_setting('app.kind', true), '') END;
DROP FUNCTION viewer_says(int);
DROP POLICY mine ON dossier;
DROP POLICY mine_partner ON dossier;
CREATE POLICY mine ON dossier FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[])
    OR EXISTS (SELECT FROM dossier_grant g
                WHERE g.dossier = dossier.id AND g.grantee = ANY ((SELECT subjects())::bigint[]) AND g.revoked_at IS NULL AND g.until > now()
               OFFSET 0));
CREATE POLICY mine_partner ON dossier FOR SELECT TO app_partner USING (
    (SELECT partner_reads()) AND access_class = 'OPEN' AND sandbox = (SELECT in_sandbox())
    AND ((SELECT guests()) IS NULL OR applicant = ANY ((SELECT guests())::bigint[]))
    AND (applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
         OR EXISTS (SELECT FROM dossier_grant g
                     WHERE g.dossier = dossier.id AND g.grantee = (SELECT me()) AND g.revoked_at IS NULL AND g.until > now()
                    OFFSET 0)));
DROP POLICY mine ON dossier_event;
DROP POLICY mine_partner ON dossier_event;
CREATE POLICY mine ON dossier_event FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[])
    OR EXISTS (SELECT FROM dossier_grant g
                WHERE g.dossier = dossier_event.dossier AND g.grantee = ANY ((SELECT subjects())::bigint[])
                  AND g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)
               OFFSET 0));
CREATE POLICY mine_partner ON dossier_event FOR SELECT TO app_partner USING (
    (applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
     OR EXISTS (SELECT FROM dossier_grant g
                 WHERE g.dossier = dossier_event.dossier AND g.grantee = (SELECT me())
                   AND g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)
                OFFSET 0))
    AND EXISTS (SELECT FROM dossier d WHERE d.id = dossier_event.dossier OFFSET 0));
DROP FUNCTION is_shown(bigint, text);
