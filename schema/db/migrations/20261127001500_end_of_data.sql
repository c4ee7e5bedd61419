-- What erasures and copies look through is found by index, however much there is of it; a key knows of its own environment
-- alone; and the worker reads whom a grant has told of an event, so that the successor of one that died rings grantees too.

-- migrate:up

CREATE INDEX dossier_grant_ever ON dossier_grant (grantee);
CREATE INDEX delegation_ever ON delegation (delegator);
CREATE INDEX delegation_ever_delegate ON delegation (delegate);
CREATE INDEX session_ever ON session (subject);
CREATE INDEX audit_citizen ON audit (actor_id) WHERE actor_kind = 'CITIZEN';
GRANT UPDATE (reason) ON dossier_classification TO motcua_definer;
GRANT UPDATE (delegation) ON dossier_grant TO motcua_definer;
GRANT DELETE ON sandbox_person TO motcua_definer;

-- A key knows of its own environment: keys, sessions, grants of dossiers that it may see, and what it has asked before.
DROP POLICY mine_partner ON partner_key;
CREATE POLICY mine_partner ON partner_key FOR SELECT TO app_partner USING (
    partner = (SELECT me()) AND partner_key.environment = (SELECT environment()));
DROP POLICY mine_partner ON session;
CREATE POLICY mine_partner ON session FOR SELECT TO app_partner USING (
    subject = (SELECT me()) AND kind = 'PARTNER' AND session.environment = (SELECT environment()));
DROP POLICY mine_partner ON dossier_grant;
CREATE POLICY mine_partner ON dossier_grant FOR SELECT TO app_partner USING (
    (SELECT partner_reads()) AND (applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = (SELECT me()))
    AND EXISTS (SELECT FROM dossier d WHERE d.id = dossier_grant.dossier OFFSET 0));
CREATE OR REPLACE FUNCTION principal() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN kind() || ':' || me() || CASE WHEN kind() = 'PARTNER' AND environment() <> 'LIVE' THEN ':' || environment() ELSE '' END;

CREATE POLICY worker ON feed_of_grantee FOR SELECT TO app_worker USING (true);
GRANT SELECT (grantee, event) ON feed_of_grantee TO app_worker;

-- migrate:down

REVOKE SELECT (grantee, event) ON feed_of_grantee FROM app_worker;
DROP POLICY worker ON feed_of_grantee;
CREATE OR REPLACE FUNCTION principal() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN kind() || ':' || me();
DROP POLICY mine_partner ON dossier_grant;
CREATE POLICY mine_partner ON dossier_grant FOR SELECT TO app_partner USING (
    (SELECT partner_reads()) AND (applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = (SELECT me())));
DROP POLICY mine_partner ON session;
CREATE POLICY mine_partner ON session FOR SELECT TO app_partner USING (subject = (SELECT me()) AND kind = 'PARTNER');
DROP POLICY mine_partner ON partner_key;
CREATE POLICY mine_partner ON partner_key FOR SELECT TO app_partner USING (partner = (SELECT me()));
REVOKE DELETE ON sandbox_person FROM motcua_definer;
REVOKE UPDATE (delegation) ON dossier_grant FROM motcua_definer;
REVOKE UPDATE (reason) ON dossier_classification FROM motcua_definer;
DROP INDEX audit_citizen, session_ever, delegation_ever_delegate, delegation_ever, dossier_grant_ever;
