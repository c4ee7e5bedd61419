-- Who is asking, and the small pure functions the tables are built on.
-- Called by: policies, column defaults and checks, and the functions of schema/db/functions.
-- Source: ARCHITECTURE §3.6 (identity by transaction-local settings), DOMAIN §2.2, §2.8.

-- migrate:up

-- The settings app.* live until the next Sync and then read as '', never NULL: nullif makes an absent
-- identity NULL, and a policy that sees NULL shows nothing.
CREATE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.me', true), '')::bigint;
COMMENT ON FUNCTION me() IS 'The caller: a subject id, or an officer id when kind() is OFFICER.';

CREATE FUNCTION subjects() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.subjects', true), ''), ',')::bigint[];
COMMENT ON FUNCTION subjects() IS 'Subjects the caller speaks for: self and the organisations of its seats.';

CREATE FUNCTION agencies() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.agencies', true), ''), ',')::bigint[];
COMMENT ON FUNCTION agencies() IS 'Agencies an officer works for.';

CREATE FUNCTION roles() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN string_to_array(nullif(current_setting('app.roles', true), ''), ',');
COMMENT ON FUNCTION roles() IS 'Roles of an officer, as in officer.roles.';

CREATE FUNCTION locale() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.locale', true), ''), 'vi');

-- A login can only claim its own kind: app_citizen saying OFFICER is nobody.
CREATE FUNCTION kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN session_user NOT LIKE 'app\_%'
              OR session_user = 'app_' || lower(current_setting('app.kind', true))
            THEN nullif(current_setting('app.kind', true), '') END;
COMMENT ON FUNCTION kind() IS 'CITIZEN, PARTNER, OFFICER or SERVICE; NULL when it does not fit the login.';

CREATE FUNCTION principal() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN kind() || ':' || me();
COMMENT ON FUNCTION principal() IS 'Who owns an idempotency key, as CITIZEN:12.';

-- RFC 9562 version 7: 48 bits of milliseconds in front of the random bits of a version 4.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(
    set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid;

-- Lower case without marks, so that "dang ky" finds "Đăng ký".
CREATE FUNCTION search_text(p_text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(regexp_replace(lower(normalize(p_text, NFD)), U&'[\0300-\036F]', '', 'g'), 'đ', 'd');

-- Mã hồ sơ: the form and a date that exists (the form alone lets 251332 pass).
CREATE FUNCTION dossier_code_valid(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce((
    SELECT CASE WHEN m[1]::int BETWEEN 1 AND 12
                THEN m[2]::int BETWEEN 1 AND extract(day FROM
                         make_date(2000 + m[3]::int, m[1]::int, 1) + interval '1 month -1 day')
                ELSE false END
      FROM (SELECT ARRAY[substr(d, 3, 2), substr(d, 5, 2), substr(d, 1, 2)] AS m
              FROM (SELECT (regexp_match(p_code,
                    '^(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{1,3}){0,4})-(\d{6})-\d{4,7}$'))[1] AS d
                   ) AS form
             WHERE d IS NOT NULL) AS parts), false);

-- Mã số thuế: weighted sum modulo 11, and not a row of zeros; thirteen digits are parent-NNN.
CREATE FUNCTION tax_code_valid(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN p_code ~ '^\d{10}(-\d{3})?$'
   AND p_code !~ '^..0000000'
   AND p_code !~ '-000$'
   AND substr(p_code, 10, 1) = (
       SELECT (10 - sum(substr(p_code, i::int, 1)::int * w) % 11)::text
         FROM unnest(ARRAY[31, 29, 23, 19, 17, 13, 7, 5, 3]) WITH ORDINALITY AS weight(w, i));

GRANT EXECUTE ON FUNCTION me(), subjects(), agencies(), roles(), locale(), kind(), principal(),
    search_text(text)
    TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_service, app_worker;
GRANT EXECUTE ON FUNCTION uuid_v7(), dossier_code_valid(text), tax_code_valid(text) TO motcua_definer, app_worker;

-- What schema/db/load.sh has already brought in, so that a second run does nothing.
CREATE TABLE loaded (
    part   text PRIMARY KEY,
    sha256 text NOT NULL,
    at     timestamptz NOT NULL DEFAULT now()
);

-- migrate:down

-- The functions above, and those that are loaded, which no table needs any more.
DROP TABLE loaded;
DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace)
    LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', f);
    END LOOP;
END $$;
