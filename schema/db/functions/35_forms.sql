-- E-forms: what is known already, drafts, and the form a dossier is handed in with. Persons write drafts, and partners by the keys that
-- submit.
-- Called by Mutation.saveDraft, removeDraft and submitDossier on the write lane, Procedure.prefill, and the worker (drafts_prune).
-- Whether the fields fit the form's schema is asked by the server (lib/json_schema) between draft_document and
-- submit_draft, in one transaction that holds the draft.
-- failure is NULL, NOT_ALLOWED, NOT_FOUND (no such draft, or not the caller's: alike) or GUARD_FAILED with problems.
-- Source: DOMAIN R12, R16.
SET ROLE motcua_definer;

-- The form of a procedure in force today: that of the case, else the one that all cases share.
CREATE OR REPLACE FUNCTION form_of(p_procedure text, p_case text) RETURNS SETOF procedure_form
LANGUAGE sql STABLE ROWS 1 SET search_path = motcua, pg_temp AS $$
    SELECT f.* FROM procedure p JOIN procedure_version v ON v.procedure = p.id JOIN procedure_form f ON f.procedure_version = v.id
     WHERE p.code = p_procedure AND p.sandbox = in_sandbox()
       AND (f.case_code = coalesce(p_case, '')
            OR f.case_code = '' AND EXISTS (SELECT FROM procedure_case c WHERE c.procedure_version = v.id AND c.code = p_case))
       AND daterange(v.valid_from, v.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
     ORDER BY f.case_code = '', f.no DESC LIMIT 1
$$;

-- A number that is held sealed: shown as this, kept as this in what was declared, and typed by nobody.
CREATE OR REPLACE FUNCTION masked_number() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$ SELECT '"************"'::jsonb $$;

-- What the state knows of a form's fields when the caller hands it in for p_applicant. The identity is the caller's own, so
-- that it stands only where he asks for himself or for an organisation; fixed: he cannot declare it otherwise. A partner has no
-- identity: of an organisation that it hands in for, name and tax code are known. What was declared before stands under the same name in
-- one of the applicant's last 20 forms, for who speaks for it.
CREATE OR REPLACE FUNCTION known_fields(p_form bigint, p_applicant bigint) RETURNS TABLE (name text, value jsonb, source text, fixed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT k.name, k.value, k.source, k.source <> 'EARLIER_DOSSIER'
      FROM (SELECT x.key AS name, x.value->>'x-source' AS source,
                   CASE x.value->>'x-source'
                   WHEN 'IDENTITY_NAME' THEN CASE WHEN asks THEN to_jsonb(s.name) END
                   WHEN 'IDENTITY_PERSONAL_NUMBER' THEN CASE WHEN asks AND p.personal_no IS NOT NULL THEN masked_number() END
                   WHEN 'IDENTITY_BIRTH_DATE' THEN CASE WHEN asks THEN to_jsonb(p.born_on) END
                   WHEN 'IDENTITY_RESIDENCE' THEN CASE WHEN asks THEN (SELECT to_jsonb(u.name) FROM unit u
                                                                       WHERE (u.code, u.valid_from) = (p.unit_code, p.unit_valid_from)) END
                   WHEN 'ORGANISATION_NAME' THEN CASE WHEN o.id IS NOT NULL THEN to_jsonb(a.name) END
                   WHEN 'ORGANISATION_TAX_CODE' THEN to_jsonb(o.tax_code)
                   WHEN 'EARLIER_DOSSIER' THEN (SELECT e.fields->x.key
                                                  FROM (SELECT d.dossier, d.fields FROM dossier_form d WHERE d.applicant = p_applicant AND d.applicant = ANY (subjects())
                                                         ORDER BY d.dossier DESC LIMIT 20) AS e
                                                 WHERE e.fields ? x.key ORDER BY e.dossier DESC LIMIT 1)
                   END AS value
              FROM procedure_form f
             CROSS JOIN LATERAL jsonb_each(f.schema->'properties') AS x
              JOIN subject s ON s.id = me()
              LEFT JOIN person p ON p.id = s.id
              JOIN subject a ON a.id = p_applicant
              LEFT JOIN organisation o ON o.id = a.id
             CROSS JOIN LATERAL (SELECT p.id IS NOT NULL AND (a.id = s.id OR o.id IS NOT NULL) AS asks) AS who
             WHERE f.id = p_form AND kind() IN ('CITIZEN', 'PARTNER') AND may_submit_for(p_applicant, f.procedure_version)) AS k
     WHERE k.value IS NOT NULL
$$;

-- The same of a version's form, for Procedure.prefill. p_applicant NULL: the caller.
CREATE OR REPLACE FUNCTION prefill(p_version bigint, p_case text, p_applicant uuid) RETURNS TABLE (name text, value jsonb, source text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT k.name, k.value, k.source
      FROM (SELECT x.id FROM procedure_form x
             WHERE x.procedure_version = p_version
               AND (x.case_code = p_case OR x.case_code = '' AND EXISTS (SELECT FROM procedure_case c WHERE c.procedure_version = p_version AND c.code = p_case))
             ORDER BY x.case_code = '', x.no DESC LIMIT 1) AS f
     CROSS JOIN LATERAL known_fields(f.id, CASE WHEN p_applicant IS NULL THEN me()
                                                ELSE (SELECT s.id FROM subject s WHERE s.public_id = p_applicant) END) AS k
$$;

-- JSON, or NULL for a text that is none.
CREATE OR REPLACE FUNCTION json_of(p_text text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN p_text::jsonb;
EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded THEN
    RETURN NULL;
END $$;

-- May the caller write drafts? Not in the sandbox by a test key: a procedure of the sandbox has no form.
CREATE OR REPLACE FUNCTION may_draft() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce(may_hand_in() AND (kind() = 'CITIZEN' OR kind() = 'PARTNER' AND NOT in_sandbox()), false);
END $$;

-- What is wrong with the fields to set, one by one; NULL: nothing. p_fixed: names of what is known for certain.
CREATE OR REPLACE FUNCTION draft_field_problems(p_form procedure_form, p_fixed text[], p_set jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', format('set[%s].%s', i.no - 1, rule.at), 'vi', rule.vi, 'en', rule.en) ORDER BY i.no)
      FROM jsonb_array_elements(p_set) WITH ORDINALITY AS i (item, no)
     CROSS JOIN LATERAL (VALUES
        (p_form.schema->'properties' ? (i.item->>'name') OR i.item->>'value' IS NULL, 'name', 'Tờ khai không có mục này.', 'The form has no such field.'),
        (NOT i.item->>'name' = ANY (p_fixed), 'name',
         'Mục này cơ quan nhà nước đã có, không cần khai.', 'This is known already and is not asked.'),
        (i.item->>'value' IS NULL OR json_of(i.item->>'value') IS NOT NULL, 'value', 'Giá trị phải viết theo JSON.', 'The value is written in JSON.'),
        (json_of(i.item->>'value') IS DISTINCT FROM masked_number(), 'value', 'Hãy nhập số đầy đủ.', 'Write the whole number.')
      ) AS rule (ok, at, vi, en)
     WHERE rule.ok IS NOT TRUE
$$;

-- The chosen parts as they are kept.
CREATE OR REPLACE FUNCTION draft_parts(p_parts jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('part', p.item->>'part', 'paper', uuid_or_null(p.item->>'paper'),
                                                                   'upload', uuid_or_null(p.item->>'upload'), 'onPaper', p.item->'onPaper')) ORDER BY p.no), '[]')
      FROM jsonb_array_elements(array_or_empty(p_parts)) WITH ORDINALITY AS p(item, no)
$$;

-- What is wrong with the chosen parts; NULL: nothing. Whether they can be used, and are all, is asked when the draft is handed in.
CREATE OR REPLACE FUNCTION draft_part_problems(p_form procedure_form, p_parts jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', format('parts[%s].part', p.no - 1), 'vi', 'Thủ tục không có thành phần hồ sơ này.',
                                        'en', 'The procedure has no such part.') ORDER BY p.no)
      FROM jsonb_array_elements(array_or_empty(p_parts)) WITH ORDINALITY AS p(item, no)
     WHERE NOT EXISTS (SELECT FROM procedure_part t WHERE t.procedure_version = p_form.procedure_version AND t.code = p.item->>'part')
$$;

-- p_input: draft (absent: a new one, of procedure, case and applicant), agency, channel, set [{name, value}]; a value of
-- null forgets the field. A field is the last writer's; what another device has written beside it stays. parts, as
-- 29_filed_parts.sql has them, take the place of the former.
CREATE OR REPLACE FUNCTION save_draft(p_input jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_drafts_max CONSTANT int := 20;
    c_fields_max CONSTANT int := 200;
    c_bytes_max  CONSTANT int := 65536;
    c_parts_max  CONSTANT int := 60;
    c_life       CONSTANT interval := '90 days';
    v_set        jsonb := coalesce(p_input->'set', '[]');
    v_is_new     boolean := p_input->>'draft' IS NULL;
    v_draft      draft;
    v_form       procedure_form;
    v_agency     bigint;
    v_problems   jsonb;
BEGIN
    IF NOT may_draft() OR NOT account_hold() THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    IF v_is_new THEN
        SELECT f.* INTO v_form FROM form_of(p_input->>'procedure', p_input->>'case') AS f;
        v_draft.applicant := CASE WHEN p_input->>'applicant' IS NULL THEN me()
                                  ELSE (SELECT s.id FROM subject s WHERE s.public_id = uuid_or_null(p_input->>'applicant')) END;
    ELSE
        SELECT d.* INTO v_draft FROM draft d
         WHERE d.public_id = uuid_or_null(p_input->>'draft') AND d.owner = me() AND d.expires_at > now()
           AND (kind() = 'CITIZEN' OR guests() IS NULL OR d.applicant = ANY (guests())) FOR UPDATE;
        IF NOT FOUND THEN
            RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
            RETURN;
        END IF;
        v_draft := draft_carry(v_draft);
        SELECT f.* INTO v_form FROM procedure_form f WHERE f.id = v_draft.form;
    END IF;
    SELECT a.id INTO v_agency FROM agency a WHERE a.code = p_input->>'agency' AND a.sandbox = in_sandbox() AND 'RECEPTION' = ANY (a.kinds);

    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (v_is_new OR p_input->>'procedure' IS NULL, 'procedure', 'Không đổi được thủ tục của bản nháp: hãy tạo bản nháp khác.',
         'A draft keeps its procedure: begin another.'),
        (v_is_new OR p_input->>'case' IS NULL, 'case', 'Không đổi được trường hợp của bản nháp: hãy tạo bản nháp khác.',
         'A draft keeps its case: begin another.'),
        (v_is_new OR p_input->>'applicant' IS NULL, 'applicant', 'Không đổi được người nộp của bản nháp: hãy tạo bản nháp khác.',
         'A draft keeps its applicant: begin another.'),
        (v_is_new OR NOT draft_is_outdated(v_form.id), 'draft',
         'Thủ tục đã có phiên bản mới, không có tờ khai cho trường hợp này; những gì đã khai vẫn được giữ trong bản nháp.',
         'The procedure has a new version, which has no form for this case; what was written stays in the draft.'),
        (v_form.id IS NOT NULL, 'procedure', 'Thủ tục này không có hoặc chưa có tờ khai điện tử.', 'There is no such procedure in force, or it has no form.'),
        (v_form.id IS NULL OR NOT v_is_new OR may_submit_for(v_draft.applicant, v_form.procedure_version), 'applicant',
         'Bạn không được nộp hồ sơ thay cho người này.', 'You may not submit for this applicant.'),
        (p_input->>'agency' IS NULL OR v_agency IS NOT NULL, 'agency', 'Cơ quan này hiện không tiếp nhận hồ sơ.', 'This agency does not receive dossiers.'),
        (NOT v_is_new OR (SELECT count(*) < c_drafts_max FROM draft d WHERE d.owner = me() AND d.expires_at > now()), 'draft',
         'Mỗi người chỉ giữ được 20 bản nháp.', 'One person keeps at most 20 drafts.'),
        (jsonb_array_length(array_or_empty(p_input->'parts')) <= c_parts_max, 'parts',
         'Mỗi hồ sơ nộp kèm tối đa 60 giấy tờ.', 'A dossier is filed with at most 60 papers.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NULL THEN
        v_problems := nullif(coalesce(draft_field_problems(
            v_form, ARRAY(SELECT k.name FROM known_fields(v_form.id, v_draft.applicant) k WHERE k.fixed), v_set), '[]')
            || coalesce(draft_part_problems(v_form, p_input->'parts'), '[]'), '[]');
    END IF;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    IF v_is_new THEN
        INSERT INTO draft (owner, applicant, form, case_code, expires_at)
        VALUES (me(), v_draft.applicant, v_form.id, coalesce(p_input->>'case', v_form.case_code), now() + c_life) RETURNING * INTO v_draft;
    END IF;
    UPDATE draft d SET received_agency = coalesce(v_agency, d.received_agency), channel = coalesce(p_input->>'channel', d.channel),
                       parts = CASE jsonb_typeof(p_input->'parts') WHEN 'array' THEN draft_parts(p_input->'parts') ELSE d.parts END,
                       seq = d.seq + 1, updated_at = now(), expires_at = now() + c_life
     WHERE d.id = v_draft.id RETURNING * INTO v_draft;
    WITH last AS (
        SELECT DISTINCT ON (i.item->>'name') i.item->>'name' AS name, nullif(json_of(i.item->>'value'), 'null') AS value
          FROM jsonb_array_elements(v_set) WITH ORDINALITY AS i (item, no) ORDER BY i.item->>'name', i.no DESC
    ), forgotten AS (
        DELETE FROM draft_field f USING last l WHERE f.draft = v_draft.id AND f.name = l.name AND l.value IS NULL)
    INSERT INTO draft_field AS f (draft, owner, name, value, seq)
    SELECT v_draft.id, me(), l.name, l.value, v_draft.seq FROM last l WHERE l.value IS NOT NULL
    ON CONFLICT (draft, name) DO UPDATE SET value = excluded.value, seq = excluded.seq, at = now();
    -- Counted as it stands now; the failure takes it all back.
    IF (SELECT count(*) > c_fields_max OR sum(octet_length(f.value::text)) > c_bytes_max FROM draft_field f WHERE f.draft = v_draft.id) THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, jsonb_build_array(jsonb_build_object('path', 'set',
            'vi', 'Bản nháp chỉ giữ được 200 mục và 64 KiB.', 'en', 'A draft keeps at most 200 fields and 64 KiB.'));
        RETURN;
    END IF;
    RETURN QUERY SELECT NULL::text, v_draft.id, v_draft.public_id, v_draft.seq, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION remove_draft(p_draft text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    DELETE FROM draft d WHERE d.public_id = uuid_or_null(p_draft) AND d.owner = me() AND may_draft()
       AND (kind() = 'CITIZEN' OR guests() IS NULL OR d.applicant = ANY (guests()))
    RETURNING NULL::text, d.id, d.public_id, d.seq, NULL::jsonb;
    IF NOT FOUND THEN
        RETURN QUERY SELECT CASE WHEN may_draft() THEN 'NOT_FOUND' ELSE 'NOT_ALLOWED' END, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
    END IF;
END $$;

-- The draft, held until the transaction ends, when the caller may hand it in; known fields before declared ones, so that
-- nobody declares otherwise what is known. No row: no such draft, or not his.
CREATE OR REPLACE FUNCTION draft_held(p_draft text) RETURNS SETOF draft
LANGUAGE sql VOLATILE ROWS 1 SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT d.* FROM draft d
     WHERE d.public_id = uuid_or_null(p_draft) AND d.owner = me() AND may_draft() AND d.expires_at > now()
       AND (kind() = 'CITIZEN' OR guests() IS NULL OR d.applicant = ANY (guests())) FOR UPDATE
$$;

CREATE OR REPLACE FUNCTION draft_fields(p_draft draft) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT coalesce((SELECT jsonb_object_agg(k.name, k.value) FROM known_fields(p_draft.form, p_draft.applicant) k WHERE NOT k.fixed), '{}')
        || coalesce((SELECT jsonb_object_agg(f.name, f.value) FROM draft_field f JOIN procedure_form o ON o.id = p_draft.form
                      WHERE f.draft = p_draft.id AND o.schema->'properties' ? f.name), '{}')
        || coalesce((SELECT jsonb_object_agg(k.name, k.value) FROM known_fields(p_draft.form, p_draft.applicant) k WHERE k.fixed), '{}')
$$;

-- What the server asks the form's schema about; no row for one that submit_draft refuses because its version has ended.
CREATE OR REPLACE FUNCTION draft_document(p_draft text) RETURNS TABLE (form bigint, schema text, document text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT f.id, f.schema::text, draft_fields(d)::text FROM draft_held(p_draft) AS d JOIN procedure_form f ON f.id = d.form
     WHERE NOT draft_is_outdated(d.form)
$$;

-- Why a draft cannot be handed in as it is; NULL: it can. A draft without a case may be given one as long as that has no form of its own.
CREATE OR REPLACE FUNCTION draft_problems(p_draft draft, p_version bigint, p_case text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (VALUES
        (EXISTS (SELECT FROM procedure_version v WHERE v.id = p_version
                    AND daterange(v.valid_from, v.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date), 'draft',
         'Thủ tục đã có phiên bản mới: hãy lưu bản nháp để chuyển sang tờ khai mới, xem lại rồi nộp.',
         'The procedure has a new version: save the draft, which carries it over to the new form, look at it again, and hand it in.'),
        (p_case IS NULL OR p_draft.case_code IN ('', p_case), 'case',
         'Bản nháp này là của trường hợp khác: hãy tạo bản nháp khác.', 'The draft is of another case: begin another draft.'),
        (p_draft.case_code <> '' OR NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = p_version AND f.case_code = p_case), 'case',
         'Trường hợp này có tờ khai riêng: hãy tạo bản nháp khác.', 'The case has a form of its own: begin another draft.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE
$$;

-- Hands a draft in: submit_dossier's own rights, guards and place, and the form beside the dossier. The parts are those of p_args, or
-- the draft's where it has none. The draft is gone.
CREATE OR REPLACE FUNCTION submit_draft(p_draft text, p_place jsonb DEFAULT NULL, p_case text DEFAULT NULL, p_args jsonb DEFAULT NULL)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_draft    draft;
    v_form     procedure_form;
    v_problems jsonb;
    v_result   record;
BEGIN
    SELECT d.* INTO v_draft FROM draft_held(p_draft) AS d;
    IF NOT FOUND THEN
        RETURN QUERY SELECT CASE WHEN may_draft() THEN 'NOT_FOUND' ELSE 'NOT_ALLOWED' END, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    SELECT f.* INTO v_form FROM procedure_form f WHERE f.id = v_draft.form;
    v_problems := draft_problems(v_draft, v_form.procedure_version, p_case);
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    SELECT s.* INTO v_result
      FROM dossier_submit((SELECT p.code FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE v.id = v_form.procedure_version),
                          (SELECT a.code FROM agency a WHERE a.id = v_draft.received_agency), v_draft.applicant, v_draft.channel, p_place,
                          coalesce(nullif(v_draft.case_code, ''), p_case),
                          jsonb_build_object('parts', v_draft.parts) || jsonb_strip_nulls(coalesce(p_args, '{}')), v_draft.form) AS s;
    IF v_result.failure IS NULL THEN
        INSERT INTO dossier_form (dossier, applicant, form, fields, known)
        SELECT v_result.dossier_id, v_draft.applicant, v_draft.form, draft_fields(v_draft),
               ARRAY(SELECT k.name FROM known_fields(v_draft.form, v_draft.applicant) k
                      WHERE k.fixed OR NOT EXISTS (SELECT FROM draft_field f WHERE f.draft = v_draft.id AND f.name = k.name) ORDER BY 1);
        DELETE FROM draft d WHERE d.id = v_draft.id;
    END IF;
    RETURN QUERY SELECT v_result.failure, v_result.dossier_id, v_result.event_id, v_result.seq, v_result.problems;
END $$;

-- Forgets drafts whose time is over, at most 1,000 a call; gives how many.
CREATE OR REPLACE FUNCTION drafts_prune() RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH gone AS (
        DELETE FROM draft WHERE id = ANY (ARRAY(SELECT id FROM draft WHERE expires_at <= now() LIMIT 1000)) RETURNING 1)
    SELECT count(*)::int FROM gone
$$;

GRANT EXECUTE ON FUNCTION prefill(bigint, text, uuid) TO app_citizen;
GRANT EXECUTE ON FUNCTION draft_document(text) TO app_citizen, app_partner;
GRANT EXECUTE ON FUNCTION save_draft(jsonb), remove_draft(text), submit_draft(text, jsonb, text, jsonb) TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION drafts_prune() TO app_worker;
RESET ROLE;
