-- Forms come with the version of their procedure, and a draft goes on in the next version's form.
-- Written by schema/db/functions/34_form_versions.sql. Source: DOMAIN R12, R13, R16.

-- migrate:up

ALTER TABLE draft
    ADD carried_from bigint REFERENCES procedure_form,
    ADD carried_at   timestamptz,
    ADD CHECK ((carried_from IS NULL) = (carried_at IS NULL));
COMMENT ON COLUMN draft.carried_from IS 'The form of an older version that it was begun with, or carried over from last; NULL: its form is the first.';
COMMENT ON TABLE draft_field IS 'What was written and the form does not ask any more stays, and is not handed in.';

-- migrate:down

COMMENT ON TABLE draft_field IS NULL;
ALTER TABLE draft DROP COLUMN carried_from, DROP COLUMN carried_at;
