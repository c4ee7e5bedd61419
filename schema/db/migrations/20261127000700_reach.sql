-- How far somebody reaches: scopes and environment of a partner's key, grants with named fields, seats with roles, access
-- classes, and the sandbox, which is a province of its own.
--   A partner sees what it submitted, what was granted to it, and what is of its own tax code; of that, only with a scope
--   to read, only what is not RESTRICTED, only its key's environment, and with a TEAM key only dossiers of its guests.
--   A grant is looked up dossier by dossier: one who is granted a hundred thousand pays for the one that is read.
-- Source: DOMAIN §2.8, §4.1 (13-15), R6, R26; SECURITY §2.2.

-- migrate:up

CREATE FUNCTION scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.scopes', true), ''), ' ');
COMMENT ON FUNCTION scopes() IS 'What a partner''s token may do; NULL for everybody else.';

CREATE FUNCTION environment() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.environment', true), ''), 'LIVE');
COMMENT ON FUNCTION environment() IS 'LIVE, TEST (the sandbox) or TEAM (live, but guests only): where the caller''s session counts.';
GRANT EXECUTE ON FUNCTION scopes(), environment()
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

ALTER TABLE agency ADD sandbox boolean NOT NULL DEFAULT false;
ALTER TABLE subject ADD sandbox boolean NOT NULL DEFAULT false;
ALTER TABLE procedure ADD sandbox boolean NOT NULL DEFAULT false,
    ADD access_class text NOT NULL DEFAULT 'OPEN' CHECK (access_class IN ('OPEN', 'RESTRICTED'));
ALTER TABLE dossier ADD sandbox boolean NOT NULL DEFAULT false,
    ADD access_class text NOT NULL DEFAULT 'OPEN' CHECK (access_class IN ('OPEN', 'RESTRICTED'));
COMMENT ON COLUMN agency.sandbox IS 'Of the province that partners try things in: nobody''s real dossier goes there.';
COMMENT ON COLUMN dossier.access_class IS
    'RESTRICTED: unseen by search, partners, figures and push texts. Its procedure''s at submission; an officer may change it.';
GRANT SELECT (sandbox, access_class) ON dossier TO app_citizen, app_partner, app_worker;

-- Vai trò: an ADMINISTRATOR speaks for the organisation; a MEMBER submits for it and sees the dossiers it has a role in.
ALTER TABLE seat ADD role text NOT NULL DEFAULT 'ADMINISTRATOR' CHECK (role IN ('ADMINISTRATOR', 'MEMBER')),
    ADD until timestamptz, ADD withdrawn_at timestamptz, ADD id uuid NOT NULL UNIQUE DEFAULT uuid_v7();
COMMENT ON COLUMN seat.until IS 'NULL: until it is withdrawn.';
-- As the reader's own rights show it (security_invoker): a view adds no eyes.
CREATE VIEW seat_in_force WITH (security_invoker = true) AS
SELECT person, organisation, role FROM seat WHERE withdrawn_at IS NULL AND (until IS NULL OR until > now());
GRANT SELECT ON seat_in_force TO motcua_definer, app_citizen, app_partner, app_worker;

-- The guests of a TEAM key: whose dossiers it sees.
CREATE TABLE partner_guest (
    partner bigint NOT NULL REFERENCES partner,
    guest   bigint NOT NULL REFERENCES subject,
    since   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partner, guest)
);

ALTER TABLE dossier_grant DROP CONSTRAINT dossier_grant_pkey,
    ADD no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    ADD kind text NOT NULL DEFAULT 'CONSENT' CHECK (kind IN ('CONSENT', 'DELEGATION', 'SEAT')),
    ADD fields text[] NOT NULL DEFAULT '{STATUS,APPLICANT,TIMELINE}',
    ADD created_at timestamptz NOT NULL DEFAULT now(),
    ADD CHECK (fields <@ ARRAY['STATUS', 'APPLICANT', 'TIMELINE'] AND 'STATUS' = ANY (fields)),
    -- Who acted stands in the timeline, and that is the applicant too.
    ADD CHECK (NOT 'TIMELINE' = ANY (fields) OR 'APPLICANT' = ANY (fields)),
    ADD CHECK (length(purpose) BETWEEN 1 AND 500 AND purpose IS NFC NORMALIZED);
COMMENT ON COLUMN dossier_grant.kind IS
    'CONSENT (đồng ý) to a partner, DELEGATION (ủy quyền) to a person, SEAT: a role of one seat in its organisation''s dossier.';
COMMENT ON COLUMN dossier_grant.fields IS 'What is shown: STATUS the dossier itself, APPLICANT who asks, TIMELINE what happened.';
DROP INDEX dossier_grant_grantee;
CREATE UNIQUE INDEX dossier_grant_one ON dossier_grant (dossier, grantee, kind) WHERE revoked_at IS NULL;
CREATE INDEX dossier_grant_grantee ON dossier_grant (grantee, no DESC) WHERE revoked_at IS NULL;
CREATE INDEX dossier_grant_dossier ON dossier_grant (dossier, no DESC);

-- Events told to somebody by a grant in force when they got their place in the feed.
CREATE TABLE feed_of_grantee (
    grantee bigint NOT NULL,
    feed_no bigint NOT NULL,
    event   uuid NOT NULL REFERENCES dossier_event,
    PRIMARY KEY (grantee, feed_no)
);
INSERT INTO feed_of_grantee (grantee, feed_no, event)
SELECT DISTINCT g.grantee, e.feed_no, e.id FROM dossier_grant g JOIN dossier_event e ON e.dossier = g.dossier
 WHERE e.feed_no IS NOT NULL AND g.revoked_at IS NULL;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['partner_guest', 'feed_of_grantee']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
CREATE POLICY mine ON partner_guest FOR SELECT TO app_partner USING (partner = (SELECT me()));
CREATE POLICY mine ON feed_of_grantee FOR SELECT TO app_citizen, app_partner USING (grantee = ANY ((SELECT subjects())::bigint[]));
GRANT SELECT, INSERT, DELETE ON partner_guest TO motcua_definer;
GRANT SELECT, INSERT ON feed_of_grantee TO motcua_definer;
GRANT SELECT ON partner_guest TO app_partner;
GRANT SELECT ON feed_of_grantee TO app_citizen, app_partner;

CREATE POLICY definer_writes ON seat TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_writes ON dossier_grant TO motcua_definer USING (true) WITH CHECK (true);
GRANT INSERT ON seat, dossier_grant TO motcua_definer;
GRANT UPDATE (role, until, withdrawn_at, since) ON seat TO motcua_definer;
GRANT UPDATE (revoked_at) ON dossier_grant TO motcua_definer;

-- Facts of the caller that the policies ask once a statement.
CREATE FUNCTION partner_reads() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(scopes() && ARRAY['dossiers.read', 'events.read'], false);
CREATE FUNCTION in_sandbox() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN environment() = 'TEST';
-- The guests of the calling TEAM key; NULL when the key is bound to none.
CREATE FUNCTION guests() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(array_agg(guest), '{}') FROM partner_guest WHERE partner = me() HAVING environment() = 'TEAM'
$$;
GRANT EXECUTE ON FUNCTION partner_reads(), in_sandbox() TO motcua_definer, app_citizen, app_partner;
GRANT EXECUTE ON FUNCTION guests() TO motcua_definer, app_partner;
ALTER FUNCTION guests() OWNER TO motcua_definer;

-- OFFSET 0 keeps the planner from reading all grants of the caller to answer for one dossier.
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
-- The dossier's own policy decides what is shown of it; its timeline may be withheld.
CREATE POLICY mine_partner ON dossier_event FOR SELECT TO app_partner USING (
    (applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
     OR EXISTS (SELECT FROM dossier_grant g
                 WHERE g.dossier = dossier_event.dossier AND g.grantee = (SELECT me())
                   AND g.revoked_at IS NULL AND g.until > now() AND 'TIMELINE' = ANY (g.fields)
                OFFSET 0))
    AND EXISTS (SELECT FROM dossier d WHERE d.id = dossier_event.dossier OFFSET 0));

-- A name is known to its owner, to its seats, to who submitted for it, and to whom it was shown.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['subject', 'person', 'organisation']
    LOOP
        EXECUTE format('DROP POLICY known ON %I', t);
        EXECUTE format($policy$CREATE POLICY known ON %1$I FOR SELECT TO app_citizen, app_partner USING (
            id = ANY ((SELECT subjects())::bigint[])
            OR id IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()))
            OR EXISTS (SELECT FROM dossier_grant g JOIN dossier d ON d.id = g.dossier
                        WHERE d.applicant = %1$I.id AND g.applicant = %1$I.id AND g.grantee = ANY ((SELECT subjects())::bigint[])
                          AND g.revoked_at IS NULL AND g.until > now() AND 'APPLICANT' = ANY (g.fields)
                       OFFSET 0)
            OR kind() = 'PARTNER' AND EXISTS (SELECT FROM dossier d WHERE d.applicant = %1$I.id AND d.submitter = (SELECT me()) OFFSET 0))$policy$, t);
    END LOOP;
END $$;
CREATE INDEX dossier_grant_applicant ON dossier_grant (applicant, grantee) WHERE revoked_at IS NULL;

DROP FUNCTION granted_dossiers();

-- A partner's keys are for who administers the organisation.
DROP POLICY mine ON partner_key;
CREATE POLICY mine ON partner_key FOR SELECT TO app_citizen USING (
    partner IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()) AND role = 'ADMINISTRATOR'));

-- The last number given out: where whoever begins to follow stands. It says no more than the cursor of any event.
CREATE FUNCTION feed_last() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT last FROM feed
$$;
GRANT EXECUTE ON FUNCTION feed_last() TO app_citizen, app_partner, app_officer;
ALTER FUNCTION feed_last() OWNER TO motcua_definer;

-- migrate:down

DROP FUNCTION feed_last();
DROP POLICY mine ON partner_key;
CREATE POLICY mine ON partner_key FOR SELECT TO app_citizen USING (
    partner IN (SELECT organisation FROM seat WHERE person = (SELECT me())));
CREATE FUNCTION granted_dossiers() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = motcua, pg_temp AS $$
    SELECT array_agg(dossier) FROM dossier_grant
     WHERE grantee = ANY ((SELECT subjects())::bigint[]) AND revoked_at IS NULL AND until > now()
$$;
GRANT EXECUTE ON FUNCTION granted_dossiers() TO motcua_definer, app_citizen, app_partner;
ALTER FUNCTION granted_dossiers() OWNER TO motcua_definer;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['subject', 'person', 'organisation']
    LOOP
        EXECUTE format('DROP POLICY known ON %I', t);
        EXECUTE format($policy$CREATE POLICY known ON %1$I FOR SELECT TO app_citizen, app_partner USING (
            id = ANY ((SELECT subjects())::bigint[]) OR EXISTS (SELECT FROM dossier d WHERE d.applicant = %1$I.id))$policy$, t);
    END LOOP;
END $$;
DROP POLICY mine ON dossier_event;
DROP POLICY mine_partner ON dossier_event;
CREATE POLICY mine ON dossier_event FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR dossier = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine_partner ON dossier_event FOR SELECT TO app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
    OR dossier = ANY ((SELECT granted_dossiers())::bigint[]));
DROP POLICY mine ON dossier;
DROP POLICY mine_partner ON dossier;
CREATE POLICY mine ON dossier FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR id = ANY ((SELECT granted_dossiers())::bigint[]));
CREATE POLICY mine_partner ON dossier FOR SELECT TO app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR submitter = (SELECT me())
    OR id = ANY ((SELECT granted_dossiers())::bigint[]));
DROP FUNCTION guests(), in_sandbox(), partner_reads();
DROP POLICY definer_writes ON seat;
DROP POLICY definer_writes ON dossier_grant;
REVOKE INSERT, UPDATE ON seat, dossier_grant FROM motcua_definer;
DROP TABLE feed_of_grantee, partner_guest;
DROP INDEX dossier_grant_one, dossier_grant_grantee, dossier_grant_dossier, dossier_grant_applicant;
DELETE FROM dossier_grant WHERE no NOT IN (SELECT max(no) FROM dossier_grant GROUP BY dossier, grantee);
ALTER TABLE dossier_grant DROP no, DROP id, DROP kind, DROP fields, DROP created_at,
    DROP CONSTRAINT dossier_grant_purpose_check, ADD PRIMARY KEY (dossier, grantee);
CREATE INDEX dossier_grant_grantee ON dossier_grant (grantee);
DROP VIEW seat_in_force;
ALTER TABLE seat DROP role, DROP until, DROP withdrawn_at, DROP id;
ALTER TABLE dossier DROP sandbox, DROP access_class;
ALTER TABLE procedure DROP sandbox, DROP access_class;
ALTER TABLE subject DROP sandbox;
ALTER TABLE agency DROP sandbox;
DROP FUNCTION environment(), scopes();
