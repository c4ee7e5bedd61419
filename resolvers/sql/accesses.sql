-- accesses: $1 int8[] dossiers in parent order, $2 timestamptz $3 int8 after this place, $4 int8 limit for each -> parent_no,
-- no, at, what, kind, name, agency; the latest first; nothing but for the applicant (functions/95_access_log.sql). Lane
-- quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, a.no, a.at, a.what, a.kind, a.name, a.agency
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL accesses_of(p.id, $2::timestamptz, $3::int8, $4::int8) AS a
 ORDER BY p.no, a.at DESC, a.no DESC;
