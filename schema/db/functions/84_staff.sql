-- Staff: roles granted and withdrawn, substitutes during leave, officers added, the first administrator appointed.
-- Called by Mutation.grantRole, withdrawRole, substituteOfficer, endSubstitution and addOfficer as the viewer, and by
-- motcua-server appoint as app_service (officer_find, appoint_administrator). The others are for other functions.
--   failure  NULL done · NOT_ALLOWED no such right, or for oneself · NOT_FOUND nobody of the caller's agency ·
--            STEP_UP_REQUIRED · GUARD_FAILED see problems
-- Rights are looked up here and not taken from roles(): changes of one agency come one after the other, and each sees
-- what the one before it has done. Source: issue 4 (staff), SECURITY §2 (officer step-up).
SET ROLE motcua_definer;

-- The caller's agency, locked until the end of the transaction; NULL when the caller is no officer.
CREATE OR REPLACE FUNCTION staff_lock() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_agency bigint := (SELECT o.agency FROM officer o WHERE o.id = me() AND kind() = 'OFFICER');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('staff:' || v_agency, 0));
    RETURN v_agency;
END $$;

-- May the caller change something of these officers, who must be of its agency, by one of these roles? NULL: yes.
CREATE OR REPLACE FUNCTION staff_refusal(p_roles text[], p_agency bigint, VARIADIC p_officers bigint[]) RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT CASE
        WHEN p_agency IS NULL
          OR NOT EXISTS (SELECT FROM staff_held(me()) WHERE role = ANY (p_roles) AND held @> clock_timestamp()) THEN 'NOT_ALLOWED'
        WHEN EXISTS (SELECT FROM unnest(p_officers) AS w(id) LEFT JOIN officer o ON (o.id, o.agency) = (w.id, p_agency)
                      WHERE o.id IS NULL) THEN 'NOT_FOUND'
        WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END
$$;

CREATE OR REPLACE FUNCTION staff_officer(p_public_id uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT id FROM officer WHERE public_id = p_public_id
$$;

-- The officer's rights have changed, and so have those of whoever stands in for it.
CREATE OR REPLACE FUNCTION staff_changed(p_officer bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT rights_changed('OFFICER:' || id)
      FROM (SELECT p_officer AS id UNION
            SELECT substitute FROM staff_substitution WHERE absent = p_officer AND upper(held) > now() ORDER BY id) AS who
$$;

CREATE OR REPLACE FUNCTION staff_audit(p_act text, p_officer bigint, p_body jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT audit_write(p_act, 'officer:' || (SELECT public_id FROM officer WHERE id = p_officer), jsonb_strip_nulls(p_body))
$$;

-- What is wrong with a beginning: somebody's clock may be five minutes behind, and nothing is planned beyond a year.
CREATE OR REPLACE FUNCTION staff_start_fits(p_from timestamptz, p_now timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(p_from, p_now) BETWEEN p_now - interval '5 minutes' AND p_now + interval '1 year'
$$;

-- p_from NULL: at once; p_until NULL: until withdrawn. seq is 1.
CREATE OR REPLACE FUNCTION grant_role(p_officer uuid, p_role text, p_from timestamptz, p_until timestamptz)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_grants_max CONSTANT int := 20;
    v_agency   bigint := staff_lock();
    v_now      timestamptz := clock_timestamp();
    v_officer  bigint := staff_officer(p_officer);
    v_from     timestamptz := greatest(p_from, v_now);
    v_failure  text := staff_refusal('{ADMINISTRATOR}', v_agency, v_officer);
    v_problems jsonb;
    v_id       uuid;
    v_no       bigint;
BEGIN
    IF v_failure IS NULL AND v_officer = me() THEN
        v_failure := 'NOT_ALLOWED';
    END IF;
    IF v_failure IS NULL THEN
        SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
          FROM (VALUES
            (EXISTS (SELECT FROM staff_role r WHERE r.id = p_role), 'role', 'Không có vai trò này.', 'There is no such role.'),
            (staff_start_fits(p_from, v_now), 'from', 'Bắt đầu từ bây giờ đến một năm tới.', 'It begins now or within a year.'),
            (p_until IS NULL OR p_until > v_from, 'until', 'Kết thúc phải sau bắt đầu và sau lúc này.', 'It ends after it has begun, and after now.'),
            (NOT EXISTS (SELECT FROM staff_grant g WHERE (g.officer, g.agency, g.role) = (v_officer, v_agency, p_role)
                            AND g.held && tstzrange(v_from, CASE WHEN p_until > v_from THEN p_until END)),
             'role', 'Cán bộ đã có vai trò này trong thời gian đó.', 'The officer holds this role within that time.'),
            ((SELECT count(*) < c_grants_max FROM staff_grant g
               WHERE g.officer = v_officer AND NOT isempty(g.held) AND coalesce(upper(g.held) > v_now, true)), 'officer',
             'Một cán bộ có tối đa 20 lần giao vai trò còn hiệu lực.', 'An officer has 20 grants at most, in force or to come.')
          ) AS rule(ok, path, vi, en)
         WHERE ok IS NOT TRUE;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    INSERT INTO staff_grant (officer, agency, role, starts_at, ends_at, granted_by)
    VALUES (v_officer, v_agency, p_role, v_from, p_until, me())
    RETURNING id, no INTO v_id, v_no;
    PERFORM staff_audit('staff.grant', v_officer, jsonb_build_object('grant', v_id, 'role', p_role, 'from', v_from, 'until', p_until));
    PERFORM staff_changed(v_officer);
    RETURN QUERY SELECT NULL::text, v_no, v_id, 1, NULL::jsonb;
END $$;

-- One's own, too: to give a right up is no grant. Not the last administrator's: nobody could grant any more.
CREATE OR REPLACE FUNCTION withdraw_role(p_grant uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency   bigint := staff_lock();
    v_now      timestamptz := clock_timestamp();
    v_grant    staff_grant;
    v_failure  text;
    v_problems jsonb;
BEGIN
    SELECT * INTO v_grant FROM staff_grant g
     WHERE g.id = p_grant AND g.agency = v_agency AND g.withdrawn_at IS NULL AND coalesce(g.ends_at > v_now, true);
    v_failure := staff_refusal('{ADMINISTRATOR}', v_agency, v_grant.officer);
    IF v_failure IS NULL AND v_grant.role = 'ADMINISTRATOR' AND v_grant.held @> v_now
       AND NOT EXISTS (SELECT FROM staff_grant g JOIN officer o ON (o.id, o.agency) = (g.officer, g.agency)
                        WHERE g.agency = v_agency AND g.role = 'ADMINISTRATOR' AND g.held @> v_now AND g.id <> p_grant) THEN
        v_failure := 'GUARD_FAILED';
        v_problems := jsonb_build_array(jsonb_build_object('path', 'id', 'vi', 'Cơ quan phải còn ít nhất một quản trị viên.',
                                                           'en', 'An agency keeps one administrator.'));
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    UPDATE staff_grant SET withdrawn_at = v_now, withdrawn_by = me() WHERE id = p_grant;
    PERFORM staff_audit('staff.withdraw', v_grant.officer, jsonb_build_object('grant', p_grant, 'role', v_grant.role));
    PERFORM staff_changed(v_grant.officer);
    RETURN QUERY SELECT NULL::text, v_grant.no, p_grant, 1, NULL::jsonb;
END $$;

-- By an administrator or a head; administration passes over by an administrator's word alone. Nobody makes itself a
-- substitute. seq is 1.
CREATE OR REPLACE FUNCTION substitute_officer(p_officer uuid, p_substitute uuid, p_from timestamptz, p_until timestamptz,
                                              p_with_administration boolean)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_substitutions_max CONSTANT int := 10;
    v_agency     bigint := staff_lock();
    v_now        timestamptz := clock_timestamp();
    v_absent     bigint := staff_officer(p_officer);
    v_substitute bigint := staff_officer(p_substitute);
    v_from       timestamptz := greatest(p_from, v_now);
    v_by         text[] := CASE WHEN p_with_administration THEN '{ADMINISTRATOR}' ELSE '{ADMINISTRATOR,HEAD}' END;
    v_failure    text := staff_refusal(v_by, v_agency, v_absent, v_substitute);
    v_problems   jsonb;
    v_id         uuid;
    v_no         bigint;
BEGIN
    IF v_failure IS NULL AND v_substitute = me() THEN
        v_failure := 'NOT_ALLOWED';
    END IF;
    IF v_failure IS NULL THEN
        SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
          FROM (VALUES
            (v_absent <> v_substitute, 'substitute', 'Không ai thay thế chính mình.', 'Nobody stands in for oneself.'),
            (staff_start_fits(p_from, v_now), 'from', 'Bắt đầu từ bây giờ đến một năm tới.', 'It begins now or within a year.'),
            (p_until > v_from AND p_until <= v_from + interval '1 year', 'until',
             'Kết thúc sau bắt đầu, trong vòng một năm.', 'It ends after it has begun, within a year.'),
            (NOT EXISTS (SELECT FROM staff_substitution s WHERE (s.absent, s.substitute) = (v_absent, v_substitute)
                            AND s.held && tstzrange(v_from, CASE WHEN p_until > v_from THEN p_until END)),
             'substitute', 'Người này đã thay thế trong thời gian đó.', 'This officer stands in within that time already.'),
            ((SELECT count(*) < c_substitutions_max FROM staff_substitution s WHERE s.absent = v_absent AND upper(s.held) > v_now),
             'officer', 'Một cán bộ có tối đa 10 người thay thế.', 'An officer has ten substitutes at most, now and to come.'),
            ((SELECT count(*) < c_substitutions_max FROM staff_substitution s WHERE s.substitute = v_substitute AND upper(s.held) > v_now),
             'substitute', 'Một cán bộ thay thế tối đa 10 người.', 'An officer stands in for ten at most, now and to come.')
          ) AS rule(ok, path, vi, en)
         WHERE ok IS NOT TRUE;
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, with_administration, made_by)
    VALUES (v_agency, v_absent, v_substitute, v_from, p_until, p_with_administration, me())
    RETURNING id, no INTO v_id, v_no;
    PERFORM staff_audit('staff.substitute', v_substitute,
                        jsonb_build_object('substitution', v_id, 'for', p_officer, 'from', v_from, 'until', p_until,
                                           'withAdministration', p_with_administration));
    PERFORM rights_changed('OFFICER:' || v_substitute);
    RETURN QUERY SELECT NULL::text, v_no, v_id, 1, NULL::jsonb;
END $$;

-- By an administrator, a head, or the officer who is back.
CREATE OR REPLACE FUNCTION end_substitution(p_substitution uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency       bigint := staff_lock();
    v_now          timestamptz := clock_timestamp();
    v_substitution staff_substitution;
    v_failure      text;
BEGIN
    SELECT * INTO v_substitution FROM staff_substitution s
     WHERE s.id = p_substitution AND s.agency = v_agency AND s.ended_at IS NULL AND s.ends_at > v_now;
    v_failure := CASE WHEN v_substitution.absent = me() AND stepped_up() THEN NULL
                      WHEN v_substitution.absent = me() THEN 'STEP_UP_REQUIRED'
                      ELSE staff_refusal('{ADMINISTRATOR,HEAD}', v_agency, v_substitution.substitute) END;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    UPDATE staff_substitution SET ended_at = v_now, ended_by = me() WHERE id = p_substitution;
    PERFORM staff_audit('staff.end_substitution', v_substitution.substitute, jsonb_build_object('substitution', p_substitution));
    PERFORM rights_changed('OFFICER:' || v_substitution.substitute);
    RETURN QUERY SELECT NULL::text, v_substitution.no, p_substitution, 1, NULL::jsonb;
END $$;

-- A new row, or none when the number is an officer's already, of whatever agency.
CREATE OR REPLACE FUNCTION staff_add(p_agency bigint, p_public_id uuid, p_name text, p_personal_no bytea, p_personal_no_index bytea)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO officer (public_id, agency, name, personal_no, personal_no_index)
    VALUES (p_public_id, p_agency, p_name, p_personal_no, p_personal_no_index)
    ON CONFLICT (personal_no_index) DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NOT NULL THEN
        PERFORM staff_audit('staff.add_officer', v_id, jsonb_build_object('agency', (SELECT code FROM agency WHERE id = p_agency)));
    END IF;
    RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION staff_name(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT CASE WHEN length(n) BETWEEN 1 AND 100 AND n !~ '[[:cntrl:]]' THEN n END FROM (SELECT btrim(normalize(p_name, NFC)) AS n) AS clean
$$;

-- Without a role as yet, so without a right. The number comes sealed, bound to p_public_id.
CREATE OR REPLACE FUNCTION add_officer(p_public_id uuid, p_name text, p_personal_no bytea, p_personal_no_index bytea)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_officers_max CONSTANT int := 2000;
    v_agency  bigint := staff_lock();
    v_failure text := staff_refusal('{ADMINISTRATOR}', v_agency, VARIADIC '{}'::bigint[]);
    v_name    text := staff_name(p_name);
    v_problem text[];
    v_id      bigint;
BEGIN
    IF v_failure IS NULL THEN
        IF v_name IS NULL THEN
            v_problem := ARRAY['name', 'Họ tên dài từ 1 đến 100 ký tự.', 'A name has 1 to 100 characters.'];
        ELSIF (SELECT count(*) >= c_officers_max FROM officer o WHERE o.agency = v_agency) THEN
            v_problem := ARRAY['name', 'Một cơ quan có tối đa 2.000 cán bộ.', 'An agency has 2,000 officers at most.'];
        ELSE
            v_id := staff_add(v_agency, p_public_id, v_name, p_personal_no, p_personal_no_index);
            IF v_id IS NULL THEN
                v_problem := ARRAY['personalNo', 'Số định danh này đã là của một cán bộ.', 'This number is an officer''s already.'];
            END IF;
        END IF;
        v_failure := CASE WHEN v_problem IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int,
            CASE WHEN v_problem IS NOT NULL THEN
                jsonb_build_array(jsonb_build_object('path', v_problem[1], 'vi', v_problem[2], 'en', v_problem[3])) END;
        RETURN;
    END IF;
    RETURN QUERY SELECT NULL::text, v_id, p_public_id, 1, NULL::jsonb;
END $$;

-- The officer of a number, which a new seal is bound to. One row, always.
CREATE OR REPLACE FUNCTION officer_find(p_personal_no_index bytea) RETURNS TABLE (public_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT (SELECT o.public_id FROM officer o WHERE o.personal_no_index = p_personal_no_index)
$$;

-- The first administrator of an agency that has none; makes the officer when the number is new.
--   failure  NULL done · AGENCY no agency of this code today · HAS_ONE · NAME · ELSEWHERE an officer of another agency
CREATE OR REPLACE FUNCTION appoint_administrator(p_agency_code text, p_public_id uuid, p_name text, p_personal_no bytea,
                                                 p_personal_no_index bytea)
RETURNS TABLE (failure text, officer uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency  bigint;
    v_officer officer;
    v_grant   uuid;
    v_failure text;
BEGIN
    SELECT a.id INTO v_agency FROM agency a
     WHERE a.code = p_agency_code AND daterange(a.valid_from, a.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    PERFORM pg_advisory_xact_lock(hashtextextended('staff:' || v_agency, 0));
    SELECT * INTO v_officer FROM officer o WHERE o.personal_no_index = p_personal_no_index;
    v_failure := CASE
        WHEN kind() IS DISTINCT FROM 'SERVICE' THEN 'NOT_ALLOWED'
        WHEN v_agency IS NULL THEN 'AGENCY'
        WHEN EXISTS (SELECT FROM staff_grant g JOIN officer o ON (o.id, o.agency) = (g.officer, g.agency)
                      WHERE g.agency = v_agency AND g.role = 'ADMINISTRATOR' AND g.held @> clock_timestamp()) THEN 'HAS_ONE'
        WHEN v_officer.agency <> v_agency THEN 'ELSEWHERE'
        WHEN v_officer.id IS NULL AND staff_name(p_name) IS NULL THEN 'NAME' END;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::uuid;
        RETURN;
    END IF;
    IF v_officer.id IS NULL THEN
        v_officer.id := staff_add(v_agency, p_public_id, staff_name(p_name), p_personal_no, p_personal_no_index);
    END IF;
    -- One that was to begin later would overlap.
    UPDATE staff_grant SET withdrawn_at = clock_timestamp()
     WHERE officer = v_officer.id AND agency = v_agency AND role = 'ADMINISTRATOR' AND withdrawn_at IS NULL AND starts_at > now();
    INSERT INTO staff_grant (officer, agency, role, starts_at) VALUES (v_officer.id, v_agency, 'ADMINISTRATOR', clock_timestamp())
    RETURNING id INTO v_grant;
    PERFORM staff_audit('staff.appoint', v_officer.id, jsonb_build_object('grant', v_grant, 'agency', p_agency_code));
    PERFORM staff_changed(v_officer.id);
    RETURN QUERY SELECT NULL::text, o.public_id FROM officer o WHERE o.id = v_officer.id;
END $$;

GRANT EXECUTE ON FUNCTION grant_role(uuid, text, timestamptz, timestamptz), withdraw_role(uuid),
    substitute_officer(uuid, uuid, timestamptz, timestamptz, boolean), end_substitution(uuid),
    add_officer(uuid, text, bytea, bytea) TO app_officer;
GRANT EXECUTE ON FUNCTION officer_find(bytea), appoint_administrator(text, uuid, text, bytea, bytea) TO app_service;
RESET ROLE;
