-- Places: what an administrative unit has become, who decides what is about it, and where a dossier can be handed in.
-- dossier_route is called by 30_submit_dossier.sql and 31_accept_at_counter.sql, near_points and search_units by resolvers.
-- A code that had two meanings, or a unit that was divided, is never guessed: who names it is given what there is to choose
-- from. Source: DOMAIN §2.9, §4.1 (9, 18), R10.
SET ROLE motcua_definer;

-- What a unit has come to by that day: itself while it is in force, else those that follow it; of a district, those that
-- follow its communes.
CREATE OR REPLACE FUNCTION units_now(p_unit bigint, p_on date) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2 SET search_path = motcua, pg_temp AS $$
    WITH RECURSIVE walk AS (
        SELECT u.id, u.code, u.valid_from, u.valid_to, u.level FROM unit u WHERE u.id = p_unit
        UNION
        SELECT n.id, n.code, n.valid_from, n.valid_to, n.level
          FROM walk w
         CROSS JOIN LATERAL (
               SELECT x.* FROM unit_successor s JOIN unit x ON (x.code, x.valid_from) = (s.new_code, s.new_valid_from)
                WHERE (s.old_code, s.old_valid_from) = (w.code, w.valid_from)
                UNION ALL
               SELECT x.* FROM unit x
                WHERE w.level = 'DISTRICT' AND (x.parent_code, x.parent_valid_from) = (w.code, w.valid_from)) AS n
         WHERE w.valid_to <= p_on
    )
    SELECT w.id FROM walk w WHERE daterange(w.valid_from, w.valid_to) @> p_on
$$;

-- What a code means that was in use on p_at (NULL: at any time). units is what that is on p_on: one, or several to choose
-- from; given is the unit that was meant, where units is one. Two meanings that have come to the same are no question.
CREATE OR REPLACE FUNCTION unit_meant(p_code text, p_at date, p_on date, p_sandbox boolean, OUT given bigint, OUT units bigint[])
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_meanings bigint[] := ARRAY(
        SELECT u.id FROM unit u
         WHERE u.code = p_code AND u.sandbox = p_sandbox AND (p_at IS NULL OR daterange(u.valid_from, u.valid_to) @> p_at)
         ORDER BY u.valid_from DESC);
BEGIN
    units := ARRAY(SELECT DISTINCT n.id FROM unnest(v_meanings) AS m(id) CROSS JOIN LATERAL units_now(m.id, p_on) AS n(id) ORDER BY 1);
    IF cardinality(units) = 1 THEN
        given := CASE WHEN cardinality(v_meanings) > 1 AND units[1] = ANY (v_meanings) THEN units[1] ELSE v_meanings[1] END;
    END IF;
END $$;

-- What is wrong with a place that was named; NULL: nothing. With what there is to choose from as units: [id].
CREATE OR REPLACE FUNCTION place_problems(p_units bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_build_array(jsonb_build_object('path', 'place', 'vi', rule.vi, 'en', rule.en, 'units', CASE rule.no WHEN 2 THEN to_jsonb(p_units) ELSE '[]' END))
      FROM (SELECT count(*) AS count, bool_and(u.level = 'COMMUNE') AS all_communes,
                   string_agg(u.code || ' ' || u.name, '; ' ORDER BY u.code) AS names
              FROM unit u WHERE u.id = ANY (p_units)) AS found
     CROSS JOIN LATERAL (VALUES
        (1, found.count > 0, 'Không có đơn vị hành chính nào mang mã này vào ngày đã nêu.', 'No unit had this code on that day.'),
        (2, found.count < 2, 'Nơi này nay thuộc nhiều đơn vị, hãy chọn một: ' || found.names || '.',
         'This is in several units now, choose one: ' || found.names || '.'),
        (3, found.all_communes, 'Hãy nêu xã, phường hoặc đặc khu.', 'Name a commune.')
      ) AS rule(no, ok, vi, en)
     WHERE rule.ok IS NOT TRUE ORDER BY rule.no LIMIT 1
$$;

-- p_place: {code, on (days since 1970, absent: whenever), support (code of an agency)}, as it was said; NULL says nothing.
CREATE OR REPLACE FUNCTION place_read(p_place jsonb, p_on date, OUT given bigint, OUT unit bigint, OUT support bigint, OUT problems jsonb)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_meant record;
BEGIN
    IF p_place->>'code' IS NOT NULL THEN
        SELECT * INTO v_meant FROM unit_meant(p_place->>'code', date '1970-01-01' + (p_place->>'on')::int, p_on, in_sandbox());
        problems := place_problems(v_meant.units);
        given := v_meant.given;
        unit := CASE WHEN problems IS NULL THEN v_meant.units[1] END;
    END IF;
    IF p_place->>'support' IS NOT NULL THEN
        SELECT a.id INTO support FROM agency a
         WHERE a.code = p_place->>'support' AND a.sandbox = in_sandbox() AND 'SUPPORT' = ANY (a.kinds)
           AND daterange(a.valid_from, a.valid_to) @> p_on;
        IF NOT FOUND THEN
            problems := coalesce(problems, '[]') || jsonb_build_array(jsonb_build_object('path', 'supportAgency',
                'vi', 'Đây không phải là điểm hỗ trợ.', 'en', 'This agency gives no support.'));
        END IF;
    END IF;
END $$;

-- Who decides what is of this level and field and about that unit: an agency of the unit before one of its province, one of
-- the field before one of all. Of several alike it is p_received, when it is one of them. NULL: nobody does.
CREATE OR REPLACE FUNCTION competent_agency_at(p_level text, p_field text, p_unit bigint, p_received bigint, p_on date) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT a.id
              FROM unit p
              JOIN agency a ON (a.unit_code, a.unit_valid_from) IN ((p.code, p.valid_from), (p.parent_code, p.parent_valid_from))
              JOIN agency_competence c ON c.agency = a.id
             WHERE p.id = p_unit AND c.level = p_level AND (c.field IS NULL OR c.field = p_field)
               AND daterange(a.valid_from, a.valid_to) @> p_on
             ORDER BY (a.id = p_received) IS TRUE DESC, a.unit_code = p.code DESC, c.field NULLS LAST, a.id
             LIMIT 1);
END $$;

-- Không phụ thuộc địa giới hành chính: may one agency take what another decides? Within the province where the procedure is
-- free of boundaries; else in the unit alone of the one that decides.
CREATE OR REPLACE FUNCTION takes_for(p_received bigint, p_competent bigint, p_boundary_free boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN p_boundary_free THEN coalesce(ru.parent_code, ru.code) = coalesce(cu.parent_code, cu.code)
                        ELSE (r.unit_code, r.unit_valid_from) = (c.unit_code, c.unit_valid_from) END
              FROM agency r JOIN unit ru ON (ru.code, ru.valid_from) = (r.unit_code, r.unit_valid_from),
                   agency c JOIN unit cu ON (cu.code, cu.valid_from) = (c.unit_code, c.unit_valid_from)
             WHERE r.id = p_received AND c.id = p_competent);
END $$;

-- Where a dossier goes that is handed in to p_received (NULL: to no agency that receives), by competence for the unit it is
-- about: the one that was named, else the receiving agency's own; whose it is does not matter. facts are for the guards of
-- dossier_problems, problems are what those cannot say.
CREATE OR REPLACE FUNCTION dossier_route(p_version bigint, p_received bigint, p_place jsonb, p_on date,
    OUT competent bigint, OUT given bigint, OUT unit bigint, OUT support bigint, OUT facts jsonb, OUT problems jsonb)
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_version record;
    v_place   record;
    v_here    bigint;
    v_unplaced boolean;
BEGIN
    SELECT p.level, p.field, v.boundary_free INTO v_version
      FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE v.id = p_version;
    SELECT u.id INTO v_here FROM agency a JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from) WHERE a.id = p_received;
    IF p_place IS NOT NULL THEN
        SELECT * INTO v_place FROM place_read(p_place, p_on);
        given := v_place.given;
        unit := v_place.unit;
        support := v_place.support;
        problems := v_place.problems;
    END IF;
    IF problems IS NULL AND p_received IS NOT NULL THEN
        competent := competent_agency_at(v_version.level, v_version.field, coalesce(unit, v_here), p_received, p_on);
    END IF;
    -- Decided by communes, and taken in where there is none.
    v_unplaced := competent IS NULL AND unit IS NULL AND problems IS NULL AND p_received IS NOT NULL
        AND EXISTS (SELECT FROM agency_competence c JOIN agency a ON a.id = c.agency
                      JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
                     WHERE c.level = v_version.level AND (c.field IS NULL OR c.field = v_version.field) AND a.sandbox = in_sandbox()
                       AND daterange(a.valid_from, a.valid_to) @> p_on AND u.level = 'COMMUNE');
    facts := jsonb_build_object('version', p_version, 'receivedAgency', p_received,
        'competentAgency', coalesce(competent, CASE WHEN p_version IS NULL OR p_received IS NULL OR problems IS NOT NULL OR v_unplaced THEN 0 END),
        'placed', NOT v_unplaced,
        'inScope', competent IS NULL OR takes_for(p_received, competent, v_version.boundary_free));
END $$;

-- Keeps what was said of a dossier's place, if anything was.
CREATE OR REPLACE FUNCTION dossier_place_keep(p_dossier dossier, p_given bigint, p_unit bigint, p_support bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF num_nonnulls(p_unit, p_support) > 0 THEN
        INSERT INTO dossier_place (dossier, applicant, given, unit, support_agency)
        VALUES (p_dossier.id, p_dossier.applicant, p_given, p_unit, p_support);
    END IF;
END $$;

-- In metres, along a great circle of the mean earth.
CREATE OR REPLACE FUNCTION metres_between(p_lat1 float8, p_lon1 float8, p_lat2 float8, p_lon2 float8) RETURNS float8
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT 2 * 6371008.8 * asin(sqrt(least(1, sind((p_lat2 - p_lat1) / 2) ^ 2
                                             + cosd(p_lat1) * cosd(p_lat2) * sind((p_lon2 - p_lon1) / 2) ^ 2)))
$$;

-- Where a dossier of that version can be handed in, or help is given, the nearest first: to a unit that is named (measured
-- from the middle of its own points), or to coordinates. unit is set in rows without a point: those to choose from. For
-- coordinates the unit is not known, so that a procedure with boundaries shows the points of all who decide it, each for its
-- own unit.
CREATE OR REPLACE FUNCTION near_points(p_version bigint, p_code text, p_at date, p_latitude numeric, p_longitude numeric, p_limit int)
RETURNS TABLE (unit bigint, point bigint, metres int8, receives boolean, supports boolean)
LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_today     date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    v_version   record;
    v_units     bigint[];
    v_competent bigint[];
    v_own       bigint[];
    v_provinces text[];
    v_latitude  float8 := p_latitude;
    v_longitude float8 := p_longitude;
BEGIN
    SELECT p.level, p.field, p.sandbox, v.boundary_free INTO v_version
      FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE v.id = p_version;
    IF p_code IS NULL THEN
        v_competent := ARRAY(
            SELECT DISTINCT a.id FROM agency_competence c JOIN agency a ON a.id = c.agency
             WHERE c.level = v_version.level AND (c.field IS NULL OR c.field = v_version.field)
               AND a.sandbox = v_version.sandbox AND daterange(a.valid_from, a.valid_to) @> v_today);
    ELSE
        SELECT m.units INTO v_units FROM unit_meant(p_code, p_at, v_today, v_version.sandbox) AS m;
        IF cardinality(v_units) <> 1 THEN
            RETURN QUERY SELECT u.id, NULL::bigint, NULL::int8, NULL::boolean, NULL::boolean FROM unnest(v_units) AS u(id) LIMIT p_limit;
            RETURN;
        END IF;
        v_competent := ARRAY[competent_agency_at(v_version.level, v_version.field, v_units[1], NULL, v_today)];
        SELECT avg(s.latitude), avg(s.longitude) INTO v_latitude, v_longitude
          FROM unit u JOIN agency a ON (a.unit_code, a.unit_valid_from) = (u.code, u.valid_from) JOIN service_point s ON s.agency = a.id
         WHERE u.id = v_units[1];
    END IF;
    SELECT array_agg(u.id), array_agg(coalesce(u.parent_code, u.code)) INTO v_own, v_provinces
      FROM agency a JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from) WHERE a.id = ANY (v_competent);
    -- Of all points at once what takes_for says of two agencies.
    RETURN QUERY
    SELECT NULL::bigint, s.id, metres_between(v_latitude, v_longitude, s.latitude::float8, s.longitude::float8)::int8 AS metres, r.receives, r.supports
      FROM service_point s
      JOIN agency a ON a.id = s.agency
      JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
     CROSS JOIN LATERAL (SELECT coalesce(u.parent_code, u.code) = ANY (v_provinces) AS here) AS p
     CROSS JOIN LATERAL (SELECT 'RECEPTION' = ANY (a.kinds) AND CASE WHEN v_version.boundary_free THEN p.here ELSE u.id = ANY (v_own) END AS receives,
                                'SUPPORT' = ANY (a.kinds) AND p.here AS supports) AS r
     WHERE a.sandbox = v_version.sandbox AND daterange(a.valid_from, a.valid_to) @> v_today AND (r.receives OR r.supports)
     ORDER BY metres NULLS LAST, s.id
     LIMIT p_limit;
END $$;

-- Units with all these words, or beginnings of words, in their names, or with that code: first those of that very name, then
-- those in force.
CREATE OR REPLACE FUNCTION search_units(p_search text, p_with_sandbox boolean, p_limit int) RETURNS TABLE (place int8, unit bigint)
LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_words_max CONSTANT int := 10;
    v_words     text[] := array_remove(regexp_split_to_array(search_text(p_search), '[^[:alnum:]]+'), '');
    v_name      text := array_to_string(v_words, ' ');
    v_query     tsquery;
BEGIN
    IF cardinality(v_words) = 0 OR cardinality(v_words) > c_words_max THEN
        RETURN;
    END IF;
    v_query := to_tsquery('simple', array_to_string(v_words, ':* & ') || ':*');
    RETURN QUERY
    SELECT row_number() OVER (), f.id
      FROM (SELECT u.id FROM unit u
             WHERE (u.words @@ v_query OR u.code = v_name) AND (p_with_sandbox OR NOT u.sandbox)
             ORDER BY search_text(u.name) = v_name OR right(search_text(u.name), length(v_name) + 1) = ' ' || v_name DESC, u.valid_to IS NULL DESC,
                      u.level = 'COMMUNE' DESC, u.name, u.code, u.valid_from DESC
             LIMIT p_limit) AS f;
END $$;

GRANT EXECUTE ON FUNCTION near_points(bigint, text, date, numeric, numeric, int), search_units(text, boolean, int)
    TO app_public, app_citizen, app_partner, app_officer;
RESET ROLE;
