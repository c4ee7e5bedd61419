-- Cells that an older key has sealed, and their new seals: motcua-server reseal reads and writes them as app_service.
-- A cell begins with its version and key id (lib/io/cell.h), 3 bytes; p_current is what those of the key in use are.
-- p_table is person or officer, whose column is personal_no, webhook_secret, whose column is secret, or portal_message, whose
-- column is the personal_no of the person it may make; the row's name is its public id, of a message that person's.
SET ROLE motcua_definer;

-- The p_limit rows behind row p_after, in order; cell is NULL where nothing is to be done. A bounded piece of work, however
-- many in a row are current: a look for the next old cell would outlast the login's statement_timeout.
CREATE OR REPLACE FUNCTION cells_to_reseal(p_table text, p_current bytea, p_after bigint, p_limit int)
RETURNS TABLE (id bigint, public_id uuid, cell bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_table = 'person' THEN
        RETURN QUERY
        SELECT p.id, (SELECT s.public_id FROM subject s WHERE s.id = p.id),
               CASE WHEN substring(p.personal_no FROM 1 FOR 3) <> p_current THEN p.personal_no END
          FROM person p WHERE p.id > p_after ORDER BY p.id LIMIT p_limit;
    ELSIF p_table = 'officer' THEN
        RETURN QUERY
        SELECT o.id, o.public_id, CASE WHEN substring(o.personal_no FROM 1 FOR 3) <> p_current THEN o.personal_no END
          FROM officer o WHERE o.id > p_after ORDER BY o.id LIMIT p_limit;
    ELSIF p_table = 'portal_message' THEN
        RETURN QUERY
        SELECT m.id, m.person, CASE WHEN substring(m.personal_no FROM 1 FOR 3) <> p_current THEN m.personal_no END
          FROM portal_message m WHERE m.id > p_after ORDER BY m.id LIMIT p_limit;
    ELSIF p_table = 'webhook_secret' THEN
        RETURN QUERY
        SELECT w.no, w.id, CASE WHEN substring(w.secret FROM 1 FOR 3) <> p_current THEN w.secret END
          FROM webhook_secret w WHERE w.no > p_after ORDER BY w.no LIMIT p_limit;
    ELSE
        RAISE EXCEPTION 'no cells in %', p_table USING ERRCODE = 'invalid_parameter_value';
    END IF;
END $$;

-- Old and new cells in hexadecimal, by row. A cell that is no longer the old one stays: a sign-in was quicker. Gives how
-- many were written.
CREATE OR REPLACE FUNCTION cells_reseal(p_table text, p_ids bigint[], p_old text[], p_new text[]) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_count int;
BEGIN
    IF p_table = 'person' THEN
        UPDATE person t SET personal_no = decode(c.new, 'hex') FROM unnest(p_ids, p_old, p_new) AS c (id, old, new)
         WHERE t.id = c.id AND t.personal_no = decode(c.old, 'hex');
    ELSIF p_table = 'officer' THEN
        UPDATE officer t SET personal_no = decode(c.new, 'hex') FROM unnest(p_ids, p_old, p_new) AS c (id, old, new)
         WHERE t.id = c.id AND t.personal_no = decode(c.old, 'hex');
    ELSIF p_table = 'portal_message' THEN
        UPDATE portal_message t SET personal_no = decode(c.new, 'hex') FROM unnest(p_ids, p_old, p_new) AS c (id, old, new)
         WHERE t.id = c.id AND t.personal_no = decode(c.old, 'hex');
    ELSIF p_table = 'webhook_secret' THEN
        UPDATE webhook_secret t SET secret = decode(c.new, 'hex') FROM unnest(p_ids, p_old, p_new) AS c (id, old, new)
         WHERE t.no = c.id AND t.secret = decode(c.old, 'hex');
    ELSE
        RAISE EXCEPTION 'no cells in %', p_table USING ERRCODE = 'invalid_parameter_value';
    END IF;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;

GRANT EXECUTE ON FUNCTION cells_to_reseal(text, bytea, bigint, int), cells_reseal(text, bigint[], text[], text[]) TO app_service;
RESET ROLE;
