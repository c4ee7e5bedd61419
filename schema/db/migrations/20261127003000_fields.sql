-- What a full dossier of land, construction, investment and social insurance needs beside the machine: the case that was chosen, the
-- number under which another system of the authority keeps it, how its applicant is going to pay, and which papers fit which part.
-- Written by functions 35, 41, 43 and 54; part_paper_kind by seed/reference. Source: DOMAIN §2.2, §5.1; R11, R15, R23.

-- migrate:up

-- Trường hợp giải quyết: it may have a limit of its own (dossier_limit).
ALTER TABLE draft ADD case_code text NOT NULL DEFAULT '' CHECK (case_code ~ '^[A-Z0-9_]{0,40}$');
COMMENT ON COLUMN draft.case_code IS 'The case that was chosen, whether or not it has a form of its own; '''' is none.';
UPDATE draft d SET case_code = f.case_code FROM procedure_form f WHERE f.id = d.form AND f.case_code <> '';
ALTER TABLE dossier ADD procedure_case bigint,
    ADD FOREIGN KEY (procedure_version, procedure_case) REFERENCES procedure_case (procedure_version, id);
COMMENT ON COLUMN dossier.procedure_case IS 'The case it was handed in for; NULL: none was chosen.';
GRANT SELECT (procedure_case) ON dossier TO app_citizen, app_partner;

-- Số hồ sơ của hệ thống khác: 03706/2026/07906 at the social insurance.
ALTER TABLE dossier ADD CONSTRAINT dossier_external_no_tidy
    CHECK (length(external_no) BETWEEN 1 AND 60 AND external_no IS NFC NORMALIZED);
COMMENT ON COLUMN dossier.external_no IS 'Its number in a system of the competent agency, where that is another than ours.';
CREATE UNIQUE INDEX dossier_external_no ON dossier (external_no, competent_agency) WHERE external_no IS NOT NULL;

-- How the applicant is going to pay, and to which account he may. Only the cashier's entry pays.
ALTER TABLE fee_demand
    ADD bank text CHECK (length(bank) BETWEEN 1 AND 200 AND bank IS NFC NORMALIZED),
    ADD account_no text CHECK (account_no ~ '^[0-9A-Z.-]{4,40}$'),
    ADD account_holder text CHECK (length(account_holder) BETWEEN 1 AND 200 AND account_holder IS NFC NORMALIZED),
    ADD method text CHECK (method IN ('COUNTER', 'TRANSFER')),
    ADD method_at timestamptz,
    ADD CHECK (num_nonnulls(bank, account_no, account_holder) IN (0, 3)),
    ADD CHECK ((method IS NULL) = (method_at IS NULL)),
    ADD CHECK (method IS DISTINCT FROM 'TRANSFER' OR account_no IS NOT NULL);
COMMENT ON COLUMN fee_demand.account_no IS 'As the officer who demands has entered it; NULL: it is paid at the counter alone.';
COMMENT ON COLUMN fee_demand.method IS 'As the applicant has said last; NULL: not yet.';
GRANT SELECT (bank, account_no, account_holder, method, method_at) ON fee_demand TO app_citizen, app_partner;

ALTER TABLE supplement_item ADD part_code text CHECK (part_code ~ '^[A-Z0-9_]{1,40}$');
COMMENT ON COLUMN supplement_item.part_code IS 'Which part of the procedure it is; NULL: none of them.';
GRANT SELECT (part_code) ON supplement_item TO app_citizen, app_partner;

-- Which kinds of papers (stored_paper.kind) may stand for which part.
CREATE TABLE part_paper_kind (
    procedure  bigint REFERENCES procedure,
    part       text NOT NULL CHECK (part ~ '^[A-Z0-9_]{1,40}$'),
    kind       text NOT NULL CHECK (kind ~ '^[A-Z0-9][A-Z0-9_.-]{0,39}$'),
    confidence text NOT NULL,
    UNIQUE NULLS NOT DISTINCT (part, procedure, kind)
);
COMMENT ON COLUMN part_paper_kind.procedure IS 'Only of this procedure''s part; NULL: of every procedure''s part of that code.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON part_paper_kind
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON part_paper_kind TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
-- What is asked for names parts by their codes: schema/db/functions makes it again.
DROP FUNCTION IF EXISTS supplement_ask_facts(dossier);
CREATE INDEX stored_paper_kind ON stored_paper (owner, kind, id DESC) WHERE state = 'CLEAN' AND removed_at IS NULL;

-- migrate:down

DROP INDEX stored_paper_kind;
DROP TABLE part_paper_kind;
ALTER TABLE supplement_item DROP part_code;
ALTER TABLE fee_demand DROP bank, DROP account_no, DROP account_holder, DROP method, DROP method_at;
DROP INDEX dossier_external_no;
ALTER TABLE dossier DROP CONSTRAINT dossier_external_no_tidy, DROP procedure_case;
COMMENT ON COLUMN dossier.external_no IS NULL;
ALTER TABLE draft DROP case_code;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
