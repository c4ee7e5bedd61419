-- What a dossier is filed with (D2): papers of the store by reference, uploads, and what is announced on paper; and whether that is
-- what its procedure asks for in the chosen case. Called only by submit_dossier and save_draft. Source: DOMAIN §2.7, §5.2; R11, R15, R16.
--
-- A part is listed as {part, paper | upload | onPaper}, a part of several files as often as it has files. What counts:
--   * What a database has is not asked. What the e-form says is not asked on paper as well (form_part).
--   * Online, of a procedure that is done online from beginning to end (FULL), a part is a paper or an upload; else it may be
--     announced on paper, but it is said so.
SET ROLE motcua_definer;

-- The parts of a case: its own, and those of all cases.
CREATE OR REPLACE FUNCTION parts_of_case(p_version bigint, p_case bigint) RETURNS SETOF procedure_part
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (t.code) t.* FROM procedure_part t
     WHERE t.procedure_version = p_version AND (t.procedure_case IS NULL OR t.procedure_case = p_case)
     ORDER BY t.code, t.procedure_case NULLS LAST;
END $$;

-- The form a case is declared by: its own, else the one that all cases share; NULL: none.
CREATE OR REPLACE FUNCTION form_meant(p_version bigint, p_case bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT f.id FROM procedure_form f
             WHERE f.procedure_version = p_version
               AND (f.case_code = '' OR f.case_code = (SELECT c.code FROM procedure_case c WHERE c.id = p_case))
             ORDER BY f.case_code = '', f.no DESC LIMIT 1);
END $$;

-- The list, row by row: of what is no part of the case, name_vi is NULL. ways: how many of the three are said.
CREATE OR REPLACE FUNCTION filed_parts(p_version bigint, p_case bigint, p_parts jsonb)
RETURNS TABLE (no bigint, code text, name_vi text, name_en text, "position" int, paper text, upload text, on_paper boolean, ways int)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT f.no, f.part->>'part', t.name_vi, t.name_en, t.position, lower(f.part->>'paper'), lower(f.part->>'upload'),
           f.part->'onPaper' IS NOT DISTINCT FROM 'true',
           num_nonnulls(f.part->>'paper', f.part->>'upload') + (f.part->'onPaper' IS NOT DISTINCT FROM 'true')::int
      FROM jsonb_array_elements(array_or_empty(p_parts)) WITH ORDINALITY AS f(part, no)
      LEFT JOIN parts_of_case(p_version, p_case) AS t ON t.code = f.part->>'part';
END $$;

-- What is wrong with it, by guard: {partsKnown, partsPresent, papersUsable: [{path, vi, en}]}; a guard that holds is not there.
-- p_declared: the dossier comes with its e-form.
CREATE OR REPLACE FUNCTION filed_problems(p_version bigint, p_case bigint, p_channel text, p_parts jsonb, p_declared boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_all_online boolean := p_channel = 'ONLINE' AND (SELECT v.online_level = 'FULL' FROM procedure_version v WHERE v.id = p_version);
BEGIN
    RETURN (
        WITH filed AS (
            SELECT f.*, row_number() OVER (PARTITION BY f.upload ORDER BY f.no) AS times
              FROM filed_parts(p_version, p_case, p_parts) AS f
        ), wrong AS (
            SELECT 'partsKnown' AS guard, f.no, format('parts[%s].part', f.no - 1) AS path, NULL AS name_vi, NULL AS name_en,
                   'Thủ tục không có thành phần hồ sơ này trong trường hợp đã chọn.' AS vi, 'The procedure has no such part in this case.' AS en
              FROM filed f WHERE f.name_vi IS NULL
             UNION ALL
            SELECT 'papersUsable', f.no, 'parts.' || f.code, f.name_vi, f.name_en,
                   'hãy chọn một giấy tờ trong kho, một tệp đã tải lên, hoặc nộp bản giấy.', 'choose a paper of the store, an upload, or paper.'
              FROM filed f WHERE f.name_vi IS NOT NULL AND f.ways <> 1
             UNION ALL
            SELECT 'papersUsable', f.no, 'parts.' || f.code, f.name_vi, f.name_en,
                   'giấy tờ không có trong kho của bạn, chưa được kiểm tra hoặc đã hết giá trị.', 'it is not among your papers, not yet checked, or no longer valid.'
              FROM filed f
             WHERE f.name_vi IS NOT NULL AND f.ways = 1 AND NOT f.on_paper
               AND NOT (paper_is_usable(uuid_or_null(f.paper)) OR upload_is_usable(uuid_or_null(f.upload)) AND f.times = 1)
             UNION ALL
            SELECT 'partsPresent', t.position, 'parts.' || t.code, t.name_vi, t.name_en,
                   CASE WHEN v_all_online THEN 'chưa có trong hồ sơ; hãy chọn từ kho giấy tờ hoặc tải lên.'
                        ELSE 'chưa có trong hồ sơ; hãy chọn từ kho giấy tờ, tải lên, hoặc cho biết sẽ nộp bản giấy.' END,
                   CASE WHEN v_all_online THEN 'it is missing; choose it from the store or upload it.'
                        ELSE 'it is missing; choose it from the store, upload it, or say that it comes on paper.' END
              FROM parts_of_case(p_version, p_case) AS t
             WHERE t.required AND t.database_vi IS NULL AND NOT EXISTS (SELECT FROM filed f WHERE f.code = t.code)
               AND NOT (p_declared AND EXISTS (SELECT FROM form_part m WHERE m.part = t.code))
             UNION ALL
            SELECT 'partsPresent', f.no, 'parts.' || f.code, f.name_vi, f.name_en,
                   'nộp trực tuyến toàn trình thì phải là bản điện tử.', 'filed online from beginning to end, it is electronic.'
              FROM filed f WHERE f.name_vi IS NOT NULL AND f.ways = 1 AND f.on_paper AND v_all_online)
        SELECT coalesce(jsonb_object_agg(g.guard, g.problems), '{}')
          FROM (SELECT w.guard, jsonb_agg(jsonb_build_object('path', w.path, 'vi', concat_ws(': ', w.name_vi, w.vi),
                                                             'en', concat_ws(': ', w.name_en, w.en)) ORDER BY w.no) AS problems
                  FROM wrong w GROUP BY w.guard) AS g);
END $$;

-- For the guards of D2, with what is said in place of their own words. Of a procedure or a case that is not known nothing is asked:
-- its own guard fails. p_form: the form that comes with it; NULL: none.
CREATE OR REPLACE FUNCTION submission_facts(p_version bigint, p_case bigint, p_channel text, p_args jsonb, p_form bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    c_parts_max CONSTANT int := 60;
    v_fits      boolean := jsonb_array_length(array_or_empty(p_args->'parts')) <= c_parts_max;
    v_said      jsonb := '{}';
BEGIN
    IF v_fits AND p_version IS NOT NULL AND p_case IS NOT NULL THEN
        v_said := filed_problems(p_version, p_case, p_channel, p_args->'parts', p_form IS NOT NULL);
    END IF;
    RETURN jsonb_build_object(
        'partsKnown', NOT v_said ? 'partsKnown', 'partsPresent', NOT v_said ? 'partsPresent',
        'papersUsable', NOT v_said ? 'papersUsable', 'partsFit', v_fits,
        'formFilled', p_channel IS DISTINCT FROM 'ONLINE' OR p_form IS NOT NULL OR form_meant(p_version, p_case) IS NULL,
        'onlineLevel', coalesce((SELECT v.online_level FROM procedure_version v WHERE v.id = p_version), 'FULL'),
        'homeEligible', coalesce((SELECT v.home_eligible FROM procedure_version v WHERE v.id = p_version), true),
        'said', v_said || CASE WHEN v_fits THEN '{}' ELSE jsonb_build_object('partsFit', jsonb_build_object(
            'path', 'parts', 'vi', 'Mỗi hồ sơ nộp kèm tối đa 60 giấy tờ.', 'en', 'A dossier is filed with at most 60 papers.')) END);
END $$;

-- What an upload for a part is called in the store: the kind that fits the part, where there is one alone, so that it is found again.
CREATE OR REPLACE FUNCTION part_kind(p_dossier dossier, p_code text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT min(k.kind) FROM part_paper_kind k
                      WHERE k.part = p_code
                        AND (k.procedure IS NULL OR k.procedure = (SELECT v.procedure FROM procedure_version v WHERE v.id = p_dossier.procedure_version))
                     HAVING count(*) = 1), p_code);
END $$;

-- A new dossier is given what it is filed with; the guards have held.
CREATE OR REPLACE FUNCTION parts_file(p_dossier dossier, p_parts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_filed record;
BEGIN
    FOR v_filed IN SELECT f.* FROM filed_parts(p_dossier.procedure_version, p_dossier.procedure_case, p_parts) AS f ORDER BY f.position, f.no
    LOOP
        IF v_filed.on_paper THEN
            INSERT INTO announced_part (dossier, part_code, position, applicant, name_vi, name_en)
            VALUES (p_dossier.id, v_filed.code, v_filed.position, p_dossier.applicant, v_filed.name_vi, v_filed.name_en) ON CONFLICT DO NOTHING;
        ELSIF coalesce(paper_use(uuid_or_null(v_filed.paper), p_dossier, left(v_filed.name_vi, 200), v_filed.code),
                       upload_use(uuid_or_null(v_filed.upload), p_dossier, left(v_filed.name_vi, 200), v_filed.code)) IS NULL THEN
            RAISE EXCEPTION 'the paper has gone meanwhile' USING ERRCODE = 'serialization_failure';
        END IF;
    END LOOP;
END $$;
RESET ROLE;
