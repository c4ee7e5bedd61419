-- seats_by_no: $1 int8[] numbers in parent order -> parent_no, no, id, organisation, organisation_id, organisation_name, tax_code,
-- person_id, person_name, person_kind, role, since, until (NULL: until it is withdrawn). Lane quick; role app_citizen.
SELECT w.parent_no - 1 AS parent_no, t.no, t.id, t.organisation, o.public_id AS organisation_id, o.name AS organisation_name, x.tax_code, p.public_id AS person_id,
       p.name AS person_name, p.kind AS person_kind, t.role, t.since, t.until
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(no, parent_no)
  JOIN seat t ON t.no = w.no
  JOIN subject o ON o.id = t.organisation
  JOIN organisation x ON x.id = t.organisation
  LEFT JOIN subject p ON p.id = t.person
 ORDER BY w.parent_no;
