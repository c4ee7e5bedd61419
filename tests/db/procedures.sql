-- Procedures: nothing published changes, versions do not overlap, four eyes (R13); fees (R19, R23); search and its index; the
-- list of changes (R30); what the seeds say (R15, R23). functions/86_procedures.sql, 87_procedure_proposals.sql, 88_catalogue.sql.
\ir include/begin.psql
SELECT plan(105);

-- R13: what may be done to what is published.
SELECT is_empty($$SELECT t, p FROM unnest('{procedure_version,procedure_case,procedure_part,fee_rule,procedure_guidance}'::text[]) AS t, unnest('{DELETE,TRUNCATE,UPDATE}'::text[]) AS p
                   WHERE has_table_privilege('motcua_definer', t, p)$$, 'R13: no function deletes or changes what is published');
SELECT ok(has_column_privilege('motcua_definer', 'procedure_version', 'valid_to', 'UPDATE') AND NOT has_column_privilege('motcua_definer', 'procedure_version', 'name', 'UPDATE')
          AND NOT has_column_privilege('motcua_definer', 'procedure_version', 'valid_from', 'UPDATE'), 'R13: a version''s end alone may be set');
SELECT throws_ok($$INSERT INTO procedure_version (procedure, no, valid_from, decision, name, online_level, home_eligible, boundary_free)
                   SELECT procedure, 99, valid_from + 1, 'x', 'x', 'FULL', true, true FROM procedure_version LIMIT 1$$, '23P01', NULL, 'R13: versions do not overlap');
SELECT throws_ok($$INSERT INTO procedure_version (procedure, no, valid_from, valid_to, decision, name, online_level, home_eligible, boundary_free, source)
                   SELECT procedure, 99, '2000-01-01', '2000-01-02', 'x', 'x', 'FULL', true, true, 'OFFICER' FROM procedure_version LIMIT 1$$, '23514', NULL, 'R13: a decision has a day and an agency');
SELECT throws_ok($$INSERT INTO procedure_proposal (procedure, agency, body, proposed_by, proposer_name, state, ended_by, ended_at, version)
                   SELECT v.procedure, o.agency, '{}', o.id, o.name, 'PUBLISHED', o.id, now(), v.id FROM procedure_version v, officer o LIMIT 1$$, '23514', NULL, 'R13: nobody publishes his own proposal');

-- R13: as officers. 1 and 2 are of one agency, officer2 of another; all are in charge.
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'PROCEDURE_CONTROL', now() - interval '1 day' FROM officer WHERE id IN (1, 2, 3);
INSERT INTO procedure_authority SELECT agency, 'COMMUNE', 'civil_status' FROM officer WHERE id IN (1, 3);
UPDATE actor SET roles = (SELECT roles FROM rights_of(me::bigint)) WHERE login = 'app_officer' AND me <> '';
CREATE FUNCTION pg_temp.does(p_who text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE 'SELECT * FROM ' || p_call INTO r;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.body(p_from date, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('procedure', '1.004837', 'idempotencyKey', 'k', 'name', 'Đăng ký giám hộ', 'validFrom', p_from - date '1970-01-01', 'onlineLevel', 'FULL',
                              'homeEligible', true, 'boundaryFree', true) || p_more $$;
CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql AS $$ SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;
CREATE FUNCTION pg_temp.proposes(p_who text, p_from date, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('propose_procedure_version(%L)', pg_temp.body(p_from, p_more))) $$;
CREATE FUNCTION pg_temp.open() RETURNS uuid LANGUAGE sql AS $$ SELECT id FROM motcua.procedure_proposal WHERE state = 'PROPOSED' ORDER BY no DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.publishes(p_who text, p_decision text DEFAULT '{"decisionNumber": "1", "decidedOn": "2026-11-01", "decidedBy": "UBND"}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('publish_procedure_version(%L, %L)', pg_temp.open(), p_decision)) $$;

SELECT is(pg_temp.proposes('officer', pg_temp.today() - 1), 'GUARD_FAILED validFrom', 'R13: not before today');
SELECT is(pg_temp.proposes('officer', pg_temp.today()), 'OK', 'R13: an officer in charge proposes');
SELECT is(pg_temp.proposes('field', pg_temp.today()), 'GUARD_FAILED procedure', 'R13: one proposal is open at a time');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM procedure_proposal'), 1::bigint, 'R13: it is shown to those in charge');
SELECT is(pg_temp.count_as('officer2', 'SELECT count(*) FROM procedure_proposal'), 0::bigint, 'R13: of its agency alone');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM procedure_proposal'), -1::bigint, 'R13: and to nobody else');
SELECT is(pg_temp.publishes('officer'), 'NOT_ALLOWED', 'R13: not the same officer twice');
SELECT is(pg_temp.publishes('officer2'), 'NOT_FOUND', 'R13: not of another agency');
SELECT is(pg_temp.publishes('nobody_officer'), 'NOT_ALLOWED', 'R13: not nobody');
INSERT INTO actor SELECT 'field_unproven', login, kind, me, subjects, agencies, roles FROM actor WHERE who = 'field';
SELECT is(pg_temp.publishes('field_unproven'), 'STEP_UP_REQUIRED', 'R13: not without a second factor');
SELECT is(pg_temp.publishes('field', '{"decisionNumber": "1", "decidedBy": "UBND"}'), 'GUARD_FAILED decidedOn', 'R13: not without its decision');
SELECT is(pg_temp.publishes('field', '{"decisionNumber": "1", "decidedOn": "2026-11-01", "decidedBy": "UBND", "name": "Tên khác", "homeEligible": false, "boundaryFree": false}'), 'OK', 'R13: a second officer publishes');
SELECT is((SELECT v.name || v.home_eligible || v.boundary_free FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code = '1.004837' AND v.no = 2), 'Đăng ký giám hộtruetrue', 'R13: what was proposed, whatever comes with the decision');
SELECT is(pg_temp.publishes('field'), 'NOT_FOUND', 'R13: once');
SELECT results_eq($$SELECT v.no, v.valid_from, v.valid_to, v.source FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code = '1.004837' ORDER BY 1$$,
                  $$VALUES (1, date '2024-01-01', pg_temp.today(), 'SEED'), (2, pg_temp.today(), NULL, 'OFFICER')$$, 'R13: the former ends where it begins');
SELECT is(pg_temp.proposes('officer', pg_temp.today()), 'GUARD_FAILED validFrom', 'R13: nothing else begins on that day');
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 1, '{"code": "1.000000"}'), 'GUARD_FAILED code', 'R13: a proposal names no other procedure');
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 1, '{"procedure": "1.013227"}'), 'NOT_ALLOWED', 'R13: of no other field');

-- R13, R14: what else a version says: forms, fees of a unit, the pause for a payment, what takes its place; and its end.
CREATE FUNCTION pg_temp.form(p_more jsonb DEFAULT '{}', p_field jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'object', 'additionalProperties', false, 'required', '["a"]'::jsonb,
        'properties', jsonb_build_object('a', '{"type": "string", "x-label-vi": "Mục", "x-label-en": "Field", "x-order": 1}'::jsonb || p_field)) || p_more $$;
CREATE FUNCTION pg_temp.with_form(p_form jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('forms', jsonb_build_array(jsonb_build_object('schema', p_form::text))) $$;
CREATE FUNCTION pg_temp.withdraws() RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.does('officer', format('withdraw_proposal(%L)', pg_temp.open())) $$;
CREATE FUNCTION pg_temp.latest() RETURNS bigint LANGUAGE sql AS $$
    SELECT v.id FROM motcua.procedure_version v JOIN motcua.procedure p ON p.id = v.procedure WHERE p.code = '1.004837' ORDER BY v.no DESC LIMIT 1 $$;
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 1, jsonb_build_object('paymentPauses', true, 'replacedBy', '1.001193',
    'cases', '[{"code": "ONE", "nameVi": "Một", "nameEn": "One"}, {"code": "TWO", "nameVi": "Hai", "nameEn": "Two"}]'::jsonb,
    'fees', jsonb_build_array(jsonb_build_object('kind', 'FEE', 'amountDong', 5, 'unit', '25747', 'validFrom', pg_temp.today() - date '1970-01-01', 'decision', 'x'),
                              jsonb_build_object('kind', 'CHARGE', 'amountDong', 6, 'unit', '25747', 'unitFrom', (SELECT min(valid_from) - date '1970-01-01' FROM unit WHERE code = '25747'),
                                                 'validFrom', pg_temp.today() - date '1970-01-01', 'decision', 'x')),
    'forms', jsonb_build_array(jsonb_build_object('schema', pg_temp.form()::text), jsonb_build_object('case', 'TWO', 'schema', pg_temp.form('{}', '{"const": null, "x-source": "IDENTITY_NAME"}')::text)))),
    'OK', 'R13: a proposal has forms, fees of units, a pause and a successor');
SELECT is(pg_temp.publishes('field'), 'OK', 'and is published');
SELECT results_eq('SELECT case_code, schema FROM procedure_form WHERE procedure_version = pg_temp.latest() ORDER BY 1',
                  $$VALUES ('', pg_temp.form()), ('TWO', pg_temp.form('{}', '{"const": null, "x-source": "IDENTITY_NAME"}'))$$, 'R16: with a form of a case, and one of the others, as they were given');
SELECT results_eq('SELECT f.amount_dong, f.unit_code, u.valid_to IS NULL FROM fee_rule f JOIN unit u ON (u.code, u.valid_from) = (f.unit_code, f.unit_valid_from) WHERE f.procedure_version = pg_temp.latest() ORDER BY 1',
                  $$VALUES (5::bigint, '25747', true), (6::bigint, '25747', false)$$, 'a fee of a unit: of today''s, or of the one of its day');
SELECT is((SELECT (SELECT sum(amount_dong) FROM fee_for(pg_temp.latest(), 'ONE', 'ONLINE', a.id, pg_temp.today()))::text FROM agency a WHERE a.code = 'H29.101'), '5', 'which counts in its agencies');
SELECT is((SELECT v.payment_pauses || ' ' || s.code FROM procedure_version v JOIN procedure p ON p.id = v.procedure JOIN procedure s ON s.id = p.replaced_by WHERE v.id = pg_temp.latest()),
          'true 1.001193', 'R14: the clock rests for a payment, and another takes its place');
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 2), 'OK', 'a version that names no forms');
SELECT is(pg_temp.publishes('field'), 'OK', 'is published');
SELECT is((SELECT count(*) || ' ' || (SELECT payment_pauses FROM procedure_version WHERE id = pg_temp.latest()) FROM procedure_form WHERE procedure_version = pg_temp.latest()), '1 true',
          'R13: it has those of the version before, of the cases there still are, and its pause');
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 3, '{"forms": [], "paymentPauses": false}'), 'OK', 'one that says it has none');
SELECT is(pg_temp.publishes('field'), 'OK', 'is published');
SELECT is((SELECT count(*) || ' ' || (SELECT payment_pauses FROM procedure_version WHERE id = pg_temp.latest()) FROM procedure_form WHERE procedure_version = pg_temp.latest()), '0 false', 'and has none');
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 4, more), 'GUARD_FAILED ' || path, 'R13: ' || what) FROM (VALUES
    ('a form is JSON', '{"forms": [{"schema": "{"}]}'::jsonb, 'forms.0.schema'),
    ('and an object', '{"forms": [{"schema": "[]"}]}', 'forms.0.schema'),
    ('flat', pg_temp.with_form(pg_temp.form('{"type": "array"}')), 'forms.0.schema.type'),
    ('that takes nothing else', pg_temp.with_form(pg_temp.form() - 'additionalProperties'), 'forms.0.schema.additionalProperties'),
    ('has a field', pg_temp.with_form(pg_temp.form('{"properties": {}, "required": []}')), 'forms.0.schema.properties'),
    ('200 at most', pg_temp.with_form(pg_temp.form(jsonb_build_object('properties', (SELECT jsonb_object_agg('a' || coalesce(nullif(i, 1)::text, ''),
        jsonb_build_object('x-label-vi', 'Mục', 'x-label-en', 'Field', 'x-order', i)) FROM generate_series(1, 201) AS i)))), 'forms.0.schema.properties'),
    ('requires what there is', pg_temp.with_form(pg_temp.form('{"required": ["b"]}')), 'forms.0.schema.required'),
    ('with labels in Vietnamese', pg_temp.with_form(pg_temp.form('{}', '{"x-label-vi": ""}')), 'forms.0.schema.properties.a.x-label-vi'),
    ('and in English', pg_temp.with_form(pg_temp.form('{}', '{"x-label-en": null}')), 'forms.0.schema.properties.a.x-label-en'),
    ('in an order', pg_temp.with_form(pg_temp.form('{}', '{"x-order": 0}')), 'forms.0.schema.properties.a.x-order'),
    ('from where somebody knows it', pg_temp.with_form(pg_temp.form('{}', '{"x-source": "X"}')), 'forms.0.schema.properties.a.x-source'),
    ('in 64 KiB', pg_temp.with_form(pg_temp.form(jsonb_build_object('title', repeat('a', 65537)))), 'forms.0.schema'),
    ('of a case that there is', jsonb_build_object('forms', jsonb_build_array(jsonb_build_object('case', 'NO', 'schema', pg_temp.form()::text))), 'forms.0.case'),
    ('once', jsonb_build_object('forms', jsonb_build_array(jsonb_build_object('schema', pg_temp.form()), jsonb_build_object('schema', pg_temp.form()))), 'forms.1.case'),
    ('21 forms at most', jsonb_build_object('forms', (SELECT jsonb_agg(jsonb_build_object('schema', pg_temp.form())) FROM generate_series(1, 22))), 'forms'),
    ('a fee''s unit is known', jsonb_build_object('fees', jsonb_build_array(jsonb_build_object('kind', 'FEE', 'amountDong', 5, 'unit', '99999', 'validFrom', 20000, 'decision', 'x'))), 'fees.0.unit'),
    ('and stands beside no agency', jsonb_build_object('fees', jsonb_build_array(jsonb_build_object('kind', 'FEE', 'amountDong', 5, 'unit', '79', 'agency', 'H29.101', 'validFrom', 20800, 'decision', 'x'))), 'fees.0.unit'),
    ('it does not take its own place', '{"replacedBy": "1.004837"}', 'replacedBy'),
    ('nor does what there is not', '{"replacedBy": "1.999999"}', 'replacedBy')) AS t(what, more, path);
CREATE FUNCTION pg_temp.ends(p_who text, p_on date, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('propose_procedure_end(%L)', jsonb_build_object('procedure', '1.004837', 'idempotencyKey', 'k', 'endsOn', p_on - date '1970-01-01') || p_more)) $$;
SELECT is(pg_temp.ends('officer', pg_temp.today() - 1), 'GUARD_FAILED endsOn', 'R14: nothing ends before today');
SELECT is(pg_temp.ends('officer', pg_temp.today() + 3), 'GUARD_FAILED endsOn', 'R14: nor when its last version is not in force yet');
SELECT is(pg_temp.ends('officer2', pg_temp.today() + 9), 'OK', 'R14: another agency that is competent may propose it');
SELECT is(pg_temp.ends('officer', pg_temp.today() + 9), 'GUARD_FAILED procedure', 'R14: one proposal is open at a time');
UPDATE procedure_proposal SET state = 'WITHDRAWN', ended_by = proposed_by, ended_at = now() WHERE state = 'PROPOSED';
SELECT is(pg_temp.ends('officer', pg_temp.today() + 9, '{"replacedBy": "1.004884"}'), 'OK', 'R14: an end is proposed');
SELECT is(pg_temp.publishes('officer'), 'NOT_ALLOWED', 'R13: and not published by the same officer');
SELECT is(pg_temp.publishes('field'), 'OK', 'but by a second one');
SELECT is((SELECT v.valid_to || ' ' || s.code FROM procedure_version v JOIN procedure p ON p.id = v.procedure JOIN procedure s ON s.id = p.replaced_by WHERE v.id = pg_temp.latest()),
          pg_temp.today() + 9 || ' 1.004884', 'R14: the last version ends on that day, and another takes its place');
SELECT is((SELECT count(*) FROM catalogue_change c JOIN procedure p ON p.id = c.procedure WHERE p.code = '1.004837' AND c.effective_on = pg_temp.today() + 9), 1::bigint, 'R30: offline copies are told on that day');
SELECT is(pg_temp.ends('officer', pg_temp.today() + 10), 'GUARD_FAILED endsOn', 'R14: what has ended does not end later');
UPDATE staff_grant SET withdrawn_at = now() WHERE officer = 1 AND role = 'PROCEDURE_CONTROL';
SELECT is(pg_temp.proposes('officer', pg_temp.today() + 1), 'NOT_ALLOWED', 'R13: not without the role, whatever the session still says');
SELECT is((SELECT count(*) FROM audit WHERE act IN ('procedure.propose', 'procedure.publish', 'procedure.end')), 12::bigint, 'R13: each is audited');

-- Fees: the rule that says most counts, of each kind.
CREATE TEMP TABLE thing AS SELECT v.id, c.id AS of_case FROM procedure_version v JOIN procedure p ON p.id = v.procedure JOIN procedure_case c ON c.procedure_version = v.id AND c.code = 'HOUSE'
 WHERE p.code = '1.013225' AND v.no = 2;
DELETE FROM fee_rule WHERE procedure_version = (SELECT id FROM thing);
INSERT INTO fee_rule (procedure_version, procedure_case, channel, agency, unit_code, unit_valid_from, kind, amount_dong, valid_from, valid_to, decision)
SELECT t.id, CASE WHEN r.c THEN t.of_case END, r.channel, (SELECT id FROM agency WHERE code = r.agency), r.unit, CASE WHEN r.unit IS NOT NULL THEN date '2025-07-01' END, r.kind, r.amount, r.f, r.t, 'x'
  FROM thing t, (VALUES (false, NULL, NULL, NULL, 'CHARGE', 1, date '2026-01-01', NULL::date), (false, 'ONLINE', NULL, NULL, 'CHARGE', 2, '2026-01-01', NULL),
    (false, NULL, NULL, '79', 'CHARGE', 3, '2026-01-01', NULL), (false, NULL, NULL, '25747', 'CHARGE', 4, '2026-01-01', NULL), (false, NULL, 'H29.101.1', NULL, 'CHARGE', 5, '2026-01-01', NULL),
    (true, NULL, NULL, NULL, 'CHARGE', 6, '2026-01-01', NULL), (true, 'ONLINE', NULL, NULL, 'CHARGE', 7, '2026-01-01', '2026-06-01'),
    (false, NULL, NULL, NULL, 'FEE', 50, '2026-03-01', NULL)) AS r(c, channel, agency, unit, kind, amount, f, t);
CREATE FUNCTION pg_temp.fee(p_case text, p_channel text, p_agency text, p_on date) RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(amount_dong)::bigint FROM motcua.fee_for((SELECT id FROM thing), p_case, p_channel, (SELECT id FROM motcua.agency WHERE code = p_agency), p_on) $$;
SELECT is(pg_temp.fee(NULL, 'POST', NULL, '2026-02-01'), 1::bigint, 'a fee: of all');
SELECT is(pg_temp.fee(NULL, 'ONLINE', NULL, '2026-02-01'), 2::bigint, 'R19: a channel before all');
SELECT is(pg_temp.fee(NULL, 'ONLINE', 'H29.102', '2026-02-01'), 3::bigint, 'a place before a channel, its province when the commune has none');
SELECT is(pg_temp.fee(NULL, 'ONLINE', 'H29.101', '2026-02-01'), 4::bigint, 'its commune before the province');
SELECT is(pg_temp.fee(NULL, 'ONLINE', 'H29.101.1', '2026-02-01'), 5::bigint, 'the agency before its commune');
SELECT is(pg_temp.fee('HOUSE', 'POST', 'H29.101.1', '2026-02-01'), 6::bigint, 'a case before a place');
SELECT is(pg_temp.fee('HOUSE', 'ONLINE', 'H29.101.1', '2026-02-01'), 7::bigint, 'a case with a channel before a case');
SELECT is(pg_temp.fee('HOUSE', 'ONLINE', NULL, '2026-06-01'), 56::bigint, 'a rule ends on its day, and each kind counts');
SELECT is(pg_temp.fee('WORK', 'POST', NULL, '2026-02-01'), 1::bigint, 'a rule of another case does not count');
SELECT is(pg_temp.fee(NULL, 'POST', NULL, '2025-12-31'), NULL, 'before all rules nothing is known');
SELECT throws_ok($$INSERT INTO fee_rule (procedure_version, kind, amount_dong, valid_from, decision) SELECT id, 'FEE', 1, '2026-05-01', 'x' FROM thing$$, '23P01', NULL, 'two rules never say the same');

-- What the seeds say.
SELECT is_empty('SELECT id FROM procedure_version v WHERE NOT EXISTS (SELECT FROM procedure_case c WHERE c.procedure_version = v.id)', 'every version has a case');
SELECT is((SELECT count(DISTINCT database_vi) >= 5 AND count(*) >= 60 FROM procedure_part WHERE database_vi IS NOT NULL), true, 'R15: many parts are not asked, because of several databases');
SELECT is_empty($$SELECT p.code FROM procedure p WHERE field IN ('land', 'construction', 'investment', 'social_insurance')
                     AND NOT EXISTS (SELECT FROM procedure_version v JOIN procedure_part t ON t.procedure_version = v.id WHERE v.procedure = p.id AND t.required)$$, 'R23: of the four fields every procedure says its parts');
SELECT is_empty($$SELECT p.code, c.code FROM procedure p JOIN procedure_version v ON v.procedure = p.id JOIN procedure_case c ON c.procedure_version = v.id
                   WHERE field IN ('land', 'construction', 'investment', 'social_insurance') AND NOT EXISTS (SELECT FROM procedure_form_of_case f WHERE f.version = v.id AND f.case_code = c.code)$$,
                'R23: and a form of each of its cases');
SELECT is_empty($$SELECT f.id, x.path FROM procedure_form f CROSS JOIN LATERAL form_shape_problems(f.schema) AS x$$, 'R16: each form says what one that is published must say');
SELECT is_empty($$SELECT code FROM procedure p WHERE NOT sandbox AND NOT EXISTS (SELECT FROM procedure_authority a WHERE a.level = p.level AND coalesce(a.field = p.field, true))$$, 'R13: of every procedure somebody is competent');
SELECT is_empty('SELECT id FROM procedure_version WHERE source = ''SEED'' AND confidence IS NULL AND NOT (SELECT sandbox FROM procedure p WHERE p.id = procedure)', 'confidence marks stay with the data');
SELECT is((SELECT count(*) FROM procedure_guidance) >= 14, true, 'R33: there is guidance');

-- R30: what has changed since.
SELECT catalogue_note(NULL) \g /dev/null
SELECT is(catalogue_note(NULL), 0, 'R30: what says the same is not noted again');
SELECT is((SELECT count(*) FROM catalogue_change WHERE effective_on <= pg_temp.today()), (SELECT count(*) FROM procedure), 'R30: each procedure stands once');
SELECT ok(EXISTS (SELECT FROM catalogue_change c JOIN procedure p ON p.id = c.procedure WHERE p.code = '1.001193' AND c.effective_on = '2027-03-01'), 'R30: and on the day to come on which its next version begins');
CREATE TEMP TABLE last AS SELECT max(no) AS no FROM catalogue_change;
UPDATE procedure_version SET valid_to = pg_temp.today() WHERE procedure = (SELECT id FROM procedure WHERE code = '2.000908');
UPDATE procedure SET access_class = 'RESTRICTED' WHERE code = '1.003677';
SELECT is(catalogue_note(NULL), 2, 'R30: what ends, and what is not listed any more');
SELECT results_eq('SELECT p.code, c.shown FROM catalogue_change c JOIN procedure p ON p.id = c.procedure WHERE c.no > (SELECT no FROM last) ORDER BY c.no', $$VALUES ('1.003677', true), ('2.000908', true)$$, 'R30: come last, and are told');
SELECT is_empty($$SELECT c.no FROM catalogue_change c JOIN procedure p ON p.id = c.procedure WHERE p.access_class = 'RESTRICTED' AND p.code <> '1.003677' AND c.shown$$, 'R30: what was never listed is not told');
SELECT is((SELECT catalogue_import_begin('x')), NULL, 'R30: who is not the service imports nothing');
SELECT pg_temp.act_as('worker');
SELECT catalogue_import_begin('pulled') AS pulled \gset
CREATE TEMP TABLE pulled AS SELECT l.* FROM catalogue_import_lines(:pulled, '{1,2}', ARRAY(SELECT (jsonb_build_object('code', '1.700001', 'field', 'health', 'level', 'PROVINCE', 'name', 'Thủ tục', 'decisionNumber', '1',
    'decidedOn', '2026-10-01', 'decidedBy', 'Bộ Y tế', 'validFrom', day, 'onlineLevel', 'FULL', 'homeEligible', false, 'boundaryFree', true) || more)::text
    FROM (VALUES (1, '2026-10-15', '{}'::jsonb), (2, '2026-11-15', jsonb_build_object('forms', jsonb_build_array(jsonb_build_object('schema', pg_temp.form()))))) AS v(no, day, more) ORDER BY no), '{"",""}') AS l;
SELECT pg_temp.act_as('admin');
SELECT results_eq('SELECT line, outcome, split_part(reason, '':'', 1) FROM pulled ORDER BY 1', $$VALUES (1::bigint, 'ADDED', NULL), (2, 'REFUSED', 'forms')$$,
                  'R30: what is pulled from the portal brings no form, whose schema only the server can check');

-- Search, and by which index, with as many procedures as there are and a hundred times as many.
CREATE FUNCTION pg_temp.found(p_search text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(p.code ORDER BY s.place), '{}') FROM motcua.search_procedures(p_search, NULL, false, 0, 3) s JOIN motcua.procedure_version v ON v.id = s.version JOIN motcua.procedure p ON p.id = v.procedure $$;
-- A transaction keeps the plan of a function it has asked, made for the few words there are now, but not behind a savepoint's end.
SAVEPOINT few;
SELECT is((pg_temp.found('khai sihn'))[1], '1.001193', 'a mistyped word is forgiven');
SELECT is(pg_temp.found('khia sihn'), '{}'::text[], 'two are not');
SELECT is((pg_temp.found('khaisinh'))[1], '1.001193', 'a missing blank is forgiven');
SELECT is(pg_temp.found(''), '{}'::text[], 'nothing finds nothing');
SELECT is(pg_temp.found('1.%'), '{}'::text[], 'a pattern is no code');
RELEASE few;
INSERT INTO procedure (code, field, level) SELECT '8.' || lpad(i::text, 6, '0'), 'health', 'PROVINCE' FROM generate_series(1, 6534) AS i;
INSERT INTO procedure_version (procedure, no, valid_from, decision, name, online_level, home_eligible, boundary_free)
SELECT p.id, 1, '2024-01-01', 'x', a.name || ' ' || b.name, 'FULL', true, true
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM procedure WHERE code LIKE '8.%') AS p
  JOIN (SELECT name, row_number() OVER (ORDER BY id) AS n FROM procedure_version WHERE source = 'SEED') AS a ON a.n = 1 + p.n % 72
  JOIN (SELECT name, row_number() OVER (ORDER BY id) AS n FROM procedure_version WHERE source = 'SEED') AS b ON b.n = 1 + (p.n / 72) % 72;
INSERT INTO procedure_word SELECT DISTINCT w, v.id FROM procedure_version v CROSS JOIN LATERAL unnest(procedure_words(v.name)) AS w ON CONFLICT DO NOTHING;
ANALYZE procedure, procedure_version, procedure_word;
CREATE TEMP TABLE scans AS SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'procedure_word';
SET LOCAL plan_cache_mode = force_generic_plan;
SELECT is((pg_temp.found('khai sinh'))[1], '1.001193', 'among 6,600 the same comes first');
SELECT is((pg_temp.found('ly lihc tu phap'))[1], '3.000333', 'and the same for a mistyped word');
SELECT results_eq($$SELECT t.seq_scan - s.seq_scan, t.idx_scan - s.idx_scan > 0 FROM pg_stat_xact_user_tables t, scans s WHERE t.relname = 'procedure_word'$$, 'VALUES (0::bigint, true)', 'by the index of words alone');
SELECT is((SELECT count(*) FROM search_procedures('đăng ký', NULL, false, 0, 1000)), 100::bigint, 'a hundred places at most');

-- What lies in a version is read by its version, however many there are.
INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en) SELECT v.id, 'GENERAL', 1, 'x', 'x' FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code LIKE '8.%';
INSERT INTO procedure_part (procedure_version, code, position, name_vi, name_en, originals, copies, required)
SELECT v.id, 'P' || i, i, 'x', 'x', 1, 0, true FROM procedure_version v JOIN procedure p ON p.id = v.procedure, generate_series(1, 3) AS i WHERE p.code LIKE '8.%';
INSERT INTO fee_rule (procedure_version, kind, amount_dong, valid_from, decision) SELECT v.id, 'FEE', 1, '2024-01-01', 'x' FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code LIKE '8.%';
ANALYZE procedure_case, procedure_part, fee_rule;
TRUNCATE scans;
INSERT INTO scans SELECT sum(seq_scan), 0 FROM pg_stat_xact_user_tables WHERE relname IN ('procedure_case', 'procedure_part', 'fee_rule');
SELECT ok((SELECT count(*) FROM unnest(ARRAY(SELECT id FROM procedure_version ORDER BY id DESC LIMIT 20)) AS w(id) CROSS JOIN LATERAL fee_for(w.id, NULL, 'ONLINE', NULL, '2026-11-27') AS f JOIN fee_rule r ON r.id = f.rule) = 20, 'fees of 20 procedures');
SELECT ok((SELECT count(*) FROM unnest(ARRAY(SELECT id FROM procedure_version ORDER BY id DESC LIMIT 20)) AS w(id) JOIN procedure_part p ON p.procedure_version = w.id LEFT JOIN procedure_case c ON c.id = p.procedure_case) = 60, 'and their parts');
SELECT is((SELECT sum(seq_scan)::bigint FROM pg_stat_xact_user_tables WHERE relname IN ('procedure_case', 'procedure_part', 'fee_rule')), (SELECT seq_scan FROM scans), 'by their indexes alone');

\ir include/end.psql
