-- archivist_viewer: $1 text officer (uuid) -> viewer (app.viewer). No row: he keeps no inventory. Role app_service.
SELECT viewer FROM archivist_viewer(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END);
