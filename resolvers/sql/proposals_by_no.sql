-- proposals_by_no: $1 int8[] numbers in parent order -> as proposals_of_viewer. Lane quick; role app_officer.
SELECT (w.no - 1)::int8 AS parent_no, p.id, c.code, coalesce(p.body->>'name', v.name) AS name,
       (coalesce(p.body->>'validFrom', p.body->>'endsOn'))::date AS valid_from, (p.body->>'endsOn')::date AS ends_on,
       p.state, p.proposer_name AS proposed_by, p.proposed_at, p.body::text AS content
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(proposal, no)
  JOIN procedure_proposal p ON p.no = w.proposal
  JOIN procedure c ON c.id = p.procedure
  LEFT JOIN LATERAL (SELECT l.name FROM procedure_version l WHERE l.procedure = c.id ORDER BY l.valid_from DESC LIMIT 1) AS v ON true
 ORDER BY w.no;
