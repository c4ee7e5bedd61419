-- worker_start: $1 text name -> slot, worker. Takes the first free place of that name, for as long as the connection
-- lives, and a number nobody had before: name, place, chance. Lane quick, role app_worker.
SELECT s.slot::bigint AS slot,
       ((hashtext($1)::bigint & 2147483647) << 32) | (s.slot::bigint << 24) | floor(random() * 16777216)::bigint AS worker
  FROM generate_series(0, 63) AS s (slot)
 WHERE pg_try_advisory_lock(hashtext($1), s.slot)
 LIMIT 1;
