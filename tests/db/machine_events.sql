-- What the machine's events leave behind, one by one (DOMAIN §5.2 D3c-D19, T2): supplements, tasks, fees, withdrawals, clock,
-- forms, and who sees them. Edges and guards as such: machine.sql.
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(241);

CREATE FUNCTION pg_temp.id_of(p_code text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM dossier WHERE code = p_code $$;
-- So much working time before now.
CREATE FUNCTION pg_temp.put_back(p_code text, p_by interval) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dossier SET submitted_at = submitted_at - p_by, received_at = received_at - p_by WHERE code = p_code;
    UPDATE dossier_event SET at = at - p_by WHERE dossier = pg_temp.id_of(p_code);
    UPDATE dossier_pause SET from_at = from_at - p_by WHERE dossier = pg_temp.id_of(p_code);
END $$;
CREATE FUNCTION pg_temp.clock_of(p_code text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT clock FROM dossier WHERE code = p_code); END $$;
CREATE FUNCTION pg_temp.forms(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(kind || CASE WHEN number IS NULL THEN '?' ELSE '' END, ',' ORDER BY id) FROM issued_form WHERE dossier = pg_temp.id_of(p_code)
$$;
CREATE FUNCTION pg_temp.told(p_code text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(payload->>'template', ',' ORDER BY o.id) FROM outbox o JOIN dossier d ON d.public_id = o.order_key WHERE d.code = p_code
$$;
CREATE FUNCTION pg_temp.item(p_code text, p_no int) RETURNS text LANGUAGE sql AS $$ SELECT public_id::text FROM supplement_item WHERE dossier = pg_temp.id_of(p_code) AND no = p_no ORDER BY id DESC LIMIT 1 $$;

-- D3: acceptance, in time and late.
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'accept'), 'ACCEPTED', 'D3');
SELECT is((SELECT (late_intake, clock, digitised, due_at = due_at(received_at, 3, 'WORKING_DAY'))::text FROM dossier WHERE code = :'code'), '(f,RUNNING,t,t)', 'D3: in time, the clock runs');
SELECT is(pg_temp.forms(:'code') || ' ' || pg_temp.told(:'code'), '01 dossier.accepted', 'D3: form 01, and the applicant is told');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
UPDATE dossier_event SET at = now() - interval '20 days' WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('intake', :'code', 'accept'), 'ACCEPTED', 'D3: late is accepted, too');
SELECT is((SELECT late_intake FROM dossier WHERE code = :'code'), true, 'D3: and flagged');
SELECT is(is_late(d, t, due_at(e.at, 8, 'WORKING_HOUR') + v.more), v.late, v.what)
  FROM (VALUES (interval '0', false, 'D3: exactly eight working hours are in time'), ('1 microsecond', true, 'D3: and no more')) AS v(more, late, what), dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = 1, dossier_transition t WHERE d.code = :'code' AND t.id = 'D3';

-- D3c: at the counter.
SELECT set_config('test.citizen2', public_id::text, true) FROM subject WHERE id = 2 \g /dev/null
CREATE FUNCTION pg_temp.take_in(p_who text, p_procedure text DEFAULT '1.001612', p_agency text DEFAULT NULL, p_applicant text DEFAULT 'citizen2',
                                p_index bytea DEFAULT NULL, p_args jsonb DEFAULT '{"digitised": true, "channel": "COUNTER"}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM accept_at_counter(p_procedure, p_agency, CASE p_applicant WHEN 'citizen2' THEN current_setting('test.citizen2') ELSE p_applicant END, p_index, p_args);
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('test.code', coalesce((SELECT code FROM dossier WHERE id = r.id), ''), true);
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(x->>'path', ',') FROM jsonb_array_elements(r.problems) AS x), ''),
                    (SELECT concat_ws(' ', state, seq, r.seq) FROM dossier WHERE id = r.id));
END $$;
SELECT is(pg_temp.take_in('intake'), 'ACCEPTED 1 1', 'D3c: taken in and accepted in one event');
SELECT is((SELECT (d.applicant, d.submitter, d.channel, d.clock, d.digitised, a.code, d.due_at = due_at(d.received_at, 3, 'WORKING_DAY'), d.submitted_at <= d.received_at)::text
             FROM dossier d JOIN agency a ON a.id = d.received_agency WHERE d.code = current_setting('test.code')), '(2,2,COUNTER,RUNNING,t,H29.101,t,t)', 'D3c: as any accepted dossier');
SELECT results_eq($$SELECT seq, event, from_state, to_state, actor_kind, actor_id FROM dossier_event WHERE dossier = pg_temp.id_of(current_setting('test.code'))$$,
    $$VALUES (1, 'acceptAtCounter', NULL::text, 'ACCEPTED', 'OFFICER', 1::bigint)$$, 'D3c: the officer did it');
SELECT is(pg_temp.forms(current_setting('test.code')) || ' ' || pg_temp.told(current_setting('test.code')), '01 dossier.accepted', 'D3c: with its receipt');
SELECT is(pg_temp.try('dispatcher', current_setting('test.code'), 'assign'), 'PROCESSING', 'D3c: and it goes on');
SELECT is(pg_temp.take_in('intake', p_args => '{"channel": "COUNTER"}'), 'GUARD_FAILED digitised', 'R31: digitised, or a reason');
SELECT is(pg_temp.take_in('intake', p_args => '{"digitisationReason": "máy hỏng"}'), 'ACCEPTED 1 1', 'R31: a reason will do');
SELECT is(pg_temp.take_in('intake', p_args => '{"digitised": true, "channel": "ONLINE"}'), 'GUARD_FAILED channel', 'D3c: the counter is the channel');
SELECT is(pg_temp.take_in('intake', p_procedure => '9.999999'), 'GUARD_FAILED procedure', 'D3c: a procedure in force');
SELECT is(pg_temp.take_in('intake', p_procedure => '9.000001'), 'GUARD_FAILED procedure', 'D3c: and none of the sandbox');
SELECT is(pg_temp.take_in('intake', p_applicant => NULL), 'GUARD_FAILED applicant', 'D3c: somebody applies');
SELECT is(pg_temp.take_in('intake', p_applicant => 'nobody'), 'GUARD_FAILED applicant', 'D3c: whom we know');
SELECT is(pg_temp.take_in('intake', p_agency => 'H29.102'), 'NOT_ALLOWED', 'D3c: at the officer''s own agency');
SELECT is(pg_temp.take_in(w), 'NOT_ALLOWED', 'D3c: not by ' || w) FROM unnest(ARRAY['head', 'processor', 'field', 'nobody_officer']) AS w;
UPDATE person SET personal_no_index = sha256('index of 2') WHERE id = 2;
SELECT is(pg_temp.take_in('intake', p_applicant => NULL, p_index => sha256('index of 2')), 'ACCEPTED 1 1', 'D3c: found by the number');
SELECT is((SELECT applicant FROM dossier WHERE code = current_setting('test.code')), 2::bigint, 'D3c: who it is');
SELECT tax_code FROM organisation WHERE id = 5001 \gset
SELECT is(pg_temp.take_in('intake', p_applicant => NULL, p_args => jsonb_build_object('digitised', true, 'applicantTaxCode', :'tax_code')), 'ACCEPTED 1 1', 'D3c: an organisation is found by its tax code');
SELECT is((SELECT applicant FROM dossier WHERE code = current_setting('test.code')), 5001::bigint, 'D3c: that one');
SELECT is(pg_temp.take_in('intake', p_applicant => NULL, p_args => jsonb_build_object('digitised', true, 'applicantTaxCode', t)), 'GUARD_FAILED applicant', format('D3c: no organisation has the tax code «%s»', t))
  FROM unnest(ARRAY['', '0100109107', (SELECT o.tax_code FROM organisation o JOIN subject s ON s.id = o.id WHERE s.sandbox LIMIT 1)]) AS t;
SELECT is(pg_temp.take_in('intake', p_applicant => 'nobody', p_args => jsonb_build_object('digitised', true, 'applicantTaxCode', :'tax_code')), 'GUARD_FAILED applicant', 'D3c: nor is it taken in place of whom the identifier should name');
SELECT is(pg_temp.take_in('intake', p_args => '{"digitised": true, "channel": "APPOINTMENT"}'), 'ACCEPTED 1 1', 'D3c: who comes by appointment');
SELECT is((SELECT channel FROM dossier WHERE code = current_setting('test.code')), 'APPOINTMENT', 'D3c: has come by appointment');
SELECT is(pg_temp.take_in('intake', p_args => jsonb_build_object('digitised', true, 'channel', c)), 'GUARD_FAILED channel', format('D3c: but nothing else: %s', c)) FROM unnest('{POST,HOME,SMOKE}'::text[]) AS c;
CREATE FUNCTION pg_temp.make(p_who text, p_index text, p_name text DEFAULT ' Đỗ Văn Mới ', p_born date DEFAULT '1970-01-01') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    v_id := applicant_make(jsonb_build_object('publicId', '00000000-0000-7000-8000-0000000000aa', 'name', p_name, 'bornOn', p_born), decode(repeat('01', 43), 'hex'), sha256(p_index::bytea));
    PERFORM pg_temp.act_as('admin');
    RETURN v_id;
END $$;
SELECT is(pg_temp.make('intake', 'new'), '00000000-0000-7000-8000-0000000000aa', 'D3c: somebody new is made');
SELECT is(pg_temp.make('intake', 'new'), '00000000-0000-7000-8000-0000000000aa', 'D3c: once');
SELECT is(pg_temp.make('intake', 'index of 2', s.name, p.born_on), s.public_id, 'D3c: who is known is not made again') FROM subject s JOIN person p ON p.id = s.id WHERE s.id = 2;
SELECT is(pg_temp.make('intake', 'index of 2'), NULL, 'D3c: and another''s number is not taken');
SELECT is(pg_temp.make('intake', 'new', ' đo van MOI '), '00000000-0000-7000-8000-0000000000aa', 'D3c: a name is the same without accents');
SELECT is(pg_temp.make('intake', 'new', p_born => '1970-01-02'), NULL, 'D3c: but whose day of birth is another''s is somebody else');
SELECT is(pg_temp.make('head', 'other'), NULL, 'D3c: only who receives makes one');
SELECT is((SELECT count(*) FROM audit WHERE act = 'person.make' AND actor_id = 1), 1::bigint, 'D3c: and it is audited');
SELECT is(pg_temp.take_in('intake', p_applicant => '00000000-0000-7000-8000-0000000000aa'), 'ACCEPTED 1 1', 'D3c: and applies');

-- D4, D5: before acceptance no clock runs; the dossier comes back once nothing is missing.
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'askIntakeSupplement'), 'INTAKE_SUPPLEMENT', 'D4');
SELECT is((SELECT (clock, due_at IS NULL)::text FROM dossier WHERE code = :'code') || pg_temp.forms(:'code') || pg_temp.told(:'code'), '(NOT_STARTED,t)02dossier.supplementNeeded', 'D4: form 02, and no clock');
SELECT results_eq(format('SELECT r.stage, r.no, r.reason, i.no, i.name, i.note, i.how FROM supplement_request r JOIN supplement_item i ON i.request = r.id WHERE r.dossier = %s ORDER BY i.no', pg_temp.id_of(:'code')),
    $$VALUES ('INTAKE', 1, 'Thiếu giấy tờ', 1, 'Căn cước', 'bản sao', NULL::text), ('INTAKE', 1, 'Thiếu giấy tờ', 2, 'Giấy khai sinh', NULL, NULL)$$, 'D4: what is asked for');
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1), 'paper', '00000000-0000-7000-8000-000000000001')))),
          'INTAKE_SUPPLEMENT', 'D5: one of two is not enough');
SELECT is((SELECT d.seq || ' ' || e.event || ' ' || e.from_state || ' ' || e.to_state FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = d.seq WHERE d.code = :'code') || ' ' || pg_temp.told(:'code'),
          '3 supplement INTAKE_SUPPLEMENT INTAKE_SUPPLEMENT dossier.supplementNeeded', 'D5: it is an event, of which nobody is told yet');
SELECT is((SELECT string_agg(concat_ws(' ', no, how, paper IS NOT NULL, received_at IS NOT NULL), ', ' ORDER BY no) FROM supplement_item WHERE dossier = pg_temp.id_of(:'code')), '1 STORED t t, 2 f f', 'D5: one is there');
SELECT is((SELECT name || ' ' || source FROM dossier_part WHERE dossier = pg_temp.id_of(:'code')), 'Căn cước UPLOAD', 'R11: and is a part of the dossier by reference');
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1))))), 'GUARD_FAILED items', 'D5: what is there is not brought again');
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 2))))), 'INTAKE_SUPPLEMENT', 'D5: announced on paper is not there yet');
SELECT is((SELECT (how, answered_at IS NOT NULL, received_at IS NULL)::text FROM supplement_item WHERE public_id::text = pg_temp.item(:'code', 2)), '(ON_PAPER,t,t)', 'D5: but known to come');
SELECT is(pg_temp.try('intake', :'code', 'receiveItems', jsonb_build_object('digitised', true, 'items', jsonb_build_array(pg_temp.item(:'code', 2), pg_temp.item(:'code', 2)))), 'GUARD_FAILED items', 'D5: none is received twice');
SELECT is(pg_temp.try('intake', :'code', 'receiveItems'), 'SUBMITTED', 'D5: an officer has it');
SELECT is((SELECT (received_by, received_at IS NOT NULL)::text FROM supplement_item WHERE public_id::text = pg_temp.item(:'code', 2)) || (SELECT resolution FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')) || pg_temp.told(:'code'),
          '(1,t)ANSWEREDdossier.supplementNeeded,dossier.supplemented', 'D5: the request is answered');
SELECT is(pg_temp.try('intake', :'code', 'askIntakeSupplement'), 'INTAKE_SUPPLEMENT', 'D4: may ask again, with no rule to acknowledge');
SELECT is((SELECT max(no) FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')), 2, 'D4: the second of its stage');
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1), 'paper', p.paper)))), p.answer, 'D5: ' || p.what)
  FROM (VALUES ('00000000-0000-7000-8000-000000000002', 'GUARD_FAILED items', 'a paper nobody has checked'), ('00000000-0000-7000-8000-000000000003', 'GUARD_FAILED items', 'another''s paper'),
               ('00000000-0000-7000-8000-000000000004', 'GUARD_FAILED items', 'a paper that ended yesterday'), ('00000000-0000-7000-8000-00000000dead', 'GUARD_FAILED items', 'no paper'),
               ('paper', 'GUARD_FAILED items', 'no name of a paper'), ('00000000-0000-7000-8000-000000000005', 'INTAKE_SUPPLEMENT', 'a paper that ends today')) AS p(paper, answer, what);
SELECT is(pg_temp.try('intake', :'code', 'reject'), 'REJECTED', 'D6: from there, too');
SELECT is((SELECT resolution FROM supplement_request WHERE dossier = pg_temp.id_of(:'code') AND no = 2) || pg_temp.forms(:'code') || (SELECT clock || (finished_at IS NOT NULL) FROM dossier WHERE code = :'code'),
          'DROPPED02,02,03STOPPEDtrue', 'D6: form 03, and what was asked for is asked no longer');
SELECT is((SELECT note FROM dossier_event WHERE dossier = pg_temp.id_of(:'code') ORDER BY seq DESC LIMIT 1), E'Không thuộc thẩm quyền\nĐiều 1', 'D6: the applicant reads why');

-- D5: who does it for the applicant: its submitter with the scope for it, its delegate with a paper of its own, as long as it is one.
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
UPDATE dossier SET submitter = 5001 WHERE code = :'code';
SELECT jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1)))) AS announced \gset
UPDATE actor SET scopes = 'dossiers.read' WHERE who = 'partner';
SELECT is(pg_temp.try('partner', :'code', 'supplement', :'announced'), 'NOT_ALLOWED', 'D5: a key that only reads brings nothing');
UPDATE actor SET scopes = 'dossiers.read dossiers.submit' WHERE who = 'partner';
SELECT is(pg_temp.try('partner', :'code', 'supplement', :'announced'), 'INTAKE_SUPPLEMENT', 'D5: the partner that has submitted does');
SELECT is(pg_temp.try('partner', :'code', 'requestWithdraw'), 'NOT_ALLOWED', 'D14: but withdraws nothing');
SELECT is(pg_temp.try('partner', :'code', 'chooseDelivery'), 'NOT_ALLOWED', 'and chooses no delivery');
UPDATE stored_paper SET owner = 3 WHERE public_id = '00000000-0000-7000-8000-000000000005';
UPDATE dossier_grant SET fields = '{STATUS,APPLICANT}' WHERE dossier = pg_temp.id_of(:'code') AND grantee = 3;
SELECT is(pg_temp.try('delegate', :'code', 'supplement', :'announced'), 'NOT_ALLOWED', 'D5: who is not shown what is done does nothing either');
UPDATE dossier_grant SET fields = '{STATUS,APPLICANT,TIMELINE}' WHERE dossier = pg_temp.id_of(:'code') AND grantee = 3;
SELECT is(pg_temp.try('delegate', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1), 'paper', '00000000-0000-7000-8000-000000000005'),
                                                                                                      jsonb_build_object('item', pg_temp.item(:'code', 2), 'paper', '00000000-0000-7000-8000-000000000005')))),
          'SUBMITTED', 'D5: a delegate brings a paper of its own');
SELECT is(pg_temp.try('delegate', :'code', 'requestWithdraw'), 'NOT_ALLOWED', 'D14: and withdraws nothing');
UPDATE dossier_grant SET revoked_at = now() WHERE dossier = pg_temp.id_of(:'code') AND grantee = 3;
SELECT is(pg_temp.try('delegate', :'code', 'supplement'), 'NOT_FOUND', 'D5: who no longer is one does not know of it');

-- D10, D11: the clock rests; the second time wants to be known before.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('head', :'code', 'askSupplement', pg_temp.args_but(:'code', 'askSupplement', '{"acknowledgeOverdueRule": null}')), 'SUPPLEMENT_REQUIRED', 'D10');
SELECT is((SELECT clock FROM dossier WHERE code = :'code') || (SELECT reason || (to_at IS NULL) FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code')) || pg_temp.forms(:'code'), 'PAUSEDSUPPLEMENTtrue02', 'D10: form 02, and the clock rests');
SELECT * FROM pg_temp.put_back(:'code', '30 days');
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', pg_temp.item(:'code', 1))))), 'SUPPLEMENT_REQUIRED', 'D11: announced');
SELECT is((SELECT clock FROM dossier WHERE code = :'code'), 'PAUSED', 'D11: the clock goes on resting while something is missing');
SELECT is(pg_temp.try('citizen', :'code', 'supplement'), 'PROCESSING', 'D11: all there');
SELECT is((SELECT (clock, due_at = dossier_due(id), due_at > now())::text FROM dossier WHERE code = :'code'), '(RUNNING,t,t)', 'D11: it runs again, and the rest is not counted');
SELECT is(pg_temp.try('head', :'code', 'askSupplement', pg_temp.args_but(:'code', 'askSupplement', '{"acknowledgeOverdueRule": null}')), 'GUARD_FAILED acknowledgeOverdueRule', 'D10: a second time is warned of');
SELECT is(pg_temp.try('head', :'code', 'askSupplement', pg_temp.args_but(:'code', 'askSupplement', '{"acknowledgeOverdueRule": false}')), 'GUARD_FAILED acknowledgeOverdueRule', 'D10: until it is acknowledged');
SELECT matches((SELECT vi || en FROM dossier_guard WHERE id = 'overdueRuleAcknowledged'), '766/QĐ-TTg.*quá hạn.*count as overdue', 'D10: in words that say what it will mean');
SELECT is((SELECT count(*) FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')), 1::bigint, 'D10: and before anything has changed');
SELECT is(pg_temp.try('head', :'code', 'askSupplement'), 'SUPPLEMENT_REQUIRED', 'D10: acknowledged');
SELECT is(pg_temp.try('processor', :'code', 'waive'), 'PROCESSING', 'D11: or waived');
SELECT is((SELECT string_agg(no || resolution, ',' ORDER BY no) FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')) || (SELECT clock FROM dossier WHERE code = :'code'), '1ANSWERED,2WAIVEDRUNNING', 'D11: both are closed');

-- D8, D9: R1: other agencies in one dossier and one timeline.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('task_processor', :'code', 'taskDone', '{}'), 'NOT_FOUND', 'R1: an agency without a task does not know of it');
SELECT is(pg_temp.count_as('officer2', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.id_of(:'code'))), 0::bigint, 'R1: nor sees it');
SELECT is(pg_temp.try('processor', :'code', 'sendTask'), 'INTERAGENCY', 'D8');
SELECT is(pg_temp.try('processor', :'code', 'sendTask', pg_temp.args_but(:'code', 'sendTask', '{"agency": "H29.103"}')), 'INTERAGENCY', 'D8: another task beside it');
SELECT is(pg_temp.count_as('officer2', format('SELECT count(*) FROM dossier WHERE id = %s', pg_temp.id_of(:'code'))), 1::bigint, 'R1: with a task its agency sees the dossier');
SELECT is(pg_temp.count_as('officer2', format('SELECT count(*) FROM dossier_event WHERE dossier = %s', pg_temp.id_of(:'code'))), 3::bigint, 'R1: its timeline');
SELECT is(pg_temp.count_as('officer2', format('SELECT count(*) FROM inter_agency_task WHERE dossier = %s', pg_temp.id_of(:'code'))), 2::bigint, 'R1: and all tasks');
SELECT is(pg_temp.count_as('elsewhere', format('SELECT count(*) FROM inter_agency_task WHERE dossier = %s', pg_temp.id_of(:'code'))), 0::bigint, 'R1: an agency without one sees none');
SELECT is(pg_temp.try('task_processor', :'code', 'stop'), 'NOT_ALLOWED', 'R1: the task is all it has to do with it');
SELECT is(pg_temp.try('task_processor', :'code', 'taskDone', jsonb_build_object('answer', 'x', 'task', (SELECT public_id FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code') AND no = 2))), 'GUARD_FAILED task', 'D9: and not another agency''s');
SELECT is(pg_temp.try('task_processor', :'code', 'taskReturned'), 'INTERAGENCY', 'D9: while one is open the dossier waits');
SELECT is((SELECT string_agg(no || state || (closed_at IS NOT NULL), ',' ORDER BY no) FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code')), '1RETURNEDtrue,2SENTfalse', 'D9: one of two');
SELECT is(pg_temp.try('task_processor', :'code', 'taskDone', '{"answer": "x"}'), 'NOT_FOUND', 'R1: when its task is closed, the dossier is none of its business');
UPDATE inter_agency_task SET agency = 15 WHERE dossier = pg_temp.id_of(:'code') AND no = 2;
SELECT is(pg_temp.try('task_processor', :'code', 'taskDone'), 'PROCESSING', 'D9: the last one brings it back');
SELECT is(pg_temp.told(:'code'), 'dossier.sentToAgency,dossier.sentToAgency,dossier.agencyAnswered', 'D9: told once');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(answer) FROM inter_agency_task WHERE dossier = %s', pg_temp.id_of(:'code'))), -1::bigint, 'an answer is between agencies');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(title) FROM inter_agency_task WHERE dossier = %s', pg_temp.id_of(:'code'))), 2::bigint, 'R1: that there is a task, the applicant sees');
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'COMPLETED', 'D17: and now it may be completed');

-- D8: a dossier that is late already still needs the other agency's answer.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET received_at = now() - interval '30 days', due_at = now() - interval '20 days' WHERE code = :'code';
SELECT is(pg_temp.try('processor', :'code', 'sendTask', pg_temp.args_but(:'code', 'sendTask', jsonb_build_object('until', now()))), 'GUARD_FAILED until', 'D8: a late dossier''s task, too, lies ahead');
SELECT is(pg_temp.try('processor', :'code', 'sendTask', pg_temp.args_but(:'code', 'sendTask', jsonb_build_object('until', now() + interval '3 days'))), 'INTERAGENCY', 'D8: and may, as the date has passed');

-- D12, D13: a fee; the clock rests only where the version says so.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('processor', :'code', 'demandFee'), 'PAYMENT_REQUIRED', 'D12');
SELECT is((SELECT (clock, finance)::text FROM dossier WHERE code = :'code') || (SELECT count(*) FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code')), '(RUNNING,DUE)0', 'D12: the clock runs on');
SELECT is(pg_temp.try('signer', :'code', 'complete'), 'STALE_STATE', 'D17: not while a fee is due');
SELECT is(pg_temp.try('counter', :'code', 'paid'), 'PROCESSING', 'D13');
SELECT is((SELECT (clock, finance)::text FROM dossier WHERE code = :'code') || (SELECT cashier FROM fee_demand WHERE dossier = pg_temp.id_of(:'code')), '(RUNNING,PAID)1', 'D13: paid, and who saw it');
UPDATE procedure_version SET payment_pauses = true WHERE id = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('processor', :'code', 'demandFee') || pg_temp.clock_of(:'code'), 'PAYMENT_REQUIREDPAUSED', 'D12: where the version says so, the clock rests');
SELECT is(pg_temp.try('counter', :'code', 'paid') || pg_temp.clock_of(:'code'), 'PROCESSINGRUNNING', 'D13: until it is paid');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(reference) FROM fee_demand WHERE dossier = %s', pg_temp.id_of(:'code'))), -1::bigint, 'a payment''s reference is the cashier''s');

-- D14, D15: a withdrawal remembers where it was asked.
SELECT is(pg_temp.try('head', c.code, 'refuseWithdraw'), s.state, 'D15: refused, it is back in ' || s.state)
  FROM unnest(ARRAY['ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED']) AS s(state), LATERAL (SELECT pg_temp.dossier_in(s.state) AS code) AS c
 WHERE pg_temp.try('citizen', c.code, 'requestWithdraw') = 'WITHDRAW_REQUESTED';
SELECT is(pg_temp.try('intake', c.code, 'refuseWithdraw'), s.state, 'D15: and in ' || s.state)
  FROM unnest(ARRAY['SUBMITTED', 'INTAKE_SUPPLEMENT']) AS s(state), LATERAL (SELECT pg_temp.dossier_in(s.state) AS code) AS c
 WHERE pg_temp.try('citizen', c.code, 'requestWithdraw') = 'WITHDRAW_REQUESTED';
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw', '{"reason": "Đổi ý"}'), 'WITHDRAW_REQUESTED', 'D14');
SELECT is((SELECT (resume_state, clock)::text FROM dossier WHERE code = :'code') || (SELECT string_agg(reason, ',') FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code')), '(SUPPLEMENT_REQUIRED,PAUSED)SUPPLEMENT', 'D14: a clock that rests goes on resting');
SELECT is(pg_temp.try('citizen', :'code', 'supplement'), 'STALE_STATE', 'D14: nothing is brought meanwhile');
SELECT until AS term FROM supplement_request WHERE dossier = pg_temp.id_of(:'code') \gset
UPDATE dossier_event SET at = at - interval '10 days' WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('head', :'code', 'refuseWithdraw'), 'SUPPLEMENT_REQUIRED', 'D15: refused');
SELECT ok((SELECT until - :'term' BETWEEN interval '10 days' AND interval '10 days 1 hour' FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')), 'D15: and its applicant has as long as before');
SELECT is((SELECT (resume_state, clock)::text FROM dossier WHERE code = :'code'), '(,PAUSED)', 'D15: it rests as before');
SELECT is(pg_temp.try('citizen', :'code', 'supplement') || pg_temp.clock_of(:'code'), 'PROCESSINGRUNNING', 'D11: and goes on as if nothing had been asked');
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || pg_temp.clock_of(:'code'), 'WITHDRAW_REQUESTEDPAUSED', 'D14: a running clock rests');
SELECT is(pg_temp.try('intake', :'code', 'approveWithdraw'), 'NOT_ALLOWED', 'D15: once accepted, the head decides');
SELECT is(pg_temp.try('head', :'code', 'approveWithdraw'), 'WITHDRAWN', 'D15: approved');
SELECT is((SELECT (clock, finished_at IS NOT NULL, resume_state, finance)::text FROM dossier WHERE code = :'code') || (SELECT count(*) FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code') AND to_at IS NULL), '(STOPPED,t,,NONE)0', 'D15: over, and no pause is left open');
SELECT pg_temp.dossier_in('INTERAGENCY') AS code \gset
UPDATE dossier SET finance = 'PAID' WHERE code = :'code';
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || ' ' || pg_temp.try('head', :'code', 'approveWithdraw'), 'WITHDRAW_REQUESTED WITHDRAWN', 'D15: with a task open');
SELECT is((SELECT finance FROM dossier WHERE code = :'code') || (SELECT state FROM inter_agency_task WHERE dossier = pg_temp.id_of(:'code')), 'REFUNDINGCANCELLED', 'D15: what was paid goes back, the task is called off');
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'requestWithdraw') || ' ' || pg_temp.try('head', :'code', 'approveWithdraw') || ' ' || pg_temp.try('intake', :'code', 'approveWithdraw'), 'WITHDRAW_REQUESTED NOT_ALLOWED WITHDRAWN', 'D15: before acceptance, reception decides');

-- D16: stopped, by the head or by the clock on the wall.
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS code \gset
SELECT is(pg_temp.try('head', :'code', 'stop') || pg_temp.forms(:'code'), 'STOPPED05', 'D16: form 05');
SELECT is((SELECT clock FROM dossier WHERE code = :'code') || (SELECT resolution FROM supplement_request WHERE dossier = pg_temp.id_of(:'code')) || (SELECT count(*) FROM dossier_pause WHERE dossier = pg_temp.id_of(:'code') AND to_at IS NULL), 'STOPPEDDROPPED0', 'D16: nothing is left open');
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS supplement, pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS intake, pg_temp.dossier_in('PAYMENT_REQUIRED') AS payment, pg_temp.dossier_in('WITHDRAW_REQUESTED', 'SUPPLEMENT_REQUIRED') AS asked \gset
SELECT is(dossier_terms_end(1000), 0, 'D16: nothing ends before its term');
UPDATE supplement_request SET until = now() WHERE resolved_at IS NULL;
UPDATE fee_demand SET until = now() WHERE paid_at IS NULL;
SELECT is(dossier_terms_end(1000), 0, 'D16: nor at it');
UPDATE supplement_request SET until = now() - interval '1 microsecond' WHERE resolved_at IS NULL;
UPDATE fee_demand SET until = now() - interval '1 microsecond' WHERE paid_at IS NULL AND cancelled_at IS NULL;
SELECT * FROM pg_temp.act_as('worker');
SELECT is(dossier_terms_end(1), 1, 'D16: the worker ends what has let it pass, as many as it will');
SELECT isnt(dossier_terms_end(1000), 0, 'D16: and the rest');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT string_agg(state, ',' ORDER BY id) FROM dossier WHERE code IN (:'supplement', :'intake', :'payment', :'asked')), 'STOPPED,REJECTED,STOPPED,WITHDRAW_REQUESTED', 'D6, D16: rejected before acceptance, stopped after; a withdrawal is decided first');
SELECT is((SELECT (actor_kind, actor_id, actor_name, note)::text FROM dossier_event WHERE dossier = pg_temp.id_of(:'payment') ORDER BY seq DESC LIMIT 1), '(SYSTEM,,"Hệ thống","Hết thời hạn nộp phí, lệ phí.' || E'\n' || 'Nghị định 118/2025/NĐ-CP")', 'D16: and says why');
SELECT is((SELECT finance FROM dossier WHERE code = :'payment') || pg_temp.forms(:'payment') || pg_temp.forms(:'intake'), 'NONE0503', 'D16: a fee that is no longer due');

-- D6, D16: who has announced in time what is still missing is waited for, for the grace that term_rule gives, and no longer.
CREATE FUNCTION pg_temp.announce(p_code text, p_items int) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.try('citizen', p_code, 'supplement', jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('item', pg_temp.item(p_code, n))) FROM generate_series(1, p_items) AS n)))
$$;
-- A term that passed so long ago, with what was said as long before it.
CREATE FUNCTION pg_temp.passed(p_code text, p_ago interval) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    UPDATE supplement_request SET until = now() - p_ago WHERE dossier = pg_temp.id_of(p_code);
    UPDATE supplement_item SET answered_at = now() - p_ago WHERE dossier = pg_temp.id_of(p_code) AND answered_at IS NOT NULL;
    UPDATE fee_demand SET until = now() - p_ago, method_at = CASE WHEN method IS NOT NULL THEN now() - p_ago END WHERE dossier = pg_temp.id_of(p_code);
    RETURN dossier_terms_end(1000);
END $$;
UPDATE supplement_request SET until = now() + interval '30 days' WHERE resolved_at IS NULL;
UPDATE fee_demand SET until = now() + interval '30 days' WHERE paid_at IS NULL AND cancelled_at IS NULL;
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS announced, pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS intake, pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS partly, pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS late \gset
SELECT is(pg_temp.announce(:'announced', 2) || pg_temp.announce(:'intake', 2) || pg_temp.announce(:'partly', 1) || pg_temp.announce(:'late', 2), 'SUPPLEMENT_REQUIREDINTAKE_SUPPLEMENTSUPPLEMENT_REQUIREDSUPPLEMENT_REQUIRED', 'D11: announced on paper');
SELECT is(pg_temp.passed(:'announced', '1 second'), 0, 'D16: who has announced all in time is not stopped by the timer');
SELECT is(pg_temp.passed(:'intake', '1 second'), 0, 'D6: nor rejected');
SELECT results_eq(format('SELECT ends_at FROM open_terms() WHERE dossier IN (%s, %s)', pg_temp.id_of(:'announced'), pg_temp.id_of(:'intake')),
                  $$SELECT due_at(now() - interval '1 second', 5, 'WORKING_DAY') FROM generate_series(1, 2)$$, 'D16: for five working days more, as term_rule says');
SELECT is(pg_temp.passed(:'partly', '1 second'), 1, 'D16: who has announced one of two is');
UPDATE supplement_request SET until = now() - interval '1 second' WHERE dossier = pg_temp.id_of(:'late');
SELECT is(dossier_terms_end(1000), 1, 'D16: and who has done so only after the term');
SELECT is(pg_temp.passed(:'announced', '30 days') || '/' || pg_temp.passed(:'intake', '30 days'), '1/1', 'D6, D16: papers that do not come are not waited for without end');
SELECT is((SELECT string_agg(state, ',' ORDER BY id) FROM dossier WHERE code IN (:'announced', :'intake', :'partly', :'late')), 'STOPPED,REJECTED,STOPPED,STOPPED', 'D6, D16: then it ends as any other');
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS announced \gset
SELECT is(pg_temp.announce(:'announced', 2), 'SUPPLEMENT_REQUIRED', 'D11: announced again');
UPDATE term_rule SET grace_amount = 0 WHERE id = 'SUPPLEMENT';
SELECT is(pg_temp.passed(:'announced', '1 second'), 1, 'D16: where there is no grace, the term is all');
SELECT pg_temp.dossier_in('PAYMENT_REQUIRED') AS transfer, pg_temp.dossier_in('PAYMENT_REQUIRED') AS counter \gset
UPDATE fee_demand SET bank = 'Kho bạc', account_no = '3511.0', account_holder = 'UBND' WHERE dossier = pg_temp.id_of(:'transfer');
SELECT is(pg_temp.try('citizen', :'transfer', 'choosePayment', pg_temp.args_but(:'transfer', 'choosePayment', '{"method": "TRANSFER"}')) || pg_temp.try('citizen', :'counter', 'choosePayment'), 'PAYMENT_REQUIREDPAYMENT_REQUIRED', 'D12: one pays by transfer, one at the counter');
SELECT is(pg_temp.passed(:'transfer', '1 second') || '/' || pg_temp.passed(:'counter', '1 second'), '0/1', 'D16: a transfer said in time has days to arrive, the counter was open until the term');
SELECT is(pg_temp.passed(:'transfer', '30 days'), 1, 'D16: and then it ends');

-- D17-D19: completed, taken back, completed again, handed over.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'chooseDelivery', '{"delivery": "POST"}'), 'PROCESSING', 'the applicant chooses the way of delivery');
SELECT is(pg_temp.try('signer', :'code', 'complete') || (SELECT delivery FROM dossier WHERE code = :'code'), 'COMPLETEDPOST', 'D17: which the agency keeps to');
SELECT finished_at, due_at AS promised FROM dossier WHERE code = :'code' \gset
SELECT is(pg_temp.try('head', :'code', 'reopen'), 'PROCESSING', 'D19');
SELECT is((SELECT due_at FROM dossier WHERE code = :'code'), :'promised', 'D19: the return date stays as promised');
SELECT is(pg_temp.count_as(w.who, format('SELECT count(f.reopened) FROM former_result f WHERE f.dossier = %s', pg_temp.id_of(:'code'))), w.seen::bigint, 'D19: of which is told ' || w.who)
  FROM (VALUES ('citizen', 1), ('delegate', 1), ('citizen2', 0), ('partner', 1), ('officer', 1), ('elsewhere', 0)) AS w(who, seen);
SELECT is(pg_temp.count_as('citizen', 'SELECT count(f.outcome) FROM former_result f'), -1::bigint, 'D19: what the former result was stays with officers');
SELECT is((SELECT (clock, finished_at, outcome, e_result)::text FROM dossier WHERE code = :'code'), '(RUNNING,,,)', 'D19: there is no result');
SELECT is((SELECT (no, outcome, e_result, finished_at = :'finished_at')::text FROM former_result WHERE dossier = pg_temp.id_of(:'code')), '(1,GRANTED,KQ-1,t)', 'D19: the old one is kept');
SELECT is(pg_temp.try('signer', :'code', 'complete', '{"outcome": "REFUSED", "reason": "sai"}') || ' ' || pg_temp.try('counter', :'code', 'handOver') || ' ' || pg_temp.try('head', :'code', 'reopen'),
          'COMPLETED RETURNED STALE_STATE', 'D19: not once it has been handed over');

-- A dossier has 200 papers at most.
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS code \gset
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT pg_temp.id_of(:'code'), 199, 1, 'x', 'UPLOAD', id FROM stored_paper WHERE public_id = '00000000-0000-7000-8000-000000000001';
SELECT is(pg_temp.try('citizen', :'code', 'supplement'), 'GUARD_FAILED items', 'R11: the 201st paper is refused by name');
UPDATE dossier_part SET no = 198 WHERE dossier = pg_temp.id_of(:'code');
SELECT is(pg_temp.try('citizen', :'code', 'supplement'), 'PROCESSING', 'R11: the 200th is not');

-- Only some procedures are served at home.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE procedure_version SET home_eligible = false WHERE id = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('citizen', :'code', 'chooseDelivery', '{"delivery": "HOME_VISIT"}'), 'GUARD_FAILED delivery', 'no visit for a procedure that is not served at home');
SELECT is(pg_temp.try('citizen', :'code', 'chooseDelivery', '{"delivery": "POST"}'), 'PROCESSING', 'but the post');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER", "delivery": "HOME_VISIT"}'), 'GUARD_FAILED delivery', 'nor with another channel');
SELECT is(pg_temp.tried(w.who, w.state, w.event, '{"delivery": "HOME_VISIT"}'), 'GUARD_FAILED delivery', w.no || ': nor may the agency state one')
  FROM (VALUES ('D17', 'signer', 'PROCESSING', 'complete'), ('D18', 'counter', 'COMPLETED', 'handOver')) AS w(no, who, state, event);
SELECT is(pg_temp.tried(w.who, w.state, w.event, '{"delivery": "POST"}'), w.reaches, w.no || ': but the post')
  FROM (VALUES ('D17', 'signer', 'PROCESSING', 'complete', 'COMPLETED'), ('D18', 'counter', 'COMPLETED', 'handOver', 'RETURNED')) AS w(no, who, state, event, reaches);
UPDATE procedure_version SET home_eligible = true WHERE id = (SELECT procedure_version FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('citizen', :'code', 'chooseDelivery', '{"delivery": "HOME_VISIT"}'), 'PROCESSING', 'a visit for one that is');
SELECT is((SELECT delivery FROM dossier WHERE code = :'code'), 'HOME_VISIT', 'which is kept');
SELECT is(pg_temp.try('citizen', :'code', 'changeChannel', '{"channel": "COUNTER", "delivery": "HOME_VISIT"}'), 'PROCESSING', 'and with another channel');
SELECT is(pg_temp.tried(w.who, w.state, w.event, '{"delivery": "HOME_VISIT"}'), w.reaches, w.no || ': a visit for one that is')
  FROM (VALUES ('D17', 'signer', 'PROCESSING', 'complete', 'COMPLETED'), ('D18', 'counter', 'COMPLETED', 'handOver', 'RETURNED')) AS w(no, who, state, event, reaches);

-- T2: put off, with form 04.
-- What is kept of its being late: of the dossier, its extensions, its agency's figures.
CREATE FUNCTION pg_temp.lateness(p_code text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT concat_ws(' ', d.extended_late::text, (SELECT string_agg(x.late::text, ',' ORDER BY x.no) FROM dossier_extension x WHERE x.dossier = d.id),
                             CASE WHEN d.finished_at <= d.due_at THEN 'finished by its date' END, CASE d.counted_on_time WHEN true THEN 'on time' WHEN false THEN 'late' END)
              FROM dossier d WHERE d.code = p_code);
END $$;
-- Put off while its clock rests, which it began to do so long before its date.
CREATE FUNCTION pg_temp.extended_at_rest(p_before interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint := pg_temp.id_of(pg_temp.dossier_in('SUPPLEMENT_REQUIRED'));
BEGIN
    UPDATE dossier_pause SET from_at = now() - interval '3 days' WHERE dossier = v_id;
    UPDATE dossier SET received_at = now() - interval '10 days', due_at = now() - interval '3 days' + p_before WHERE id = v_id;
    RETURN extend_due(v_id, now() + interval '7 days', 'x', (SELECT e.id FROM dossier_event e WHERE e.dossier = v_id));
END $$;
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT pg_temp.args_but(:'code', 'extend', '{}') AS args, due_at AS old FROM dossier WHERE code = :'code' \gset
SELECT is(pg_temp.try('head', :'code', 'extend', :'args') || pg_temp.forms(:'code') || pg_temp.told(:'code'), 'PROCESSING04dossier.extended', 'T2');
SELECT is((SELECT due_at FROM dossier WHERE code = :'code'), (:'args'::jsonb->>'dueAt')::timestamptz, 'T2: a new date');
SELECT results_eq(format('SELECT (body->>''oldDueAt'')::timestamptz, (body->>''dueAt'')::timestamptz, body->>''reason'' FROM issued_form WHERE dossier = %s', pg_temp.id_of(:'code')),
                  format('SELECT %L::timestamptz, due_at, ''Có lý do'' FROM dossier WHERE code = %L', :'old', :'code'), 'T2: form 04 says from which date to which, and why');
SELECT is((SELECT (old_due = :'old', new_due = (:'args'::jsonb->>'dueAt')::timestamptz, x.event = e.id)::text FROM dossier_extension x JOIN dossier_event e ON e.dossier = x.dossier AND e.seq = 2 WHERE x.dossier = pg_temp.id_of(:'code')), '(t,t,t)', 'T2: from which to which');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET received_at = now() - interval '30 days', due_at = now() - interval '20 days' WHERE code = :'code';
SELECT is(pg_temp.try('head', :'code', 'extend'), 'PROCESSING', 'T2: what is late already may be put off, and is late');
SELECT is(pg_temp.lateness(:'code'), 'true true', 'T2: for later, which is kept');
SELECT is(pg_temp.try('head', :'code', 'extend') || ' ' || pg_temp.lateness(:'code'), 'PROCESSING true true,false', 'T2: whatever is put off again in time');
SELECT is(pg_temp.try('signer', :'code', 'complete') || ' ' || pg_temp.lateness(:'code'), 'COMPLETED true true,false finished by its date late', 'T2, QĐ 766: finished by the new date, it counts as late');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT is(pg_temp.try('head', :'code', 'extend') || pg_temp.try('signer', :'code', 'complete') || ' ' || pg_temp.lateness(:'code'), 'PROCESSINGCOMPLETED false false finished by its date on time', 'T2: what was put off in time and finished by the new date is on time');
SELECT is(pg_temp.extended_at_rest('0'), false, 'T2: what has rested since its date is not late, however long its applicant takes');
SELECT is(pg_temp.extended_at_rest('-1 microsecond'), true, 'T2: what was late before it rested is');
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
UPDATE dossier SET received_at = now() - interval '30 days', due_at = now() - interval '20 days' WHERE code = :'code';
SELECT is(pg_temp.try('head', :'code', 'extend', jsonb_build_object('reason', 'x', 'dueAt', now())), 'GUARD_FAILED dueAt', 'T2: not to a day gone by');

-- Who sees what is asked for: the applicant, whom the timeline is shown, the dossier's offices.
SELECT pg_temp.dossier_in('SUPPLEMENT_REQUIRED') AS code \gset
SELECT is(pg_temp.count_as(v.who, format('SELECT count(*) FROM %I WHERE dossier = %s', t.tab, pg_temp.id_of(:'code'))), CASE WHEN v.sees THEN t.rows ELSE 0 END, format('%s by %s', t.tab, v.who))
  FROM (VALUES ('supplement_request', 1::bigint), ('supplement_item', 2)) AS t(tab, rows),
       (VALUES ('citizen', true), ('delegate', true), ('consented', true), ('partner', true), ('citizen2', false), ('officer', true), ('elsewhere', false), ('nobody_citizen', false), ('nobody_officer', false)) AS v(who, sees);
SELECT is(pg_temp.count_as(w, 'SELECT count(*) FROM ' || t), -1::bigint, format('%s by %s', t, w))
  FROM unnest(ARRAY['supplement_request', 'supplement_item', 'inter_agency_task', 'fee_demand', 'former_result']) AS t, unnest(ARRAY['public', 'service', 'worker']) AS w;
SELECT * FROM pg_temp.act_as('citizen');
SELECT throws_ok(format('UPDATE %I SET dossier = dossier', t), '42501', NULL, 'nobody writes ' || t) FROM unnest(ARRAY['supplement_request', 'supplement_item', 'inter_agency_task', 'fee_demand', 'former_result']) AS t;
SELECT * FROM pg_temp.act_as('admin');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and all of it stands together');
\ir include/end.psql
