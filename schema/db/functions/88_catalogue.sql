-- The catalogue of procedures as others copy it: what has changed since when, and what the national catalogue brings.
-- catalogue_note is called by publish_procedure_version, by the import and by the seeds; the others by `motcua-server
-- catalogue import` as app_service. Who changes the catalogue holds its one lock, so that changes become visible in the
-- order of their numbers. Source: DOMAIN §2.2, §2.3 (LayDanhSachTTHC), R30.
SET ROLE motcua_definer;

-- All that a version says, as procedure_shape() names it.
CREATE OR REPLACE FUNCTION procedure_content(p_version bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('name', v.name, 'limitAmount', v.limit_amount, 'limitUnit', v.limit_unit,
               'limitText', v.limit_text, 'feeText', v.fee_text, 'onlineLevel', v.online_level, 'homeEligible', v.home_eligible,
               'boundaryFree', v.boundary_free, 'paymentPauses', v.payment_pauses,
               'cases', (SELECT jsonb_agg(to_jsonb(c) - '{id,procedure_version}'::text[] ORDER BY c.position) FROM procedure_case c WHERE c.procedure_version = v.id),
               'parts', (SELECT jsonb_agg(to_jsonb(p) - '{id,procedure_version,procedure_case}'::text[] || jsonb_build_object('case', c.code) ORDER BY p.position)
                           FROM procedure_part p LEFT JOIN procedure_case c ON c.id = p.procedure_case WHERE p.procedure_version = v.id),
               'fees', (SELECT jsonb_agg(to_jsonb(f) - '{id,public_id,procedure_version,procedure_case}'::text[] || jsonb_build_object('case', c.code)
                                         ORDER BY c.code, f.channel, f.agency, f.unit_code, f.kind, f.valid_from)
                          FROM fee_rule f LEFT JOIN procedure_case c ON c.id = f.procedure_case WHERE f.procedure_version = v.id)))
           || jsonb_build_object('forms', (SELECT jsonb_object_agg(f.case_code, f.schema)
                                             FROM (SELECT DISTINCT ON (o.case_code) o.case_code, o.schema FROM procedure_form o
                                                    WHERE o.procedure_version = v.id ORDER BY o.case_code, o.no DESC) AS f))
      FROM procedure_version v WHERE v.id = p_version
$$;

CREATE OR REPLACE FUNCTION catalogue_digest(p_procedure bigint) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT sha256(convert_to(jsonb_build_array(p.field, p.level, p.replaced_by, p.access_class,
        (SELECT jsonb_agg(jsonb_build_array(v.valid_from, v.valid_to, v.decision, procedure_content(v.id)) ORDER BY v.valid_from)
           FROM procedure_version v WHERE v.procedure = p.id),
        (SELECT jsonb_agg(jsonb_build_array(g.valid_from, g.text_vi, g.text_en) ORDER BY g.no) FROM procedure_guidance g WHERE g.procedure = p.id))::text, 'UTF8'))
      FROM procedure p WHERE p.id = p_procedure
$$;

-- Notes which of these procedures (NULL: of all) say something else than when they were last noted: at the end of the list
-- now, and on each day to come that begins or ends a version; and by what words they are found. Gives how many.
CREATE OR REPLACE FUNCTION catalogue_note(p_procedures bigint[]) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_today   date;
    v_changed bigint[];
    v_shown   bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('catalogue', 0));
    v_today := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    SELECT array_agg(p.id), array_agg(p.id) FILTER (WHERE p.access_class = 'OPEN' OR EXISTS (SELECT FROM catalogue_change c WHERE c.procedure = p.id AND c.shown))
      INTO v_changed, v_shown
      FROM procedure p
     WHERE (p_procedures IS NULL OR p.id = ANY (p_procedures))
       AND NOT EXISTS (SELECT FROM catalogue_change c WHERE c.procedure = p.id AND c.digest = catalogue_digest(p.id));
    DELETE FROM catalogue_change WHERE procedure = ANY (v_changed);
    INSERT INTO catalogue_change (procedure, effective_on, shown, digest)
    SELECT p.id, d.day, coalesce(p.id = ANY (v_shown), false), catalogue_digest(p.id)
      FROM procedure p
     CROSS JOIN LATERAL (SELECT v_today AS day UNION
                         SELECT e.day FROM procedure_version v CROSS JOIN LATERAL (VALUES (v.valid_from), (v.valid_to)) AS e(day)
                          WHERE v.procedure = p.id AND e.day > v_today UNION
                         SELECT g.valid_from FROM procedure_guidance g WHERE g.procedure = p.id AND g.valid_from > v_today) AS d
     WHERE p.id = ANY (v_changed)
     ORDER BY p.code, d.day;
    DELETE FROM procedure_word WHERE procedure_version IN (SELECT v.id FROM procedure_version v WHERE v.procedure = ANY (v_changed));
    INSERT INTO procedure_word (word, procedure_version)
    SELECT DISTINCT w, v.id FROM procedure_version v CROSS JOIN LATERAL unnest(procedure_words(v.name)) AS w WHERE v.procedure = ANY (v_changed);
    RETURN coalesce(cardinality(v_changed), 0);
END $$;

-- ---- import of the national catalogue: one JSON object a line ----

-- Members that one version says otherwise than another.
CREATE OR REPLACE FUNCTION procedure_difference(p_old bigint, p_new bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(string_agg(k, ', ' ORDER BY k), 'decision')
      FROM procedure_content(p_old) AS was, procedure_content(p_new) AS is_now,
           unnest('{name,limitAmount,limitUnit,limitText,feeText,onlineLevel,homeEligible,boundaryFree,paymentPauses,cases,parts,fees,forms}'::text[]) AS k
     WHERE was->k IS DISTINCT FROM is_now->k
$$;

-- The last version ends, and perhaps another procedure takes its place.
CREATE OR REPLACE FUNCTION catalogue_end(p_procedure bigint, p_body jsonb) RETURNS TABLE (outcome text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_on          date := (p_body->>'endsOn')::date;
    v_replaced_by bigint := (SELECT id FROM procedure WHERE code = p_body->>'replacedBy');
    v_last        procedure_version;
BEGIN
    SELECT * INTO v_last FROM procedure_version WHERE procedure = p_procedure ORDER BY valid_from DESC LIMIT 1;
    IF v_last.valid_to = v_on AND (SELECT coalesce(v_replaced_by = replaced_by, v_replaced_by IS NULL) FROM procedure WHERE id = p_procedure) THEN
        RETURN QUERY SELECT 'SAME', NULL::text;
        RETURN;
    END IF;
    IF v_last.id IS NULL OR v_on <= v_last.valid_from OR v_last.valid_to < v_on THEN
        RETURN QUERY SELECT 'REFUSED', 'endsOn: no version is in force until then.';
        RETURN;
    END IF;
    UPDATE procedure_version SET valid_to = v_on WHERE id = v_last.id AND valid_to IS DISTINCT FROM v_on;
    UPDATE procedure SET replaced_by = v_replaced_by WHERE id = p_procedure AND v_replaced_by IS NOT NULL;
    PERFORM procedure_audit('procedure.end', p_procedure, p_body - 'code');
    RETURN QUERY SELECT 'CHANGED', 'endsOn';
END $$;

CREATE OR REPLACE FUNCTION catalogue_version(p_procedure procedure, p_body jsonb) RETURNS TABLE (outcome text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_from date := (p_body->>'validFrom')::date;
    v_is   procedure_version;
    v_was  bigint;
    v_now  bigint;
BEGIN
    SELECT * INTO v_is FROM procedure_version WHERE procedure = p_procedure.id AND valid_from = v_from;
    IF v_is.id IS NOT NULL THEN
        RETURN QUERY SELECT s.same, CASE WHEN s.same = 'REFUSED' THEN 'validFrom: another version is published from this day; a published one is replaced from a later day, never changed.' END
          FROM (SELECT CASE WHEN v_is.digest = sha256(convert_to(p_body::text, 'UTF8')) THEN 'SAME' ELSE 'REFUSED' END AS same) AS s;
        RETURN;
    END IF;
    SELECT id INTO v_was FROM procedure_version WHERE procedure = p_procedure.id AND valid_from < v_from ORDER BY valid_from DESC LIMIT 1;
    v_now := procedure_write(p_procedure.id, p_body, 'NATIONAL');
    RETURN QUERY SELECT CASE WHEN v_was IS NULL THEN 'ADDED' ELSE 'CHANGED' END, CASE WHEN v_was IS NOT NULL THEN procedure_difference(v_was, v_now) END;
END $$;

-- What a line does of which no member is wrong. A procedure keeps its field and level.
CREATE OR REPLACE FUNCTION catalogue_do(p_body jsonb) RETURNS TABLE (outcome text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_procedure procedure;
    v_fault     text;
BEGIN
    SELECT * INTO v_procedure FROM procedure WHERE code = p_body->>'code';
    v_fault := CASE
        WHEN v_procedure.sandbox THEN 'code: it is a procedure of the sandbox.'
        WHEN v_procedure.id IS NULL AND p_body ? 'endsOn' THEN 'code: there is no such procedure.'
        WHEN v_procedure.id IS NULL AND NOT p_body ?& '{field,level}' THEN 'code: a new procedure names its field and level.'
        WHEN v_procedure.field <> p_body->>'field' THEN format('field: the procedure is of %s.', v_procedure.field)
        WHEN v_procedure.level <> p_body->>'level' THEN format('level: the procedure is of %s.', v_procedure.level) END;
    IF v_fault IS NOT NULL THEN
        RETURN QUERY SELECT 'REFUSED', v_fault;
        RETURN;
    END IF;
    IF v_procedure.id IS NULL THEN
        INSERT INTO procedure (code, field, level) VALUES (p_body->>'code', p_body->>'field', p_body->>'level') RETURNING * INTO v_procedure;
    END IF;
    IF p_body ? 'endsOn' THEN
        RETURN QUERY SELECT * FROM catalogue_end(v_procedure.id, p_body);
    ELSE
        RETURN QUERY SELECT * FROM catalogue_version(v_procedure, p_body);
    END IF;
END $$;

-- A line of the file. Whatever is wrong with it, it is refused and the next one is read.
CREATE OR REPLACE FUNCTION catalogue_line(p_line text) RETURNS TABLE (outcome text, code text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_body     jsonb;
    v_problems jsonb;
BEGIN
    v_body := procedure_body(p_line::jsonb);
    v_problems := CASE WHEN jsonb_typeof(v_body) <> 'object' THEN '[{"path": "line", "en": "It is no JSON object."}]'
                       WHEN v_body ? 'forms' AND session_user = 'app_worker'
                       THEN '[{"path": "forms", "en": "Forms come with motcua-server catalogue import, which checks their schemas."}]'
                       ELSE procedure_problems(CASE WHEN v_body ? 'endsOn' THEN 'end' ELSE 'version' END, v_body) END;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'REFUSED', left(v_body->>'code', 40),
            (SELECT string_agg(format('%s: %s', p->>'path', p->>'en'), ' ') FROM jsonb_array_elements(v_problems) AS p);
        RETURN;
    END IF;
    RETURN QUERY SELECT d.outcome, v_body->>'code', d.reason FROM catalogue_do(v_body) AS d;
EXCEPTION
    WHEN invalid_text_representation OR untranslatable_character OR statement_too_complex THEN
        RETURN QUERY SELECT 'REFUSED', NULL::text, 'line: It is no JSON.';
    WHEN OTHERS THEN
        RAISE LOG 'catalogue line failed: %', SQLSTATE;
        RETURN QUERY SELECT 'REFUSED', left(v_body->>'code', 40), format('line: the database refuses it (%s).', SQLSTATE);
END $$;

-- The operator by command, and the worker that pulls from the national portal (49_portal_outbound.sql).
CREATE OR REPLACE FUNCTION imports_catalogue() RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(kind() = 'SERVICE' OR session_user = 'app_worker', false)
$$;

-- Begins a run; NULL: the caller imports nothing.
CREATE OR REPLACE FUNCTION catalogue_import_begin(p_file text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO catalogue_import (file) SELECT left(p_file, 200) WHERE imports_catalogue() RETURNING id
$$;

-- A batch of lines and their numbers in the file; what the caller finds wrong with a line stands in its fault ('': nothing). Each
-- line is told as it came out; what is refused is kept with the run.
CREATE OR REPLACE FUNCTION catalogue_import_lines(p_import bigint, p_numbers bigint[], p_lines text[], p_faults text[])
RETURNS TABLE (line bigint, outcome text, code text, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_done jsonb := '[]';
    v_one  jsonb;
BEGIN
    IF NOT imports_catalogue() OR NOT EXISTS (SELECT FROM catalogue_import i WHERE i.id = p_import AND i.finished_at IS NULL) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('catalogue', 0));
    FOR i IN 1 .. cardinality(p_lines) LOOP
        SELECT to_jsonb(d) INTO v_one FROM (
            SELECT p_numbers[i] AS line, l.outcome, l.code, l.reason
              FROM catalogue_line(CASE p_faults[i] WHEN '' THEN p_lines[i] ELSE 'null' END) AS l) AS d;
        IF p_faults[i] <> '' THEN
            v_one := v_one || jsonb_build_object('reason', 'line: ' || p_faults[i]);
        END IF;
        v_done := v_done || v_one;
    END LOOP;
    PERFORM catalogue_note(ARRAY(SELECT p.id FROM procedure p WHERE p.code IN (SELECT d->>'code' FROM jsonb_array_elements(v_done) AS d WHERE d->>'outcome' IN ('ADDED', 'CHANGED'))));
    INSERT INTO catalogue_refusal (import, line, code, reason, content)
    SELECT p_import, (d->>'line')::int, d->>'code', d->>'reason', nullif(p_lines[no], '')
      FROM jsonb_array_elements(v_done) WITH ORDINALITY AS l(d, no) WHERE d->>'outcome' = 'REFUSED';
    UPDATE catalogue_import t SET lines = t.lines + n.lines, added = t.added + n.added, changed = t.changed + n.changed,
           same = t.same + n.same, refused = t.refused + n.refused
      FROM (SELECT count(*) AS lines, count(*) FILTER (WHERE d->>'outcome' = 'ADDED') AS added, count(*) FILTER (WHERE d->>'outcome' = 'CHANGED') AS changed,
                   count(*) FILTER (WHERE d->>'outcome' = 'SAME') AS same, count(*) FILTER (WHERE d->>'outcome' = 'REFUSED') AS refused
              FROM jsonb_array_elements(v_done) AS d) AS n
     WHERE t.id = p_import;
    RETURN QUERY SELECT (d->>'line')::bigint, d->>'outcome', d->>'code', d->>'reason' FROM jsonb_array_elements(v_done) WITH ORDINALITY AS l(d, no) ORDER BY no;
END $$;

CREATE OR REPLACE FUNCTION catalogue_import_end(p_import bigint)
RETURNS TABLE (lines bigint, added bigint, changed bigint, same bigint, refused bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_import catalogue_import;
BEGIN
    UPDATE catalogue_import i SET finished_at = now() WHERE i.id = p_import AND i.finished_at IS NULL AND imports_catalogue() RETURNING * INTO v_import;
    IF FOUND THEN
        PERFORM audit_write('catalogue.import', 'catalogue_import:' || p_import, to_jsonb(v_import) - '{id,file}'::text[]);
        RETURN QUERY SELECT v_import.lines::bigint, v_import.added::bigint, v_import.changed::bigint, v_import.same::bigint, v_import.refused::bigint;
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION catalogue_note(bigint[]) TO motcua_owner;
GRANT EXECUTE ON FUNCTION catalogue_import_begin(text), catalogue_import_lines(bigint, bigint[], text[], text[]),
    catalogue_import_end(bigint) TO app_service, app_worker;
RESET ROLE;
