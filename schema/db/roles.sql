-- roles.sql: the cluster's roles and the empty house they live in (database, schema, privileges).
-- Who runs it: schema/db/load.sh roles, as a superuser connected to the target database; safe to repeat.
-- Source: ARCHITECTURE §3.6. Logins own nothing, cannot create, and never bypass row-level security.
-- MOTCUA_APP_PASSWORD, if set, becomes the password of every login (TCP set-ups); sockets need none.
\set ON_ERROR_STOP on
\getenv app_password MOTCUA_APP_PASSWORD
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I', r)
  FROM unnest(ARRAY['motcua_owner', 'motcua_definer', 'app_public', 'app_citizen', 'app_partner',
                    'app_officer', 'app_service', 'app_worker']) AS r
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)
\gexec

ALTER ROLE motcua_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE motcua_definer NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
ALTER ROLE motcua_owner SET search_path = motcua, pg_temp;
-- Functions that test the caller themselves are created under this name, so the owner must be able to take it.
GRANT motcua_definer TO motcua_owner;

SELECT format('ALTER ROLE %I %s', r, setting)
  FROM unnest(ARRAY['app_public', 'app_citizen', 'app_partner', 'app_officer', 'app_service',
                    'app_worker']) AS r,
       unnest(ARRAY[
         'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION NOINHERIT',
         'SET search_path = motcua, pg_temp',
         'SET plan_cache_mode = force_generic_plan',
         -- Requests are small: starting a parallel worker or a compiler costs more than it saves (6 ms for 1).
         'SET jit = off',
         'SET max_parallel_workers_per_gather = 0',
         -- What is asked for lies in memory or on a disk without arms: by the default, a page of an agency's feed would
         -- rather walk along everybody's.
         'SET random_page_cost = 1.1',
         'SET statement_timeout = ''5s''',
         'SET lock_timeout = ''1s''',
         'SET idle_in_transaction_session_timeout = ''5s''',
         'SET log_parameter_max_length = 0',
         'SET log_parameter_max_length_on_error = 0']) AS setting
\gexec

\if :{?app_password}
SELECT format('ALTER ROLE %I PASSWORD %L', r, :'app_password')
  FROM unnest(ARRAY['motcua_owner', 'app_public', 'app_citizen', 'app_partner', 'app_officer',
                    'app_service', 'app_worker']) AS r
\gexec
\endif

SELECT format('ALTER DATABASE %I OWNER TO motcua_owner', current_database()),
       format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()),
       format('GRANT CONNECT ON DATABASE %I TO app_public, app_citizen, app_partner, app_officer, '
              'app_service, app_worker', current_database())
\gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS motcua AUTHORIZATION motcua_owner;
GRANT USAGE ON SCHEMA motcua TO motcua_definer, app_public, app_citizen, app_partner, app_officer,
    app_service, app_worker;
-- It owns functions, so it must be able to make them; only motcua_owner can act under its name.
GRANT CREATE ON SCHEMA motcua TO motcua_definer;

-- A function nobody was granted is a function nobody can call.
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_definer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
