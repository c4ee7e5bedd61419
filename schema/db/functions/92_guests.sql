-- Guests of a partner's TEAM keys: whose dossiers those keys see, of all that the partner could. Called by
-- Mutation.addGuest and removeGuest, and by the statements guests_*. Source: issue 4, migration 20261127000700_reach.sql.
SET ROLE motcua_definer;

-- The caller's lists: the partner's own, or those of the organisations a person administers. A name is for who may see
-- the subject; the public id is what the caller has given itself. Guests are real, so that no test key is shown any.
CREATE OR REPLACE FUNCTION guest_list() RETURNS TABLE (no bigint, client_id uuid, guest bigint, guest_id uuid, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT g.no, (SELECT p.public_id FROM subject p WHERE p.id = g.partner), g.guest,
           (SELECT s.public_id FROM subject s WHERE s.id = g.guest), g.since
      FROM partner_guest g
     WHERE g.partner = ANY ((SELECT CASE kind() WHEN 'PARTNER' THEN CASE WHEN NOT in_sandbox() AND 'keys.manage' = ANY (scopes()) THEN ARRAY[me()] END
                                                WHEN 'CITIZEN' THEN ARRAY(SELECT s.organisation FROM seat_in_force s
                                                                           WHERE s.person = me() AND s.role = 'ADMINISTRATOR') END)::bigint[])
$$;

-- May the caller change the guest list of this organisation? NULL: yes, else the failure. A TEAM key may not: it would
-- reach whomever it likes.
CREATE OR REPLACE FUNCTION guests_refusal(p_organisation bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(partner_refusal(p_organisation, ARRAY['LIVE'], 'keys.manage'),
                    CASE WHEN NOT partner_is_active(p_organisation) THEN 'NOT_ALLOWED' END)
$$;

-- p_guest: public id of a person or an organisation. Somebody who is on the list already stays so.
CREATE OR REPLACE FUNCTION add_guest(p_tax_code text, p_guest uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_organisation bigint := partner_named(p_tax_code);
    v_guest        bigint := (SELECT s.id FROM subject s WHERE s.public_id = p_guest AND NOT s.sandbox);
    v_failure      text := guests_refusal(v_organisation);
    v_no           bigint;
BEGIN
    IF v_failure IS NULL AND v_guest IS NULL THEN
        v_failure := 'NOT_FOUND';
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('partner:' || v_organisation, 0));
    SELECT g.no INTO v_no FROM partner_guest g WHERE g.partner = v_organisation AND g.guest = v_guest;
    IF v_no IS NULL AND (SELECT count(*) >= 100 FROM partner_guest g WHERE g.partner = v_organisation) THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, jsonb_build_array(jsonb_build_object('path', 'guest',
            'vi', 'Mỗi đối tác chỉ có tối đa 100 khách.', 'en', 'A partner has at most 100 guests.'));
        RETURN;
    END IF;
    IF v_no IS NULL THEN
        INSERT INTO partner_guest (partner, guest) VALUES (v_organisation, v_guest) RETURNING no INTO v_no;
        PERFORM audit_write('guest.add', 'subject:' || p_guest);
        PERFORM rights_changed('SUBJECT:' || v_organisation);
    END IF;
    RETURN QUERY SELECT NULL::text, v_no, p_guest, 1, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION remove_guest(p_tax_code text, p_guest uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_organisation bigint := partner_named(p_tax_code);
    v_failure      text := guests_refusal(v_organisation);
    v_no           bigint;
BEGIN
    IF v_failure IS NULL THEN
        DELETE FROM partner_guest g USING subject s
         WHERE g.partner = v_organisation AND s.id = g.guest AND s.public_id = p_guest RETURNING g.no INTO v_no;
        v_failure := CASE WHEN v_no IS NULL THEN 'NOT_FOUND' END;
    END IF;
    IF v_failure IS NULL THEN
        PERFORM audit_write('guest.remove', 'subject:' || p_guest);
        PERFORM rights_changed('SUBJECT:' || v_organisation);
    END IF;
    RETURN QUERY SELECT v_failure, v_no, CASE WHEN v_failure IS NULL THEN p_guest END, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION guest_list(), add_guest(text, uuid), remove_guest(text, uuid) TO app_citizen, app_partner;
RESET ROLE;
