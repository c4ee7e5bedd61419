-- seats_of_organisations: $1 int8[] organisations in parent order, $2 int8 limit for each -> parent_no, no, id, organisation, organisation_id, organisation_name, tax_code,
-- person_id, person_name, person_kind, role, since, until (NULL: until it is withdrawn);
-- those in force, the latest first; give_seat keeps them to 100 each. Lane quick; role app_citizen.
SELECT w.no - 1 AS parent_no, t.no, t.id, t.organisation, o.public_id AS organisation_id, o.name AS organisation_name, x.tax_code, p.public_id AS person_id,
       p.name AS person_name, p.kind AS person_kind, t.role, t.since, t.until
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(id, no)
 CROSS JOIN LATERAL (
       SELECT t.* FROM seat t
        WHERE t.organisation = w.id AND t.withdrawn_at IS NULL AND (t.until IS NULL OR t.until > now())
        ORDER BY t.no DESC
        LIMIT $2::int8) AS t
  JOIN subject o ON o.id = t.organisation
  JOIN organisation x ON x.id = t.organisation
  LEFT JOIN subject p ON p.id = t.person
 ORDER BY w.no, t.no DESC;
