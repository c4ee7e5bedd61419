-- accept_at_counter: $1 text procedure, $2 text agency or NULL, $3 text public id of the applicant or NULL, $4 bytea blind index of the personal number
-- or NULL, $5 text JSON of the arguments; of somebody who may not be known yet: $6 text JSON {publicId, name, bornOn} or NULL, $7 bytea its sealed
-- personal number; $8 bytea digest of the tracking code to make or NULL -> failure, id, public_id (of the event), seq, problems. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems
  FROM accept_at_counter($1, $2, CASE WHEN $6::text IS NULL THEN $3 ELSE applicant_make($6::text::jsonb, $7::bytea, $4::bytea)::text END,
                         CASE WHEN $6::text IS NULL THEN $4::bytea END, $5::text::jsonb, $8::bytea);
