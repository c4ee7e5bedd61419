-- What a caller has written, as it is kept or understood. Called only by functions of motcua_definer.
SET ROLE motcua_definer;

-- A text that a person has written, as it is kept.
CREATE OR REPLACE FUNCTION tidy_text(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT normalize(btrim(p_text, E' \t\r\n'), NFC)
$$;

-- An argument as the type it should have; NULL when it is not one.
CREATE OR REPLACE FUNCTION uuid_or_null(p_text text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_text::uuid END
$$;

CREATE OR REPLACE FUNCTION time_or_null(p_text text) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN p_text::timestamptz;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION array_or_empty(p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE jsonb_typeof(p_value) WHEN 'array' THEN p_value ELSE '[]' END
$$;
RESET ROLE;
