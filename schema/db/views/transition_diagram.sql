-- transition_diagram: the dossier's machine as Mermaid text, one line a row, printed from the table it runs on
-- (docs/dossier.md, `motcua-server diagram dossier`). An edge says its event, its guards, and what it waits for. One that leads
-- back (to_state NULL) leads to every state that is remembered on the way in. Anyone may read it.
DROP VIEW IF EXISTS transition_diagram;
CREATE VIEW transition_diagram WITH (security_invoker = true) AS
SELECT 0 AS line, 'stateDiagram-v2' AS text
UNION ALL
SELECT row_number() OVER (ORDER BY e.from_position NULLS FIRST, e.to_position, e.text COLLATE "C")::int, e.text
  FROM (SELECT DISTINCT f.position AS from_position, s.position AS to_position,
               format('    %s --> %s: %s%s%s', coalesce(t.from_state, '[*]'), s.id, t.event,
                      CASE WHEN cardinality(t.guards) > 0 THEN ' [' || array_to_string(t.guards, ', ') || ']' END,
                      CASE t.waits_for WHEN 'ITEMS' THEN ' once no item is missing' WHEN 'TASKS' THEN ' once no task is open'
                                       WHEN 'FEE' THEN ' once nothing is to be paid' END) AS text
          FROM dossier_transition t
          LEFT JOIN dossier_state f ON f.id = t.from_state
          JOIN dossier_state s ON s.id = t.to_state
                               OR t.to_state IS NULL AND s.id IN (SELECT r.from_state FROM dossier_transition r WHERE r.remembers)) AS e
UNION ALL
SELECT 1000 + s.position, format('    %s --> [*]', s.id) FROM dossier_state s
 WHERE s.terminal AND EXISTS (SELECT FROM dossier_transition t WHERE t.to_state = s.id);
GRANT SELECT ON transition_diagram TO app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
