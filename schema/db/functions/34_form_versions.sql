-- What a form must say to be published with a version, and how a draft goes on when its version has ended.
-- form_schemas and form_shape_problems are called by 86_procedures.sql; draft_carry, draft_is_outdated and draft_changes by
-- 35_forms.sql and by the drafts' resolvers. Whether a schema is one that lib/json_schema takes is asked by the server, before a proposal and
-- before a line of a catalogue come here.
-- Source: DOMAIN R12, R13, R16.
SET ROLE motcua_definer;

-- ---- a form that is to be published ----

-- What a form may be prefilled from: what known_fields() knows.
CREATE OR REPLACE FUNCTION form_sources() RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT '{IDENTITY_NAME,IDENTITY_PERSONAL_NUMBER,IDENTITY_BIRTH_DATE,IDENTITY_RESIDENCE,ORGANISATION_NAME,ORGANISATION_TAX_CODE,EARLIER_DOSSIER}'::text[]
$$;

-- The schema of each form as an object: it may have come as a text of JSON. What is no JSON stays as it is.
CREATE OR REPLACE FUNCTION form_schemas(p_forms jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF jsonb_typeof(p_forms) IS DISTINCT FROM 'array' THEN
        RETURN p_forms;
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(
               CASE WHEN jsonb_typeof(f) = 'object' AND jsonb_typeof(f->'schema') = 'string'
                    THEN f || jsonb_build_object('schema', coalesce(normalize(json_of(f->>'schema')::text, NFC)::jsonb, f->'schema'))
                    ELSE f END ORDER BY no), '[]')
              FROM jsonb_array_elements(p_forms) WITH ORDINALITY AS l(f, no));
END $$;

CREATE OR REPLACE FUNCTION form_label_fits(p_label jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_typeof(p_label) = 'string' AND length(p_label #>> '{}') BETWEEN 1 AND 300 AND p_label #>> '{}' !~ '^ | $|[[:cntrl:]]', false)
$$;

-- Of each field: a name, labels in both languages, a place of its own, and a source that somebody knows.
CREATE OR REPLACE FUNCTION form_field_problems(p_properties jsonb) RETURNS TABLE (path text, vi text, en text)
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    WITH field AS (
        SELECT left(key, 100) AS name, CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END AS says,
               count(*) OVER (PARTITION BY value->'x-order') AS in_place, key
          FROM jsonb_each(p_properties)
    )
    SELECT 'properties.' || name || rule.at, rule.vi, rule.en
      FROM field CROSS JOIN LATERAL (VALUES
        (key ~ '^[A-Za-z][A-Za-z0-9_]{0,99}$', '', 'Tên mục gồm 1 đến 100 chữ cái không dấu, chữ số và _.', 'A name has 1 to 100 letters, digits and _.'),
        (form_label_fits(says->'x-label-vi'), '.x-label-vi', 'Thiếu nhãn tiếng Việt.', 'It has no label in Vietnamese.'),
        (form_label_fits(says->'x-label-en'), '.x-label-en', 'Thiếu nhãn tiếng Anh.', 'It has no label in English.'),
        (says->>'x-order' ~ '^[1-9]\d{0,2}$' AND jsonb_typeof(says->'x-order') = 'number' AND in_place = 1, '.x-order',
         'Mỗi mục có một thứ tự riêng, từ 1 đến 999.', 'Each field has a place of its own, from 1 to 999.'),
        (NOT says ? 'x-source' OR says->>'x-source' = ANY (form_sources()), '.x-source', 'Không có nguồn dữ liệu này.', 'There is no such source.')
      ) AS rule(ok, at, vi, en)
     WHERE rule.ok IS NOT TRUE
$$;

-- One flat object, which takes nothing that it does not name. 200 fields are what a draft keeps (35_forms.sql).
CREATE OR REPLACE FUNCTION form_shape_problems(p_schema jsonb) RETURNS TABLE (path text, vi text, en text)
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    WITH given AS (
        SELECT s, CASE jsonb_typeof(s->'properties') WHEN 'object' THEN s->'properties' ELSE '{}' END AS properties,
               CASE jsonb_typeof(s->'required') WHEN 'array' THEN s->'required' ELSE '[]' END AS required
          FROM (SELECT CASE jsonb_typeof(p_schema) WHEN 'object' THEN p_schema ELSE '{}' END AS s) AS whole
    )
    SELECT rule.path, rule.vi, rule.en
      FROM given CROSS JOIN LATERAL (VALUES
        (jsonb_typeof(p_schema) = 'object', '', 'Phải là một lược đồ JSON.', 'It is a JSON Schema.'),
        (octet_length(p_schema::text) <= 65536, '', 'Tờ khai dài tối đa 65.536 byte.', 'A form has 65,536 bytes at most.'),
        (s->>'type' = 'object', 'type', 'Phải là "object".', 'It is "object".'),
        (s->'additionalProperties' = 'false', 'additionalProperties', 'Phải là false.', 'It is false.'),
        ((SELECT count(*) BETWEEN 1 AND 200 FROM jsonb_object_keys(properties)), 'properties', 'Tờ khai có từ 1 đến 200 mục.', 'A form has 1 to 200 fields.'),
        ((NOT s ? 'required' OR jsonb_typeof(s->'required') = 'array')
         AND NOT EXISTS (SELECT FROM jsonb_array_elements(required) AS r WHERE jsonb_typeof(r) <> 'string' OR NOT properties ? (r #>> '{}')),
         'required', 'Chỉ yêu cầu những mục có trong tờ khai.', 'Only fields of the form are required.')
      ) AS rule(ok, path, vi, en)
     WHERE rule.ok IS NOT TRUE
    UNION ALL
    SELECT f.path, f.vi, f.en FROM given CROSS JOIN LATERAL form_field_problems(given.properties) AS f
$$;

-- ---- a draft whose version has ended ----

-- Without a search_path of its own, so that it is inlined where drafts are listed.
CREATE OR REPLACE FUNCTION draft_is_outdated(p_form bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM motcua.procedure_form f JOIN motcua.procedure_version v ON v.id = f.procedure_version
                        WHERE f.id = p_form AND daterange(v.valid_from, v.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
$$;

-- The draft, which is locked, in the form of the version in force when its own has ended: what the new form asks too stays
-- answered, and nothing that was written goes. It stays as it is where there is no such form.
CREATE OR REPLACE FUNCTION draft_carry(p_draft draft) RETURNS draft
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_form  procedure_form;
    v_draft draft := p_draft;
BEGIN
    IF draft_is_outdated(p_draft.form) THEN
        SELECT f.* INTO v_form
          FROM procedure_form o JOIN procedure_version v ON v.id = o.procedure_version JOIN procedure p ON p.id = v.procedure
         CROSS JOIN LATERAL form_of(p.code, nullif(p_draft.case_code, '')) AS f
         WHERE o.id = p_draft.form;
        IF FOUND THEN
            UPDATE draft d SET form = v_form.id, carried_from = p_draft.form, carried_at = now() WHERE d.id = p_draft.id RETURNING * INTO v_draft;
        END IF;
    END IF;
    RETURN v_draft;
END $$;

-- What the form of a draft does otherwise than the one it was carried over from: the fields that are new, and those whose
-- answers are kept but not handed in.
CREATE OR REPLACE FUNCTION draft_changes(p_form bigint, p_from bigint) RETURNS TABLE (added text[], dropped text[])
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT ARRAY(SELECT x.name FROM procedure_form_field x WHERE x.form = p_form AND NOT was.schema->'properties' ? x.name ORDER BY x.position),
           ARRAY(SELECT x.name FROM procedure_form_field x WHERE x.form = p_from AND NOT now.schema->'properties' ? x.name ORDER BY x.position)
      FROM procedure_form was, procedure_form now
     WHERE was.id = p_from AND now.id = p_form;
END $$;

GRANT EXECUTE ON FUNCTION draft_is_outdated(bigint), draft_changes(bigint, bigint) TO app_citizen, app_partner;
RESET ROLE;
