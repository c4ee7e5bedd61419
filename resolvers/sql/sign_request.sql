-- sign_request: $1 text public id of the request, $2 int8 expected seq of the dossier or NULL -> failure, id (of the dossier), public_id (of the
-- event), seq, problems. What is no UUID is no request. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM sign_request(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END, $2::int8::int);
