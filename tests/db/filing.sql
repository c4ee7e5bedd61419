-- What a dossier is filed with: parts, papers, uploads, consent, the e-form, the channel (DOMAIN D1, D2; R11, R12, R15, R16).
\ir include/begin.psql
SELECT no_plan();
-- Officer 1's ward; the procedures of these cases: guardianship (PARTIAL, nothing required), building (PARTIAL), residence (FULL), a book of
-- insurance (FULL, at home), maternity (FULL).
-- Of building, whose parts are asked for here, as if it had no e-form.
DELETE FROM procedure_form WHERE procedure_version IN (SELECT version FROM procedure_in_force WHERE code IN ('1.013226', '1.013227', '1.013229'));
SELECT set_config('test.agency', (SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1), true) \g /dev/null
INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('filing'), 7, 20);
INSERT INTO stored_paper (public_id, owner, kind, title, sha256, media_type, bytes, source, state, valid_until, withheld)
SELECT format('00000000-0000-7000-8000-00000000000%s', no)::uuid, owner, 'CCCD', title, CASE state WHEN 'CLEAN' THEN sha256('filing') END, 'application/pdf', 7,
       source, state, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + ends, withheld
  FROM (VALUES (1, 1, 'Của mình', 'UPLOAD', 'CLEAN', NULL, false), (2, 1, 'Chưa kiểm tra', 'UPLOAD', 'QUARANTINED', NULL, false),
               (3, 2, 'Của người khác', 'UPLOAD', 'CLEAN', NULL, false), (4, 1, 'Hết hạn hôm qua', 'UPLOAD', 'CLEAN', -1, false),
               (5, 1, 'Hết hạn hôm nay', 'UPLOAD', 'CLEAN', 0, false), (6, 1, 'Kết quả', 'RESULT', 'CLEAN', NULL, false),
               (7, 1, 'Từ cơ sở dữ liệu', 'DB', 'CLEAN', NULL, false), (8, 1, 'Chưa trả', 'RESULT', 'CLEAN', NULL, true),
               (9, 1, 'Bản quét', 'PAPER_SCAN', 'CLEAN', NULL, false)) AS p(no, owner, title, source, state, ends, withheld);
CREATE FUNCTION pg_temp.upload(p_creator bigint, p_state text DEFAULT 'CLEAN', p_life interval DEFAULT '1 day') RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO motcua.upload (creator, length, received, media_type, state, sha256, bytes, expires_at)
    VALUES (p_creator, 7, CASE p_state WHEN 'RECEIVING' THEN 6 ELSE 7 END, 'application/pdf', p_state, CASE p_state WHEN 'CLEAN' THEN sha256('filing') END,
            CASE p_state WHEN 'CLEAN' THEN 7 END, now() + p_life) RETURNING id
$$;
CREATE FUNCTION pg_temp.paper(p_no int) RETURNS text LANGUAGE sql RETURN format('00000000-0000-7000-8000-00000000000%s', p_no);
CREATE FUNCTION pg_temp.part(p_part text, p_way text, p_id text DEFAULT NULL) RETURNS jsonb LANGUAGE sql RETURN
    jsonb_build_object('part', p_part) || CASE p_way WHEN 'onPaper' THEN '{"onPaper": true}' ELSE jsonb_build_object(p_way, p_id) END;
CREATE FUNCTION pg_temp.consented(VARIADIC p_parts jsonb[]) RETURNS jsonb LANGUAGE sql RETURN jsonb_build_object('consent', true, 'parts', to_jsonb(p_parts));
-- The failure with the paths of its problems, or the parts by number and what was announced.
CREATE FUNCTION pg_temp.file(p_who text, p_procedure text, p_args jsonb, p_channel text DEFAULT 'ONLINE', p_case text DEFAULT NULL, p_applicant bigint DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_dossier(p_procedure, current_setting('test.agency'), p_applicant, p_channel, NULL, p_case, p_args);
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('test.dossier', coalesce(r.dossier_id::text, ''), true), set_config('test.problems', coalesce(r.problems::text, '[]'), true);
    RETURN coalesce(r.failure || ' ' || (SELECT string_agg(p->>'path', ' ' ORDER BY no) FROM jsonb_array_elements(r.problems) WITH ORDINALITY AS x(p, no)),
        concat_ws('; ', 'OK', (SELECT string_agg(t.part_code || ' ' || t.source, ', ' ORDER BY t.no) FROM dossier_part t WHERE t.dossier = r.dossier_id),
                  'paper: ' || (SELECT string_agg(a.part_code, ', ' ORDER BY a.position) FROM announced_part a WHERE a.dossier = r.dossier_id)));
END $$;
CREATE FUNCTION pg_temp.dossier() RETURNS bigint LANGUAGE sql RETURN current_setting('test.dossier')::bigint;
CREATE FUNCTION pg_temp.told(p_no int DEFAULT 0) RETURNS text LANGUAGE sql RETURN
    (current_setting('test.problems')::jsonb->p_no->>'vi') || ' / ' || (current_setting('test.problems')::jsonb->p_no->>'en');

-- Consent.
SELECT is(pg_temp.file('citizen', '1.004837', a), 'GUARD_FAILED consent', format('D2: nothing is handed in without consent: %s', a))
  FROM unnest(ARRAY[NULL, '{}', '{"consent": false}', '{"consent": null}', '{"consent": "true"}', '[]']::jsonb[]) AS a;
SELECT is(pg_temp.file(w, '1.004837', '{"consent": true}'), 'OK', format('with it, what asks for no papers: %s', w)) FROM unnest('{citizen,partner}'::text[]) AS w;
SELECT results_eq(format('SELECT event, consent FROM dossier_event WHERE dossier = %s ORDER BY seq', pg_temp.dossier()), $$VALUES ('createDraft', NULL::boolean), ('submit', true)$$,
                  'D2: the submission is the record of it');
SELECT is(export_of_dossier(d)->'events'->1->>'consent', 'true', 'R26: which a copy of one''s data has') FROM dossier d WHERE d.id = pg_temp.dossier();

-- Parts that are missing.
SELECT is(pg_temp.file('citizen', '1.013229', '{"consent": true}'), 'GUARD_FAILED parts.GPXD_FORM parts.DRAWINGS parts.PHOTOS', 'D2: each part that is missing is told, at its place');
SELECT is(pg_temp.told(1), 'Bản vẽ thiết kế xây dựng: chưa có trong hồ sơ; hãy chọn từ kho giấy tờ, tải lên, hoặc cho biết sẽ nộp bản giấy. / '
          || (SELECT t.name_en FROM procedure_part t JOIN procedure_in_force v ON v.version = t.procedure_version WHERE v.code = '1.013229' AND t.code = 'DRAWINGS')
          || ': it is missing; choose it from the store, upload it, or say that it comes on paper.', 'with its name, in both languages');
SELECT is(pg_temp.file('citizen', '1.013229', pg_temp.consented(pg_temp.part('GPXD_FORM', 'onPaper'), pg_temp.part('PHOTOS', 'paper', pg_temp.paper(1)))),
          'GUARD_FAILED parts.DRAWINGS', 'those that are there are not');
SELECT is(pg_temp.file('citizen', '1.013229', pg_temp.consented(pg_temp.part('PHOTOS', 'paper', pg_temp.paper(1)), pg_temp.part('DRAWINGS', 'upload', pg_temp.upload(1)::text),
                                                                 pg_temp.part('GPXD_FORM', 'onPaper'))),
          'OK; DRAWINGS UPLOAD, PHOTOS UPLOAD; paper: GPXD_FORM', 'R11, R12: by reference, by an upload, on paper: each in its place');
SELECT is(pg_temp.file('citizen', '1.013229', '{"consent": true}', c), 'GUARD_FAILED parts.GPXD_FORM parts.DRAWINGS parts.PHOTOS', format('%s: what comes on paper is announced, too', c))
  FROM unnest('{POST,COUNTER,APPOINTMENT}'::text[]) AS c;
SELECT is(pg_temp.file('citizen', '1.013229', pg_temp.consented(pg_temp.part('PHOTOS', 'onPaper'), pg_temp.part('DRAWINGS', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper')), c),
          'OK; paper: GPXD_FORM, DRAWINGS, PHOTOS', format('%s: and then it is enough', c)) FROM unnest('{POST,COUNTER,APPOINTMENT}'::text[]) AS c;
SELECT is(pg_temp.file('citizen', '1.012781', '{"consent": true}', 'POST', c), 'GUARD_FAILED ' || p, format('R23: the case chooses the parts: %s', c))
  FROM (VALUES ('GCN_EXISTS', 'parts.CHANGE_FORM parts.CERTIFICATE'), ('GCN_NONE', 'parts.CHANGE_FORM parts.CERTIFICATE parts.LAND_PAPERS')) AS t(c, p);
SELECT is(pg_temp.file('citizen', '1.012781', '{"consent": true}', 'POST'), 'GUARD_FAILED case', 'no part is asked for before the case is known');
SELECT is(pg_temp.file('citizen', '9.999999', '{}'), 'GUARD_FAILED procedure consent', 'and none of a procedure nobody knows');

-- From beginning to end.
SELECT is(pg_temp.file('citizen', '1.004194', '{"consent": true}'), 'GUARD_FAILED parts.CT01 parts.DWELLING', 'toàn trình: all that is required');
SELECT is(pg_temp.file('citizen', '1.004194', pg_temp.consented(pg_temp.part('CT01', 'onPaper'), pg_temp.part('DWELLING', 'paper', pg_temp.paper(1)))), 'GUARD_FAILED parts.CT01',
          'toàn trình: and none of it on paper');
SELECT matches(pg_temp.told(), 'nộp trực tuyến toàn trình thì phải là bản điện tử\. / .*: filed online from beginning to end, it is electronic\.', 'which is told');
SELECT is(pg_temp.file('citizen', '1.004194', pg_temp.consented(pg_temp.part('CT01', 'onPaper'), pg_temp.part('DWELLING', 'paper', pg_temp.paper(1))), 'POST'),
          'OK; DWELLING REUSE; paper: CT01', 'the same procedure by post takes paper');
SELECT is(pg_temp.file('citizen', '1.004194', pg_temp.consented(pg_temp.part('CT01', 'upload', pg_temp.upload(1)::text), pg_temp.part('DWELLING', 'paper', pg_temp.paper(9)))),
          'OK; CT01 UPLOAD, DWELLING PAPER_SCAN', 'toàn trình: whole');

-- What is no part, or no paper of the caller's.
SELECT is(pg_temp.file('citizen', '1.004837', pg_temp.consented(pg_temp.part('RESIDENCE', 'onPaper'), pg_temp.part('NOTHING', 'onPaper'), pg_temp.part('', 'onPaper'), '{}')),
          'GUARD_FAILED parts[1].part parts[2].part parts[3].part', 'what is no part of the procedure is told by its place in the list')
  WHERE EXISTS (SELECT FROM procedure_part t JOIN procedure_in_force v ON v.version = t.procedure_version WHERE v.code = '1.004837' AND t.code = 'RESIDENCE');
SELECT is(pg_temp.file('citizen', '1.013229', jsonb_build_object('consent', true, 'parts', jsonb_build_array('{"part": "PHOTOS"}'::jsonb,
          jsonb_build_object('part', 'DRAWINGS', 'onPaper', true, 'paper', pg_temp.paper(1)), '{"part": "GPXD_FORM", "onPaper": false}'::jsonb))),
          'GUARD_FAILED parts.PHOTOS parts.DRAWINGS parts.GPXD_FORM', 'one way, and not none or two');
SELECT is(pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'paper', p), pg_temp.part('DRAWINGS', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper'))), 'GUARD_FAILED parts.PERMIT', 'a paper that cannot be used: ' || why)
  FROM (VALUES (pg_temp.paper(2), 'not looked at'), (pg_temp.paper(3), 'another''s'), (pg_temp.paper(4), 'over since yesterday'), (pg_temp.paper(8), 'a result that was not given'),
               (uuid_v7()::text, 'nobody''s'), ('x', 'no identifier')) AS t(p, why);
SELECT pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'paper', pg_temp.paper(3)), pg_temp.part('DRAWINGS', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper'))), pg_temp.told() AS others \gset
SELECT pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'paper', uuid_v7()::text), pg_temp.part('DRAWINGS', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper'))), pg_temp.told() AS nobodys \gset
SELECT is(:'others'::text, :'nobodys'::text, 'R26: that somebody else has such a paper is not told');
SELECT is(pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'upload', u), pg_temp.part('DRAWINGS', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper'))), 'GUARD_FAILED parts.PERMIT', 'an upload that cannot be used: ' || why)
  FROM (VALUES (pg_temp.upload(2)::text, 'another''s'), (pg_temp.upload(1, 'QUARANTINED')::text, 'not looked at'), (pg_temp.upload(1, 'RECEIVING')::text, 'not whole'),
               (pg_temp.upload(1, 'CLEAN', '-1 second')::text, 'over'), (gen_random_uuid()::text, 'nobody''s')) AS t(u, why);
SELECT pg_temp.upload(1) AS twice \gset
SELECT is(pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'upload', :'twice'), pg_temp.part('DRAWINGS', 'upload', upper(:'twice')), pg_temp.part('GPXD_FORM', 'onPaper'))),
          'GUARD_FAILED parts.DRAWINGS', 'an upload is one part''s');
SELECT is((SELECT count(*) FROM dossier_part WHERE paper IN (SELECT id FROM stored_paper WHERE title = 'Của người khác')), 0::bigint, 'and nobody''s paper has gone anywhere');

-- What becomes of them: how a part came, what is reused, and the upload.
SELECT is(pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'paper', pg_temp.paper(6)), pg_temp.part('DRAWINGS', 'paper', pg_temp.paper(6)), pg_temp.part('GPXD_FORM', 'paper', pg_temp.paper(5)))),
          'OK; GPXD_FORM UPLOAD, DRAWINGS REUSE, PERMIT REUSE', 'R11: a result is used again, a paper until the end of its last day for the first time');
SELECT is((SELECT array_agg(reuses ORDER BY public_id) FROM stored_paper WHERE public_id IN (pg_temp.paper(5)::uuid, pg_temp.paper(6)::uuid)), '{0,2}', 'R11: and spares a copy for each part');
SELECT is(pg_temp.file('citizen', '1.013226', pg_temp.consented(pg_temp.part('PERMIT', 'paper', pg_temp.paper(5)), pg_temp.part('DRAWINGS', 'paper', pg_temp.paper(7)), pg_temp.part('GPXD_FORM', 'onPaper'))),
          'OK; DRAWINGS DB, PERMIT REUSE; paper: GPXD_FORM', 'R11: from its second dossier on a paper is used again, and what a database knew is from there');
SELECT is((SELECT array_agg(reuses ORDER BY public_id) FROM stored_paper WHERE public_id IN (pg_temp.paper(5)::uuid, pg_temp.paper(7)::uuid)), '{1,1}', 'and each is counted');
SELECT pg_temp.upload(1) AS taken \gset
SELECT is(pg_temp.file('citizen', '1.013227', pg_temp.consented(pg_temp.part('PERMIT', 'upload', :'taken'), pg_temp.part('GPXD_FORM', 'onPaper'))), 'OK; PERMIT UPLOAD; paper: GPXD_FORM', 'R12: an upload');
SELECT results_eq(format('SELECT p.owner, p.kind, p.title, p.source, p.state FROM dossier_part t JOIN stored_paper p ON p.id = t.paper WHERE t.dossier = %s', pg_temp.dossier()),
                  $$VALUES (1::bigint, 'GPXD', (SELECT t.name_vi FROM procedure_part t JOIN procedure_in_force v ON v.version = t.procedure_version WHERE v.code = '1.013227' AND t.code = 'PERMIT'), 'UPLOAD', 'CLEAN')$$,
                  'R11: is a paper in the applicant''s store, of the kind that fits the part the next time');
UPDATE upload SET expires_at = now() - interval '1 minute';
SELECT uploads_prune() \g /dev/null
SELECT is((SELECT count(*) FROM upload WHERE id = :'taken') || ' ' || (SELECT p.state || ' ' || f.uses FROM dossier_part t JOIN stored_paper p ON p.id = t.paper JOIN stored_file f USING (sha256) WHERE t.dossier = pg_temp.dossier() LIMIT 1) LIKE '0 CLEAN %', true,
          'R12: what a dossier has taken stays when the upload''s day is over');
SELECT is(pg_temp.file('citizen', '1.013227', pg_temp.consented(pg_temp.part('PERMIT', 'paper', pg_temp.paper(1)), pg_temp.part('PERMIT', 'paper', pg_temp.paper(9)), pg_temp.part('GPXD_FORM', 'onPaper'))),
          'OK; PERMIT REUSE, PERMIT REUSE; paper: GPXD_FORM', 'a part may have several files');

-- As many as there may be.
CREATE FUNCTION pg_temp.many(p_count int) RETURNS jsonb LANGUAGE sql RETURN
    jsonb_build_object('consent', true, 'parts', (SELECT jsonb_agg(pg_temp.part(CASE i WHEN 1 THEN 'GPXD_FORM' ELSE 'PERMIT' END, 'paper', pg_temp.paper(1))) FROM generate_series(1, p_count) AS i));
SELECT matches(pg_temp.file('citizen', '1.013227', pg_temp.many(60)), '^OK', '60 papers are taken');
SELECT is((SELECT count(*) FROM dossier_part WHERE dossier = pg_temp.dossier()), 60::bigint, 'all of them');
SELECT is(pg_temp.file('citizen', '1.013227', pg_temp.many(61)), 'GUARD_FAILED parts', 'and not one more');

-- The e-form.
SELECT is(pg_temp.file('citizen', '1.001612', '{"consent": true}'), 'GUARD_FAILED draft parts.HKD_FORM', 'R16: what has an e-form is not handed in online without it');
SELECT is(pg_temp.file('citizen', '1.001612', pg_temp.consented(pg_temp.part('HKD_FORM', 'paper', pg_temp.paper(1)))), 'GUARD_FAILED draft', 'R16: nor with a copy in its place');
SELECT is(pg_temp.file('citizen', '1.001612', pg_temp.consented(pg_temp.part('HKD_FORM', 'onPaper')), 'POST'), 'OK; paper: HKD_FORM', 'but on paper, by post');
CREATE FUNCTION pg_temp.draft(p_who text, p_input jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM save_draft(p_input);
    PERFORM pg_temp.act_as('admin');
    PERFORM set_config('test.draft', coalesce(r.public_id::text, ''), true);
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(p->>'path', ' ') FROM jsonb_array_elements(r.problems) AS p), ''), 'OK');
END $$;
CREATE FUNCTION pg_temp.hand_in(p_who text, p_args jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_draft(current_setting('test.draft'), NULL, NULL, p_args);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg(p->>'path', ' ') FROM jsonb_array_elements(r.problems) AS p), ''),
        concat_ws('; ', 'OK', (SELECT string_agg(t.part_code || ' ' || t.source, ', ' ORDER BY t.no) FROM dossier_part t WHERE t.dossier = r.id),
                  'paper: ' || (SELECT string_agg(a.part_code, ', ' ORDER BY a.position) FROM announced_part a WHERE a.dossier = r.id)));
END $$;
SELECT is(pg_temp.draft('citizen', jsonb_build_object('procedure', '1.001612', 'agency', current_setting('test.agency'))), 'OK', 'a draft');
SELECT is(pg_temp.hand_in('citizen', NULL), 'GUARD_FAILED consent', 'D2: a draft, too, is handed in with consent alone');
SELECT is(pg_temp.hand_in('citizen', '{"consent": true}'), 'OK', 'R16: the e-form is the paper that the law calls it, and is not asked for twice');
-- Parts in a draft.
SELECT is(pg_temp.draft('citizen', jsonb_build_object('procedure', '1.004222', 'agency', current_setting('test.agency'),
          'parts', jsonb_build_array(pg_temp.part('DWELLING', 'paper', pg_temp.paper(1)), pg_temp.part('DWELLING', 'paper', 'x')))), 'OK', 'R12: a draft keeps the parts that are chosen');
SELECT is((SELECT parts FROM draft WHERE public_id = current_setting('test.draft')::uuid),
          jsonb_build_array(jsonb_build_object('part', 'DWELLING', 'paper', pg_temp.paper(1)), '{"part": "DWELLING"}'::jsonb), 'and nothing else');
SELECT is(pg_temp.draft('citizen', jsonb_build_object('draft', current_setting('test.draft'), 'parts', jsonb_build_array(pg_temp.part('NOTHING', 'onPaper')))), 'GUARD_FAILED parts[0].part', 'no other procedure''s');
SELECT set_config('test.draft', (SELECT public_id::text FROM draft ORDER BY id DESC LIMIT 1), true) \g /dev/null
SELECT is(pg_temp.draft('citizen', jsonb_build_object('draft', current_setting('test.draft'), 'parts', (SELECT jsonb_agg(pg_temp.part('DWELLING', 'onPaper')) FROM generate_series(1, 61)))), 'GUARD_FAILED parts', 'nor 61');
SELECT set_config('test.draft', (SELECT public_id::text FROM draft ORDER BY id DESC LIMIT 1), true) \g /dev/null
SELECT is(pg_temp.hand_in('citizen', '{"consent": true}'), 'GUARD_FAILED parts.DWELLING', 'they are looked at when it is handed in');
SELECT is(pg_temp.draft('citizen', jsonb_build_object('draft', current_setting('test.draft'), 'parts', jsonb_build_array(pg_temp.part('DWELLING', 'paper', pg_temp.paper(9))))), 'OK', 'chosen anew');
SELECT is(pg_temp.draft('citizen', jsonb_build_object('draft', current_setting('test.draft'), 'channel', 'ONLINE')), 'OK', 'and kept when something else is written');
SELECT is(pg_temp.hand_in('citizen', '{"consent": true, "parts": null}'), 'OK; DWELLING REUSE', 'R12: they are handed in with it');
-- A partner's.
SELECT is(pg_temp.draft('partner', jsonb_build_object('procedure', '1.004222', 'agency', current_setting('test.agency'), 'parts', jsonb_build_array(pg_temp.part('DWELLING', 'upload', pg_temp.upload(5001)::text)))), 'OK', 'D1: a partner writes drafts');
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM draft'), 1::bigint, 'reads them');
SELECT is(pg_temp.hand_in('citizen', '{"consent": true}'), 'NOT_FOUND', 'they are nobody else''s');
UPDATE actor SET scopes = 'dossiers.read' WHERE who = 'partner';
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM draft') || pg_temp.hand_in('partner', '{"consent": true}'), '0NOT_ALLOWED', 'a key that does not submit has none');
UPDATE actor SET scopes = 'dossiers.submit', environment = 'TEST' WHERE who = 'partner';
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM draft') || pg_temp.hand_in('partner', '{"consent": true}'), '0NOT_ALLOWED', 'nor has a test key');
UPDATE actor SET environment = 'TEAM' WHERE who = 'partner';
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM draft') || pg_temp.hand_in('partner', '{"consent": true}'), '0NOT_FOUND', 'nor a team''s, but for its guests');
UPDATE actor SET environment = 'LIVE' WHERE who = 'partner';
SELECT is(pg_temp.hand_in('partner', '{"consent": true}'), 'OK; DWELLING UPLOAD', 'D1: and hands them in');

-- Channels.
UPDATE procedure_version SET online_level = 'INFORMATION' WHERE id = (SELECT version FROM procedure_in_force WHERE code = '1.004837');
SELECT is(pg_temp.file('citizen', '1.004837', '{"consent": true}'), 'GUARD_FAILED channel', 'what can only be read about online is not handed in online');
SELECT is(pg_temp.file('citizen', '1.004837', '{"consent": true}', 'POST'), 'OK', 'but by post');
SELECT is(pg_temp.file('citizen', '1.004837', '{"consent": true}', 'HOME'), 'OK', 'or at home, where that is offered');
SELECT is(pg_temp.file('citizen', '1.013227', pg_temp.consented(pg_temp.part('PERMIT', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper')), 'HOME'), 'GUARD_FAILED channel', 'and not where it is not');

-- What was announced has come once the dossier is accepted.
SELECT is(pg_temp.file('citizen', '1.013227', pg_temp.consented(pg_temp.part('PERMIT', 'onPaper'), pg_temp.part('GPXD_FORM', 'onPaper')), 'POST'), 'OK; paper: GPXD_FORM, PERMIT', 'by post, on paper');
SELECT code AS posted FROM dossier WHERE id = pg_temp.dossier() \gset
SELECT is((SELECT count(*) FROM announced_part WHERE dossier = pg_temp.dossier() AND received_at IS NULL), 2::bigint, 'R11: it is still to come');
SELECT * FROM pg_temp.act_as('officer');
SELECT is((SELECT failure FROM apply_dossier_event(:'posted', 'accept', NULL, '{"digitised": true}')), NULL, 'and is taken in with it');
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT count(*) FROM announced_part WHERE dossier = pg_temp.dossier() AND received_at IS NULL), 0::bigint, 'R11: then it has come');

-- A change of channel is no way around what is asked online.
CREATE FUNCTION pg_temp.go_online(p_dossier bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('citizen');
    SELECT * INTO STRICT r FROM apply_dossier_event((SELECT code FROM dossier WHERE id = p_dossier), 'changeChannel', NULL, '{"channel": "ONLINE"}');
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || ' ' || (SELECT string_agg(p->>'path', ' ') FROM jsonb_array_elements(r.problems) AS p), 'OK');
END $$;
SELECT is(pg_temp.file('citizen', '1.004194', pg_temp.consented(pg_temp.part('CT01', 'onPaper'), pg_temp.part('DWELLING', 'onPaper')), 'POST'), 'OK; paper: CT01, DWELLING', 'by post, all of it on paper');
SELECT is(pg_temp.go_online(pg_temp.dossier()), 'GUARD_FAILED channel', 'R19: not then online, where all is electronic');
SELECT is(pg_temp.file('citizen', '1.004194', pg_temp.consented(pg_temp.part('CT01', 'paper', pg_temp.paper(1)), pg_temp.part('DWELLING', 'paper', pg_temp.paper(9))), 'POST') LIKE 'OK; %', true, 'by post, all of it electronic');
SELECT is(pg_temp.go_online(pg_temp.dossier()), 'OK', 'R19: then online');
SELECT is(pg_temp.file('citizen', '1.001612', pg_temp.consented(pg_temp.part('HKD_FORM', 'onPaper')), 'POST') LIKE 'OK; %', true, 'by post, without the e-form');
SELECT is(pg_temp.go_online(pg_temp.dossier()), 'GUARD_FAILED channel', 'R19: not then online, where there is an e-form');

-- Who sees what was announced.
SELECT id AS announced FROM dossier WHERE id IN (SELECT dossier FROM announced_part) ORDER BY id DESC LIMIT 1 \gset
SELECT is(pg_temp.count_as(w, format('SELECT count(*) FROM announced_part WHERE dossier = %s', :announced)), n::bigint, format('what was announced on paper: %s', w))
  FROM (VALUES ('citizen', 1), ('officer', 1), ('citizen2', 0), ('officer2', 0), ('partner', -1), ('public', -1)) AS t(w, n);
\ir include/end.psql
