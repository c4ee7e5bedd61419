-- The sample province and the reference data: counts, and the invariants of DOMAIN §5.2 over every dossier.
\ir include/begin.psql
SELECT plan(38);

SELECT is((SELECT count(*) FROM unit WHERE valid_from = '2025-07-01' AND level = 'COMMUNE'), 36::bigint, '36 units since July 2025');
SELECT is((SELECT count(*) FROM unit WHERE valid_to = '2025-07-01' AND level = 'COMMUNE'), 91::bigint, '91 communes before');
SELECT is((SELECT count(*) FROM unit WHERE level = 'DISTRICT'), 9::bigint, '9 districts, history');
SELECT is((SELECT count(*) FROM unit_successor WHERE old_code <> '74'), 107::bigint, '107 ways from old to new');
SELECT is_empty($$SELECT code FROM unit u WHERE valid_to IS NOT NULL AND level = 'COMMUNE'
                   AND NOT EXISTS (SELECT FROM unit_successor WHERE (old_code, old_valid_from) = (u.code, u.valid_from))$$,
                'every old commune has a successor');
SELECT is_empty($$SELECT code FROM unit u WHERE valid_to IS NULL AND level = 'COMMUNE' AND code NOT LIKE '00%'
                   AND NOT EXISTS (SELECT FROM unit_successor WHERE (new_code, new_valid_from) = (u.code, u.valid_from))$$,
                'every new commune had a predecessor');
SELECT results_eq($$SELECT name FROM unit WHERE code = '25747' ORDER BY valid_from$$,
                  ARRAY['Phường Phú Cường', 'Phường Thủ Dầu Một'], 'a code that was used again names two units');
SELECT is((SELECT count(*) FROM agency WHERE NOT sandbox), 120::bigint, '120 agencies');
SELECT is_empty($$SELECT code FROM agency WHERE code LIKE 'H09%' AND (valid_to IS NULL OR successor IS NULL)$$,
                'the old province''s agencies are ended and followed');
SELECT is_empty($$SELECT code FROM agency WHERE code LIKE 'H29%' AND valid_to IS NOT NULL$$, 'the new ones are in force');
SELECT is((SELECT count(*) FROM procedure WHERE NOT sandbox), 66::bigint, '66 procedures');
SELECT cmp_ok((SELECT count(*) FROM procedure_version WHERE no = 2), '>=', 3::bigint, 'a few have a second version');
SELECT is((SELECT count(*) FROM procedure_in_force), (SELECT count(*) FROM procedure), 'each procedure has exactly one version in force today');
SELECT is_empty($$SELECT p.code FROM procedure p WHERE NOT EXISTS
                   (SELECT FROM agency_competence c JOIN agency a ON a.id = c.agency AND a.valid_to IS NULL
                     WHERE c.level = p.level AND (c.field IS NULL OR c.field = p.field))$$, 'somebody is competent for each procedure');

SELECT is((SELECT count(*) FROM person WHERE id <= 5000), 5000::bigint, '5,000 persons');
SELECT is((SELECT count(*) FROM organisation WHERE id <= 5500), 500::bigint, '500 organisations');
SELECT is((SELECT count(*) FROM officer WHERE id <= 60), 60::bigint, '60 officers');
SELECT is((SELECT count(*) FROM dossier WHERE id <= 50000), 50000::bigint, '50,000 dossiers');
SELECT is((SELECT min(submitted_at)::date FROM dossier), date '2024-11-26', 'from 26 November 2024');
SELECT is((SELECT max(submitted_at)::date FROM dossier WHERE id <= 50000), date '2026-11-25', 'to 25 November 2026');
SELECT is_empty($$SELECT name FROM subject WHERE name IS NOT NFC NORMALIZED$$, 'names are in NFC');

SELECT is_empty($$SELECT d.id FROM dossier d JOIN LATERAL
                   (SELECT to_state FROM dossier_event e WHERE e.dossier = d.id ORDER BY seq DESC LIMIT 1) AS last ON true
                   WHERE last.to_state <> d.state$$, 'state = fold(events)');
SELECT is_empty($$SELECT e.id FROM dossier_event e LEFT JOIN dossier_event b ON b.dossier = e.dossier AND b.seq = e.seq - 1
                   WHERE e.from_state IS DISTINCT FROM b.to_state$$, 'each event begins where the one before ended');
SELECT is_empty($$SELECT e.id FROM dossier_event e LEFT JOIN dossier_transition t
                      ON t.event = e.event AND t.to_state = e.to_state AND t.from_state IS NOT DISTINCT FROM e.from_state
                   WHERE t.id IS NULL$$, 'each event is an edge of the machine');
SELECT is_empty($$SELECT d.id FROM dossier d JOIN dossier_event e ON e.dossier = d.id GROUP BY d.id
                  HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*) OR max(e.seq) <> d.seq$$, 'seq runs from 1 to dossier.seq without a gap');
SELECT is_empty($$SELECT e.id FROM dossier_event e JOIN dossier_event b ON b.dossier = e.dossier AND b.seq = e.seq - 1
                   WHERE e.at < b.at$$, 'times follow seq');
SELECT is_empty($$SELECT e.id FROM dossier_event e JOIN dossier d ON d.id = e.dossier
                   WHERE (e.applicant, e.submitter) <> (d.applicant, d.submitter)$$, 'events carry the applicant and the submitter');
SELECT is_empty($$SELECT d.id FROM dossier d JOIN agency a ON a.id = d.received_agency
                   WHERE d.id <= 50000 AND NOT daterange(a.valid_from, a.valid_to) @> d.submitted_at::date$$,
                'each was received by an agency of its day');
SELECT is_empty($$SELECT d.id FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version
                   WHERE NOT daterange(v.valid_from, v.valid_to) @> d.submitted_at::date$$, 'under the version of its day');
SELECT is_empty($$SELECT d.id FROM dossier d JOIN agency a ON a.id = d.received_agency
                   WHERE d.code !~ ('^' || a.code || to_char(d.submitted_at, '-YYMMDD-') || '\d{4,}$')$$,
                'codes are agency, day, number');
SELECT is_empty($$SELECT d.id FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version
                   WHERE d.received_at IS NOT NULL AND d.id % 17 = 0
                     AND d.due_at IS DISTINCT FROM due_at(d.received_at, v.limit_amount, v.limit_unit)$$,
                'due dates are what due_at() says (every seventeenth)');
SELECT is((SELECT count(feed_no) FROM dossier_event), (SELECT count(DISTINCT feed_no) FROM dossier_event), 'feed numbers are unique');
SELECT cmp_ok((SELECT last FROM feed), '>=', (SELECT max(feed_no) FROM dossier_event), 'the feed''s counter is not behind');
SELECT is_empty($$SELECT agency, day FROM dossier_sequence s WHERE last <
                   (SELECT max(substring(code FROM '\d+$')::int) FROM dossier d
                     WHERE d.received_agency = s.agency AND d.submitted_at::date = s.day)$$, 'nor are the counters of codes');

SELECT cmp_ok((SELECT count(*) FROM dossier WHERE applicant = 1), '>=', 25::bigint, 'the actor citizen fills a page');
SELECT cmp_ok((SELECT count(*) FROM dossier WHERE applicant = 2), '>', 0::bigint, 'citizen2 has some');
SELECT cmp_ok((SELECT count(*) FROM dossier WHERE applicant = 5001), '>', 0::bigint, 'and so has the partner');
SELECT * FROM pg_temp.act_as('service');
SELECT results_eq($$SELECT a, v.kind, v.me FROM unnest(ARRAY['citizen', 'citizen2', 'officer', 'field', 'partner', 'admin']) AS a,
                    session_subject(a, 600) AS s, session_viewer(s.session) AS v$$,
                  $$VALUES ('citizen', 'CITIZEN', 1::bigint), ('citizen2', 'CITIZEN', 2), ('officer', 'OFFICER', 1), ('field', 'OFFICER', 2),
                           ('partner', 'PARTNER', 5001)$$, 'session_subject knows the five actors and nobody else');
\ir include/end.psql
