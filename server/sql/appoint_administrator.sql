-- appoint_administrator: $1 text code of the agency, $2 text public id of the officer, $3 text name, $4 bytea sealed personal
-- number, $5 bytea its blind index -> failure, officer. Role app_service.
SELECT failure, officer FROM appoint_administrator($1, $2::text::uuid, $3, $4, $5);
