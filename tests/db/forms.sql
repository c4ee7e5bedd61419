-- E-forms (functions/35_forms.sql; R12, R16): what is known, drafts, what a dossier was handed in with.
\ir include/begin.psql
SELECT plan(89);

-- The seed's forms.
SELECT cmp_ok((SELECT count(*) FROM procedure_form), '>=', 13::bigint, 'the seed has forms');
SELECT is_empty($$SELECT p.code FROM (VALUES ('land'), ('construction'), ('investment'), ('social_insurance'), ('civil_status')) AS x(field)
                   LEFT JOIN LATERAL (SELECT p.code FROM procedure_form f JOIN procedure_in_force p ON p.version = f.procedure_version WHERE p.field = x.field LIMIT 1) AS p ON true
                   WHERE p.code IS NULL$$, 'R23: each of the four fields, and civil status, has one in force');
SELECT is_empty($$SELECT form, name FROM procedure_form_field WHERE (label_vi IS NFC NORMALIZED AND length(label_vi) > 1 AND length(label_en) > 1 AND position > 0) IS NOT TRUE$$,
                'every field has a label in both languages and a place');
SELECT is_empty($$SELECT form, position FROM procedure_form_field GROUP BY form, position HAVING count(*) > 1$$, 'no two fields have one place');
SELECT is_empty($$SELECT form, name FROM procedure_form_field WHERE source NOT IN ('IDENTITY_NAME', 'IDENTITY_PERSONAL_NUMBER', 'IDENTITY_BIRTH_DATE', 'IDENTITY_RESIDENCE',
                     'ORGANISATION_NAME', 'ORGANISATION_TAX_CODE', 'EARLIER_DOSSIER')$$, 'every source is one that somebody knows');
SELECT is_empty($$SELECT f.id, r FROM procedure_form f CROSS JOIN LATERAL jsonb_array_elements_text(f.schema->'required') AS r WHERE NOT f.schema->'properties' ? r$$,
                'nothing is required that is not there');

-- citizen 1 and 2 are persons; 4 administers 5001 and 7 sits in it. Two forms of a procedure of each kind.
DELETE FROM seat WHERE organisation = 5001 OR person IN (1, 2, 4, 7);
INSERT INTO seat (person, organisation, since, role) VALUES (4, 5001, current_date, 'ADMINISTRATOR'), (7, 5001, current_date, 'MEMBER');
INSERT INTO actor VALUES ('head', 'app_citizen', 'CITIZEN', '4', '4,5001', '', ''), ('member', 'app_citizen', 'CITIZEN', '7', '7', '', '');
UPDATE person SET personal_no = decode(repeat('ab', 32), 'hex'), born_on = '1990-02-03' WHERE id = 1;
UPDATE person SET personal_no = NULL, personal_no_index = NULL WHERE id = 2;
DELETE FROM draft;
DELETE FROM dossier_form;

CREATE FUNCTION pg_temp.known(p_who text, p_code text, p_applicant bigint DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_version bigint := (SELECT version FROM procedure_in_force WHERE code = p_code);
    v_id      uuid := (SELECT public_id FROM subject WHERE id = p_applicant);
    v         text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT string_agg(name || '=' || (value #>> '{}'), ' ' ORDER BY name) INTO v FROM prefill(v_version, '', v_id);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(v, '');
EXCEPTION WHEN insufficient_privilege THEN
    PERFORM pg_temp.act_as('admin');
    RETURN 'refused';
END $$;
CREATE FUNCTION pg_temp.save(p_who text, p_input jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM save_draft(p_input);
    PERFORM pg_temp.act_as('admin');
    IF r.failure IS NOT NULL THEN RETURN r.failure || coalesce(' ' || (r.problems->0->>'path'), ''); END IF;
    RETURN 'seq ' || r.seq;
END $$;
CREATE FUNCTION pg_temp.draft() RETURNS text LANGUAGE sql AS $$ SELECT public_id::text FROM motcua.draft ORDER BY id DESC LIMIT 1 $$;
CREATE FUNCTION pg_temp.set(p_name text, p_value text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('draft', pg_temp.draft(), 'set', jsonb_build_array(jsonb_build_object('name', p_name, 'value', p_value))) $$;
CREATE FUNCTION pg_temp.fields() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(f.name || '=' || f.value || '@' || f.seq, ' ' ORDER BY f.name), '') FROM motcua.draft_field f JOIN motcua.draft d ON d.id = f.draft
     WHERE d.public_id::text = pg_temp.draft() $$;
CREATE FUNCTION pg_temp.submit(p_who text, p_draft text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM submit_draft(p_draft, NULL, NULL, '{"consent": true}');
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.document(p_who text, p_draft text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v jsonb;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT document::jsonb INTO v FROM draft_document(p_draft);
    PERFORM pg_temp.act_as('admin');
    RETURN v;
END $$;

-- What is known.
SELECT is(pg_temp.known('citizen', '1.004873'), 'declarantBornOn=1990-02-03 declarantName=' || (SELECT name FROM subject WHERE id = 1) || ' declarantPersonalNo=************',
          'R16: name, number (masked) and date of birth are known of who is signed in');
SELECT is(pg_temp.known('citizen2', '1.012812'), 'declarantName=' || (SELECT name FROM subject WHERE id = 2), 'a number that is not held is not known');
SELECT is(pg_temp.known('head', '1.009645', 5001), 'organisationName=' || (SELECT name FROM subject WHERE id = 5001) || ' representative=' || (SELECT name FROM subject WHERE id = 4)
          || ' taxCode=' || (SELECT tax_code FROM organisation WHERE id = 5001), 'R16: an organisation''s name and tax code are known to who speaks for it');
SELECT is(pg_temp.known('citizen', '1.009645', 5001), '', 'nothing is known to who may not hand in for it');
SELECT is(pg_temp.known('citizen', '1.012812', 2), '', 'nor of another person');
SELECT is(pg_temp.known('partner', '1.012812'), 'refused', 'a partner may not even ask');
SELECT is(pg_temp.known('officer', '1.012812'), 'refused', 'nor an officer');
SELECT is(pg_temp.known('nobody_citizen', '1.012812'), '', 'nobody is told nothing');

-- Drafts.
SELECT is(pg_temp.save('citizen', '{"procedure": "1.012812", "set": [{"name": "site", "value": "\"Thửa 1\""}]}'), 'seq 1', 'R12: a draft is begun');
SELECT is(pg_temp.save('citizen', pg_temp.set('dispute', '"Ranh giới"')), 'seq 2', 'and gone on with');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@2 site="Thửa 1"@1', 'R12: what another device has written stays');
SELECT is(pg_temp.save('citizen', pg_temp.set('site', '"Thửa 2"')), 'seq 3', 'the last writer of a field');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@2 site="Thửa 2"@3', 'R12: wins it, under its own number');
SELECT is(pg_temp.save('citizen', pg_temp.set('site', NULL)), 'seq 4', 'null');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@2', 'forgets a field');
SELECT is(pg_temp.save('citizen', jsonb_build_object('draft', pg_temp.draft(), 'set', '[{"name": "site", "value": "\"a\""}, {"name": "site", "value": "\"b\""}]'::jsonb)), 'seq 5', 'named twice');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@2 site="b"@5', 'the last counts');
SELECT is(pg_temp.save('citizen2', pg_temp.set('site', '"x"')), 'NOT_FOUND', 'another''s draft is not there');
SELECT is(pg_temp.save('citizen2', '{"draft": "x"}'), 'NOT_FOUND', 'as one that nobody has');
SELECT is(pg_temp.save('partner', pg_temp.set('site', '"x"')), 'NOT_FOUND', 'nor is it a partner''s');
SELECT is(pg_temp.save('officer', pg_temp.set('site', '"x"')), 'NOT_ALLOWED', 'officers have none');
SELECT is(pg_temp.save('nobody_citizen', pg_temp.set('site', '"x"')), 'NOT_ALLOWED', 'nor nobody');
SELECT is(pg_temp.save('citizen', pg_temp.set('nothing', '1')), 'GUARD_FAILED set[0].name', 'a field the form has not is told');
SELECT is(pg_temp.save('citizen', pg_temp.set('declarantName', '"Khác"')), 'GUARD_FAILED set[0].name', 'R16: what is known already is not taken');
SELECT is(pg_temp.save('citizen2', '{"procedure": "1.012812", "set": [{"name": "declarantPersonalNo", "value": "\"074201000001\""}]}'), 'seq 1', 'but what is not is');
SELECT is(pg_temp.save('citizen2', pg_temp.set('declarantPersonalNo', '"************"')), 'GUARD_FAILED set[0].value', 'a mask is typed by nobody');
SELECT is(pg_temp.save('citizen2', pg_temp.set('site', '{')), 'GUARD_FAILED set[0].value', 'a value is JSON');
SELECT is(pg_temp.save('citizen2', pg_temp.set('site', '"\u0000"')), 'GUARD_FAILED set[0].value', 'that can be kept');
SELECT is(pg_temp.save('citizen2', pg_temp.set('site', repeat('[', 60000))), 'GUARD_FAILED set[0].value', 'however deep it claims to be');
SELECT is(pg_temp.save('citizen', '{"procedure": "9.999999"}'), 'GUARD_FAILED procedure', 'an unknown procedure is told');
SELECT is(pg_temp.save('citizen', '{"procedure": "1.012812", "case": "NO"}'), 'GUARD_FAILED procedure', 'and a case without a form');
SELECT is(pg_temp.save('citizen', '{"procedure": "1.012812", "agency": "H99"}'), 'GUARD_FAILED agency', 'and an agency that receives nothing');
SELECT is(pg_temp.save('citizen', jsonb_build_object('procedure', '1.012812', 'applicant', (SELECT public_id FROM subject WHERE id = 2))), 'GUARD_FAILED applicant', 'and for whom he may not');
SELECT is(pg_temp.save('member', jsonb_build_object('procedure', '1.009645', 'applicant', (SELECT public_id FROM subject WHERE id = 5001))), 'seq 1', 'who sits in an organisation may');
SELECT is(pg_temp.save('member', jsonb_build_object('draft', pg_temp.draft(), 'procedure', '1.012812')), 'GUARD_FAILED procedure', 'a draft keeps its procedure');

-- Limits.
SELECT is(pg_temp.save('member', pg_temp.set('goal', to_jsonb(repeat('a', 65534))::text)), 'seq 2', '64 KiB of values are kept');
SELECT is(pg_temp.save('member', pg_temp.set('projectName', '1')), 'GUARD_FAILED set', 'one byte more is not');
DELETE FROM draft WHERE owner = 1;
SELECT is((SELECT string_agg(DISTINCT pg_temp.save('citizen', '{"procedure": "1.012812"}'), ',') FROM generate_series(1, 20)), 'seq 1', 'twenty drafts are kept');
SELECT is(pg_temp.save('citizen', '{"procedure": "1.012812"}'), 'GUARD_FAILED draft', 'one more is not');
INSERT INTO procedure_form (procedure_version, case_code, no, schema)
SELECT version, 'LARGE', 1, jsonb_build_object('type', 'object', 'properties', (SELECT jsonb_object_agg('f' || i, '{"x-label-vi": "Mục", "x-label-en": "Field", "x-order": 1}'::jsonb) FROM generate_series(1, 201) AS i))
  FROM procedure_in_force WHERE code = '1.012812';
SELECT is(pg_temp.save('head', jsonb_build_object('procedure', '1.012812', 'case', 'LARGE', 'set', (SELECT jsonb_agg(jsonb_build_object('name', 'f' || i, 'value', '1')) FROM generate_series(1, 200) AS i))),
          'seq 1', '200 fields are kept');
SELECT is(pg_temp.save('head', pg_temp.set('f201', '1')), 'GUARD_FAILED set', 'one more is not');
SELECT is((SELECT date_trunc('minute', expires_at - now()) FROM draft ORDER BY id DESC LIMIT 1), interval '90 days', 'for 90 days');

-- Who reads them.
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM draft'), 20::bigint, 'one''s own drafts are read');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM draft_field'), 0::bigint, 'and nobody else''s fields');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM draft'), -1::bigint, 'an officer reads none');
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM draft') || ' ' || pg_temp.count_as('partner', 'SELECT count(*) FROM draft_field'), '0 0', 'a partner none but its own');

-- Handed in.
DELETE FROM draft WHERE owner = 1;
SELECT is(pg_temp.save('citizen', jsonb_build_object('procedure', '1.012812', 'agency', (SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1),
    'set', '[{"name": "site", "value": "\"Thửa 1\""}, {"name": "phone", "value": "\"0901234567\""}]'::jsonb)), 'seq 1', 'a draft with an agency');
SELECT is(pg_temp.document('citizen', pg_temp.draft()) - 'declarantName', '{"site": "Thửa 1", "phone": "0901234567", "declarantPersonalNo": "************"}'::jsonb, 'R16: is asked about with what is known');
SELECT is(pg_temp.document('citizen2', pg_temp.draft()), NULL, 'by its writer alone');
SELECT is(pg_temp.submit('citizen2', pg_temp.draft()), 'NOT_FOUND', 'and handed in by him alone');
SELECT is(pg_temp.submit('partner', pg_temp.draft()), 'NOT_FOUND', 'no partner''s');
CREATE TEMP TABLE going AS SELECT pg_temp.draft() AS id;
SELECT is(pg_temp.submit('citizen', (SELECT id FROM going)), 'OK', 'it becomes a dossier');
SELECT is((SELECT f.fields->>'site' || ' ' || array_to_string(f.known, ',') FROM dossier_form f JOIN dossier d ON d.id = f.dossier WHERE d.applicant = 1),
          'Thửa 1 declarantName,declarantPersonalNo', 'which keeps what was declared, and what was known');
SELECT is(pg_temp.submit('citizen', (SELECT id FROM going)), 'NOT_FOUND', 'the draft is gone');
SELECT is(pg_temp.known('citizen', '2.000635') ~ 'phone=0901234567', true, 'R16: what was declared once is known the next time');
SELECT is(pg_temp.known('citizen2', '2.000635') ~ 'phone=', false, 'to nobody else');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier_form'), 1::bigint, 'the applicant reads its form');
SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM dossier_form'), 1::bigint, 'and its agency');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_form'), 0::bigint, 'nobody else');
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until) SELECT dossier, 2, 1, 1, 'TEST', now() + interval '1 day' FROM dossier_form;
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier_form'), 0::bigint, 'to whom the dossier is shown included');

-- A draft whose version has ended goes on in the form of the next one, and loses nothing.
DELETE FROM draft WHERE owner = 1;
CREATE FUNCTION pg_temp.next_version(p_on date, p_forms jsonb) RETURNS bigint LANGUAGE sql AS $$
    SELECT motcua.procedure_write(p.id, jsonb_build_object('name', 'Hòa giải', 'decisionNumber', '1', 'decidedOn', '2026-11-01', 'decidedBy', 'UBND', 'validFrom', p_on, 'onlineLevel', 'FULL',
        'homeEligible', false, 'boundaryFree', true, 'cases', '[{"code": "GENERAL", "nameVi": "x", "nameEn": "x"}]'::jsonb, 'forms', p_forms), 'OFFICER') FROM motcua.procedure p WHERE p.code = '1.012812' $$;
CREATE FUNCTION pg_temp.changes() RETURNS text LANGUAGE sql AS $$
    SELECT c::text FROM motcua.draft d CROSS JOIN LATERAL motcua.draft_changes(d.form, d.carried_from) AS c WHERE d.public_id::text = pg_temp.draft() $$;
UPDATE procedure_version v SET valid_from = valid_from - 1 FROM procedure p WHERE p.id = v.procedure AND p.code = '1.012812';
SELECT is(pg_temp.save('citizen', jsonb_build_object('procedure', '1.012812', 'case', 'GENERAL', 'agency', (SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1),
    'set', '[{"name": "site", "value": "\"Thửa 1\""}, {"name": "dispute", "value": "\"Ranh giới\""}]'::jsonb)), 'seq 1', 'R16: a draft is begun');
SELECT lives_ok($$SELECT pg_temp.next_version((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, '[{"schema": {"type": "object", "properties": {
    "site": {"x-order": 1, "x-label-vi": "a", "x-label-en": "a"}, "wanted": {"x-order": 2, "x-label-vi": "b", "x-label-en": "b"}}}}]')$$, 'then a new version comes into force, that asks otherwise');
SELECT is(pg_temp.submit('citizen', pg_temp.draft()), 'GUARD_FAILED draft', 'R16: the draft is not handed in by a version that has ended');
SELECT is(pg_temp.document('citizen', pg_temp.draft()), NULL, 'nor asked about');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@1 site="Thửa 1"@1', 'R12: and keeps what was written');
SELECT is(pg_temp.save('citizen', pg_temp.set('wanted', '"Đo lại"')), 'seq 2', 'R16: what is saved next is asked by the new form');
SELECT is(pg_temp.changes(), '({wanted},"{declarantName,declarantPersonalNo,declarantAddress,phone,plotNo,mapSheet,opponentName,opponentAddress,dispute,wish}")',
          'R16: what that asks otherwise is told');
SELECT is(pg_temp.fields(), 'dispute="Ranh giới"@1 site="Thửa 1"@1 wanted="Đo lại"@2', 'R12: nothing that was written is lost');
SELECT is(pg_temp.document('citizen', pg_temp.draft()), '{"site": "Thửa 1", "wanted": "Đo lại"}'::jsonb, 'R16: what fits is handed in');
SELECT is(pg_temp.save('citizen', pg_temp.set('dispute', '"x"')), 'GUARD_FAILED set[0].name', 'what the new form has not is not written any more');
SELECT is(pg_temp.save('citizen', pg_temp.set('dispute', NULL)), 'seq 3', 'but may be forgotten');
SELECT is(pg_temp.fields(), 'site="Thửa 1"@1 wanted="Đo lại"@2', 'by who wrote it');
UPDATE procedure_version v SET valid_from = v.valid_from - CASE WHEN valid_to IS NULL THEN 1 ELSE 2 END, valid_to = valid_to - 1 FROM procedure p WHERE p.id = v.procedure AND p.code = '1.012812';
SELECT lives_ok($$SELECT pg_temp.next_version((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, '[]')$$, 'a version without a form');
SELECT is(pg_temp.save('citizen', pg_temp.set('wanted', '"x"')), 'GUARD_FAILED draft', 'takes no draft over');
SELECT is(pg_temp.fields(), 'site="Thửa 1"@1 wanted="Đo lại"@2', 'R12: which keeps all the same what was written');
SELECT is(pg_temp.submit('citizen', pg_temp.draft()), 'GUARD_FAILED draft', 'and is not handed in');

-- Its end.
SELECT is((export_of(1)->'dossiers' @> '[{"form": {"site": "Thửa 1"}}]'), true, 'a copy of one''s data has the form');
SELECT is(jsonb_array_length(export_of(4)->'drafts'), 1, 'and the drafts');
UPDATE draft SET expires_at = now() WHERE owner = 4;
SELECT is(drafts_prune(), 1, 'a draft whose time is over is forgotten');
INSERT INTO erasure (subject, erased, kept, look_at) VALUES (1, '[]', '[]', now());
SELECT is(pg_temp.save('citizen', '{"procedure": "1.012812"}'), 'NOT_ALLOWED', 'R26: no draft is begun for an account that has been closed meanwhile');
SELECT pg_temp.act_as('citizen');
SELECT coalesce(failure, 'OK') AS refused FROM submit_dossier('1.004837', (SELECT code FROM agency WHERE id = 13), NULL, 'ONLINE', NULL, NULL, '{"consent": true}') \gset
SELECT pg_temp.act_as('admin');
SELECT is(:'refused'::text, 'NOT_ALLOWED', 'R26: nor is a dossier handed in');
SELECT lives_ok($$SELECT anonymise_events(ARRAY[(SELECT dossier FROM dossier_form)])$$, 'when nothing keeps the dossier');
SELECT is((SELECT fields FROM dossier_form), '{}'::jsonb, 'its form is emptied');
\ir include/end.psql
