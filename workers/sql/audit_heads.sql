-- audit_heads: $1 int count -> no, head, key_id, signature; the last ones, oldest first. Lane slow, role app_worker.
SELECT no, head, key_id, signature FROM audit_heads($1);
