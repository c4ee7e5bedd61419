-- exports_by_no: $1 int8[] numbers -> parent_no and the columns of exports_of_viewer. Lane quick; role app_citizen.
SELECT w.parent_no - 1 AS parent_no, f.id, f.state, f.requested_at, f.ready_at, f.expires_at, f.bytes
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN export_file f ON f.no = w.no
 ORDER BY w.parent_no;
