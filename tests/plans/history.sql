-- What years of work leave in the tables of the server and its workers, and the benchmark has not: of what is finished and kept, so
-- many rows that a look at all of them shows in a plan; of what waits, as many as wait on a bad day. Run by plans.test.mjs as a
-- superuser, after tests/bench/api/load.sh; scale is its own. Foreign keys are not looked up a row.
SET session_replication_role = replica;
SET synchronous_commit = off;
SELECT (200000 * :scale)::int AS some, (1000000 * :scale)::int AS many, (SELECT count(*)::int FROM public.citizen) AS persons \gset

-- Sessions that ended within a month, or ran out, two for each person; how people sign in; what the last hour changed.
INSERT INTO session (kind, subject, device, created_at, expires_at, ended_at, ended_why)
SELECT 'CITIZEN', i, 'điện thoại', now() - interval '40 days', now() - make_interval(days => i % 28) + interval '1 day' * k,
       CASE k WHEN 1 THEN now() - make_interval(days => i % 28) END, CASE k WHEN 1 THEN 'SIGNED_OUT' END
  FROM generate_series(1, :persons) AS i, generate_series(0, 1) AS k WHERE i > 100;
INSERT INTO identity_link (issuer, issuer_subject, subject) SELECT 'citizens', 'person ' || i, i FROM generate_series(1, :persons) AS i;
INSERT INTO identity_link (issuer, issuer_subject, officer) SELECT 'officers', 'officer ' || id, id FROM officer;
UPDATE person SET personal_no = decode(repeat('02', 60), 'hex'), personal_no_index = sha256(('person ' || id)::bytea);
UPDATE officer SET personal_no = decode(repeat('02', 60), 'hex'), personal_no_index = sha256(('officer ' || id)::bytea);
INSERT INTO session_change (at, principal, epoch)
SELECT now() - interval '1 hour' * i / :some, 'SUBJECT:' || i, 2 FROM generate_series(:some, 1, -1) AS i;
INSERT INTO idempotency (principal, key, request_sha256, outcome_type, outcome_ids, outcome_seq, at)
SELECT 'CITIZEN:' || i, 'old', sha256('request'), 'DossierChanged', ARRAY[i], 1, now() - interval '31 days' FROM generate_series(1, 5) AS i;
\ir ../../schema/db/seed/sample/actors.sql

-- Two months of sent messages, one in twenty given up; a backlog as when no push server answers; forty that a worker holds.
INSERT INTO delivery_log (id, notif, nid, order_key, collapse, channel, provider, priority, recipient, device, attempts, crashes, created_at, at, outcome, reason, payload)
SELECT -i, md5('event ' || i)::uuid, 'sent ' || i, md5('key ' || i % 1000)::uuid, 'c', 1 + i % 2, 1 + i % 2, 1, md5('person ' || i)::uuid, md5('device ' || i)::uuid, 1, 0, t.at, t.at,
       CASE WHEN i % 20 = 0 THEN 'DEAD' WHEN i % 10 = 0 THEN 'SKIPPED' ELSE 'SENT' END, CASE WHEN i % 20 = 0 THEN (ARRAY['UNREGISTERED', 'HTTP_500', 'BAD_KEY'])[1 + i / 20 % 3] END, '{}'
  FROM (SELECT i, b.begins + (now() - b.begins) * i / :many AS at
          FROM generate_series(1, :many) AS i, (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '27 days' AS begins) AS b) AS t;
INSERT INTO attempt (delivery_id, n, at, http, ms) SELECT id, 1, at, 200, 100 FROM delivery_log;
INSERT INTO delivery (notif, nid, order_key, collapse, channel, provider, priority, recipient, device, due_at, created_at, expires_at, payload)
SELECT md5('event ' || i)::uuid, 'waits ' || i, md5(i::text)::uuid, 'c ' || i % 7, 2, 2, i % 3, md5('person ' || i)::uuid, v.public_id,
       now() + CASE WHEN i % 20 = 0 THEN interval '-1 minute' ELSE interval '10 minutes' END, now() - interval '1 hour', now() + interval '20 hours', '{"template": "dossier.accepted"}'
  FROM generate_series(1, :some) AS i JOIN device v ON v.owner_subject = 1 + 2 * (i % (:persons / 2));
INSERT INTO delivery (notif, nid, order_key, collapse, channel, provider, priority, recipient, device, expires_at, state, worker, lease_until, attempts, payload)
SELECT md5('held ' || i)::uuid, 'held ' || i, md5('held ' || i)::uuid, 'c', 2, 2, 1, md5('person ' || i)::uuid, v.public_id, now() + interval '1 day', 1,
       1099528405000 + i % 2, now() + CASE WHEN i % 10 = 0 THEN interval '-1 s' ELSE interval '1 hour' END, 1, '{"template": "dossier.accepted"}'
  FROM generate_series(1, 40) AS i JOIN device v ON v.owner_subject = 1 + 2 * i;
INSERT INTO outbox (kind, entity, entity_rev, order_key, payload)
SELECT 'DOSSIER_EVENT', e.id, e.seq, d.public_id, jsonb_build_object('dossier', d.id, 'event', e.event, 'template', 'dossier.accepted', 'class', 'B')
  FROM (SELECT * FROM dossier_event ORDER BY feed_no DESC LIMIT :some) AS e JOIN dossier d ON d.id = e.dossier ORDER BY e.feed_no;

-- The audit, chained; each minute's head.
INSERT INTO audit (id, at, actor_kind, actor_id, act, object, chain, seq, prev, hash)
SELECT md5('sealed ' || i)::uuid, now() - make_interval(secs => i), 'OFFICER', 12, 'dossier.look', 'dossier:' || md5('sealed ' || i)::uuid, i % 16, 1000000 + i, sha256('prev'), sha256('hash')
  FROM generate_series(1, :many) AS i;
UPDATE audit_chain SET seq = 2000000 + :many;
INSERT INTO audit (actor_kind, actor_id, act, object) SELECT 'OFFICER', 12, 'dossier.look', 'dossier:' || i FROM generate_series(1, 30) AS i;
INSERT INTO audit_head (no, at, head, key_id, signature)
SELECT i, now() - make_interval(mins => :some - i + 2), format('{"no":%s,"rows":%s}', i, i), '0123456789abcdef', decode(repeat('00', 64), 'hex') FROM generate_series(1, :some) AS i;

-- Uploads of the last day that became papers or were refused, some that wait; papers that their owner removed and a dossier has.
INSERT INTO upload (creator, length, received, media_type, state, refusal, created_at, expires_at)
SELECT 1001 + i % (:persons - 1000), 1000, 1000, 'application/pdf', CASE i % 2 WHEN 0 THEN 'TAKEN' ELSE 'REFUSED' END, CASE i % 2 WHEN 1 THEN 'INFECTED' END,
       now() - interval '12 hours', now() + interval '12 hours' FROM generate_series(1, :some) AS i;
INSERT INTO upload (id, creator, length, received, media_type, state, expires_at)
SELECT md5('upload ' || i)::uuid, 1001 + i, 1000, CASE i % 2 WHEN 0 THEN 1000 ELSE 10 END, 'application/pdf', CASE i % 2 WHEN 0 THEN 'QUARANTINED' ELSE 'RECEIVING' END, now() + interval '1 day'
  FROM generate_series(1, 20) AS i;
INSERT INTO stored_file (sha256, bytes) SELECT sha256(('unused ' || i)::bytea), 100 FROM generate_series(1, 5) AS i;
WITH held AS (
    SELECT nextval(pg_get_serial_sequence('stored_paper', 'id')) AS paper, b.id AS dossier, b.applicant, 10 + i / c.all AS no
      FROM (SELECT count(*) AS all FROM bench_some WHERE applicant > 1000 AND agency_no > 1) AS c CROSS JOIN generate_series(1, :some) AS i
      JOIN (SELECT id, applicant, row_number() OVER (ORDER BY id) AS n FROM bench_some WHERE applicant > 1000 AND agency_no > 1) AS b ON b.n = 1 + i % c.all
), made AS (
    INSERT INTO stored_paper (id, owner, kind, title, sha256, media_type, bytes, source, state, removed_at) OVERRIDING SYSTEM VALUE
    SELECT paper, applicant, 'GPLX', 'Giấy phép lái xe', sha256('scan'), 'application/pdf', 100000, 'UPLOAD', 'CLEAN', now() - interval '1 year' FROM held)
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper) SELECT dossier, no, applicant, 'Giấy phép lái xe', 'UPLOAD', paper FROM held;

-- A partner that hands in a batch each minute, of a week.
INSERT INTO bulk_job (partner, session, environment, state, total, done, created_at, served_at, finished_at)
SELECT (SELECT min(id) + 7 FROM partner), gen_random_uuid(), 'LIVE', 'DONE', 1, 1, now() - make_interval(mins => i), now() - make_interval(mins => i), now() - make_interval(mins => i)
  FROM generate_series(least(:some, 10000), 1, -1) AS i;

-- Runs of the catalogue's import, with what they refused. What the national portal has acknowledged the loader has made; one
-- dossier in forty waits for it, as when it is away.
INSERT INTO catalogue_import (file, started_at, finished_at, lines, refused) SELECT 'DVCQG', now() - make_interval(hours => i), now() - make_interval(hours => i), 100, 1 FROM generate_series(:some, 1, -1) AS i;
INSERT INTO catalogue_refusal (import, line, code, reason) SELECT id, 1, '1.000001', 'level: it is missing.' FROM catalogue_import;
INSERT INTO sync_message (adapter, dossier, applicant, event, service, at)
SELECT s.adapter, s.dossier, s.applicant, e.id, 'CapNhatTienDoHoSo', now() FROM dossier_sync s JOIN dossier_event e ON e.dossier = s.dossier AND e.seq = 2
 WHERE s.state = 'ACKED' AND s.dossier % 40 = 0;
UPDATE dossier_sync s SET state = 'PENDING', waiting = 1, oldest_at = now(), due_at = now() + interval '10 minutes' FROM sync_message m WHERE m.dossier = s.dossier;

-- All reminders are told that had to be. The oldest dossiers are anonymised but for some; the copies of people's data that are ready.
UPDATE dossier SET remind_for = due_at WHERE clock = 'RUNNING' AND due_at IS NOT NULL;
UPDATE dossier SET anonymised_at = now() WHERE submitted_at < '2024-09-01' AND applicant <> 1;
UPDATE dossier SET anonymised_at = NULL WHERE id IN (SELECT id FROM dossier WHERE submitted_at < '2024-09-01' AND state = 'RETURNED' ORDER BY id LIMIT 20);
INSERT INTO export_file (id, subject, state, content, bytes, ready_at, requested_at, expires_at)
SELECT md5('ready ' || i)::uuid, i, 'READY', '{}', 2, now(), now() - interval '2 hours', now() + interval '22 hours' FROM generate_series(1, 2000) AS i;

RESET session_replication_role;
VACUUM (ANALYZE) session, identity_link, person, officer, session_change, idempotency, delivery, outbox, audit, audit_head, upload, stored_file, stored_paper, dossier_part, bulk_job,
    catalogue_import, catalogue_refusal, sync_message, dossier_sync, dossier, export_file;
ANALYZE delivery_log;
ANALYZE attempt;
