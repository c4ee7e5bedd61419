-- proposals_of_viewer: -> parent_no (0), id, code, name, valid_from, ends_on, state, proposed_by, proposed_at, content (JSON), the
-- latest first; of the viewer's agencies, when it is in charge of procedures there. Lane quick; role app_officer.
SELECT 0::int8 AS parent_no, p.id, c.code, coalesce(p.body->>'name', v.name) AS name,
       (coalesce(p.body->>'validFrom', p.body->>'endsOn'))::date AS valid_from, (p.body->>'endsOn')::date AS ends_on, p.state,
       p.proposer_name AS proposed_by, p.proposed_at, p.body::text AS content
  FROM procedure_proposal p
  JOIN procedure c ON c.id = p.procedure
  LEFT JOIN LATERAL (SELECT l.name FROM procedure_version l WHERE l.procedure = c.id ORDER BY l.valid_from DESC LIMIT 1) AS v ON true
 WHERE p.agency = ANY ((SELECT agencies())::bigint[]) AND (SELECT 'PROCEDURE_CONTROL' = ANY (roles()))
 ORDER BY p.no DESC
 LIMIT 50;
