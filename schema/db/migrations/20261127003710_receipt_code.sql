-- What is taken in at the counter has its tracking code (mã tra cứu) at once, for its receipt: functions/31_accept_at_counter.sql takes the
-- digest.

-- migrate:up

-- Loaded anew in its new shape.
DROP FUNCTION IF EXISTS accept_at_counter(text, text, text, bytea, jsonb);

-- migrate:down

DROP FUNCTION IF EXISTS accept_at_counter(text, text, text, bytea, jsonb, bytea);
DELETE FROM loaded WHERE part = 'functions';
