-- record_refund: $1 text code, $2 text demand's public id, $3 int8 amount, $4 text reference -> failure, id, public_id, seq, problems.
-- Lane write; role app_officer.
SELECT failure, id, public_id, seq, problems FROM record_refund($1::text, $2::text, $3::int8, $4::text);
