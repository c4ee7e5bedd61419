-- Which case of its procedure a dossier is of (trường hợp giải quyết): it chooses limit, parts, fee and form. Whoever hands in names it
-- where there are several, and who accepts may correct it; what the national portal sends has none until then.
-- Called only by functions of motcua_definer. Source: DOMAIN §5.1, §5.2 (D2, D3).
SET ROLE motcua_definer;

-- The one that is named, or the only one there is. NULL: neither.
CREATE OR REPLACE FUNCTION case_meant(p_version bigint, p_code text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT min(c.id) FROM procedure_case c
     WHERE c.procedure_version = p_version AND (p_code IS NULL OR c.code = p_code)
    HAVING count(*) = 1
$$;

-- For the guard caseChosen: case, or what is said instead, with the cases to choose from. Of a version that is not known nothing is asked.
CREATE OR REPLACE FUNCTION case_facts(p_version bigint, p_code text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_case bigint := CASE WHEN p_version IS NULL THEN 0 ELSE case_meant(p_version, p_code) END;
BEGIN
    IF v_case IS NOT NULL THEN
        RETURN jsonb_build_object('case', v_case);
    END IF;
    RETURN (SELECT jsonb_build_object('said', jsonb_build_object('caseChosen', jsonb_build_object(
                   'path', 'case',
                   'vi', rule.vi || coalesce(', hãy chọn một: ' || string_agg(c.code || ' ' || c.name_vi, '; ' ORDER BY c.position), '') || '.',
                   'en', rule.en || coalesce(', choose one: ' || string_agg(c.code || ' ' || c.name_en, '; ' ORDER BY c.position), '') || '.',
                   'cases', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'code', c.code, 'name', c.name_vi, 'nameEn', c.name_en, 'limitAmount', c.limit_amount, 'limitUnit', c.limit_unit))
                       ORDER BY c.position) FILTER (WHERE c.id IS NOT NULL), '[]'))))
              FROM (VALUES (p_code IS NULL, 'Thủ tục này có nhiều trường hợp giải quyết', 'This procedure has several cases'),
                           (p_code IS NOT NULL, 'Thủ tục này không có trường hợp đó', 'This procedure has no such case')) AS rule(holds, vi, en)
              LEFT JOIN procedure_case c ON c.procedure_version = p_version
             WHERE rule.holds
             GROUP BY rule.vi, rule.en);
END $$;

-- The case a dossier is accepted with: the one the officer names, else its own, else the only one there is.
CREATE OR REPLACE FUNCTION accepted_case(p_dossier dossier, p_args jsonb) RETURNS bigint
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN p_args->>'case' IS NULL AND p_dossier.procedure_case IS NOT NULL THEN p_dossier.procedure_case
                ELSE case_meant(p_dossier.procedure_version, p_args->>'case') END
$$;

-- What the timeline says of a case that a dossier is given; NULL: nothing is new, or there was nothing to choose.
CREATE OR REPLACE FUNCTION case_note(p_dossier dossier, p_case bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT 'Trường hợp giải quyết: ' || c.name_vi || coalesce(' (khi nộp: ' || f.name_vi || ')', '') || '.'
      FROM procedure_case c
      LEFT JOIN procedure_case f ON f.id = p_dossier.procedure_case
     WHERE c.id = p_case AND c.id IS DISTINCT FROM p_dossier.procedure_case
       AND EXISTS (SELECT FROM procedure_case o WHERE o.procedure_version = c.procedure_version AND o.id <> c.id)
$$;
RESET ROLE;
