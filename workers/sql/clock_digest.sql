-- clock_digest: $1 int8 digests at most -> sent. Lane slow, role app_worker.
SELECT clock_digest($1::int8::int)::int8 AS sent;
