-- upload_find: $1 text upload (uuid) -> length, received, expires_at of the viewer's own that is not over. Role app_citizen.
SELECT u.length, u.received, u.expires_at FROM upload u
 WHERE u.id = $1::text::uuid AND u.creator = (SELECT me()) AND u.expires_at > now() AND u.state <> 'REFUSED';
