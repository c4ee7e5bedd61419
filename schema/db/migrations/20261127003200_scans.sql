-- Papers that an officer scans (quét giấy tờ): uploads of officers and of partners, who scanned what, and the files of a
-- dossier's result. And whom an event gives work, beside the applicant. Written by schema/db/functions/45_papers.sql,
-- 46_uploads.sql and 55_scans.sql alone. Source: R31, DOMAIN §5.2 (D3, D5, D14, D17).

-- migrate:up

ALTER TABLE upload
    ALTER creator DROP NOT NULL,
    ADD officer bigint REFERENCES officer,
    ADD sandbox boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT upload_is_somebodys CHECK (num_nonnulls(creator, officer) = 1);
COMMENT ON COLUMN upload.creator IS 'The person, or the partner, that sends it; NULL: an officer does.';
COMMENT ON COLUMN upload.sandbox IS 'Begun by a test key or by a person of the sandbox, and of use there alone.';
CREATE INDEX upload_officer ON upload (officer, created_at) WHERE officer IS NOT NULL;
CREATE POLICY mine_officer ON upload FOR SELECT TO app_officer USING (officer = (SELECT me()));
CREATE POLICY mine_partner ON upload FOR SELECT TO app_partner USING (creator = (SELECT me()) AND sandbox = (SELECT in_sandbox()));
GRANT SELECT (id, creator, officer, length, received, media_type, state, expires_at) ON upload TO app_officer, app_partner;
GRANT SELECT (officer) ON upload TO app_citizen;

ALTER TABLE stored_paper
    ADD scanned_by bigint REFERENCES officer,
    ADD withheld boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT stored_paper_scanned CHECK (scanned_by IS NULL OR source IN ('PAPER_SCAN', 'RESULT')),
    ADD CONSTRAINT stored_paper_withheld CHECK (NOT withheld OR source = 'RESULT');
COMMENT ON COLUMN stored_paper.scanned_by IS 'The officer whose upload it was, at created_at; NULL: nobody scanned it here.';
COMMENT ON COLUMN stored_paper.withheld IS 'A result that is not, or no longer, given: its owner neither sees nor uses it.';

-- Tệp kết quả giải quyết: prepared by who processes, given with the completion (D17), taken back with a reopening (D19).
CREATE TABLE result_file (
    dossier    bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    no         int NOT NULL CHECK (no > 0),
    applicant  bigint NOT NULL REFERENCES subject,
    paper      bigint NOT NULL UNIQUE REFERENCES stored_paper,
    taken_back uuid REFERENCES dossier_event,
    PRIMARY KEY (dossier, no)
);
COMMENT ON COLUMN result_file.taken_back IS 'The reopening that took it back; it is kept, and nobody''s to use.';

-- Báo việc cho cán bộ: the template by which an event that an applicant sends is told to officers.
CREATE TABLE officer_notice (
    event      text NOT NULL,
    from_state text NOT NULL REFERENCES dossier_state,
    template   text NOT NULL,
    class      text NOT NULL CHECK (class IN ('A', 'B', 'C')),
    PRIMARY KEY (event, from_state)
);
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON officer_notice
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON officer_notice TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

ALTER TABLE result_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE result_file FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON result_file TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON result_file TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY mine ON result_file FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]) AND taken_back IS NULL);
CREATE POLICY agency ON result_file FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = result_file.dossier OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON result_file TO motcua_definer;
GRANT SELECT ON result_file TO app_citizen, app_officer;

DROP POLICY mine ON stored_paper;
DROP POLICY handed_in ON stored_paper;
CREATE POLICY mine ON stored_paper FOR SELECT TO app_citizen USING (owner = ANY ((SELECT subjects())::bigint[]) AND NOT withheld);
CREATE POLICY handed_in ON stored_paper FOR SELECT TO app_officer USING (
    state = 'CLEAN' AND (EXISTS (SELECT FROM dossier_part p WHERE p.paper = stored_paper.id)
                         OR EXISTS (SELECT FROM result_file f WHERE f.paper = stored_paper.id)));

-- migrate:down

DROP TABLE result_file CASCADE;
DROP TABLE officer_notice;
DROP POLICY mine ON stored_paper;
DROP POLICY IF EXISTS handed_in ON stored_paper;
CREATE POLICY mine ON stored_paper FOR SELECT TO app_citizen USING (owner = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY handed_in ON stored_paper FOR SELECT TO app_officer USING (
    state = 'CLEAN' AND EXISTS (SELECT FROM dossier_part p WHERE p.paper = stored_paper.id));
ALTER TABLE stored_paper DROP withheld, DROP scanned_by;
DROP POLICY mine_officer ON upload;
DROP POLICY mine_partner ON upload;
REVOKE SELECT (id, creator, officer, length, received, media_type, state, expires_at) ON upload FROM app_officer, app_partner;
DELETE FROM upload WHERE creator IS NULL;
ALTER TABLE upload DROP officer, DROP sandbox, ALTER creator SET NOT NULL;
COMMENT ON COLUMN upload.creator IS NULL;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
