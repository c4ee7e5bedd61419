-- What other systems are told of dossiers: the same for every row of adapter. sync_tell is called with each event, in its
-- transaction; the rest by the worker as app_worker (sync_*, adapter_*), by Mutation.redriveSync and by Viewer.adapters.
--   A dossier's messages go out in order: its row of dossier_sync is their queue, and the second waits for the first one's
--   acknowledgement. A message whose answer is lost is sent again, with the same id: at least once.
-- Source: DOMAIN §2.3, §5.1 (SyncOutbox), §5.2 (sync; "every transition and its outbox rows commit in one transaction"); R30.
SET ROLE motcua_definer;

-- Of an event the adapters that are on want to know of. What a dossier was filed with there, they know, but not the fee that is due with
-- it; of what is RESTRICTED, only where it was filed; of the sandbox, never.
CREATE OR REPLACE FUNCTION sync_tell(p_dossier dossier, p_event uuid, p_name text, p_seq int) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_service adapter_service;
    v_from    boolean;
    v_at      timestamptz := clock_timestamp();
BEGIN
    IF p_dossier.sandbox THEN
        RETURN;
    END IF;
    IF p_name IN ('demandFee', 'changeChannel', 'refuseWithdraw', 'approveWithdraw') THEN
        PERFORM portal_wake(p_dossier.code);
    END IF;
    FOR v_service IN SELECT s.* FROM adapter a JOIN adapter_service s ON s.adapter = a.id WHERE a.is_on AND s.event = p_name ORDER BY a.id
    LOOP
        v_from := coalesce((SELECT s.came_from FROM dossier_sync s WHERE s.adapter = v_service.adapter AND s.dossier = p_dossier.id), false);
        CONTINUE WHEN CASE WHEN v_from THEN p_seq <= 2 AND NOT EXISTS (
                          SELECT FROM fee_demand f WHERE f.dossier = p_dossier.id AND f.paid_at IS NULL AND f.cancelled_at IS NULL) ELSE p_dossier.access_class = 'RESTRICTED' END;
        INSERT INTO sync_message (adapter, dossier, applicant, event, service, at)
        VALUES (v_service.adapter, p_dossier.id, p_dossier.applicant, p_event, v_service.service, v_at);
        INSERT INTO dossier_sync AS s (adapter, dossier, applicant, agency, came_from, state, waiting, oldest_at, due_at)
        VALUES (v_service.adapter, p_dossier.id, p_dossier.applicant, p_dossier.competent_agency, false, 'PENDING', 1, v_at, v_at)
        ON CONFLICT (adapter, dossier) DO UPDATE
           SET waiting = s.waiting + 1, oldest_at = coalesce(s.oldest_at, v_at),
               state = CASE s.state WHEN 'ACKED' THEN 'PENDING' ELSE s.state END,
               due_at = CASE s.state WHEN 'ACKED' THEN v_at ELSE s.due_at END;
    END LOOP;
END $$;

-- What is not to be told any more: the dossier has become RESTRICTED meanwhile. Part of a claim, which holds the row.
CREATE OR REPLACE FUNCTION sync_withhold(p_sync dossier_sync) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_sync.came_from OR (SELECT d.access_class = 'OPEN' FROM dossier d WHERE d.id = p_sync.dossier) THEN
        RETURN false;
    END IF;
    DELETE FROM sync_message m WHERE m.adapter = p_sync.adapter AND m.dossier = p_sync.dossier;
    DELETE FROM dossier_sync s WHERE s.adapter = p_sync.adapter AND s.dossier = p_sync.dossier;
    RETURN true;
END $$;

-- The first message of each dossier whose turn it is, longest due first: this worker's for p_lease_s, in which it answers by
-- sync_finish. Times are the event's, dates and details the dossier's as it stands. try: which try it is.
CREATE OR REPLACE FUNCTION sync_claim(p_adapter text, p_limit int, p_lease_s int)
RETURNS TABLE (message bigint, try int, tries_max int, service text, event text, event_id uuid, is_first boolean, code text, procedure text, agency text,
               agency_name text, channel text, national_code int, state_name text, actor text, at timestamptz, filed_at timestamptz,
               received_at timestamptz, due_at timestamptz, finished_at timestamptz, details text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_sync dossier_sync;
BEGIN
    FOR v_sync IN SELECT s.* FROM dossier_sync s
                   WHERE s.adapter = p_adapter AND s.state IN ('PENDING', 'SENT') AND s.due_at <= statement_timestamp()
                   ORDER BY s.due_at LIMIT least(greatest(p_limit, 1), 100) FOR UPDATE SKIP LOCKED
    LOOP
        CONTINUE WHEN sync_withhold(v_sync);
        UPDATE dossier_sync s SET state = 'SENT', sent_at = clock_timestamp(), tries = s.tries + 1, due_at = now() + make_interval(secs => p_lease_s)
         WHERE s.adapter = v_sync.adapter AND s.dossier = v_sync.dossier;
        RETURN QUERY
        SELECT m.id, v_sync.tries + 1, a.tries_max, m.service, e.event, e.id, NOT v_sync.came_from AND v_sync.acked_seq IS NULL, d.code, p.code, r.code, c.name, d.channel, t.national_code, t.name_vi,
               CASE e.actor_kind WHEN 'OFFICER' THEN e.actor_name END, e.at, d.submitted_at, d.received_at, d.due_at, d.finished_at,
               sync_details(d, NOT v_sync.came_from AND v_sync.acked_seq IS NULL)::text
          FROM (SELECT x.* FROM sync_message x WHERE x.adapter = v_sync.adapter AND x.dossier = v_sync.dossier ORDER BY x.id LIMIT 1) AS m
          JOIN adapter a ON a.id = m.adapter
          JOIN dossier_event e ON e.id = m.event
          JOIN dossier_state t ON t.id = e.to_state
          JOIN dossier d ON d.id = m.dossier
          JOIN procedure_version v ON v.id = d.procedure_version
          JOIN procedure p ON p.id = v.procedure
          JOIN agency r ON r.id = d.received_agency
          JOIN agency c ON c.id = d.competent_agency;
    END LOOP;
END $$;

-- What became of messages claimed as try p_tries: ACKED, RETRY (tried again after the wait, unless that was the last one it has),
-- PAUSE (as the adapter asks: the same without a try, for adapter.pauses_max_s from the first one on), HOLD (not sent: without a
-- try), or REFUSED (given up at once). What another has finished meanwhile is left alone. Gives how many were given up.
CREATE OR REPLACE FUNCTION sync_finish(p_messages bigint[], p_tries bigint[], p_outcomes text[], p_waits_ms bigint[], p_whys text[]) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_done  record;
    v_sync  dossier_sync;
    v_free  boolean;
    v_dead  boolean;
    v_count int := 0;
BEGIN
    FOR v_done IN SELECT r.*, m.adapter, m.dossier, e.seq, a.tries_max, make_interval(secs => a.pauses_max_s) AS pauses_max
                    FROM unnest(p_messages, p_tries, p_outcomes, p_waits_ms, p_whys) AS r(message, try, outcome, wait_ms, why)
                    JOIN sync_message m ON m.id = r.message
                    JOIN dossier_event e ON e.id = m.event
                    JOIN adapter a ON a.id = m.adapter
                   ORDER BY m.adapter, m.dossier
    LOOP
        SELECT s.* INTO v_sync FROM dossier_sync s WHERE s.adapter = v_done.adapter AND s.dossier = v_done.dossier FOR UPDATE;
        IF v_done.outcome = 'ACKED' THEN
            DELETE FROM sync_message m WHERE m.id = v_done.message;
            CONTINUE WHEN NOT FOUND;
            UPDATE dossier_sync s
               SET waiting = s.waiting - 1, state = CASE s.waiting WHEN 1 THEN 'ACKED' ELSE 'PENDING' END,
                   oldest_at = (SELECT min(m.at) FROM sync_message m WHERE m.adapter = s.adapter AND m.dossier = s.dossier),
                   due_at = now(), tries = 0, paused_at = NULL, why = NULL, acked_at = clock_timestamp(), acked_seq = v_done.seq,
                   failed_at = NULL
             WHERE s.adapter = v_done.adapter AND s.dossier = v_done.dossier;
        ELSIF v_sync.state = 'SENT' AND v_sync.tries = v_done.try THEN
            v_free := v_done.outcome = 'HOLD' OR v_done.outcome = 'PAUSE' AND coalesce(v_sync.paused_at, 'infinity') > clock_timestamp() - v_done.pauses_max;
            v_dead := v_done.outcome = 'REFUSED' OR NOT v_free AND v_done.try >= v_done.tries_max;
            v_count := v_count + v_dead::int;
            UPDATE dossier_sync s
               SET state = CASE WHEN v_dead THEN 'FAILED' ELSE 'PENDING' END, failed_at = CASE WHEN v_dead THEN clock_timestamp() END,
                   tries = s.tries - v_free::int, paused_at = coalesce(s.paused_at, CASE v_done.outcome WHEN 'PAUSE' THEN clock_timestamp() END),
                   why = CASE v_done.outcome WHEN 'HOLD' THEN s.why ELSE v_done.why END,
                   due_at = now() + make_interval(secs => v_done.wait_ms / 1000.0)
             WHERE s.adapter = v_done.adapter AND s.dossier = v_done.dossier;
        END IF;
    END LOOP;
    RETURN v_count;
END $$;

-- A worker that knows where an adapter is turns it on. True: it was off.
CREATE OR REPLACE FUNCTION adapter_on(p_adapter text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE adapter SET is_on = true WHERE id = p_adapter AND NOT is_on;
    RETURN FOUND;
END $$;

-- Is it time to pull the adapter's catalogue? Then it is the caller's to do; should it fail, it is somebody's again in five minutes.
CREATE OR REPLACE FUNCTION adapter_pull_claim(p_adapter text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    UPDATE adapter SET pull_due_at = now() + interval '5 minutes' WHERE id = p_adapter AND is_on AND pull_every_s IS NOT NULL AND pull_due_at <= now();
    RETURN FOUND;
END $$;

-- It asks to be left alone so long.
CREATE OR REPLACE FUNCTION adapter_pull_pause(p_adapter text, p_wait_ms bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE adapter SET pull_due_at = now() + make_interval(secs => p_wait_ms / 1000.0) WHERE id = p_adapter
$$;

-- It is here in full.
CREATE OR REPLACE FUNCTION adapter_pulled(p_adapter text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE adapter SET pulled_at = now(), pull_due_at = now() + make_interval(secs => pull_every_s) WHERE id = p_adapter
$$;

-- How each adapter is doing. Counts stop at 10,000: a figure must not grow dearer with what it warns of.
CREATE OR REPLACE FUNCTION adapter_state()
RETURNS TABLE (id text, name_vi text, name_en text, is_on boolean, waiting bigint, failed bigint, quarantined bigint, lag_s bigint, is_late boolean,
               acked_at timestamptz, pulled_at timestamptz, is_pull_late boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT a.id, a.name_vi, a.name_en, a.is_on, w.waiting, f.failed, q.quarantined, l.lag_s, l.lag_s > a.lag_alarm_s,
           (SELECT max(s.acked_at) FROM dossier_sync s WHERE s.adapter = a.id AND s.acked_at IS NOT NULL),
           a.pulled_at, coalesce(a.is_on AND coalesce(a.pulled_at, '-infinity') < now() - make_interval(secs => a.pull_alarm_s), false)
      FROM adapter a
     CROSS JOIN LATERAL (SELECT count(*) AS waiting FROM (SELECT FROM dossier_sync s WHERE s.adapter = a.id AND s.waiting > 0 LIMIT 10000) AS x) AS w
     CROSS JOIN LATERAL (SELECT count(*) AS failed FROM (SELECT FROM dossier_sync s WHERE s.adapter = a.id AND s.state = 'FAILED' LIMIT 10000) AS x) AS f
     CROSS JOIN LATERAL (SELECT count(*) AS quarantined FROM (SELECT FROM portal_message m WHERE m.adapter = a.id AND m.state = 'QUARANTINED' LIMIT 10000) AS x) AS q
     CROSS JOIN LATERAL (SELECT greatest(0, coalesce(extract(epoch FROM clock_timestamp() - min(s.oldest_at)), 0))::bigint AS lag_s
                           FROM dossier_sync s WHERE s.adapter = a.id AND s.waiting > 0) AS l
     ORDER BY a.id
$$;

-- The same for who inspects or administers; nothing for anybody else.
CREATE OR REPLACE FUNCTION adapter_figures()
RETURNS TABLE (id text, name_vi text, name_en text, is_on boolean, waiting bigint, failed bigint, quarantined bigint, lag_s bigint, is_late boolean,
               acked_at timestamptz, pulled_at timestamptz, is_pull_late boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT f.* FROM adapter_state() AS f WHERE kind() = 'OFFICER' AND me() IS NOT NULL AND roles() && ARRAY['INSPECTOR', 'ADMINISTRATOR']
$$;

-- A dossier whose message was given up is told of again. failure: NOT_FOUND, unknown or not the caller's to see; NOT_ALLOWED, he
-- neither heads nor administers an agency of it; STALE_STATE, nothing was given up. id and seq are the dossier's.
CREATE OR REPLACE FUNCTION redrive_sync(p_code text, p_adapter text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_dossier dossier;
    v_failure text;
BEGIN
    SELECT * INTO v_dossier FROM dossier_in_reach(p_code);
    v_failure := CASE WHEN v_dossier.id IS NULL THEN 'NOT_FOUND'
                      WHEN (kind() = 'OFFICER' AND roles() && ARRAY['HEAD', 'ADMINISTRATOR']) IS NOT TRUE THEN 'NOT_ALLOWED' END;
    IF v_failure IS NULL THEN
        UPDATE dossier_sync s SET state = 'PENDING', tries = 0, paused_at = NULL, why = NULL, failed_at = NULL, due_at = now()
         WHERE s.adapter = p_adapter AND s.dossier = v_dossier.id AND s.state = 'FAILED';
        v_failure := CASE WHEN NOT FOUND THEN 'STALE_STATE' END;
    END IF;
    IF v_failure IS NULL THEN
        PERFORM audit_write('sync.redrive', 'dossier:' || v_dossier.public_id, jsonb_build_object('adapter', p_adapter));
    END IF;
    RETURN QUERY SELECT v_failure, CASE WHEN v_failure IS DISTINCT FROM 'NOT_FOUND' THEN v_dossier.id END,
                        CASE WHEN v_failure IS NULL THEN v_dossier.public_id END, CASE WHEN v_failure IS DISTINCT FROM 'NOT_FOUND' THEN v_dossier.seq END, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION sync_claim(text, int, int), sync_finish(bigint[], bigint[], text[], bigint[], text[]), adapter_on(text), adapter_state(), adapter_pull_claim(text),
    adapter_pull_pause(text, bigint), adapter_pulled(text) TO app_worker;
GRANT EXECUTE ON FUNCTION adapter_state() TO app_service;
GRANT EXECUTE ON FUNCTION adapter_figures(), redrive_sync(text, text) TO app_officer;
RESET ROLE;
