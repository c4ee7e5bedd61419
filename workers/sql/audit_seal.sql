-- audit_seal: $1 int limit -> sealed. Chains what was committed to the audit. Lane slow, role app_worker.
SELECT audit_seal($1)::bigint AS sealed;
