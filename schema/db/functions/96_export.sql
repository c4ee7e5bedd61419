-- Copies of a person's own data: asked for by Mutation.requestExport, made by the worker, fetched at /exports/<id> as the
-- person (row-level security of export_file). Source: Luật 91/2025/QH15 (right to a copy) [K].
SET ROLE motcua_definer;

-- A dossier with what its applicant may read of it, and who has looked at it.
CREATE OR REPLACE FUNCTION export_of_dossier(p_dossier dossier) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_build_object('id', p_dossier.public_id, 'code', p_dossier.code, 'externalDossierNo', p_dossier.external_no, 'procedure', v.name, 'state', p_dossier.state,
        'channel', p_dossier.channel, 'receivedAgency', r.name, 'competentAgency', c.name, 'submittedAt', p_dossier.submitted_at,
        'receivedAt', p_dossier.received_at, 'dueAt', p_dossier.due_at, 'finishedAt', p_dossier.finished_at,
        'outcome', p_dossier.outcome, 'result', p_dossier.e_result, 'delivery', p_dossier.delivery,
        'place', (SELECT jsonb_build_object('given', g.name, 'unit', u.name, 'supportAgency', h.name) FROM dossier_place l
                    LEFT JOIN unit g ON g.id = l.given LEFT JOIN unit u ON u.id = l.unit LEFT JOIN agency h ON h.id = l.support_agency
                   WHERE l.dossier = p_dossier.id),
        'form', (SELECT f.fields FROM dossier_form f WHERE f.dossier = p_dossier.id),
        'events', (SELECT jsonb_agg(jsonb_build_object('id', e.id, 'seq', e.seq, 'at', e.at, 'event', e.event, 'from', e.from_state, 'to', e.to_state,
                                    'actor', CASE WHEN e.actor_kind <> 'CITIZEN' OR e.actor_id = p_dossier.applicant THEN e.actor_name END,
                                    'note', e.note, 'consent', e.consent) ORDER BY e.seq)
                     FROM dossier_event e WHERE e.dossier = p_dossier.id),
        'supplements', (SELECT jsonb_agg(jsonb_build_object('reason', r.reason, 'until', r.until, 'askedAt', r.asked_at, 'resolution', r.resolution,
                                             'items', (SELECT jsonb_agg(jsonb_build_object('name', i.name, 'note', i.note, 'receivedAt', i.received_at) ORDER BY i.no)
                                                         FROM supplement_item i WHERE i.request = r.id)) ORDER BY r.id)
                          FROM supplement_request r WHERE r.dossier = p_dossier.id),
        'tasks', (SELECT jsonb_agg(jsonb_build_object('title', k.title, 'agency', a.name, 'due', k.due_at, 'state', k.stage) ORDER BY k.no)
                    FROM inter_agency_task k JOIN agency a ON a.id = k.agency WHERE k.dossier = p_dossier.id),
        'fees', (SELECT jsonb_agg(jsonb_build_object('what', f.what, 'amountDong', f.amount_dong, 'until', f.until, 'method', f.method, 'paidAt', f.paid_at,
                          'amountReason', f.amount_reason, 'exemptedAt', f.exempted_at, 'exemptReason', f.exempt_reason, 'exemptBasis', f.exempt_basis, 'refundedAt', f.refunded_at) ORDER BY f.no)
                   FROM fee_demand f WHERE f.dossier = p_dossier.id),
        'pauses', (SELECT jsonb_agg(jsonb_build_object('reason', s.reason, 'from', s.from_at, 'to', s.to_at) ORDER BY s.no)
                     FROM dossier_pause s WHERE s.dossier = p_dossier.id),
        'extensions', (SELECT jsonb_agg(jsonb_build_object('at', x.at, 'oldDue', x.old_due, 'newDue', x.new_due, 'reason', x.reason) ORDER BY x.no)
                         FROM dossier_extension x WHERE x.dossier = p_dossier.id),
        'forms', (SELECT jsonb_agg(jsonb_build_object('kind', f.kind, 'number', f.number, 'at', f.at, 'body', f.body) ORDER BY f.at, f.id)
                    FROM issued_form f WHERE f.dossier = p_dossier.id AND f.state = 'ISSUED'),
        'parts', (SELECT jsonb_agg(jsonb_build_object('no', t.no, 'name', t.name, 'source', t.source, 'paper', w.public_id) ORDER BY t.no)
                    FROM dossier_part t JOIN stored_paper w ON w.id = t.paper WHERE t.dossier = p_dossier.id),
        'announcedParts', (SELECT jsonb_agg(a.name_vi ORDER BY a.position) FROM announced_part a WHERE a.dossier = p_dossier.id),
        'accesses', (SELECT jsonb_agg(jsonb_build_object('at', l.at, 'what', l.what, 'by', l.actor_kind, 'id', coalesce(o.public_id, s.public_id),
                                      'name', CASE l.actor_kind WHEN 'OFFICER' THEN o.name WHEN 'PARTNER' THEN s.name END, 'agency', g.name) ORDER BY l.at, l.no)
                       FROM access_log l
                       LEFT JOIN officer o ON o.id = l.actor_id AND l.actor_kind = 'OFFICER'
                       LEFT JOIN agency g ON g.id = o.agency
                       LEFT JOIN subject s ON s.id = l.actor_id AND l.actor_kind <> 'OFFICER'
                      WHERE l.dossier = p_dossier.id))
      FROM procedure_version v, agency r, agency c
     WHERE v.id = p_dossier.procedure_version AND r.id = p_dossier.received_agency AND c.id = p_dossier.competent_agency
$$;

-- All we hold of a person, as one JSON object; nothing of anybody else: others are named by their public ids, but for
-- officers and organisations, who act in public. The personal number is sealed with a key that is not in the database.
CREATE OR REPLACE FUNCTION export_of(p_subject bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT jsonb_build_object(
        'format', 'motcua-export/1', 'madeAt', now(),
        'notes', jsonb_build_array(
            'Số định danh cá nhân chỉ được lưu ở dạng mã hóa và không có trong tệp này.',
            'The personal number is kept encrypted only and is not in this file.'),
        'person', jsonb_build_object('id', s.public_id, 'name', s.name, 'locale', s.locale, 'bornOn', p.born_on,
            'residence', (SELECT u.name FROM unit u WHERE (u.code, u.valid_from) = (p.unit_code, p.unit_valid_from)),
            'personalNumberKept', p.personal_no IS NOT NULL),
        'signInBy', (SELECT jsonb_agg(jsonb_build_object('issuer', l.issuer, 'issuerSubject', l.issuer_subject, 'since', l.since) ORDER BY l.since, l.issuer)
                       FROM identity_link l WHERE l.subject = s.id),
        'sessions', (SELECT jsonb_agg(jsonb_build_object('id', x.id, 'device', x.device, 'createdAt', x.created_at, 'lastSeenAt', x.last_seen_at,
                                                         'expiresAt', x.expires_at, 'endedAt', x.ended_at, 'endedWhy', x.ended_why) ORDER BY x.created_at, x.id)
                       FROM session x WHERE x.subject = s.id AND x.kind = 'CITIZEN'),
        'devices', (SELECT jsonb_agg(jsonb_build_object('id', d.public_id, 'kind', d.kind, 'locale', d.locale, 'registeredAt', d.registered_at) ORDER BY d.id)
                      FROM device d WHERE d.owner_subject = s.id),
        'seats', (SELECT jsonb_agg(jsonb_build_object('organisation', o.name, 'role', t.role, 'since', t.since, 'until', t.until,
                                                      'withdrawnAt', t.withdrawn_at) ORDER BY t.since, o.id)
                    FROM seat t JOIN subject o ON o.id = t.organisation WHERE t.person = s.id),
        'grants', (SELECT jsonb_agg(jsonb_build_object('dossier', d.code, 'kind', g.kind, 'givenTo', e.public_id, 'fields', g.fields, 'purpose', g.purpose,
                                                       'createdAt', g.created_at, 'until', g.until,
                                                       'revokedAt', g.revoked_at) ORDER BY g.until, d.code)
                     FROM dossier_grant g JOIN dossier d ON d.id = g.dossier JOIN subject e ON e.id = g.grantee WHERE g.applicant = s.id),
        'grantsReceived', (SELECT jsonb_agg(jsonb_build_object('kind', g.kind, 'givenBy', a.public_id, 'fields', g.fields, 'purpose', g.purpose, 'until', g.until,
                                                               'revokedAt', g.revoked_at) ORDER BY g.until, a.id)
                             FROM dossier_grant g JOIN subject a ON a.id = g.applicant WHERE g.grantee = s.id),
        'delegations', (SELECT jsonb_agg(jsonb_build_object('givenBy', f.public_id, 'givenTo', t.public_id, 'purpose', g.purpose, 'createdAt', g.created_at,
                                                            'until', g.until, 'revokedAt', g.revoked_at) ORDER BY g.no)
                          FROM delegation g JOIN subject f ON f.id = g.delegator JOIN subject t ON t.id = g.delegate WHERE s.id IN (g.delegator, g.delegate)),
        'papers', (SELECT jsonb_agg(jsonb_build_object('id', p.public_id, 'kind', p.kind, 'title', p.title, 'mediaType', p.media_type, 'bytes', p.bytes,
                                                       'validFrom', p.valid_from, 'validUntil', p.valid_until, 'source', p.source, 'state', p.state,
                                                       'reuses', p.reuses, 'createdAt', p.created_at, 'removedAt', p.removed_at) ORDER BY p.id)
                     FROM stored_paper p WHERE p.owner = s.id AND NOT p.withheld),
        'uploads', (SELECT jsonb_agg(jsonb_build_object('id', u.id, 'mediaType', u.media_type, 'bytes', u.length, 'state', u.state, 'createdAt', u.created_at,
                                                        'expiresAt', u.expires_at) ORDER BY u.created_at, u.id)
                      FROM upload u WHERE u.creator = s.id),
        'drafts', (SELECT jsonb_agg(jsonb_build_object('id', d.public_id, 'procedure', v.name, 'updatedAt', d.updated_at, 'expiresAt', d.expires_at,
                                    'fields', (SELECT jsonb_object_agg(f.name, f.value) FROM draft_field f WHERE f.draft = d.id)) ORDER BY d.id)
                     FROM draft d JOIN procedure_form x ON x.id = d.form JOIN procedure_version v ON v.id = x.procedure_version WHERE d.owner = s.id),
        'dossiers', (SELECT jsonb_agg(export_of_dossier(d) ORDER BY d.submitted_at, d.id) FROM dossier d WHERE d.applicant = s.id),
        'audit', (SELECT jsonb_agg(jsonb_build_object('at', a.at, 'by', a.actor_kind, 'act', a.act, 'object', a.object, 'body', a.body) ORDER BY a.at, a.id)
                    FROM audit a WHERE a.actor_kind = 'CITIZEN' AND a.actor_id = s.id OR a.object = 'subject:' || s.public_id))
      FROM subject s JOIN person p ON p.id = s.id WHERE s.id = p_subject
$$;

-- id is the file's number, public_id its name; one that waits is given again. At most 5 in 24 hours.
CREATE OR REPLACE FUNCTION request_export()
RETURNS TABLE (failure text, id bigint, public_id uuid, seq int, problems jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_file     export_file;
    v_problems jsonb;
    v_failure  text := CASE WHEN kind() IS DISTINCT FROM 'CITIZEN' OR me() IS NULL THEN 'NOT_ALLOWED'
                            WHEN NOT stepped_up() THEN 'STEP_UP_REQUIRED' END;
BEGIN
    IF v_failure IS NULL THEN
        PERFORM FROM subject s WHERE s.id = me() FOR NO KEY UPDATE;
        SELECT f.* INTO v_file FROM export_file f WHERE f.subject = me() AND f.state = 'WAITING';
        IF NOT FOUND AND (SELECT count(*) >= 5 FROM export_file f
                           WHERE f.subject = me() AND f.requested_at > now() - interval '24 hours') THEN
            v_failure := 'GUARD_FAILED';
            v_problems := jsonb_build_array(jsonb_build_object('path', '', 'vi', 'Mỗi ngày chỉ yêu cầu được 5 bản sao dữ liệu.',
                                                               'en', 'At most 5 copies can be asked for in a day.'));
        END IF;
    END IF;
    IF v_failure IS NOT NULL THEN
        RETURN QUERY SELECT v_failure, NULL::bigint, NULL::uuid, NULL::int, v_problems;
        RETURN;
    END IF;
    IF v_file.id IS NULL THEN
        INSERT INTO export_file (subject) VALUES (me()) RETURNING * INTO v_file;
        PERFORM audit_write('privacy.export', 'subject:' || (SELECT s.public_id FROM subject s WHERE s.id = me()));
    END IF;
    RETURN QUERY SELECT NULL::text, v_file.no, v_file.id, 1, NULL::jsonb;
END $$;

-- Makes at most p_limit files that wait; gives how many. One that cannot be made, or is over 8 MiB, has failed.
CREATE OR REPLACE FUNCTION export_build(p_limit int) RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_file    export_file;
    v_content bytea;
    v_count   int := 0;
BEGIN
    FOR v_file IN SELECT * FROM export_file WHERE state = 'WAITING' ORDER BY requested_at LIMIT least(greatest(p_limit, 0), 100)
                     FOR UPDATE SKIP LOCKED
    LOOP
        BEGIN
            v_content := convert_to(jsonb_pretty(jsonb_strip_nulls(export_of(v_file.subject))), 'UTF8');
            UPDATE export_file SET state = 'READY', content = v_content, bytes = octet_length(v_content), ready_at = clock_timestamp(),
                                   expires_at = clock_timestamp() + interval '24 hours'
             WHERE id = v_file.id;
        -- Whatever is wrong with one person's file must not keep the others waiting.
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            UPDATE export_file SET state = 'FAILED', ready_at = clock_timestamp() WHERE id = v_file.id;
        END;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Forgets files whose day is over, at most 1,000 a call; gives how many.
CREATE OR REPLACE FUNCTION exports_prune() RETURNS int
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH gone AS (
        DELETE FROM export_file WHERE id = ANY (ARRAY(SELECT id FROM export_file WHERE expires_at <= now() LIMIT 1000)) RETURNING 1)
    SELECT count(*)::int FROM gone
$$;

GRANT EXECUTE ON FUNCTION request_export() TO app_citizen, app_partner, app_officer;
GRANT EXECUTE ON FUNCTION export_build(int), exports_prune() TO app_worker;
RESET ROLE;
