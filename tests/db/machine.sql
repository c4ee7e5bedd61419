-- The dossier's machine: submit_dossier and apply_dossier_event against dossier_transition (DOMAIN §5.2; R20: the workflow is
-- data). Events that leave rows of their own are looked at closer in machine_events.sql.
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(1555);

-- What the table itself promises.
SELECT results_eq($$SELECT coalesce(f.id, '-') || ': ' || string_agg(DISTINCT t.event || ' ' || coalesce(t.to_state, 'back'), ', ' ORDER BY t.event || ' ' || coalesce(t.to_state, 'back'))
                      FROM dossier_transition t LEFT JOIN dossier_state f ON f.id = t.from_state GROUP BY f.id, f.position ORDER BY f.position NULLS FIRST$$,
    ARRAY['-: acceptAtCounter ACCEPTED, createDraft DRAFT',
          'DRAFT: submit SUBMITTED',
          'SUBMITTED: accept ACCEPTED, askIntakeSupplement INTAKE_SUPPLEMENT, changeChannel SUBMITTED, chooseDelivery SUBMITTED, choosePayment SUBMITTED, demandFee SUBMITTED, exemptFee SUBMITTED, paid SUBMITTED, reject REJECTED, requestWithdraw WITHDRAW_REQUESTED',
          'INTAKE_SUPPLEMENT: changeChannel INTAKE_SUPPLEMENT, chooseDelivery INTAKE_SUPPLEMENT, choosePayment INTAKE_SUPPLEMENT, exemptFee INTAKE_SUPPLEMENT, paid INTAKE_SUPPLEMENT, receiveItems SUBMITTED, reject REJECTED, requestWithdraw WITHDRAW_REQUESTED, supplement SUBMITTED',
          'ACCEPTED: assign PROCESSING, changeChannel ACCEPTED, chooseDelivery ACCEPTED, extend ACCEPTED, recordExternalNo ACCEPTED, requestWithdraw WITHDRAW_REQUESTED',
          'PROCESSING: askSupplement SUPPLEMENT_REQUIRED, changeChannel PROCESSING, chooseDelivery PROCESSING, complete COMPLETED, demandFee PAYMENT_REQUIRED, extend PROCESSING, recordExternalNo PROCESSING, requestWithdraw WITHDRAW_REQUESTED, sendTask INTERAGENCY, stop STOPPED',
          'INTERAGENCY: changeChannel INTERAGENCY, chooseDelivery INTERAGENCY, extend INTERAGENCY, recordExternalNo INTERAGENCY, requestWithdraw WITHDRAW_REQUESTED, sendTask INTERAGENCY, stop STOPPED, taskAccepted INTERAGENCY, taskDone PROCESSING, taskReturned PROCESSING',
          'SUPPLEMENT_REQUIRED: changeChannel SUPPLEMENT_REQUIRED, chooseDelivery SUPPLEMENT_REQUIRED, extend SUPPLEMENT_REQUIRED, receiveItems PROCESSING, recordExternalNo SUPPLEMENT_REQUIRED, requestWithdraw WITHDRAW_REQUESTED, stop STOPPED, supplement PROCESSING, waive PROCESSING',
          'PAYMENT_REQUIRED: changeChannel PROCESSING, chooseDelivery PAYMENT_REQUIRED, choosePayment PAYMENT_REQUIRED, exemptFee PROCESSING, extend PAYMENT_REQUIRED, paid PROCESSING, recordExternalNo PAYMENT_REQUIRED, requestWithdraw WITHDRAW_REQUESTED, stop STOPPED',
          'WITHDRAW_REQUESTED: approveWithdraw WITHDRAWN, refuseWithdraw back',
          'COMPLETED: chooseDelivery COMPLETED, choosePayment COMPLETED, collect RETURNED, exemptFee COMPLETED, handOver RETURNED, paid COMPLETED, reopen PROCESSING'], 'R20: the edges of the machine');
SELECT is_empty($$SELECT g FROM dossier_transition, unnest(guards) AS g WHERE g NOT IN (SELECT id FROM dossier_guard)$$,
                'every guard of an edge has its words');
SELECT is_empty($$SELECT id FROM dossier_guard WHERE id NOT IN (SELECT unnest(guards) FROM dossier_transition)$$, 'and every guard is one of an edge');
SELECT is_empty($$SELECT id FROM dossier_guard g
                   WHERE position(format('WHEN %L', id) IN (SELECT prosrc FROM pg_proc WHERE proname = 'dossier_problems')) = 0$$,
                'and is known to dossier_problems');
INSERT INTO dossier_guard VALUES ('unheardOf', 'x', 'x', 'x');
SELECT isnt(dossier_problems(ARRAY['unheardOf'], '{}'), NULL, 'a guard it does not know fails');
SELECT is((SELECT count(*) FROM dossier_state), 14::bigint, '14 states');
SELECT is((SELECT count(DISTINCT display_group) FROM dossier_state), 5::bigint, 'in the five groups shown');
SELECT is_empty($$SELECT s.id FROM dossier_state s JOIN dossier_transition t ON t.from_state = s.id WHERE terminal$$, 'nothing leaves a terminal state');
SELECT is_empty($$SELECT id FROM dossier_state WHERE terminal <>
                    (SELECT position(quote_literal(dossier_state.id) IN pg_get_constraintdef(oid)) > 0 FROM pg_constraint WHERE conname = 'dossier_event_ends')$$,
                'and the constraint on events names the terminal ones');
SELECT is_empty($$SELECT id FROM dossier_transition WHERE (template IS NULL) <> (event IN ('createDraft', 'chooseDelivery', 'choosePayment', 'recordExternalNo', 'taskAccepted'))$$,
                'the applicant is told of everything but drafts, his own choices, numbers of other systems and what agencies have taken on');
SELECT is_empty($$SELECT id FROM dossier_transition WHERE ('OFFICER' = ANY (actor_kinds)) <> (agency_scope IS NOT NULL)
                   OR from_state <> 'DRAFT' AND ('CITIZEN' = ANY (actor_kinds)) <> (applicant_scope IS NOT NULL)$$, 'each edge says whose it is');
SELECT matches((SELECT string_agg(text, E'\n' ORDER BY line) FROM transition_diagram), 'stateDiagram-v2.*SUBMITTED --> ACCEPTED: accept',
               'the table prints its diagram');
SELECT is((SELECT count(*) FROM transition_diagram WHERE text LIKE '%WITHDRAW_REQUESTED --> %refuseWithdraw%'), 7::bigint, 'and a way back to each state that is remembered');

-- Where an edge leads in these tests, in which a fee that is demanded still stands after a change of channel.
CREATE FUNCTION pg_temp.goes_to(p_edge dossier_transition) RETURNS text LANGUAGE sql AS $$ SELECT CASE p_edge.waits_for WHEN 'FEE' THEN p_edge.from_state ELSE p_edge.to_state END $$;

-- D1-D19, T2: every state against every event, by whoever may: the edges are taken, all else is STALE_STATE.
SELECT is(pg_temp.try(coalesce((SELECT pg_temp.who_may(min(t.id)) FROM dossier_transition t WHERE t.event = e.event AND t.from_state = s.id AND t.accepted IS NOT FALSE),
                               (SELECT pg_temp.who_may(min(t.id)) FROM dossier_transition t WHERE t.event = e.event AND t.agency_scope IS DISTINCT FROM 'TASK'), 'processor'),
                      pg_temp.dossier_in(s.id), e.event),
          coalesce((SELECT coalesce(min(pg_temp.goes_to(t)), 'PROCESSING') FROM dossier_transition t WHERE t.from_state = s.id AND t.event = e.event HAVING count(*) > 0), 'STALE_STATE'),
          format('%s in %s', e.event, s.id))
  FROM dossier_state s, (SELECT DISTINCT event FROM dossier_transition WHERE from_state <> 'DRAFT') AS e
 ORDER BY s.position, e.event;
SELECT is(pg_temp.try('citizen', pg_temp.dossier_in(s), 'submit'), 'NOT_ALLOWED', 'what submit_dossier does is no event to send: ' || s) FROM unnest(ARRAY['DRAFT', 'SUBMITTED']) AS s;

-- Who may: on each edge, an officer with any other role, one of another agency, and the wrong sort of person.
SELECT is(pg_temp.try(r.role, pg_temp.dossier_in(t.from_state, CASE WHEN t.accepted IS FALSE THEN 'SUBMITTED' ELSE 'PROCESSING' END), t.event),
          CASE WHEN upper(r.role) = ANY (t.actor_roles) AND t.agency_scope <> 'TASK' THEN coalesce(pg_temp.goes_to(t), CASE WHEN t.accepted IS FALSE THEN 'SUBMITTED' ELSE 'PROCESSING' END)
               ELSE 'NOT_ALLOWED' END, format('%s by %s', t.id, r.role))
  FROM dossier_transition t, unnest(ARRAY['intake', 'dispatcher', 'processor', 'signer', 'head', 'counter', 'inspector']) AS r(role)
 WHERE t.from_state <> 'DRAFT' AND 'OFFICER' = ANY (t.actor_kinds) ORDER BY t.id, r.role;
SELECT is(pg_temp.try(w.who, pg_temp.dossier_in(t.from_state), t.event),
          CASE WHEN w.who = 'citizen' OR w.who = 'officer' AND 'OFFICER' = ANY (t.actor_kinds) THEN pg_temp.goes_to(t)
               -- It may; only the paper is not its own.
               WHEN w.who = 'delegate' AND t.event = 'supplement' THEN 'GUARD_FAILED items'
               WHEN w.who = 'delegate' AND t.applicant_scope = 'DELEGATE' THEN t.to_state
               WHEN w.who IN ('citizen2', 'elsewhere', 'nobody_citizen', 'citizen_as_officer') THEN 'NOT_FOUND' ELSE 'NOT_ALLOWED' END, format('%s by %s', t.id, w.who))
  FROM dossier_transition t, unnest(ARRAY['citizen', 'delegate', 'consented', 'partner', 'citizen2', 'officer', 'elsewhere', 'nobody_citizen', 'citizen_as_officer']) AS w(who)
 WHERE t.from_state <> 'DRAFT' AND 'CITIZEN' = ANY (t.actor_kinds) ORDER BY t.id, w.who;
SELECT is(pg_temp.try(w.who, pg_temp.dossier_in(t.from_state), t.event), CASE WHEN w.who IN ('citizen', 'consented', 'delegate', 'field') THEN 'NOT_ALLOWED' ELSE 'NOT_FOUND' END,
          format('%s by %s', t.id, w.who))
  FROM dossier_transition t, unnest(ARRAY['citizen', 'consented', 'delegate', 'field', 'citizen2', 'elsewhere', 'nobody_officer']) AS w(who)
 WHERE t.from_state <> 'DRAFT' AND NOT 'CITIZEN' = ANY (t.actor_kinds) AND t.accepted IS NOT FALSE ORDER BY t.id, w.who;
SELECT is(pg_temp.try('citizen2', 'H29-261125-9999', 'accept'), 'NOT_FOUND', 'a foreign dossier is not found exactly as one that does not exist');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'vanish'), 'NOT_ALLOWED', 'an unheard-of event is nobody''s to send');
SELECT is(pg_temp.try('officer', pg_temp.dossier_in('SUBMITTED'), 'acceptAtCounter'), 'NOT_ALLOWED', 'and one that makes a dossier is none of a dossier');
-- Received here, decided there.
CREATE FUNCTION pg_temp.decided_elsewhere(p_state text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.dossier_in(p_state);
BEGIN
    UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 3) WHERE code = v_code;
    UPDATE inter_agency_task SET agency = (SELECT agency FROM officer WHERE id = 5) WHERE dossier = (SELECT id FROM dossier WHERE code = v_code);
    RETURN v_code;
END $$;
SELECT is(pg_temp.try('officer', pg_temp.decided_elsewhere(t.from_state), t.event), CASE WHEN t.agency_scope IN ('RECEIVED', 'EITHER') THEN pg_temp.goes_to(t) ELSE 'NOT_ALLOWED' END,
          format('%s at the agency that only receives', t.id))
  FROM dossier_transition t WHERE t.from_state <> 'DRAFT' AND 'OFFICER' = ANY (t.actor_kinds) AND t.accepted IS NOT FALSE ORDER BY t.id;

-- Guards, each just short of what it allows. R31 is the first.
SELECT is(pg_temp.tried(g.who, g.state, g.event, g.changes::jsonb), g.answer, format('%s %s: %s', g.event, left(g.changes, 60), g.answer))
  FROM (VALUES
    ('intake', 'SUBMITTED', 'accept', '{"digitised": null}', 'GUARD_FAILED digitised'),
    ('intake', 'SUBMITTED', 'accept', '{"digitised": false}', 'GUARD_FAILED digitised'),
    ('intake', 'SUBMITTED', 'accept', '{"digitised": null, "digitisationReason": "  "}', 'GUARD_FAILED digitised'),
    ('intake', 'SUBMITTED', 'accept', '{"digitised": null, "digitisationReason": "máy hỏng"}', 'ACCEPTED'),
    ('intake', 'SUBMITTED', 'accept', format('{"note": "%s"}', repeat('x', 2001)), 'GUARD_FAILED note'),
    ('intake', 'SUBMITTED', 'accept', format('{"note": "%s"}', repeat('x', 2000)), 'ACCEPTED'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"parts": []}', 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"parts": "Căn cước"}', 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"parts": ["Căn cước"]}', 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"parts": [{"name": "Căn cước"}, {"name": " "}]}', 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [%s]}', rtrim(repeat('{"name": "x"},', 21), ',')), 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [%s]}', rtrim(repeat('{"name": "x"},', 20), ',')), 'INTAKE_SUPPLEMENT'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [{"name": "%s"}]}', repeat('x', 201)), 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [{"name": "%s"}]}', repeat('x', 200)), 'INTAKE_SUPPLEMENT'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [{"name": "x", "note": "%s"}]}', repeat('x', 501)), 'GUARD_FAILED parts'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"parts": [{"name": "x", "note": "%s"}]}', repeat('x', 500)), 'INTAKE_SUPPLEMENT'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"reason": null}', 'GUARD_FAILED reason'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"reason": " "}', 'GUARD_FAILED reason'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"until": null}', 'GUARD_FAILED until'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', to_char(now() + interval '7 days', 'YYYY-MM-DD')), 'INTAKE_SUPPLEMENT'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR') - interval '1 microsecond'), 'GUARD_FAILED until'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR')), 'INTAKE_SUPPLEMENT'),
    ('head', 'PROCESSING', 'askSupplement', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR') - interval '1 microsecond'), 'GUARD_FAILED until'),
    ('head', 'PROCESSING', 'askSupplement', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR')), 'SUPPLEMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR') - interval '1 microsecond'), 'GUARD_FAILED until'),
    ('processor', 'PROCESSING', 'demandFee', format('{"until": "%s"}', due_at(now(), 8, 'WORKING_HOUR')), 'PAYMENT_REQUIRED'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"until": "when it suits"}', 'GUARD_FAILED until'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', now()), 'GUARD_FAILED until'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', now() + interval '1 year'), 'INTAKE_SUPPLEMENT'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', format('{"until": "%s"}', now() + interval '1 year 1 second'), 'GUARD_FAILED until'),
    ('intake', 'SUBMITTED', 'reject', '{"reason": null}', 'GUARD_FAILED reason'),
    ('intake', 'SUBMITTED', 'reject', '{"legalBasis": null}', 'GUARD_FAILED legalBasis'),
    ('intake', 'SUBMITTED', 'reject', format('{"legalBasis": "%s"}', repeat('x', 501)), 'GUARD_FAILED legalBasis'),
    ('intake', 'SUBMITTED', 'reject', format('{"legalBasis": "%s"}', repeat('x', 500)), 'REJECTED'),
    ('head', 'PROCESSING', 'askSupplement', '{"acknowledgeOverdueRule": null}', 'SUPPLEMENT_REQUIRED'),
    ('citizen', 'INTAKE_SUPPLEMENT', 'supplement', '{"items": []}', 'GUARD_FAILED items'),
    ('citizen', 'INTAKE_SUPPLEMENT', 'supplement', '{"items": [{"item": "00000000-0000-7000-8000-000000000001"}]}', 'GUARD_FAILED items'),
    ('citizen', 'INTAKE_SUPPLEMENT', 'supplement', '{"items": [7, null, []]}', 'GUARD_FAILED items'),
    ('intake', 'INTAKE_SUPPLEMENT', 'receiveItems', '{"items": []}', 'GUARD_FAILED items'),
    ('intake', 'INTAKE_SUPPLEMENT', 'receiveItems', '{"items": ["00000000-0000-7000-8000-000000000001"]}', 'GUARD_FAILED items'),
    ('intake', 'INTAKE_SUPPLEMENT', 'receiveItems', '{"digitised": null}', 'GUARD_FAILED digitised'),
    ('processor', 'SUPPLEMENT_REQUIRED', 'waive', '{"reason": null}', 'GUARD_FAILED reason'),
    ('processor', 'PROCESSING', 'sendTask', '{"title": ""}', 'GUARD_FAILED title'),
    ('processor', 'PROCESSING', 'sendTask', format('{"title": "%s"}', repeat('x', 201)), 'GUARD_FAILED title'),
    ('processor', 'PROCESSING', 'sendTask', format('{"title": "%s"}', repeat('x', 200)), 'INTERAGENCY'),
    ('processor', 'PROCESSING', 'sendTask', '{"agency": "H29.999"}', 'GUARD_FAILED agency'),
    ('processor', 'PROCESSING', 'sendTask', '{"agency": "H09.51"}', 'GUARD_FAILED agency'),
    ('processor', 'PROCESSING', 'sendTask', '{"agency": "H00.1"}', 'GUARD_FAILED agency'),
    ('processor', 'PROCESSING', 'sendTask', '{"agency": "H29.101"}', 'GUARD_FAILED agency'),
    ('processor', 'PROCESSING', 'sendTask', format('{"until": "%s"}', (SELECT due_at(now(), 3, 'WORKING_DAY') + interval '1 microsecond')), 'GUARD_FAILED until'),
    ('processor', 'PROCESSING', 'sendTask', format('{"until": "%s"}', now()), 'GUARD_FAILED until'),
    ('task_processor', 'INTERAGENCY', 'taskDone', '{"task": "00000000-0000-7000-8000-000000000001"}', 'GUARD_FAILED task'),
    ('task_processor', 'INTERAGENCY', 'taskDone', '{"answer": " "}', 'GUARD_FAILED answer'),
    ('task_processor', 'INTERAGENCY', 'taskReturned', format('{"answer": "%s"}', repeat('x', 2001)), 'GUARD_FAILED answer'),
    ('task_processor', 'INTERAGENCY', 'taskReturned', format('{"answer": "%s"}', repeat('x', 2000)), 'PROCESSING'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": 0}', 'GUARD_FAILED amountDong'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": -1}', 'GUARD_FAILED amountDong'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": 1}', 'PAYMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": 20000.5}', 'GUARD_FAILED amountDong'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": 1000000000000}', 'PAYMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountDong": 1000000000001}', 'GUARD_FAILED amountDong'),
    ('processor', 'PROCESSING', 'demandFee', '{"what": ""}', 'GUARD_FAILED what'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountReason": null}', 'GUARD_FAILED amountReason'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountReason": " "}', 'GUARD_FAILED amountReason'),
    ('processor', 'PROCESSING', 'demandFee', format('{"amountReason": "%s"}', repeat('x', 501)), 'GUARD_FAILED amountReason'),
    ('processor', 'PROCESSING', 'demandFee', format('{"amountReason": "%s"}', repeat('x', 500)), 'PAYMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountReason": null, "amountDong": null}', 'PAYMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', '{"amountReason": null, "amountDong": 100000}', 'PAYMENT_REQUIRED'),
    ('head', 'PAYMENT_REQUIRED', 'exemptFee', '{"reason": null}', 'GUARD_FAILED reason'),
    ('head', 'PAYMENT_REQUIRED', 'exemptFee', '{"legalBasis": null}', 'GUARD_FAILED legalBasis'),
    ('head', 'PAYMENT_REQUIRED', 'exemptFee', '{"demand": "00000000-0000-7000-8000-000000000001"}', 'GUARD_FAILED demand'),
    ('intake', 'SUBMITTED', 'paid', '{}', 'NOT_ALLOWED'),
    ('intake', 'SUBMITTED', 'askIntakeSupplement', '{"parts": [{"name": "x", "part": "NO_SUCH_PART"}]}', 'GUARD_FAILED parts'),
    ('head', 'PROCESSING', 'askSupplement', '{"parts": [{"name": "x", "part": "NO_SUCH_PART"}]}', 'GUARD_FAILED parts'),
    ('processor', 'PROCESSING', 'demandFee', '{"account": {"bank": "Kho bạc Nhà nước", "number": "3511.0.1"}}', 'GUARD_FAILED account'),
    ('processor', 'PROCESSING', 'demandFee', '{"account": {"bank": "Kho bạc Nhà nước", "number": "35 11", "holder": "x"}}', 'GUARD_FAILED account'),
    ('processor', 'PROCESSING', 'demandFee', '{"account": {"bank": "Kho bạc Nhà nước", "number": "3511", "holder": "x"}}', 'PAYMENT_REQUIRED'),
    ('processor', 'PROCESSING', 'demandFee', format('{"account": {"bank": "%s", "number": "3511", "holder": "x"}}', repeat('x', 201)), 'GUARD_FAILED account'),
    ('citizen', 'PAYMENT_REQUIRED', 'choosePayment', '{"method": null}', 'GUARD_FAILED method'),
    ('citizen', 'PAYMENT_REQUIRED', 'choosePayment', '{"method": "BARTER"}', 'GUARD_FAILED method'),
    ('citizen', 'PAYMENT_REQUIRED', 'choosePayment', '{"method": "TRANSFER"}', 'GUARD_FAILED method'),
    ('citizen', 'PAYMENT_REQUIRED', 'choosePayment', '{"demand": "00000000-0000-7000-8000-000000000001"}', 'GUARD_FAILED demand'),
    ('processor', 'PROCESSING', 'recordExternalNo', '{"externalDossierNo": " "}', 'GUARD_FAILED externalDossierNo'),
    ('processor', 'PROCESSING', 'recordExternalNo', format('{"externalDossierNo": "%s"}', repeat('7', 61)), 'GUARD_FAILED externalDossierNo'),
    ('processor', 'PROCESSING', 'recordExternalNo', format('{"externalDossierNo": "%s"}', repeat('7', 60)), 'PROCESSING'),
    ('processor', 'PROCESSING', 'recordExternalNo', format('{"externalDossierNo": " %s "}', repeat('7', 60)), 'GUARD_FAILED externalDossierNo'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', '{"demand": "00000000-0000-7000-8000-000000000001"}', 'GUARD_FAILED demand,amountDong'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', '{"amountDong": 19999}', 'GUARD_FAILED amountDong'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', '{"reference": " "}', 'GUARD_FAILED reference'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', format('{"reference": "%s"}', repeat('x', 101)), 'GUARD_FAILED reference'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', format('{"reference": "%s"}', repeat('x', 100)), 'PROCESSING'),
    ('counter', 'PAYMENT_REQUIRED', 'paid', format('{"reference": "%s"}', repeat('x', 100)), 'GUARD_FAILED reference'),
    ('head', 'WITHDRAW_REQUESTED', 'approveWithdraw', '{"papersReturned": false}', 'GUARD_FAILED papersReturned'),
    ('head', 'WITHDRAW_REQUESTED', 'refuseWithdraw', '{"reason": null}', 'GUARD_FAILED reason'),
    ('head', 'PROCESSING', 'stop', '{"reason": null}', 'GUARD_FAILED reason'),
    ('head', 'COMPLETED', 'reopen', '{"reason": null}', 'GUARD_FAILED reason'),
    ('signer', 'PROCESSING', 'complete', '{"outcome": null, "eResult": null}', 'GUARD_FAILED outcome,eResult'),
    ('signer', 'PROCESSING', 'complete', '{"outcome": "MAYBE", "reason": "x"}', 'GUARD_FAILED outcome'),
    ('signer', 'PROCESSING', 'complete', '{"outcome": "REFUSED", "eResult": null, "reason": "không đủ điều kiện"}', 'COMPLETED'),
    ('counter', 'COMPLETED', 'handOver', '{"receiver": null}', 'GUARD_FAILED receiver'),
    ('counter', 'COMPLETED', 'handOver', '{"delivery": "PIGEON"}', 'GUARD_FAILED delivery'),
    ('counter', 'COMPLETED', 'handOver', '{"receiver": "Người Lạ"}', 'GUARD_FAILED receiver'),
    ('counter', 'COMPLETED', 'handOver', '{"receiver": "Người Lạ", "proof": " "}', 'GUARD_FAILED receiver'),
    ('counter', 'COMPLETED', 'handOver', format('{"receiver": "Người Lạ", "proof": "%s"}', repeat('x', 500)), 'RETURNED'),
    ('counter', 'COMPLETED', 'handOver', format('{"proof": "%s"}', repeat('x', 501)), 'GUARD_FAILED receiver'),
    ('head', 'ACCEPTED', 'extend', format('{"dueAt": "%s"}', (SELECT due_at(now(), 3, 'WORKING_DAY'))), 'GUARD_FAILED dueAt'),
    ('head', 'ACCEPTED', 'extend', format('{"dueAt": "%s"}', (SELECT due_at(now(), 3, 'WORKING_DAY') + interval '1 microsecond')), 'ACCEPTED'),
    ('head', 'ACCEPTED', 'extend', format('{"dueAt": "%s"}', now() + interval '1 year 1 second'), 'GUARD_FAILED dueAt'),
    ('head', 'ACCEPTED', 'extend', '{"reason": null}', 'GUARD_FAILED reason'),
    ('citizen', 'ACCEPTED', 'changeChannel', '{"channel": null}', 'GUARD_FAILED channel,channel'),
    ('citizen', 'ACCEPTED', 'changeChannel', '{"channel": "HOME"}', 'GUARD_FAILED channel'),
    ('citizen', 'ACCEPTED', 'changeChannel', '{"channel": "APPOINTMENT"}', 'GUARD_FAILED channel'),
    ('citizen', 'ACCEPTED', 'changeChannel', '{"channel": "ONLINE"}', 'GUARD_FAILED channel'),
    ('citizen', 'ACCEPTED', 'changeChannel', '{"delivery": "DRONE"}', 'GUARD_FAILED delivery'),
    ('citizen', 'ACCEPTED', 'chooseDelivery', '{"delivery": null}', 'GUARD_FAILED delivery'),
    ('citizen', 'ACCEPTED', 'chooseDelivery', '{"delivery": "NOT_READY"}', 'GUARD_FAILED delivery')
  ) AS g(who, state, event, changes, answer);
SELECT is(pg_temp.try('intake', pg_temp.dossier_in('SUBMITTED'), 'accept', 'null'), 'GUARD_FAILED digitised', 'no arguments are empty arguments');
SELECT is(pg_temp.try('dispatcher', pg_temp.dossier_in('ACCEPTED'), 'assign', jsonb_build_object('officer', (SELECT public_id FROM officer WHERE id = 3))),
          'GUARD_FAILED officer', 'only an officer of the competent agency is assigned');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
UPDATE dossier SET finance = 'DUE' WHERE code = :'code';
SELECT is(pg_temp.try('intake', :'code', 'accept', '{"digitised": true, "finance": "PAID", "known": {"finance": "PAID"}}'), 'GUARD_FAILED finance', 'a fee due is not settled by saying so');
SELECT pg_temp.dossier_in('ACCEPTED') AS code \gset
UPDATE dossier SET due_at = NULL WHERE code = :'code';
SELECT is(pg_temp.try('head', :'code', 'extend'), 'GUARD_FAILED dueAt', 'what has no due date is not extended');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
INSERT INTO inter_agency_task (dossier, applicant, no, agency, title, due_at, sent_at, sent)
SELECT d.id, 1, 1, 15, 'x', now(), now(), e.id FROM dossier d JOIN dossier_event e ON e.dossier = d.id WHERE d.code = :'code';
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'GUARD_FAILED tasks', 'nothing is completed while a task is open');

-- A second factor, where the edge says so.
UPDATE session SET stepped_up_at = now() - interval '15 minutes' WHERE id = (SELECT session::uuid FROM actor WHERE who = 'officer');
SELECT is(pg_temp.try(pg_temp.who_may(t.id), pg_temp.dossier_in(t.from_state), t.event), CASE WHEN t.step_up THEN 'STEP_UP_REQUIRED' ELSE t.to_state END,
          format('%s without a second factor', t.id))
  FROM dossier_transition t WHERE t.id IN ('D3', 'D16-PROCESSING', 'D16-SUPPLEMENT_REQUIRED', 'D17', 'D18', 'D19', 'T2-ACCEPTED') ORDER BY t.id;
SELECT set_eq($$SELECT DISTINCT event FROM dossier_transition WHERE step_up$$, ARRAY['complete', 'stop', 'reopen'], 'decisions need one');
UPDATE session SET stepped_up_at = now() WHERE id = (SELECT session::uuid FROM actor WHERE who = 'officer');

-- What holds whoever writes.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT format('INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
               SELECT dossier, %%s, at, ''x'', %%L, %%L, ''SYSTEM'', ''x'', 1, 1, received_agency, competent_agency FROM dossier_event WHERE dossier = %s AND seq = 1', :'id') AS event \gset
SELECT throws_ok(format('UPDATE dossier SET code = %L WHERE id = %s', 'H29.101-261127-9999', :'id'), '23000', NULL, 'the code never changes');
SELECT lives_ok(format('UPDATE dossier SET code = code WHERE id = %s', :'id'), 'but may be said again');
SELECT throws_ok(format('UPDATE dossier SET due_at = received_at - interval ''1 s'' WHERE id = %s', :'id'), '23514', NULL, 'nothing is due before it is received');
SELECT throws_ok(format(:'event', 3, 'PROCESSING', 'STOPPED'), '23503', NULL, 'events have no gap');
SELECT throws_ok(format(:'event', 1, NULL, 'STOPPED'), '23505', NULL, 'nor two of one number');
SELECT throws_ok(format(:'event', 2, 'ACCEPTED', 'STOPPED'), '23503', NULL, 'an event begins where the one before ended');
SELECT throws_ok(format(:'event', 2, NULL, 'STOPPED'), '23514', NULL, 'and only the first begins nowhere');
SELECT throws_ok(format('SET CONSTRAINTS dossier_is_where_its_events_end IMMEDIATE; UPDATE dossier SET state = ''STOPPED'' WHERE id = %s', :'id'), '23503', NULL, 'a state is where the events end');
SELECT throws_ok(format('SET CONSTRAINTS dossier_is_where_its_events_end IMMEDIATE; UPDATE dossier SET seq = 2 WHERE id = %s', :'id'), '23503', NULL, 'and so is the number');
SELECT throws_ok(format('UPDATE dossier SET resume_state = ''ACCEPTED'' WHERE id = %s', :'id'), '23514', NULL, 'only a withdrawal remembers a state');
SELECT throws_ok(format('INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at) VALUES (%s, 1, 1, ''SUPPLEMENT'', now()), (%1$s, 2, 1, ''PAYMENT'', now())', :'id'), '23P01', NULL,
                 'pauses do not overlap');
SELECT pg_temp.dossier_in('STOPPED') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT format('INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
               SELECT dossier, 2, at, ''x'', ''STOPPED'', ''PROCESSING'', ''SYSTEM'', ''x'', 1, 1, received_agency, competent_agency FROM dossier_event WHERE dossier = %s', :'id') AS event \gset
SELECT throws_ok(:'event', '23514', NULL, 'nothing happens after the end');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and every dossier of this test is where its events ended');
SET CONSTRAINTS ALL DEFERRED;

-- A whole life, from the citizen's phone to the counter.
SELECT * FROM pg_temp.act_as('citizen');
SELECT coalesce(failure, '') AS failure, dossier_id, event_id, seq FROM submit_dossier('1.004837', (SELECT code FROM agency WHERE id = 13), NULL, 'ONLINE', NULL, NULL, pg_temp.filed('1.004837')) \gset
SELECT * FROM pg_temp.act_as('admin');
SELECT is(:'failure'::text, '', 'submitting works');
SELECT is(:seq, 2, 'createDraft and submit are events 1 and 2');
SELECT is(d.code, format('%s-%s-%s', a.code, to_char(now(), 'YYMMDD'), right(d.code, 4)), 'the code is agency, day, number') FROM dossier d JOIN agency a ON a.id = received_agency WHERE d.id = :dossier_id;
SELECT results_eq(format('SELECT seq, event, from_state, to_state, actor_kind, actor_id FROM dossier_event WHERE dossier = %s ORDER BY seq', :dossier_id),
    $$VALUES (1, 'createDraft', NULL, 'DRAFT', 'CITIZEN', 1::bigint), (2, 'submit', 'DRAFT', 'SUBMITTED', 'CITIZEN', 1)$$, 'with who did it');
SELECT is((SELECT payload->>'template' FROM outbox WHERE entity = :'event_id'), 'dossier.submitted', 'and an outbox row for the event');
SELECT code FROM dossier WHERE id = :dossier_id \gset
SELECT is(pg_temp.try('officer', :'code', 'accept', NULL, 1), 'STALE_STATE', 'another seq than expected is stale');
SELECT is(pg_temp.try('officer', :'code', 'accept', NULL, 2), 'ACCEPTED', 'the expected one is taken');
SELECT results_eq(format('SELECT seq, clock, digitised, due_at FROM dossier WHERE id = %s', :dossier_id),
    format('SELECT 3, ''RUNNING'', true, due_at(received_at, 3, ''WORKING_DAY'') FROM dossier WHERE id = %s', :dossier_id), 'accepting starts the clock');
SELECT is(pg_temp.try('officer', :'code', 'assign', jsonb_build_object('officer', (SELECT public_id FROM officer WHERE id = 1))), 'PROCESSING', 'assigned to somebody');
SELECT is(pg_temp.try('officer', :'code', 'complete', '{"outcome": "GRANTED", "eResult": "KQ-1", "note": "Mời đến nhận", "noteInternal": "kệ 3"}'), 'COMPLETED', 'completed');
SELECT is(pg_temp.try('officer', :'code', 'handOver'), 'RETURNED', 'handed over');
SELECT results_eq(format('SELECT seq, clock, outcome, e_result, delivery, delivered, processor, finished_at IS NOT NULL FROM dossier WHERE id = %s', :dossier_id),
    $$VALUES (6, 'STOPPED', 'GRANTED', 'KQ-1', 'COUNTER', true, 1::bigint, true)$$, 'and all of it is kept');
SELECT is((SELECT array_agg(seq ORDER BY seq) FROM dossier_event WHERE dossier = :dossier_id), ARRAY[1, 2, 3, 4, 5, 6], 'seq has no gap');
SELECT is((SELECT note || '/' || note_internal FROM dossier_event WHERE dossier = :dossier_id AND seq = 5), 'Mời đến nhận/kệ 3', 'notes go where they belong');
SELECT is((SELECT count(*) FROM outbox WHERE order_key = (SELECT public_id FROM dossier WHERE id = :dossier_id)), 5::bigint, 'each event that notifies has its outbox row');
SELECT is_empty(format('SELECT e.id FROM dossier_event e WHERE e.dossier = %s AND feed_no IS NOT NULL', :dossier_id), 'none is in the feed before it is numbered');

-- Submitting refused.
CREATE FUNCTION pg_temp.submit(p_who text, p_procedure text, p_agency text, p_applicant bigint, p_channel text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_dossier(p_procedure, p_agency, p_applicant, p_channel, NULL, NULL, pg_temp.filed(p_procedure));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''), 'OK');
END $$;
SELECT is(pg_temp.submit('citizen', '9.999999', 'H29.101', NULL, 'ONLINE'), 'GUARD_FAILED procedure', 'an unknown procedure');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H09.51', NULL, 'ONLINE'), 'GUARD_FAILED agency', 'an agency of the past');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.2', NULL, 'ONLINE'), 'GUARD_FAILED agency', 'an agency that does not receive');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', 2, 'ONLINE'), 'GUARD_FAILED applicant', 'for somebody else');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', NULL, 'SMOKE'), 'GUARD_FAILED channel', 'by an unknown channel');
SELECT is(pg_temp.submit('citizen', '9.999999', 'nowhere', 2, ''), 'GUARD_FAILED procedure,agency,applicant,channel', 'all problems are told at once');
SELECT is(pg_temp.submit('officer', '1.004837', 'H29.101', NULL, 'ONLINE'), 'NOT_ALLOWED', 'officers do not submit');
SELECT is(pg_temp.submit('nobody_citizen', '1.004837', 'H29.101', NULL, 'ONLINE'), 'NOT_ALLOWED', 'nor does nobody');
SELECT is(pg_temp.submit('partner', '1.004837', 'H29.101.1', 5001, 'ONLINE'), 'OK', 'a partner submits for itself');
SELECT is(pg_temp.submit('citizen', '2.001610', 'H29.136.1', NULL, 'ONLINE'), 'OK', 'any reception point takes a provincial procedure');
SELECT is((SELECT a.code FROM dossier d JOIN agency a ON a.id = d.competent_agency ORDER BY d.id DESC LIMIT 1), 'H29.5', 'and the competent department decides it');
\ir include/end.psql
