-- The benchmark's dossiers and events as ours: the same codes, applicants, days, texts. Its status n is the state whose
-- number at the national portal is n; where several have it, the one that bench_state names. The benchmark's rows do
-- not walk our machine (its 3, refused, is followed by 4): what is measured is reading. Run by load.sh,
-- with session_replication_role = replica, so that foreign keys are not looked up a row; load.sh counts instead.

DROP TABLE IF EXISTS bench_state;
CREATE UNLOGGED TABLE bench_state (status smallint PRIMARY KEY, state text NOT NULL, event text NOT NULL, clock text NOT NULL);
INSERT INTO bench_state VALUES
    (1, 'SUBMITTED', 'submit', 'NOT_STARTED'), (2, 'ACCEPTED', 'accept', 'RUNNING'), (3, 'REJECTED', 'reject', 'NOT_STARTED'),
    (4, 'PROCESSING', 'assign', 'RUNNING'), (5, 'SUPPLEMENT_REQUIRED', 'askSupplement', 'PAUSED'),
    (6, 'PAYMENT_REQUIRED', 'demandFee', 'PAUSED'), (7, 'WITHDRAW_REQUESTED', 'requestWithdraw', 'PAUSED'),
    (8, 'STOPPED', 'stop', 'STOPPED'), (9, 'COMPLETED', 'complete', 'STOPPED'), (10, 'RETURNED', 'handOver', 'STOPPED');
ANALYZE bench_state;
ALTER TABLE dossier_event DROP CONSTRAINT dossier_event_ends;

INSERT INTO dossier (id, public_id, code, procedure_version, procedure_case, applicant, submitter, channel, received_agency, competent_agency,
                     processor, state, resume_state, clock, finance, delivery, delivered, digitised, outcome, e_result,
                     submitted_at, received_at, due_at, finished_at, seq)
OVERRIDING SYSTEM VALUE
SELECT d.id, bench_uuid(d.submitted_at, 'dossier ' || d.id), d.code, p.version, c.id, d.citizen_id, d.citizen_id,
       'ONLINE', a.id, a.id, CASE WHEN d.status >= 4 THEN 12 * a.no END, s.state, CASE s.state WHEN 'WITHDRAW_REQUESTED' THEN 'PROCESSING' END, s.clock,
       CASE WHEN d.status = 6 THEN 'DUE' ELSE 'NONE' END, CASE WHEN d.status >= 9 THEN 'ELECTRONIC' ELSE 'NOT_READY' END,
       d.status = 10, d.status >= 2, CASE WHEN d.status >= 9 THEN 'GRANTED' END, CASE WHEN d.status >= 9 THEN 'KQ-' || d.code END,
       d.submitted_at, CASE WHEN d.status >= 2 THEN d.submitted_at END, d.due_at, d.returned_at,
       (SELECT count(*) FROM public.dossier_event e WHERE e.dossier_id = d.id)
  FROM public.dossier d
  JOIN bench_agency a ON a.no = d.agency_id
  JOIN bench_procedure p ON p.no = d.procedure_id
  JOIN procedure_case c ON c.procedure_version = p.version AND c.code = 'GENERAL'
  JOIN bench_state s ON s.status = d.status
 ORDER BY d.id;

INSERT INTO dossier_event (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, actor_name, note,
                           applicant, submitter, received_agency, competent_agency, feed_no)
SELECT bench_uuid(e.at, 'event ' || e.dossier_id || ' ' || e.seq), e.dossier_id, e.seq, e.at, s.event,
       lag(s.state) OVER (PARTITION BY e.dossier_id ORDER BY e.seq), s.state,
       CASE e.seq WHEN 1 THEN 'CITIZEN' ELSE 'OFFICER' END, CASE e.seq WHEN 1 THEN d.citizen_id ELSE 12 * a.no END,
       CASE e.seq WHEN 1 THEN c.full_name ELSE o.name END, normalize(e.note, NFC),
       d.citizen_id, d.citizen_id, a.id, a.id, row_number() OVER (ORDER BY e.dossier_id, e.seq)
  FROM public.dossier_event e
  JOIN public.dossier d ON d.id = e.dossier_id
  JOIN public.citizen c ON c.id = d.citizen_id
  JOIN bench_agency a ON a.no = d.agency_id
  JOIN officer o ON o.id = 12 * a.no
  JOIN bench_state s ON s.status = e.status
 ORDER BY e.dossier_id, e.seq;

INSERT INTO dossier_count (received_agency, competent_agency, state, count)
SELECT received_agency, competent_agency, state, count(*) FROM dossier GROUP BY 1, 2, 3;

UPDATE feed SET last = (SELECT max(feed_no) FROM dossier_event);
INSERT INTO dossier_sequence (agency, day, last)
SELECT received_agency, (submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*) FROM dossier GROUP BY 1, 2;
SELECT setval(pg_get_serial_sequence('dossier', 'id'), (SELECT max(id) FROM dossier)) \g /dev/null
