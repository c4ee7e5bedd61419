-- adapters: -> id, name, is_on, waiting, failed, quarantined, lag_s, is_late, acked_at, pulled_at, is_pull_late of each, for who inspects or
-- administers. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, f.id, CASE locale() WHEN 'en' THEN f.name_en ELSE f.name_vi END AS name, f.is_on, f.waiting, f.failed, f.quarantined, f.lag_s,
       f.is_late, f.acked_at, f.pulled_at, f.is_pull_late
  FROM adapter_figures() AS f;
