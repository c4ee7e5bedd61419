-- What officers and applicants leave on dossiers, which the benchmark does not have: pauses, extensions, forms, supplements, tasks,
-- fees, papers, forms and drafts, and proposals for procedures. All that stands open stands on each dossier of its state; what is over, on some
-- dossiers in eight, on all of citizen 1, and on all that partners handed in. Run by load.sh, after others.sql.
SELECT count(*) AS persons FROM public.citizen \gset

DROP TABLE IF EXISTS bench_some;
CREATE UNLOGGED TABLE bench_some AS
SELECT d.*, a.no AS agency_no, (SELECT e.id FROM dossier_event e WHERE e.dossier = d.id AND e.seq = 2) AS accepted
  FROM dossier d JOIN bench_agency a ON a.id = d.received_agency
 WHERE d.received_at IS NOT NULL AND (hashint8(d.id) & 7 = 1 OR d.applicant = 1 OR d.submitter <> d.applicant);
ANALYZE bench_some;

INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at)
SELECT id, 1, applicant, 'SUPPLEMENT', submitted_at + interval '1 hour', submitted_at + interval '1 day' FROM bench_some
UNION ALL
SELECT id, 2, applicant, CASE state WHEN 'SUPPLEMENT_REQUIRED' THEN 'SUPPLEMENT' WHEN 'PAYMENT_REQUIRED' THEN 'PAYMENT' ELSE 'WITHDRAWAL' END,
       submitted_at + interval '5 days', NULL
  FROM dossier WHERE clock = 'PAUSED';
INSERT INTO dossier_extension (dossier, no, applicant, at, old_due, new_due, reason, event)
SELECT id, 1, applicant, submitted_at + interval '2 days', due_at - interval '1 day', due_at, 'Cần xác minh thêm', accepted FROM bench_some;
INSERT INTO issued_form (dossier, applicant, kind, number, state, event, at, body)
SELECT id, applicant, '01', id || '/2026/BNHS', 'ISSUED', accepted, submitted_at, '{}' FROM bench_some;
INSERT INTO dossier_place (dossier, applicant, given, unit)
SELECT d.id, d.applicant, u.id, u.id FROM bench_some d, unit u WHERE u.code = '25747' AND u.valid_to IS NULL;
INSERT INTO dossier_reminder (dossier, due_at, level, applicant, at, told)
SELECT id, due_at, 'OVERDUE', applicant, due_at, 2 FROM bench_some;

INSERT INTO supplement_request (dossier, applicant, stage, no, reason, until, asked_at, asked, resolved_at, resolution)
SELECT id, applicant, 'PROCESSING', 1, 'Thiếu bản sao', submitted_at + interval '1 day', submitted_at + interval '1 hour', accepted,
       submitted_at + interval '1 day', 'ANSWERED' FROM bench_some
UNION ALL
SELECT d.id, d.applicant, 'PROCESSING', 2, 'Thiếu giấy tờ chứng minh', now() + interval '10 days', e.at, e.id, NULL, NULL
  FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = d.seq WHERE d.state = 'SUPPLEMENT_REQUIRED';
INSERT INTO supplement_item (request, no, dossier, applicant, name, how, answered_at, received_at)
SELECT r.id, k, r.dossier, r.applicant, 'Giấy tờ ' || k, CASE WHEN r.resolved_at IS NOT NULL THEN 'ON_PAPER' END, r.resolved_at, r.resolved_at
  FROM supplement_request r, generate_series(1, 2) AS k;

-- Each agency is asked by the one after it.
INSERT INTO inter_agency_task (dossier, applicant, no, agency, title, due_at, state, answer, sent_at, sent, closed_at, closed)
SELECT d.id, d.applicant, 1, a.id, 'Xác minh thông tin', d.due_at, CASE WHEN sent THEN 'SENT' ELSE 'DONE' END,
       CASE WHEN NOT sent THEN 'Đã xác minh' END, d.submitted_at + interval '1 hour', d.accepted,
       CASE WHEN NOT sent THEN d.submitted_at + interval '2 days' END, CASE WHEN NOT sent THEN d.accepted END
  FROM (SELECT *, state = 'PROCESSING' AS sent FROM bench_some) AS d
  JOIN bench_agency a ON a.no = 1 + (d.agency_no + 118) % 120;

-- What processors propose to their head: signed in some dossiers, and in one in eight that are at work it waits, or was sent back.
INSERT INTO signature_request (dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at, state, decided_by, decider_name, decided_at, answer, closed_at)
SELECT b.id, b.competent_agency, 'askSupplement', '{"reason": "Thiếu bản sao", "parts": [{"name": "Bản sao"}, {"name": "Căn cước"}]}'::jsonb, 2, 12 * a.no, 'Cán bộ', b.submitted_at + interval '1 hour', 'SIGNED', 12 * a.no, 'Lãnh đạo',
       b.submitted_at + interval '2 hours', NULL, b.submitted_at + interval '2 hours'
  FROM bench_some b JOIN bench_agency a ON a.id = b.competent_agency
UNION ALL
SELECT b.id, b.competent_agency, 'stop', '{"reason": "Có tranh chấp"}'::jsonb, b.seq, 12 * a.no, 'Cán bộ', now() - (b.id % 1000) * interval '1 minute', s.state, CASE s.state WHEN 'RETURNED' THEN 12 * a.no END,
       CASE s.state WHEN 'RETURNED' THEN 'Lãnh đạo' END, CASE s.state WHEN 'RETURNED' THEN now() END, CASE s.state WHEN 'RETURNED' THEN 'Chưa rõ' END, NULL
  FROM bench_some b JOIN bench_agency a ON a.id = b.competent_agency CROSS JOIN LATERAL (SELECT CASE WHEN b.id % 3 = 0 THEN 'RETURNED' ELSE 'PROPOSED' END AS state) AS s
 WHERE b.state = 'PROCESSING';

-- Each agency gives what it accepts of ten procedures to one officer.
INSERT INTO assignment_rule (agency, procedure, kind, officer, set_by, set_name, set_at)
SELECT a.id, b.id, 'OFFICER', 12 * a.no + 1, 12 * a.no, 'Cán bộ', now() FROM bench_agency a JOIN bench_procedure b ON (b.no + a.no) % 7 = 0;

INSERT INTO fee_demand (dossier, applicant, no, amount_dong, what, until, demanded_at, demanded, paid_at, paid, reference)
SELECT id, applicant, 1, 50000, 'Lệ phí', submitted_at + interval '3 days', submitted_at, accepted, submitted_at + interval '1 day', accepted, 'FT' || id
  FROM bench_some
UNION ALL
SELECT d.id, d.applicant, 2, 200000, 'Phí thẩm định', now() + interval '10 days', e.at, e.id, NULL, NULL, NULL
  FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = d.seq WHERE d.state = 'PAYMENT_REQUIRED';

-- One change of channel, receipts with a tracking code, and the digests of ninety mornings to each head, with ten officers' loads.
INSERT INTO channel_change (dossier, no, applicant, event, at, former, channel, fee_before, fee_after, settlement, left_dong)
SELECT id, 1, applicant, accepted, submitted_at + interval '1 hour', 'ONLINE', 'COUNTER', 10000, 20000, 'NONE', 0 FROM bench_some;
INSERT INTO tracking_code (dossier, applicant, digest) SELECT id, applicant, sha256(id::text::bytea) FROM bench_some;
INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late)
SELECT 'HEAD_MORNING', 12 * a.no, a.id, current_date - k, now() - make_interval(days => k), 100, 10, 5 FROM bench_agency a, generate_series(1, 90) AS k;
INSERT INTO digest_load (digest, no, processor, open, paused, late, due_in_one_day, due_in_three_days)
SELECT d.id, k, d.officer + k, 10, 1, 1, 1, 1 FROM digest d, generate_series(1, 10) AS k;

-- Three years of figures for each agency.
INSERT INTO agency_month (agency, month, finished, on_time)
SELECT a.id, (date_trunc('month', now()) - make_interval(months => k))::date, 100, 90 FROM bench_agency a, generate_series(0, 35) AS k;

-- A paper for each person, in some of his dossiers; citizen 1 has thirty, and an upload that may become one.
INSERT INTO stored_file (sha256, bytes, uses) SELECT sha256(('paper ' || i)::bytea), 100000, 1 FROM generate_series(1, :persons + 31) AS i;
INSERT INTO stored_paper (id, owner, kind, title, sha256, media_type, bytes, source, state) OVERRIDING SYSTEM VALUE
SELECT i, CASE WHEN i > :persons THEN 1 ELSE i END, 'CCCD', 'Căn cước công dân', sha256(('paper ' || i)::bytea), 'application/pdf', 100000, 'UPLOAD', 'CLEAN'
  FROM generate_series(1, :persons + 30) AS i;
SELECT setval(pg_get_serial_sequence('stored_paper', 'id'), :persons + 30) \g /dev/null
INSERT INTO upload (creator, length, received, media_type, state, paper, expires_at)
SELECT i, 100000, 100000, 'application/pdf', 'TAKEN', i, '2099-12-31' FROM generate_series(1, :persons) AS i;
INSERT INTO upload (creator, length, received, media_type, state, sha256, bytes, expires_at)
VALUES (1, 100000, 100000, 'application/pdf', 'CLEAN', sha256(('paper ' || :persons + 31)::bytea), 100000, '2099-12-31');
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT id, 1, applicant, 'Giấy tờ tùy thân', 'REUSE', applicant FROM bench_some WHERE applicant <= :persons;
-- A file of the result of each of them, and three files that officer 12 has scanned.
WITH scan AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('scan'), 100000, 3 + (SELECT count(*) FROM bench_some)) RETURNING sha256),
made AS (
    INSERT INTO stored_paper (id, owner, kind, title, sha256, media_type, bytes, source, state, scanned_by) OVERRIDING SYSTEM VALUE
    SELECT :persons + 30 + row_number() OVER (ORDER BY b.id), b.applicant, 'KET_QUA', 'Kết quả giải quyết', sha256, 'application/pdf', 100000, 'RESULT', 'CLEAN', 12 FROM bench_some b, scan),
result AS (
    INSERT INTO result_file (dossier, no, applicant, paper) SELECT b.id, 1, b.applicant, :persons + 30 + row_number() OVER (ORDER BY b.id) FROM bench_some b)
INSERT INTO upload (officer, length, received, media_type, state, sha256, bytes, expires_at)
SELECT 12, 100000, 100000, 'application/pdf', 'CLEAN', sha256, 100000, '2099-12-31' FROM scan, generate_series(1, 3);
SELECT setval(pg_get_serial_sequence('stored_paper', 'id'), (SELECT max(id) FROM stored_paper)) \g /dev/null

-- Of each procedure three proposals that were withdrawn, and of four in five one that is open; each by the second officer of an agency.
INSERT INTO procedure_proposal (procedure, agency, body, state, proposed_by, proposer_name, proposed_at, ended_by, ended_at)
SELECT b.id, a.id, procedure_body(jsonb_build_object('name', v.name, 'validFrom', '2099-01-01', 'onlineLevel', 'FULL', 'homeEligible', true, 'boundaryFree', true)),
       CASE k WHEN 4 THEN 'PROPOSED' ELSE 'WITHDRAWN' END, o.id, o.name, now() - interval '1 day', CASE WHEN k < 4 THEN o.id END, CASE WHEN k < 4 THEN now() END
  FROM bench_procedure b
 CROSS JOIN generate_series(1, 4) AS k
  JOIN procedure_version v ON v.id = b.version
  JOIN bench_agency a ON a.no = 1 + (b.no + 37 * k) % 120
  JOIN officer o ON o.id = 12 * a.no + 1
 WHERE k < 4 OR b.no % 5 > 0
 ORDER BY k, b.no;

-- A form for each procedure, handed in with some dossiers; a draft for one person in ten, and ten of citizen 1 and of partner 1, of five fields and two
-- parts each. What came on paper was announced.
INSERT INTO procedure_form (procedure_version, no, schema)
SELECT version, 1, '{"type": "object", "properties": {"name": {"type": "string", "x-label-vi": "Họ tên", "x-label-en": "Name", "x-order": 1, "x-source": "IDENTITY_NAME"},
    "note": {"type": "string", "x-label-vi": "Ghi chú", "x-label-en": "Note", "x-order": 2}}}' FROM bench_procedure;
INSERT INTO dossier_form (dossier, applicant, form, fields, known)
SELECT b.id, b.applicant, f.id, '{"name": "Nguyễn Văn An", "note": "Không"}', '{name}' FROM bench_some b JOIN procedure_form f ON f.procedure_version = b.procedure_version;
INSERT INTO announced_part (dossier, part_code, position, applicant, name_vi, name_en)
SELECT b.id, 'PART_' || k, k, b.applicant, 'Giấy ' || k, 'Paper ' || k FROM bench_some b, generate_series(1, 2) AS k;
INSERT INTO draft (owner, applicant, form, expires_at, parts)
SELECT i, i, (SELECT min(f.id) FROM procedure_form f JOIN bench_procedure b ON b.version = f.procedure_version), '2099-12-31',
       '[{"part": "PART_1", "onPaper": true}, {"part": "PART_2", "onPaper": true}]'
  FROM (SELECT i FROM generate_series(1, :persons) AS i WHERE i % 10 = 0 UNION ALL SELECT 1 FROM generate_series(1, 10) UNION ALL SELECT :persons + 1 FROM generate_series(1, 10)) AS t;
INSERT INTO draft_field (draft, owner, name, value, seq) SELECT d.id, d.owner, 'field' || k, '"x"', k FROM draft d CROSS JOIN generate_series(1, 5) AS k;

-- Results on paper: one for each person, of all agencies; fifteen of citizen 1 that the first one has digitised, of twenty more it
-- waits to check the scans. Then all figures are counted.
INSERT INTO procedure_result (agency, issuer, authority_level, kind, number, issued_on, valid_until, title, holder, listed_by)
SELECT a.id, a.id, authority_level(a.id), 'GPXD', i || '/GPXD', date '2024-01-01', CASE WHEN i % 4 = 0 THEN date '2099-01-01' + (i % 400) END, 'Giấy phép xây dựng', i, 12 * a.no
  FROM generate_series(1, :persons) AS i JOIN bench_agency a ON a.no = 1 + i % 120;
INSERT INTO stored_file (sha256, bytes, uses) SELECT sha256(('scan ' || i)::bytea), 100000, 1 FROM generate_series(1, 35) AS i;
WITH scan AS (
    INSERT INTO stored_paper (owner, agency, kind, title, sha256, media_type, bytes, source, state)
    SELECT CASE WHEN i <= 15 THEN 1 END, a.id, 'GPXD', 'Giấy phép xây dựng', sha256(('scan ' || i)::bytea), 'application/pdf', 100000, 'RESULT', 'CLEAN'
      FROM generate_series(1, 35) AS i JOIN bench_agency a ON a.no = 1
    RETURNING id, owner, agency)
INSERT INTO procedure_result (agency, issuer, authority_level, kind, number, issued_on, title, holder, listed_by, state, paper, attached_by, attacher_name, attached_at, checked_by, digitised_at)
SELECT agency, agency, authority_level(agency), 'GPXD', 'scan ' || id, '2024-01-01', 'Giấy phép xây dựng', 1, 13, CASE WHEN owner = 1 THEN 'DIGITISED' ELSE 'PROPOSED' END, id,
       13, 'Cán bộ', now(), CASE WHEN owner = 1 THEN 12 END, CASE WHEN owner = 1 THEN now() END FROM scan;
INSERT INTO result_import (agency, imported_by, lines, listed, known, problems)
SELECT a.id, 12 * a.no, 100, 98, 0, '[{"line": 1, "path": "number", "vi": "Số hiệu", "en": "Number"}, {"line": 2, "path": "title", "vi": "Tên", "en": "Title"}]'
  FROM bench_agency a, generate_series(1, 20);
SELECT digitisation_recount() \g /dev/null
-- Numbers of other systems: of citizen 1, of what the first partner handed in, and of one in sixteen of the rest. Any paper fits any part,
-- and the first part is what is missing.
UPDATE dossier d SET external_no = '03706/2026/' || d.id
  FROM bench_some b WHERE b.id = d.id AND (b.applicant = 1 OR b.submitter = (SELECT min(id) FROM partner) OR hashint8(b.id) & 127 = 1);
INSERT INTO part_paper_kind (part, kind, confidence) SELECT DISTINCT code, 'CCCD', 'A' FROM procedure_part ON CONFLICT DO NOTHING;
UPDATE supplement_item i SET part_code = (SELECT min(code) FROM procedure_part) WHERE i.no = 1 AND i.applicant = 1;
-- What the national portal is told: of one dossier in eight all is acknowledged; of the first agency's, four were given up. What
-- came from there is applied, but for four messages that nobody knows what to do with.
INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, state, acked_at, acked_seq)
SELECT 'DVCQG', id, applicant, competent_agency, false, 'ACKED', now(), seq FROM bench_some;
WITH failed AS (
    SELECT s.dossier FROM dossier_sync s JOIN bench_agency a ON a.id = s.agency AND a.no = 1 ORDER BY s.dossier LIMIT 4)
UPDATE dossier_sync s SET state = 'FAILED', waiting = 1, oldest_at = now(), failed_at = now(), why = 'HTTP_500' FROM failed f WHERE f.dossier = s.dossier;
INSERT INTO portal_message (adapter, code, kind, sha256, agency, state, dossier, applicant, applied_at)
SELECT 'DVCQG', code, 'DOSSIER', sha256(int8send(id)), received_agency, 'APPLIED', id, applicant, now() FROM bench_some;
INSERT INTO portal_message (adapter, code, kind, sha256, body, procedure_code, agency_code, agency, reason)
SELECT 'DVCQG', 'H09.01-261120-90000' || k, 'DOSSIER', sha256(int8send(-k)), '{}', '9.000001', 'H09.01', CASE WHEN k > 2 THEN (SELECT id FROM bench_agency WHERE no = 1) END, 'UNKNOWN_PROCEDURE'
  FROM generate_series(1, 4) AS k;
INSERT INTO portal_paper (dossier, applicant, name, address, message) SELECT dossier, applicant, 'Căn cước', 'https://cong.vn/tep/' || id, id FROM portal_message WHERE dossier IS NOT NULL;
ANALYZE dossier_sync, portal_message, portal_paper;
