-- dossier_terms_end: $1 int8 dossiers at most -> ended. Lane slow, role app_worker.
SELECT dossier_terms_end($1::int8::int)::int8 AS ended;
