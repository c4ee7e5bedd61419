-- classify_dossier: $1 text code, $2 text access class, $3 text reason -> failure, id, public_id, seq, problems. Lane write;
-- role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM classify_dossier($1::text, $2::text, $3::text);
