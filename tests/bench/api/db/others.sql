-- What the benchmark does not have and we do, so that no table which grows with use is empty when a plan is made: organisations,
-- partners with keys and jobs, seats, delegations, grants, looks, devices, repeats. Whom plans.mjs asks as has of each:
-- citizen 1, the first organisation as partner, the officers of the first agency. Deterministic but for what is counted from
-- now. Run by load.sh, after dossiers.sql.
SELECT count(*) AS persons, greatest(3000, count(*) / 100) AS orgs, (SELECT count(*) FROM dossier) AS dossiers
  FROM public.citizen \gset

INSERT INTO subject (id, public_id, kind, name) OVERRIDING SYSTEM VALUE
SELECT :persons + i, bench_uuid('2024-01-01Z', 'subject ' || :persons + i), 'ORGANISATION', 'Công ty ' || i FROM generate_series(1, :orgs) AS i;
INSERT INTO organisation (id, tax_code, unit_code, unit_valid_from)
SELECT :persons + no, tax_code, '79', '2025-07-01'
  FROM (SELECT row_number() OVER (ORDER BY stem) AS no, stem || (10 - weighted % 11) AS tax_code
          FROM (SELECT stem, (SELECT sum(substr(stem, i::int, 1)::int * w)
                                FROM unnest(ARRAY[31, 29, 23, 19, 17, 13, 7, 5, 3]) WITH ORDINALITY AS weight(w, i)) AS weighted
                  FROM (SELECT '370' || lpad((200000 + 37 * i)::text, 6, '0') AS stem FROM generate_series(1, 2 * :orgs) AS i) AS s) AS t
         WHERE weighted % 11 <> 0) AS valid
 WHERE no <= :orgs;
SELECT setval(pg_get_serial_sequence('subject', 'id'), :persons + :orgs) \g /dev/null

-- Each organisation has an administrator and a member; citizen 1 administers the first two.
INSERT INTO seat (person, organisation, since, role)
SELECT CASE WHEN i <= 2 AND k = 0 THEN 1 ELSE 100 + (7919 * i + k) % (:persons - 100) END, :persons + i, '2025-01-01',
       CASE k WHEN 0 THEN 'ADMINISTRATOR' ELSE 'MEMBER' END
  FROM generate_series(1, :orgs) AS i, generate_series(0, 1) AS k;

INSERT INTO partner (id) SELECT :persons + i FROM generate_series(1, 500) AS i;
INSERT INTO partner_key (id, partner, kid, jwk, environment, scopes, expires_at)
SELECT md5('key ' || i || ' ' || k)::uuid, :persons + i, 'k' || k, '{}', (ARRAY['LIVE', 'TEST', 'TEAM'])[k], ARRAY['dossiers.read', 'dossiers.submit', 'events.read', 'webhooks.manage'], '2099-01-01'
  FROM generate_series(1, 500) AS i, generate_series(1, 3) AS k;
INSERT INTO partner_guest (partner, guest) SELECT :persons + i, 1 + 200 * k + i FROM generate_series(1, 500) AS i, generate_series(0, 3) AS k;
INSERT INTO session (id, kind, subject, partner_key, scopes, environment, device, expires_at)
SELECT md5('session ' || partner || ' ' || kid)::uuid, 'PARTNER', partner, id, scopes, environment, 'bench', '2099-12-31' FROM partner_key;
-- Citizen 1 and an officer have shown a second factor, for good.
UPDATE session SET stepped_up_at = expires_at WHERE id = md5('session 1')::uuid;
INSERT INTO session (id, kind, officer, device, expires_at, stepped_up_at)
SELECT md5('officer ' || id)::uuid, 'OFFICER', id, 'bench', '2099-12-31', '2099-12-31' FROM officer WHERE id < 1000000;
INSERT INTO webhook_endpoint (id, partner, environment, url)
SELECT md5('endpoint ' || i || ' ' || k)::uuid, :persons + i, 'LIVE', 'https://partner.invalid/' || k FROM generate_series(1, 500) AS i, generate_series(1, 5) AS k;
INSERT INTO webhook_secret (id, endpoint, secret) SELECT md5('secret ' || id)::uuid, id, sha256(id::text::bytea) FROM webhook_endpoint;

-- One dossier in fifty was handed in by a partner for its applicant.
UPDATE dossier SET submitter = :persons + 1 + id / 50 % 20 WHERE id % 50 = 0;
UPDATE dossier_event SET submitter = :persons + 1 + dossier / 50 % 20 WHERE dossier % 50 = 0;

INSERT INTO delegation (id, delegator, delegate, purpose, until)
SELECT md5('delegation ' || a || ' ' || b)::uuid, a, b, 'Nộp hồ sơ thay', '2099-12-31'
  FROM (SELECT i * 10 AS a, 1 + (i * 7919) % :persons AS b FROM generate_series(1, :persons / 10) AS i
        UNION SELECT 1, 50 + i FROM generate_series(1, 30) AS i UNION SELECT 90 + i, 1 FROM generate_series(1, 30) AS i
        UNION SELECT 200 + i, :persons + 1 FROM generate_series(1, 30) AS i) AS pairs
 WHERE a <> b;

-- One dossier in sixteen is shown to another person, and one in sixty-four to a partner.
INSERT INTO dossier_grant (id, dossier, grantee, applicant, granted_by, kind, purpose, until)
SELECT md5('grant ' || d.id || ' ' || g.kind)::uuid, d.id, g.grantee, d.applicant, d.applicant, g.kind, 'Nhận kết quả thay', '2099-12-31'
  FROM dossier d
  CROSS JOIN LATERAL (SELECT 'DELEGATION' AS kind, CASE WHEN (hashint8(d.id) >> 4) % greatest(1, :dossiers / 800) = 0 THEN 1
                                                        ELSE 1 + d.id * 7919 % :persons END AS grantee WHERE hashint8(d.id) & 15 = 0
                      UNION ALL SELECT 'CONSENT', :persons + 1 + d.id % 20 WHERE hashint8(d.id) & 63 = 7) AS g
 WHERE g.grantee <> d.applicant
 ORDER BY d.id;
INSERT INTO feed_of_grantee (grantee, feed_no, event)
SELECT DISTINCT g.grantee, e.feed_no, e.id FROM dossier_grant g JOIN dossier_event e ON e.dossier = g.dossier;

INSERT INTO staff_substitution (id, agency, absent, substitute, starts_at, ends_at, made_by)
SELECT md5('substitution ' || no || ' ' || k)::uuid, id, 12 * no + k, 12 * no + k + 1, now() - interval '1 day', '2099-12-31', 12 * no + k + 2
  FROM bench_agency, generate_series(0, 9) AS k;
INSERT INTO dossier_classification (dossier, access_class, reason, officer)
SELECT d.id, 'OPEN', 'Xem lại mức tiếp cận', d.processor FROM dossier d WHERE d.id % 200 = 0 AND d.processor IS NOT NULL;

-- Half of all dossiers were looked at in the last fortnight; those of citizen 1 by thirty.
INSERT INTO access_log (dossier, at, actor_kind, actor_id, session, what, applicant)
SELECT d.id, date_trunc('minute', now()) - make_interval(mins => (d.id % 20000)::int + k), 'OFFICER', 12 + d.id % 1440, md5('look ' || k)::uuid,
       (ARRAY['LIST', 'LOOK', 'TIMELINE', 'FEED'])[1 + d.id % 4], d.applicant
  FROM dossier d CROSS JOIN LATERAL generate_series(1, CASE WHEN d.applicant = 1 THEN 30 ELSE (d.id % 2)::int END) AS k;

INSERT INTO device (public_id, owner_subject, kind, address, locale)
SELECT bench_uuid('2024-01-01Z', 'device ' || i), i, 'FCM', 'address of device ' || i, 'vi' FROM generate_series(1, :persons, 2) AS i;
INSERT INTO idempotency (principal, key, request_sha256, outcome_type, outcome_ids, outcome_seq, at)
SELECT 'CITIZEN:' || i, 'key ' || k, sha256('request'), 'DossierChanged', ARRAY[i], 1, now() - make_interval(mins => (i % 1400)::int)
  FROM generate_series(1, :persons, 4) AS i, generate_series(1, 2) AS k;
INSERT INTO idempotency (principal, key, request_sha256) VALUES ('CITIZEN:1', 'a waiting key', sha256('request'));
INSERT INTO export_file (id, subject, requested_at) SELECT md5('export ' || i)::uuid, i, now() FROM generate_series(1, 2000) AS i;
INSERT INTO erasure (subject, done_at, erased, kept)
SELECT i, now(), '[{"what": "devices", "count": 1}]', '[{"vi": "Hồ sơ", "en": "Dossiers", "count": 1, "until": null, "basis": "Luật Lưu trữ"}]'
  FROM generate_series(:persons - 999, :persons) AS i;

INSERT INTO bulk_job (public_id, partner, session, environment, state, total, done, created_at, finished_at)
SELECT md5('job ' || i || ' ' || k)::uuid, :persons + i, md5('session ' || :persons + i || ' k1')::uuid, 'LIVE', 'DONE', 20 + 480 * (i = 1)::int, 20 + 480 * (i = 1)::int, now(), now()
  FROM generate_series(1, 5) AS k, generate_series(1, 500) AS i;
INSERT INTO bulk_item (job, no, reference, procedure, agency, channel, state, dossier, code)
SELECT j.id, n, 'r' || n, '1.004800', 'H09.01', 'ONLINE', 'DONE', d.id, d.code
  FROM bulk_job j CROSS JOIN LATERAL generate_series(1, j.total) AS n JOIN dossier d ON d.id = 1 + (j.id * 500 + n) % :dossiers;

UPDATE audit_chain SET seq = :persons / 16, hash = sha256('end');
INSERT INTO audit (id, actor_kind, actor_id, act, object, chain, seq, prev, hash)
SELECT bench_uuid('2026-01-01Z', 'audit ' || i), 'CITIZEN', i, 'session.open', 'session:' || md5('session ' || i)::uuid, i % 16, i / 16 + 1, sha256('prev'), sha256('hash')
  FROM generate_series(0, :persons - 1) AS i;
