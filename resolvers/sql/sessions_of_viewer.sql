-- sessions_of_viewer: -> id, device, created_at, last_seen_at, stepped_up_until of the caller's sessions that stand, the
-- latest first; sign_in keeps them to 50. Lane quick; roles app_citizen, app_partner, app_officer.
SELECT id, device, created_at, last_seen_at, stepped_up_at + interval '15 minutes' AS stepped_up_until
  FROM session
 WHERE ended_at IS NULL AND expires_at > now()
   AND (subject = (SELECT me()) AND kind <> 'OFFICER' OR officer = (SELECT me()) AND kind = 'OFFICER')
 ORDER BY created_at DESC, id
 LIMIT 100;
