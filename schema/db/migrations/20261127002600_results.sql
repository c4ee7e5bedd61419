-- Results of procedures that no dossier here has made (kết quả giải quyết TTHC còn hiệu lực): the inventory of what an agency
-- keeps on paper, its scans, and how much of what still holds is digitised. Written by schema/db/functions/47_results.sql and
-- 47_digitisation.sql alone. Source: DOMAIN R3, R7, R8, R9, R11, §5.1 (Result); QĐ 468/QĐ-TTg [K].

-- migrate:up

-- Kết quả giải quyết đang lưu trên giấy.
CREATE TABLE procedure_result (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id       uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    agency          bigint NOT NULL REFERENCES agency,
    issuer          bigint NOT NULL REFERENCES agency,
    authority_level text NOT NULL CHECK (authority_level IN ('PROVINCE', 'DISTRICT', 'COMMUNE')),
    procedure_code  text CHECK (length(procedure_code) BETWEEN 1 AND 40 AND procedure_code IS NFC NORMALIZED),
    kind            text NOT NULL CHECK (kind ~ '^[A-Z0-9][A-Z0-9_.-]{0,39}$'),
    number          text NOT NULL CHECK (length(number) BETWEEN 1 AND 64 AND number IS NFC NORMALIZED),
    issued_on       date NOT NULL,
    valid_until     date,
    title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 200 AND title IS NFC NORMALIZED),
    holder_no_index bytea CHECK (octet_length(holder_no_index) = 32),
    holder_tax_code text CHECK (tax_code_valid(holder_tax_code)),
    holder          bigint REFERENCES subject,
    state           text NOT NULL DEFAULT 'INVENTORIED' CHECK (state IN ('INVENTORIED', 'PROPOSED', 'DIGITISED')),
    listed_by       bigint NOT NULL REFERENCES officer,
    listed_at       timestamptz NOT NULL DEFAULT now(),
    paper           bigint UNIQUE REFERENCES stored_paper,
    attached_by     bigint REFERENCES officer,
    attacher_name   text,
    attached_at     timestamptz,
    return_reason   text CHECK (length(return_reason) BETWEEN 1 AND 500 AND return_reason IS NFC NORMALIZED),
    checked_by      bigint REFERENCES officer,
    digitised_at    timestamptz,
    UNIQUE (issuer, number, issued_on),
    CHECK (valid_until >= issued_on),
    CHECK (num_nonnulls(holder_no_index, holder_tax_code) <= 1),
    CHECK ((state <> 'INVENTORIED') = (paper IS NOT NULL)),
    CHECK (num_nonnulls(paper, attached_by, attacher_name, attached_at) IN (0, 4)),
    CHECK (num_nonnulls(checked_by, digitised_at) IN (0, 2) AND (state = 'DIGITISED') = (digitised_at IS NOT NULL)),
    CHECK (return_reason IS NULL OR state = 'INVENTORIED'),
    CONSTRAINT checked_by_another CHECK (checked_by <> attached_by)
) WITH (fillfactor = 80);
COMMENT ON COLUMN procedure_result.agency IS 'That keeps it and has to digitise it: the issuer, or who holds the papers of one that is no more.';
COMMENT ON COLUMN procedure_result.authority_level IS 'Of the issuer in its day (cấp tỉnh, huyện, xã).';
COMMENT ON COLUMN procedure_result.procedure_code IS 'As it was written in its day; the catalogue may know it no more.';
COMMENT ON COLUMN procedure_result.valid_until IS 'Its last day; NULL: it holds for good.';
COMMENT ON COLUMN procedure_result.holder_no_index IS 'Blind index of the holder''s personal number: nobody reads the number here.';
COMMENT ON COLUMN procedure_result.holder IS 'Who that is; NULL until he is known here.';
COMMENT ON COLUMN procedure_result.attacher_name IS 'As the officer was called then: colleagues are not shown each other''s names otherwise.';
COMMENT ON COLUMN procedure_result.return_reason IS 'Why its last scan was not taken.';
CREATE INDEX procedure_result_list ON procedure_result (agency, state, id);
CREATE INDEX procedure_result_waits ON procedure_result (holder_no_index) WHERE holder IS NULL;
CREATE INDEX procedure_result_waits_organisation ON procedure_result (holder_tax_code) WHERE holder IS NULL;
CREATE INDEX procedure_result_holder ON procedure_result (holder);

-- What an import of lines of the inventory came to.
CREATE TABLE result_import (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    agency      bigint NOT NULL REFERENCES agency,
    imported_by bigint NOT NULL REFERENCES officer,
    at          timestamptz NOT NULL DEFAULT now(),
    lines       int NOT NULL CHECK (lines BETWEEN 1 AND 100),
    listed      int NOT NULL CHECK (listed >= 0),
    known       int NOT NULL CHECK (known >= 0),
    problems    jsonb NOT NULL DEFAULT '[]',
    CHECK (listed + known <= lines)
);
COMMENT ON COLUMN result_import.known IS 'Lines that said what the inventory said already.';
COMMENT ON COLUMN result_import.problems IS 'Of the lines refused: [{line, path, vi, en}]. No value of a line is in it.';
CREATE INDEX result_import_agency ON result_import (agency);

-- The paper of a result whose holder nobody knows here yet is the agency's.
ALTER TABLE stored_paper
    ALTER owner DROP NOT NULL,
    ADD agency bigint REFERENCES agency,
    ADD CONSTRAINT stored_paper_is_somebodys CHECK (owner IS NOT NULL OR agency IS NOT NULL);
COMMENT ON COLUMN stored_paper.owner IS 'NULL: it is the scan of a result that nobody has checked, or whose holder is not known here yet.';
COMMENT ON COLUMN stored_paper.agency IS 'Of whose inventory of results it is the scan; NULL: of none.';

-- Of what an agency keeps by level: what still holds on the day as_of, and what of it is digitised.
CREATE TABLE digitisation_sum (
    agency          bigint NOT NULL REFERENCES agency,
    authority_level text NOT NULL CHECK (authority_level IN ('PROVINCE', 'DISTRICT', 'COMMUNE')),
    as_of           date NOT NULL,
    still_valid     int NOT NULL,
    digitised       int NOT NULL,
    PRIMARY KEY (agency, authority_level)
) WITH (fillfactor = 50);

-- And what of it ends with which day, from as_of on.
CREATE TABLE digitisation_end (
    agency          bigint NOT NULL,
    authority_level text NOT NULL,
    ends_on         date NOT NULL,
    still_valid     int NOT NULL,
    digitised       int NOT NULL,
    PRIMARY KEY (agency, authority_level, ends_on),
    FOREIGN KEY (agency, authority_level) REFERENCES digitisation_sum
) WITH (fillfactor = 80);

-- Of the dossiers that an agency decides: papers handed in, and those of them that nobody had to bring (QĐ 766, 4.3).
CREATE TABLE paper_reuse_sum (
    agency bigint PRIMARY KEY REFERENCES agency,
    parts  bigint NOT NULL,
    reused bigint NOT NULL,
    CHECK (reused BETWEEN 0 AND parts)
) WITH (fillfactor = 50);

-- Chỉ tiêu số hóa: the share that has to be digitised from a year on, by level.
CREATE TABLE digitisation_target (
    authority_level text NOT NULL CHECK (authority_level IN ('PROVINCE', 'DISTRICT', 'COMMUNE')),
    year            int NOT NULL CHECK (year BETWEEN 2000 AND 2100),
    percent         int NOT NULL CHECK (percent BETWEEN 0 AND 100),
    basis           text NOT NULL,
    PRIMARY KEY (authority_level, year)
);
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON digitisation_target
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON digitisation_target TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

-- What there is already.
INSERT INTO digitisation_sum
SELECT d.competent_agency, u.level, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*), count(d.e_result)
  FROM dossier d JOIN agency a ON a.id = d.competent_agency JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
 WHERE d.outcome = 'GRANTED' AND d.access_class = 'OPEN' AND NOT d.sandbox
 GROUP BY 1, 2;
INSERT INTO paper_reuse_sum
SELECT d.competent_agency, count(*), count(*) FILTER (WHERE p.source IN ('REUSE', 'DB'))
  FROM dossier_part p JOIN dossier d ON d.id = p.dossier WHERE NOT d.sandbox
 GROUP BY 1;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['procedure_result', 'result_import', 'digitisation_sum', 'digitisation_end', 'paper_reuse_sum']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON procedure_result, digitisation_sum, digitisation_end, paper_reuse_sum TO motcua_definer;
GRANT SELECT, INSERT ON result_import TO motcua_definer;

-- An inventory, its scans and its imports are read by the agency's officers in charge of them; a digitised result also by its
-- holder, and by whoever is shown its paper.
CREATE POLICY archive ON procedure_result FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'ARCHIVIST' = ANY (roles())));
CREATE POLICY handed_in ON procedure_result FOR SELECT TO app_officer USING (
    state = 'DIGITISED' AND EXISTS (SELECT FROM stored_paper p WHERE p.id = procedure_result.paper));
CREATE POLICY mine ON procedure_result FOR SELECT TO app_citizen USING (
    state = 'DIGITISED' AND holder = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY archive ON result_import FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'ARCHIVIST' = ANY (roles())));
CREATE POLICY archive ON stored_paper FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'ARCHIVIST' = ANY (roles())));
GRANT SELECT (id, public_id, agency, issuer, authority_level, procedure_code, kind, number, issued_on, valid_until, title, holder, state,
              paper, attached_at, return_reason, digitised_at) ON procedure_result TO app_citizen, app_officer;
GRANT SELECT (holder_tax_code, attacher_name) ON procedure_result TO app_officer;
GRANT SELECT ON result_import TO app_officer;

-- migrate:down

DROP TRIGGER IF EXISTS digitised ON dossier;
DROP TRIGGER IF EXISTS counted ON dossier_part;
DROP FUNCTION IF EXISTS digitisation_of_dossier(), paper_reuse_of_parts();
DROP POLICY archive ON stored_paper;
DROP TABLE procedure_result, result_import, digitisation_end, digitisation_sum, paper_reuse_sum, digitisation_target CASCADE;
DELETE FROM upload WHERE paper IN (SELECT id FROM stored_paper WHERE owner IS NULL);
DELETE FROM stored_paper WHERE owner IS NULL;
ALTER TABLE stored_paper DROP agency, ALTER owner SET NOT NULL;
COMMENT ON COLUMN stored_paper.owner IS NULL;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
