-- upload_find: $1 text upload (uuid) -> length, received, expires_at of the viewer's own that is not over. Roles app_citizen,
-- app_officer, app_partner.
SELECT u.length, u.received, u.expires_at FROM upload u
 WHERE u.id = $1::text::uuid AND (SELECT me()) = CASE (SELECT kind()) WHEN 'OFFICER' THEN u.officer ELSE u.creator END
   AND u.expires_at > now() AND u.state <> 'REFUSED';
