-- What the dossier's functions are made of: the next code, the guards.
-- Called only by functions of motcua_definer. Source: DOMAIN §0.12, §2.2, §5.2; R10, R31.

-- One statement per code; whoever submits to the same agency on the same day waits for the commit before. A number that a
-- dossier of the national portal already bears (48_portal_inbound.sql) is passed over.
CREATE OR REPLACE FUNCTION next_dossier_code(p_agency bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_code text;
BEGIN
    LOOP
        INSERT INTO dossier_sequence AS s (agency, day, last)
        VALUES (p_agency, (p_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 1)
        ON CONFLICT (agency, day) DO UPDATE SET last = s.last + 1
        RETURNING (SELECT code FROM agency WHERE id = s.agency) || to_char(s.day, '-YYMMDD-')
                  || lpad(s.last::text, greatest(4, length(s.last::text)), '0')
             INTO v_code;
        IF NOT EXISTS (SELECT FROM dossier d WHERE d.code = v_code) THEN
            RETURN v_code;
        END IF;
    END LOOP;
END $$;

-- Within a year from now.
CREATE OR REPLACE FUNCTION is_ahead(p_text text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = motcua, pg_temp AS $$
    SELECT t > now() AND t <= now() + interval '1 year' FROM time_or_null(p_text) AS t
$$;

-- Parts asked for, as [{name, note}].
CREATE OR REPLACE FUNCTION parts_named(p_parts jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT count(*) BETWEEN 1 AND 20
       AND bool_and((length(tidy_text(e->>'name')) BETWEEN 1 AND 200 AND coalesce(length(e->>'note'), 0) <= 500) IS TRUE)
      FROM jsonb_array_elements(array_or_empty(p_parts)) AS e
$$;

-- The account a fee may be paid into, as {bank, number, holder}; none at all is right too.
CREATE OR REPLACE FUNCTION account_is_whole(p_account jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT p_account IS NULL OR (length(tidy_text(p_account->>'bank')) BETWEEN 1 AND 200 AND p_account->>'number' ~ '^[0-9A-Z.-]{4,40}$'
                                 AND length(tidy_text(p_account->>'holder')) BETWEEN 1 AND 200) IS TRUE
$$;

-- What is wrong, guard by guard, as [{path, vi, en}]; NULL when nothing is. p_facts holds what the caller stated,
-- and as `known` what dossier_facts() has looked up; `said` in it is what is told in place of a guard's own words: one problem, or a list. A
-- guard this function does not know fails.
CREATE OR REPLACE FUNCTION dossier_problems(p_guards text[], p_facts jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_agg(told.problem ORDER BY p.no, told.no)
          FROM unnest(p_guards) WITH ORDINALITY AS p(id, no)
          JOIN dossier_guard g ON g.id = p.id
         CROSS JOIN LATERAL (SELECT coalesce(p_facts->'known'->'said'->g.id, jsonb_build_object('path', g.path, 'vi', g.vi, 'en', g.en)) AS said) AS x
         CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(x.said) WHEN 'array' THEN x.said ELSE jsonb_build_array(x.said) END)
               WITH ORDINALITY AS told(problem, no)
         WHERE (CASE g.id
                WHEN 'versionInForce'       THEN p_facts ? 'version'
                WHEN 'agencyReceives'       THEN p_facts ? 'receivedAgency'
                WHEN 'competentAgencyKnown' THEN p_facts ? 'competentAgency'
                WHEN 'placeKnown'           THEN p_facts->'placed' = 'true'
                WHEN 'agencyInScope'        THEN p_facts->'inScope' = 'true'
                WHEN 'applicantIsMine'      THEN p_facts ? 'applicant'
                WHEN 'caseChosen'           THEN p_facts->'known' ? 'case'
                WHEN 'consentGiven'         THEN p_facts->'consent' = 'true'
                WHEN 'partsPresent'         THEN p_facts->'known'->'partsPresent' = 'true'
                WHEN 'formFilled'           THEN p_facts->'known'->'formFilled' = 'true'
                WHEN 'homeServed'           THEN p_facts->>'channel' IS DISTINCT FROM 'HOME' OR p_facts->'known'->'homeEligible' = 'true'
                WHEN 'channelKnown'         THEN p_facts->>'channel' IN ('ONLINE', 'COUNTER', 'POST', 'HOME', 'APPOINTMENT')
                WHEN 'digitisedOrReason'    THEN p_facts->'digitised' = 'true' OR p_facts->'known'->'scanned' = 'true'
                                             OR btrim(p_facts->>'digitisationReason') <> ''
                WHEN 'feeSettled'           THEN p_facts->'known'->>'finance' IN ('NONE', 'PAID', 'EXEMPT')
                WHEN 'processorOfAgency'    THEN p_facts->>'officer' IS NULL OR p_facts->'known' ? 'processor'
                WHEN 'outcomeKnown'         THEN p_facts->>'outcome' IN ('GRANTED', 'REFUSED')
                WHEN 'resultOrReason'       THEN btrim(p_facts->>'eResult') <> '' OR p_facts->'known' ? 'resultFile' OR btrim(p_facts->>'reason') <> ''
                WHEN 'receiverNamed'        THEN length(btrim(p_facts->>'receiver')) BETWEEN 2 AND 200
                WHEN 'receiverMay'          THEN coalesce(length(p_facts->>'proof'), 0) <= 500
                                             AND (p_facts->'known'->'receiverMay' = 'true' OR tidy_text(p_facts->>'proof') <> '')
                                             OR length(btrim(p_facts->>'receiver')) BETWEEN 2 AND 200 IS NOT TRUE
                WHEN 'deliveryKnown'        THEN coalesce(p_facts->>'delivery', 'COUNTER')
                                                 IN ('COUNTER', 'POST', 'HOME_VISIT', 'ELECTRONIC')
                WHEN 'applicantKnown'       THEN p_facts->'known' ? 'applicant'
                WHEN 'atCounter'            THEN coalesce(p_facts->>'channel', 'COUNTER') IN ('COUNTER', 'APPOINTMENT')
                WHEN 'partsNamed'           THEN parts_named(p_facts->'parts')
                WHEN 'partsKnown'           THEN p_facts->'known'->'partsKnown' = 'true'
                WHEN 'reasonGiven'          THEN length(tidy_text(p_facts->>'reason')) BETWEEN 1 AND 2000
                WHEN 'legalBasisGiven'      THEN length(tidy_text(p_facts->>'legalBasis')) BETWEEN 1 AND 500
                WHEN 'untilAhead'           THEN is_ahead(p_facts->>'until')
                WHEN 'termLong'             THEN is_ahead(p_facts->>'until') IS NOT TRUE
                                             OR time_or_null(p_facts->>'until') >= (p_facts->'known'->>'leastUntil')::timestamptz
                WHEN 'overdueRuleAcknowledged' THEN p_facts->'known'->'no' = '1' OR p_facts->'acknowledgeOverdueRule' = 'true'
                WHEN 'itemsOpen'            THEN p_facts->'known'->'itemsOpen' = 'true'
                WHEN 'papersUsable'         THEN p_facts->'known'->'papersUsable' = 'true'
                WHEN 'partsFit'             THEN p_facts->'known'->'partsFit' = 'true'
                WHEN 'termPassed'           THEN p_facts->'known'->>'kind' <> 'SYSTEM' OR p_facts->'known'->'termPassed' = 'true'
                WHEN 'taskTitled'           THEN length(tidy_text(p_facts->>'title')) BETWEEN 1 AND 200
                WHEN 'taskAgencyActive'     THEN p_facts->'known' ? 'agency'
                WHEN 'taskInTime'           THEN is_ahead(p_facts->>'until')
                                             AND coalesce(time_or_null(p_facts->>'until') <= (p_facts->'known'->>'dueAt')::timestamptz
                                                          OR (p_facts->'known'->>'dueAt')::timestamptz < now(), true)
                WHEN 'taskOpen'             THEN p_facts->'known' ? 'task'
                WHEN 'answerGiven'          THEN length(tidy_text(p_facts->>'answer')) BETWEEN 1 AND 2000
                WHEN 'tasksClosed'          THEN p_facts->'known'->'tasksOpen' = '0'
                WHEN 'amountValid'          THEN coalesce(p_facts->>'amountDong', p_facts->'known'->>'ruleDong') ~ '^([1-9]\d{0,11}|1000000000000)$'
                WHEN 'amountByRule'         THEN coalesce(length(p_facts->>'amountReason'), 0) <= 500
                                             AND coalesce(p_facts->>'amountDong' = p_facts->'known'->>'ruleDong' OR tidy_text(p_facts->>'amountReason') <> '',
                                                          NOT p_facts ? 'amountDong' OR NOT p_facts->'known' ? 'ruleDong')
                WHEN 'demandNone'           THEN p_facts->'known'->>'finance' <> 'DUE'
                WHEN 'paymentWhole'         THEN p_facts->'known'->'paymentWhole' = 'true'
                WHEN 'exemptionWhole'       THEN p_facts->'known'->'exemptionWhole' = 'true'
                WHEN 'feeNamed'             THEN length(tidy_text(p_facts->>'what')) BETWEEN 1 AND 200
                WHEN 'accountWhole'         THEN account_is_whole(p_facts->'account')
                WHEN 'demandOpen'           THEN p_facts->'known' ? 'demand'
                WHEN 'amountMatches'        THEN p_facts->'known'->>'amountDong' = p_facts->>'amountDong'
                WHEN 'referenceNew'         THEN length(tidy_text(p_facts->>'reference')) BETWEEN 1 AND 100
                                             AND p_facts->'known'->'referenceNew' = 'true'
                WHEN 'paymentChosen'        THEN p_facts->>'method' IN ('COUNTER', 'TRANSFER')
                WHEN 'transferPossible'     THEN p_facts->>'method' IS DISTINCT FROM 'TRANSFER' OR p_facts->'known'->'transfer' = 'true'
                WHEN 'externalNoGiven'      THEN length(tidy_text(p_facts->>'externalDossierNo')) BETWEEN 1 AND 60
                WHEN 'externalNoNew'        THEN p_facts->'known'->'externalNoNew' = 'true'
                WHEN 'papersReturned'       THEN p_facts->'papersReturned' = 'true'
                WHEN 'dueLater'             THEN is_ahead(p_facts->>'dueAt')
                                             AND time_or_null(p_facts->>'dueAt') > (p_facts->'known'->>'dueAt')::timestamptz
                WHEN 'deliveryChosen'       THEN p_facts->>'delivery' IN ('COUNTER', 'POST', 'HOME_VISIT', 'ELECTRONIC')
                WHEN 'deliveryElectronic'   THEN p_facts->'known'->>'delivery' = 'ELECTRONIC'
                WHEN 'resultFileThere'      THEN p_facts->'known' ? 'resultFile'
                WHEN 'homeOffered'          THEN p_facts->>'delivery' IS DISTINCT FROM 'HOME_VISIT' OR p_facts->'known'->'homeEligible' = 'true'
                WHEN 'channelOpen'          THEN p_facts->>'channel' IN ('ONLINE', 'COUNTER', 'POST')
                WHEN 'channelOther'         THEN p_facts->>'channel' <> p_facts->'known'->>'channel'
                WHEN 'channelWhole'         THEN p_facts->>'channel' IS DISTINCT FROM 'ONLINE' OR p_facts->'known'->'onlineWhole' = 'true'
                                             OR p_facts->'known'->>'onlineLevel' = 'INFORMATION'
                WHEN 'channelOffered'       THEN p_facts->>'channel' <> 'ONLINE' OR p_facts->'known'->>'onlineLevel' <> 'INFORMATION'
                WHEN 'notesShort'           THEN coalesce(length(p_facts->>'note'), 0) <= 2000
                                             AND coalesce(length(p_facts->>'noteInternal'), 0) <= 2000
                                             AND coalesce(length(p_facts->>'reason'), 0) <= 2000
                                             AND coalesce(length(p_facts->>'digitisationReason'), 0) <= 2000
                END) IS NOT TRUE);
END $$;

GRANT EXECUTE ON FUNCTION next_dossier_code(bigint, timestamptz), is_ahead(text), parts_named(jsonb), account_is_whole(jsonb),
    dossier_problems(text[], jsonb) TO motcua_definer;
