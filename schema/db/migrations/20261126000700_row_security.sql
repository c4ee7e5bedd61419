-- Who may read what: the whole authorisation matrix of the tables in one place.
-- Every table that names an owner is under FORCE ROW LEVEL SECURITY (tests/db/security.sql lists pg_class).
-- Policies are in InitPlan form, `x = ANY ((SELECT f())::bigint[])`: evaluated once, indexes used.
-- App logins get no INSERT, UPDATE or DELETE here: they write through the functions of schema/db/functions.
-- Source: ARCHITECTURE §3.6, SECURITY §3.

-- migrate:up

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['subject', 'person', 'organisation', 'seat', 'officer', 'dossier_sequence', 'dossier',
        'dossier_event', 'dossier_grant', 'feed', 'device', 'idempotency', 'outbox', 'delivery', 'delivery_log',
        'attempt']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;

-- Definer functions see all rows of exactly these tables and test the caller themselves.
CREATE POLICY definer ON subject FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON person FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON organisation FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON seat FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON officer FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON dossier_sequence TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON dossier TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON dossier_event TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON dossier_grant FOR SELECT TO motcua_definer USING (true);
CREATE POLICY definer ON feed TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON device TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON idempotency TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer ON outbox FOR INSERT TO motcua_definer WITH CHECK (true);

GRANT SELECT ON subject, person, organisation, seat, officer, dossier_grant TO motcua_definer;
GRANT SELECT, INSERT, UPDATE ON dossier_sequence, dossier TO motcua_definer;
GRANT SELECT, INSERT ON dossier_event TO motcua_definer;
GRANT UPDATE (feed_no) ON dossier_event TO motcua_definer;
GRANT SELECT, UPDATE ON feed TO motcua_definer;
GRANT SELECT, INSERT, UPDATE, DELETE ON device, idempotency TO motcua_definer;
GRANT INSERT ON outbox TO motcua_definer;

-- Dossiers shown to the caller by a grant in force. A definer function, so that the policy of dossier does
-- not need the policy of dossier_grant and the planner gets one array.
CREATE FUNCTION granted_dossiers() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = motcua, pg_temp AS $$
    SELECT array_agg(dossier) FROM dossier_grant
     WHERE grantee = ANY ((SELECT subjects())::bigint[]) AND revoked_at IS NULL AND until > now()
$$;
GRANT EXECUTE ON FUNCTION granted_dossiers() TO motcua_definer, app_citizen, app_partner;

-- Citizens and partners: their own and what was granted; a partner also what it submitted for others.
CREATE POLICY mine ON dossier FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR id = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine_partner ON dossier FOR SELECT TO app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
    OR id = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine ON dossier_event FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR dossier = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine_partner ON dossier_event FOR SELECT TO app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
    OR dossier = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine ON dossier_grant FOR SELECT TO app_citizen, app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY mine ON seat FOR SELECT TO app_citizen, app_partner USING (
    person = ANY ((SELECT subjects())::bigint[]) OR organisation = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY mine ON device FOR SELECT TO app_citizen USING (owner_subject = (SELECT me()));

-- Officers: the dossiers received at, or decided by, an agency of theirs.
CREATE POLICY agency ON dossier FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[]));
CREATE POLICY agency ON dossier_event FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[]));
CREATE POLICY agency ON dossier_grant FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_grant.dossier));
CREATE POLICY agency ON officer FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]));
CREATE POLICY mine_officer ON device FOR SELECT TO app_officer USING (owner_officer = (SELECT me()));

-- A name is visible to its owner and to whoever sees one of its dossiers (the inner query obeys dossier's policy).
CREATE POLICY known ON subject FOR SELECT TO app_citizen, app_partner USING (
    id = ANY ((SELECT subjects())::bigint[])
    OR EXISTS (SELECT FROM dossier d WHERE d.applicant = subject.id));
CREATE POLICY known ON person FOR SELECT TO app_citizen, app_partner USING (
    id = ANY ((SELECT subjects())::bigint[])
    OR EXISTS (SELECT FROM dossier d WHERE d.applicant = person.id));
CREATE POLICY known ON organisation FOR SELECT TO app_citizen, app_partner USING (
    id = ANY ((SELECT subjects())::bigint[])
    OR EXISTS (SELECT FROM dossier d WHERE d.applicant = organisation.id));
CREATE POLICY known_to_office ON subject FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.applicant = subject.id));
CREATE POLICY known_to_office ON person FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.applicant = person.id));
CREATE POLICY known_to_office ON organisation FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.applicant = organisation.id));

GRANT SELECT ON subject, person, organisation, dossier_grant TO app_citizen, app_partner, app_officer;
GRANT SELECT ON seat TO app_citizen, app_partner;
GRANT SELECT ON officer TO app_officer;
GRANT SELECT (id, public_id, code, procedure_version, applicant, submitter, channel, received_agency, competent_agency,
              state, clock, finance, delivery, delivered, digitised, outcome, e_result, submitted_at, received_at,
              due_at, finished_at, seq, external_no)
    ON dossier TO app_citizen, app_partner;
GRANT SELECT ON dossier TO app_officer;
GRANT SELECT (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, note, applicant, submitter,
              received_agency, competent_agency, feed_no)
    ON dossier_event TO app_citizen, app_partner;
GRANT SELECT ON dossier_event TO app_officer;
GRANT SELECT (id, public_id, owner_subject, owner_officer, kind, locale, registered_at, last_seen_at, disabled_at, reason)
    ON device TO app_citizen, app_officer;

-- The worker: its own tables, and of the others what finding a recipient needs. No names, no notes.
CREATE POLICY worker ON outbox TO app_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON delivery TO app_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON delivery_log TO app_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON attempt TO app_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON device TO app_worker USING (true) WITH CHECK (true);
CREATE POLICY worker ON subject FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON person FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON organisation FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON seat FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON officer FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON dossier FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON dossier_event FOR SELECT TO app_worker USING (true);
CREATE POLICY worker ON dossier_grant FOR SELECT TO app_worker USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, delivery, delivery_log, attempt TO app_worker;
GRANT SELECT ON device, seat, dossier_grant TO app_worker;
GRANT UPDATE (disabled_at, reason) ON device TO app_worker;
GRANT SELECT (id, public_id, kind, locale) ON subject TO app_worker;
GRANT SELECT (id) ON person, organisation TO app_worker;
GRANT SELECT (id, public_id, agency, roles, locale) ON officer TO app_worker;
GRANT SELECT (id, public_id, code, procedure_version, applicant, submitter, channel, received_agency, competent_agency,
              processor, state, clock, submitted_at, received_at, due_at, finished_at, seq)
    ON dossier TO app_worker;
GRANT SELECT (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, applicant, submitter,
              received_agency, competent_agency, feed_no)
    ON dossier_event TO app_worker;

ALTER FUNCTION granted_dossiers() OWNER TO motcua_definer;

-- migrate:down

DO $$
DECLARE
    p record;
BEGIN
    FOR p IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'motcua'
    LOOP
        EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
    END LOOP;
    FOR p IN SELECT c.oid::regclass AS name FROM pg_class c
              WHERE c.relnamespace = 'motcua'::regnamespace AND c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', p.name);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', p.name);
        EXECUTE format('REVOKE ALL ON %s FROM motcua_definer, app_citizen, app_partner, app_officer, app_worker', p.name);
    END LOOP;
END $$;
DROP FUNCTION granted_dossiers();
