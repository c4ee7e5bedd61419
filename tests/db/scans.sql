-- What an officer scans (functions/55_scans.sql; R31, D3, D17), who takes a result (D18), and whom an event gives work (D5, D14).
\ir include/begin.psql
\ir include/machine.psql
SELECT * FROM no_plan();

-- Runs a query as somebody; its one text, or 'refused' where he may not even call it.
CREATE FUNCTION pg_temp.say(p_who text, p_query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_text text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    BEGIN
        EXECUTE p_query INTO v_text;
    EXCEPTION WHEN insufficient_privilege THEN
        v_text := 'refused';
    END;
    PERFORM pg_temp.act_as('admin');
    RETURN v_text;
END $$;
-- A whole upload of an officer; looked at, unless p_state says otherwise.
CREATE FUNCTION pg_temp.upload(p_officer bigint DEFAULT 1, p_state text DEFAULT 'CLEAN') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_id   uuid := gen_random_uuid();
    v_hash bytea := sha256(v_id::text::bytea);
BEGIN
    IF p_state = 'CLEAN' THEN
        INSERT INTO stored_file (sha256, bytes, uses) VALUES (v_hash, 90, 1);
    END IF;
    INSERT INTO upload (id, officer, length, received, media_type, state, refusal, sha256, bytes)
    VALUES (v_id, p_officer, 100, CASE p_state WHEN 'RECEIVING' THEN 50 ELSE 100 END, 'application/pdf', p_state,
            CASE p_state WHEN 'REFUSED' THEN 'INFECTED' END, CASE p_state WHEN 'CLEAN' THEN v_hash END, CASE p_state WHEN 'CLEAN' THEN 90 END);
    RETURN v_id;
END $$;
CREATE FUNCTION pg_temp.scan(p_upload uuid, p_changes jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('upload', p_upload, 'part', 'Giấy khai sinh', 'kind', 'KHAI_SINH') || p_changes)
$$;
CREATE FUNCTION pg_temp.answer(p_who text, p_call text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say(p_who, 'SELECT coalesce(failure || coalesce('' '' || (SELECT string_agg(x->>''path'', '','') FROM jsonb_array_elements(problems) AS x), ''''), public_id::text) FROM ' || p_call)
$$;
CREATE FUNCTION pg_temp.part(p_who text, p_code text, p_scan jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('scan_part(%L, %L)', p_code, p_scan))
$$;
CREATE FUNCTION pg_temp.result(p_who text, p_code text, p_scan jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('attach_result(%L, %L)', p_code, p_scan))
$$;
CREATE FUNCTION pg_temp.removed(p_who text, p_code text, p_paper text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.answer(p_who, format('remove_scan(%L, %L)', p_code, p_paper))
$$;
-- Every file counts whoever names it.
CREATE FUNCTION pg_temp.miscounted() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT encode(f.sha256, 'hex') FROM stored_file f
     WHERE f.uses <> (SELECT count(*) FROM stored_paper p WHERE p.sha256 = f.sha256) + (SELECT count(*) FROM upload u WHERE u.sha256 = f.sha256)
       AND f.sha256 <> sha256('machine')
$$;

-- ---- uploads of officers and partners ----
SELECT is(pg_temp.say(who, 'SELECT coalesce(failure, ''begun'') FROM upload_create(100, ''application/pdf'')'), answer, who || ': ' || answer)
  FROM (VALUES ('intake', 'begun'), ('processor', 'begun'), ('officer', 'begun'), ('signer', 'NOT_ALLOWED'), ('head', 'NOT_ALLOWED'), ('counter', 'NOT_ALLOWED'),
               ('dispatcher', 'NOT_ALLOWED'), ('inspector', 'NOT_ALLOWED'), ('partner', 'begun'), ('citizen', 'begun')) AS v(who, answer);
UPDATE actor SET scopes = 'dossiers.read' WHERE who = 'partner';
SELECT is(pg_temp.say('partner', 'SELECT coalesce(failure, ''begun'') FROM upload_create(100, ''application/pdf'')'), 'NOT_ALLOWED', 'a key that does not submit sends nothing');
UPDATE actor SET scopes = 'dossiers.read dossiers.submit', environment = 'TEST' WHERE who = 'partner';
SELECT is(pg_temp.say('partner', 'SELECT count(*) FROM upload'), '0', 'a test key does not see what the live one sends');
UPDATE actor SET environment = 'LIVE' WHERE who = 'partner';
SELECT is(pg_temp.say('partner', 'SELECT count(*) FROM upload'), '1', 'the live one does');
CREATE TEMP TABLE theirs AS SELECT id FROM upload WHERE officer = 1 ORDER BY created_at LIMIT 1;
GRANT SELECT ON theirs TO PUBLIC;
SELECT is(pg_temp.say(who, format('SELECT received || '' '' || whole FROM upload_advance(%L, 0, 40)', id)), NULL, who || ' does not go on with it')
  FROM theirs, unnest(ARRAY['citizen', 'officer2', 'partner', 'signer']) AS who;
SELECT is(pg_temp.say('intake', format('SELECT received || '' '' || whole FROM upload_advance(%L, 0, 40)', id)), '40 false', 'its officer does') FROM theirs;
SELECT is(pg_temp.count_as(who, 'SELECT count(*) FROM upload WHERE id = (SELECT id FROM theirs)'), own, format('%s sees %s of it', who, own))
  FROM (VALUES ('intake', 1::bigint), ('officer2', 0), ('citizen', 0), ('partner', 0), ('nobody_officer', 0)) AS v(who, own);
SELECT is(pg_temp.say('officer2', format('SELECT count(*) FROM upload_end(%L)', id)), '0', 'nobody else ends it') FROM theirs;
SELECT is(pg_temp.say('intake', format('SELECT count(*) FROM upload_end(%L)', id)), '1', 'its officer does') FROM theirs;
DELETE FROM upload;
SELECT pg_temp.upload(1, 'QUARANTINED') FROM generate_series(1, 49) \g /dev/null
SELECT is(pg_temp.say('intake', 'SELECT coalesce(failure, ''begun'') FROM upload_create(100, ''application/pdf'')') || ' '
          || pg_temp.say('intake', 'SELECT coalesce(failure, ''begun'') FROM upload_create(100, ''application/pdf'')'), 'begun RATE_LIMITED', 'an officer has 50 that wait, and no more');
DELETE FROM upload;

-- ---- a part is scanned ----
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT is(pg_temp.try('intake', :'code', 'accept', '{}'), 'GUARD_FAILED digitised', 'R31: nothing is accepted without digitising or a reason');
SELECT pg_temp.part('intake', :'code', pg_temp.scan(pg_temp.upload())) AS paper \gset
SELECT matches(:'paper'::text, '^[0-9a-f]{8}-', 'R31: who may accept scans what was brought');
SELECT results_eq(format('SELECT p.owner, p.kind, p.title, p.source, p.state, p.scanned_by, p.bytes FROM stored_paper p WHERE p.public_id = %L', :'paper'),
    $$VALUES (1::bigint, 'KHAI_SINH', 'Giấy khai sinh', 'PAPER_SCAN', 'CLEAN', 1::bigint, 90::bigint)$$, 'a paper of the applicant''s, with the officer who scanned it');
SELECT results_eq(format('SELECT t.no, t.name, t.source, t.applicant FROM dossier_part t WHERE t.dossier = %s', :id),
    $$VALUES (1, 'Giấy khai sinh', 'PAPER_SCAN', 1::bigint)$$, 'and a part of the dossier');
SELECT is((SELECT act || ' ' || body FROM audit WHERE object = 'paper:' || :'paper'), 'paper.scan ' || jsonb_build_object('dossier', (SELECT public_id FROM dossier WHERE id = :id), 'source', 'PAPER_SCAN')::text,
          'which the audit knows');
SELECT is_empty('SELECT pg_temp.miscounted()', 'files are counted');
SELECT is(pg_temp.try('intake', :'code', 'accept', '{}'), 'ACCEPTED', 'R31: the scan is what was to be digitised');
SELECT is((SELECT digitised FROM dossier WHERE id = :id), true, 'and the dossier is digitised');
SELECT is(pg_temp.part('intake', :'code', pg_temp.scan(pg_temp.upload())), 'STALE_STATE', 'nothing more is scanned once it is accepted');

-- Who may: who may take the dossier in, nobody else.
SELECT is(pg_temp.part(who, pg_temp.dossier_in('SUBMITTED'), pg_temp.scan(pg_temp.upload())), answer, format('%s: %s', who, answer))
  FROM (VALUES ('processor', 'NOT_ALLOWED'), ('signer', 'NOT_ALLOWED'), ('head', 'NOT_ALLOWED'), ('counter', 'NOT_ALLOWED'), ('dispatcher', 'NOT_ALLOWED'),
               ('inspector', 'NOT_ALLOWED'), ('task_intake', 'NOT_FOUND'), ('elsewhere', 'NOT_FOUND'), ('citizen', 'refused'), ('delegate', 'refused'), ('partner', 'refused'),
               ('nobody_officer', 'NOT_FOUND'), ('citizen_as_officer', 'refused'), ('worker', 'refused')) AS v(who, answer);
SELECT is(pg_temp.part('intake', 'H29.101-261127-9999', pg_temp.scan(pg_temp.upload())), 'NOT_FOUND', 'no dossier, no scan');

-- While a supplement is open, also who may receive it; what was scanned since counts as digitised.
SELECT is(pg_temp.part(who, pg_temp.dossier_in(state), pg_temp.scan(pg_temp.upload())) ~ '^[0-9a-f]{8}-', true, format('%s scans in %s', who, state))
  FROM (VALUES ('intake', 'INTAKE_SUPPLEMENT'), ('processor', 'INTAKE_SUPPLEMENT'), ('intake', 'SUPPLEMENT_REQUIRED'), ('processor', 'SUPPLEMENT_REQUIRED')) AS v(who, state);
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
SELECT is(pg_temp.try('intake', :'code', 'receiveItems', pg_temp.args_but(:'code', 'receiveItems', '{"digitised": null}')), 'GUARD_FAILED digitised', 'R31: what was asked for is digitised, too');
SELECT pg_temp.part('intake', :'code', pg_temp.scan(pg_temp.upload())) \g /dev/null
UPDATE dossier_part SET at = at - interval '1 day' WHERE dossier = (SELECT id FROM dossier WHERE code = :'code');
SELECT is(pg_temp.try('intake', :'code', 'receiveItems', pg_temp.args_but(:'code', 'receiveItems', '{"digitised": null}')), 'GUARD_FAILED digitised', 'by a scan that came after it was asked for');
SELECT pg_temp.part('intake', :'code', pg_temp.scan(pg_temp.upload())) \g /dev/null
SELECT is(pg_temp.try('intake', :'code', 'receiveItems', pg_temp.args_but(:'code', 'receiveItems', '{"digitised": null}')), 'SUBMITTED', 'as this one');

-- What does not fit.
CREATE TEMP TABLE fresh AS SELECT pg_temp.dossier_in('SUBMITTED') AS code;
SELECT is(pg_temp.part('intake', code, s.scan), answer, 'a scan: ' || what)
  FROM fresh, LATERAL (VALUES
    ('of an upload that is not there', pg_temp.scan(gen_random_uuid()), 'GUARD_FAILED upload'),
    ('of no upload', pg_temp.scan(NULL), 'GUARD_FAILED upload'),
    ('of a colleague''s', pg_temp.scan(pg_temp.upload(3)), 'GUARD_FAILED upload'),
    ('that is not whole', pg_temp.scan(pg_temp.upload(1, 'RECEIVING')), 'GUARD_FAILED upload'),
    ('that nobody has looked at', pg_temp.scan(pg_temp.upload(1, 'QUARANTINED')), 'GUARD_FAILED upload'),
    ('that was refused', pg_temp.scan(pg_temp.upload(1, 'REFUSED')), 'GUARD_FAILED upload'),
    ('of no kind', pg_temp.scan(pg_temp.upload(), '{"kind": "khai sinh"}'), 'GUARD_FAILED kind'),
    ('without a name', pg_temp.scan(pg_temp.upload(), '{"part": " ", "title": "x"}'), 'GUARD_FAILED part'),
    ('with a name too long', pg_temp.scan(pg_temp.upload(), jsonb_build_object('part', repeat('x', 201), 'title', 'x')), 'GUARD_FAILED part'),
    ('with an empty title', pg_temp.scan(pg_temp.upload(), '{"title": ""}'), 'GUARD_FAILED title'),
    ('that ends before it begins', pg_temp.scan(pg_temp.upload(), '{"validFrom": 20001, "validUntil": 20000}'), 'GUARD_FAILED validUntil')) AS s(what, scan, answer);
SELECT is((SELECT count(*) FROM dossier_part t JOIN dossier d ON d.id = t.dossier JOIN fresh f ON f.code = d.code), 0::bigint, 'none of them has become anything');
SELECT pg_temp.upload() AS twice \gset
SELECT is(pg_temp.part('intake', code, pg_temp.scan(:'twice', jsonb_build_object('part', repeat('x', 200), 'validFrom', 20000, 'validUntil', 20000))) ~ '^[0-9a-f]{8}-', true, 'at the edge it fits')
  FROM fresh;
SELECT is(pg_temp.part('intake', code, pg_temp.scan(:'twice')), 'GUARD_FAILED upload', 'and a file is one paper') FROM fresh;
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT t.dossier, 199, t.applicant, 'x', 'PAPER_SCAN', t.paper FROM dossier_part t JOIN dossier d ON d.id = t.dossier JOIN fresh f ON f.code = d.code;
SELECT is(pg_temp.part('intake', code, pg_temp.scan(pg_temp.upload())) ~ '^[0-9a-f]{8}-', true, 'a dossier has 200 parts') FROM fresh;
SELECT is(pg_temp.part('intake', code, pg_temp.scan(pg_temp.upload())), 'GUARD_FAILED part', 'and no more') FROM fresh;

-- ---- used again ----
SELECT public_id AS brought FROM stored_paper WHERE public_id = :'paper' \gset
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
SELECT is(pg_temp.try('citizen', :'code', 'supplement', (SELECT jsonb_build_object('items', jsonb_agg(jsonb_build_object('item', i, 'paper', :'brought')))
    FROM jsonb_array_elements(pg_temp.open_items((SELECT id FROM dossier WHERE code = :'code'))) AS i)), 'SUBMITTED', 'R11, R31: the applicant uses it in the next dossier');
SELECT is((SELECT string_agg(DISTINCT t.source, ',') || ' ' || p.reuses FROM dossier_part t JOIN stored_paper p ON p.id = t.paper JOIN dossier d ON d.id = t.dossier
            WHERE d.code = :'code' GROUP BY p.reuses), 'REUSE 2', 'which counts as a reuse');
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM stored_paper WHERE public_id = %L', :'brought')), own, format('%s sees %s of it', who, own))
  FROM (VALUES ('citizen', 1::bigint), ('citizen2', 0), ('intake', 1), ('elsewhere', 0), ('partner', -1), ('nobody_officer', 0)) AS v(who, own);

-- ---- what is missing, by an upload ----
CREATE FUNCTION pg_temp.brought(p_who text, p_code text, p_upload uuid) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.try(p_who, p_code, 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', i->>0, 'upload', p_upload), jsonb_build_object('item', i->>1))))
      FROM pg_temp.open_items((SELECT id FROM dossier WHERE code = p_code)) AS i
$$;
CREATE FUNCTION pg_temp.sent(p_creator bigint, p_state text DEFAULT 'CLEAN', p_sandbox boolean DEFAULT false) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := pg_temp.upload(1, p_state);
BEGIN
    UPDATE upload SET officer = NULL, creator = p_creator, sandbox = p_sandbox WHERE id = v_id;
    RETURN v_id;
END $$;
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
UPDATE dossier SET submitter = 5001 WHERE code = :'code';
SELECT is(pg_temp.brought('partner', :'code', u.id), 'GUARD_FAILED items', 'a partner does not bring what is ' || u.what)
  FROM (VALUES ('another''s', pg_temp.sent(1)), ('an officer''s', pg_temp.upload()), ('not looked at', pg_temp.sent(5001, 'QUARANTINED')), ('refused', pg_temp.sent(5001, 'REFUSED')),
               ('of the sandbox', pg_temp.sent(5001, 'CLEAN', true)), ('not there', gen_random_uuid())) AS u(what, id);
SELECT pg_temp.sent(5001) AS upload \gset
SELECT is(pg_temp.brought('partner', :'code', :'upload'), 'INTAKE_SUPPLEMENT', 'R6: a partner brings a part by its own upload');
SELECT results_eq(format('SELECT p.owner, p.source, p.title, p.state, t.source FROM dossier_part t JOIN stored_paper p ON p.id = t.paper JOIN dossier d ON d.id = t.dossier WHERE d.code = %L', :'code'),
    $$VALUES (1::bigint, 'UPLOAD', 'Giấy 1', 'CLEAN', 'UPLOAD')$$, 'which is the applicant''s then');
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM stored_paper p JOIN dossier_part t ON t.paper = p.id JOIN dossier d ON d.id = t.dossier WHERE d.code = %L', :'code')), own, format('%s sees %s of it', who, own))
  FROM (VALUES ('citizen', 1::bigint), ('intake', 1), ('partner', -1)) AS v(who, own);
SELECT is((SELECT string_agg(coalesce(i.how, '-') || ' ' || (i.received_at IS NOT NULL), ',' ORDER BY i.no) FROM supplement_item i JOIN dossier d ON d.id = i.dossier WHERE d.code = :'code'), 'STORED true,ON_PAPER false',
          'and is there at once');
SELECT is(pg_temp.brought('partner', :'code', :'upload') LIKE 'GUARD_FAILED %', true, 'a file is taken once');
SELECT is_empty('SELECT pg_temp.miscounted()', 'files are counted');
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS code \gset
SELECT is(pg_temp.brought('citizen', :'code', pg_temp.sent(1)), 'INTAKE_SUPPLEMENT', 'so may the applicant');
SELECT pg_temp.sent(1) AS upload \gset
SELECT is(pg_temp.try('citizen', :'code', 'supplement', jsonb_build_object('items', jsonb_build_array(jsonb_build_object('item', i->>0, 'upload', :'upload', 'paper', '00000000-0000-7000-8000-000000000001')))),
          'GUARD_FAILED items', 'but not a paper and an upload for one') FROM pg_temp.open_items((SELECT id FROM dossier WHERE code = :'code')) AS i;

-- ---- at the counter ----
CREATE FUNCTION pg_temp.counter(p_scans jsonb, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('intake', format('SELECT coalesce(failure || coalesce('' '' || (SELECT string_agg(x->>''path'', '','') FROM jsonb_array_elements(problems) AS x), ''''), id::text)
        FROM accept_at_counter(''1.001612'', NULL, %L, NULL, %L)', (SELECT public_id FROM subject WHERE id = 2), jsonb_build_object('scans', p_scans) || p_more))
$$;
SELECT is(pg_temp.counter('[]'), 'GUARD_FAILED digitised', 'R31: at the counter nothing is accepted without digitising');
SELECT pg_temp.upload() AS first, pg_temp.upload() AS second \gset
SELECT is(pg_temp.counter(jsonb_build_array(pg_temp.scan(:'first'), pg_temp.scan(pg_temp.upload(1, 'QUARANTINED'), '{"kind": "?"}'))), 'GUARD_FAILED scans.1.kind,scans.1.upload', 'each scan says what is wrong with it');
SELECT is(pg_temp.counter(jsonb_build_array(pg_temp.scan(:'first'), pg_temp.scan(:'first'))), 'GUARD_FAILED scans', 'a file is scanned once');
SELECT is(pg_temp.counter((SELECT jsonb_agg(pg_temp.scan(pg_temp.upload())) FROM generate_series(1, 21))), 'GUARD_FAILED scans', 'at most 20 at once');
SELECT is((SELECT state FROM upload WHERE id = :'first'), 'CLEAN'::text, 'and nothing is taken');
SELECT pg_temp.counter(jsonb_build_array(pg_temp.scan(:'first', '{"title": "Bản chính"}'), pg_temp.scan(:'second', '{"part": "Căn cước", "kind": "CCCD", "validUntil": 30000}'))) AS id \gset
SELECT results_eq(format('SELECT t.no, t.name, t.source, p.title, p.owner, p.scanned_by, p.valid_until FROM dossier_part t JOIN stored_paper p ON p.id = t.paper WHERE t.dossier = %s ORDER BY t.no', :id),
    $$VALUES (1, 'Giấy khai sinh', 'PAPER_SCAN', 'Bản chính', 2::bigint, 1::bigint, NULL::date), (2, 'Căn cước', 'PAPER_SCAN', 'Căn cước', 2, 1, '2052-02-20')$$, 'R31: what was scanned at the counter is the dossier''s');
SELECT is((SELECT state || ' ' || digitised FROM dossier WHERE id = :id), 'ACCEPTED true', 'which is digitised');

-- ---- a scan that was a mistake ----
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT pg_temp.upload() AS upload \gset
SELECT pg_temp.part('intake', :'code', pg_temp.scan(:'upload')) AS paper \gset
SELECT sha256 FROM stored_paper WHERE public_id = :'paper' \gset
SELECT is(pg_temp.removed(who, :'code', :'paper'), answer, who || ' takes no scan back') FROM (VALUES ('processor', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'), ('citizen', 'refused')) AS v(who, answer);
SELECT is(pg_temp.removed('intake', (SELECT code FROM fresh), :'paper'), 'NOT_FOUND', 'nor out of another dossier');
SELECT is(pg_temp.removed('intake', :'code', '00000000-0000-7000-8000-000000000001'), 'NOT_FOUND', 'nor what the applicant has handed in');
SELECT is(pg_temp.removed('intake', :'code', :'paper'), :'paper'::text, 'who scanned it takes it back');
SELECT is((SELECT count(*) FROM stored_paper WHERE public_id = :'paper') || ' ' || (SELECT uses FROM stored_file WHERE sha256 = :'sha256'), '0 0', 'and nothing of it is left');
SELECT pg_temp.part('intake', :'code', pg_temp.scan(pg_temp.upload())) AS paper \gset
SELECT pg_temp.dossier_in('SUBMITTED') AS another \gset
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT d.id, 1, 1, 'x', 'REUSE', p.id FROM dossier d, stored_paper p WHERE d.code = :'another' AND p.public_id = :'paper';
SELECT is(pg_temp.removed('intake', :'code', :'paper'), 'GUARD_FAILED paper', 'what another dossier has stays');
SELECT pg_temp.try('intake', :'code', 'accept', '{}') \g /dev/null
SELECT is(pg_temp.removed('intake', :'code', :'paper'), 'STALE_STATE', 'and what was accepted stays');

-- ---- the result ----
SELECT is(pg_temp.result(who, pg_temp.dossier_in('PROCESSING'), pg_temp.scan(pg_temp.upload(), '{"title": "Trích lục"}')), answer, format('a result by %s: %s', who, answer))
  FROM (VALUES ('intake', 'NOT_ALLOWED'), ('signer', 'NOT_ALLOWED'), ('head', 'NOT_ALLOWED'), ('counter', 'NOT_ALLOWED'), ('inspector', 'NOT_ALLOWED'), ('elsewhere', 'NOT_FOUND'),
               ('task_processor', 'NOT_FOUND'), ('citizen', 'refused'), ('partner', 'refused')) AS v(who, answer);
SELECT is(pg_temp.result('task_processor', pg_temp.dossier_in('INTERAGENCY'), pg_temp.scan(pg_temp.upload(3), '{"title": "x"}')), 'NOT_ALLOWED', 'nor by an agency that has a task in it');
SELECT is(pg_temp.result('processor', pg_temp.dossier_in(state), pg_temp.scan(pg_temp.upload(), '{"title": "x"}')), 'STALE_STATE', 'nor in ' || state)
  FROM unnest(ARRAY['ACCEPTED', 'INTERAGENCY', 'COMPLETED', 'RETURNED']) AS state;
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT is(pg_temp.try('signer', :'code', 'complete', '{"outcome": "GRANTED"}'), 'GUARD_FAILED eResult', 'R31: nothing is completed without an electronic result or a reason');
SELECT is(pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(1, 'QUARANTINED'), '{"title": "x"}')), 'GUARD_FAILED upload', 'a file that nobody has looked at is none');
SELECT is(pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(), '{"part": null}')), 'GUARD_FAILED title', 'it has a name');
SELECT pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(), '{"part": null, "title": "Trích lục", "kind": "TRICH_LUC"}')) AS paper \gset
SELECT is((SELECT count(*) FROM result_file WHERE dossier = :id), 1::bigint, 'R31: who processes it attaches the file of the result');
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM stored_paper WHERE public_id = %L', :'paper')), own, format('before the completion %s sees %s of it', who, own))
  FROM (VALUES ('citizen', 0::bigint), ('signer', 1), ('processor', 1), ('elsewhere', 0), ('citizen2', 0)) AS v(who, own);
SELECT is(pg_temp.say('citizen', format('SELECT coalesce(failure, ''gone'') FROM remove_paper(%L)', :'paper')), 'NOT_FOUND', 'nor can the applicant remove it');
SELECT is(jsonb_path_exists(export_of(1), format('$.papers[*] ? (@.id == "%s")', :'paper')::jsonpath), false, 'nor has it in a copy of its data');
SELECT pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(), '{"part": null, "title": "Nhầm"}')) AS wrong \gset
SELECT is(pg_temp.removed('intake', :'code', :'wrong') || ' ' || (pg_temp.removed('processor', :'code', :'wrong') = :'wrong'), 'NOT_ALLOWED true', 'one that was a mistake is taken back by who processes');
SELECT pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(), '{"part": null, "title": "x"}')) FROM generate_series(1, 9) \g /dev/null
SELECT is(pg_temp.result('processor', :'code', pg_temp.scan(pg_temp.upload(), '{"part": null, "title": "x"}')), 'GUARD_FAILED upload', 'a result has ten files, and no more');
SELECT is(pg_temp.try('signer', :'code', 'complete', '{"outcome": "GRANTED"}'), 'COMPLETED', 'R31: with the file it is completed');
SELECT is((SELECT e_result FROM dossier WHERE id = :id), :'paper'::text, 'whose electronic result is that file');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(*) FROM stored_paper WHERE public_id = %L AND source = ''RESULT''', :'paper')), 1::bigint, 'R09: it is a paper of the applicant''s now');
SELECT is(jsonb_path_exists(export_of(1), format('$.papers[*] ? (@.id == "%s")', :'paper')::jsonpath), true, 'and in a copy of its data');
SELECT is(pg_temp.removed('processor', :'code', :'paper'), 'STALE_STATE', 'nobody takes it back');
SELECT pg_temp.dossier_in('INTAKE_SUPPLEMENT') AS next \gset
SELECT is(pg_temp.try('citizen', :'next', 'supplement', (SELECT jsonb_build_object('items', jsonb_agg(jsonb_build_object('item', i, 'paper', :'paper')))
    FROM jsonb_array_elements(pg_temp.open_items((SELECT id FROM dossier WHERE code = :'next'))) AS i)), 'SUBMITTED', 'R09: and used in the next dossier');
SELECT is(pg_temp.try('head', :'code', 'reopen'), 'PROCESSING', 'reopened');
SELECT is((SELECT count(*) FROM result_file WHERE dossier = :id AND taken_back IS NULL) || ' ' || pg_temp.count_as('citizen', format('SELECT count(*) FROM stored_paper WHERE public_id = %L', :'paper')), '0 0',
          'D19: the result is taken back');
SELECT is((SELECT count(*) FROM dossier_part t JOIN dossier d ON d.id = t.dossier WHERE d.code = :'next'), 2::bigint, 'a dossier that has used it keeps it');
SELECT is((SELECT e_result FROM former_result WHERE dossier = :id), :'paper'::text, 'and which it was is kept');
SELECT is(pg_temp.try('signer', :'code', 'complete', '{"outcome": "GRANTED"}'), 'GUARD_FAILED eResult', 'another one is needed');
SELECT is_empty('SELECT pg_temp.miscounted()', 'files are counted');
SELECT dossier_parts_forget(ARRAY[:id, (SELECT id FROM dossier WHERE code = :'next')]) \g /dev/null
SELECT pg_temp.say('worker', 'SELECT uploads_prune()') \g /dev/null
SELECT is((SELECT count(*) FROM stored_paper WHERE public_id = :'paper'), 0::bigint, 'with the dossier''s end what was taken back goes');

-- ---- D18: who takes the result ----
INSERT INTO subject (kind, name) VALUES ('PERSON', 'Phạm Thị Đại Diện') RETURNING id AS lent \gset
INSERT INTO person (id, born_on) VALUES (:lent, '1990-01-01');
SELECT name AS applicant FROM subject WHERE id = 1 \gset
SELECT name AS granted FROM subject WHERE id = 3 \gset
SELECT name AS consented FROM subject WHERE id = 4 \gset
CREATE FUNCTION pg_temp.handed(p_receiver text, p_more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.tried('counter', 'COMPLETED', 'handOver', jsonb_build_object('receiver', p_receiver) || p_more)
$$;
SELECT is(pg_temp.handed(:'applicant'), 'RETURNED', 'D18: the applicant takes it');
SELECT is(pg_temp.handed(upper(:'applicant')), 'RETURNED', 'however the name is written');
SELECT is(pg_temp.handed(:'granted'), 'RETURNED', 'D18: so does whom a grant of the dossier lets act');
SELECT is(pg_temp.handed('Phạm Thị Đại Diện'), 'GUARD_FAILED receiver', 'D18: nobody else');
SELECT is(:'consented' IN (:'applicant', :'granted') OR pg_temp.handed(:'consented') = 'GUARD_FAILED receiver', true, 'who is only shown the dossier is nobody else''s hand');
SELECT is(pg_temp.handed('Phạm Thị Đại Diện', '{"proof": "Văn bản ủy quyền số 12/2026"}'), 'RETURNED', 'D18: but by a proof');
SELECT is((SELECT note_internal FROM dossier_event WHERE event = 'handOver' ORDER BY at DESC, id DESC LIMIT 1), E'Phạm Thị Đại Diện\nVăn bản ủy quyền số 12/2026', 'which is kept with the name, for officers');
INSERT INTO delegation (delegator, delegate, procedure, purpose, until) SELECT 1, :lent, id, 'Nhận thay', now() + interval '1 day' FROM procedure WHERE code <> '1.001612' ORDER BY id LIMIT 1;
SELECT is(pg_temp.handed('Phạm Thị Đại Diện'), 'GUARD_FAILED receiver', 'a delegation of another procedure is none');
INSERT INTO delegation (delegator, delegate, purpose, until) VALUES (1, :lent, 'Nhận thay', now() + interval '1 day');
SELECT is(pg_temp.handed('Phạm Thị Đại Diện'), 'RETURNED', 'D18: a delegation that stands is enough');
UPDATE delegation SET revoked_at = now() WHERE delegate = :lent AND procedure IS NULL;
SELECT is(pg_temp.handed('Phạm Thị Đại Diện'), 'GUARD_FAILED receiver', 'one that was taken back is none');
SELECT is((SELECT vi LIKE '%ủy quyền%' AND en LIKE '%power of attorney%' FROM dossier_guard WHERE id = 'receiverMay'), true, 'and the officer is told what is needed');

-- ---- D5, D14: whom an event gives work ----
CREATE FUNCTION pg_temp.at_work(p_code text) RETURNS bigint[] LANGUAGE sql AS $$ SELECT ARRAY(SELECT w FROM dossier d, officers_at_work(d.id) AS w WHERE d.code = p_code ORDER BY w) $$;
DELETE FROM staff_substitution;
UPDATE staff_grant SET ends_at = now() WHERE agency = (SELECT agency FROM officer WHERE id = 1) AND (ends_at IS NULL OR ends_at > now());
INSERT INTO officer (agency, name) SELECT agency, 'Cán bộ tiếp nhận' FROM officer WHERE id = 1 RETURNING id AS receives \gset
INSERT INTO officer (agency, name) SELECT agency, 'Người làm thay' FROM officer WHERE id = 1 RETURNING id AS stands_in \gset
INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, 'INTAKE' FROM officer WHERE id = :receives;
SELECT pg_temp.dossier_in('SUBMITTED') AS code \gset
SELECT is(pg_temp.at_work(:'code'), ARRAY[:receives]::bigint[], 'who receives for the agency has it in hand');
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by) SELECT agency, :receives, :stands_in, now() - interval '1 hour', now() + interval '1 day', 1 FROM officer WHERE id = 1;
SELECT is(pg_temp.at_work(:'code'), ARRAY[:receives, :stands_in]::bigint[], 'or stands in');
UPDATE dossier SET processor = 1 WHERE code = :'code';
SELECT is(pg_temp.at_work(:'code'), ARRAY[1]::bigint[], 'until somebody works on it');
UPDATE dossier SET processor = 3 WHERE code = :'code';
SELECT is(pg_temp.at_work(:'code'), ARRAY[:receives, :stands_in]::bigint[], 'of the agency that decides');
SELECT is_empty($$SELECT t.event, t.from_state FROM dossier_transition t WHERE t.id = 'D5' OR t.id LIKE 'D14-%' EXCEPT SELECT event, from_state FROM officer_notice$$, 'D5 and D14 are told to officers');
SELECT is(pg_temp.say(who, format('SELECT count(*) FROM officers_at_work(%s)', :id)), 'refused', who || ' asks nothing of the kind') FROM unnest(ARRAY['citizen', 'officer', 'partner']) AS who;
\ir include/end.psql
