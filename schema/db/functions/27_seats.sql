-- Seats of organisations: given and withdrawn by those who administer them. Called by Mutation.giveSeat and withdrawSeat on
-- the write lane. failure is NULL, NOT_FOUND (no such thing, or not the caller's to change: alike), STEP_UP_REQUIRED or
-- GUARD_FAILED with problems. An organisation always keeps an administrator.
-- Source: DOMAIN §4.1 (15), R6.
SET ROLE motcua_definer;

-- One change of seats at a time in an organisation, so that two administrators do not put each other out.
CREATE OR REPLACE FUNCTION seats_lock(p_organisation bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('seats:' || p_organisation, 0))
$$;

-- Does the organisation keep an administrator, for at least as long, without this person?
CREATE OR REPLACE FUNCTION seats_keep(p_organisation bigint, p_person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM seat t
                    WHERE t.organisation = p_organisation AND t.person <> p_person AND t.role = 'ADMINISTRATOR' AND t.withdrawn_at IS NULL
                      AND coalesce(t.until, 'infinity') > now()
                      AND coalesce(t.until, 'infinity') >= (SELECT coalesce(o.until, 'infinity') FROM seat o
                                                             WHERE o.organisation = p_organisation AND o.person = p_person))
$$;

-- The roles in dossiers that came with a seat last no longer than it; p_until NULL: for ever. Gives how many ended.
CREATE OR REPLACE FUNCTION seat_grants_end(p_person bigint, p_organisation bigint, p_until timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH ended AS (
        UPDATE dossier_grant SET until = CASE WHEN p_until > now() THEN p_until ELSE until END,
                                 revoked_at = CASE WHEN p_until <= now() THEN now() END
         WHERE grantee = p_person AND applicant = p_organisation AND kind = 'SEAT' AND revoked_at IS NULL AND until > p_until
        RETURNING 1)
    SELECT count(*) FROM ended
$$;

-- Gives a seat, or another role or end to one that stands. Nobody gives one to himself.
CREATE OR REPLACE FUNCTION give_seat(p_tax_code text, p_person uuid, p_role text, p_until timestamptz)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_seats_max    CONSTANT int := 100;
    c_seats_of_one CONSTANT int := 20;
    v_organisation bigint := (SELECT o.id FROM organisation o WHERE o.tax_code = p_tax_code);
    v_person       bigint;
    v_failure      text;
    v_problems     jsonb;
    v_seat         seat;
BEGIN
    IF kind() = 'CITIZEN' AND administers(v_organisation) THEN
        PERFORM seats_lock(v_organisation);
    END IF;
    v_failure := CASE WHEN (kind() = 'CITIZEN' AND administers(v_organisation)) IS NOT TRUE THEN 'NOT_FOUND'
                      WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    SELECT f.id INTO v_person FROM subject o CROSS JOIN grantee_find(p_person, o.sandbox) AS f
     WHERE o.id = v_organisation AND f.kind = 'PERSON' AND f.id <> me();

    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en)) INTO v_problems
      FROM (VALUES
        (v_person IS NOT NULL
         AND (SELECT count(*) < c_seats_of_one FROM seat_in_force t WHERE t.person = v_person AND t.organisation <> v_organisation),
         'person', 'Không thể cấp quyền cho người này.', 'This one cannot be given a seat.'),
        (p_role IN ('ADMINISTRATOR', 'MEMBER'), 'role', 'Vai trò phải là ADMINISTRATOR hoặc MEMBER.', 'The role is ADMINISTRATOR or MEMBER.'),
        (p_until IS NULL OR p_until > now() AND p_until <= now() + interval '5 years', 'until',
         'Thời hạn phải ở trong vòng năm năm tới.', 'It ends within the next five years.'),
        (p_role = 'ADMINISTRATOR' AND p_until IS NULL OR seats_keep(v_organisation, v_person)
         OR NOT EXISTS (SELECT FROM seat_in_force t WHERE t.organisation = v_organisation AND t.person = v_person AND t.role = 'ADMINISTRATOR'),
         'person', 'Tổ chức phải còn ít nhất một người quản trị.', 'An organisation keeps at least one administrator.'),
        ((SELECT count(*) < c_seats_max FROM seat_in_force t WHERE t.organisation = v_organisation AND t.person <> v_person), 'taxCode',
         'Mỗi tổ chức chỉ có tối đa 100 người dùng.', 'An organisation has at most 100 seats.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS NOT TRUE;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;

    INSERT INTO seat AS t (person, organisation, since, role, until)
    VALUES (v_person, v_organisation, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, p_role, p_until)
    ON CONFLICT (person, organisation) DO UPDATE
       SET role = excluded.role, until = excluded.until, withdrawn_at = NULL,
           since = CASE WHEN t.withdrawn_at IS NULL AND (t.until IS NULL OR t.until > now()) THEN t.since ELSE excluded.since END
    RETURNING * INTO v_seat;
    PERFORM seat_grants_end(v_person, v_organisation, p_until);
    PERFORM audit_write('seat.give', 'seat:' || v_seat.id, jsonb_build_object('role', p_role, 'until', p_until));
    PERFORM rights_changed('SUBJECT:' || v_person);
    RETURN QUERY SELECT NULL::text, v_seat.no, v_seat.id, 1, NULL::jsonb;
END $$;

-- By an administrator of its organisation, or by who sits there, who leaves. It counts no more within a second, nor do the
-- roles in dossiers that came with it. public_id is the seat's.
CREATE OR REPLACE FUNCTION withdraw_seat(p_seat uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_seat    seat := (SELECT t FROM seat t WHERE t.id = p_seat);
    v_failure text;
BEGIN
    IF kind() = 'CITIZEN' AND (v_seat.person = me() OR administers(v_seat.organisation)) THEN
        PERFORM seats_lock(v_seat.organisation);
        SELECT t.* INTO v_seat FROM seat t
         WHERE t.id = p_seat AND t.withdrawn_at IS NULL AND (t.until IS NULL OR t.until > now()) FOR UPDATE;
        v_failure := CASE
            WHEN (v_seat.person = me() OR administers(v_seat.organisation)) IS NOT TRUE THEN 'NOT_FOUND'
            WHEN v_seat.person <> me() AND NOT stepped_up() THEN 'STEP_UP_REQUIRED'
            WHEN NOT seats_keep(v_seat.organisation, v_seat.person) THEN 'GUARD_FAILED' END;
    ELSE
        v_failure := 'NOT_FOUND';
    END IF;
    IF v_failure = 'GUARD_FAILED' AND v_seat.role <> 'ADMINISTRATOR' THEN
        v_failure := NULL;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int,
            CASE v_failure WHEN 'GUARD_FAILED' THEN jsonb_build_array(jsonb_build_object('path', 'seat',
                'vi', 'Tổ chức phải còn ít nhất một người quản trị.', 'en', 'An organisation keeps at least one administrator.')) END;
        RETURN;
    END IF;
    UPDATE seat SET withdrawn_at = now() WHERE no = v_seat.no;
    PERFORM audit_write('seat.withdraw', 'seat:' || p_seat,
                        jsonb_build_object('grants', seat_grants_end(v_seat.person, v_seat.organisation, now())));
    PERFORM rights_changed('SUBJECT:' || v_seat.person);
    RETURN QUERY SELECT NULL::text, v_seat.no, p_seat, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION give_seat(text, uuid, text, timestamptz), withdraw_seat(uuid) TO app_citizen;
RESET ROLE;
