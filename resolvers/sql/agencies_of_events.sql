-- agencies_of_events: $1 text[] ids of events in parent order -> parent_no, agency (NULL: no officer did it). Whoever is shown an
-- event has been noted by the statement that showed it. Lane quick; roles app_citizen, app_partner, app_officer.
SELECT p.no - 1 AS parent_no, event_agency(e.id) AS agency
  FROM unnest($1::text[]::uuid[]) WITH ORDINALITY AS p(id, no)
  JOIN dossier_event e ON e.id = p.id
 ORDER BY p.no;
