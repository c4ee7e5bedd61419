-- Bulk submission: a partner queues a job of up to 1,000 items; a worker does them, a batch in each transaction.
-- Called by Mutation.submitBulk as the partner (submit_bulk) and by the worker as app_worker (bulk_work, bulk_prune).
-- An item and its dossier are written by one transaction, so that each is done once whatever dies in between.
-- Source: DOMAIN R6, §5.6.
SET ROLE motcua_definer;

-- May this session of the partner hand in dossiers now?
CREATE OR REPLACE FUNCTION bulk_allowed(p_partner bigint, p_session uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT EXISTS (SELECT FROM session s JOIN partner p ON p.id = s.subject
                    WHERE s.id = p_session AND s.kind = 'PARTNER' AND s.subject = p_partner AND p.state = 'ACTIVE'
                      AND s.ended_at IS NULL AND s.expires_at > now() AND 'dossiers.submit' = ANY (s.scopes))
$$;

-- What is wrong with the items as a list: [{path, vi, en}], of 20 items at most; NULL when nothing is.
CREATE OR REPLACE FUNCTION bulk_problems(p_items jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH item AS (
        SELECT no - 1 AS place, i->>'reference' AS reference, count(*) OVER (PARTITION BY i->>'reference') AS namesakes,
               greatest(length(i->>'procedure'), length(i->>'agency'), length(i->>'applicant'), length(i->'place'->>'code'),
                        length(i->>'supportAgency'), length(i->>'case')) AS longest
          FROM jsonb_array_elements(p_items) WITH ORDINALITY AS list(i, no)
    ), wrong AS (
        SELECT place, path, vi, en
          FROM item CROSS JOIN LATERAL (VALUES
            (length(reference) BETWEEN 1 AND 64, format('items.%s.reference', place),
             'Số tham chiếu dài từ 1 đến 64 ký tự.', 'A reference has 1 to 64 characters.'),
            (namesakes = 1, format('items.%s.reference', place),
             'Số tham chiếu này có hai lần trong lô.', 'This reference stands twice in the job.'),
            (longest <= 64, format('items.%s', place), 'Có mã dài quá 64 ký tự.', 'A code has more than 64 characters.')
          ) AS rule(ok, path, vi, en)
         WHERE ok IS NOT TRUE
         ORDER BY place LIMIT 20
    )
    SELECT CASE WHEN jsonb_array_length(p_items) BETWEEN 1 AND 1000
                THEN (SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en) ORDER BY place) FROM wrong)
                ELSE jsonb_build_array(jsonb_build_object('path', 'items', 'vi', 'Một lô có từ 1 đến 1.000 hồ sơ.',
                                                          'en', 'A job has 1 to 1,000 items.')) END
$$;

-- p_items: [{reference, procedure, agency, applicant, channel, place: {code, on}, supportAgency, case, consent, parts}]. With RATE_LIMITED,
-- seq is how many seconds to wait.
CREATE OR REPLACE FUNCTION submit_bulk(p_items jsonb)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_waiting_max CONSTANT int := 10; -- jobs of a partner that are not done
    c_wait_s      CONSTANT int := 10;
    v_problems    jsonb;
    v_id          bigint;
    v_public_id   uuid;
BEGIN
    IF (kind() = 'PARTNER' AND bulk_allowed(me(), current_session())) IS NOT TRUE THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    v_problems := bulk_problems(p_items);
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('bulk:' || me(), 0));
    IF (SELECT count(*) FROM bulk_job WHERE partner = me() AND state <> 'DONE') >= c_waiting_max THEN
        RETURN QUERY SELECT 'RATE_LIMITED', NULL::bigint, NULL::uuid, c_wait_s, NULL::jsonb;
        RETURN;
    END IF;

    INSERT INTO bulk_job (partner, session, environment, total)
    SELECT me(), s.id, s.environment, jsonb_array_length(p_items) FROM session s WHERE s.id = current_session()
    RETURNING id, public_id INTO v_id, v_public_id;
    INSERT INTO bulk_item (job, no, reference, procedure, agency, applicant, channel, place, case_code, filed)
    SELECT v_id, no, i->>'reference', i->>'procedure', i->>'agency', i->>'applicant', i->>'channel',
           nullif(jsonb_strip_nulls(jsonb_build_object('code', i->'place'->'code', 'on', i->'place'->'on', 'support', i->'supportAgency')), '{}'),
           i->>'case', jsonb_strip_nulls(jsonb_build_object('consent', i->'consent', 'parts', i->'parts'))
      FROM jsonb_array_elements(p_items) WITH ORDINALITY AS list(i, no);
    PERFORM audit_write('bulk.submit', 'bulk_job:' || v_public_id, jsonb_build_object('items', jsonb_array_length(p_items)));
    RETURN QUERY SELECT NULL::text, v_id, v_public_id, jsonb_array_length(p_items), NULL::jsonb;
END $$;

-- From here to the end of the transaction the caller is the partner with the rights of the job's session, and the
-- functions that test who asks see nobody else (kind()).
CREATE OR REPLACE FUNCTION bulk_identify(p_session uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT set_config('app.viewer', format('%s|%s|%s||||%s|%s|%s', s.kind, s.subject, v.subjects, s.id, array_to_string(s.scopes, ' '),
                                           s.environment), true)
      FROM session s CROSS JOIN LATERAL session_viewer(s.id) AS v
     WHERE s.id = p_session
$$;

-- One item, by submitDossier's own function. Everything of a failed one is undone. False: somebody else holds what it
-- needs; it is tried again later.
CREATE OR REPLACE FUNCTION bulk_do(p_item bulk_item) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_applicant bigint;
    v_made      record;
BEGIN
    -- Nobody's, when nobody knows it.
    IF p_item.applicant IS NOT NULL THEN
        v_applicant := coalesce((SELECT s.id FROM subject s WHERE s.public_id =
            CASE WHEN p_item.applicant ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN p_item.applicant::uuid END), 0);
    END IF;
    SELECT * INTO v_made FROM submit_dossier(p_item.procedure, p_item.agency, v_applicant, p_item.channel, p_item.place, p_item.case_code, p_item.filed);
    UPDATE bulk_item SET state = CASE WHEN v_made.failure IS NULL THEN 'DONE' ELSE 'FAILED' END,
           dossier = v_made.dossier_id, failure = v_made.failure, problems = v_made.problems,
           code = (SELECT d.code FROM dossier d WHERE d.id = v_made.dossier_id)
     WHERE job = p_item.job AND no = p_item.no;
    RETURN true;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN
        RETURN false;
    WHEN OTHERS THEN
        RAISE LOG 'bulk item failed: %', SQLSTATE;
        UPDATE bulk_item SET state = 'FAILED', failure = 'INTERNAL' WHERE job = p_item.job AND no = p_item.no;
        RETURN true;
END $$;

-- The next batch of whoever has waited longest: at most p_limit items of one job, fewer when they take long, since what
-- it holds (an agency's last number) others wait for. No row when there is nothing to do. line is what the streams of
-- the partner are rung with; again, whether to call at once.
CREATE OR REPLACE FUNCTION bulk_work(p_limit int) RETURNS TABLE (done int, failed int, line text, again boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_enough CONSTANT interval := interval '200 ms';
    v_job    bulk_job;
    v_item   bulk_item;
    v_state  text;
    v_done   int := 0;
    v_failed int := 0;
    v_again  boolean := true;
BEGIN
    -- A partner's first unfinished job alone: who finds it held by another worker takes another partner's.
    SELECT j.* INTO v_job FROM bulk_job j
     WHERE j.state <> 'DONE' AND j.id = ANY (ARRAY(SELECT min(w.id) FROM bulk_job w WHERE w.state <> 'DONE' GROUP BY w.partner))
     ORDER BY (SELECT max(s.served_at) FROM bulk_job s WHERE s.partner = j.partner) NULLS FIRST, j.id
     LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF bulk_allowed(v_job.partner, v_job.session) THEN
        PERFORM bulk_identify(v_job.session);
        -- In the order of agencies, so that two batches never wait for each other's numbers.
        FOR v_item IN SELECT (i).* FROM (SELECT i FROM bulk_item i WHERE i.job = v_job.id AND i.state = 'WAITING'
                                          ORDER BY i.no LIMIT least(greatest(p_limit, 1), 1000)) AS next
                       ORDER BY (i).agency, (i).no
        LOOP
            v_again := bulk_do(v_item);
            v_state := (SELECT i.state FROM bulk_item i WHERE i.job = v_item.job AND i.no = v_item.no);
            v_done := v_done + (v_state = 'DONE')::int;
            v_failed := v_failed + (v_state = 'FAILED')::int;
            EXIT WHEN NOT v_again OR clock_timestamp() - statement_timestamp() > c_enough;
        END LOOP;
    ELSE
        UPDATE bulk_item SET state = 'FAILED', failure = 'NOT_ALLOWED' WHERE job = v_job.id AND state = 'WAITING';
        GET DIAGNOSTICS v_failed = ROW_COUNT;
    END IF;
    UPDATE bulk_job j
       SET done = j.done + v_done, failed = j.failed + v_failed, served_at = clock_timestamp(),
           state = CASE WHEN j.done + v_done + j.failed + v_failed = j.total THEN 'DONE' ELSE 'RUNNING' END,
           finished_at = CASE WHEN j.done + v_done + j.failed + v_failed = j.total THEN clock_timestamp() END
     WHERE j.id = v_job.id;
    RETURN QUERY SELECT v_done, v_failed,
                        format('0|%s|%s|%2$s||', v_job.public_id, v_job.partner), v_again;
END $$;

-- Jobs that were done seven days ago, with their items; at most 10 a call. Gives how many.
CREATE OR REPLACE FUNCTION bulk_prune() RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH gone AS (
        DELETE FROM bulk_job WHERE id = ANY (ARRAY(
            SELECT id FROM bulk_job WHERE state = 'DONE' AND finished_at < now() - interval '7 days' LIMIT 10))
        RETURNING 1)
    SELECT count(*)::int FROM gone
$$;

GRANT EXECUTE ON FUNCTION submit_bulk(jsonb) TO app_partner;
GRANT EXECUTE ON FUNCTION bulk_work(int), bulk_prune() TO app_worker;
RESET ROLE;
