-- add_partner_key: $1 text tax code (NULL: the partner that asks), $2 text JWK, $3 text environment, $4 text[] scopes,
-- $5 timestamptz until (NULL: the function's) -> failure, id, public_id, seq, problems. Lane write; roles app_citizen, app_partner.
SELECT failure, id, public_id, seq, problems
  FROM add_partner_key(jsonb_build_object('taxCode', $1::text, 'jwk', $2::text::jsonb, 'environment', $3::text,
                                          'scopes', to_jsonb($4::text[]), 'expiresAt', $5::timestamptz));
