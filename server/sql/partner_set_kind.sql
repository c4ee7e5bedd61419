-- partner_set_kind: $1 text tax code, $2 text PORTAL or ORDINARY -> failure, sessions (how many have ended). Role app_service.
SELECT failure, sessions FROM partner_set_kind($1, $2);
