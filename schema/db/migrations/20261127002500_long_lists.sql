-- An agency's list in the order of time: a page of all states walks along these, where dossier_received and
-- dossier_competent (by state first) would give the whole history to sort (tests/plans).

-- migrate:up

CREATE INDEX dossier_received_all ON dossier (received_agency, submitted_at DESC, id DESC);
CREATE INDEX dossier_competent_all ON dossier (competent_agency, submitted_at DESC, id DESC);

-- migrate:down

DROP INDEX dossier_competent_all, dossier_received_all;
