-- sync_claim: $1 text adapter, $2 int8 messages at most, $3 int8 lease in s -> message, try, tries_max, service, event, event_id,
-- is_first, code, procedure, agency, agency_name, channel, national_code, state_name, actor, at, filed_at, received_at, due_at,
-- finished_at, details (JSON, as 49_portal_details.sql makes it) of what is to be sent now. Lane write, role app_worker.
SELECT message, try::int8 AS try, tries_max::int8 AS tries_max, service, event, event_id, is_first, code, procedure, agency, agency_name, channel,
       national_code::int8 AS national_code, state_name, actor, at, filed_at, received_at, due_at, finished_at, details
  FROM sync_claim($1, $2::int8::int, $3::int8::int);
