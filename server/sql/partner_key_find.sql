-- partner_key_find: $1 text client (public id), $2 text kid -> key, jwk of a key that counts, or no row. Role app_service.
SELECT key, jwk FROM partner_key_find($1, $2);
