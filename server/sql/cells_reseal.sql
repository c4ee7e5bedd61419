-- cells_reseal: $1 text table, $2 bigint[] rows, $3 text[] their old cells in hexadecimal, $4 text[] the new ones -> resealed.
-- Role app_service.
SELECT cells_reseal($1, $2, $3, $4)::bigint AS resealed;
