-- Agencies as the national portal lists them (LayDanhMucCoQuan), taken over by the worker: agencies_import.
-- Source: DOMAIN §2.3, §2.9, §5.1; R30.
SET ROLE motcua_definer;

-- yyyyMMdd; NULL: there is no such day.
CREATE OR REPLACE FUNCTION day_or_null(p_text text) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT (time_or_null(concat(left(p_text, 4), '-', substr(p_text, 5, 2), '-', right(p_text, 2), 'T12:00:00+07:00')) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
             WHERE p_text ~ '^\d{8}$');
END $$;

-- A line of the list as columns of agency, NULL what it does not say: {MaDonVi, TenDonVi, MaDVHC} and, where the list has them, ChucNang (of
-- TIEP_NHAN, GIAI_QUYET, PHOI_HOP), NgayHieuLuc, NgayHetHieuLuc (the first day it is no more) and MaDonViThayThe.
-- fits: what it does say can be taken.
CREATE OR REPLACE FUNCTION agency_line(p_line jsonb, OUT code text, OUT name text, OUT unit unit, OUT kinds text[], OUT valid_from date, OUT valid_to date,
                                       OUT successor text, OUT fits boolean)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_today date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    code := p_line->>'MaDonVi';
    name := tidy_text(p_line->>'TenDonVi');
    SELECT u.* INTO unit FROM unit u WHERE u.code = p_line->>'MaDVHC' AND daterange(u.valid_from, u.valid_to) @> v_today;
    IF jsonb_typeof(p_line->'ChucNang') = 'array' THEN
        kinds := ARRAY(SELECT k.kind FROM (VALUES ('TIEP_NHAN', 'RECEPTION'), ('GIAI_QUYET', 'COMPETENT'), ('PHOI_HOP', 'SUPPORT')) AS k(said, kind)
                        WHERE p_line->'ChucNang' ? k.said);
    END IF;
    valid_from := day_or_null(p_line->>'NgayHieuLuc');
    valid_to := day_or_null(p_line->>'NgayHetHieuLuc');
    successor := p_line->>'MaDonViThayThe';
    fits := (code ~ '^[GH]\d{2}(\.\d{1,3}){0,4}$' AND length(name) BETWEEN 1 AND 200 AND kinds IS DISTINCT FROM '{}'
             AND (valid_from IS NOT NULL OR p_line->>'NgayHieuLuc' IS NULL) AND (valid_to IS NOT NULL OR p_line->>'NgayHetHieuLuc' IS NULL)
             AND successor IS DISTINCT FROM code) IS TRUE;
END $$;

-- Lines as the portal gives them. A new agency receives dossiers from today on, unless its line says what else it is and since when; of a
-- known one all is taken over that its line says, and nothing else. Its successor is known as soon as that one is. refused: a line that does not
-- fit, or a new agency of no unit that is in force.
CREATE OR REPLACE FUNCTION agencies_import(p_agencies jsonb) RETURNS TABLE (added int, changed int, refused int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_today date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_line  record;
    v_known agency;
BEGIN
    added := 0;
    changed := 0;
    refused := 0;
    -- What has a successor comes last, so that the two of them may be new.
    FOR v_line IN SELECT l.* FROM jsonb_array_elements(array_or_empty(p_agencies)) AS a CROSS JOIN LATERAL agency_line(a) AS l ORDER BY l.successor IS NOT NULL
    LOOP
        SELECT a.* INTO v_known FROM agency a WHERE a.code = v_line.code;
        IF NOT v_line.fits OR v_known.sandbox OR coalesce(v_line.valid_from, v_known.valid_from, v_today) >= coalesce(v_line.valid_to, v_known.valid_to)
           OR v_known.id IS NULL AND (v_line.unit).code IS NULL THEN
            refused := refused + 1;
        ELSIF v_known.id IS NULL THEN
            INSERT INTO agency (code, name, unit_code, unit_valid_from, kinds, valid_from, valid_to, successor)
            VALUES (v_line.code, v_line.name, (v_line.unit).code, (v_line.unit).valid_from, coalesce(v_line.kinds, '{RECEPTION}'),
                    coalesce(v_line.valid_from, v_today), v_line.valid_to, (SELECT s.id FROM agency s WHERE s.code = v_line.successor AND NOT s.sandbox));
            added := added + 1;
        ELSE
            UPDATE agency a
               SET name = n.name, unit_code = n.unit_code, unit_valid_from = n.unit_valid_from, kinds = n.kinds, valid_from = n.valid_from, valid_to = n.valid_to,
                   successor = n.successor
              FROM (SELECT v_line.name AS name, coalesce((v_line.unit).code, v_known.unit_code) AS unit_code,
                           CASE WHEN (v_line.unit).code IS NULL THEN v_known.unit_valid_from ELSE (v_line.unit).valid_from END AS unit_valid_from,
                           coalesce(v_line.kinds, v_known.kinds) AS kinds, coalesce(v_line.valid_from, v_known.valid_from) AS valid_from,
                           coalesce(v_line.valid_to, v_known.valid_to) AS valid_to,
                           coalesce((SELECT s.id FROM agency s WHERE s.code = v_line.successor AND NOT s.sandbox), v_known.successor) AS successor) AS n
             WHERE a.id = v_known.id AND (a.name, a.unit_code, a.unit_valid_from, a.kinds, a.valid_from, a.valid_to, a.successor)
                   IS DISTINCT FROM (n.name, n.unit_code, n.unit_valid_from, n.kinds, n.valid_from, n.valid_to, n.successor);
            changed := changed + FOUND::int;
        END IF;
    END LOOP;
    IF added + changed > 0 THEN
        PERFORM audit_write('agency.import', 'adapter:DVCQG', jsonb_build_object('added', added, 'changed', changed, 'refused', refused));
    END IF;
    RETURN NEXT;
END $$;

GRANT EXECUTE ON FUNCTION agencies_import(jsonb) TO app_worker;
RESET ROLE;
