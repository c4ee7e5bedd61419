-- A partner suspended goes on when it is resumed, and its guests have numbers to be answered by.

-- migrate:up

-- A session that has ended stands in nobody's way: the key opens another.
DROP INDEX session_partner_key;
CREATE UNIQUE INDEX session_partner_key ON session (partner_key, scopes) WHERE ended_at IS NULL;

ALTER TABLE partner_guest ADD no bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- migrate:down

ALTER TABLE partner_guest DROP no;
DELETE FROM session s WHERE ended_at IS NOT NULL AND partner_key IS NOT NULL
   AND EXISTS (SELECT FROM session o WHERE (o.partner_key, o.scopes) = (s.partner_key, s.scopes)
                  AND o.id <> s.id AND (o.ended_at IS NULL OR (o.created_at, o.id) > (s.created_at, s.id)));
DROP INDEX session_partner_key;
CREATE UNIQUE INDEX session_partner_key ON session (partner_key, scopes);
