-- transition_diagram: the dossier's machine as Mermaid text, one line a row, printed from the table it runs on
-- (docs, `motcua-server sql`). Anyone may read it.
DROP VIEW IF EXISTS transition_diagram;
CREATE VIEW transition_diagram WITH (security_invoker = true) AS
SELECT 0 AS line, 'stateDiagram-v2' AS text
UNION ALL
SELECT row_number() OVER (ORDER BY t.from_state IS NOT NULL, s.position, t.id)::int,
       format('    %s --> %s: %s%s', coalesce(t.from_state, '[*]'), t.to_state, t.event,
              CASE WHEN cardinality(t.guards) > 0 THEN ' [' || array_to_string(t.guards, ', ') || ']' END)
  FROM dossier_transition t LEFT JOIN dossier_state s ON s.id = t.from_state
UNION ALL
SELECT 1000 + s.position, format('    %s --> [*]', s.id) FROM dossier_state s
 WHERE s.terminal AND EXISTS (SELECT FROM dossier_transition t WHERE t.to_state = s.id);
GRANT SELECT ON transition_diagram TO app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
