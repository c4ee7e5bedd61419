-- officer_find: $1 bytea blind index of a personal number -> public_id of the officer, or NULL. Role app_service.
SELECT public_id FROM officer_find($1);
