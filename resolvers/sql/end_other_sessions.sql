-- end_other_sessions: -> failure, id, public_id, seq (how many), problems. Lane write; roles app_citizen, app_officer.
SELECT failure, id, public_id, seq, problems FROM end_other_sessions();
