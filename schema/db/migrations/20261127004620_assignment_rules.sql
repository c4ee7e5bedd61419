-- Quy tắc phân công: to whom an agency's dossiers are given as soon as they are accepted (D7, "auto rule"), and the service as one
-- that takes an edge without a term having passed. Written by schema/db/functions/38_assignment_rules.sql alone. Source: DOMAIN §5.2.

-- migrate:up

CREATE TABLE assignment_rule (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    agency    bigint NOT NULL REFERENCES agency,
    procedure bigint REFERENCES procedure,
    kind      text NOT NULL CHECK (kind IN ('NONE', 'LEAST_LADEN', 'OFFICER')),
    officer   bigint REFERENCES officer,
    set_by    bigint NOT NULL REFERENCES officer,
    set_name  text NOT NULL,
    set_at    timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (agency, procedure),
    CHECK ((kind = 'OFFICER') = (officer IS NOT NULL))
);
COMMENT ON COLUMN assignment_rule.procedure IS 'NULL: of all that have no rule of their own.';
COMMENT ON COLUMN assignment_rule.kind IS 'NONE: it waits for the dispatcher, as without a rule; LEAST_LADEN: the processor with the fewest open dossiers; OFFICER: that one.';

ALTER TABLE assignment_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignment_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON assignment_rule TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON assignment_rule TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY agency ON assignment_rule FOR SELECT TO app_officer USING (agency = ANY ((SELECT agencies())::bigint[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON assignment_rule TO motcua_definer;
GRANT SELECT ON assignment_rule TO app_officer;

DO $$
DECLARE
    v_name text;
BEGIN
    SELECT c.conname INTO STRICT v_name FROM pg_constraint c
     WHERE c.conrelid = 'dossier_transition'::regclass AND c.contype = 'c' AND pg_get_constraintdef(c.oid) LIKE '%timer_reason%';
    EXECUTE format('ALTER TABLE dossier_transition DROP CONSTRAINT %I', v_name);
END $$;
ALTER TABLE dossier_transition ADD CONSTRAINT dossier_transition_timer CHECK (
    (timer_reason IS NULL) = (timer_legal_basis IS NULL) AND (timer_reason IS NULL OR 'SYSTEM' = ANY (actor_kinds)));
COMMENT ON COLUMN dossier_transition.timer_reason IS 'With which the service takes it when a term has passed; NULL: never for that.';

-- migrate:down

DROP FUNCTION IF EXISTS assignment_rule_of(dossier), assignment_candidates(bigint), assigned_officer(dossier), assign_by_rule(bigint),
    assignment_rule_problems(bigint, bigint, text, text, bigint), set_assignment_rule(text, text, uuid);
DROP TABLE assignment_rule CASCADE;
UPDATE dossier_transition SET actor_kinds = array_remove(actor_kinds, 'SYSTEM') WHERE timer_reason IS NULL;
COMMENT ON COLUMN dossier_transition.timer_reason IS 'What the service says, and on which law, when it takes the edge itself because a term has passed.';
ALTER TABLE dossier_transition DROP CONSTRAINT dossier_transition_timer,
    ADD CHECK ((timer_reason IS NOT NULL AND timer_legal_basis IS NOT NULL) = ('SYSTEM' = ANY (actor_kinds)));
DELETE FROM loaded WHERE part IN ('functions', 'reference');
