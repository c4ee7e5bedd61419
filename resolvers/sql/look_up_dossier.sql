-- look_up_dossier: $1 text code, $2 bytea digest of the tracking code -> state, due_at; no row unless both are right. Who looks
-- is not noted. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT state, due_at FROM look_up_dossier($1, $2);
