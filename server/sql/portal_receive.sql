-- portal_receive: $1 text kind, $2 text body (JSON), $3 bytea SHA-256 of the content, $4 text person (uuid), to which $5 bytea the
-- personal number is sealed, $6 bytea its blind index -> failure, receipt, state, reason, unmatched (a JSON list of names; NULL: none). Lane
-- write, role app_partner.
SELECT failure, receipt, state, reason, to_jsonb(nullif(unmatched, '{}'))::text AS unmatched
  FROM portal_receive($1, $2::text::jsonb, $3, $4::text::uuid, $5, $6);
