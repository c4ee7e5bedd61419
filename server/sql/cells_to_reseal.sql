-- cells_to_reseal: $1 text table, $2 bytea first three bytes of cells of the key in use, $3 bigint row to begin behind,
-- $4 int limit -> id, public_id, cell (NULL: nothing to do); by id. Role app_service.
SELECT id, public_id, cell FROM cells_to_reseal($1, $2, $3, $4);
