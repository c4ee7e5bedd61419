-- Whether a dossier of the sandbox may go asks what else stands on it (sandbox_prune): items of bulk jobs, classifications.

-- migrate:up

CREATE INDEX bulk_item_dossier ON bulk_item (dossier) WHERE dossier IS NOT NULL;
GRANT SELECT ON dossier_classification TO motcua_definer;

-- migrate:down

REVOKE SELECT ON dossier_classification FROM motcua_definer;
DROP INDEX bulk_item_dossier;
