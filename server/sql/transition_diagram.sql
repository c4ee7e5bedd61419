-- transition_diagram: -> text, the dossier's machine as lines of Mermaid. Role app_service.
SELECT text FROM transition_diagram ORDER BY line;
