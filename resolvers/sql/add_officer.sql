-- add_officer: $1 text its public id, $2 text name, $3 bytea sealed personal number, $4 bytea its blind index -> failure, id,
-- public_id, seq, problems. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems FROM add_officer($1::text::uuid, $2, $3, $4);
