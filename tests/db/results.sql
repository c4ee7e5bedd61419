-- Results of before the electronic system (R7, R9), the ladder (R8, R3), and the figures, which are what counting gives, on any
-- day. functions/47_results.sql, 47_digitisation.sql. Officers 1 and 2 keep the inventory of one agency, officer2 of another.
\ir include/begin.psql
SELECT plan(111);

INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'ARCHIVIST', now() - interval '1 day' FROM officer WHERE id IN (1, 2, 3);
INSERT INTO actor (who, login, kind, me, subjects, agencies, roles, session) SELECT 'head', login, kind, '51', '', agencies, 'HEAD', session FROM actor WHERE who = 'officer';
UPDATE actor SET roles = (SELECT roles FROM rights_of(me::bigint)) WHERE login = 'app_officer' AND me <> '' AND who <> 'head';

-- The day is the test's own.
SELECT set_config('test.today', (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text, true) \g /dev/null
CREATE OR REPLACE FUNCTION vietnam_today() RETURNS date LANGUAGE sql AS $$ SELECT current_setting('test.today')::date $$;
CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql AS $$ SELECT current_setting('test.today')::date $$;
CREATE FUNCTION pg_temp.office(p_officer bigint DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$ SELECT agency FROM motcua.officer WHERE id = p_officer $$;

-- What counting gives, and where the sums say otherwise.
CREATE FUNCTION pg_temp.truth(p_day date, p_agencies bigint[]) RETURNS TABLE (agency bigint, level text, still_valid bigint, digitised bigint) LANGUAGE sql AS $$
    SELECT x.agency, x.level, count(*), count(*) FILTER (WHERE x.is_digitised) FROM (
        SELECT r.agency, r.authority_level AS level, r.state = 'DIGITISED' AS is_digitised FROM procedure_result r WHERE r.agency = ANY (p_agencies) AND (r.valid_until IS NULL OR r.valid_until >= p_day)
        UNION ALL
        SELECT d.competent_agency, u.level, d.e_result IS NOT NULL FROM dossier d JOIN agency a ON a.id = d.competent_agency JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
         WHERE d.competent_agency = ANY (p_agencies) AND d.outcome = 'GRANTED' AND d.access_class = 'OPEN' AND NOT d.sandbox
           AND NOT EXISTS (SELECT FROM result_file f JOIN stored_paper p ON p.id = f.paper WHERE f.dossier = d.id AND f.taken_back IS NULL
                            HAVING bool_and(p.valid_until IS NOT NULL) AND max(p.valid_until) < p_day)) AS x GROUP BY 1, 2 $$;
CREATE FUNCTION pg_temp.sums(p_day date, p_agencies bigint[]) RETURNS TABLE (agency bigint, level text, still_valid bigint, digitised bigint) LANGUAGE sql AS $$
    SELECT agency, authority_level, still_valid, digitised FROM digitisation_on(p_agencies, p_day) WHERE still_valid <> 0 OR digitised <> 0 $$;
CREATE FUNCTION pg_temp.all_agencies() RETURNS bigint[] LANGUAGE sql AS $$ SELECT array_agg(id) FROM motcua.agency $$;
CREATE FUNCTION pg_temp.wrong(p_agencies bigint[], VARIADIC p_days date[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT d || ' ' || coalesce(t::text, 'nothing') || ' ' || coalesce(s::text, 'nothing') FROM unnest(p_days) AS d CROSS JOIN LATERAL (
        SELECT t, s FROM pg_temp.truth(d, p_agencies) AS t FULL JOIN pg_temp.sums(d, p_agencies) AS s USING (agency, level, still_valid, digitised) WHERE t IS NULL OR s IS NULL) AS w $$;
CREATE FUNCTION pg_temp.wrong_now() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_temp.wrong(pg_temp.all_agencies(), pg_temp.today(), pg_temp.today() + 1, pg_temp.today() + 40, pg_temp.today() + 4000) $$;
CREATE FUNCTION pg_temp.figure(p_agency bigint, p_level text) RETURNS text LANGUAGE sql AS $$
    SELECT digitised || ' of ' || still_valid FROM digitisation_on(ARRAY[p_agency], pg_temp.today()) WHERE authority_level = p_level $$;

SELECT is_empty('SELECT pg_temp.wrong_now()', 'R07: the figures of what was there are what counting gives');
SELECT cmp_ok((SELECT count(*) FROM digitisation_sum), '>', 40::bigint, 'and there are some');

-- ---- import ----
CREATE FUNCTION pg_temp.line(p_number text, p_more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('number', p_number, 'title', 'Giấy chứng nhận', 'issuedOn', pg_temp.today() - 700 - date '1970-01-01',
                                                'holderIndex', encode(sha256('holder'), 'hex')) || p_more) $$;
CREATE FUNCTION pg_temp.day(p_day date) RETURNS int LANGUAGE sql AS $$ SELECT p_day - date '1970-01-01' $$;
-- The failure; or how many were listed and known, and each problem's line and path.
CREATE FUNCTION pg_temp.imports(p_who text, VARIADIC p_lines jsonb[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO r FROM import_results(to_jsonb(p_lines));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure, (SELECT concat_ws(' ', i.listed || '+' || i.known, (SELECT string_agg((x->>'line') || ' ' || (x->>'path'), ', ') FROM jsonb_array_elements(i.problems) AS x))
                                  FROM result_import i WHERE i.id = r.id AND i.public_id = r.public_id AND i.lines = r.seq));
END $$;
CREATE FUNCTION pg_temp.said(p_more jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.imports('officer', pg_temp.line('X-1', p_more)) $$;
CREATE FUNCTION pg_temp.result(p_number text) RETURNS procedure_result LANGUAGE sql AS $$ SELECT r FROM motcua.procedure_result r WHERE r.number = p_number AND r.agency = pg_temp.office() $$;
CREATE FUNCTION pg_temp.old_agency() RETURNS agency LANGUAGE sql AS $$ SELECT a FROM motcua.agency a WHERE a.code = 'H09.52' $$;

CREATE TEMP TABLE was AS SELECT pg_temp.figure(pg_temp.office(), 'COMMUNE') AS figure;
SELECT is(pg_temp.imports(who, pg_temp.line('A-1')), 'NOT_ALLOWED', 'R07: ' || who || ' lists nothing') FROM unnest(ARRAY['head', 'nobody_officer']) AS who;
SELECT is(pg_temp.count_as(who, $$SELECT count(*) FROM import_results('[{}]')$$), -1::bigint, who || ' does not even ask') FROM unnest(ARRAY['citizen', 'partner', 'public', 'worker', 'citizen_as_officer']) AS who;
SELECT is(pg_temp.imports('officer', pg_temp.line('A-1'), pg_temp.line('A-2', '{"procedure": "1.000656", "kind": "GCN_QSDD"}')), '2+0', 'R07: an officer in charge lists lines');
SELECT is(pg_temp.imports('officer', pg_temp.line('A-1'), pg_temp.line('A-2', '{"procedure": "1.000656", "kind": "GCN_QSDD"}')), '0+2', 'R07: the same lines again change nothing');
SELECT is(pg_temp.imports('field', pg_temp.line('A-3'), pg_temp.line('A-3'), pg_temp.line('  A-3 ')), '1+2', 'R07: a line twice is one row, and so is one with blanks around');
SELECT is((SELECT count(*) FROM procedure_result WHERE number = 'A-3'), 1::bigint, 'one row');
SELECT is(pg_temp.said('{"number": "A-1", "title": "Khác", "validUntil": 30000, "kind": "K", "procedure": "1.1"}'), '0+0 1 procedure, 1 kind, 1 validUntil, 1 title', 'R07: a line that contradicts the row that stands is refused, and told where');
SELECT is(pg_temp.said(jsonb_build_object('number', 'A-1', 'holderIndex', encode(sha256('other'), 'hex'))), '0+0 1 personalNo', 'one of another holder, too');
SELECT is(pg_temp.said('{"number": "A-1", "holderIndex": null, "taxCode": "0100109106"}'), '0+0 1 personalNo, 1 taxCode', 'or of an organisation');
SELECT is((SELECT (r.title, r.valid_until, r.kind)::text FROM pg_temp.result('A-1') AS r), '("Giấy chứng nhận",,KET_QUA_TTHC)', 'and the row stands as it was');
SELECT is(pg_temp.imports('officer', pg_temp.line('B-1'), pg_temp.line('', '{"title": "", "kind": "k"}'), pg_temp.line('B-2')), '2+0 2 number, 2 title, 2 kind', 'R07: what is wrong with a line holds up no other');
SELECT is(pg_temp.said(more), '0+0 1 ' || path, 'a line is refused for ' || path || ': ' || why) FROM (VALUES
    (jsonb_build_object('number', repeat('9', 65)), 'number', '65 characters'), (jsonb_build_object('title', repeat('x', 201)), 'title', '201 characters'),
    (jsonb_build_object('procedure', repeat('1', 41)), 'procedure', '41 characters'), (jsonb_build_object('kind', repeat('K', 41)), 'kind', '41 characters'),
    (jsonb_build_object('issuedOn', pg_temp.day(pg_temp.today() + 1)), 'issuedOn', 'tomorrow'), ('{"issuedOn": null}', 'issuedOn', 'none'),
    (jsonb_build_object('validUntil', pg_temp.day(pg_temp.today() - 1)), 'validUntil', 'over since yesterday'), ('{"holderIndex": null}', 'personalNo', 'no holder'),
    (jsonb_build_object('taxCode', '0100109106'), 'personalNo', 'two holders'), ('{"holderIndex": ""}', 'personalNo', 'no such number'),
    ('{"holderIndex": null, "taxCode": "0100109107"}', 'taxCode', 'no such code'), ('{"issuer": "H29.2"}', 'issuer', 'an agency that stands'),
    ('{"issuer": "H99"}', 'issuer', 'no such agency'), (jsonb_build_object('issuer', 'H09.52', 'issuedOn', pg_temp.day('2025-07-01')), 'issuedOn', 'the agency was no more')
  ) AS v(more, path, why);
SELECT is(pg_temp.said(more), '1+0', 'at its edge: ' || why) FROM (VALUES
    (jsonb_build_object('number', repeat('9', 64)), '64 characters'), (jsonb_build_object('number', 'T', 'title', repeat('x', 200)), '200 characters'),
    (jsonb_build_object('number', 'D', 'issuedOn', pg_temp.day(pg_temp.today()), 'validUntil', pg_temp.day(pg_temp.today())), 'issued today, its last day'),
    (jsonb_build_object('number', 'O', 'issuer', 'H09.52', 'issuedOn', pg_temp.day('2025-06-30')), 'the old agency''s last day'),
    ('{"number": "X-1", "holderIndex": null, "taxCode": "0100109106"}', 'an organisation')) AS v(more, why);
SELECT is((SELECT (r.authority_level, r.agency = pg_temp.office(), r.issuer = (pg_temp.old_agency()).id)::text FROM pg_temp.result('O') AS r), '(DISTRICT,t,t)', 'R07: what a district issued is of its level, and the agency''s that keeps it');
SELECT is(pg_temp.imports('officer2', pg_temp.line('O', '{"issuer": "H09.52"}') || jsonb_build_object('issuedOn', pg_temp.day('2025-06-30'))), '0+0 1 number', 'R07: a result that another agency lists is refused');
SELECT is(pg_temp.imports('officer2', pg_temp.line('A-1')), '1+0', 'the same number of another issuer is another result');
SELECT is(pg_temp.imports('officer', VARIADIC ARRAY(SELECT pg_temp.line('C-' || n) FROM generate_series(1, 101) AS n)), 'GUARD_FAILED', 'R07: 101 lines are too many');
SELECT is(pg_temp.imports('officer', VARIADIC ARRAY(SELECT pg_temp.line('C-' || n, CASE WHEN n % 3 = 0 THEN jsonb_build_object('validUntil', pg_temp.day(pg_temp.today() + n)) ELSE '{}' END)
                                                       FROM generate_series(1, 100) AS n)), '100+0', '100 are not');
SELECT is_empty('SELECT pg_temp.wrong_now()', 'R07: the figures move with the inventory');
SELECT is(split_part(pg_temp.figure(pg_temp.office(), 'COMMUNE'), ' of ', 2)::int - split_part(figure, ' of ', 2)::int, 109, 'by what was listed') FROM was;
SELECT is_empty($$SELECT * FROM audit WHERE act LIKE 'result.%' AND body::text ~ 'Giấy|holder|0100109106'$$, 'no audit says what a line says');
SELECT is_empty($$SELECT * FROM result_import WHERE problems::text ~ 'Khác|0100109106'$$, 'and no import keeps what was refused');

-- ---- scans ----
INSERT INTO stored_file (sha256, bytes) VALUES (sha256('scan'), 90);
CREATE FUNCTION pg_temp.upload(p_officer bigint, p_state text DEFAULT 'CLEAN') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid;
BEGIN
    INSERT INTO upload (officer, length, received, media_type, state, sha256, bytes, refusal)
    VALUES (p_officer, 100, CASE p_state WHEN 'RECEIVING' THEN 50 ELSE 100 END, 'application/pdf', p_state, CASE p_state WHEN 'CLEAN' THEN sha256('scan') END,
            CASE p_state WHEN 'CLEAN' THEN 90 END, CASE p_state WHEN 'REFUSED' THEN 'INFECTED' END) RETURNING id INTO v_id;
    UPDATE stored_file SET uses = uses + 1 WHERE sha256 = sha256('scan') AND p_state = 'CLEAN';
    RETURN v_id;
END $$;
CREATE FUNCTION pg_temp.does(p_who text, p_call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    EXECUTE 'SELECT * FROM ' || p_call INTO r;
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (r.problems->0->>'path'), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.attaches(p_who text, p_number text, p_upload uuid) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('attach_result_scan(%L, %L)', (SELECT r.public_id FROM motcua.procedure_result r WHERE r.number = p_number AND r.agency = pg_temp.office()), p_upload)) $$;
CREATE FUNCTION pg_temp.checks(p_who text, p_number text, p_fits boolean, p_reason text DEFAULT NULL, p_holder text DEFAULT 'holder', p_tax_code text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.does(p_who, format('check_result(%L, %L, %L, %L, %L)', (SELECT r.public_id FROM motcua.procedure_result r WHERE r.number = p_number AND r.agency = pg_temp.office()), p_fits, p_reason,
                                      sha256(p_holder::bytea), p_tax_code)) $$;
CREATE FUNCTION pg_temp.state_of(p_number text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', r.state, p.state, p.owner, r.return_reason) FROM motcua.procedure_result r LEFT JOIN motcua.stored_paper p ON p.id = r.paper WHERE r.number = p_number AND r.agency = pg_temp.office() $$;
CREATE FUNCTION pg_temp.uses() RETURNS int LANGUAGE sql AS $$ SELECT uses FROM motcua.stored_file WHERE sha256 = sha256('scan') $$;

SELECT is(pg_temp.attaches('officer', 'A-1', pg_temp.upload(2)), 'NOT_FOUND', 'nobody attaches another''s upload');
SELECT is(pg_temp.attaches('officer2', 'A-2', pg_temp.upload(3)), 'NOT_FOUND', 'nobody attaches to another agency''s result');
SELECT is(pg_temp.attaches('head', 'A-1', pg_temp.upload(51)), 'NOT_ALLOWED', 'nor without the role');
SELECT is(pg_temp.attaches('officer', 'A-1', pg_temp.upload(1, state)), 'GUARD_FAILED upload', 'an upload that is ' || state || ' is no scan') FROM unnest(ARRAY['RECEIVING', 'REFUSED']) AS state;
CREATE TEMP TABLE used AS SELECT pg_temp.uses() AS before, pg_temp.upload(1) AS upload;
SELECT is(pg_temp.checks('field', 'A-1', true), 'GUARD_FAILED result', 'there is nothing to check yet');
SELECT is(pg_temp.attaches('officer', 'A-1', upload), 'OK', 'R07: an officer attaches the scan') FROM used;
SELECT is(pg_temp.state_of('A-1'), 'PROPOSED CLEAN', 'which waits for another, and is nobody''s');
SELECT is((SELECT attacher_name FROM procedure_result WHERE number = 'A-1' AND agency = pg_temp.office()), (SELECT name FROM officer WHERE id = 1), 'and says who has attached it');
SELECT is(pg_temp.uses() - before, 1, 'its file is named once') FROM used;
SELECT is(pg_temp.attaches('officer', 'A-2', upload), 'GUARD_FAILED upload', 'an upload is one scan') FROM used;
SELECT is(pg_temp.attaches('field', 'A-1', pg_temp.upload(2)), 'GUARD_FAILED result', 'a result has one scan');
SELECT is(pg_temp.does('officer', format('remove_result(%L)', public_id)), 'GUARD_FAILED result', 'and stays listed') FROM pg_temp.result('A-1') AS r;
SELECT is(pg_temp.checks('officer', 'A-1', true), 'GUARD_FAILED result', 'R07: who has attached it does not check it');
SELECT throws_ok($$UPDATE procedure_result SET state = 'DIGITISED', digitised_at = now(), checked_by = attached_by WHERE number = 'A-1' AND state = 'PROPOSED'$$, '23514', NULL, 'R07: not by any way');
SELECT is(pg_temp.checks('officer2', 'A-1', true), 'NOT_FOUND', 'nobody checks another agency''s');
SELECT is(pg_temp.checks('head', 'A-1', true), 'NOT_ALLOWED', 'nor without the role');
SELECT is(pg_temp.checks('field', 'A-1', false, '  '), 'GUARD_FAILED reason', 'one that does not fit is given back with a reason');
SELECT is(pg_temp.checks('field', 'A-1', false, repeat('x', 501)), 'GUARD_FAILED reason', 'of 500 characters at most');
UPDATE used SET before = pg_temp.uses();
SELECT is(pg_temp.checks('field', 'A-1', false, 'Thiếu trang 2.'), 'OK', 'R07: a second officer gives it back');
SELECT is(pg_temp.state_of('A-1'), 'INVENTORIED Thiếu trang 2.', 'which the first is told');
SELECT is(pg_temp.uses() - before, -1, 'and the scan is gone') FROM used;
CREATE TEMP TABLE early AS SELECT pg_temp.upload(1, 'QUARANTINED') AS upload;
SELECT is(pg_temp.attaches('officer', 'A-1', upload), 'OK', 'a scan may still be in quarantine') FROM early;
SELECT is(pg_temp.checks('field', 'A-1', true), 'GUARD_FAILED result', 'but nobody takes it unseen');
SELECT upload_refuse(upload, 'INFECTED') FROM early \g /dev/null
SELECT is(pg_temp.checks('field', 'A-1', true), 'GUARD_FAILED result', 'nor one that was refused');
SELECT is(pg_temp.attaches('officer', 'A-1', pg_temp.upload(1)), 'OK', 'whose place another takes');
SELECT is(pg_temp.checks('field', 'A-1', true, NULL, 'somebody else'), 'GUARD_FAILED personalNo', 'R07: the holder on the scan is the listed one');
CREATE TEMP TABLE half AS SELECT pg_temp.figure(pg_temp.office(), 'COMMUNE') AS figure;
SELECT is(pg_temp.checks('field', 'A-1', true), 'OK', 'R07: a second officer finds it right');
SELECT is(pg_temp.state_of('A-1'), 'DIGITISED CLEAN', 'R07: it is digitised; its holder is not known here yet');
SELECT isnt(digitised_at, NULL, 'R07: at a moment') FROM pg_temp.result('A-1') AS r;
SELECT is(split_part(pg_temp.figure(pg_temp.office(), 'COMMUNE'), ' of ', 1)::int - split_part(figure, ' of ', 1)::int, 1, 'R07: the ratio moves') FROM half;
SELECT is(pg_temp.checks('field', 'A-1', true), 'GUARD_FAILED result', 'once');
SELECT is_empty('SELECT pg_temp.wrong_now()', 'R07: the figures are what counting gives');

-- ---- holders ----
CREATE FUNCTION pg_temp.sees(p_who text) RETURNS bigint LANGUAGE sql AS $$ SELECT pg_temp.count_as(p_who, $q$SELECT count(*) FROM procedure_result r JOIN stored_paper p ON p.id = r.paper WHERE r.number = 'A-1'$q$) $$;
SELECT is(pg_temp.sees(who), n, format('%s sees %s of it', who, n)) FROM (VALUES ('officer', 1::bigint), ('officer2', 0), ('head', 0), ('citizen', 0), ('partner', -1), ('public', -1)) AS v(who, n);
UPDATE person SET personal_no_index = sha256('holder') WHERE id = 1;
SELECT results_claim(1) \g /dev/null
SELECT is(pg_temp.state_of('A-1'), 'DIGITISED CLEAN 1', 'R09: who comes later is given it');
SELECT is(pg_temp.sees('citizen') || ' ' || pg_temp.sees('citizen2'), '1 0', 'and sees it, nobody else');
SELECT is((SELECT count(*) FROM procedure_result WHERE holder = 1 AND state = 'INVENTORIED') > 100, true, 'what is not digitised yet will be theirs');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM procedure_result WHERE state <> ''DIGITISED'''), 0::bigint, 'and is nobody''s to see');
CREATE FUNCTION pg_temp.uses_paper(p_who text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_dossier dossier := (SELECT d FROM motcua.dossier d WHERE d.applicant = 1 AND d.state = 'SUBMITTED' ORDER BY id DESC LIMIT 1);
BEGIN
    PERFORM set_config('app.viewer', format('CITIZEN|%s|%s||||||LIVE', p_who, p_who), true);
    RETURN paper_use((SELECT p.public_id FROM motcua.stored_paper p JOIN motcua.procedure_result r ON r.paper = p.id WHERE r.number = 'A-1'), v_dossier, 'Giấy chứng nhận') IS NOT NULL;
END $$;
CREATE TEMP TABLE reuse AS SELECT coalesce(sum(parts), 0) AS parts, coalesce(sum(reused), 0) AS reused FROM paper_reuse_sum;
SELECT is(pg_temp.uses_paper('2') || ' ' || pg_temp.uses_paper('1'), 'false true', 'R09: its holder uses it in another procedure');
SELECT is((SELECT reuses FROM stored_paper p JOIN procedure_result r ON r.paper = p.id WHERE r.number = 'A-1'), 1, 'R09: which counts as a reuse');
SELECT is((sum(s.parts) - r.parts, sum(s.reused) - r.reused)::text, '(1,1)', 'R21: and is in its agency''s figures') FROM paper_reuse_sum s, reuse r GROUP BY r.parts, r.reused;
SELECT is_empty($$SELECT agency, parts, reused FROM paper_reuse_sum EXCEPT
    SELECT d.competent_agency, count(*), count(*) FILTER (WHERE t.source IN ('REUSE', 'DB')) FROM dossier_part t JOIN dossier d ON d.id = t.dossier WHERE NOT d.sandbox GROUP BY 1$$, 'which are what counting gives');
-- An organisation, of which somebody signs in.
INSERT INTO procedure_result (agency, issuer, authority_level, kind, number, issued_on, title, holder_tax_code, listed_by)
SELECT pg_temp.office(), pg_temp.office(), 'COMMUNE', 'GPXD', 'ORG-1', '2024-01-01', 'Giấy phép', o.tax_code, 1 FROM organisation o WHERE o.id = 5002;
SELECT results_claim((SELECT min(person) FROM seat_in_force WHERE organisation = 5002)) \g /dev/null
SELECT is((SELECT holder FROM pg_temp.result('ORG-1')), 5002::bigint, 'R09: an organisation is given its own when somebody with a seat comes');
DELETE FROM procedure_result WHERE number = 'ORG-1';
-- Out of the store, and away.
SELECT is(pg_temp.does('citizen', format('remove_paper(%L)', (SELECT p.public_id FROM stored_paper p JOIN procedure_result r ON r.paper = p.id WHERE r.number = 'A-1'))), 'OK', 'a holder takes it out of the store');
SELECT dossier_parts_forget(ARRAY(SELECT id FROM dossier WHERE applicant = 1)) \g /dev/null
SELECT uploads_prune() \g /dev/null
SELECT is(pg_temp.state_of('A-1'), 'DIGITISED CLEAN 1', 'R09: the agency keeps what it has digitised');
SELECT results_unlink(1) \g /dev/null
SELECT is((SELECT count(*) FROM procedure_result WHERE holder = 1 OR holder_no_index = sha256('holder') AND agency = pg_temp.office()), 0::bigint, 'who leaves is linked to no result');
SELECT is_empty('SELECT pg_temp.wrong_now()', 'and no figure changes');

-- ---- dossiers ----
CREATE TEMP TABLE done AS SELECT id, competent_agency FROM dossier WHERE state = 'PROCESSING' ORDER BY id DESC LIMIT 3;
UPDATE dossier SET outcome = v.outcome, e_result = v.e_result FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM done) AS d
  JOIN (VALUES (1, 'GRANTED', 'KQ-1'), (2, 'GRANTED', NULL), (3, 'REFUSED', 'KQ-3')) AS v(n, outcome, e_result) USING (n) WHERE dossier.id = d.id;
SELECT is_empty('SELECT pg_temp.wrong_now()', 'R07: what a dossier grants counts, digitised or not; what it refuses does not');
UPDATE dossier SET outcome = NULL, e_result = NULL WHERE id = (SELECT min(id) FROM done);
SELECT is_empty('SELECT pg_temp.wrong_now()', 'one that is reopened counts no more');
UPDATE dossier SET access_class = 'RESTRICTED' WHERE id = (SELECT id FROM dossier WHERE outcome = 'GRANTED' AND access_class = 'OPEN' ORDER BY id LIMIT 1);
SELECT is_empty('SELECT pg_temp.wrong_now()', 'nor does one that is nobody''s business');
CREATE TEMP TABLE ending AS SELECT id, applicant, row_number() OVER (ORDER BY id) AS n FROM dossier d WHERE state = 'PROCESSING' AND access_class = 'OPEN' AND outcome IS NULL AND NOT sandbox
   AND NOT EXISTS (SELECT FROM result_file f WHERE f.dossier = d.id) ORDER BY id LIMIT 4;
WITH paper AS (INSERT INTO stored_paper (owner, kind, title, media_type, bytes, source, state, valid_until)
        SELECT e.applicant, 'KET_QUA_TTHC', 'Hạn ' || e.id, 'application/pdf', 1, 'RESULT', 'QUARANTINED', pg_temp.today() + u.days
          FROM ending e JOIN (VALUES (1, 20), (1, 30), (2, 30), (2, NULL), (3, -1)) AS u(n, days) USING (n) RETURNING id, owner, title)
INSERT INTO result_file (dossier, no, applicant, paper) SELECT substr(title, 5)::bigint, row_number() OVER (PARTITION BY title), owner, id FROM paper;
CREATE TEMP TABLE before_ending AS SELECT sum(still_valid) AS n FROM digitisation_on(NULL, pg_temp.today());
UPDATE dossier SET outcome = 'GRANTED', e_result = 'KQ' WHERE id IN (SELECT id FROM ending);
SELECT is((SELECT sum(still_valid) FROM digitisation_on(NULL, pg_temp.today())) - (SELECT n FROM before_ending), 3::numeric, 'R07: what a dossier grants counts while it holds');
SELECT is_empty('SELECT pg_temp.wrong(pg_temp.all_agencies(), pg_temp.today(), pg_temp.today() + 30, pg_temp.today() + 31, pg_temp.today() + 4000)', 'R07: to the last day of the last of its files, and for good when one has none');
UPDATE stored_paper SET valid_until = NULL WHERE title = (SELECT 'Hạn ' || id FROM ending WHERE n = 1);
UPDATE dossier SET outcome = NULL, e_result = NULL WHERE id IN (SELECT id FROM ending WHERE n IN (1, 3));
SELECT is_empty('SELECT pg_temp.wrong_now()', 'and is taken out as it was put in');

-- ---- days ----
SELECT is((SELECT string_agg(authority_level || ':' || y || ':' || coalesce(target::text, '-'), ' ' ORDER BY authority_level, y)
             FROM generate_series(2021, 2028) AS y, digitisation_on(NULL, make_date(y, 12, 31))),
          'COMMUNE:2021:- COMMUNE:2022:15 COMMUNE:2023:35 COMMUNE:2024:55 COMMUNE:2025:75 COMMUNE:2026:95 COMMUNE:2027:100 COMMUNE:2028:100 '
          || 'DISTRICT:2021:- DISTRICT:2022:20 DISTRICT:2023:40 DISTRICT:2024:60 DISTRICT:2025:80 DISTRICT:2026:100 DISTRICT:2027:100 DISTRICT:2028:100 '
          || 'PROVINCE:2021:- PROVINCE:2022:30 PROVINCE:2023:50 PROVINCE:2024:70 PROVINCE:2025:90 PROVINCE:2026:100 PROVINCE:2027:100 PROVINCE:2028:100', 'R08: the ladder, 30/20/15 and 20 more each year');
UPDATE digitisation_target SET percent = 18 WHERE (authority_level, year) = ('COMMUNE', 2023);
SELECT is((SELECT target FROM digitisation_on(NULL, '2023-01-01') WHERE authority_level = 'COMMUNE'), 18, 'R03: which is data: the other reading is another file');
SELECT is((SELECT (sum(still_valid), sum(digitised))::text FROM pg_temp.truth(pg_temp.today(), pg_temp.all_agencies())), (SELECT (sum(still_valid), sum(digitised))::text FROM digitisation_on(NULL, pg_temp.today())), 'R08: the province is the sum of its agencies');

-- Random days and changes: after each, the figures of that day and of days to come are what counting gives.
CREATE FUNCTION pg_temp.step(p_n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_draw int := abs(hashint8extended(p_n, 7) % 100);
    v_day  date := pg_temp.today();
BEGIN
    IF v_draw < 25 THEN
        PERFORM set_config('test.today', (v_day + abs(hashint8extended(p_n, 8) % 40)::int)::text, true);
        RETURN 'a later day';
    ELSIF v_draw < 30 THEN
        RETURN 'rolled ' || digitisation_roll();
    ELSIF v_draw < 65 THEN
        RETURN 'listed ' || pg_temp.imports('officer', pg_temp.line('R-' || p_n) || jsonb_strip_nulls(jsonb_build_object('validUntil',
            CASE WHEN v_draw < 55 THEN pg_temp.day(v_day + abs(hashint8extended(p_n, 9) % 60)::int) END)));
    ELSIF v_draw < 90 THEN
        PERFORM pg_temp.attaches('officer', number, pg_temp.upload(1)), pg_temp.checks('field', number, true)
           FROM (SELECT number FROM procedure_result WHERE number LIKE 'R-%' AND state = 'INVENTORIED' ORDER BY hashtext(number || p_n) LIMIT 1) AS r;
        RETURN 'digitised';
    END IF;
    PERFORM pg_temp.does('officer', format('remove_result(%L)', public_id))
       FROM (SELECT public_id FROM procedure_result WHERE number LIKE 'R-%' AND state = 'INVENTORIED' ORDER BY hashtext(number || p_n) LIMIT 1) AS r;
    RETURN 'removed';
END $$;
CREATE TEMP TABLE walked AS SELECT n, pg_temp.step(n) AS what, ARRAY(SELECT pg_temp.wrong(ARRAY[pg_temp.office()], pg_temp.today(), pg_temp.today() + 1, pg_temp.today() + 30)) AS wrong FROM generate_series(1, 150) AS n;
SELECT is_empty($$SELECT * FROM walked WHERE wrong <> '{}'$$, 'R07: 150 random changes and days: the figures are what counting gives, the day after, too');
SELECT is((SELECT count(DISTINCT split_part(what, ' ', 1)) FROM walked), 5::bigint, 'of every kind');
SELECT digitisation_roll() \g /dev/null
SELECT is_empty($$SELECT * FROM digitisation_end WHERE ends_on < pg_temp.today() UNION ALL SELECT agency, authority_level, as_of, 0, 0 FROM digitisation_sum WHERE as_of < pg_temp.today()$$, 'what is over is in no sum''s way');
CREATE TEMP TABLE stood AS SELECT * FROM pg_temp.sums(pg_temp.today(), pg_temp.all_agencies());
SELECT digitisation_recount() \g /dev/null
SELECT set_eq('SELECT * FROM pg_temp.sums(pg_temp.today(), pg_temp.all_agencies())', 'SELECT * FROM stood', 'counting anew gives the same');
\ir include/end.psql
