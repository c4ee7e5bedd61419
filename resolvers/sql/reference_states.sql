-- reference_states: -> id, national_code, display_group; in the order of a dossier's life. Lane quick, every role.
SELECT id, national_code, display_group FROM dossier_state ORDER BY position;
