-- A partner's key is shown the delegations that it could hand in by: of its environment, and with a TEAM key of its guests.
-- Source: issue 4 (partners: test keys see a sandbox province), as delegation_to_submit and undelegate have it.

-- migrate:up

-- With the definer's eyes: whom a delegation makes known is what the policy of subject asks the delegations.
CREATE FUNCTION of_environment(p_subject bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT s.sandbox = in_sandbox() FROM subject s WHERE s.id = p_subject
$$;
GRANT EXECUTE ON FUNCTION of_environment(bigint) TO motcua_definer, app_partner;
ALTER FUNCTION of_environment(bigint) OWNER TO motcua_definer;
DROP POLICY mine_partner ON delegation;
CREATE POLICY mine_partner ON delegation FOR SELECT TO app_partner USING (
    (SELECT coalesce('dossiers.submit' = ANY (scopes()), false)) AND delegate = (SELECT me())
    AND ((SELECT guests()) IS NULL OR delegator = ANY ((SELECT guests())::bigint[])) AND of_environment(delegator));

-- migrate:down

DROP POLICY mine_partner ON delegation;
CREATE POLICY mine_partner ON delegation FOR SELECT TO app_partner USING (
    (SELECT coalesce('dossiers.submit' = ANY (scopes()), false)) AND delegate = (SELECT me()));
DROP FUNCTION of_environment(bigint);
