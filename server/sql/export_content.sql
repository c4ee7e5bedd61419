-- export_content: $1 text id -> content of the person's own copy that is ready and not forgotten. What is no UUID is
-- nobody's. Role app_citizen.
SELECT f.content
  FROM export_file f
 WHERE f.id = CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END
   AND f.subject = (SELECT me()) AND f.state = 'READY' AND f.expires_at > now();
