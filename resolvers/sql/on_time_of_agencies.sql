-- on_time_of_agencies: $1 int8[] agencies in parent order, $2 int8 months at most for each -> parent_no, month, finished, on_time; the
-- latest first, without months in which nothing is finished. Lane quick; roles app_public, app_citizen, app_partner, app_officer.
SELECT p.no - 1 AS parent_no, m.month, m.finished::int8 AS finished, m.on_time::int8 AS on_time
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT a.month, a.finished, a.on_time FROM agency_month a WHERE a.agency = p.id AND a.finished > 0 ORDER BY a.month DESC LIMIT $2::int8) AS m
 ORDER BY p.no, m.month DESC;
