-- proposals_by_no: $1 int8[] numbers in parent order -> as proposals_of_viewer. Lane quick; role app_officer.
SELECT (w.no - 1)::int8 AS parent_no, p.id, c.code, p.body->>'name' AS name, (p.body->>'validFrom')::date AS valid_from,
       p.state, p.proposer_name AS proposed_by, p.proposed_at, p.body::text AS content
  FROM unnest($1::int8[]) WITH ORDINALITY AS w(proposal, no)
  JOIN procedure_proposal p ON p.no = w.proposal
  JOIN procedure c ON c.id = p.procedure
 ORDER BY w.no;
