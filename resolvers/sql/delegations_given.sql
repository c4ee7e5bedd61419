-- delegations_given: $1 int8[] delegators, $2 int8 before this number, $3 int8 limit -> parent_no, no, id, delegator_id, delegator_name, delegator_kind, delegate_id,
-- delegate_name, delegate_kind, procedure_code (NULL: all), purpose, until, created_at;
-- those in force, the latest first. One walk along an index for each delegator. Lane quick; role app_citizen.
SELECT 0::int8 AS parent_no, g.no, g.id, f.public_id AS delegator_id, f.name AS delegator_name, f.kind AS delegator_kind, t.public_id AS delegate_id,
       t.name AS delegate_name, t.kind AS delegate_kind, p.code AS procedure_code, g.purpose, g.until, g.created_at
  FROM (SELECT o.* FROM unnest($1::int8[]) AS a(id) CROSS JOIN LATERAL (
               SELECT g.* FROM delegation g
                WHERE g.delegator = a.id AND g.no < $2::int8 AND g.revoked_at IS NULL AND g.until > now()
                ORDER BY g.no DESC LIMIT $3::int8) AS o
         ORDER BY o.no DESC LIMIT $3::int8) AS g
  LEFT JOIN subject f ON f.id = g.delegator
  LEFT JOIN subject t ON t.id = g.delegate
  LEFT JOIN procedure p ON p.id = g.procedure
 ORDER BY g.no DESC;
