-- Results of before the electronic system: listed line by line, scanned, checked by a second officer, and then a paper of
-- their holder. import_results, attach_result_scan, check_result and remove_result are called by their mutations as an
-- officer in charge of the archive (ARCHIVIST) of the agency that keeps the result; results_claim by whatever makes a person
-- known here, results_unlink by an erasure.
--   failure  NULL done · NOT_ALLOWED no such role · NOT_FOUND no such result of the caller's agency · GUARD_FAILED see problems
-- Source: DOMAIN R7, R9.
SET ROLE motcua_definer;

-- The agency whose inventory the caller keeps; NULL when it keeps none. A role counts as it stands now.
CREATE OR REPLACE FUNCTION archive_of_caller() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT o.agency FROM officer o
             WHERE o.id = me() AND kind() = 'OFFICER'
               AND EXISTS (SELECT FROM staff_held(o.id) WHERE role = 'ARCHIVIST' AND held @> clock_timestamp()));
END $$;

-- ---- the inventory ----

-- Who issued it: the agency itself, or one that is no more and whose papers it may hold. NULL: nobody else's results are
-- listed here.
CREATE OR REPLACE FUNCTION result_issuer(p_code text, p_agency bigint) RETURNS agency
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT a FROM agency a JOIN agency own ON own.id = p_agency
     WHERE a.code = coalesce(p_code, own.code) AND a.sandbox = own.sandbox AND (a.id = own.id OR a.valid_to <= vietnam_today())
$$;

-- Days since 1970, as the API has them, or a text YYYY-MM-DD, as a file has. NULL: it is neither.
CREATE OR REPLACE FUNCTION day_or_null(p_days jsonb) RETURNS date
LANGUAGE plpgsql IMMUTABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE jsonb_typeof(p_days) WHEN 'number' THEN date '1970-01-01' + (p_days::text)::int WHEN 'string' THEN procedure_day(p_days #>> '{}') END;
END $$;

-- What a line says, as it would be kept. issuer is NULL when there is no such.
CREATE OR REPLACE FUNCTION result_of_line(p_line jsonb, p_agency bigint) RETURNS procedure_result
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_result procedure_result;
BEGIN
    v_result.agency := p_agency;
    v_result.issuer := (result_issuer(p_line->>'issuer', p_agency)).id;
    v_result.authority_level := authority_level(v_result.issuer);
    v_result.procedure_code := nullif(tidy_text(p_line->>'procedure'), '');
    v_result.kind := coalesce(p_line->>'kind', 'KET_QUA_TTHC');
    v_result.number := tidy_text(p_line->>'number');
    v_result.issued_on := day_or_null(p_line->'issuedOn');
    v_result.valid_until := day_or_null(p_line->'validUntil');
    v_result.title := tidy_text(p_line->>'title');
    v_result.holder_no_index := decode(nullif(p_line->>'holderIndex', ''), 'hex');
    v_result.holder_tax_code := p_line->>'taxCode';
    v_result.holder := coalesce((SELECT p.id FROM person p WHERE p.personal_no_index = v_result.holder_no_index),
                                (SELECT o.id FROM organisation o WHERE o.tax_code = v_result.holder_tax_code));
    v_result.listed_by := me();
    RETURN v_result;
END $$;

-- [{path, vi, en}]; NULL when nothing is wrong. holderIndex is '' when the personal number is none.
CREATE OR REPLACE FUNCTION result_line_problems(p_line jsonb, p_result procedure_result) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (VALUES
        (p_result.issuer IS NOT NULL, 'issuer', 'Chỉ lập danh mục kết quả của cơ quan mình hoặc của cơ quan đã giải thể, sáp nhập.',
         'Only results of the agency itself, or of one that is no more, are listed.'),
        (length(p_result.number) BETWEEN 1 AND 64, 'number', 'Số hiệu dài từ 1 đến 64 ký tự.', 'A number has 1 to 64 characters.'),
        (length(p_result.title) BETWEEN 1 AND 200, 'title', 'Tên kết quả dài từ 1 đến 200 ký tự.', 'A title has 1 to 200 characters.'),
        (coalesce(length(p_result.procedure_code), 1) <= 40, 'procedure', 'Mã thủ tục dài tối đa 40 ký tự.', 'A procedure''s code has 40 characters at most.'),
        (p_result.kind ~ '^[A-Z0-9][A-Z0-9_.-]{0,39}$', 'kind', 'Mã loại giấy tờ gồm 1 đến 40 ký tự A-Z 0-9 _ . -.',
         'The kind is a code of 1 to 40 characters of A-Z 0-9 _ . -.'),
        (p_result.issued_on <= vietnam_today(), 'issuedOn', 'Ngày cấp không được sau hôm nay.', 'It is not issued after today.'),
        (coalesce(p_result.issued_on < (SELECT a.valid_to FROM agency a WHERE a.id = p_result.issuer), true), 'issuedOn',
         'Vào ngày cấp, cơ quan này không còn hoạt động.', 'On that day the agency was no more.'),
        (NOT p_line ? 'validUntil' OR p_result.valid_until IS NOT NULL, 'validUntil', 'Ngày hết hiệu lực viết dạng YYYY-MM-DD.', 'It ends on a day as YYYY-MM-DD.'),
        (coalesce(p_result.valid_until >= p_result.issued_on, true), 'validUntil', 'Ngày hết hiệu lực không được trước ngày cấp.',
         'It does not end before it is issued.'),
        (coalesce(p_result.valid_until >= vietnam_today(), true), 'validUntil', 'Kết quả đã hết hiệu lực nên không đưa vào danh mục.',
         'It holds no longer, and is not listed.'),
        (num_nonnulls(p_line->>'holderIndex', p_line->>'taxCode') = 1, 'personalNo',
         'Cần số định danh cá nhân hoặc mã số thuế của người được cấp, một trong hai.', 'The holder''s personal number or tax code is needed, one of the two.'),
        (coalesce(p_line->>'holderIndex' <> '', true), 'personalNo', 'Số định danh cá nhân gồm 12 chữ số.', 'A personal number has 12 digits.'),
        (coalesce(tax_code_valid(p_result.holder_tax_code), true), 'taxCode', 'Mã số thuế không đúng.', 'The tax code is not valid.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE
$$;

-- Where the inventory says otherwise: [{path, vi, en}], empty when it says the same.
CREATE OR REPLACE FUNCTION result_contradictions(p_stands procedure_result, p_result procedure_result) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_stands.agency <> p_result.agency
                THEN jsonb_build_array(jsonb_build_object('path', 'number', 'vi', 'Cơ quan khác đã đưa kết quả này vào danh mục.',
                                                          'en', 'Another agency lists this result already.'))
                ELSE coalesce((
                SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', 'Danh mục đã có kết quả cùng số hiệu, ngày cấp nhưng ghi khác ở mục này.',
                                                    'en', 'The inventory has this number and date already, and says otherwise here.'))
                  FROM (VALUES ('procedure', p_stands.procedure_code, p_result.procedure_code), ('kind', p_stands.kind, p_result.kind),
                               ('validUntil', p_stands.valid_until::text, p_result.valid_until::text), ('title', p_stands.title, p_result.title),
                               ('personalNo', p_stands.holder_no_index::text, p_result.holder_no_index::text),
                               ('taxCode', p_stands.holder_tax_code, p_result.holder_tax_code)) AS said (path, stands, line)
                 WHERE stands IS DISTINCT FROM line), '[]') END
$$;

-- One line of the caller's agency: NULL when it is listed now, [] when it was before, else its problems.
CREATE OR REPLACE FUNCTION result_list(p_line jsonb, p_agency bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_result   procedure_result := result_of_line(p_line, p_agency);
    v_problems jsonb := result_line_problems(p_line, v_result);
    v_stands   procedure_result;
BEGIN
    IF v_problems IS NOT NULL THEN
        RETURN v_problems;
    END IF;
    INSERT INTO procedure_result (agency, issuer, authority_level, procedure_code, kind, number, issued_on, valid_until, title,
                                  holder_no_index, holder_tax_code, holder, listed_by)
    VALUES (v_result.agency, v_result.issuer, v_result.authority_level, v_result.procedure_code, v_result.kind, v_result.number, v_result.issued_on,
            v_result.valid_until, v_result.title, v_result.holder_no_index, v_result.holder_tax_code, v_result.holder, v_result.listed_by)
    ON CONFLICT (issuer, number, issued_on) DO NOTHING;
    IF FOUND THEN
        PERFORM digitisation_add(v_result.agency, v_result.authority_level, v_result.valid_until, 1, 0);
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT v_stands FROM procedure_result r WHERE (r.issuer, r.number, r.issued_on) = (v_result.issuer, v_result.number, v_result.issued_on);
    RETURN result_contradictions(v_stands, v_result);
END $$;

-- p_lines: 1 to 100 of {issuer, procedure, kind, number, issuedOn, validUntil, title, holderIndex, taxCode}; days as day_or_null
-- takes them, holderIndex in hexadecimal. What is wrong with a line stands in the import and holds up no other. seq is how many lines.
CREATE OR REPLACE FUNCTION import_results(p_lines jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_lines_max CONSTANT int := 100;
    v_agency   bigint := archive_of_caller();
    v_line     record;
    v_said     jsonb;
    v_listed   int := 0;
    v_known    int := 0;
    v_problems jsonb := '[]';
    v_import   result_import;
BEGIN
    IF v_agency IS NULL THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    IF jsonb_array_length(p_lines) NOT BETWEEN 1 AND c_lines_max THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, jsonb_build_array(jsonb_build_object(
            'path', 'lines', 'vi', 'Mỗi lần nhập từ 1 đến 100 dòng.', 'en', 'An import has 1 to 100 lines.'));
        RETURN;
    END IF;
    -- In the order of what they name, so that two imports never wait for each other's lines; lines that name the same stay in theirs.
    FOR v_line IN SELECT l.line, l.no FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l(line, no)
                   ORDER BY l.line->>'issuer', tidy_text(l.line->>'number'), l.line->>'issuedOn', l.no
    LOOP
        v_said := result_list(v_line.line, v_agency);
        v_listed := v_listed + (v_said IS NULL)::int;
        v_known := v_known + coalesce(v_said = '[]', false)::int;
        v_problems := v_problems || coalesce((SELECT jsonb_agg(jsonb_build_object('line', v_line.no) || p) FROM jsonb_array_elements(v_said) AS p), '[]');
    END LOOP;
    INSERT INTO result_import (agency, imported_by, lines, listed, known, problems)
    VALUES (v_agency, me(), jsonb_array_length(p_lines), v_listed, v_known, v_problems)
    RETURNING * INTO v_import;
    PERFORM audit_write('result.import', 'result_import:' || v_import.public_id,
                        jsonb_build_object('lines', v_import.lines, 'listed', v_listed, 'known', v_known));
    RETURN QUERY SELECT NULL::text, v_import.id, v_import.public_id, v_import.lines, NULL::jsonb;
END $$;

-- A result of the caller's agency, locked; no row when there is none.
CREATE OR REPLACE FUNCTION result_lock(p_result uuid, p_agency bigint) RETURNS procedure_result
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT r FROM procedure_result r WHERE r.public_id = p_result AND r.agency = p_agency FOR UPDATE
$$;

CREATE OR REPLACE FUNCTION result_audit(p_act text, p_result procedure_result) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT audit_write(p_act, 'result:' || p_result.public_id)
$$;

-- Takes a line off the inventory, of which there is no scan: it was listed by mistake, or holds no longer. seq is 1.
CREATE OR REPLACE FUNCTION remove_result(p_result uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency  bigint := archive_of_caller();
    v_result  procedure_result := result_lock(p_result, v_agency);
    v_failure text := CASE WHEN v_agency IS NULL THEN 'NOT_ALLOWED' WHEN v_result.id IS NULL THEN 'NOT_FOUND'
                           WHEN v_result.state <> 'INVENTORIED' THEN 'GUARD_FAILED' END;
BEGIN
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, CASE v_failure WHEN 'GUARD_FAILED' THEN jsonb_build_array(jsonb_build_object(
            'path', 'result', 'vi', 'Kết quả đã có bản quét nên không gỡ khỏi danh mục được.', 'en', 'There is a scan of this result: it stays listed.')) END;
        RETURN;
    END IF;
    DELETE FROM procedure_result r WHERE r.id = v_result.id;
    PERFORM digitisation_add(v_result.agency, v_result.authority_level, v_result.valid_until, -1, 0);
    PERFORM result_audit('result.remove', v_result);
    RETURN QUERY SELECT NULL::text, v_result.id, v_result.public_id, 1, NULL::jsonb;
END $$;

-- ---- scans ----

-- What keeps an upload from becoming the scan of a result: [{path, vi, en}], NULL when nothing does.
CREATE OR REPLACE FUNCTION result_scan_problems(p_result procedure_result, p_upload upload) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_agg(to_jsonb(f)) FROM (
        SELECT 'result' AS path, 'Kết quả này đã có bản quét.' AS vi, 'There is a scan of this result already.' AS en
         WHERE EXISTS (SELECT FROM stored_paper p WHERE p.id = p_result.paper AND (p_result.state = 'DIGITISED' OR p.state <> 'REFUSED'))
         UNION ALL
        SELECT f.path, f.vi, f.en FROM paper_faults(p_upload, p_result.kind, p_result.title, p_result.issued_on, p_result.valid_until) AS f) AS f);
END $$;

-- Takes the scan away that a result has, for good: the row is locked.
CREATE OR REPLACE FUNCTION result_drop_scan(p_result procedure_result, p_reason text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE procedure_result r SET state = 'INVENTORIED', paper = NULL, attached_by = NULL, attacher_name = NULL, attached_at = NULL, return_reason = p_reason
     WHERE r.id = p_result.id;
    PERFORM paper_forget(p) FROM stored_paper p WHERE p.id = p_result.paper;
END $$;

-- The caller's own finished upload becomes the scan, to be checked by another officer. It may still be in quarantine. seq is 1.
CREATE OR REPLACE FUNCTION attach_result_scan(p_result uuid, p_upload uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency   bigint := archive_of_caller();
    v_result   procedure_result := result_lock(p_result, v_agency);
    v_upload   upload := upload_own(p_upload);
    v_problems jsonb;
    v_paper    stored_paper;
    v_failure  text := CASE WHEN v_agency IS NULL THEN 'NOT_ALLOWED' WHEN v_result.id IS NULL OR v_upload.id IS NULL THEN 'NOT_FOUND' END;
BEGIN
    IF v_failure IS NULL THEN
        v_problems := result_scan_problems(v_result, v_upload);
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    IF v_result.paper IS NOT NULL THEN
        PERFORM result_drop_scan(v_result, NULL);
    END IF;
    v_paper.agency := v_agency;
    v_paper.kind := v_result.kind;
    v_paper.title := v_result.title;
    v_paper.valid_from := v_result.issued_on;
    v_paper.valid_until := v_result.valid_until;
    v_paper.source := 'RESULT';
    v_paper.scanned_by := me();
    v_paper := paper_make(v_upload, v_paper);
    UPDATE procedure_result r SET state = 'PROPOSED', paper = v_paper.id, attached_by = me(), attached_at = now(), return_reason = NULL,
                                  attacher_name = (SELECT o.name FROM officer o WHERE o.id = me())
     WHERE r.id = v_result.id;
    PERFORM result_audit('result.attach', v_result);
    RETURN QUERY SELECT NULL::text, v_result.id, v_result.public_id, 1, NULL::jsonb;
END $$;

-- What keeps a second officer from deciding about a scan: [{path, vi, en}], NULL when nothing does. One that takes it writes
-- the holder's number off the scan: it would go to somebody else's store if it were not the one listed.
CREATE OR REPLACE FUNCTION result_check_problems(p_result procedure_result, p_fits boolean, p_reason text, p_holder_no_index bytea, p_tax_code text)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_scan text := (SELECT p.state FROM stored_paper p WHERE p.id = p_result.paper);
BEGIN
    RETURN (SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (VALUES
        (p_result.state = 'PROPOSED', 'result', 'Không có bản quét nào chờ kiểm tra.', 'No scan of it waits to be checked.'),
        (p_result.state <> 'PROPOSED' OR p_result.attached_by <> me(), 'result', 'Người đính kèm bản quét không được tự kiểm tra; cần một cán bộ khác.',
         'Who has attached the scan does not check it: another officer does.'),
        (p_result.state <> 'PROPOSED' OR NOT p_fits OR v_scan <> 'QUARANTINED', 'result', 'Bản quét đang được kiểm tra mã độc; hãy thử lại sau ít phút.',
         'The scan is still looked at for malicious code: try again in a moment.'),
        (p_result.state <> 'PROPOSED' OR NOT p_fits OR v_scan <> 'REFUSED', 'result', 'Tệp quét không được nhận; hãy trả lại để quét lại.',
         'The file was not taken: give it back to be scanned again.'),
        (p_result.state <> 'PROPOSED' OR NOT p_fits OR num_nonnulls(p_result.holder_no_index, p_result.holder_tax_code) = 0
         OR (p_holder_no_index, p_tax_code) IS NOT DISTINCT FROM (p_result.holder_no_index, p_result.holder_tax_code),
         CASE WHEN p_result.holder_tax_code IS NULL THEN 'personalNo' ELSE 'taxCode' END, 'Người được cấp ghi trên bản quét không khớp với danh mục.',
         'The holder on the scan is not the one that is listed.'),
        (p_fits OR length(p_reason) BETWEEN 1 AND 500, 'reason', 'Lý do trả lại dài từ 1 đến 500 ký tự.', 'A reason has 1 to 500 characters.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE);
END $$;

-- A scan that fits is a paper of the holder from now on, as soon as he is known here; one that does not is given back with a
-- reason. seq is 1.
CREATE OR REPLACE FUNCTION check_result(p_result uuid, p_fits boolean, p_reason text, p_holder_no_index bytea, p_tax_code text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency   bigint := archive_of_caller();
    v_result   procedure_result := result_lock(p_result, v_agency);
    v_reason   text := tidy_text(p_reason);
    v_problems jsonb;
    v_failure  text := CASE WHEN v_agency IS NULL THEN 'NOT_ALLOWED' WHEN v_result.id IS NULL THEN 'NOT_FOUND' END;
BEGIN
    IF v_failure IS NULL THEN
        v_problems := result_check_problems(v_result, p_fits, v_reason, p_holder_no_index, p_tax_code);
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    IF p_fits THEN
        UPDATE procedure_result r SET state = 'DIGITISED', checked_by = me(), digitised_at = clock_timestamp() WHERE r.id = v_result.id;
        UPDATE stored_paper p SET owner = v_result.holder WHERE p.id = v_result.paper;
        PERFORM digitisation_add(v_result.agency, v_result.authority_level, v_result.valid_until, 0, 1);
    ELSE
        PERFORM result_drop_scan(v_result, v_reason);
    END IF;
    PERFORM result_audit(CASE WHEN p_fits THEN 'result.digitise' ELSE 'result.return' END, v_result);
    RETURN QUERY SELECT NULL::text, v_result.id, v_result.public_id, 1, NULL::jsonb;
END $$;

-- ---- the list ----

-- A page of an agency's results in a state, as the viewer may see them. With the policies' two ways to a row the planner
-- would gather all of a state and sort them; the index has them in order.
CREATE OR REPLACE FUNCTION results_listed(p_agency bigint, p_state text, p_after bigint, p_limit bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 20 SET enable_bitmapscan = off AS $$
BEGIN
    RETURN QUERY SELECT r.id FROM procedure_result r
                  WHERE r.agency = p_agency AND r.state = p_state AND r.id > p_after
                  ORDER BY r.id
                  LIMIT p_limit;
END $$;

-- ---- holders ----

-- Gives a person, and the organisations it speaks for, what was listed before they were known here.
CREATE OR REPLACE FUNCTION results_claim(p_person bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    WITH known AS (
        SELECT r.id, p.id AS holder FROM person p JOIN procedure_result r ON r.holder_no_index = p.personal_no_index AND r.holder IS NULL
         WHERE p.id = p_person
        UNION ALL
        SELECT r.id, o.id FROM seat_in_force t JOIN organisation o ON o.id = t.organisation
                          JOIN procedure_result r ON r.holder_tax_code = o.tax_code AND r.holder IS NULL
         WHERE t.person = p_person
    ), claimed AS (
        UPDATE procedure_result r SET holder = k.holder FROM known k WHERE r.id = k.id AND r.holder IS NULL
        RETURNING r.paper, r.holder, r.state)
    UPDATE stored_paper p SET owner = c.holder FROM claimed c WHERE p.id = c.paper AND c.state = 'DIGITISED' AND p.owner IS NULL;
END $$;

-- Of somebody who leaves: the agency keeps what it once issued, and knows no longer to whom.
CREATE OR REPLACE FUNCTION results_unlink(p_holder bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE procedure_result SET holder = NULL, holder_no_index = NULL WHERE holder = p_holder
$$;

GRANT EXECUTE ON FUNCTION import_results(jsonb), remove_result(uuid), attach_result_scan(uuid, uuid),
    check_result(uuid, boolean, text, bytea, text), results_listed(bigint, text, bigint, bigint) TO app_officer;
RESET ROLE;
