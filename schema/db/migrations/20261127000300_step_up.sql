-- Which edges of the dossier's machine an officer takes only after a second factor: decisions.
-- Source: SECURITY §2 (officer step-up, 15 minutes, before decisions).

-- migrate:up

ALTER TABLE dossier_transition ADD step_up boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dossier_transition.step_up IS 'An officer''s session must have stepped up: see stepped_up().';

-- migrate:down

ALTER TABLE dossier_transition DROP step_up;
