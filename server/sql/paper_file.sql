-- paper_file: $1 text paper (uuid) -> sha256, media_type, bytes of a clean paper of the viewer's. Role app_citizen.
SELECT p.sha256, p.media_type, p.bytes FROM stored_paper p
 WHERE p.public_id = $1::text::uuid AND p.owner = ANY ((SELECT subjects())::bigint[]) AND p.state = 'CLEAN' AND NOT p.withheld;
