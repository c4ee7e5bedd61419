-- guests_by_no: $1 int8[] numbers -> parent_no and the columns of guests_of_viewer. Lane quick; roles app_citizen, app_partner.
SELECT w.parent_no - 1 AS parent_no, g.guest_id AS id, g.client_id, s.name, g.since
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN guest_list() AS g ON g.no = w.no
  LEFT JOIN subject s ON s.id = g.guest
 ORDER BY w.parent_no;
