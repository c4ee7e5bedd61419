-- tasks_of_dossiers: $1 int8[] dossiers in parent order, $2 int8 limit for each -> parent_no, public_id, agency, title, state, sent_at,
-- accepted_at, due_at, closed_at, answer; the latest first, without what the agency has answered, which is the officers'. Lane quick; roles app_citizen, app_partner.
SELECT p.no - 1 AS parent_no, t.public_id, t.agency, t.title, t.state, t.sent_at, t.accepted_at, t.due_at, t.closed_at, t.answer
  FROM unnest($1::int8[]) WITH ORDINALITY AS p(id, no)
 CROSS JOIN LATERAL (
       SELECT t.public_id, t.no, t.agency, t.title, t.stage AS state, t.sent_at, t.accepted_at, t.due_at, t.closed_at, NULL::text AS answer
         FROM inter_agency_task t
        WHERE t.dossier = p.id
        ORDER BY t.no DESC
        LIMIT $2::int8) AS t
 ORDER BY p.no, t.no DESC;
