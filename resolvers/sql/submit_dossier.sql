-- submit_dossier: $1 text procedure code, $2 text agency code, $3 text public id of the applicant or NULL for the viewer,
-- $4 text channel; of the place it is about $5 text code and $6 int8 day since 1970 on which it meant that (NULL: any), $7 text
-- code of the agency that helps; $8 text code of the case or NULL; $9 text JSON {consent, parts} -> failure, id, public_id (of the event), seq, problems. An applicant nobody knows is nobody's: 0.
-- Looked up as a UUID, so that the index is used. Lane write.
SELECT failure, dossier_id AS id, event_id AS public_id, seq, problems
  FROM submit_dossier($1, $2, CASE WHEN $3::text IS NULL THEN NULL
                                   ELSE coalesce((SELECT s.id FROM subject s WHERE s.public_id =
                                                  CASE WHEN $3::text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN $3::text::uuid END), 0) END, $4,
                      jsonb_build_object('code', $5::text, 'on', $6::int8, 'support', $7::text), $8, $9::text::jsonb);
