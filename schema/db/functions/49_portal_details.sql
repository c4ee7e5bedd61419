-- What a message about a dossier says beside its state: what is asked for, what is to be paid and has been, what came of it, as the dossier
-- stands. In words of no adapter; times are microseconds since 1970. Called only by sync_claim (49_portal_outbound.sql).
-- Source: DOMAIN §2.3 (DanhSachHoSoBoSung, DanhSachLePhi, DanhSachGiayToKetQua); R18, R30.
SET ROLE motcua_definer;

CREATE OR REPLACE FUNCTION microseconds(p_at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = motcua, pg_temp AS $$
    SELECT (extract(epoch FROM p_at) * 1000000)::bigint
$$;

-- The last three requests, the oldest of them first. dueBefore is the due date when it was asked, dueAfter the one that followed when it was
-- answered: the next request's former one, or the dossier's.
CREATE OR REPLACE FUNCTION sync_supplements(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'id', r.public_id, 'reason', r.reason, 'askedAt', microseconds(r.asked_at), 'askedBy', e.actor_name, 'until', microseconds(r.until),
                   'answeredAt', CASE WHEN r.resolution IN ('ANSWERED', 'WAIVED') THEN microseconds(r.resolved_at) END, 'dueBefore', microseconds(r.due_before),
                   'dueAfter', CASE WHEN r.stage = 'PROCESSING' AND r.resolution IN ('ANSWERED', 'WAIVED')
                                    THEN microseconds(coalesce(r.next_due, p_dossier.due_at)) END,
                   'items', (SELECT jsonb_agg(jsonb_build_object('id', i.public_id, 'name', i.name, 'note', i.note, 'isReceived', i.received_at IS NOT NULL) ORDER BY i.no)
                               FROM supplement_item i WHERE i.request = r.id)))
               ORDER BY r.asked_at)
          FROM (SELECT s.*, f.due_before, lead(f.due_before) OVER (ORDER BY s.asked_at) AS next_due
                  FROM supplement_request s
                  LEFT JOIN LATERAL (SELECT time_or_null(f.body->>'dueAt') AS due_before FROM issued_form f
                                      WHERE f.event = s.asked AND f.kind = '02' AND s.stage = 'PROCESSING' LIMIT 1) AS f ON true
                 WHERE s.dossier = p_dossier.id ORDER BY s.asked_at DESC LIMIT 3) AS r
          JOIN dossier_event e ON e.id = r.asked);
END $$;

-- The last twenty demands that stand. stage: RECEPTION, PROCESSING or RETURN.
CREATE OR REPLACE FUNCTION sync_fees(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'what', f.what, 'amountDong', f.amount_dong, 'until', CASE WHEN f.paid_at IS NULL THEN microseconds(f.until) END, 'paidAt', microseconds(f.paid_at),
                   'reference', f.reference,
                   'stage', CASE WHEN f.demanded_at >= p_dossier.finished_at THEN 'RETURN' WHEN f.demanded_at >= p_dossier.received_at THEN 'PROCESSING'
                                 ELSE 'RECEPTION' END))
               ORDER BY f.no)
          FROM (SELECT x.* FROM fee_demand x WHERE x.dossier = p_dossier.id AND x.cancelled_at IS NULL ORDER BY x.no DESC LIMIT 20) AS f);
END $$;

-- Once there is an outcome: the files that were given with it, else what the officer has named.
CREATE OR REPLACE FUNCTION sync_results(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF p_dossier.outcome IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN coalesce(
        (SELECT jsonb_agg(jsonb_build_object('name', f.title, 'id', f.public_id) ORDER BY f.no)
           FROM (SELECT r.no, p.title, p.public_id FROM result_file r JOIN stored_paper p ON p.id = r.paper
                  WHERE r.dossier = p_dossier.id AND r.taken_back IS NULL ORDER BY r.no LIMIT 20) AS f),
        (SELECT jsonb_build_array(jsonb_build_object('name', 'Kết quả: ' || left(v.name, 190), 'id', p_dossier.e_result))
           FROM procedure_version v WHERE v.id = p_dossier.procedure_version AND p_dossier.e_result IS NOT NULL));
END $$;

-- Whose it is, for a system that has not heard of the dossier: an organisation by its tax code, which is public; of a person only that it is one.
CREATE OR REPLACE FUNCTION sync_owner(p_dossier dossier) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_strip_nulls(jsonb_build_object('kind', s.kind, 'taxCode', o.tax_code))
              FROM subject s LEFT JOIN organisation o ON o.id = s.id WHERE s.id = p_dossier.applicant);
END $$;

CREATE OR REPLACE FUNCTION sync_details(p_dossier dossier, p_is_first boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'supplements', sync_supplements(p_dossier), 'fees', sync_fees(p_dossier), 'results', sync_results(p_dossier),
        'owner', CASE WHEN p_is_first THEN sync_owner(p_dossier) END));
END $$;
RESET ROLE;
