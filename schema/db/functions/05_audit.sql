-- audit_write: one line of the audit, in the transaction of what it tells. Called by other functions alone: no login may.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION audit_write(p_act text, p_object text, p_body jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO audit (actor_kind, actor_id, session, act, object, body)
    VALUES (coalesce(kind(), 'SYSTEM'), me(), current_session(), p_act, p_object, p_body)
$$;
RESET ROLE;
