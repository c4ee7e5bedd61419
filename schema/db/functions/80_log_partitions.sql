-- log_partitions: makes the monthly partitions of delivery_log, attempt and access_log up to p_ahead months from now and
-- drops those older than p_keep months; of access_log, than its retention_rule says. Called by the worker's tick at its start and once a day, and by load.sh.
-- Belongs to motcua_owner, since making a partition needs the parent's owner. Source: ARCHITECTURE §7, NOTIFIER §5.1.

CREATE OR REPLACE FUNCTION log_partitions(p_ahead int DEFAULT 2, p_keep int DEFAULT 13)
RETURNS TABLE (made int, dropped int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_month  date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    v_first  date;
    v_parent text;
    v_name   text;
    v_keep   int;
BEGIN
    IF p_ahead NOT BETWEEN 0 AND 24 OR p_keep NOT BETWEEN 1 AND 120 THEN
        RAISE EXCEPTION 'partitions are kept 1 to 120 months and made 0 to 24 ahead'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    made := 0;
    dropped := 0;
    FOREACH v_parent IN ARRAY ARRAY['delivery_log', 'attempt', 'access_log'] LOOP
        v_keep := CASE v_parent WHEN 'access_log' THEN coalesce((SELECT months FROM retention_rule WHERE what = 'ACCESS_LOG'), p_keep)
                  ELSE p_keep END;
        FOR i IN -1 .. p_ahead LOOP
            v_first := v_month + make_interval(months => i);
            v_name := v_parent || to_char(v_first, '_YYYY_MM');
            IF to_regclass('motcua.' || v_name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', v_name, v_parent,
                               v_first || ' 00:00+00', (v_first + interval '1 month')::date || ' 00:00+00');
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_name);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_name);
                made := made + 1;
            END IF;
        END LOOP;
        FOR v_name IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = ('motcua.' || v_parent)::regclass
               AND c.relname < v_parent || to_char(v_month - make_interval(months => v_keep), '_YYYY_MM')
        LOOP
            EXECUTE format('DROP TABLE %I', v_name);
            dropped := dropped + 1;
        END LOOP;
    END LOOP;
    RETURN NEXT;
END $$;

GRANT EXECUTE ON FUNCTION log_partitions(int, int) TO app_worker;
