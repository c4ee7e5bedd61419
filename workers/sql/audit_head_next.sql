-- audit_head_next: $1 int seconds between two -> head, the text to sign; no row when none is due. Lane quick, role app_worker.
SELECT head FROM audit_head_next($1);
