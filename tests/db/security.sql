-- Who may read and write what: roles, privileges, row-level security (SECURITY §3, migration 20261126000700).
\ir include/begin.psql
SELECT plan(132);

CREATE TEMP TABLE open_table AS
SELECT unnest(ARRAY['unit', 'unit_successor', 'agency', 'procedure', 'procedure_version', 'agency_competence', 'client_release',
    'procedure_case', 'procedure_part', 'fee_rule', 'procedure_guidance', 'procedure_authority', 'catalogue_change', 'procedure_word',
    'working_calendar', 'working_hours', 'calendar_day', 'dossier_state', 'dossier_guard', 'dossier_transition',
    'staff_role', 'retention_rule', 'issued_form_kind', 'reminder_level', 'task_reminder_level', 'term_rule', 'procedure_form', 'digest_kind', 'service_point', 'service_point_hours', 'part_paper_kind', 'form_part', 'officer_notice', 'digitisation_target']) AS name;

SELECT is_empty($$SELECT relname FROM pg_class WHERE relnamespace = 'motcua'::regnamespace AND relkind IN ('r', 'p')
                   AND NOT (relrowsecurity AND relforcerowsecurity)
                   AND relname NOT IN (SELECT name FROM open_table UNION VALUES ('loaded'), ('schema_migrations'))$$,
                'every table but reference data is under FORCE ROW LEVEL SECURITY');
SELECT is_empty($$SELECT name FROM open_table WHERE NOT EXISTS (SELECT FROM pg_trigger t
                   WHERE t.tgrelid = ('motcua.' || name)::regclass AND tgname = 'reference_changed')$$, 'every reference table rings the channel');
SELECT is_empty($$SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                   WHERE NOT tgisinternal AND c.relnamespace = 'motcua'::regnamespace AND c.relname NOT IN (SELECT name FROM open_table UNION VALUES ('audit'), ('audit_head'), ('dossier'), ('dossier_part'), ('portal_paper'), ('result_file'))$$,
                'and no other table has a trigger, but what is only added to, the dossier, which keeps its code and counts as a result, and its parts, papers and results, which are counted and let go of papers');
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE (rolname ~ '^app_' OR rolname ~ '^motcua_')
                   AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)$$, 'no role of ours is above the rules');
SELECT is_empty($$SELECT rolname FROM pg_roles WHERE rolname ~ '^app_' AND (NOT rolcanlogin OR rolinherit)
                  UNION ALL SELECT rolname FROM pg_roles WHERE rolname = 'motcua_definer' AND rolcanlogin$$, 'apps log in, the definer does not');
SELECT is_empty($$SELECT roleid::regrole FROM pg_auth_members WHERE member IN (SELECT oid FROM pg_roles WHERE rolname ~ '^app_')$$, 'app roles are members of nothing');
SELECT is_empty($$SELECT relname::text FROM pg_class WHERE relowner IN (SELECT oid FROM pg_roles WHERE rolname ~ '^app_')
                  UNION ALL SELECT proname::text FROM pg_proc WHERE proowner IN (SELECT oid FROM pg_roles WHERE rolname ~ '^app_')$$, 'app roles own nothing');
SELECT is_empty($$SELECT r.rolname, n.nspname FROM pg_roles r, pg_namespace n WHERE r.rolname ~ '^app_' AND n.nspname !~ '^pg_'
                   AND has_schema_privilege(r.oid, n.oid, 'CREATE')$$, 'and create nowhere');
SELECT is_empty($$SELECT r.rolname, c.relname FROM pg_roles r, pg_class c
                   WHERE r.rolname ~ '^app_' AND c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                     AND has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') OR
                         r.rolname ~ '^app_' AND c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                     AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                  EXCEPT SELECT 'app_worker', unnest(ARRAY['outbox', 'delivery', 'delivery_log', 'attempt', 'device'])$$,
                'no login writes a table, but the worker its own');
SELECT is_empty($$SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')$$,
                'no function is everybody''s');
SELECT is_empty($$SELECT proname FROM pg_proc WHERE pronamespace = 'motcua'::regnamespace AND prosecdef
                   AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=motcua, pg_temp']$$, 'definer functions fix their search_path');
SELECT results_eq($$SELECT proname::text COLLATE "default" FROM pg_proc WHERE pronamespace = 'motcua'::regnamespace AND prosecdef
                     AND proowner <> 'motcua_definer'::regrole ORDER BY 1$$, ARRAY['log_partitions'], 'and belong to motcua_definer, but the one that makes tables');
SELECT results_eq($$SELECT count(*), count(*) FILTER (WHERE setconfig @> ARRAY['search_path=motcua, pg_temp', 'plan_cache_mode=force_generic_plan', 'max_parallel_workers_per_gather=0',
                       'statement_timeout=5s', 'lock_timeout=1s', 'idle_in_transaction_session_timeout=5s', 'log_parameter_max_length=0'])
                      FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE rolname ~ '^app_' AND setdatabase = 0$$,
                  $$VALUES (6::bigint, 6::bigint)$$, 'each login has its settings');

-- The functions each login may call, besides the readers of its own identity and the calendar.
CREATE TEMP TABLE callable (name text, logins text);
INSERT INTO callable VALUES
    ('accept_at_counter', 'officer'),
    ('accesses_of', 'citizen partner'),
    ('add_officer', 'officer'),
    ('add_partner_key', 'citizen partner'),
    ('anonymise', 'worker'),
    ('applicant_make', 'officer'),
    ('add_guest', 'citizen partner'),
    ('add_webhook_endpoint', 'citizen partner'),
    ('apply_dossier_event', 'citizen officer partner'),
    ('appoint_administrator', 'service'),
    ('archivist_viewer', 'service'), ('assign_feed_numbers', 'worker'),
    ('audit_head_add', 'worker'),
    ('audit_head_next', 'worker'),
    ('audit_heads', 'worker'),
    ('audit_seal', 'worker'),
    ('bulk_prune', 'worker'),
    ('bulk_work', 'worker'),
    ('clock_digest', 'worker'),
    ('look_up_dossier', 'citizen officer partner public'),
    ('make_tracking_code', 'citizen officer partner'),
    ('clock_recompute', 'worker'),
    ('clock_remind', 'worker'),
    ('processor_name', 'citizen officer partner'),
    ('task_agency', 'citizen officer partner'),
    ('attach_result', 'officer'),
    ('files_adopt', 'worker'),
    ('officers_at_work', 'worker'),
    ('officers_noticed', 'worker'),
    ('task_remind', 'worker'),
    ('remove_scan', 'officer'),
    ('scan_part', 'officer'),
    ('attach_result_scan', 'officer'),
    ('check_result', 'officer'),
    ('digitisation_on', 'citizen officer partner public'),
    ('digitisation_roll', 'worker'),
    ('import_result_lines', 'officer'), ('import_results', 'officer'),
    ('paper_reuse_of', 'citizen officer partner public'),
    ('remove_result', 'officer'),
    ('catalogue_import_begin', 'service worker'),
    ('catalogue_import_end', 'service worker'),
    ('catalogue_import_lines', 'service worker'),
    ('propose_procedure_end', 'officer'), ('propose_procedure_version', 'officer'),
    ('propose_signature', 'officer'),
    ('publish_procedure_version', 'officer'),
    ('return_request', 'officer'),
    ('sign_request', 'officer'),
    ('search_procedures', 'citizen officer partner public'),
    ('withdraw_proposal', 'officer'),
    ('cells_reseal', 'service'),
    ('cells_to_reseal', 'service'),
    ('classify_dossier', 'officer'),
    ('delegate', 'citizen'),
    ('dossier_terms_end', 'worker'),
    ('draft_document', 'citizen partner'),
    ('drafts_prune', 'worker'),
    ('prefill', 'citizen'),
    ('remove_draft', 'citizen officer partner'),
    ('save_draft', 'citizen officer partner'),
    ('submit_draft', 'citizen officer partner'),
    ('end_other_sessions', 'citizen officer'),
    ('end_session', 'citizen officer'),
    ('end_substitution', 'officer'),
    ('feed_last', 'citizen officer partner'),
    ('give_seat', 'citizen'),
    ('grant_role', 'officer'),
    ('guest_list', 'citizen partner'),
    ('guests', 'partner'),
    ('has_tasks', 'officer'),
    ('export_build', 'worker'),
    ('exports_prune', 'worker'),
    ('idempotency_claim', 'citizen officer partner'),
    ('idempotency_prune', 'worker'),
    ('idempotency_store', 'citizen officer partner'),
    ('is_shown', 'citizen partner'),
    ('is_tasked', 'officer'),
    ('log_partitions', 'worker'),
    ('of_environment', 'partner'),
    ('officer_find', 'service'),
    ('event_agency', 'citizen officer partner'),
    ('near_points', 'citizen officer partner public'),
    ('search_units', 'citizen officer partner public'),
    ('note_access', 'citizen officer partner'),
    ('partner_key_find', 'service'),
    ('partner_session', 'service'),
    ('partner_set_state', 'service'),
    ('refresh_session', 'service'),
    ('register_device', 'citizen officer partner'),
    ('remove_device', 'citizen officer partner'),
    ('request_erasure', 'citizen officer partner'),
    ('request_export', 'citizen officer partner'),
    ('remove_guest', 'citizen partner'),
    ('remove_webhook_endpoint', 'citizen partner'),
    ('revoke_partner_key', 'citizen partner'),
    ('sandbox_advance', 'citizen partner'),
    ('sandbox_people', 'partner'),
    ('sandbox_prune', 'worker'),
    ('sandbox_sign_in', 'service'),
    ('rotate_webhook_secret', 'citizen partner'),
    ('session_changes', 'service'),
    ('session_subject', 'service'),
    ('session_viewer', 'service'),
    ('sessions_prune', 'worker'),
    ('set_assignment_rule', 'officer'),
    ('share_dossier', 'citizen'),
    ('sign_in', 'service'),
    ('sign_in_find', 'service'),
    ('step_up', 'service'),
    ('submit_bulk', 'partner'),
    ('submit_dossier', 'citizen officer partner'),
    ('substitute_officer', 'officer'),
    ('undelegate', 'citizen partner'),
    ('unshare_dossier', 'citizen partner'),
    ('update_webhook_endpoint', 'citizen partner'),
    ('file_gone', 'worker'),
    ('files_doom', 'worker'),
    ('keep_paper', 'citizen officer partner'),
    ('remove_paper', 'citizen officer partner'),
    ('upload_advance', 'citizen officer partner'),
    ('upload_claim', 'worker'),
    ('upload_clean', 'worker'),
    ('upload_create', 'citizen officer partner'),
    ('upload_end', 'citizen officer partner'),
    ('upload_keep', 'worker'),
    ('upload_put_back', 'worker'),
    ('upload_refuse', 'worker'),
    ('uploads_prune', 'worker'),
    ('uploads_unknown', 'worker'),
    ('withdraw_role', 'officer'),
    ('withdraw_seat', 'citizen'),
    ('adapter_figures', 'officer'),
    ('adapter_on', 'worker'),
    ('adapter_pull_claim', 'worker'),
    ('adapter_pull_pause', 'worker'),
    ('adapter_pulled', 'worker'),
    ('adapter_state', 'service worker'),
    ('agencies_import', 'worker'),
    ('partner_set_kind', 'service'),
    ('portal_receive', 'partner'),
    ('portal_retry_due', 'worker'),
    ('record_refund', 'officer'),
    ('redrive_sync', 'officer'),
    ('retry_portal_message', 'officer'), ('dismiss_portal_message', 'officer'),
    ('sync_claim', 'worker'),
    ('sync_finish', 'worker');
SELECT results_eq($$SELECT p.proname::text COLLATE "default", string_agg(substr(r.rolname, 5) COLLATE "default", ' ' ORDER BY r.rolname)
                      FROM pg_proc p JOIN pg_roles r ON r.rolname ~ '^app_' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
                     WHERE p.pronamespace = 'motcua'::regnamespace AND p.prosecdef GROUP BY p.oid, p.proname ORDER BY 1$$,
                  'SELECT name, logins FROM callable ORDER BY 1', 'definer functions may be called by whom this table says');

-- Rows each login sees; devices and idempotency keys first get some.
INSERT INTO device (owner_subject, owner_officer, kind, address, locale)
VALUES (1, NULL, 'FCM', 'token-of-citizen', 'vi'), (2, NULL, 'FCM', 'token-of-citizen2', 'vi'), (NULL, 1, 'FCM', 'token-of-officer', 'vi');
INSERT INTO idempotency (principal, key, request_sha256) VALUES ('CITIZEN:1', 'k', sha256('x'));
INSERT INTO outbox (kind, entity, entity_rev, order_key, payload) VALUES ('TEST', uuid_v7(), 1, uuid_v7(), '{}');
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
SELECT id, 2, applicant, applicant, 'TEST', now() + interval '1 day' FROM dossier WHERE applicant > 2 AND applicant < 5000 ORDER BY id LIMIT 1;

CREATE TEMP TABLE expected (who text, tab text, own bigint);
INSERT INTO expected
SELECT a.who, t.tab, CASE
    WHEN t.tab IN ('device', 'idempotency', 'outbox', 'delivery', 'delivery_log', 'attempt', 'feed', 'dossier_sequence', 'officer', 'seat')
      OR a.kind IN ('PUBLIC', 'SERVICE', 'WORKER') THEN NULL
    WHEN a.me IS NULL THEN 0
    WHEN t.tab = 'dossier' THEN (SELECT count(*) FROM dossier d WHERE CASE a.kind
        WHEN 'CITIZEN' THEN d.applicant = a.me OR d.id IN (SELECT dossier FROM dossier_grant WHERE grantee = a.me AND until > now() AND revoked_at IS NULL)
        WHEN 'PARTNER' THEN a.me IN (d.applicant, d.submitter) ELSE a.agency IN (d.received_agency, d.competent_agency) END)
    WHEN t.tab = 'dossier_event' THEN (SELECT count(*) FROM dossier_event d WHERE CASE a.kind
        WHEN 'CITIZEN' THEN d.applicant = a.me OR d.dossier IN (SELECT dossier FROM dossier_grant WHERE grantee = a.me AND until > now() AND revoked_at IS NULL)
        WHEN 'PARTNER' THEN a.me IN (d.applicant, d.submitter) ELSE a.agency IN (d.received_agency, d.competent_agency) END)
    WHEN t.tab = 'dossier_grant' THEN (SELECT count(*) FROM dossier_grant g JOIN dossier d ON d.id = g.dossier WHERE CASE a.kind
        WHEN 'OFFICER' THEN g.kind <> 'CONSENT' AND a.agency IN (d.received_agency, d.competent_agency) ELSE a.me IN (g.applicant, g.grantee) END)
    WHEN t.tab IN ('subject', 'person', 'organisation') THEN (SELECT count(*) FROM subject s
        WHERE (t.tab = 'subject' OR lower(s.kind) = t.tab)
          AND (a.kind <> 'OFFICER' AND s.id = a.me
               OR t.tab = 'subject' AND EXISTS (SELECT FROM dossier_grant g JOIN dossier d ON d.id = g.dossier
                    WHERE g.grantee = s.id AND CASE a.kind WHEN 'CITIZEN' THEN g.applicant = a.me
                      WHEN 'OFFICER' THEN s.kind = 'PERSON' AND g.kind <> 'CONSENT' AND g.revoked_at IS NULL AND g.until > now()
                                          AND a.agency IN (d.received_agency, d.competent_agency) END)
               OR EXISTS (SELECT FROM dossier d WHERE d.applicant = s.id AND CASE a.kind
            WHEN 'CITIZEN' THEN d.id IN (SELECT dossier FROM dossier_grant WHERE grantee = a.me AND until > now() AND revoked_at IS NULL)
            WHEN 'PARTNER' THEN a.me IN (d.applicant, d.submitter) ELSE a.agency IN (d.received_agency, d.competent_agency) END)))
    END
  FROM (VALUES ('citizen', 'CITIZEN', 1::bigint, NULL::bigint), ('citizen2', 'CITIZEN', 2, NULL), ('partner', 'PARTNER', 5001, NULL),
               ('officer', 'OFFICER', 1, (SELECT agency FROM officer WHERE id = 1)), ('officer2', 'OFFICER', 3, (SELECT agency FROM officer WHERE id = 3)),
               ('nobody_citizen', 'CITIZEN', NULL, NULL), ('nobody_partner', 'PARTNER', NULL, NULL), ('nobody_officer', 'OFFICER', NULL, NULL)) AS a(who, kind, me, agency),
       (VALUES ('dossier'), ('dossier_event'), ('dossier_grant'), ('subject'), ('person'), ('organisation')) AS t(tab);
INSERT INTO expected
SELECT who, tab, own FROM (VALUES
    ('citizen', 'device', 1), ('citizen2', 'device', 1), ('officer', 'device', 1), ('officer2', 'device', 0), ('nobody_citizen', 'device', 0),
    ('nobody_officer', 'device', 0), ('partner', 'device', -1), ('worker', 'device', (SELECT count(*) FROM device)),
    ('officer', 'officer', (SELECT count(*) FROM officer WHERE agency = (SELECT agency FROM officer WHERE id = 1))),
    ('nobody_officer', 'officer', 0), ('citizen', 'officer', -1), ('partner', 'officer', -1),
    ('officer', 'staff_grant', (SELECT count(*) FROM staff_grant WHERE agency = (SELECT agency FROM officer WHERE id = 1))), ('nobody_officer', 'staff_grant', 0),
    ('field', 'staff_grant', 1), ('citizen', 'staff_grant', -1), ('partner', 'staff_grant', -1), ('worker', 'staff_grant', (SELECT count(*) FROM staff_grant)), ('service', 'staff_grant', -1),
    ('citizen', 'staff_substitution', -1), ('partner', 'staff_substitution', -1), ('service', 'staff_substitution', -1), ('citizen', 'seat', 0), ('partner', 'seat', (SELECT count(*) FROM seat WHERE organisation = 5001)), ('nobody_citizen', 'seat', 0), ('officer', 'seat', -1),
    ('worker', 'outbox', (SELECT count(*) FROM outbox)), ('worker', 'dossier', (SELECT count(*) FROM dossier)),
    ('citizen', 'idempotency', -1), ('officer', 'idempotency', -1), ('worker', 'idempotency', -1)) AS v(who, tab, own)
UNION ALL
SELECT who, tab, -1 FROM unnest(ARRAY['public', 'service']) AS who, unnest(ARRAY['dossier', 'dossier_event', 'subject', 'officer', 'device', 'idempotency']) AS tab
UNION ALL
SELECT 'citizen', tab, -1 FROM unnest(ARRAY['outbox', 'delivery', 'delivery_log', 'attempt', 'dossier_sequence', 'feed']) AS tab;
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM %I', tab)), own,
          format('%s sees %s of %s', who, CASE own WHEN -1 THEN 'not even the count' ELSE own::text END, tab))
  FROM expected WHERE own IS NOT NULL ORDER BY who, tab;

-- Somebody else's, by name.
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier WHERE applicant = 1'), 0::bigint, 'one citizen sees none of another''s dossiers');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM subject WHERE id = 1'), 0::bigint, 'nor the name');
SELECT is(pg_temp.count_as('citizen2', format('SELECT count(*) FROM dossier WHERE id = ANY (%L)', (SELECT array_agg(dossier) FROM dossier_grant WHERE grantee = 2 AND purpose = 'TEST'))),
          1::bigint, 'a grant in force shows the dossier');
UPDATE dossier_grant SET revoked_at = now() WHERE purpose = 'TEST';
SELECT is(pg_temp.count_as('citizen2', format('SELECT count(*) FROM dossier WHERE id = ANY (%L)', (SELECT array_agg(dossier) FROM dossier_grant WHERE grantee = 2 AND purpose = 'TEST'))),
          0::bigint, 'one taken back does not');
UPDATE dossier_grant SET revoked_at = NULL, until = now() - interval '1 s' WHERE purpose = 'TEST';
SELECT is(pg_temp.count_as('citizen2', format('SELECT count(*) FROM dossier WHERE id = ANY (%L)', (SELECT array_agg(dossier) FROM dossier_grant WHERE grantee = 2 AND purpose = 'TEST'))),
          0::bigint, 'nor one that has run out');
SELECT is(pg_temp.count_as('officer', 'SELECT count(note_internal) FROM dossier_event') > 0, true, 'officers read internal notes');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(note_internal) FROM dossier_event'), -1::bigint, 'citizens do not');
SELECT is(pg_temp.count_as('partner', 'SELECT count(note_internal) FROM dossier_event'), -1::bigint, 'nor partners');
SELECT is(pg_temp.count_as('worker', 'SELECT count(name) FROM subject'), -1::bigint, 'the worker reads no names');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(address) FROM device'), -1::bigint, 'an address is for the worker alone');
SELECT is(pg_temp.count_as('public', 'SELECT count(*) FROM procedure_version') > 0, true, 'everybody reads the procedures');

SELECT * FROM pg_temp.act_as('citizen');
SELECT throws_ok($$UPDATE dossier SET state = 'RETURNED' WHERE applicant = 1$$, '42501', NULL, 'a citizen cannot write its own dossier');
SELECT throws_ok($$INSERT INTO dossier_event (dossier) VALUES (1)$$, '42501', NULL, 'nor an event');
SELECT throws_ok($$DELETE FROM idempotency$$, '42501', NULL, 'nor forget a key');
SELECT throws_ok($$SELECT next_dossier_code(13, now())$$, '42501', NULL, 'nor draw a code');
SELECT throws_ok($$CREATE TABLE motcua.mine (x int)$$, '42501', NULL, 'nor make a table');
SELECT * FROM pg_temp.act_as('worker');
SELECT throws_ok($$UPDATE device SET address = 'elsewhere'$$, '42501', NULL, 'the worker cannot redirect a device');
SELECT lives_ok($$UPDATE device SET disabled_at = now(), reason = 'UNREGISTERED' WHERE address = 'token-of-citizen2'$$, 'but gives it up');
SELECT throws_ok($$UPDATE dossier_event SET feed_no = 1$$, '42501', NULL, 'and numbers no event by hand');
SELECT * FROM pg_temp.act_as('admin');

-- The list query goes through its index under row-level security.
CREATE FUNCTION pg_temp.plan_of(p_query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_plan json;
BEGIN
    PERFORM pg_temp.act_as('citizen');
    EXECUTE 'EXPLAIN (FORMAT json) ' || p_query INTO v_plan;
    PERFORM pg_temp.act_as('admin');
    RETURN v_plan::text;
END $$;
SELECT matches(pg_temp.plan_of('SELECT id FROM dossier WHERE applicant = ANY (''{1}''::bigint[]) ORDER BY submitted_at DESC, id DESC LIMIT 20'),
               'dossier_applicant', 'the viewer''s list uses dossier_applicant');
SELECT matches(pg_temp.plan_of('SELECT id FROM dossier_event WHERE applicant = ANY (''{1}''::bigint[]) AND feed_no > 10 ORDER BY feed_no LIMIT 20'),
               'dossier_event_applicant', 'the feed uses dossier_event_applicant');
\ir include/end.psql
