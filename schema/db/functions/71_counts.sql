-- fold_dossier_counts: adds up in dossier_count what dossier_count_change says has changed since. Called by
-- assign_feed_numbers, which is one at a time; a reader sees a change either in one table or in the other.
-- Source: migrations/20261127003100_counts.sql.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION fold_dossier_counts(p_limit int) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    WITH taken AS (
        DELETE FROM dossier_count_change
         WHERE id = ANY (ARRAY(SELECT id FROM dossier_count_change ORDER BY id LIMIT p_limit))
        RETURNING received_agency, competent_agency, state, by
    )
    INSERT INTO dossier_count AS c (received_agency, competent_agency, state, count)
    SELECT received_agency, competent_agency, state, sum(by) FROM taken GROUP BY 1, 2, 3 HAVING sum(by) <> 0
        ON CONFLICT (received_agency, competent_agency, state) DO UPDATE SET count = c.count + excluded.count;
END $$;
RESET ROLE;
