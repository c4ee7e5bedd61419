-- The national portal, both ways (functions/48_portal_inbound.sql, 49_portal_outbound.sql).
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(272);

UPDATE actor SET scopes = 'portal.exchange' WHERE who = 'partner';
INSERT INTO actor SELECT 'reader_key', login, kind, me, subjects, agencies, roles, session, 'dossiers.read dossiers.submit', 'LIVE' FROM actor WHERE who = 'partner';
INSERT INTO actor SELECT 'test_key', login, kind, me, subjects, agencies, roles, session, scopes, 'TEST' FROM actor WHERE who = 'partner';
INSERT INTO actor SELECT 'administrator', login, kind, me, subjects, agencies, 'ADMINISTRATOR', session FROM actor WHERE who = 'officer';
SELECT set_config('test.agency', (SELECT a.code FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1), true) \g /dev/null
CREATE FUNCTION pg_temp.code(p_no int) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('test.agency') || '-261120-' || (900000 + p_no) $$;

-- Sends a message as somebody; its state and reason, or the failure. The content is p_body and the number.
CREATE FUNCTION pg_temp.send(p_kind text, p_body jsonb, p_number text DEFAULT NULL, p_who text DEFAULT 'partner') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r       record;
    v_index bytea := CASE WHEN p_number IS NOT NULL THEN sha256(convert_to(p_number, 'UTF8')) END;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM portal_receive(p_kind, p_body, sha256(convert_to(p_kind || p_body::text || coalesce(p_number, ''), 'UTF8')),
        CASE WHEN p_number IS NOT NULL THEN gen_random_uuid() END, CASE WHEN p_number IS NOT NULL THEN convert_to(repeat('s', 43), 'UTF8') END, v_index);
    PERFORM set_config('test.receipt', r.receipt::text, true);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, concat_ws(' ', r.state, r.reason));
END $$;
CREATE FUNCTION pg_temp.filing(p_code text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('code', p_code, 'procedure', '1.001612', 'agency', current_setting('test.agency'), 'filedAt', '2026-11-20T08:30:00+07:00',
                              'channel', 'ONLINE', 'name', 'Lê Thị Cổng', 'papers', '[{"name": "Căn cước", "address": "https://cong.vn/tep/1"}]'::jsonb) || p_more
$$;
CREATE FUNCTION pg_temp.the(p_code text) RETURNS dossier LANGUAGE sql AS $$ SELECT d FROM motcua.dossier d WHERE code = p_code $$;
CREATE FUNCTION pg_temp.reason_of(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', kind, state, reason), ', ' ORDER BY id) FROM motcua.portal_message WHERE code = p_code $$;

-- ---- who hands in ----

SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001'), 'NOT_ALLOWED', 'R30: an ordinary partner is no portal, whatever its key says');
INSERT INTO partner (id, kind) VALUES (5001, 'PORTAL');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001', 'reader_key'), 'NOT_ALLOWED', 'nor is a key of the portal without the scope');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001', 'test_key'), 'NOT_ALLOWED', 'nor one of the sandbox');
SELECT is(pg_temp.count_as('citizen', $$SELECT count(*) FROM portal_receive('DOSSIER', '{}', '', NULL, NULL, NULL)$$), -1::bigint, 'a citizen may not even ask');
UPDATE partner SET state = 'SUSPENDED' WHERE id = 5001;
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001'), 'NOT_ALLOWED', 'a portal that is suspended');
UPDATE partner SET state = 'ACTIVE' WHERE id = 5001;
SELECT is((SELECT count(*) FROM portal_message), 0::bigint, 'and of all that nothing was kept');

-- ---- a dossier ----

SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001'), 'APPLIED', 'R30: what was filed at the portal is a dossier');
SELECT set_config('test.first', current_setting('test.receipt'), true) \g /dev/null
SELECT is((pg_temp.the(pg_temp.code(1))).state, 'SUBMITTED', 'handed in');
SELECT is((pg_temp.the(pg_temp.code(1))).submitted_at, '2026-11-20 08:30+07'::timestamptz, 'when it was filed there');
SELECT is((SELECT string_agg(event || ' ' || actor_kind || ' ' || actor_name, ', ' ORDER BY seq) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(1))).id),
          'createDraft CITIZEN Lê Thị Cổng, submit CITIZEN Lê Thị Cổng', 'by the applicant');
SELECT is((SELECT (s.kind, s.name, p.personal_no_index = sha256('074090000001'), p.personal_no IS NOT NULL)::text FROM subject s JOIN person p ON p.id = s.id
            WHERE s.id = (pg_temp.the(pg_temp.code(1))).applicant), '(PERSON,"Lê Thị Cổng",t,t)', 'whom nobody knew here: sealed, and found by the index');
SELECT is((SELECT count(*) FROM outbox WHERE order_key = (pg_temp.the(pg_temp.code(1))).public_id), 1::bigint, 'who is told of it as of any other');
SELECT is((SELECT name || ' ' || address FROM portal_paper WHERE dossier = (pg_temp.the(pg_temp.code(1))).id), 'Căn cước https://cong.vn/tep/1', 'its papers by reference');
SELECT is((SELECT (body, person, personal_no, personal_no_index, reason)::text FROM portal_message), '(,,,,)', 'an applied message keeps nothing of the applicant');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1)), '074090000001'), 'APPLIED', 'sent again');
SELECT is(current_setting('test.receipt'), current_setting('test.first'), 'it has the same receipt');
SELECT is((SELECT count(*) FROM portal_message), 1::bigint, 'and is one message');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(1))).id), 2::bigint, 'nothing happens twice');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(1), '{"name": "Ai khác"}'), '074090000001'), 'QUARANTINED CODE_TAKEN', 'another content under its code is kept apart');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(2)), '074090000001'), 'APPLIED', 'a second dossier of the same person');
SELECT is((pg_temp.the(pg_temp.code(2))).applicant, (pg_temp.the(pg_temp.code(1))).applicant, 'is the same person''s');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(3), '{"procedure": "1.001612.000.00.00.H29", "channel": "POST"}'), '074090000003'), 'APPLIED', 'a local variant of a procedure''s code');
SELECT is((pg_temp.the(pg_temp.code(3))).channel, 'POST', 'and another channel');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(4), jsonb_build_object('taxCode', (SELECT tax_code FROM organisation WHERE id = 5002)))), 'APPLIED', 'an organisation is known by its tax code');
SELECT is((pg_temp.the(pg_temp.code(4))).applicant, 5002::bigint, 'it is the applicant');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(5), '{"filedAt": "2100-01-01T00:00:00+07:00"}'), '074090000005'), 'APPLIED', 'a portal whose clock is ahead');
SELECT ok((pg_temp.the(pg_temp.code(5))).submitted_at <= clock_timestamp(), 'files nothing in time to come');

-- Our own numbers pass over those of the portal.
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(current_setting('test.agency') || '-270105-0001'), '074090000001'), 'APPLIED', 'the portal has used a number that would be ours');
SELECT is(next_dossier_code((SELECT id FROM agency WHERE code = current_setting('test.agency')), '2027-01-05 12:00+07'), current_setting('test.agency') || '-270105-0002', 'ours is the next');

-- ---- quarantine ----

SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(10), '{"procedure": "9.999999"}'), '074090000010'), 'QUARANTINED UNKNOWN_PROCEDURE', 'R30: an unknown procedure is not dropped');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing('H77.1-261120-000001', '{"agency": "H77.1"}'), '074090000011'), 'QUARANTINED UNKNOWN_AGENCY', 'nor an unknown agency');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(current_setting('test.agency') || '-261332-000001'), '074090000012'), 'QUARANTINED BAD_CODE', 'nor a code that is none');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(13), '{"taxCode": "0100109106"}')), 'QUARANTINED UNKNOWN_ORGANISATION', 'nor an organisation that nobody knows');
SELECT is((SELECT count(*) FROM person WHERE personal_no_index IN (sha256('074090000010'), sha256('074090000011'))), 0::bigint, 'nobody is made of what is not applied');
SELECT is((SELECT count(*) FROM portal_message WHERE state = 'QUARANTINED' AND next_try_at IS NULL AND reason IN ('CODE_TAKEN', 'BAD_CODE')), 2::bigint, 'what time does not help waits for an officer');
CREATE FUNCTION pg_temp.listed(p_who text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_list text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT string_agg(reason, ' ' ORDER BY reason) INTO v_list FROM portal_message;
    PERFORM pg_temp.act_as('admin');
    RETURN v_list;
END $$;
SELECT is(pg_temp.listed('intake'), 'BAD_CODE CODE_TAKEN UNKNOWN_ORGANISATION UNKNOWN_PROCEDURE', 'R30: reception lists what is for its agency');
SELECT is(pg_temp.listed('administrator'), 'BAD_CODE CODE_TAKEN UNKNOWN_AGENCY UNKNOWN_ORGANISATION UNKNOWN_PROCEDURE', 'an administrator also what is for nobody known');
SELECT is(pg_temp.listed('elsewhere'), NULL, 'another agency''s reception nothing');
SELECT is(pg_temp.listed('processor'), NULL, 'nor who only processes');
SELECT is(pg_temp.count_as('administrator', 'SELECT count(body) FROM portal_message'), -1::bigint, 'and nobody what it says of the applicant');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM portal_message'), -1::bigint, 'nothing of it is for citizens');
SELECT is(pg_temp.count_as('worker', 'SELECT count(*) FROM portal_message'), -1::bigint, 'nor for the worker''s own eyes');

CREATE FUNCTION pg_temp.retry(p_who text, p_code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r    record;
    v_id uuid := (SELECT public_id FROM portal_message WHERE code = p_code AND state = 'QUARANTINED');
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM retry_portal_message(v_id);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, pg_temp.reason_of(p_code));
END $$;
SELECT is(pg_temp.retry('elsewhere', pg_temp.code(10)), 'NOT_FOUND', 'another agency''s officer takes nothing up');
SELECT is(pg_temp.retry('processor', pg_temp.code(10)), 'NOT_FOUND', 'nor who may not see it');
SELECT is(pg_temp.retry('intake', 'H77.1-261120-000001'), 'NOT_FOUND', 'nor reception what is for nobody known');
SELECT is(pg_temp.retry('intake', pg_temp.code(10)), 'DOSSIER QUARANTINED UNKNOWN_PROCEDURE', 'tried in vain it stays');
SELECT is((SELECT tries FROM portal_message WHERE code = pg_temp.code(10)), 2, 'and every try is counted');
INSERT INTO agency (code, name, unit_code, unit_valid_from, kinds, valid_from)
SELECT 'H77.1', 'Cơ quan mới', unit_code, unit_valid_from, '{RECEPTION}', '2025-07-01' FROM agency WHERE code = current_setting('test.agency');
SELECT is(pg_temp.retry('administrator', 'H77.1-261120-000001'), 'DOSSIER APPLIED', 'R30: once the agency is known it is taken up');
WITH p AS (INSERT INTO procedure (code, field, level) SELECT '9.999999', field, level FROM procedure WHERE code = '1.001612' RETURNING id)
INSERT INTO procedure_version (procedure, no, valid_from, decision, name, online_level, home_eligible, boundary_free)
SELECT id, 1, '2025-07-01', 'QĐ 1', 'Thủ tục mới', 'FULL', false, false FROM p;
UPDATE portal_message SET next_try_at = now() WHERE code = pg_temp.code(10);
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT (tried, applied)::text FROM portal_retry_due(100)), '(1,1)', 'and by itself once the catalogue knows the procedure');
SELECT * FROM pg_temp.act_as('admin');
SELECT is(pg_temp.reason_of(pg_temp.code(10)), 'DOSSIER APPLIED', 'as if it had come now');
SELECT is(ROW((SELECT count(*) FROM audit WHERE act = 'portal.retry'), (SELECT count(*) FROM audit WHERE act = 'person.make' AND actor_kind = 'OFFICER'))::text, '(2,1)', 'what officers took up is audited');

-- ---- supplements and payments, before their dossier and after ----

CREATE FUNCTION pg_temp.papers(p_code text, p_papers jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('code', p_code, 'papers', p_papers) $$;
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(20), '[{"name": "Hộ chiếu", "khoId": "KQ-1"}]')), 'QUARANTINED NO_DOSSIER', 'R30: a supplement that is earlier than its dossier waits');
SELECT is(pg_temp.send('PAYMENT', jsonb_build_object('code', pg_temp.code(20), 'amountDong', 20000, 'reference', 'GD-20')), 'QUARANTINED NO_DOSSIER', 'and so does a payment');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(20)), '074090000020'), 'APPLIED', 'the dossier comes');
SELECT is(pg_temp.reason_of(pg_temp.code(20)), 'SUPPLEMENT APPLIED, PAYMENT QUARANTINED NO_DEMAND, DOSSIER APPLIED', 'and they are taken up, as far as there is something to do');
SELECT is((SELECT string_agg(name, ', ' ORDER BY name COLLATE "C") FROM portal_paper WHERE dossier = (pg_temp.the(pg_temp.code(20))).id), 'Căn cước, Hộ chiếu', 'with its papers');

SELECT is(pg_temp.try('intake', pg_temp.code(1), 'askIntakeSupplement'), 'INTAKE_SUPPLEMENT', 'an officer asks for two papers');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(1), '[{"name": "CAN CUOC", "address": "https://cong.vn/tep/2"}]'), '074090000002'), 'QUARANTINED OTHER_APPLICANT', 'somebody else''s supplement is none of it');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(1), '[{"name": "CAN CUOC", "address": "https://cong.vn/tep/2"}]'), '074090000001'), 'APPLIED', 'one comes, by another spelling');
SELECT is((pg_temp.the(pg_temp.code(1))).state, 'INTAKE_SUPPLEMENT', 'which is not all');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(1), '[{"name": "Giấy khai sinh", "address": "https://cong.vn/tep/3"}, {"name": "Thừa", "khoId": "KQ-2"}]'), '074090000001'), 'APPLIED', 'the other');
SELECT is((pg_temp.the(pg_temp.code(1))).state, 'SUBMITTED', 'and the dossier goes on');
SELECT is((SELECT string_agg(how || ' ' || (received_at IS NOT NULL), ', ' ORDER BY no) FROM supplement_item WHERE dossier = (pg_temp.the(pg_temp.code(1))).id), 'PORTAL true, PORTAL true', 'answered at the portal');
SELECT is(pg_temp.try('citizen', pg_temp.dossier_in('SUPPLEMENT_REQUIRED'), 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('portalPaper', gen_random_uuid())))),
          'GUARD_FAILED items,items', 'a citizen cannot name a paper there that is not');

SELECT is(pg_temp.try('intake', pg_temp.code(20), 'accept'), 'ACCEPTED', 'the other dossier is accepted');
SELECT is(pg_temp.try('dispatcher', pg_temp.code(20), 'assign'), 'PROCESSING', 'given to somebody');
SELECT is(pg_temp.try('processor', pg_temp.code(20), 'demandFee'), 'PAYMENT_REQUIRED', 'and a fee is demanded');
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT applied FROM portal_retry_due(100)), 1, 'what was paid before is taken up at once');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT (d.state, d.finance, f.reference, f.cashier)::text FROM dossier d JOIN fee_demand f ON f.dossier = d.id WHERE d.code = pg_temp.code(20)), '(PROCESSING,PAID,GD-20,)', 'R30: the payment settles it');
SELECT is((SELECT actor_kind || ' ' || actor_name FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(20))).id AND event = 'paid'), 'OFFICER Cổng Dịch vụ công quốc gia', 'in the cashier''s place');
SELECT is(pg_temp.send('PAYMENT', jsonb_build_object('code', pg_temp.code(20), 'amountDong', 20000, 'reference', 'GD-20', 'taxCode', '0100109106')), 'QUARANTINED OTHER_APPLICANT', 'a payment by another company');
SELECT is(pg_temp.send('PAYMENT', jsonb_build_object('code', pg_temp.code(2), 'amountDong', 20000, 'reference', 'GD-20')), 'QUARANTINED REFERENCE_USED', 'a reference settles one fee');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(21)), '074090000021'), 'QUARANTINED NO_DOSSIER', 'D14: a withdrawal that is earlier than its dossier waits');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(20), 'note', 'Tôi đổi ý'), '074090000002'), 'QUARANTINED OTHER_APPLICANT', 'nobody withdraws another''s dossier');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(20), 'note', 'Tôi đổi ý'), '074090000020'), 'APPLIED', 'D14: who filed it asks to withdraw it');
SELECT is((pg_temp.the(pg_temp.code(20))).state, 'WITHDRAW_REQUESTED', 'which an officer decides');
SELECT is((SELECT actor_kind || ' ' || actor_name FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(20))).id AND event = 'requestWithdraw'), 'CITIZEN Lê Thị Cổng', 'by the applicant');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(20), 'note', 'Tôi đổi ý'), '074090000020'), 'APPLIED', 'the same again is the same');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(20), 'note', 'Nữa'), '074090000020'), 'QUARANTINED NOT_NOW', 'another is refused as long as the first is open');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(20))).id AND event = 'requestWithdraw'), 1::bigint, 'and it has happened once');
SELECT is(pg_temp.try('intake', pg_temp.code(2), 'reject'), 'REJECTED', 'a dossier ends');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(2)), '074090000001'), 'QUARANTINED CLOSED', 'one that has ended is withdrawn no more');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(2), '[{"name": "Muộn", "khoId": "KQ-3"}]')), 'QUARANTINED CLOSED', 'and what is for it then waits for an officer');

-- What comes and was not asked for, under that name or at all, is kept and told of; what was there already still answers.
CREATE FUNCTION pg_temp.tries(p_who text, p_code text, p_event text, p_changes jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.try(p_who, p_code, p_event, pg_temp.args_but(p_code, p_event, p_changes)) $$;
CREATE FUNCTION pg_temp.told(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(event || ' ' || actor_kind || coalesce(': ' || note, ''), ', ' ORDER BY seq) FROM motcua.dossier_event
     WHERE dossier = (pg_temp.the(p_code)).id AND event IN ('supplement', 'papersReceived') $$;
CREATE FUNCTION pg_temp.names(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(name, ', ' ORDER BY id) FROM motcua.portal_paper WHERE dossier = (pg_temp.the(p_code)).id $$;
CREATE FUNCTION pg_temp.others(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(array_to_string(unmatched, '+'), ', ' ORDER BY id) FROM motcua.portal_message WHERE code = p_code AND kind = 'SUPPLEMENT' $$;
CREATE FUNCTION pg_temp.extra(p_code text, p_name text, p_address text DEFAULT 'https://cong.vn/tep/x') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.send('SUPPLEMENT', pg_temp.papers(p_code, jsonb_build_array(jsonb_build_object('name', p_name, 'address', p_address))) || jsonb_build_object('n', clock_timestamp()), '074090000050') $$;
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(50)), '074090000050'), 'APPLIED', 'a dossier nobody has asked anything of');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Ảnh hiện trạng.jpg'), 'APPLIED', 'R19: papers that nobody asked for');
SELECT is(pg_temp.names(pg_temp.code(50)), 'Căn cước, Ảnh hiện trạng.jpg', 'are kept with the dossier');
SELECT is(pg_temp.told(pg_temp.code(50)), 'papersReceived CITIZEN: Nộp tại Cổng Dịch vụ công quốc gia: Ảnh hiện trạng.jpg', 'and stand in its timeline');
SELECT is(pg_temp.others(pg_temp.code(50)), 'Ảnh hiện trạng.jpg', 'the portal is told which nobody asked for');
SELECT is((SELECT string_agg(n.template, ' ') FROM outbox o JOIN dossier_event e ON e.id = o.entity JOIN officer_notice n ON (n.event, n.from_state) = (e.event, e.from_state)
            WHERE e.dossier = (pg_temp.the(pg_temp.code(50))).id AND e.event = 'papersReceived'), 'officer.papersReceived', 'R19: and whoever has it in hand');
SELECT is((SELECT count(*) FROM dossier_state s WHERE NOT s.terminal AND s.id <> 'DRAFT'
             AND NOT EXISTS (SELECT FROM officer_notice n WHERE n.event = 'papersReceived' AND n.from_state = s.id)), 0::bigint, 'in whichever state it is');
SELECT is(pg_temp.tries('intake', pg_temp.code(50), 'askIntakeSupplement', '{"parts": [{"name": "Căn cước"}, {"name": "Bản vẽ vị trí (có xác nhận)"}]}'), 'INTAKE_SUPPLEMENT', 'an officer asks for one that is there, and another');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Giấy khác'), 'APPLIED', 'a paper of another name');
SELECT is((pg_temp.the(pg_temp.code(50))).state || ' ' || pg_temp.names(pg_temp.code(50)), 'INTAKE_SUPPLEMENT Căn cước, Ảnh hiện trạng.jpg, Giấy khác', 'answers nothing, and is kept');
SELECT matches(pg_temp.told(pg_temp.code(50)), 'papersReceived CITIZEN: Nộp tại Cổng Dịch vụ công quốc gia: Giấy khác$', 'R19: which is said');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Căn cước', 'https://cong.vn/tep/1'), 'APPLIED', 'the very paper that came with the filing, once more');
SELECT is((SELECT count(*) FROM missing_items((pg_temp.the(pg_temp.code(50))).id)), 1::bigint, 'R19: answers what asks for it');
SELECT is(pg_temp.extra(pg_temp.code(50), 'ban_ve-vi tri co xac nhan.PDF'), 'APPLIED', 'a file whose name is the asked paper''s but for accents and ending');
SELECT is((pg_temp.the(pg_temp.code(50))).state, 'SUBMITTED', 'R19: is that paper');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Căn cước', 'https://cong.vn/tep/1'), 'APPLIED', 'a paper that is there, and is not asked for');
SELECT is((SELECT count(*) FROM portal_paper WHERE dossier = (pg_temp.the(pg_temp.code(50))).id), 4::bigint, 'is there once');
SELECT matches(pg_temp.told(pg_temp.code(50)), 'supplement CITIZEN, papersReceived CITIZEN: Nộp tại Cổng Dịch vụ công quốc gia: Căn cước$', 'R19: and even that is said');
SELECT is((SELECT (d.seq = max(e.seq) AND count(*) = d.seq)::text FROM dossier d JOIN dossier_event e ON e.dossier = d.id WHERE d.code = pg_temp.code(50) GROUP BY d.seq), 'true', 'its events have no gap');

SELECT is(pg_temp.tries('intake', pg_temp.code(50), 'askIntakeSupplement', '{"parts": [{"name": "Hộ chiếu"}]}'), 'INTAKE_SUPPLEMENT', 'something is asked for');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50)), '074090000050'), 'APPLIED', 'the applicant wants it back');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Hộ chiếu'), 'QUARANTINED WITHDRAWAL_OPEN', 'D14: what was asked for comes meanwhile, and waits for the decision');
SELECT is(pg_temp.extra(pg_temp.code(50), 'Giấy thứ ba'), 'APPLIED', 'what was not does not');
SELECT matches(pg_temp.names(pg_temp.code(50)), 'Hộ chiếu, Giấy thứ ba$', 'both are kept at once');
SELECT matches(pg_temp.told(pg_temp.code(50)), 'Hộ chiếu, papersReceived CITIZEN: Nộp tại Cổng Dịch vụ công quốc gia: Giấy thứ ba$', 'and said, for who decides');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50)), '074090000050'), 'APPLIED', 'the same wish again');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(50))).id AND event = 'requestWithdraw'), 1::bigint, 'is the same');
SELECT is(pg_temp.try('intake', pg_temp.code(50), 'refuseWithdraw'), 'INTAKE_SUPPLEMENT', 'it is refused');
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT applied FROM portal_retry_due(100)), 1, 'D15: and at once what waited');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((pg_temp.the(pg_temp.code(50))).state, 'SUBMITTED', 'answers');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(50))).id AND event = 'papersReceived' AND note LIKE '%Hộ chiếu'), 1::bigint, 'it is said once that it came');
SELECT set_config('test.wish', current_setting('test.receipt'), true) \g /dev/null
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50)), '074090000050'), 'APPLIED', 'D14: the same words after a refusal');
SELECT is((pg_temp.the(pg_temp.code(50))).state, 'WITHDRAW_REQUESTED', 'are another wish');
SELECT isnt(current_setting('test.receipt'), current_setting('test.wish'), 'with a receipt of its own');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50)), '074090000050'), 'APPLIED', 'which, sent again');
SELECT is((SELECT count(*) FROM dossier_event WHERE dossier = (pg_temp.the(pg_temp.code(50))).id AND event = 'requestWithdraw'), 2::bigint, 'happens once, too');
SELECT is(pg_temp.try('intake', pg_temp.code(50), 'refuseWithdraw'), 'SUBMITTED', 'it is refused again');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50), 'messageId', 'M-1'), '074090000050'), 'APPLIED', 'a wish that has a number');
SELECT is(pg_temp.try('intake', pg_temp.code(50), 'refuseWithdraw'), 'SUBMITTED', 'is refused');
SELECT is(pg_temp.send('WITHDRAWAL', jsonb_build_object('code', pg_temp.code(50), 'messageId', 'M-1'), '074090000050'), 'APPLIED', 'and comes late once more');
SELECT is((pg_temp.the(pg_temp.code(50))).state, 'SUBMITTED', 'D14: which its number tells');

SELECT is(pg_temp.tries('intake', pg_temp.code(50), 'askIntakeSupplement', '{"parts": [{"name": "Giấy uỷ quyền"}]}'), 'INTAKE_SUPPLEMENT', 'once more something is asked for');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(pg_temp.code(50), jsonb_build_array(jsonb_build_object('name', 'scan0001.pdf', 'address', 'https://cong.vn/tep/9', 'item',
    (SELECT upper(m.public_id::text) FROM missing_items((pg_temp.the(pg_temp.code(50))).id) AS m)))), '074090000050'), 'APPLIED', 'a file of any name, which the portal says is that');
SELECT is((pg_temp.the(pg_temp.code(50))).state, 'SUBMITTED', 'R19: is that');

-- How a paper came, as the portal says.
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(51), '{"papers": [{"name": "A", "khoId": "K1", "fromStore": true, "digitised": true}, {"name": "B", "khoId": "K2", "reused": true}, {"name": "C", "khoId": "K3"}]}'), '074090000051'), 'APPLIED', 'papers of the national store, used again, and new');
SELECT is((SELECT string_agg(concat_ws(' ', name, source, CASE WHEN digitised THEN 'digitised' END), ', ' ORDER BY name) FROM portal_paper WHERE dossier = (pg_temp.the(pg_temp.code(51))).id),
          'A DB digitised, B REUSE, C UPLOAD', 'R07: are known as such');
SELECT is(pg_temp.tries('intake', pg_temp.code(51), 'accept', '{"digitised": false, "digitisationReason": null}'), 'ACCEPTED', 'R31: what came in digital form need not be digitised again');
SELECT ok((pg_temp.the(pg_temp.code(51))).digitised, 'and counts as digitised');
SELECT is(pg_temp.tries('intake', pg_temp.code(3), 'accept', '{"digitised": false}'), 'GUARD_FAILED digitised', 'what did not is as any paper');
SELECT is((SELECT reused FROM paper_reuse_of(ARRAY[(pg_temp.the(pg_temp.code(51))).competent_agency])) >= 2, true, 'R08: and papers used again are counted as spared');

-- What is paid with the filing waits for its demand, and settles it.
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(52), '{"payment": {"amountDong": 20000, "reference": "GD-52"}}'), '074090000052'), 'APPLIED', 'R19: a dossier that was paid for when it was filed');
SELECT is(pg_temp.reason_of(pg_temp.code(52)), 'DOSSIER APPLIED, PAYMENT QUARANTINED NO_DEMAND', 'the payment is kept');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(52), '{"payment": {"amountDong": 20000, "reference": "GD-52"}}'), '074090000052'), 'APPLIED', 'sent again');
SELECT is(pg_temp.reason_of(pg_temp.code(52)), 'DOSSIER APPLIED, PAYMENT QUARANTINED NO_DEMAND', 'it is the same');
SELECT is(concat_ws(' ', pg_temp.try('intake', pg_temp.code(52), 'accept'), pg_temp.try('dispatcher', pg_temp.code(52), 'assign'), pg_temp.tries('processor', pg_temp.code(52), 'demandFee', '{"amountDong": 30000}')), 'ACCEPTED PROCESSING PAYMENT_REQUIRED', 'more is demanded than was paid');
SELECT * FROM pg_temp.act_as('worker');
SELECT tried FROM portal_retry_due(100) \g /dev/null
SELECT * FROM pg_temp.act_as('admin');
SELECT is(pg_temp.reason_of(pg_temp.code(52)), 'DOSSIER APPLIED, PAYMENT QUARANTINED AMOUNT_DIFFERS', 'R19: then a cashier is to see it');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(53), '{"payment": {"amountDong": 20000, "reference": "GD-53"}}'), '074090000053'), 'APPLIED', 'another');
SELECT is(concat_ws(' ', pg_temp.try('intake', pg_temp.code(53), 'accept'), pg_temp.try('dispatcher', pg_temp.code(53), 'assign'), pg_temp.try('processor', pg_temp.code(53), 'demandFee')), 'ACCEPTED PROCESSING PAYMENT_REQUIRED', 'of which the same is demanded');
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT applied FROM portal_retry_due(100)), 1, 'R19: is settled at once');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT (d.state, d.finance, f.reference)::text FROM dossier d JOIN fee_demand f ON f.dossier = d.id WHERE d.code = pg_temp.code(53)), '(PROCESSING,PAID,GD-53)', 'by what was paid at the filing');

-- What is about a dossier is its agency's, or the one's that it names; what is about none that is known, nobody's.
CREATE FUNCTION pg_temp.held(p_code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_who  text;
    v_list text := '';
BEGIN
    FOREACH v_who IN ARRAY ARRAY['intake', 'administrator', 'processor', 'elsewhere', 'administrator_elsewhere']
    LOOP
        v_list := v_list || CASE WHEN pg_temp.count_as(v_who, format('SELECT count(*) FROM portal_message WHERE code = %L', p_code)) > 0 THEN ' ' || v_who ELSE '' END;
    END LOOP;
    RETURN ltrim(v_list);
END $$;
INSERT INTO actor SELECT 'administrator_elsewhere', login, kind, me, subjects, agencies, 'ADMINISTRATOR', session FROM actor WHERE who = 'elsewhere';
CREATE FUNCTION pg_temp.about(p_kind text, p_code text, p_agency text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.send(p_kind, jsonb_strip_nulls(jsonb_build_object('code', p_code, 'agency', p_agency, 'amountDong', 1, 'reference', 'GD ' || p_code,
                                                                     'papers', '[{"name": "x", "khoId": "KQ"}]'::jsonb)), '074090000077') $$;
CREATE FUNCTION pg_temp.about_all(p_code text, p_agency text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', pg_temp.about('SUPPLEMENT', p_code, p_agency), pg_temp.about('PAYMENT', p_code, p_agency), pg_temp.about('WITHDRAWAL', p_code, p_agency)) $$;
SELECT is(pg_temp.about_all(pg_temp.code(30), current_setting('test.agency')), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER',
          'R30: what names an agency before its dossier is there');
SELECT is(pg_temp.held(pg_temp.code(30)), 'intake administrator', 'is that agency''s');
SELECT is((SELECT count(*) FROM portal_message m JOIN agency a ON a.id = m.agency WHERE m.code = pg_temp.code(30) AND a.code = current_setting('test.agency')), 3::bigint, 'of each kind');
SELECT is(pg_temp.about_all(pg_temp.code(2), 'H77.9'), 'QUARANTINED CLOSED, QUARANTINED CLOSED, QUARANTINED CLOSED', 'R30: what is about a dossier that is there');
SELECT is((SELECT count(*) FROM portal_message m JOIN dossier d ON d.code = m.code AND d.received_agency = m.agency
            WHERE m.code = pg_temp.code(2) AND m.agency_code = 'H77.9'), 3::bigint, 'is its agency''s, whatever it names');
SELECT is(pg_temp.held(pg_temp.code(2)), 'intake administrator', 'and nobody else''s');
SELECT is(pg_temp.about('PAYMENT', 'H88.8-261120-000001', 'H88.8'), 'QUARANTINED NO_DOSSIER', 'what is about nothing that is known');
SELECT is(pg_temp.held('H88.8-261120-000001'), 'administrator administrator_elsewhere', 'waits for administrators');
SELECT set_config('test.closed', pg_temp.dossier_in('PROCESSING'), true) \g /dev/null
UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = current_setting('test.closed');
SELECT is(pg_temp.about('WITHDRAWAL', current_setting('test.closed')), 'QUARANTINED NO_DOSSIER', 'a dossier that the portal is not to know of is none to it');
SELECT is(pg_temp.held(current_setting('test.closed')), 'administrator administrator_elsewhere', 'nor makes it the message an agency''s');
SELECT is(pg_temp.about('SUPPLEMENT', pg_temp.code(31), current_setting('test.agency')), 'QUARANTINED NO_DOSSIER', 'what is an agency''s');
SELECT is(pg_temp.retry('elsewhere', pg_temp.code(31)), 'NOT_FOUND', 'no other takes up');
SELECT is(pg_temp.retry('administrator_elsewhere', pg_temp.code(31)), 'NOT_FOUND', 'nor an administrator of another');
SELECT is(pg_temp.retry('intake', pg_temp.code(31)), 'SUPPLEMENT QUARANTINED NO_DOSSIER', 'R30: but its own reception');

-- What is settled by hand.
CREATE FUNCTION pg_temp.dismiss(p_who text, p_code text, p_kind text, p_reason text DEFAULT 'Đã hoàn tiền') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r    record;
    v_id uuid := (SELECT public_id FROM portal_message WHERE code = p_code AND kind = p_kind);
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM dismiss_portal_message(v_id, p_reason);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, (SELECT concat_ws(' ', state, reason, dismissal) FROM portal_message WHERE public_id = v_id));
END $$;
SELECT is(pg_temp.about_all(pg_temp.code(60), current_setting('test.agency')), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER', 'three messages wait');
SELECT is(pg_temp.count_as('counter', format($$SELECT count(*) FROM portal_message WHERE code = %L AND kind = 'PAYMENT' AND amount_dong = 1 AND reference LIKE 'GD%%'$$, pg_temp.code(60))), 1::bigint, 'R30: a cashier sees the payment, and how much it is');
SELECT is(pg_temp.count_as('counter', format($$SELECT count(*) FROM portal_message WHERE code = %L AND kind <> 'PAYMENT'$$, pg_temp.code(60))), 0::bigint, 'nothing else');
SELECT is(concat_ws(', ', pg_temp.dismiss('counter', pg_temp.code(60), 'SUPPLEMENT'), pg_temp.dismiss('processor', pg_temp.code(60), 'PAYMENT'), pg_temp.dismiss('elsewhere', pg_temp.code(60), 'PAYMENT')),
          'NOT_FOUND, NOT_FOUND, NOT_FOUND', 'and nobody settles what he does not see');
SELECT is(concat_ws(', ', pg_temp.dismiss('counter', pg_temp.code(60), 'PAYMENT', ' '), pg_temp.dismiss('counter', pg_temp.code(60), 'PAYMENT', repeat('x', 501)), pg_temp.dismiss('counter', pg_temp.code(60), 'PAYMENT', NULL)),
          'GUARD_FAILED, GUARD_FAILED, GUARD_FAILED', 'nor without a reason, or with one too long');
SELECT is(pg_temp.dismiss('counter', pg_temp.code(60), 'PAYMENT', repeat('x', 500)), 'DISMISSED NO_DOSSIER ' || repeat('x', 500), 'R30: the cashier settles it by hand');
SELECT is(pg_temp.dismiss('intake', pg_temp.code(60), 'SUPPLEMENT'), 'DISMISSED NO_DOSSIER Đã hoàn tiền', 'reception the papers');
SELECT is((SELECT count(*) FROM portal_message WHERE state = 'DISMISSED' AND num_nonnulls(body, person, personal_no, personal_no_index) = 0 AND dismissed_by IS NOT NULL), 2::bigint, 'which leaves nothing of the applicant');
SELECT is(pg_temp.dismiss('intake', pg_temp.code(60), 'SUPPLEMENT'), 'NOT_FOUND', 'it is settled once');
SELECT is(pg_temp.about('SUPPLEMENT', pg_temp.code(60), current_setting('test.agency')), 'DISMISSED NO_DOSSIER', 'the portal is told, should it send it again');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(60)), '074090000077'), 'APPLIED', 'its dossier comes');
SELECT is(pg_temp.reason_of(pg_temp.code(60)), 'SUPPLEMENT DISMISSED NO_DOSSIER, PAYMENT DISMISSED NO_DOSSIER, WITHDRAWAL APPLIED, DOSSIER APPLIED', 'and takes up what was not settled');
SELECT is((SELECT count(*) FROM audit WHERE act = 'portal.dismiss'), 2::bigint, 'both are audited');

-- ---- order ----

-- When each message of a code was applied, one after the other: the order in which they were done.
CREATE FUNCTION pg_temp.done(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(kind || CASE WHEN state = 'APPLIED' THEN '' ELSE ' ' || reason END, ', ' ORDER BY applied_at, id) FROM motcua.portal_message WHERE code = p_code $$;
CREATE FUNCTION pg_temp.wait_for(p_code text, p_more jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', pg_temp.send('SUPPLEMENT', pg_temp.papers(p_code, '[{"name": "Hộ chiếu", "khoId": "KQ"}]'), '074090000040'),
                           pg_temp.send('WITHDRAWAL', jsonb_build_object('code', p_code), '074090000040'),
                           pg_temp.send('PAYMENT', jsonb_build_object('code', p_code, 'amountDong', 1, 'reference', 'GD ' || p_code)),
                           pg_temp.send('DOSSIER', pg_temp.filing(p_code, p_more), '074090000040')) $$;
CREATE FUNCTION pg_temp.retry_one(p_code text, p_kind text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := (SELECT public_id FROM portal_message WHERE code = p_code AND kind = p_kind AND state = 'QUARANTINED');
BEGIN
    PERFORM pg_temp.act_as('administrator');
    PERFORM retry_portal_message(v_id);
    PERFORM pg_temp.act_as('admin');
    RETURN pg_temp.done(p_code);
END $$;
CREATE FUNCTION pg_temp.learn(p_procedure text) RETURNS bigint LANGUAGE sql AS $$
    WITH p AS (INSERT INTO motcua.procedure (code, field, level) SELECT p_procedure, field, level FROM motcua.procedure WHERE code = '1.001612' RETURNING id)
    INSERT INTO motcua.procedure_version (procedure, no, valid_from, decision, name, online_level, home_eligible, boundary_free)
    SELECT id, 1, '2025-07-01', 'QĐ 1', 'Thủ tục mới', 'FULL', false, false FROM p RETURNING id $$;
SELECT is(pg_temp.wait_for(pg_temp.code(40), '{"procedure": "9.999940"}'), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED UNKNOWN_PROCEDURE',
          'R30: three messages wait behind a dossier that waits for its procedure');
SELECT is(pg_temp.retry_one(pg_temp.code(40), 'WITHDRAWAL'), 'SUPPLEMENT NO_DOSSIER, WITHDRAWAL NO_DOSSIER, PAYMENT NO_DOSSIER, DOSSIER UNKNOWN_PROCEDURE', 'released too early all stay');
SELECT pg_temp.learn('9.999940') \g /dev/null
SELECT is(pg_temp.retry_one(pg_temp.code(40), 'DOSSIER'), 'DOSSIER, SUPPLEMENT, WITHDRAWAL, PAYMENT NO_DEMAND', 'released, it is done first, and they in the order they came');
SELECT is((pg_temp.the(pg_temp.code(40))).state, 'WITHDRAW_REQUESTED', 'with all that they do');
SELECT is(pg_temp.wait_for(pg_temp.code(41), '{"procedure": "9.999941"}'), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED UNKNOWN_PROCEDURE', 'another');
SELECT pg_temp.learn('9.999941') \g /dev/null
SELECT is(pg_temp.retry_one(pg_temp.code(41), 'WITHDRAWAL'), 'DOSSIER, SUPPLEMENT, WITHDRAWAL, PAYMENT NO_DEMAND', 'whichever of them is released');
SELECT is(pg_temp.wait_for(pg_temp.code(42), '{"procedure": "9.999942"}'), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED UNKNOWN_PROCEDURE', 'a third');
SELECT pg_temp.learn('9.999942') \g /dev/null
UPDATE portal_message SET next_try_at = now() + CASE kind WHEN 'WITHDRAWAL' THEN interval '0' ELSE interval '1 hour' END WHERE code = pg_temp.code(42);
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT (tried, applied)::text FROM portal_retry_due(100)), '(4,3)', 'or by itself, whichever is due first');
SELECT * FROM pg_temp.act_as('admin');
SELECT is(pg_temp.done(pg_temp.code(42)), 'DOSSIER, SUPPLEMENT, WITHDRAWAL, PAYMENT NO_DEMAND', 'it is the same');
SELECT set_config('test.late', pg_temp.dossier_in('SUBMITTED'), true) \g /dev/null
UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = current_setting('test.late');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(current_setting('test.late'), '[{"name": "Một", "khoId": "K1"}]')), 'QUARANTINED NO_DOSSIER', 'a dossier that the portal is not to know of');
UPDATE dossier SET access_class = 'OPEN' WHERE code = current_setting('test.late');
SELECT is(pg_temp.send('SUPPLEMENT', pg_temp.papers(current_setting('test.late'), '[{"name": "Hai", "khoId": "K2"}]')), 'APPLIED', 'has become open when the next comes');
SELECT is((SELECT string_agg(p.name, ', ' ORDER BY p.id) FROM portal_paper p JOIN dossier d ON d.id = p.dossier WHERE d.code = current_setting('test.late')), 'Một, Hai', 'which is done after the one ahead of it');

-- ---- outbound ----

CREATE FUNCTION pg_temp.sync(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', s.state, s.waiting, s.why) FROM motcua.dossier_sync s JOIN motcua.dossier d ON d.id = s.dossier WHERE d.code = p_code $$;
CREATE FUNCTION pg_temp.claim(p_code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('worker');
    SELECT c.* INTO r FROM sync_claim('DVCQG', 100, 60) AS c WHERE c.code = p_code;
    PERFORM pg_temp.act_as('admin');
    IF r.message IS NOT NULL THEN
        PERFORM set_config('test.message', r.message::text, true), set_config('test.try', r.try::text, true);
    END IF;
    RETURN concat_ws(' ', r.service, r.event, r.national_code);
END $$;
CREATE FUNCTION pg_temp.finish_as(p_outcome text, p_why text DEFAULT NULL) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_dead int;
BEGIN
    PERFORM pg_temp.act_as('worker');
    v_dead := sync_finish(ARRAY[current_setting('test.message')::bigint], ARRAY[current_setting('test.try')::bigint], ARRAY[p_outcome], ARRAY[0::bigint], ARRAY[p_why]);
    PERFORM pg_temp.act_as('admin');
    RETURN v_dead;
END $$;
SELECT is((SELECT count(*) FROM sync_message), 0::bigint, 'an adapter that is off is told nothing');
SELECT is(ROW(adapter_on('DVCQG'), adapter_on('DVCQG'))::text, '(t,f)', 'a worker turns it on, once');
SELECT is(pg_temp.try('intake', pg_temp.code(3), 'accept'), 'ACCEPTED', 'what came from the portal is accepted');
SELECT is(pg_temp.try('dispatcher', pg_temp.code(3), 'assign'), 'PROCESSING', 'and given to somebody');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'PENDING 2', 'R30: both are written with their events');
SELECT is(pg_temp.claim(pg_temp.code(3)), 'DongBoHoSoMC accept 2', 'the first goes out');
SELECT is(pg_temp.claim(pg_temp.code(3)), '', 'and the second waits for its acknowledgement');
SELECT is(pg_temp.finish_as('RETRY', 'HTTP_500'), 0, 'the portal is ill');
SELECT is(pg_temp.claim(pg_temp.code(3)), 'DongBoHoSoMC accept 2', 'it is tried again');
SELECT is(pg_temp.finish_as('ACKED'), 0, 'and acknowledged');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'PENDING 1', 'now the other''s turn');
SELECT is(pg_temp.claim(pg_temp.code(3)), 'CapNhatTienDoHoSoMC assign 4', 'as progress');
SELECT is(pg_temp.finish_as('REFUSED', 'E99'), 1, 'which the portal does not take');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'FAILED 1 E99', 'it is given up with what the portal said');
SELECT is(pg_temp.claim(pg_temp.code(3)), '', 'and not sent any more');
CREATE FUNCTION pg_temp.redrive(p_who text, p_code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM redrive_sync(p_code, 'DVCQG');
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, pg_temp.sync(p_code));
END $$;
SELECT is(pg_temp.redrive('elsewhere', pg_temp.code(3)), 'NOT_FOUND', 'another agency has nothing sent again');
SELECT is(pg_temp.redrive('processor', pg_temp.code(3)), 'NOT_ALLOWED', 'nor who only processes');
SELECT is(pg_temp.redrive('head', pg_temp.code(4)), 'STALE_STATE', 'nor what was not given up');
SELECT is(pg_temp.redrive('head', pg_temp.code(3)), 'PENDING 1', 'R30: its head has');
SELECT is(pg_temp.claim(pg_temp.code(3)), 'CapNhatTienDoHoSoMC assign 4', 'and it goes out');
-- A worker that dies: its claim runs out, another takes the message, and the first one's late word counts no more.
UPDATE dossier_sync SET due_at = now() WHERE dossier = (pg_temp.the(pg_temp.code(3))).id;
SELECT set_config('test.former', current_setting('test.try'), true) \g /dev/null
SELECT is(pg_temp.claim(pg_temp.code(3)), 'CapNhatTienDoHoSoMC assign 4', 'an answer that is lost has it sent again');
SELECT set_config('test.try', current_setting('test.former'), true) \g /dev/null
SELECT is(pg_temp.finish_as('REFUSED', 'LATE'), 0, 'a late refusal of the try before');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'SENT 1', 'changes nothing');
SELECT is(pg_temp.finish_as('ACKED'), 0, 'a late acknowledgement');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'ACKED 0', 'is one');
UPDATE adapter SET tries_max = 2 WHERE id = 'DVCQG';
SELECT is(pg_temp.try('processor', pg_temp.code(3), 'sendTask'), 'INTERAGENCY', 'something happens');
SELECT is((SELECT count(*) FROM (SELECT pg_temp.claim(pg_temp.code(3)), pg_temp.finish_as('RETRY', 'HTTP_500') FROM generate_series(1, 2)) AS x WHERE claim <> ''), 2::bigint, 'two tries are all it has');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'FAILED 1 HTTP_500', 'R30: then it is given up');
SELECT is(pg_temp.redrive('head', pg_temp.code(3)), 'PENDING 1', 'had sent again');
SELECT is(pg_temp.claim(pg_temp.code(3)), 'CapNhatTienDoHoSoMC sendTask 4', 'it is on its way');
SELECT is(pg_temp.finish_as('HOLD'), 0, 'was not sent after all: the circuit is open');
SELECT is((SELECT tries FROM dossier_sync WHERE dossier = (pg_temp.the(pg_temp.code(3))).id), 0, 'which costs no try');
CREATE FUNCTION pg_temp.paused(p_times int) RETURNS int LANGUAGE sql AS $$
    SELECT count(*)::int FROM (SELECT pg_temp.claim(pg_temp.code(3)), pg_temp.finish_as('PAUSE', 'HTTP_503') FROM generate_series(1, p_times)) AS x WHERE claim <> '' $$;
SELECT is(pg_temp.paused(5), 5, 'R18: nor does a pause that the portal asks for, and another');
SELECT is((SELECT tries || ' ' || pg_temp.sync(pg_temp.code(3)) FROM dossier_sync WHERE dossier = (pg_temp.the(pg_temp.code(3))).id), '0 PENDING 1 HTTP_503', 'the message waits');
UPDATE dossier_sync SET paused_at = paused_at - interval '1 day' WHERE dossier = (pg_temp.the(pg_temp.code(3))).id;
SELECT is(pg_temp.paused(5), 2, 'but after a day of pauses each costs one');
SELECT is(pg_temp.sync(pg_temp.code(3)), 'FAILED 1 HTTP_503', 'and it is given up like any other');
SELECT is(pg_temp.redrive('head', pg_temp.code(3)), 'PENDING 1', 'sent again');
SELECT is(pg_temp.paused(3), 3, 'it has another day');
SELECT is(ROW(pg_temp.claim(pg_temp.code(3)), pg_temp.finish_as('ACKED'))::text, '("CapNhatTienDoHoSoMC sendTask 4",0)', 'once it is acknowledged');
SELECT is((SELECT count(*) FROM dossier_sync WHERE paused_at IS NOT NULL), 0::bigint, 'no pause is left');
SELECT is(pg_temp.try('intake', pg_temp.code(4), 'accept'), 'ACCEPTED', 'another is on its way');
SELECT adapter_pull_pause('DVCQG', 900000) \g /dev/null
SELECT is((SELECT pull_due_at - now() FROM adapter WHERE id = 'DVCQG'), interval '15 minutes', 'R18: a catalogue is asked for when the portal says');
SELECT ok(NOT adapter_pull_claim('DVCQG'), 'by nobody before');

-- Every change of state is told, or there is a reason not to.
CREATE TEMP TABLE untold (event text, why text);
INSERT INTO untold VALUES ('createDraft', 'a draft is the applicant''s own: no office and no other system has heard of it');
SELECT is_empty($$SELECT t.id FROM dossier_transition t WHERE t.to_state IS DISTINCT FROM t.from_state
                     AND NOT EXISTS (SELECT FROM adapter_service s WHERE s.adapter = 'DVCQG' AND s.event = t.event) AND t.event NOT IN (SELECT event FROM untold)$$,
                'R30: every edge that changes the state has a service, or a reason');
SELECT is_empty($$SELECT event FROM untold WHERE event NOT IN (SELECT event FROM dossier_transition) OR event IN (SELECT event FROM adapter_service)$$, 'and no reason is out of date');
-- What an edge, taken by who may, tells; NULL: it left the state.
CREATE FUNCTION pg_temp.told_of(p_edge text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    t      dossier_transition := (SELECT t FROM motcua.dossier_transition t WHERE t.id = p_edge);
    v_code text := pg_temp.dossier_in(t.from_state, CASE WHEN t.accepted = false THEN 'SUBMITTED' ELSE 'PROCESSING' END);
    v_done text := pg_temp.try(pg_temp.who_may(p_edge), v_code, t.event);
BEGIN
    RETURN CASE WHEN v_done = t.from_state THEN NULL ELSE (
        SELECT concat(v_done, ' ', count(*)) FROM motcua.sync_message m JOIN motcua.dossier_event e ON e.id = m.event JOIN motcua.dossier d ON d.id = m.dossier
         WHERE d.code = v_code AND e.event = t.event AND e.to_state = d.state) END;
END $$;
SELECT is_empty($$SELECT id, told FROM (SELECT t.id, pg_temp.told_of(t.id) AS told FROM dossier_transition t WHERE t.from_state IS NOT NULL AND t.from_state <> 'DRAFT'
                    AND t.to_state IS DISTINCT FROM t.from_state) AS x WHERE told IS NOT NULL AND told !~ '^[A-Z_]+ 1$'$$, 'R30: and tells of it once');
SELECT is((SELECT count(*) FROM dossier_sync s JOIN dossier d ON d.id = s.dossier WHERE d.code NOT LIKE '%-261120-%' AND s.waiting = 1) > 25, true, 'of more than 25 dossiers');

-- What a message says beside the state.
CREATE FUNCTION pg_temp.details(p_code text, p_first boolean DEFAULT false) RETURNS jsonb LANGUAGE sql AS $$ SELECT sync_details(d, p_first) FROM motcua.dossier d WHERE d.code = p_code $$;
SELECT set_config('test.told', pg_temp.dossier_in('PROCESSING'), true) \g /dev/null
SELECT is(pg_temp.details(current_setting('test.told')), '{}', 'of a dossier of which nothing is asked: nothing');
SELECT is(pg_temp.try('head', current_setting('test.told'), 'askSupplement'), 'SUPPLEMENT_REQUIRED', 'papers are asked for');
SELECT is((SELECT jsonb_build_array(s->'reason', s->'items'->0->'name', s->'items'->0->'note', s->'items'->1->'name', s ? 'until', s ? 'dueAfter', s ? 'answeredAt',
                                    (s->>'dueBefore')::bigint = microseconds(d.due_at)) FROM dossier d, jsonb_array_elements(pg_temp.details(d.code)->'supplements') AS s
            WHERE d.code = current_setting('test.told')), '["Thiếu giấy tờ", "Căn cước", "bản sao", "Giấy khai sinh", true, false, false, true]', 'R30: which, why, until when, and the date as it was');
SELECT is(pg_temp.try('citizen', current_setting('test.told'), 'supplement'), 'PROCESSING', 'they come');
SELECT is((SELECT jsonb_build_array(s ? 'answeredAt', (s->>'dueAfter')::bigint = microseconds(d.due_at), s->'items'->0->'isReceived')
             FROM dossier d, jsonb_array_elements(pg_temp.details(d.code)->'supplements') AS s WHERE d.code = current_setting('test.told')), '[true, true, true]', 'R30: and the date as it has become');
SELECT is(pg_temp.try('processor', current_setting('test.told'), 'demandFee'), 'PAYMENT_REQUIRED', 'a fee is demanded');
SELECT is((SELECT jsonb_build_array(f->'what', f->'amountDong', f->'stage', f ? 'until', f ? 'paidAt') FROM jsonb_array_elements(pg_temp.details(current_setting('test.told'))->'fees') AS f),
          '["Lệ phí", 20000, "PROCESSING", true, false]', 'R30: what for, how much, until when');
SELECT is(pg_temp.try('counter', current_setting('test.told'), 'paid'), 'PROCESSING', 'it is paid');
SELECT is((SELECT jsonb_build_array(f ? 'until', f ? 'paidAt', f->>'reference' LIKE 'GD-%') FROM jsonb_array_elements(pg_temp.details(current_setting('test.told'))->'fees') AS f), '[false, true, true]', 'which it says, too');
SELECT is(pg_temp.details(current_setting('test.told')) ? 'results', false, 'there is no result yet');
SELECT is(pg_temp.try('signer', current_setting('test.told'), 'complete'), 'COMPLETED', 'there is one');
SELECT is(pg_temp.details(current_setting('test.told'))->'results'->0->>'id', 'KQ-1', 'R30: it is named by its id');
SELECT is(pg_temp.details(current_setting('test.told'), true)->'owner', '{"kind": "PERSON"}', 'a person who owns it is not named');
SELECT is((SELECT pg_temp.details(pg_temp.code(4), true)->'owner'->>'taxCode' = o.tax_code FROM organisation o WHERE o.id = 5002), true, 'an organisation is, by its tax code');
SELECT is(pg_temp.details(pg_temp.code(4)) ? 'owner', false, 'to who has not heard of the dossier');

-- What did not come from there is told, unless it is RESTRICTED, then or since; an agency's own is no other's to see.
CREATE FUNCTION pg_temp.own(p_class text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.dossier_in('SUBMITTED');
BEGIN
    UPDATE dossier SET access_class = p_class WHERE code = v_code;
    PERFORM pg_temp.try('intake', v_code, 'accept');
    RETURN v_code;
END $$;
SELECT set_config('test.open', pg_temp.own('OPEN'), true), set_config('test.restricted', pg_temp.own('RESTRICTED'), true) \g /dev/null
SELECT is(pg_temp.sync(current_setting('test.open')), 'PENDING 1', 'R30: a dossier of our own is told too');
SELECT is(pg_temp.sync(current_setting('test.restricted')), NULL, 'not what is RESTRICTED');
UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = current_setting('test.open');
SELECT is(pg_temp.claim(current_setting('test.open')), '', 'nor what has become so');
SELECT is(pg_temp.sync(current_setting('test.open')), NULL, 'which leaves no trace');
SELECT is(pg_temp.count_as('elsewhere', 'SELECT count(*) FROM dossier_sync'), 0::bigint, 'another agency sees nothing of it');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier_sync'), -1::bigint, 'a citizen not even the count');

UPDATE dossier_sync SET oldest_at = now() - interval '16 minutes' WHERE waiting > 0;
SELECT is(pg_temp.count_as('inspector', 'SELECT count(*) FROM adapter_figures() WHERE lag_s >= 960 AND is_late AND quarantined > 0'), 1::bigint, 'R30: an inspector reads the lag, and that it is too long');
SELECT is(pg_temp.count_as('head', 'SELECT count(*) FROM adapter_figures()'), 0::bigint, 'who neither inspects nor administers does not');
-- ---- the end of what messages say ----

SELECT is(pg_temp.about_all(pg_temp.code(70), current_setting('test.agency')), 'QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER, QUARANTINED NO_DOSSIER', 'three messages wait');
UPDATE adapter SET quarantine_keep_days = 30;
UPDATE portal_message SET next_try_at = now() + interval '1 day' WHERE state = 'QUARANTINED';
UPDATE portal_message SET received_at = now() - interval '30 days' + CASE kind WHEN 'PAYMENT' THEN interval '1 minute' ELSE -interval '1 minute' END WHERE code = pg_temp.code(70);
SELECT * FROM pg_temp.act_as('worker');
SELECT is((SELECT tried FROM portal_retry_due(100)), 0, 'the worker looks');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT string_agg(concat_ws(' ', kind, state, dismissal), ', ' ORDER BY id) FROM portal_message WHERE code = pg_temp.code(70)),
          'SUPPLEMENT DISMISSED Hết thời hạn lưu, PAYMENT QUARANTINED, WITHDRAWAL DISMISSED Hết thời hạn lưu', 'what nobody has settled in its time goes, not a minute before');
SELECT is((SELECT count(*) FROM portal_message WHERE code = pg_temp.code(70) AND state = 'DISMISSED' AND num_nonnulls(body, personal_no_index) > 0), 0::bigint, 'with what it said of its applicant');
SELECT is((SELECT body->>'messages' FROM audit WHERE act = 'portal.expire'), '2', 'which is audited by its count');
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(71), '{"procedure": "9.999971"}'), '074090000001'), 'QUARANTINED UNKNOWN_PROCEDURE', 'something of a person waits');
SELECT portal_forget((pg_temp.the(pg_temp.code(1))).applicant) \g /dev/null
SELECT is((SELECT concat_ws(' ', state, reason, num_nonnulls(body, person, personal_no, personal_no_index)) FROM portal_message WHERE code = pg_temp.code(71)), 'DISMISSED UNKNOWN_PROCEDURE 0', 'R02: it goes with the account');
SELECT is((SELECT count(*) FROM portal_message WHERE code = pg_temp.code(70) AND state = 'QUARANTINED'), 1::bigint, 'what is of others stays');
SELECT anonymise_events(ARRAY[(pg_temp.the(pg_temp.code(50))).id, (pg_temp.the(pg_temp.code(52))).id]) \g /dev/null
SELECT is((SELECT count(*) FROM portal_message WHERE code IN (pg_temp.code(50), pg_temp.code(52)) AND (state = 'QUARANTINED' OR unmatched <> '{}')), 0::bigint, 'and with a dossier''s data the names of its papers, and what waits of it');

-- ---- agencies ----

CREATE FUNCTION pg_temp.pull(p_lines jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('worker');
    SELECT * INTO r FROM agencies_import(p_lines);
    PERFORM pg_temp.act_as('admin');
    RETURN concat_ws(' ', r.added, r.changed, r.refused);
END $$;
CREATE FUNCTION pg_temp.agency(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws('|', a.name, a.unit_code, a.kinds::text, a.valid_from, a.valid_to, s.code) FROM motcua.agency a LEFT JOIN motcua.agency s ON s.id = a.successor WHERE a.code = p_code $$;
SELECT is(pg_temp.pull('[{"MaDonVi": "H78.1", "TenDonVi": "Cũ", "MaDVHC": "25747", "ChucNang": ["TIEP_NHAN", "GIAI_QUYET"], "NgayHieuLuc": "20250701"},
    {"MaDonVi": "H78.2", "TenDonVi": "Mới", "MaDVHC": "25747"}]'), '2 0 0', 'R30: two agencies of the portal''s list are new');
SELECT is(pg_temp.agency('H78.1'), 'Cũ|25747|{RECEPTION,COMPETENT}|2025-07-01', 'one as its line says');
SELECT is(pg_temp.agency('H78.2'), 'Mới|25747|{RECEPTION}|' || (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'the other, that says nothing, receives from today on');
SELECT is(pg_temp.pull('[{"MaDonVi": "H78.1", "TenDonVi": "Cũ", "MaDVHC": "25813", "ChucNang": ["GIAI_QUYET"], "NgayHetHieuLuc": "20270101", "MaDonViThayThe": "H78.3"},
    {"MaDonVi": "H78.3", "TenDonVi": "Thay thế", "MaDVHC": "25813"}]'), '1 1 0', 'one is to end, and its successor is new');
SELECT is(pg_temp.agency('H78.1'), 'Cũ|25813|{COMPETENT}|2025-07-01|2027-01-01|H78.3', 'R30: its unit, what it does, until when, and who follows');
SELECT is(pg_temp.pull('[{"MaDonVi": "H78.1", "TenDonVi": "Cũ"}, {"MaDonVi": "H78.2", "TenDonVi": "Mới", "MaDVHC": "0"}]'), '0 0 0', 'what a line does not say stays');
SELECT is(pg_temp.pull('[{"MaDonVi": "H78.1", "TenDonVi": "Cũ", "NgayHetHieuLuc": "20250701"}, {"MaDonVi": "H78.1", "TenDonVi": "Cũ", "NgayHetHieuLuc": "20260230"},
    {"MaDonVi": "H78.1", "TenDonVi": "Cũ", "ChucNang": ["KHAC"]}, {"MaDonVi": "H78.1", "TenDonVi": "Cũ", "MaDonViThayThe": "H78.1"}, {"MaDonVi": "H78.4", "TenDonVi": "Không nơi nào"}]'),
          '0 0 5', 'an end before its beginning, a day that is none, no function, itself as successor, or no place: none of it is taken');
SELECT is(pg_temp.agency('H78.1'), 'Cũ|25813|{COMPETENT}|2025-07-01|2027-01-01|H78.3', 'and nothing is changed by it');

-- ---- a fee that is due with the filing ----

UPDATE adapter SET is_on = true WHERE id = 'DVCQG';
DELETE FROM fee_rule WHERE procedure_version IN (SELECT v.id FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE p.code = '1.001612');
CREATE FUNCTION pg_temp.sent(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(e.event, ' ' ORDER BY m.id) FROM motcua.sync_message m JOIN motcua.dossier_event e ON e.id = m.event WHERE m.dossier = (pg_temp.the(p_code)).id
$$;
SELECT pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(90)), '074090000090') AS without_fee \gset
INSERT INTO fee_rule (procedure_version, kind, amount_dong, collected, valid_from, decision)
SELECT version, 'FEE', 20000, 'RECEPTION', '2020-01-01', 'QĐ thử' FROM procedure_in_force WHERE code = '1.001612';
SELECT is(pg_temp.send('DOSSIER', pg_temp.filing(pg_temp.code(91)), '074090000091') || ' ' || (pg_temp.the(pg_temp.code(91))).finance, 'APPLIED DUE', 'R30: a fee at reception is due with the filing');
SELECT is(pg_temp.sent(pg_temp.code(91)), 'submit', 'R30: which the portal is told, for it is paid there');
SELECT is(:'without_fee' || coalesce(pg_temp.sent(pg_temp.code(90)), ''), 'APPLIED', 'what it knows itself it is not told');
\ir include/end.psql
