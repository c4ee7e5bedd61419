-- partner_set_state: $1 text tax code, $2 text SUSPENDED or ACTIVE -> failure, sessions (how many have ended). Role app_service.
SELECT failure, sessions FROM partner_set_state($1, $2);
