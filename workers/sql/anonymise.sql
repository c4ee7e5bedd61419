-- anonymise: $1 int8 persons, and dossiers, at most -> persons, dossiers whose last retention rule has ended. Lane slow,
-- role app_worker.
SELECT persons::bigint AS persons, dossiers::bigint AS dossiers FROM anonymise($1::int8::int);
