-- What a list of a grown province walks along (tests/plans). An agency's list in the order of time: a page of all states
-- follows the first two, where dossier_received and dossier_competent (by state first) would give the whole history to sort.

-- migrate:up

CREATE INDEX dossier_received_all ON dossier (received_agency, submitted_at DESC, id DESC);
CREATE INDEX dossier_competent_all ON dossier (competent_agency, submitted_at DESC, id DESC);
DROP INDEX officer_agency;
CREATE INDEX officer_agency ON officer (agency, id);
CREATE INDEX webhook_secret_endpoint ON webhook_secret (endpoint);

-- A name is asked for by way of the grants and hand-ins that make it known, never by way of all dossiers of its bearer.
DROP INDEX dossier_grant_ever, delegation_ever, delegation_ever_delegate;
CREATE INDEX dossier_grant_ever ON dossier_grant (grantee, applicant);
CREATE INDEX delegation_ever ON delegation (delegator, delegate);
CREATE INDEX delegation_ever_delegate ON delegation (delegate, delegator);
CREATE INDEX dossier_submitted_for ON dossier (applicant, submitter) WHERE submitter <> applicant;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['subject', 'person', 'organisation']
    LOOP
        EXECUTE format($policy$ALTER POLICY known ON %1$I USING (
            id = ANY ((SELECT subjects())::bigint[])
            OR id IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()))
            OR EXISTS (SELECT FROM (SELECT g.dossier FROM dossier_grant g
                                     WHERE g.applicant = %1$I.id AND g.grantee = ANY ((SELECT subjects())::bigint[])
                                       AND g.revoked_at IS NULL AND g.until > now() AND 'APPLICANT' = ANY (g.fields) OFFSET 0) AS shown
                         JOIN dossier d ON d.id = shown.dossier
                        WHERE d.applicant = %1$I.id OFFSET 0)
            OR kind() = 'PARTNER' AND EXISTS (SELECT FROM dossier d WHERE d.applicant = %1$I.id AND d.submitter = (SELECT me())
                                                 AND d.submitter <> d.applicant OFFSET 0))$policy$, t);
    END LOOP;
END $$;

-- One look by both ends of a grant, whoever has a thousand: with = ANY the planner would read them all and throw most away.
ALTER POLICY known_as_grantee ON subject USING (
    EXISTS (SELECT FROM unnest((SELECT subjects())::bigint[]) AS mine(id)
             CROSS JOIN LATERAL (SELECT FROM dossier_grant g WHERE g.grantee = subject.id AND g.applicant = mine.id LIMIT 1) AS known));
ALTER POLICY known_by_delegation ON subject USING (
    EXISTS (SELECT FROM unnest((SELECT subjects())::bigint[]) AS mine(id)
             CROSS JOIN LATERAL (SELECT FROM delegation g WHERE g.delegator = subject.id AND g.delegate = mine.id
                                    AND g.revoked_at IS NULL AND g.until > now() LIMIT 1) AS known)
    OR EXISTS (SELECT FROM unnest((SELECT subjects())::bigint[]) AS mine(id)
                CROSS JOIN LATERAL (SELECT FROM delegation g WHERE g.delegate = subject.id AND g.delegator = mine.id
                                       AND g.revoked_at IS NULL LIMIT 1) AS known));

-- As an array, so that the keys of the few are found by an index.
ALTER POLICY mine ON partner_key USING (
    partner = ANY (ARRAY(SELECT organisation FROM seat_in_force WHERE person = (SELECT me()) AND role = 'ADMINISTRATOR')));

-- migrate:down

ALTER POLICY mine ON partner_key USING (
    partner IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()) AND role = 'ADMINISTRATOR'));
ALTER POLICY known_as_grantee ON subject USING (
    EXISTS (SELECT FROM dossier_grant g WHERE g.grantee = subject.id AND g.applicant = ANY ((SELECT subjects())::bigint[]) OFFSET 0));
ALTER POLICY known_by_delegation ON subject USING (
    EXISTS (SELECT FROM delegation g WHERE g.delegator = subject.id AND g.delegate = ANY ((SELECT subjects())::bigint[])
                                       AND g.revoked_at IS NULL AND g.until > now() OFFSET 0)
    OR EXISTS (SELECT FROM delegation g WHERE g.delegate = subject.id AND g.delegator = ANY ((SELECT subjects())::bigint[])
                                          AND g.revoked_at IS NULL OFFSET 0));
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['subject', 'person', 'organisation']
    LOOP
        EXECUTE format($policy$ALTER POLICY known ON %1$I USING (
            id = ANY ((SELECT subjects())::bigint[])
            OR id IN (SELECT organisation FROM seat_in_force WHERE person = (SELECT me()))
            OR EXISTS (SELECT FROM dossier_grant g JOIN dossier d ON d.id = g.dossier
                        WHERE d.applicant = %1$I.id AND g.applicant = %1$I.id AND g.grantee = ANY ((SELECT subjects())::bigint[])
                          AND g.revoked_at IS NULL AND g.until > now() AND 'APPLICANT' = ANY (g.fields)
                       OFFSET 0)
            OR kind() = 'PARTNER' AND EXISTS (SELECT FROM dossier d WHERE d.applicant = %1$I.id AND d.submitter = (SELECT me()) OFFSET 0))$policy$, t);
    END LOOP;
END $$;
DROP INDEX dossier_submitted_for, dossier_grant_ever, delegation_ever, delegation_ever_delegate;
CREATE INDEX dossier_grant_ever ON dossier_grant (grantee);
CREATE INDEX delegation_ever ON delegation (delegator);
CREATE INDEX delegation_ever_delegate ON delegation (delegate);

DROP INDEX webhook_secret_endpoint;
DROP INDEX officer_agency;
CREATE INDEX officer_agency ON officer (agency);
DROP INDEX dossier_competent_all, dossier_received_all;
