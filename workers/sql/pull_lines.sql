-- pull_lines: $1 int8 import, $2 int8[] numbers of the lines, $3 text[] the lines -> refused: how many of them. Lane slow, role app_worker.
SELECT count(*) FILTER (WHERE l.outcome = 'REFUSED') AS refused
  FROM catalogue_import_lines($1::int8, $2::int8[], $3::text[], array_fill(''::text, ARRAY[cardinality($3::text[])])) AS l;
