-- Scans (quét giấy tờ): what an officer has uploaded becomes a paper of the applicant's: a part of the dossier at reception
-- (R31, D3), or the file of its result (D17). Only a file that was looked at is taken.
-- scan_part, attach_result and remove_scan are called by their mutations as the viewer, on the write lane; the rest by
-- functions of motcua_definer that hold the dossier's lock.
-- A scan is {upload, part, kind, title, validFrom, validUntil}: the days as numbers since 1970, the title the part's name when
-- it is missing. failure is NULL, NOT_FOUND, NOT_ALLOWED, STALE_STATE or GUARD_FAILED with problems; with a failure that the
-- caller may see, id and seq are the dossier's, else id and public_id the paper's.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION scan_day(p_scan jsonb, p_field text) RETURNS date
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT date '1970-01-01' + (p_scan->>p_field)::int
$$;

CREATE OR REPLACE FUNCTION scan_title(p_scan jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT tidy_text(coalesce(p_scan->>'title', p_scan->>'part'))
$$;

-- What keeps an upload of the caller's from becoming a part, or a result when p_part is false.
CREATE OR REPLACE FUNCTION scan_faults(p_upload upload, p_scan jsonb, p_part boolean) RETURNS TABLE (path text, vi text, en text)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_upload.id IS NULL THEN
        RETURN QUERY SELECT 'upload', 'Bạn không có tệp tải lên này.', 'There is no such upload of yours.';
        RETURN;
    END IF;
    RETURN QUERY
    SELECT f.path, f.vi, f.en
      FROM paper_faults(p_upload, p_scan->>'kind', scan_title(p_scan), scan_day(p_scan, 'validFrom'), scan_day(p_scan, 'validUntil')) AS f
     UNION ALL
    SELECT 'upload', 'Tệp đang được kiểm tra; hãy thử lại sau ít giây.', 'The file is still being looked at; try again in a few seconds.'
     WHERE p_upload.state = 'QUARANTINED'
     UNION ALL
    SELECT 'part', 'Tên thành phần hồ sơ dài từ 1 đến 200 ký tự.', 'The name of a part has 1 to 200 characters.'
     WHERE p_part AND (length(tidy_text(p_scan->>'part')) BETWEEN 1 AND 200) IS NOT TRUE;
END $$;

-- The same of many scans, each at its place: [{path, vi, en}], or NULL. No upload is scanned twice at once.
CREATE OR REPLACE FUNCTION scans_problems(p_scans jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    c_scans_max CONSTANT int := 20;
BEGIN
    RETURN (SELECT jsonb_agg(to_jsonb(f)) FROM (
        SELECT 'scans' AS path, 'Mỗi lần đính kèm tối đa 20 bản quét, mỗi tệp một lần.' AS vi, 'At most 20 scans at once, and each file once.' AS en
         WHERE (SELECT count(*) > c_scans_max OR count(*) > count(DISTINCT lower(s->>'upload')) FROM jsonb_array_elements(p_scans) AS s)
         UNION ALL
        SELECT format('scans.%s.%s', s.no - 1, f.path), f.vi, f.en
          FROM jsonb_array_elements(p_scans) WITH ORDINALITY AS s(scan, no)
         CROSS JOIN LATERAL scan_faults(upload_own(uuid_or_null(s.scan->>'upload')), s.scan, true) AS f) AS f);
END $$;

-- An upload without faults becomes a paper of the applicant's.
CREATE OR REPLACE FUNCTION scan_make(p_dossier dossier, p_upload upload, p_scan jsonb, p_source text) RETURNS stored_paper
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_paper stored_paper;
BEGIN
    v_paper.owner := p_dossier.applicant;
    v_paper.kind := p_scan->>'kind';
    v_paper.title := scan_title(p_scan);
    v_paper.valid_from := scan_day(p_scan, 'validFrom');
    v_paper.valid_until := scan_day(p_scan, 'validUntil');
    v_paper.source := p_source;
    v_paper.scanned_by := me();
    v_paper.withheld := p_source = 'RESULT';
    v_paper := paper_make(p_upload, v_paper);
    PERFORM audit_write('paper.scan', 'paper:' || v_paper.public_id, jsonb_build_object('dossier', p_dossier.public_id, 'source', p_source));
    RETURN v_paper;
END $$;

-- The next part of the dossier.
CREATE OR REPLACE FUNCTION scan_take(p_dossier dossier, p_upload upload, p_scan jsonb) RETURNS stored_paper
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_paper stored_paper := scan_make(p_dossier, p_upload, p_scan, 'PAPER_SCAN');
BEGIN
    INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
    SELECT p_dossier.id, coalesce(max(t.no), 0) + 1, p_dossier.applicant, tidy_text(p_scan->>'part'), 'PAPER_SCAN', v_paper.id
      FROM dossier_part t WHERE t.dossier = p_dossier.id;
    RETURN v_paper;
END $$;

CREATE OR REPLACE FUNCTION scans_take(p_dossier dossier, p_scans jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_scan jsonb;
BEGIN
    FOR v_scan IN SELECT s FROM jsonb_array_elements(p_scans) AS s
    LOOP
        PERFORM scan_take(p_dossier, upload_own(uuid_or_null(v_scan->>'upload')), v_scan);
    END LOOP;
END $$;

-- Was a part of the dossier scanned by an officer since then, or handed in at the national portal in digital form?
CREATE OR REPLACE FUNCTION has_scans(p_dossier bigint, p_since timestamptz DEFAULT '-infinity') RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM dossier_part t WHERE t.dossier = p_dossier AND t.source = 'PAPER_SCAN' AND t.at >= p_since)
        OR EXISTS (SELECT FROM portal_paper p WHERE p.dossier = p_dossier AND p.digitised AND p.at >= p_since);
END $$;

-- Why the caller may not scan parts of this dossier; NULL: it may. Who may accept it may, and who may receive what was asked for.
CREATE OR REPLACE FUNCTION scan_failure(p_dossier dossier) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_edge dossier_transition;
BEGIN
    SELECT t.* INTO v_edge FROM dossier_transition t WHERE t.from_state = p_dossier.state AND t.event IN ('accept', 'receiveItems');
    RETURN edge_failure(v_edge, caller_actor(), p_dossier, 'accept', p_dossier.seq);
END $$;

-- And why not the files of its result: who processes it may.
CREATE OR REPLACE FUNCTION result_failure(p_dossier dossier) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN (kind() = 'OFFICER' AND 'PROCESSOR' = ANY (roles()) AND p_dossier.competent_agency = ANY (agencies())) IS NOT TRUE THEN 'NOT_ALLOWED'
        WHEN p_dossier.state <> 'PROCESSING' THEN 'STALE_STATE' END;
END $$;

CREATE OR REPLACE FUNCTION scan_part(p_code text, p_scan jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_parts_max CONSTANT int := 200;
    v_dossier   dossier;
    v_upload    upload;
    v_paper     stored_paper;
    v_failure   text;
    v_problems  jsonb;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND' ELSE scan_failure(v_dossier) END;
    IF v_failure IS NULL THEN
        v_upload := upload_own(uuid_or_null(p_scan->>'upload'));
        SELECT jsonb_agg(to_jsonb(f)) INTO v_problems
          FROM (SELECT * FROM scan_faults(v_upload, p_scan, true)
                 UNION ALL
                SELECT 'part', 'Hồ sơ có tối đa 200 thành phần.', 'A dossier has at most 200 parts.'
                 WHERE (SELECT max(t.no) FROM dossier_part t WHERE t.dossier = v_dossier.id) >= c_parts_max) AS f;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, v_problems;
        RETURN;
    END IF;
    v_paper := scan_take(v_dossier, v_upload, p_scan);
    RETURN QUERY SELECT NULL::text, v_paper.id, v_paper.public_id, 1, NULL::jsonb;
END $$;

-- ---- the result ----

-- The first file of the result that stands.
CREATE OR REPLACE FUNCTION result_file_of(p_dossier bigint) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT p.public_id FROM result_file f JOIN stored_paper p ON p.id = f.paper
             WHERE f.dossier = p_dossier AND f.taken_back IS NULL ORDER BY f.no LIMIT 1);
END $$;

-- With the completion they are the applicant's.
CREATE OR REPLACE FUNCTION results_give(p_dossier bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE stored_paper SET withheld = false
     WHERE id IN (SELECT f.paper FROM result_file f WHERE f.dossier = p_dossier AND f.taken_back IS NULL);
END $$;

-- With a reopening no longer; a dossier that has used one meanwhile keeps it.
CREATE OR REPLACE FUNCTION results_take_back(p_dossier bigint, p_event uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    WITH back AS (
        UPDATE result_file SET taken_back = p_event WHERE dossier = p_dossier AND taken_back IS NULL RETURNING paper)
    UPDATE stored_paper SET withheld = true FROM back WHERE id = back.paper;
END $$;

CREATE OR REPLACE FUNCTION attach_result(p_code text, p_scan jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_files_max CONSTANT int := 10;
    v_dossier   dossier;
    v_upload    upload;
    v_paper     stored_paper;
    v_failure   text;
    v_problems  jsonb;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND' ELSE result_failure(v_dossier) END;
    IF v_failure IS NULL THEN
        v_upload := upload_own(uuid_or_null(p_scan->>'upload'));
        SELECT jsonb_agg(to_jsonb(f)) INTO v_problems
          FROM (SELECT * FROM scan_faults(v_upload, p_scan, false)
                 UNION ALL
                SELECT 'upload', 'Kết quả có tối đa 10 tệp.', 'A result has at most 10 files.'
                 WHERE (SELECT count(*) FROM result_file f WHERE f.dossier = v_dossier.id AND f.taken_back IS NULL) >= c_files_max) AS f;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, v_problems;
        RETURN;
    END IF;
    v_paper := scan_make(v_dossier, v_upload, p_scan, 'RESULT');
    INSERT INTO result_file (dossier, no, applicant, paper)
    SELECT v_dossier.id, coalesce(max(f.no), 0) + 1, v_dossier.applicant, v_paper.id FROM result_file f WHERE f.dossier = v_dossier.id;
    RETURN QUERY SELECT NULL::text, v_paper.id, v_paper.public_id, 1, NULL::jsonb;
END $$;

-- ---- a scan that was a mistake ----

-- Takes a scan out of the dossier and out of its owner's store, while the caller may still make it. One that another dossier
-- has meanwhile stays.
CREATE OR REPLACE FUNCTION remove_scan(p_code text, p_paper uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier dossier;
    v_paper   stored_paper;
    v_failure text;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    SELECT p.* INTO v_paper FROM stored_paper p
     WHERE p.public_id = p_paper
       AND (EXISTS (SELECT FROM dossier_part t WHERE t.dossier = v_dossier.id AND t.paper = p.id AND t.source = 'PAPER_SCAN')
            OR EXISTS (SELECT FROM result_file f WHERE f.dossier = v_dossier.id AND f.paper = p.id AND f.taken_back IS NULL))
       FOR UPDATE;
    v_failure := CASE WHEN v_paper.id IS NULL THEN 'NOT_FOUND' WHEN v_paper.source = 'RESULT' THEN result_failure(v_dossier)
                      ELSE scan_failure(v_dossier) END;
    IF v_failure IS NULL AND EXISTS (SELECT FROM dossier_part t WHERE t.paper = v_paper.id AND t.dossier <> v_dossier.id) THEN
        RETURN QUERY SELECT 'GUARD_FAILED', v_dossier.id, NULL::uuid, v_dossier.seq, jsonb_build_array(jsonb_build_object('path', 'paper',
            'vi', 'Giấy tờ này đã được dùng trong một hồ sơ khác.', 'en', 'Another dossier has this paper meanwhile.'));
        RETURN;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, v_dossier.id, NULL::uuid, v_dossier.seq, NULL::jsonb;
        RETURN;
    END IF;
    DELETE FROM dossier_part WHERE dossier = v_dossier.id AND paper = v_paper.id;
    DELETE FROM result_file WHERE dossier = v_dossier.id AND paper = v_paper.id;
    PERFORM paper_forget(v_paper);
    PERFORM audit_write('paper.unscan', 'paper:' || v_paper.public_id, jsonb_build_object('dossier', v_dossier.public_id));
    RETURN QUERY SELECT NULL::text, v_paper.id, v_paper.public_id, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION scan_part(text, jsonb), attach_result(text, jsonb), remove_scan(text, uuid) TO app_officer;
RESET ROLE;
