-- give_seat: $1 text tax code, $2 text person, $3 text role, $4 timestamptz until (NULL: until it is withdrawn) -> failure, id,
-- public_id, seq, problems. Lane write; role app_citizen.
SELECT failure, id, public_id, seq, problems
  FROM give_seat($1::text, CASE WHEN $2::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $2::text::uuid END, $3::text, $4::timestamptz);
