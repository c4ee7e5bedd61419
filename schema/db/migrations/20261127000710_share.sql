-- Shares of dossiers, standing delegations and seats as people give them: what functions 26_grants.sql, 27_seats.sql and
-- 28_access_class.sql write, and who reads it.
-- Source: DOMAIN §4.1 (14, 15), §5.1 (Delegation, Seat, Consent), R6, R26.

-- migrate:up

-- Ủy quyền nộp hồ sơ: somebody may hand in for another, until a day or until taken back.
CREATE TABLE delegation (
    no         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    delegator  bigint NOT NULL REFERENCES subject,
    delegate   bigint NOT NULL REFERENCES subject,
    procedure  bigint REFERENCES procedure,
    purpose    text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 500 AND purpose IS NFC NORMALIZED),
    until      timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CHECK (delegator <> delegate)
);
COMMENT ON COLUMN delegation.procedure IS 'NULL: every procedure.';
CREATE UNIQUE INDEX delegation_one ON delegation (delegator, delegate, procedure) NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX delegation_delegator ON delegation (delegator, no DESC) WHERE revoked_at IS NULL;
CREATE INDEX delegation_delegate ON delegation (delegate, no DESC) WHERE revoked_at IS NULL;

-- Why an access class was changed. The reason may name people, so it is for the agency and stands in no audit.
CREATE TABLE dossier_classification (
    no           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dossier      bigint NOT NULL REFERENCES dossier,
    access_class text NOT NULL CHECK (access_class IN ('OPEN', 'RESTRICTED')),
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500 AND reason IS NFC NORMALIZED),
    officer      bigint NOT NULL REFERENCES officer,
    at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dossier_classification_dossier ON dossier_classification (dossier, no DESC);

-- What a delegate has handed in is shown to it as long as the delegation stands.
ALTER TABLE dossier_grant ADD delegation bigint REFERENCES delegation;
CREATE INDEX dossier_grant_delegation ON dossier_grant (delegation) WHERE delegation IS NOT NULL;

-- A repeated change finds its seat again by a number.
ALTER TABLE seat ADD no bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- Those taken back, too: whom it was shown to once is still known to the applicant.
DROP INDEX dossier_grant_applicant;
CREATE INDEX dossier_grant_applicant ON dossier_grant (applicant, grantee);
CREATE INDEX dossier_grant_given ON dossier_grant (applicant, no DESC) WHERE revoked_at IS NULL;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['delegation', 'dossier_classification']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON delegation TO motcua_definer;
GRANT UPDATE (revoked_at, purpose) ON delegation TO motcua_definer;
GRANT INSERT ON dossier_classification TO motcua_definer;
GRANT UPDATE (until) ON dossier_grant TO motcua_definer;

CREATE POLICY mine ON delegation FOR SELECT TO app_citizen USING (
    delegator = ANY ((SELECT subjects())::bigint[]) OR delegate = ANY ((SELECT subjects())::bigint[]));
-- One who may hand in knows for whom.
CREATE POLICY mine_partner ON delegation FOR SELECT TO app_partner USING (
    (SELECT coalesce('dossiers.submit' = ANY (scopes()), false)) AND delegate = (SELECT me()));
GRANT SELECT ON delegation TO app_citizen, app_partner;
CREATE POLICY agency ON dossier_classification FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_classification.dossier));
GRANT SELECT ON dossier_classification TO app_officer;

-- A partner's key needs a scope to read of grants what it needs one to read of dossiers. An agency is told who may stand
-- in for the applicant, not to which company the applicant shows the dossier and why.
DROP POLICY mine ON dossier_grant;
CREATE POLICY mine ON dossier_grant FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY mine_partner ON dossier_grant FOR SELECT TO app_partner USING (
    (SELECT partner_reads()) AND (applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = (SELECT me())));
DROP POLICY agency ON dossier_grant;
CREATE POLICY agency ON dossier_grant FOR SELECT TO app_officer USING (
    kind <> 'CONSENT' AND EXISTS (SELECT FROM dossier d WHERE d.id = dossier_grant.dossier));

-- Whom I have granted something, who sits in my organisation, and who has delegated to me or I to whom, I know by name.
CREATE POLICY known_as_grantee ON subject FOR SELECT TO app_citizen USING (
    EXISTS (SELECT FROM dossier_grant g WHERE g.grantee = subject.id AND g.applicant = ANY ((SELECT subjects())::bigint[]) OFFSET 0));
CREATE POLICY known_by_seat ON subject FOR SELECT TO app_citizen USING (
    EXISTS (SELECT FROM seat_in_force t WHERE t.person = subject.id AND t.organisation = ANY ((SELECT subjects())::bigint[]) OFFSET 0));
CREATE POLICY known_by_delegation ON subject FOR SELECT TO app_citizen, app_partner USING (
    EXISTS (SELECT FROM delegation g WHERE g.delegator = subject.id AND g.delegate = ANY ((SELECT subjects())::bigint[])
                                       AND g.revoked_at IS NULL AND g.until > now() OFFSET 0)
    OR EXISTS (SELECT FROM delegation g WHERE g.delegate = subject.id AND g.delegator = ANY ((SELECT subjects())::bigint[])
                                          AND g.revoked_at IS NULL OFFSET 0));
-- The counter asks who may take the result. A person is granted few; a company is never shown here.
CREATE POLICY known_as_grantee_to_office ON subject FOR SELECT TO app_officer USING (
    kind = 'PERSON' AND EXISTS (SELECT FROM dossier_grant g WHERE g.grantee = subject.id AND g.revoked_at IS NULL AND g.until > now() OFFSET 0));

-- migrate:down

DROP POLICY known_as_grantee_to_office ON subject;
DROP POLICY known_by_delegation ON subject;
DROP POLICY known_by_seat ON subject;
DROP POLICY known_as_grantee ON subject;
DROP POLICY agency ON dossier_grant;
CREATE POLICY agency ON dossier_grant FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_grant.dossier));
DROP POLICY mine_partner ON dossier_grant;
DROP POLICY mine ON dossier_grant;
CREATE POLICY mine ON dossier_grant FOR SELECT TO app_citizen, app_partner USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR grantee = ANY ((SELECT subjects())::bigint[]));
REVOKE UPDATE (until) ON dossier_grant FROM motcua_definer;
DROP INDEX dossier_grant_given, dossier_grant_applicant;
CREATE INDEX dossier_grant_applicant ON dossier_grant (applicant, grantee) WHERE revoked_at IS NULL;
ALTER TABLE seat DROP no;
ALTER TABLE dossier_grant DROP delegation;
DROP TABLE dossier_classification, delegation;
