-- submit_draft: $1 text public id of the draft; $2, $3, $4, $5, $6 as $5, $6, $7, $8, $9 of submit_dossier -> failure, id, public_id
-- (of the event), seq, problems. Lane write.
SELECT failure, id, public_id, seq, problems
  FROM submit_draft($1, jsonb_build_object('code', $2::text, 'on', $3::int8, 'support', $4::text), $5, $6::text::jsonb);
