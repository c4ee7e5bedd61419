-- digests_of_viewer: $1 int8 officer, $2 int8 limit -> id, agency, day, at, open, due_soon, late; the latest first. Lane quick;
-- role app_officer.
SELECT d.id, d.agency, d.day, d.at, d.open::int8 AS open, d.due_soon::int8 AS due_soon, d.late::int8 AS late
  FROM digest d
 WHERE d.officer = $1::int8
 ORDER BY d.day DESC, d.agency, d.kind
 LIMIT $2::int8;
