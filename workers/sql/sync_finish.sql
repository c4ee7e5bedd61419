-- sync_finish: $1 int8[] messages, $2 int8[] which try, $3 text[] outcome (ACKED, RETRY, PAUSE, HOLD, REFUSED), $4 int8[] wait in ms,
-- $5 text[] why ('': nothing) -> given_up. Lane write, role app_worker.
SELECT sync_finish($1::int8[], $2::int8[], $3::text[], $4::int8[], array_replace($5::text[], '', NULL))::int8 AS given_up;
