-- How long a term must be that an applicant is given, and how much longer papers and money are waited for that were announced in
-- time (term_rule). Read by schema/db/functions/44_decisions.sql. Source: DOMAIN §5.2 (D4, D6, D10, D12, D16).

-- migrate:up

CREATE TABLE term_rule (
    id           text PRIMARY KEY CHECK (id IN ('SUPPLEMENT', 'PAYMENT')),
    least_amount int NOT NULL CHECK (least_amount BETWEEN 0 AND 1000),
    least_unit   text NOT NULL CHECK (least_unit IN ('WORKING_DAY', 'DAY', 'WORKING_HOUR')),
    grace_amount int NOT NULL CHECK (grace_amount BETWEEN 0 AND 1000),
    grace_unit   text NOT NULL CHECK (grace_unit IN ('WORKING_DAY', 'DAY', 'WORKING_HOUR'))
);
COMMENT ON TABLE term_rule IS 'SUPPLEMENT: of papers (D4, D10); PAYMENT: of a fee (D12).';
COMMENT ON COLUMN term_rule.least_amount IS 'The term that is set is no shorter, counted as due_at() does.';
COMMENT ON COLUMN term_rule.grace_amount IS
    'After the term, for who announced before its end all that is still missing: papers to be brought on paper, a fee by transfer. 0: none.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON term_rule
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON term_rule TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

-- migrate:down

DROP FUNCTION IF EXISTS open_terms(), term_least_facts(text), form_numbers_mine();
DROP TABLE term_rule;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
