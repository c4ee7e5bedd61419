-- seats_of_viewer: $1 int8 person -> parent_no, no, id, organisation, organisation_id, organisation_name, tax_code,
-- person_id, person_name, person_kind, role, since, until (NULL: until it is withdrawn);
-- those in force, the latest first; give_seat keeps them to 20. Lane quick; role app_citizen.
SELECT 0::int8 AS parent_no, t.no, t.id, t.organisation, o.public_id AS organisation_id, o.name AS organisation_name, x.tax_code, p.public_id AS person_id,
       p.name AS person_name, p.kind AS person_kind, t.role, t.since, t.until
  FROM seat t
  JOIN subject o ON o.id = t.organisation
  JOIN organisation x ON x.id = t.organisation
  LEFT JOIN subject p ON p.id = t.person
 WHERE t.person = $1::int8 AND t.withdrawn_at IS NULL AND (t.until IS NULL OR t.until > now())
 ORDER BY t.no DESC
 LIMIT 20;
