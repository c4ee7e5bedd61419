-- Supplements (D4, D5, D10, D11): what is asked for, what is answered by a stored paper or announced on paper, and what an
-- officer has received. At most one request is open; a state that waits for it is left when no item is missing.
-- Called only by dossier_facts and dossier_event_rows. Source: DOMAIN §0.10, §5.2; R31.
SET ROLE motcua_definer;

-- The n-th request while the dossier is processed: the second and later make it count as overdue (QĐ 766). What was asked
-- before acceptance does not count: the clock had not started.
-- partsKnown: what is named by a code is a part of the dossier's procedure.
CREATE OR REPLACE FUNCTION supplement_ask_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
                   'no', count(*) + 1,
                   'partsKnown', NOT EXISTS (SELECT FROM jsonb_array_elements(array_or_empty(p_args->'parts')) AS a
                                              WHERE a->>'part' IS NOT NULL
                                                AND NOT EXISTS (SELECT FROM procedure_part t
                                                                 WHERE t.procedure_version = p_dossier.procedure_version AND t.code = a->>'part')))
              FROM supplement_request r WHERE r.dossier = p_dossier.id AND r.stage = 'PROCESSING');
END $$;

-- What is named without a code, but as a part of the procedure is called, is that part.
CREATE OR REPLACE FUNCTION part_code_of(p_dossier dossier, p_part jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce(p_part->>'part', (SELECT min(t.code) FROM procedure_part t
                                       WHERE t.procedure_version = p_dossier.procedure_version AND lower(t.name_vi) = lower(tidy_text(p_part->>'name'))));
END $$;

CREATE OR REPLACE FUNCTION supplement_ask_rows(p_dossier dossier, p_event dossier_event, p_args jsonb, p_stage text) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_request bigint;
BEGIN
    INSERT INTO supplement_request (dossier, applicant, stage, no, reason, until, asked_at, asked)
    SELECT p_dossier.id, p_dossier.applicant, p_stage, count(r.id) + 1, tidy_text(p_args->>'reason'),
           time_or_null(p_args->>'until'), p_event.at, p_event.id
      FROM supplement_request r WHERE r.dossier = p_dossier.id AND r.stage = p_stage
    RETURNING id INTO v_request;
    INSERT INTO supplement_item (request, no, dossier, applicant, name, note, part_code)
    SELECT v_request, p.no, p_dossier.id, p_dossier.applicant, tidy_text(p.part->>'name'), nullif(tidy_text(p.part->>'note'), ''),
           part_code_of(p_dossier, p.part)
      FROM jsonb_array_elements(p_args->'parts') WITH ORDINALITY AS p(part, no);
    RETURN p_dossier;
END $$;

-- Items of the open request that are still missing.
CREATE OR REPLACE FUNCTION missing_items(p_dossier bigint) RETURNS SETOF supplement_item
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT i.* FROM supplement_request r JOIN supplement_item i ON i.request = r.id
     WHERE r.dossier = p_dossier AND r.resolved_at IS NULL AND i.received_at IS NULL;
END $$;

-- The caller's own paper, clean and valid: what paper_use() will take.
CREATE OR REPLACE FUNCTION paper_is_usable(p_paper uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT EXISTS (SELECT FROM stored_paper p
                        WHERE p.public_id = p_paper AND p.owner = ANY (subjects()) AND p.state = 'CLEAN' AND p.removed_at IS NULL
                          AND NOT p.withheld AND coalesce(p.valid_until, 'infinity') >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date));
END $$;

-- Is it a paper of the dossier that is kept at the national portal?
CREATE OR REPLACE FUNCTION is_at_portal(p_paper uuid, p_dossier bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM portal_paper p WHERE p.public_id = p_paper AND p.dossier = p_dossier);
END $$;

-- The caller's own upload, clean, which nothing has taken: it becomes a paper of the applicant's.
CREATE OR REPLACE FUNCTION upload_is_usable(p_upload uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM upload u WHERE u.id = p_upload AND upload_is_mine(u) AND u.state = 'CLEAN' AND u.paper IS NULL);
END $$;

-- p_args: items [{item, paper, upload}]; with neither it is announced on paper. An answer that has come from the national portal
-- names, as portalPaper, a paper of the dossier that is kept there (48_portal_inbound.sql). missing: how many will be afterwards.
CREATE OR REPLACE FUNCTION supplement_facts(p_dossier dossier, p_actor dossier_actor, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
                   'itemsOpen', count(*) BETWEEN 1 AND 20 AND count(*) = count(DISTINCT m.id),
                   'papersUsable', coalesce(bool_and(coalesce(CASE num_nonnulls(a->>'paper', a->>'upload', a->>'portalPaper')
                           WHEN 0 THEN true
                           WHEN 1 THEN paper_is_usable(uuid_or_null(a->>'paper')) OR upload_is_usable(uuid_or_null(a->>'upload'))
                                       OR is_at_portal(uuid_or_null(a->>'portalPaper'), p_dossier.id) END, false)), true)
                       AND count(a->>'upload') = count(DISTINCT lower(a->>'upload')),
                   'partsFit', count(coalesce(a->>'paper', a->>'upload'))
                       + (SELECT coalesce(max(t.no), 0) FROM dossier_part t WHERE t.dossier = p_dossier.id) <= 200,
                   'missing', (SELECT count(*) FROM missing_items(p_dossier.id)) - count(coalesce(a->>'paper', a->>'upload', a->>'portalPaper')))
          FROM jsonb_array_elements(array_or_empty(p_args->'items')) AS a
          LEFT JOIN missing_items(p_dossier.id) AS m ON m.public_id::text = lower(a->>'item'));
END $$;

CREATE OR REPLACE FUNCTION supplement_close(p_dossier dossier, p_event dossier_event, p_resolution text) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE supplement_request SET resolved_at = p_event.at, resolution = p_resolution WHERE dossier = p_dossier.id AND resolved_at IS NULL;
    RETURN p_dossier;
END $$;

-- Nothing is missing any longer: the request has been answered.
CREATE OR REPLACE FUNCTION supplement_settle(p_dossier dossier, p_event dossier_event) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN CASE WHEN p_event.to_state = p_event.from_state THEN p_dossier ELSE supplement_close(p_dossier, p_event, 'ANSWERED') END;
END $$;

-- An upload becomes a paper of the applicant's, named as what was asked for, and the next part of the dossier, as the part of that code
-- where it is said; gives its id.
CREATE OR REPLACE FUNCTION upload_use(p_upload uuid, p_dossier dossier, p_part text, p_code text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload := upload_own(p_upload);
    v_paper  stored_paper;
BEGIN
    IF v_upload.state IS DISTINCT FROM 'CLEAN' OR v_upload.paper IS NOT NULL THEN
        RETURN NULL;
    END IF;
    v_paper.owner := p_dossier.applicant;
    v_paper.kind := coalesce(part_kind(p_dossier, p_code), 'SUPPLEMENT');
    v_paper.title := p_part;
    v_paper.source := 'UPLOAD';
    v_paper := paper_make(v_upload, v_paper);
    INSERT INTO dossier_part (dossier, no, applicant, name, source, paper, part_code)
    SELECT p_dossier.id, coalesce(max(t.no), 0) + 1, p_dossier.applicant, p_part, 'UPLOAD', v_paper.id, p_code
      FROM dossier_part t WHERE t.dossier = p_dossier.id;
    RETURN v_paper.id;
END $$;

CREATE OR REPLACE FUNCTION supplement_rows(p_dossier dossier, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_answer record;
    v_paper  bigint;
BEGIN
    FOR v_answer IN SELECT m.id, m.name, m.part_code, uuid_or_null(a->>'paper') AS paper, uuid_or_null(a->>'upload') AS upload,
                           a->>'portalPaper' IS NOT NULL AS at_portal
                      FROM jsonb_array_elements(p_args->'items') AS a JOIN missing_items(p_dossier.id) AS m ON m.public_id::text = lower(a->>'item')
                     ORDER BY m.no
    LOOP
        v_paper := CASE WHEN v_answer.paper IS NOT NULL THEN paper_use(v_answer.paper, p_dossier, v_answer.name, v_answer.part_code)
                        WHEN v_answer.upload IS NOT NULL THEN upload_use(v_answer.upload, p_dossier, v_answer.name, v_answer.part_code) END;
        IF v_paper IS NULL AND (v_answer.paper IS NOT NULL OR v_answer.upload IS NOT NULL) THEN
            RAISE EXCEPTION 'the paper has gone meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
        UPDATE supplement_item
           SET how = CASE WHEN v_paper IS NOT NULL THEN 'STORED' WHEN v_answer.at_portal THEN 'PORTAL' ELSE 'ON_PAPER' END,
               paper = v_paper, answered_at = p_event.at, received_at = CASE WHEN v_paper IS NOT NULL OR v_answer.at_portal THEN p_event.at END
         WHERE id = v_answer.id;
    END LOOP;
    RETURN supplement_settle(p_dossier, p_event);
END $$;

-- p_args: items [id], which an officer has in its hands. scanned: something was scanned since they were asked for.
CREATE OR REPLACE FUNCTION receive_items_facts(p_dossier dossier, p_args jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_build_object(
                   'itemsOpen', count(*) BETWEEN 1 AND 20 AND count(*) = count(DISTINCT m.id),
                   'missing', (SELECT count(*) FROM missing_items(p_dossier.id)) - count(*),
                   'scanned', has_scans(p_dossier.id, (SELECT r.asked_at FROM supplement_request r WHERE r.dossier = p_dossier.id AND r.resolved_at IS NULL)))
          FROM jsonb_array_elements_text(array_or_empty(p_args->'items')) AS a
          LEFT JOIN missing_items(p_dossier.id) AS m ON m.public_id::text = lower(a));
END $$;

CREATE OR REPLACE FUNCTION receive_items_rows(p_dossier dossier, p_actor dossier_actor, p_event dossier_event, p_args jsonb) RETURNS dossier
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE supplement_item i
       SET how = 'ON_PAPER', answered_at = coalesce(i.answered_at, p_event.at), received_at = p_event.at, received_by = p_actor.id
     WHERE i.id IN (SELECT m.id FROM missing_items(p_dossier.id) AS m
                     WHERE m.public_id::text IN (SELECT lower(a) FROM jsonb_array_elements_text(p_args->'items') AS a));
    RETURN supplement_settle(p_dossier, p_event);
END $$;
RESET ROLE;
