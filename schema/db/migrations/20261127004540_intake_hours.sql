-- How many working hours an answer to what was handed in may take is shown with each dossier that waits: the transition table,
-- which docs/dossier.md prints, is read by all.

-- migrate:up

GRANT SELECT ON dossier_transition TO app_citizen, app_partner, app_officer;

-- migrate:down

REVOKE SELECT ON dossier_transition FROM app_citizen, app_partner, app_officer;
