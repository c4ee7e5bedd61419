-- Endpoints that a partner wants to be told at, and the secrets that messages to them are signed by. Called by
-- Mutation.addWebhookEndpoint, updateWebhookEndpoint, rotateWebhookSecret and removeWebhookEndpoint. The server has checked
-- where an address leads (lib/io/egress.h) and has sealed the secret. No address stands in the audit: it may hold a token.
-- Source: issue 4, migration 20261127001000_webhooks.sql.
SET ROLE motcua_definer;

-- May the caller change webhook endpoints of this partner and environment? NULL: yes, else the failure.
CREATE OR REPLACE FUNCTION webhooks_refusal(p_partner bigint, p_environment text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT coalesce(partner_refusal(p_partner, ARRAY[p_environment], 'webhooks.manage'),
                    CASE WHEN NOT partner_is_active(p_partner) THEN 'NOT_ALLOWED' END)
$$;

-- What is wrong with an endpoint, as problems; NULL: nothing. A part that is NULL is not looked at.
CREATE OR REPLACE FUNCTION webhook_problems(p_environment text, p_url text, p_kinds text[], p_description text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_agg(jsonb_build_object('path', path, 'vi', vi, 'en', en))
      FROM (VALUES
        (p_environment IN ('LIVE', 'TEST', 'TEAM'), 'environment', 'Môi trường phải là LIVE, TEST hoặc TEAM.',
         'The environment is LIVE, TEST or TEAM.'),
        (p_url NOT LIKE 'http:%' OR p_environment = 'TEST', 'url', 'Địa chỉ phải bắt đầu bằng https.', 'The address begins with https.'),
        (cardinality(p_kinds) <= 32 AND p_kinds <@ ARRAY(SELECT t.event FROM dossier_transition t), 'kinds', 'Có loại sự kiện không tồn tại.',
         'A kind of event is unknown.'),
        (length(p_description) BETWEEN 1 AND 200, 'description', 'Mô tả dài từ 1 đến 200 ký tự.', 'A description has 1 to 200 characters.')
      ) AS rule(ok, path, vi, en)
     WHERE ok IS FALSE
$$;

-- p_endpoint: taxCode (absent: the partner that asks), environment, url, kinds, description (absent: none). p_secret: sealed
-- for the row p_secret_id.
CREATE OR REPLACE FUNCTION add_webhook_endpoint(p_endpoint jsonb, p_secret_id uuid, p_secret bytea)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_partner     bigint := partner_named(p_endpoint->>'taxCode');
    v_environment text := p_endpoint->>'environment';
    v_kinds       text[] := ARRAY(SELECT DISTINCT k FROM jsonb_array_elements_text(p_endpoint->'kinds') AS k ORDER BY k);
    v_description text := normalize(p_endpoint->>'description', NFC);
    v_failure     text := webhooks_refusal(v_partner, v_environment);
    v_problems    jsonb;
    v_id          uuid;
    v_no          bigint;
BEGIN
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('partner:' || v_partner, 0));
    v_problems := webhook_problems(v_environment, p_endpoint->>'url', v_kinds, v_description);
    IF v_problems IS NULL AND (SELECT count(*) >= 10 FROM webhook_endpoint e WHERE e.partner = v_partner AND e.removed_at IS NULL) THEN
        v_problems := jsonb_build_array(jsonb_build_object('path', 'url', 'vi', 'Mỗi đối tác chỉ có tối đa 10 điểm nhận.',
                                                           'en', 'A partner has at most 10 endpoints.'));
    END IF;
    IF v_problems IS NOT NULL THEN
        RETURN QUERY SELECT 'GUARD_FAILED', NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    INSERT INTO webhook_endpoint (partner, environment, url, kinds, description)
    VALUES (v_partner, v_environment, p_endpoint->>'url', v_kinds, v_description)
    RETURNING id, no INTO v_id, v_no;
    INSERT INTO webhook_secret (id, endpoint, secret) VALUES (p_secret_id, v_id, p_secret);
    PERFORM audit_write('webhook.add', 'webhook_endpoint:' || v_id, jsonb_build_object('environment', v_environment, 'kinds', v_kinds));
    RETURN QUERY SELECT NULL::text, v_no, v_id, 1, NULL::jsonb;
END $$;

-- The endpoint, held for a change that the caller may make; else failure. One of a partner out of reach is not there.
CREATE OR REPLACE FUNCTION webhook_held(p_id uuid) RETURNS TABLE (failure text, no bigint, environment text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_endpoint webhook_endpoint;
BEGIN
    SELECT e.* INTO v_endpoint FROM webhook_endpoint e WHERE e.id = p_id AND e.removed_at IS NULL FOR UPDATE;
    RETURN QUERY SELECT webhooks_refusal(v_endpoint.partner, v_endpoint.environment), v_endpoint.no, v_endpoint.environment;
END $$;

-- What is NULL stays as it is.
CREATE OR REPLACE FUNCTION update_webhook_endpoint(p_id uuid, p_url text, p_kinds text[], p_state text, p_description text)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_failure     text;
    v_no          bigint;
    v_environment text;
    v_kinds       text[] := CASE WHEN p_kinds IS NOT NULL THEN ARRAY(SELECT DISTINCT k FROM unnest(p_kinds) AS k ORDER BY k) END;
    v_description text := normalize(p_description, NFC);
    v_problems    jsonb;
BEGIN
    SELECT h.failure, h.no, h.environment INTO v_failure, v_no, v_environment FROM webhook_held(p_id) AS h;
    IF v_failure IS NULL THEN
        v_problems := webhook_problems(v_environment, p_url, v_kinds, v_description);
        v_failure := CASE WHEN v_problems IS NOT NULL THEN 'GUARD_FAILED' END;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    UPDATE webhook_endpoint e
       SET url = coalesce(p_url, e.url), kinds = coalesce(v_kinds, e.kinds), description = coalesce(v_description, e.description),
           state = coalesce(p_state, e.state),
           disabled_at = CASE WHEN coalesce(p_state, e.state) = 'DISABLED' THEN coalesce(e.disabled_at, now()) END
     WHERE e.id = p_id;
    PERFORM audit_write('webhook.update', 'webhook_endpoint:' || p_id, jsonb_strip_nulls(jsonb_build_object(
        'url', CASE WHEN p_url IS NOT NULL THEN 'changed' END, 'kinds', v_kinds, 'state', p_state)));
    RETURN QUERY SELECT NULL::text, v_no, p_id, 1, NULL::jsonb;
END $$;

-- The secret before counts for 24 hours more, one before that no longer. p_secret: sealed for p_secret_id.
CREATE OR REPLACE FUNCTION rotate_webhook_secret(p_id uuid, p_secret_id uuid, p_secret bytea)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_failure text;
    v_no      bigint;
BEGIN
    SELECT h.failure, h.no INTO v_failure, v_no FROM webhook_held(p_id) AS h;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, NULL::jsonb;
        RETURN;
    END IF;
    DELETE FROM webhook_secret s WHERE s.endpoint = p_id AND s.until IS NOT NULL;
    UPDATE webhook_secret s SET until = now() + interval '24 hours' WHERE s.endpoint = p_id;
    INSERT INTO webhook_secret (id, endpoint, secret) VALUES (p_secret_id, p_id, p_secret);
    PERFORM audit_write('webhook.rotate', 'webhook_endpoint:' || p_id);
    RETURN QUERY SELECT NULL::text, v_no, p_id, 1, NULL::jsonb;
END $$;

CREATE OR REPLACE FUNCTION remove_webhook_endpoint(p_id uuid)
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_failure text;
    v_no      bigint;
BEGIN
    SELECT h.failure, h.no INTO v_failure, v_no FROM webhook_held(p_id) AS h;
    IF v_failure IS NULL THEN
        UPDATE webhook_endpoint e SET removed_at = now() WHERE e.id = p_id;
        DELETE FROM webhook_secret s WHERE s.endpoint = p_id;
        PERFORM audit_write('webhook.remove', 'webhook_endpoint:' || p_id);
    END IF;
    RETURN QUERY SELECT v_failure, v_no, CASE WHEN v_failure IS NULL THEN p_id END, 1, NULL::jsonb;
END $$;

GRANT EXECUTE ON FUNCTION add_webhook_endpoint(jsonb, uuid, bytea), update_webhook_endpoint(uuid, text, text[], text, text),
    rotate_webhook_secret(uuid, uuid, bytea), remove_webhook_endpoint(uuid) TO app_citizen, app_partner;
RESET ROLE;
