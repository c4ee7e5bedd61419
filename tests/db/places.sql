-- Places: what old codes have become, who decides what is about a place, where a dossier can be handed in. DOMAIN §2.9, R10;
-- §4.1 (9, 18).
\ir include/begin.psql
-- Of building, as if it had no e-form.
DELETE FROM procedure_form WHERE procedure_version IN (SELECT version FROM procedure_in_force WHERE code = '1.013227');
SELECT plan(80);

CREATE FUNCTION pg_temp.unit_id(p_code text, p_from text DEFAULT '2025-07-01') RETURNS bigint LANGUAGE sql STABLE RETURN
    (SELECT id FROM unit WHERE code = p_code AND valid_from = p_from::date);
CREATE FUNCTION pg_temp.old(p_code text) RETURNS bigint LANGUAGE sql STABLE RETURN pg_temp.unit_id(p_code, '2024-05-01');
CREATE FUNCTION pg_temp.said(p_unit bigint) RETURNS text LANGUAGE sql STABLE RETURN
    (SELECT code || ' ' || valid_from || ' ' || name FROM unit WHERE id = p_unit);

-- A session of an officer with a second factor of a moment ago.
CREATE FUNCTION pg_temp.opened(p_officer bigint) RETURNS text LANGUAGE sql AS $$
    INSERT INTO session (kind, officer, device, expires_at, stepped_up_at) VALUES ('OFFICER', p_officer, 'psql', now() + interval '1 hour', now()) RETURNING id::text
$$;

-- What a code means.
CREATE FUNCTION pg_temp.meant(p_code text, p_at date DEFAULT NULL) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT code || '@' || valid_from FROM unit WHERE id = m.given), '?') || ' -> '
           || coalesce((SELECT string_agg(u.code || '@' || u.valid_from, ' ' ORDER BY u.code) FROM unit u WHERE u.id = ANY (m.units)), 'nothing')
      FROM unit_meant(p_code, p_at, '2026-11-27', false) AS m
$$;
SELECT is(pg_temp.meant('25753', '2024-06-01'), '25753@2024-05-01 -> 25747@2025-07-01', 'F18: an old commune that was whole is its successor by itself');
SELECT is(pg_temp.meant('25753'), '25753@2024-05-01 -> 25747@2025-07-01', 'with or without a day, where the code had one meaning');
SELECT is(pg_temp.meant('25741', '2024-06-01'), '? -> 25747@2025-07-01 25750@2025-07-01', 'F18: one that was divided is asked');
SELECT is(pg_temp.meant('25747'), '25747@2025-07-01 -> 25747@2025-07-01', 'F18: two meanings that have come to the same are no question');
SELECT is(pg_temp.meant('25747', '2024-06-01'), '25747@2024-05-01 -> 25747@2025-07-01', 'and the day says which was meant');
SELECT is(pg_temp.meant('25948', '2026-01-01'), '? -> nothing', 'F18: a code that is no more is none of that day');
SELECT is(pg_temp.meant('25969'), '? -> 25969@2025-07-01 25975@2025-07-01', 'F18: two meanings that differ are asked');
SELECT is(pg_temp.meant('25969', '2026-01-01'), '25969@2025-07-01 -> 25969@2025-07-01', 'which the day answers');
SELECT is(pg_temp.meant('25969', '2024-06-01'), '? -> 25969@2025-07-01 25975@2025-07-01', 'the other way round it was divided');
SELECT is(pg_temp.meant('25750', '2025-06-30') || ', ' || pg_temp.meant('25750', '2025-07-01'),
          '25750@2024-05-01 -> 25750@2025-07-01, 25750@2025-07-01 -> 25750@2025-07-01', 'the day of the change belongs to the new');
SELECT is(pg_temp.meant('724', '2024-06-01'), '? -> 25942@2025-07-01 25945@2025-07-01 25951@2025-07-01', 'F18: a district is what its communes have become');
SELECT is(pg_temp.meant('74', '2024-06-01'), '74@2024-05-01 -> 79@2025-07-01', 'a province is a province');
SELECT is(pg_temp.meant('99999'), '? -> nothing', 'an unknown code is nothing');
SELECT is(pg_temp.meant('00000'), '? -> nothing', 'nor is one of the sandbox');
SELECT is_empty($$SELECT u.code FROM unit u WHERE u.level = 'COMMUNE' AND u.valid_to IS NOT NULL
                     AND (SELECT count(*) FROM units_now(u.id, '2026-11-27')) <> (SELECT count(*) FROM unit_successor s WHERE (s.old_code, s.old_valid_from) = (u.code, u.valid_from))$$,
                'F18: each of the 91 communes of before has come to what the crosswalk says');
SELECT is((SELECT count(*) FROM unit u WHERE u.level = 'COMMUNE' AND u.valid_to IS NOT NULL AND (SELECT count(*) FROM units_now(u.id, '2026-11-27')) > 1),
          16::bigint, 'F18: 16 of them to several');
SELECT is_empty($$SELECT id FROM unit u WHERE valid_to IS NULL AND ARRAY(SELECT units_now(u.id, '2026-11-27')) <> ARRAY[u.id]$$, 'what stands is itself');
-- Twice changed.
UPDATE unit SET valid_to = '2026-01-01' WHERE id = pg_temp.unit_id('25747');
INSERT INTO unit (code, valid_from, level, kind, name, parent_code, parent_valid_from) VALUES ('25747', '2026-01-01', 'COMMUNE', 'WARD', 'Phường Mới', '79', '2025-07-01');
INSERT INTO unit_successor VALUES ('25747', '2025-07-01', '25747', '2026-01-01', false);
SELECT is(pg_temp.meant('25753'), '25753@2024-05-01 -> 25747@2026-01-01', 'F18: a way of two steps is gone to its end');
DELETE FROM unit_successor WHERE new_valid_from = '2026-01-01';
DELETE FROM unit WHERE valid_from = '2026-01-01' AND NOT sandbox;
UPDATE unit SET valid_to = NULL WHERE id = pg_temp.unit_id('25747');

-- Names.
CREATE FUNCTION pg_temp.found(p_search text, p_limit int DEFAULT 20) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(string_agg(u.code || '@' || extract(year FROM u.valid_from), ' ' ORDER BY s.place), '') FROM search_units(p_search, false, p_limit) s JOIN unit u ON u.id = s.unit
$$;
SELECT is(pg_temp.found('Long Hoà'), '25792@2025 25792@2024', 'F18: a name by its old spelling finds both');
SELECT is(pg_temp.found('Long Hòa'), pg_temp.found('Long Hoà'), 'F18: wherever the tone is written');
SELECT is(pg_temp.found(normalize('Long Hòa', NFD)), pg_temp.found('Long Hoà'), 'however it is composed');
SELECT is(pg_temp.found('  xã LONG  hoa '), pg_temp.found('Long Hoà'), 'without accents, with the kind of unit before it');
SELECT is(pg_temp.found('Phú Cường'), '25747@2024', 'F18: a ward that is no more');
SELECT is(pg_temp.found('25747'), '25747@2025 25747@2024', 'a code, with both its meanings');
SELECT is(pg_temp.found('257'), '', 'whole');
SELECT is(pg_temp.found('tan', 3), (SELECT string_agg(x, ' ') FROM regexp_split_to_table(pg_temp.found('tan'), ' ') WITH ORDINALITY AS t(x, no) WHERE no <= 3), 'as many as are asked');
SELECT is(pg_temp.found('thử nghiệm'), '', 'nothing of the sandbox');
SELECT is(pg_temp.found(' . '), '', 'nothing for nothing');
SELECT is(pg_temp.found('a b c d e f g h i k l'), '', 'nor for more than ten words');
SELECT is(pg_temp.found('dau & tieng | !zz'), '', 'what looks like a query is words');
SELECT is((SELECT count(*) FROM search_units('thử nghiệm', true, 20)), 2::bigint, 'but for who tries the sandbox');

-- R1: every level is an agency with a reception point of its own.
SELECT is_empty($$SELECT a.code FROM agency a WHERE a.valid_to IS NULL AND 'COMPETENT' = ANY (a.kinds)
                     AND NOT EXISTS (SELECT FROM agency r JOIN service_point s ON s.agency = r.id
                                      WHERE (r.unit_code, r.unit_valid_from) = (a.unit_code, a.unit_valid_from) AND 'RECEPTION' = ANY (r.kinds) AND r.sandbox = a.sandbox)
                     AND NOT a.sandbox$$, 'R1: whoever decides has a reception point in its unit, at each level');
SELECT is_empty($$SELECT s.name FROM service_point s JOIN agency a ON a.id = s.agency WHERE NOT s.sample OR NOT a.kinds && ARRAY['RECEPTION', 'SUPPORT'] OR a.valid_to IS NOT NULL$$,
                'no place of the seed claims to be surveyed');

-- Where a dossier goes.
CREATE FUNCTION pg_temp.submit(p_who text, p_procedure text, p_agency text, p_place jsonb DEFAULT NULL, p_applicant bigint DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT * INTO STRICT r FROM submit_dossier(p_procedure, p_agency, p_applicant, 'ONLINE', p_place, NULL, pg_temp.filed(p_procedure));
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || coalesce(' ' || (SELECT string_agg((x->>'path') || coalesce(': ' || nullif((SELECT string_agg(u.code, ',' ORDER BY u.code) FROM unit u WHERE x->'units' @> to_jsonb(u.id)), ''), ''), ' ')
                                                    FROM jsonb_array_elements(r.problems) AS x), ''),
                    (SELECT c.code || ' by ' || a.code || coalesce(' for ' || concat_ws(', ', g.code || '@' || extract(year FROM g.valid_from), u.code, h.code), '') FROM dossier d
                       JOIN agency a ON a.id = d.received_agency JOIN agency c ON c.id = d.competent_agency
                       LEFT JOIN dossier_place l ON l.dossier = d.id LEFT JOIN unit g ON g.id = l.given LEFT JOIN unit u ON u.id = l.unit LEFT JOIN agency h ON h.id = l.support_agency
                      WHERE d.id = r.dossier_id));
END $$;
CREATE FUNCTION pg_temp.at(p_code text, p_on date DEFAULT NULL, p_support text DEFAULT NULL) RETURNS jsonb LANGUAGE sql RETURN
    jsonb_build_object('code', p_code, 'on', p_on - date '1970-01-01', 'support', p_support);
-- Citizen 1 lives in 25747.
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.136.1'), 'H29.136 by H29.136.1 for ', 'R10: who asks lives elsewhere: the unit decides where it is handed in');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.136.1', pg_temp.at('25813', '2025-07-01')), 'H29.110 by H29.136.1 for 25813@2025, 25813',
          'R10: received by one ward, decided by the one it is about');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.1', pg_temp.at('25753')), 'H29.101 by H29.1 for 25753@2024, 25747', 'F18: an old ward is taken, and both are kept');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.1', pg_temp.at('25753', NULL, 'H29.11')), 'H29.101 by H29.1 for 25753@2024, 25747, H29.11',
          'R10: received, competent and support agencies are three');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at(NULL, NULL, 'H29.11')), 'H29.101 by H29.101 for H29.11', 'help alone is kept, too');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at(NULL, NULL, 'H29.4')), 'GUARD_FAILED supportAgency', 'of who gives none it is refused');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('25741')), 'GUARD_FAILED place: 25747,25750', 'F18: a divided ward is asked, with what there is to choose from');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('25741', '2026-01-01')), 'GUARD_FAILED place', 'F18: on a day on which it was no more it is unknown');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('25969')), 'GUARD_FAILED place: 25969,25975', 'F18: and so is a code of two meanings');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('25969', '2025-07-01')), 'H29.133 by H29.101 for 25969@2025, 25969', 'until the day says which');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('724')), 'GUARD_FAILED place: 25942,25945,25951', 'F18: a district is none any more');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('79')), 'GUARD_FAILED place', 'a province is no commune');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('00000')), 'GUARD_FAILED place', 'nor is the sandbox a place');
SELECT is(pg_temp.submit('citizen', '9.999999', 'nowhere', pg_temp.at('25741', NULL, 'H29.4')), 'GUARD_FAILED procedure agency place: 25747,25750 supportAgency', 'all problems are told at once');
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.1'), 'GUARD_FAILED place', 'R10: what communes decide, handed in where there is none, is asked for: not taken from where one lives');
SELECT is(pg_temp.submit('citizen', '2.001610', 'H29.136.1', pg_temp.at('25813', '2025-07-01')), 'H29.5 by H29.136.1 for 25813@2025, 25813', 'R10: a ward takes what a department decides');
SELECT is(pg_temp.submit('partner', '1.004837', 'H29.136.1', pg_temp.at('25753')), 'H29.101 by H29.136.1 for 25753@2024, 25747', 'R10: a partner''s is routed alike');
SELECT is(pg_temp.submit('citizen', '1.013227', 'H29.136.1', pg_temp.at('25813', '2025-07-01')), 'GUARD_FAILED agency', 'R10: with boundaries nobody else takes it');
SELECT is(pg_temp.submit('citizen', '1.013227', 'H29.110.1', pg_temp.at('25813', '2025-07-01')), 'H29.110 by H29.110.1 for 25813@2025, 25813', 'but the reception point of the unit');
SELECT is(pg_temp.submit('citizen', '1.013227', 'H29.110'), 'H29.110 by H29.110 for ', 'and the agency itself');
SELECT * FROM pg_temp.act_as('citizen');
SELECT matches((SELECT s.problems->0->>'vi' FROM submit_dossier('1.004837', 'H29.101', NULL, 'ONLINE', '{"code": "25741"}', NULL, '{"consent": true}') s),
               '25747 Phường Thủ Dầu Một; 25750 Phường Phú Lợi', 'F18: codes and names are told');
SELECT * FROM pg_temp.act_as('admin');
UPDATE agency SET valid_to = current_date WHERE code = 'H29.110';
SELECT is(pg_temp.submit('citizen', '1.004837', 'H29.101', pg_temp.at('25813', '2025-07-01')), 'GUARD_FAILED agency', 'where nobody decides, nobody takes it');
UPDATE agency SET valid_to = NULL WHERE code = 'H29.110';

-- At the counter.
CREATE FUNCTION pg_temp.counter(p_args jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('officer');
    SELECT * INTO STRICT r FROM accept_at_counter('1.001612', NULL, (SELECT public_id::text FROM subject WHERE id = 2), NULL, '{"digitised": true}' || p_args);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || ' ' || (r.problems->0->>'path'), (SELECT c.code || coalesce(' for ' || l.unit, '') FROM dossier d JOIN agency c ON c.id = d.competent_agency
                                                                LEFT JOIN dossier_place l ON l.dossier = d.id WHERE d.id = r.id));
END $$;
SELECT is(pg_temp.counter('{}'), 'H29.101', 'at the counter, the unit itself');
SELECT is(pg_temp.counter('{"place": {"code": "25813", "on": 20600}}'), 'H29.110 for ' || pg_temp.unit_id('25813'), 'R10: or the one it is about');
SELECT is(pg_temp.counter('{"place": {"code": "25741"}}'), 'GUARD_FAILED place', 'F18: which is asked there, too');
SELECT is(pg_temp.counter('{"place": {"code": "25741"}, "placed": true, "competentAgency": 1, "inScope": true}'), 'GUARD_FAILED place', 'and not talked over');

-- By a draft.
SELECT * FROM pg_temp.act_as('citizen');
SELECT public_id AS draft FROM save_draft('{"procedure": "1.000656", "case": "ON_TIME", "agency": "H29.136.1", "parts": [{"part": "DEATH_NOTICE", "onPaper": true}], "set": []}') \gset
SELECT is((SELECT failure || ' ' || (problems->0->>'path') FROM submit_draft(:'draft', '{"code": "25741"}', NULL, '{"consent": true}')), 'GUARD_FAILED place', 'F18: a draft is asked, too');
SELECT id AS drafted FROM submit_draft(:'draft', '{"code": "25753"}', NULL, '{"consent": true}') \gset
SELECT * FROM pg_temp.act_as('admin');
SELECT is((SELECT given || ' ' || unit FROM dossier_place WHERE dossier = :drafted), pg_temp.old('25753') || ' ' || pg_temp.unit_id('25747'), 'and keeps what was said');

-- Who sees it: tests/db/security.sql has the rest.
SELECT dossier AS placed FROM dossier_place WHERE applicant = 1 AND unit = pg_temp.unit_id('25813') LIMIT 1 \gset
SELECT is(pg_temp.count_as('citizen', format('SELECT count(*) FROM dossier_place WHERE dossier = %s', :placed)), 1::bigint, 'its applicant');
SELECT is(pg_temp.count_as('citizen2', format('SELECT count(*) FROM dossier_place WHERE dossier = %s', :placed)), 0::bigint, 'nobody else');
SELECT is(pg_temp.count_as('partner', 'SELECT count(*) FROM dossier_place'), -1::bigint, 'no key');
SELECT matches((SELECT export_of_dossier(d)->>'place' FROM dossier d WHERE d.id = :placed), 'Phường Bến Cát', 'its copy says it');
SELECT anonymise_events(ARRAY[:placed]) \g /dev/null
SELECT is((SELECT num_nulls(given, unit) FROM dossier_place WHERE dossier = :placed), 2, 'when nothing keeps the dossier, its place is forgotten');

-- R1: one dossier of three agencies of two levels, in one timeline.
INSERT INTO actor
SELECT 'of ' || a.code, 'app_officer', 'OFFICER', o.id, '', a.id, 'INTAKE,DISPATCHER,PROCESSOR,SIGNER,HEAD,COUNTER', s.id
  FROM agency a CROSS JOIN LATERAL (SELECT o.id FROM officer o WHERE o.agency = a.id ORDER BY o.id LIMIT 1) AS o
 CROSS JOIN LATERAL (SELECT pg_temp.opened(o.id) AS id) AS s
 WHERE a.code IN ('H29.101.1', 'H29.5', 'H29.3');
CREATE FUNCTION pg_temp.did(p_agency text, p_code text, p_event text, p_args jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    PERFORM pg_temp.act_as('of ' || p_agency);
    SELECT * INTO STRICT r FROM apply_dossier_event(p_code, p_event, NULL, p_args);
    PERFORM pg_temp.act_as('admin');
    RETURN coalesce(r.failure || ' ' || coalesce(r.problems->0->>'path', ''), 'OK');
END $$;
SELECT pg_temp.submit('citizen', '2.001610', 'H29.101.1') \g /dev/null
SELECT id AS shared, code AS shared_code FROM dossier ORDER BY id DESC LIMIT 1 \gset
SELECT is(concat_ws(' ', pg_temp.did('H29.101.1', :'shared_code', 'accept', '{"digitised": true}'), pg_temp.did('H29.5', :'shared_code', 'assign'),
                    pg_temp.did('H29.5', :'shared_code', 'sendTask', jsonb_build_object('agency', 'H29.3', 'title', 'Xác nhận thửa đất', 'until', now() + interval '1 minute'))),
          'OK OK OK', 'R1: a ward takes it in, a department decides it, another is asked');
SELECT is(pg_temp.did('H29.3', :'shared_code', 'taskDone', jsonb_build_object('task', (SELECT public_id FROM inter_agency_task WHERE dossier = :shared), 'answer', 'Đúng.')), 'OK', 'and answers');
CREATE FUNCTION pg_temp.timeline(p_who text, p_dossier bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_seen text;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT string_agg(e.event || coalesce(' ' || (SELECT a.code FROM agency a WHERE a.id = event_agency(e.id)), ''), ', ' ORDER BY e.seq) INTO v_seen
      FROM dossier_event e WHERE e.dossier = p_dossier;
    PERFORM pg_temp.act_as('admin');
    RETURN v_seen;
END $$;
SELECT is(pg_temp.timeline('citizen', :shared), 'createDraft, submit, accept H29.101.1, assign H29.5, sendTask H29.5, taskDone H29.3', 'R1: the applicant sees one timeline with all of them');
SELECT is(pg_temp.timeline('of H29.101.1', :shared), pg_temp.timeline('citizen', :shared), 'R1: and so does each that has it');
SELECT id AS accepted FROM dossier_event WHERE dossier = :shared AND event = 'accept' \gset
SELECT * FROM pg_temp.act_as('citizen2');
SELECT is(event_agency(:'accepted'), NULL, 'whoever sees no timeline learns nothing of its events');
SELECT * FROM pg_temp.act_as('admin');

-- The nearest.
CREATE FUNCTION pg_temp.near(p_procedure text, p_code text, p_lat numeric DEFAULT NULL, p_lon numeric DEFAULT NULL, p_limit int DEFAULT 3) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(coalesce('? ' || u.code, a.code || CASE WHEN n.receives THEN '' ELSE ' (help)' END), ', ' ORDER BY n.metres, u.code, n.point)
      FROM near_points((SELECT v.id FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE p.code = p_procedure AND v.valid_to IS NULL ORDER BY v.no DESC LIMIT 1),
                       p_code, NULL, p_lat, p_lon, p_limit) n
      LEFT JOIN service_point s ON s.id = n.point LEFT JOIN agency a ON a.id = s.agency LEFT JOIN unit u ON u.id = n.unit
$$;
SELECT is(pg_temp.near('1.001612', '25753'), 'H29.101.1, H29.102.1, H29.105.1', 'F09: from an old ward, the nearest that may take it');
SELECT is(pg_temp.near('1.001612', NULL, 10.98, 106.652), 'H29.101.1, H29.102.1, H29.105.1', 'F09: and so from where one stands');
SELECT is(pg_temp.near('1.001612', '25741'), '? 25747, ? 25750', 'F09: a divided ward is asked');
SELECT is(pg_temp.near('1.013227', '25753', NULL, NULL, 2), 'H29.101.1, H29.102.1 (help)', 'F09: with boundaries the own point alone; elsewhere is help');
SELECT is(pg_temp.near('1.001612', '99999'), NULL, 'an unknown unit has none');
SELECT is(pg_temp.near('9.000001', '00000'), 'H00.1', 'the sandbox has its own');
SELECT is(round(metres_between(10.980, 106.652, 10.990, 106.675) / 10), 275::double precision, 'F09: a known distance, 2.75 km');
SELECT is(metres_between(0, 0, 0, 180)::int8, (pi() * 6371008.8)::int8, 'as far as it gets');
SELECT is_empty($$SELECT a.code FROM near_points((SELECT v.id FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE p.code = '1.001612'), '25753', NULL, NULL, NULL, 1000) n
                    JOIN service_point s ON s.id = n.point JOIN agency a ON a.id = s.agency
                   WHERE n.receives IS DISTINCT FROM ('RECEPTION' = ANY (a.kinds) AND takes_for(a.id, (SELECT id FROM agency WHERE code = 'H29.101'), true))$$,
                'R10: what is shown to take it is what submit_dossier lets take it');
\ir include/end.psql
