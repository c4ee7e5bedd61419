-- Papers (kho giấy tờ số hóa): an upload becomes one, a dossier uses one, its owner removes one.
-- keep_paper and remove_paper are called by their mutations as the viewer; paper_use by functions of motcua_definer that have
-- found the dossier in the caller's reach; what an officer scans is 55_scans.sql's. Source: DOMAIN §2.7, R9, R11.
SET ROLE motcua_definer;

-- A file is named once more, or once less.
CREATE OR REPLACE FUNCTION file_release(p_sha256 bytea) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE stored_file SET uses = uses - 1 WHERE sha256 = p_sha256
$$;

-- The caller's own paper, clean and in force today, becomes the next part of the dossier, as p_part and, where it is said, as the
-- part of that code; gives its id. NULL: there is no such paper. From its second dossier on it spares a copy, and so does each use of a
-- result or of what a database knew.
CREATE OR REPLACE FUNCTION paper_use(p_paper uuid, p_dossier dossier, p_part text, p_code text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_paper stored_paper;
    v_reuse boolean;
BEGIN
    IF me() IS NULL OR kind() NOT IN ('CITIZEN', 'PARTNER') THEN
        RETURN NULL;
    END IF;
    SELECT p.* INTO v_paper FROM stored_paper p
     WHERE p.public_id = p_paper AND p.owner = ANY (subjects()) AND p.state = 'CLEAN' AND p.removed_at IS NULL AND NOT p.withheld
       AND coalesce(p.valid_until, 'infinity') >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_reuse := v_paper.source IN ('RESULT', 'DB')
               OR EXISTS (SELECT FROM dossier_part t WHERE t.paper = v_paper.id AND t.dossier <> p_dossier.id);
    INSERT INTO dossier_part (dossier, no, applicant, name, source, paper, part_code)
    SELECT p_dossier.id, coalesce(max(t.no), 0) + 1, p_dossier.applicant, p_part,
           CASE WHEN v_paper.source = 'DB' THEN 'DB' WHEN v_reuse THEN 'REUSE' ELSE v_paper.source END, v_paper.id, p_code
      FROM dossier_part t WHERE t.dossier = p_dossier.id;
    IF v_reuse THEN
        UPDATE stored_paper SET reuses = reuses + 1 WHERE id = v_paper.id;
    END IF;
    RETURN v_paper.id;
END $$;

-- What keeps an upload from becoming a paper of that kind, title and validity.
CREATE OR REPLACE FUNCTION paper_faults(p_upload upload, p_kind text, p_title text, p_valid_from date, p_valid_until date)
RETURNS TABLE (path text, vi text, en text)
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT path, vi, en
      FROM (VALUES
        (p_upload.state <> 'RECEIVING', 'upload', 'Tệp chưa tải lên xong.', 'The file is not uploaded whole yet.'),
        (p_upload.paper IS NULL AND p_upload.state <> 'TAKEN', 'upload', 'Tệp này đã được lưu thành giấy tờ.', 'This file has become a paper already.'),
        (p_upload.refusal IS DISTINCT FROM 'INFECTED', 'upload', 'Tệp chứa mã độc và đã bị xóa.', 'The file held malicious code and has been removed.'),
        (p_upload.refusal IS DISTINCT FROM 'NOT_ITS_KIND', 'upload', 'Nội dung tệp không đúng loại đã khai báo.', 'The file is not of the type it was declared as.'),
        (p_upload.refusal IS DISTINCT FROM 'UNREADABLE', 'upload', 'Không xóa được thông tin vị trí trong ảnh; hãy chụp hoặc quét lại.',
         'What tells where the photo was taken could not be removed; take or scan it again.'),
        (p_upload.refusal IS DISTINCT FROM 'INCOMPLETE', 'upload', 'Tệp không còn đủ; hãy tải lên lại.', 'The file is not whole any more; upload it again.'),
        (p_kind ~ '^[A-Z0-9][A-Z0-9_.-]{0,39}$', 'kind', 'Mã loại giấy tờ gồm 1 đến 40 ký tự A-Z 0-9 _ . -.',
         'The kind is a code of 1 to 40 characters of A-Z 0-9 _ . -.'),
        (length(p_title) BETWEEN 1 AND 200, 'title', 'Tên giấy tờ dài từ 1 đến 200 ký tự.', 'The title has 1 to 200 characters.'),
        (p_valid_from IS NULL OR p_valid_until IS NULL OR p_valid_until >= p_valid_from, 'validUntil',
         'Ngày hết hiệu lực không được trước ngày có hiệu lực.', 'It does not end before it begins.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE
$$;

-- An upload without faults becomes a paper: p_paper says whose, and what it is. The upload's hold on the file goes over to
-- it, once it is clean: a worker may be about to put it.
CREATE OR REPLACE FUNCTION paper_make(p_upload upload, p_paper stored_paper) RETURNS stored_paper
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    INSERT INTO stored_paper (owner, agency, kind, title, sha256, media_type, bytes, valid_from, valid_until, source, state, scanned_by, withheld)
    VALUES (p_paper.owner, p_paper.agency, p_paper.kind, p_paper.title, CASE WHEN p_upload.state = 'CLEAN' THEN p_upload.sha256 END, p_upload.media_type,
            CASE WHEN p_upload.state = 'CLEAN' THEN p_upload.bytes ELSE p_upload.length END, p_paper.valid_from,
            p_paper.valid_until, p_paper.source, p_upload.state, p_paper.scanned_by, coalesce(p_paper.withheld, false))
    RETURNING * INTO p_paper;
    UPDATE upload SET paper = p_paper.id, state = CASE state WHEN 'CLEAN' THEN 'TAKEN' ELSE state END,
                      sha256 = CASE WHEN state <> 'CLEAN' THEN sha256 END, bytes = CASE WHEN state <> 'CLEAN' THEN bytes END
     WHERE id = p_upload.id;
    RETURN p_paper;
END $$;

-- The caller's own finished upload becomes a paper of his. One that is not looked at yet is a paper in quarantine until it
-- is (upload_clean, upload_refuse).
CREATE OR REPLACE FUNCTION keep_paper(p_upload uuid, p_kind text, p_title text, p_valid_from date, p_valid_until date)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_papers_max CONSTANT int := 500;
    v_upload     upload;
    v_paper      stored_paper;
    v_problems   jsonb;
BEGIN
    IF kind() IS DISTINCT FROM 'CITIZEN' OR me() IS NULL OR NOT account_hold() THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    v_upload := upload_own(p_upload);
    IF v_upload.id IS NULL THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    v_paper.owner := me();
    v_paper.kind := p_kind;
    v_paper.title := normalize(btrim(p_title), NFC);
    v_paper.valid_from := p_valid_from;
    v_paper.valid_until := p_valid_until;
    v_paper.source := 'UPLOAD';
    SELECT jsonb_agg(to_jsonb(f)) INTO v_problems
      FROM (SELECT * FROM paper_faults(v_upload, v_paper.kind, v_paper.title, p_valid_from, p_valid_until)
             UNION ALL
            SELECT '', 'Mỗi người lưu tối đa 500 giấy tờ.', 'Nobody keeps more than 500 papers.'
             WHERE (SELECT count(*) FROM stored_paper p WHERE p.owner = me() AND p.removed_at IS NULL) >= c_papers_max) AS f;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    v_paper := paper_make(v_upload, v_paper);
    RETURN QUERY SELECT NULL::text, v_paper.id, v_paper.public_id, 1, NULL::jsonb;
END $$;

-- Has a dossier this paper, as a part or as its result, or an agency's inventory?
CREATE OR REPLACE FUNCTION paper_is_held(p_paper bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM dossier_part t WHERE t.paper = p_paper) OR EXISTS (SELECT FROM result_file f WHERE f.paper = p_paper)
        OR EXISTS (SELECT FROM procedure_result r WHERE r.paper = p_paper);
END $$;

-- Takes a paper out of its owner's store: for good where nothing holds it, else out of sight.
CREATE OR REPLACE FUNCTION paper_forget(p_paper stored_paper) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    IF paper_is_held(p_paper.id) THEN
        UPDATE stored_paper SET removed_at = now() WHERE id = p_paper.id AND removed_at IS NULL;
        RETURN;
    END IF;
    DELETE FROM stored_paper WHERE id = p_paper.id;
    IF p_paper.sha256 IS NOT NULL THEN
        PERFORM file_release(p_paper.sha256);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION remove_paper(p_paper uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_paper stored_paper;
BEGIN
    IF kind() IS DISTINCT FROM 'CITIZEN' OR me() IS NULL THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    -- Its upload first, as whoever looks at that (46_uploads.sql): else each would wait for the other.
    PERFORM FROM upload u JOIN stored_paper p ON p.id = u.paper
      WHERE p.public_id = p_paper AND p.owner = ANY (subjects()) FOR UPDATE OF u;
    SELECT p.* INTO v_paper FROM stored_paper p
     WHERE p.public_id = p_paper AND p.owner = ANY (subjects()) AND p.removed_at IS NULL AND NOT p.withheld FOR UPDATE;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'NOT_FOUND', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM paper_forget(v_paper);
    RETURN QUERY SELECT NULL::text, v_paper.id, v_paper.public_id, 1, NULL::jsonb;
END $$;

-- All papers and uploads of somebody who leaves; gives how many papers.
CREATE OR REPLACE FUNCTION papers_forget(p_owner bigint) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_paper stored_paper;
    v_count int := 0;
BEGIN
    PERFORM FROM upload u WHERE u.creator = p_owner ORDER BY u.id FOR UPDATE; -- as remove_paper
    FOR v_paper IN SELECT * FROM stored_paper WHERE owner = p_owner AND removed_at IS NULL ORDER BY id FOR UPDATE
    LOOP
        PERFORM paper_forget(v_paper);
        v_count := v_count + 1;
    END LOOP;
    UPDATE upload SET expires_at = now(), paper = NULL WHERE creator = p_owner;
    RETURN v_count;
END $$;

-- The parts and results of dossiers whose time is over, with the papers that only they kept (uploads_prune); a result that
-- was never given, or was taken back, is of no more use to anybody.
CREATE OR REPLACE FUNCTION dossier_parts_forget(p_dossiers bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE stored_paper SET removed_at = now()
     WHERE withheld AND removed_at IS NULL AND id IN (SELECT f.paper FROM result_file f WHERE f.dossier = ANY (p_dossiers));
    DELETE FROM result_file WHERE dossier = ANY (p_dossiers);
    DELETE FROM dossier_part WHERE dossier = ANY (p_dossiers)
$$;

GRANT EXECUTE ON FUNCTION keep_paper(uuid, text, text, date, date), remove_paper(uuid) TO app_citizen, app_partner, app_officer;
RESET ROLE;
