-- The end of what the national portal's messages say of people. What is applied says nothing (portal_message's own rule); what waits goes
-- when nobody has settled it for adapter.quarantine_keep_days, with its person's account, or with its dossier's data.
-- portal_expire is called by portal_retry_due, the others by 97_erasure.sql. Source: Luật 91/2025/QH15 [K], DOMAIN §2.1.
SET ROLE motcua_definer;

-- At most p_limit messages, the oldest first; gives how many.
CREATE OR REPLACE FUNCTION portal_expire(p_limit int) RETURNS int
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_message record;
    v_count   int := 0;
BEGIN
    FOR v_message IN
        SELECT m.id, m.code FROM adapter a
         CROSS JOIN LATERAL (SELECT m.id, m.code FROM portal_message m
                              WHERE m.adapter = a.id AND m.state = 'QUARANTINED' AND m.received_at < now() - make_interval(days => a.quarantine_keep_days)
                              ORDER BY m.received_at LIMIT p_limit) AS m
    LOOP
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(portal_code_key(v_message.code));
        PERFORM portal_dismiss(v_message.id, NULL, 'Hết thời hạn lưu');
        v_count := v_count + 1;
    END LOOP;
    IF v_count > 0 THEN
        PERFORM audit_write('portal.expire', 'retention', jsonb_build_object('messages', v_count));
    END IF;
    RETURN v_count;
END $$;

-- What waits of a person who closes the account; while the number's blind index still stands.
CREATE OR REPLACE FUNCTION portal_forget(p_subject bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM portal_dismiss(m.id, NULL, 'Xóa dữ liệu theo yêu cầu')
       FROM person p JOIN portal_message m ON m.personal_no_index = p.personal_no_index
      WHERE p.id = p_subject AND m.state = 'QUARANTINED';
END $$;

-- What is left about dossiers whose data ends: names of papers, words of officers, and what still waits.
CREATE OR REPLACE FUNCTION portal_forget_dossiers(p_dossiers bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM portal_dismiss(m.id, NULL, 'Hết thời hạn lưu')
       FROM dossier d CROSS JOIN adapter a JOIN portal_message m ON m.adapter = a.id AND m.code = d.code
      WHERE d.id = ANY (p_dossiers) AND m.state = 'QUARANTINED';
    UPDATE portal_message m
       SET unmatched = CASE WHEN m.unmatched IS NOT NULL THEN '{}'::text[] END, dismissal = CASE WHEN m.dismissal IS NOT NULL THEN anonymous_name() END
      FROM dossier d CROSS JOIN adapter a
     WHERE d.id = ANY (p_dossiers) AND m.adapter = a.id AND m.code = d.code;
END $$;
RESET ROLE;
