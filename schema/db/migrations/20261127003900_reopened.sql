-- Who is shown the timeline of a dossier is told with its date that it was reopened; what the former result was stays with officers.

-- migrate:up

GRANT SELECT (dossier, no, reopened) ON former_result TO app_citizen, app_partner;

-- migrate:down

REVOKE SELECT (dossier, no, reopened) ON former_result FROM app_citizen, app_partner;
