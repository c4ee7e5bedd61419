-- withdraw_seat: $1 text seat -> failure, id, public_id, seq, problems. Lane write; role app_citizen.
SELECT failure, id, public_id, seq, problems
  FROM withdraw_seat(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
