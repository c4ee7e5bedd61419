-- The case a dossier is of (trường hợp giải quyết), however it comes: an item of a bulk job names it, too. Which one is meant is said
-- by functions/22_cases.sql. A dossier that is there already keeps what it has; one that waits is given its case when it is accepted.

-- migrate:up

ALTER TABLE bulk_item ADD case_code text;
COMMENT ON COLUMN bulk_item.case_code IS 'As the partner has named it; NULL: not at all.';
COMMENT ON COLUMN dossier.procedure_case IS 'The case it is of; NULL: the national portal does not say it, and nobody has accepted it yet.';

-- Loaded anew in their new shape.
DROP FUNCTION IF EXISTS submit_dossier(text, text, bigint, text, jsonb), submit_draft(text, jsonb), accept_facts(dossier);

-- migrate:down

DROP FUNCTION IF EXISTS submit_dossier(text, text, bigint, text, jsonb, text), submit_draft(text, jsonb, text),
    accept_facts(dossier, jsonb);
DROP FUNCTION IF EXISTS case_meant(bigint, text), case_facts(bigint, text), case_note(dossier, bigint), accepted_case(dossier, jsonb),
    draft_problems(draft, bigint, text);
COMMENT ON COLUMN dossier.procedure_case IS 'The case it was handed in for; NULL: none was chosen.';
ALTER TABLE bulk_item DROP case_code;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
