-- submit_bulk: $1 text items as JSON -> failure, id, public_id, seq (how many; with RATE_LIMITED: seconds to wait), problems.
-- Lane write; role app_partner.
SELECT failure, id, public_id, seq, problems FROM submit_bulk($1::text::jsonb);
