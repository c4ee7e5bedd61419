-- add_webhook_endpoint: $1 text tax code (NULL: the partner that asks), $2 text environment, $3 text url, $4 text[] kinds, $5 text
-- description, $6 text id of the secret, $7 bytea sealed secret -> failure, id, public_id, seq, problems. Lane write; roles
-- app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM add_webhook_endpoint(jsonb_build_object('taxCode', $1::text, 'environment', $2::text, 'url', $3::text,
                                               'kinds', to_jsonb($4::text[]), 'description', $5::text), $6::text::uuid, $7);
