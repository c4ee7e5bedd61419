-- What the dossier's functions are made of: the next code, the competent agency, the guards.
-- Called only by functions of motcua_definer. Source: DOMAIN §0.12, §2.2, §5.2; R10, R31.

-- One statement per code; whoever submits to the same agency on the same day waits for the commit before.
CREATE OR REPLACE FUNCTION next_dossier_code(p_agency bigint, p_at timestamptz) RETURNS text
LANGUAGE sql VOLATILE SET search_path = motcua, pg_temp AS $$
    INSERT INTO dossier_sequence AS s (agency, day, last)
    VALUES (p_agency, (p_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 1)
    ON CONFLICT (agency, day) DO UPDATE SET last = s.last + 1
    RETURNING (SELECT code FROM agency WHERE id = s.agency) || to_char(s.day, '-YYMMDD-')
              || lpad(s.last::text, greatest(4, length(s.last::text)), '0')
$$;

-- Routing by competence, not by address: the receiving unit first, then the applicant's commune (a reception
-- point may take any dossier), then the province. NULL when nobody is competent.
CREATE OR REPLACE FUNCTION competent_agency(p_level text, p_field text, p_received bigint, p_applicant bigint, p_on date)
RETURNS bigint LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT a.id
      FROM agency_competence c
      JOIN agency a ON a.id = c.agency
      JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
      JOIN agency r ON r.id = p_received
      LEFT JOIN person p ON p.id = p_applicant
     WHERE c.level = p_level AND (c.field IS NULL OR c.field = p_field)
       AND daterange(a.valid_from, a.valid_to) @> p_on AND a.sandbox = r.sandbox
       AND (u.level = 'PROVINCE' OR a.unit_code IN (r.unit_code, p.unit_code))
     ORDER BY a.id = r.id DESC, a.unit_code = r.unit_code DESC, (a.unit_code = p.unit_code) IS TRUE DESC,
              c.field NULLS LAST, a.id
     LIMIT 1
$$;

-- What is wrong, guard by guard, as [{path, vi, en}]; NULL when nothing is. p_facts holds what the caller stated
-- and what the calling function has looked up. A guard this function does not know fails.
CREATE OR REPLACE FUNCTION dossier_problems(p_guards text[], p_facts jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', g.path, 'vi', g.vi, 'en', g.en) ORDER BY p.no)
      FROM unnest(p_guards) WITH ORDINALITY AS p(id, no)
      JOIN dossier_guard g ON g.id = p.id
     WHERE (CASE g.id
            WHEN 'versionInForce'       THEN p_facts ? 'version'
            WHEN 'agencyReceives'       THEN p_facts ? 'receivedAgency'
            WHEN 'competentAgencyKnown' THEN p_facts ? 'competentAgency'
            WHEN 'applicantIsMine'      THEN p_facts ? 'applicant'
            WHEN 'channelKnown'         THEN p_facts->>'channel' IN ('ONLINE', 'COUNTER', 'POST', 'HOME', 'APPOINTMENT')
            WHEN 'digitisedOrReason'    THEN p_facts->'digitised' = 'true' OR btrim(p_facts->>'digitisationReason') <> ''
            WHEN 'feeSettled'           THEN p_facts->>'finance' IN ('NONE', 'PAID', 'EXEMPT')
            WHEN 'processorOfAgency'    THEN p_facts->>'officer' IS NULL OR p_facts ? 'processor'
            WHEN 'outcomeKnown'         THEN p_facts->>'outcome' IN ('GRANTED', 'REFUSED')
            WHEN 'resultOrReason'       THEN btrim(p_facts->>'eResult') <> '' OR btrim(p_facts->>'reason') <> ''
            WHEN 'receiverNamed'        THEN length(btrim(p_facts->>'receiver')) BETWEEN 2 AND 200
            WHEN 'deliveryKnown'        THEN coalesce(p_facts->>'delivery', 'COUNTER')
                                             IN ('COUNTER', 'POST', 'HOME_VISIT', 'ELECTRONIC')
            WHEN 'notesShort'           THEN coalesce(length(p_facts->>'note'), 0) <= 2000
                                         AND coalesce(length(p_facts->>'noteInternal'), 0) <= 2000
                                         AND coalesce(length(p_facts->>'reason'), 0) <= 2000
                                         AND coalesce(length(p_facts->>'digitisationReason'), 0) <= 2000
            END) IS NOT TRUE
$$;

GRANT EXECUTE ON FUNCTION next_dossier_code(bigint, timestamptz),
    competent_agency(text, text, bigint, bigint, date), dossier_problems(text[], jsonb) TO motcua_definer;
