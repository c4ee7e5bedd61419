-- remove_guest: $1 text tax code (NULL: the partner that asks), $2 text guest -> failure, id, public_id, seq, problems. Lane
-- write; roles app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems FROM remove_guest($1, CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END);
