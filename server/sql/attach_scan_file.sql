-- attach_scan_file: $1 text result (uuid), $2 text upload (uuid) -> failure, reason. Role app_officer.
SELECT failure, (SELECT string_agg(p->>'en', ' ') FROM jsonb_array_elements(problems) AS p) AS reason
  FROM attach_result_scan($1::text::uuid, $2::text::uuid);
