-- Papers, their files and their uploads (functions/45_papers.sql, 46_uploads.sql; R09, R11, R12).
\ir include/begin.psql
SELECT plan(85);

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
-- A whole upload of somebody, in quarantine.
CREATE FUNCTION pg_temp.upload(p_creator bigint DEFAULT 1) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO upload (creator, length, received, media_type, state) VALUES (p_creator, 100, 100, 'application/pdf', 'QUARANTINED') RETURNING id
$$;
CREATE FUNCTION pg_temp.keep(p_who text, p_upload uuid, p_title text DEFAULT 'Căn cước') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say(p_who, format('SELECT coalesce(failure, public_id::text) FROM keep_paper(%L, ''CCCD'', %L, NULL, NULL)', p_upload, p_title))
$$;
CREATE FUNCTION pg_temp.look(p_upload uuid, p_text text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('worker', format('SELECT upload_keep(%L, sha256(%L), 90)', p_upload, p_text))
           || ' ' || pg_temp.say('worker', format('SELECT upload_clean(%L)', p_upload))
$$;
CREATE FUNCTION pg_temp.paper(p_text text, p_creator bigint DEFAULT 1) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    v_upload uuid := pg_temp.upload(p_creator);
BEGIN
    PERFORM pg_temp.look(v_upload, p_text);
    RETURN pg_temp.keep(CASE p_creator WHEN 1 THEN 'citizen' ELSE 'citizen2' END, v_upload)::uuid;
END $$;
CREATE FUNCTION pg_temp.uses(p_text text) RETURNS int LANGUAGE sql AS $$ SELECT uses FROM stored_file WHERE sha256 = sha256(convert_to(p_text, 'UTF8')) $$;
CREATE TEMP TABLE mine AS SELECT row_number() OVER (ORDER BY id) AS no, code FROM dossier WHERE applicant = 1 ORDER BY id LIMIT 4;
-- paper_use is called by functions of motcua_definer alone.
CREATE FUNCTION pg_temp.use(p_who text, p_paper uuid, p_no int DEFAULT 1, p_name text DEFAULT 'Căn cước') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_viewer text;
    v_used   boolean;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    v_viewer := current_setting('app.viewer');
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('app.viewer', v_viewer, true);
    SELECT paper_use(p_paper, d, p_name) IS NOT NULL INTO v_used FROM dossier d WHERE d.code = (SELECT code FROM mine WHERE no = p_no);
    PERFORM pg_temp.act_as('admin');
    RETURN v_used;
END $$;
-- Every file counts whoever names it.
CREATE FUNCTION pg_temp.counted() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT encode(f.sha256, 'hex') FROM stored_file f
     WHERE f.uses <> (SELECT count(*) FROM stored_paper p WHERE p.sha256 = f.sha256) + (SELECT count(*) FROM upload u WHERE u.sha256 = f.sha256)
$$;

-- Uploads.
SELECT is(pg_temp.say('citizen', 'SELECT failure FROM upload_create(100, ''image/png'')'), NULL, 'a citizen begins an upload');
SELECT is(pg_temp.say(who, 'SELECT failure FROM upload_create(100, ''image/png'')'), answer, who || ' begins none')
  FROM (VALUES ('nobody_citizen', 'NOT_ALLOWED'), ('citizen_as_officer', 'NOT_ALLOWED'), ('nobody_officer', 'NOT_ALLOWED'), ('nobody_partner', 'NOT_ALLOWED'), ('public', 'refused'),
               ('worker', 'refused')) AS v(who, answer);
CREATE TEMP TABLE one AS SELECT id FROM upload WHERE creator = 1;
GRANT SELECT ON one TO PUBLIC;
SELECT is(pg_temp.say('citizen', format('SELECT received || '' '' || whole FROM upload_advance(%L, 0, 60)', id)), '60 false', 'R12: it goes on') FROM one;
SELECT is(pg_temp.say('citizen', format('SELECT received || '' '' || whole FROM upload_advance(%L, 0, 60)', id)), NULL, 'from where it stands only') FROM one;
SELECT is(pg_temp.say('citizen', format('SELECT received || '' '' || whole FROM upload_advance(%L, 60, 41)', id)), NULL, 'no further than its length') FROM one;
SELECT is(pg_temp.say('citizen2', format('SELECT received || '' '' || whole FROM upload_advance(%L, 60, 40)', id)), NULL, 'by its creator only') FROM one;
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM upload_claim(60)'), '0', 'and nobody looks before it is whole');
SELECT is(pg_temp.say('citizen', format('SELECT received || '' '' || whole FROM upload_advance(%L, 60, 40)', id)), '100 true', 'it is whole') FROM one;
SELECT is(pg_temp.say('citizen', format('SELECT received || '' '' || whole FROM upload_advance(%L, 100, 0)', id)), NULL, 'and goes on no more') FROM one;
SELECT is(pg_temp.count_as(who, 'SELECT count(*) FROM upload WHERE id = (SELECT id FROM one)'), own, format('%s sees %s', who, own))
  FROM (VALUES ('citizen', 1::bigint), ('citizen2', 0), ('nobody_citizen', 0), ('officer', 0), ('partner', 0), ('worker', -1)) AS v(who, own);
SELECT is(pg_temp.say('worker', 'SELECT length || '' '' || media_type FROM upload_claim(60)'), '100 image/png', 'a worker looks at it');
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM upload_claim(60)'), '0', 'one at a time');
SELECT is(pg_temp.say('worker', format('SELECT upload_put_back(%L, 0)', id)), 'true', 'one that cannot be looked at is put back') FROM one;
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM upload_claim(60)'), '1', 'and claimed again');
UPDATE upload SET claimed_until = now() - interval '1 s';
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM upload_claim(60)'), '1', 'so is one whose worker died');
SELECT is(pg_temp.say('citizen', format('SELECT count(*) FROM upload_end(%L)', id)), '1', 'its creator ends it') FROM one;
SELECT is(pg_temp.say('worker', format('SELECT upload_keep(%L, sha256(''x''), 9) OR upload_clean(%L) OR upload_refuse(%L, ''INFECTED'')', id, id, id)), 'false', 'whoever still looks keeps nothing') FROM one;
SELECT is((SELECT count(*) FROM stored_file), 0::bigint, 'and names no file');

-- A paper, before it was looked at and after.
CREATE TEMP TABLE early AS SELECT u.id AS upload, pg_temp.keep('citizen', u.id) AS paper FROM (SELECT pg_temp.upload() AS id) AS u;
SELECT is((SELECT p.state || ' ' || (p.sha256 IS NULL) || ' ' || p.bytes FROM stored_paper p, early WHERE public_id::text = paper), 'QUARANTINED true 100', 'a paper waits in quarantine');
SELECT is(pg_temp.keep('citizen', upload), 'GUARD_FAILED', 'an upload becomes one paper') FROM early;
SELECT is(pg_temp.use('citizen', paper::uuid), false, 'one in quarantine is no part of a dossier') FROM early;
SELECT is(pg_temp.look(upload, 'a'), 'true true', 'it is looked at') FROM early;
SELECT is((SELECT p.state || ' ' || (p.sha256 = sha256('a')) || ' ' || p.bytes || ' ' || u.state FROM stored_paper p, early e, upload u WHERE p.public_id::text = e.paper AND u.id = e.upload),
          'CLEAN true 90 TAKEN', 'and clean, with the bytes that are kept');
SELECT is(pg_temp.uses('a'), 1, 'one names the file');
CREATE TEMP TABLE late AS SELECT pg_temp.paper('a') AS paper;
SELECT is(pg_temp.uses('a'), 2, 'two papers of the same bytes are one file');
SELECT is_empty('SELECT pg_temp.counted()', 'files are counted');
SELECT is(pg_temp.keep('citizen2', pg_temp.upload()), 'NOT_FOUND', 'nobody keeps another''s upload');
SELECT is(pg_temp.keep(who, pg_temp.upload()), 'NOT_ALLOWED', who || ' keeps none') FROM unnest(ARRAY['officer', 'partner', 'nobody_citizen', 'citizen_as_officer']) AS who;
CREATE TEMP TABLE sick AS SELECT u.id AS upload, pg_temp.keep('citizen', u.id) AS paper FROM (SELECT pg_temp.upload() AS id) AS u;
SELECT is(pg_temp.say('worker', format('SELECT upload_keep(%L, sha256(''sick''), 9) AND upload_refuse(%L, ''INFECTED'')', upload, upload)), 'true', 'what is refused') FROM sick;
SELECT is((SELECT state || ' ' || refusal FROM stored_paper, sick WHERE public_id::text = paper), 'REFUSED INFECTED', 'is refused with its paper');
SELECT is(pg_temp.uses('sick'), 0, 'and names no file');

-- Used by reference.
SELECT is(pg_temp.use('citizen', paper, 1), true, 'R11: a paper becomes a part of a dossier') FROM late;
SELECT is(pg_temp.use('citizen', paper, 2), true, 'and of another, by reference') FROM late;
SELECT is((SELECT string_agg(t.no || ' ' || t.source, ',' ORDER BY t.at, t.dossier) || ' ' || max(p.reuses) FROM dossier_part t JOIN stored_paper p ON p.id = t.paper, late WHERE p.public_id = late.paper),
          '1 UPLOAD,1 REUSE 1', 'which counts as a reuse');
SELECT is(pg_temp.use(who, paper, 3), false, who || ' uses none of it') FROM late, unnest(ARRAY['citizen2', 'officer', 'partner', 'nobody_citizen']) AS who;
UPDATE stored_paper SET source = 'RESULT' WHERE public_id = (SELECT paper FROM late);
SELECT is(pg_temp.use('citizen', paper, 3), true, 'R09: a result is used by another procedure') FROM late;
UPDATE stored_paper SET valid_until = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date WHERE public_id = (SELECT paper FROM late);
SELECT is(pg_temp.use('citizen', paper, 4), true, 'on its last day still') FROM late;
UPDATE stored_paper SET valid_until = valid_until - 1 WHERE public_id = (SELECT paper FROM late);
SELECT is(pg_temp.use('citizen', paper, 4), false, 'and no longer') FROM late;
SELECT is(pg_temp.count_as(who, format('SELECT count(*) FROM stored_paper WHERE public_id = %L', paper)), own, format('%s sees %s of it', who, own))
  FROM late, (VALUES ('citizen', 1::bigint), ('citizen2', 0), ('nobody_citizen', 0), ('partner', -1), ('public', -1), ('worker', -1)) AS v(who, own);
SELECT is(pg_temp.say('citizen', 'SELECT paper_use(NULL, NULL, NULL)::text'), 'refused', 'nobody calls paper_use himself');

-- The end.
SELECT is(pg_temp.say('citizen', format('SELECT coalesce(failure, ''gone'') FROM remove_paper(%L)', paper)), 'gone', 'a paper is removed') FROM late;
SELECT isnt((SELECT removed_at FROM stored_paper, late WHERE public_id = paper), NULL, 'and stays with the dossiers that have it');
SELECT is(pg_temp.use('citizen', paper, 4), false, 'but in no new one') FROM late;
SELECT is(pg_temp.say('citizen', format('SELECT coalesce(failure, ''gone'') FROM remove_paper(%L)', paper)), 'gone', 'one that none has') FROM early;
SELECT is((SELECT count(*) FROM stored_paper, early WHERE public_id::text = paper), 0::bigint, 'goes');
SELECT is(pg_temp.keep('citizen', upload), 'GUARD_FAILED', 'and its upload does not become another') FROM early;
SELECT is((SELECT count(*) FROM generate_series(1, 50) AS i WHERE pg_temp.say('citizen2', 'SELECT failure FROM upload_create(1, ''image/png'')') IS NULL), 50::bigint, 'fifty uploads wait at most');
SELECT is(pg_temp.say('citizen2', 'SELECT failure FROM upload_create(1, ''image/png'')'), 'RATE_LIMITED', 'not one more');
UPDATE upload SET state = 'TAKEN', received = length WHERE id = (SELECT id FROM upload WHERE creator = 2 ORDER BY id LIMIT 1);
SELECT is(pg_temp.say('citizen2', 'SELECT failure FROM upload_create(1, ''image/png'')'), NULL, 'one whose paper was removed does not count');
DELETE FROM upload WHERE creator = 2;
SELECT dossier_parts_forget(ARRAY(SELECT id FROM dossier WHERE applicant = 1)) \g /dev/null
UPDATE upload SET expires_at = now() WHERE creator = 1;
SELECT cmp_ok(pg_temp.say('worker', 'SELECT uploads_prune()')::int, '>', 1, 'what nobody needs goes');
SELECT is_empty('SELECT pg_temp.counted()', 'files are counted still');
SELECT is(pg_temp.say('worker', 'SELECT string_agg(encode(d, ''hex''), '','') FROM files_doom(10) AS d WHERE d = sha256(''a'')'), encode(sha256('a'), 'hex'), 'a file that nobody names is marked');
SELECT is(pg_temp.look(u, 'a'), 'false false', 'and not named again') FROM pg_temp.upload() AS u;
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM files_doom(10) AS d WHERE d = sha256(''a'')'), '0', 'one worker takes it away: what has come again meanwhile is not another''s to remove');
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM file_gone(sha256(''a''))'), '1', 'until it is gone');
SELECT is(pg_temp.look(u, 'a'), 'true true', 'then it may come again') FROM pg_temp.upload() AS u;
SELECT is(pg_temp.say('worker', 'SELECT count(*) FROM files_doom(10) AS d WHERE d = sha256(''a'')'), '0', 'one that somebody names is not marked');

-- Whose they are knows of them, and takes them away with the account.
CREATE TEMP TABLE hers AS SELECT pg_temp.paper('b', 2) AS kept, pg_temp.paper('c', 2) AS loose;
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT d.id, 1, d.applicant, 'Căn cước', 'UPLOAD', p.id FROM (SELECT * FROM dossier WHERE applicant = 2 ORDER BY id LIMIT 1) AS d, stored_paper p, hers WHERE p.public_id = kept;
SELECT is(jsonb_array_length(export_of(2)->'papers') || ' ' || (SELECT count(*) FROM jsonb_path_query(export_of(2), '$.dossiers[*].parts[*].no')), '2 1', 'R26: a copy of one''s data tells of papers and parts');
SELECT is(papers_forget(2), 2, 'an account that is closed takes its papers along');
SELECT is((SELECT count(*) FROM stored_paper WHERE owner = 2 AND removed_at IS NULL), 0::bigint, 'none stays in store');
SELECT is((SELECT count(*) FROM stored_paper, hers WHERE public_id = loose), 0::bigint, 'what no dossier has is gone');
SELECT is(pg_temp.uses('b') || ' ' || pg_temp.uses('c'), '1 0', 'and a dossier that is kept keeps its own');
-- As a request of hers that was under way when the account was closed.
SELECT pg_temp.upload(2) AS upload \gset
INSERT INTO erasure (subject, erased, kept, look_at) VALUES (2, '[]', '[]', now());
SELECT is(pg_temp.keep('citizen2', :'upload'), 'NOT_ALLOWED', 'R26: nothing is kept for an account that has been closed meanwhile');
SELECT is(pg_temp.say('citizen2', 'SELECT failure FROM upload_create(1, ''image/png'')'), 'NOT_ALLOWED', 'R26: nor begun');
\ir include/end.psql
