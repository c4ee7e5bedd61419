-- An officer may propose the end of a procedure, too: what keeps a proposal from being published is asked in one place.
-- Source: DOMAIN R13, R14.

-- migrate:up

DROP FUNCTION IF EXISTS procedure_day_problem(bigint, date);
COMMENT ON COLUMN procedure_proposal.body IS 'The version, or the end (endsOn), as procedure_problems() checks it, without its decision.';

-- migrate:down

DROP FUNCTION IF EXISTS procedure_place_problems(bigint, jsonb), propose_procedure_end(jsonb), procedure_propose(text, jsonb), procedure_enact(bigint, jsonb);
COMMENT ON COLUMN procedure_proposal.body IS 'The version as procedure_version_problems() checks it, without its decision.';
