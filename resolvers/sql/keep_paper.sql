-- keep_paper: $1 text upload, $2 text kind, $3 text title, $4 int8 first day since 1970 (NULL: none), $5 int8 last day -> failure, id,
-- public_id, seq, problems. An upload that is no UUID is nobody's. Lane write.
SELECT failure, id, public_id, seq, problems
  FROM keep_paper(CASE WHEN $1::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $1::text::uuid END, $2::text, $3::text,
                  date '1970-01-01' + $4::int8::int, date '1970-01-01' + $5::int8::int);
