-- portal_retry_due: $1 int8 messages at most -> tried, applied. Lane slow, role app_worker.
SELECT tried::int8 AS tried, applied::int8 AS applied FROM portal_retry_due($1::int8::int);
