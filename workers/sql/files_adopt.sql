-- files_adopt: $1 bytea hashes of 32 bytes, one behind the other, $2 int8[] the bytes of each -> nothing. Lane slow, role app_worker.
SELECT files_adopt($1::bytea, $2::int8[]);
