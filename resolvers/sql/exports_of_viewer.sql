-- exports_of_viewer: -> parent_no (0), id, state, requested_at, ready_at, expires_at, bytes of the person's copies that are
-- not forgotten, the latest first. Lane quick; role app_citizen.
SELECT 0::int8 AS parent_no, f.id, f.state, f.requested_at, f.ready_at, f.expires_at, f.bytes
  FROM export_file f
 WHERE f.subject = (SELECT me()) AND f.expires_at > now()
 ORDER BY f.requested_at DESC, f.no DESC
 LIMIT 5;
