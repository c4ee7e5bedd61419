-- Papers (kho giấy tờ số hóa): an upload becomes one, a dossier uses one, its owner removes one.
-- keep_paper and remove_paper are called by their mutations as the viewer; paper_use by functions of motcua_definer that have
-- found the dossier in the caller's reach. Source: DOMAIN §2.7, R9, R11.
SET ROLE motcua_definer;

-- A file is named once more, or once less.
CREATE OR REPLACE FUNCTION file_release(p_sha256 bytea) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE stored_file SET uses = uses - 1 WHERE sha256 = p_sha256
$$;

-- The caller's own paper, clean and in force today, becomes the next part of the dossier; gives its id. NULL: there is no
-- such paper. From its second dossier on it spares a copy, and so does each use of a result or of what a database knew.
CREATE OR REPLACE FUNCTION paper_use(p_paper uuid, p_dossier dossier, p_part text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_paper stored_paper;
    v_reuse boolean;
BEGIN
    IF me() IS NULL OR kind() NOT IN ('CITIZEN', 'PARTNER') THEN
        RETURN NULL;
    END IF;
    SELECT p.* INTO v_paper FROM stored_paper p
     WHERE p.public_id = p_paper AND p.owner = ANY (subjects()) AND p.state = 'CLEAN' AND p.removed_at IS NULL
       AND coalesce(p.valid_until, 'infinity') >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_reuse := v_paper.source IN ('RESULT', 'DB')
               OR EXISTS (SELECT FROM dossier_part t WHERE t.paper = v_paper.id AND t.dossier <> p_dossier.id);
    INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
    SELECT p_dossier.id, coalesce(max(t.no), 0) + 1, p_dossier.applicant, p_part,
           CASE WHEN v_paper.source = 'DB' THEN 'DB' WHEN v_reuse THEN 'REUSE' ELSE v_paper.source END, v_paper.id
      FROM dossier_part t WHERE t.dossier = p_dossier.id;
    IF v_reuse THEN
        UPDATE stored_paper SET reuses = reuses + 1 WHERE id = v_paper.id;
    END IF;
    RETURN v_paper.id;
END $$;
RESET ROLE;
