-- An inventory that an agency has in a file: `motcua-server results import` puts it on the list line by line, and the scans that
-- lie beside it on their results, as the officer in charge of the archive whom the operator names. The functions of
-- 47_results.sql decide everything: a line is listed once, and another officer checks each scan.
-- Source: DOMAIN R7, R9.
SET ROLE motcua_definer;

-- What app.viewer says of an officer in charge of an archive (viewer_says); no row when he is none. Asked as app_service.
CREATE OR REPLACE FUNCTION archivist_viewer(p_officer uuid) RETURNS TABLE (viewer text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1 SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT format('OFFICER|%s||%s|%s', o.id, r.agencies, r.roles) FROM officer o CROSS JOIN LATERAL rights_of(o.id) AS r
     WHERE o.public_id = p_officer AND kind() = 'SERVICE' AND 'ARCHIVIST' = ANY (string_to_array(r.roles, ','));
END $$;

-- Lines as import_results takes them, 1 to 100. Of each: LISTED, KNOWN or REFUSED and why; the result it names, and whether that
-- waits for a scan. No row: the caller keeps no inventory.
CREATE OR REPLACE FUNCTION import_result_lines(p_lines jsonb)
RETURNS TABLE (line bigint, outcome text, result uuid, waits boolean, reason text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_agency bigint := archive_of_caller();
    v_import record;
BEGIN
    SELECT * INTO v_import FROM import_results(p_lines) AS i;
    IF v_import.failure IS NOT NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH refused AS (
        SELECT (p->>'line')::bigint AS no, string_agg(format('%s: %s', p->>'path', p->>'en'), ' ') AS reason
          FROM result_import i CROSS JOIN LATERAL jsonb_array_elements(i.problems) AS p WHERE i.id = v_import.id GROUP BY 1
    ), said AS MATERIALIZED (
        SELECT l.no, (result_issuer(l.says->>'issuer', v_agency)).id AS issuer, tidy_text(l.says->>'number') AS number, day_or_null(l.says->'issuedOn') AS issued_on
          FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS l(says, no)
    ), named AS (
        SELECT l.no, f.reason, r.public_id, r.state, r.listed_at = now() AND row_number() OVER (PARTITION BY r.id ORDER BY l.no) = 1 AS is_new
          FROM said l
          LEFT JOIN refused f ON f.no = l.no
          -- OFFSET 0 keeps it a look by the key for each line, and not at all that the agency has.
          LEFT JOIN LATERAL (
               SELECT r.* FROM procedure_result r
                WHERE f.no IS NULL AND (r.issuer, r.number, r.issued_on) = (l.issuer, l.number, l.issued_on) OFFSET 0) AS r ON r.agency = v_agency
    )
    SELECT n.no, CASE WHEN n.reason IS NOT NULL THEN 'REFUSED' WHEN n.is_new THEN 'LISTED' ELSE 'KNOWN' END,
           n.public_id, coalesce(n.state = 'INVENTORIED', false), n.reason
      FROM named n ORDER BY n.no;
END $$;

GRANT EXECUTE ON FUNCTION archivist_viewer(uuid) TO app_service;
GRANT EXECUTE ON FUNCTION import_result_lines(jsonb) TO app_officer;
RESET ROLE;
