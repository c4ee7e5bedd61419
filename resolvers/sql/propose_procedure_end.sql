-- propose_procedure_end: $1 text input as JSON -> failure, id, public_id, seq, problems. Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems FROM propose_procedure_end($1::text::jsonb);
