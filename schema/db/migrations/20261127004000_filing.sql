-- What a dossier is filed with (D2): which part of its procedure each paper is, what is only announced on paper, that its applicant
-- has consented, and which part an e-form takes the place of. Written by functions 29, 30, 35, 41, 45 and 98_bulk; form_part by
-- seed/reference. Source: DOMAIN §5.1, §5.2 (D1, D2); R11, R12, R16.

-- migrate:up

ALTER TABLE dossier_part ADD part_code text CHECK (part_code ~ '^[A-Z0-9_]{1,40}$');
COMMENT ON COLUMN dossier_part.part_code IS 'As in procedure_part.code; NULL: it was not said which part it is.';

-- Nộp bản giấy: said when the dossier was filed, to be brought or sent.
CREATE TABLE announced_part (
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    part_code text NOT NULL CHECK (part_code ~ '^[A-Z][A-Z0-9_]{0,39}$'),
    position  int NOT NULL CHECK (position BETWEEN 1 AND 60),
    applicant bigint NOT NULL REFERENCES subject,
    name_vi   text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en   text NOT NULL,
    PRIMARY KEY (dossier, part_code)
);
ALTER TABLE announced_part ENABLE ROW LEVEL SECURITY;
ALTER TABLE announced_part FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON announced_part TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON announced_part TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY mine ON announced_part FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY agency ON announced_part FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = announced_part.dossier));
GRANT SELECT, INSERT, DELETE ON announced_part TO motcua_definer;
GRANT SELECT ON announced_part TO app_citizen, app_officer;

ALTER TABLE dossier_event ADD consent boolean CHECK (consent);
COMMENT ON COLUMN dossier_event.consent IS
    'Who acted has said that the agencies which take part may use what is handed in; NULL: it was not asked.';

-- Tờ khai, đơn: the paper that an e-form, filled in, takes the place of.
CREATE TABLE form_part (
    part       text PRIMARY KEY CHECK (part ~ '^[A-Z][A-Z0-9_]{0,39}$'),
    confidence text NOT NULL CHECK (confidence IN ('S', 'K', 'A'))
);
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON form_part
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON form_part TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;

ALTER TABLE draft ADD parts jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(parts) = 'array' AND jsonb_array_length(parts) <= 60);
COMMENT ON COLUMN draft.parts IS 'As SubmittedPartInput, in the order they were chosen.';
-- A partner writes drafts, too, by the keys that submit: not in the sandbox, whose procedures have no form.
CREATE POLICY mine_partner ON draft FOR SELECT TO app_partner USING (
    owner = (SELECT me()) AND expires_at > now() AND 'dossiers.submit' = ANY ((SELECT scopes())::text[]) AND NOT (SELECT in_sandbox())
    AND ((SELECT guests()) IS NULL OR applicant = ANY ((SELECT guests())::bigint[])));
CREATE POLICY mine_partner ON draft_field FOR SELECT TO app_partner USING (
    owner = (SELECT me()) AND EXISTS (SELECT FROM draft d WHERE d.id = draft_field.draft));
GRANT SELECT ON draft, draft_field TO app_partner;
COMMENT ON COLUMN draft.owner IS 'Who writes it: a person, or a partner.';

ALTER TABLE bulk_item ADD filed jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN bulk_item.filed IS 'What it is filed with, as {consent, parts}.';

-- Loaded anew in their new shape.
DROP FUNCTION IF EXISTS submit_dossier(text, text, bigint, text, jsonb, text), submit_draft(text, jsonb, text),
    paper_use(uuid, dossier, text), upload_use(uuid, dossier, text);

-- migrate:down

DROP FUNCTION IF EXISTS submit_dossier(text, text, bigint, text, jsonb, text, jsonb), submit_draft(text, jsonb, text, jsonb),
    paper_use(uuid, dossier, text, text), upload_use(uuid, dossier, text, text);
DROP FUNCTION IF EXISTS dossier_submit(text, text, bigint, text, jsonb, text, jsonb, bigint), submission_facts(bigint, bigint, text, jsonb, bigint),
    parts_of_case(bigint, bigint), filed_parts(bigint, bigint, jsonb), filed_problems(bigint, bigint, text, jsonb, boolean),
    parts_file(dossier, jsonb), part_kind(dossier, text), form_meant(bigint, bigint), may_hand_in(), may_draft(),
    submission_rows(dossier, dossier_transition, dossier_transition, uuid), draft_part_problems(procedure_form, jsonb), draft_parts(jsonb);
ALTER TABLE bulk_item DROP filed;
COMMENT ON COLUMN draft.owner IS 'Who writes it, a person.';
REVOKE SELECT ON draft, draft_field FROM app_partner;
DROP POLICY mine_partner ON draft_field;
DROP POLICY mine_partner ON draft;
ALTER TABLE draft DROP parts;
DROP TABLE form_part;
ALTER TABLE dossier_event DROP consent;
DROP TABLE announced_part;
ALTER TABLE dossier_part DROP part_code;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
