// A copy of the sample province with everybody in it who could see too much: delegates, members, administrators, partners
// with keys of all scopes and environments, guests, officers, and whoever has lost a right a moment ago.
import { createHmac, randomBytes } from 'node:crypto';
import { compact } from '../../e2e/forgeries.mjs';

const partners = 40;

// draw(row, salt, of): a number below `of`, the same for the same seed.
const setting = (seed) => `
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.draw(p_row bigint, p_salt bigint, p_of bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN abs(hashint8extended(p_row, p_salt * 1000003 + ${seed}) % p_of);
CREATE TEMP TABLE cast_of AS
SELECT row_number() OVER (ORDER BY id) - 1 AS no, id FROM person
 WHERE id <= 2 OR pg_temp.draw(id, 1, 25) = 0 OR id IN (SELECT person FROM seat WHERE organisation <= 5000 + ${partners});
CREATE FUNCTION pg_temp.person(p_row bigint, p_salt bigint) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT id FROM cast_of WHERE no = pg_temp.draw(p_row, p_salt, (SELECT count(*) FROM cast_of)));`;

const dossiers = `
INSERT INTO partner (id) SELECT 5000 + i FROM generate_series(1, ${partners}) AS i ON CONFLICT DO NOTHING;
UPDATE dossier SET submitter = 5001 + pg_temp.draw(id, 3, ${partners}) WHERE pg_temp.draw(id, 2, 20) = 0;
UPDATE dossier SET access_class = 'RESTRICTED' WHERE pg_temp.draw(id, 4, 8) = 0;
SELECT count(*) FROM (SELECT sandbox_make(id) FROM partner) AS made;
-- One in twenty is of the sandbox: of a partner's invented people, and handed in by them or by the partner.
CREATE TEMP TABLE invented AS SELECT row_number() OVER (ORDER BY partner, face) - 1 AS no, partner, subject, face FROM sandbox_person;
UPDATE dossier d SET sandbox = true, applicant = i.subject, submitter = CASE WHEN i.face = 'cong-ty' OR pg_temp.draw(d.id, 26, 2) = 0 THEN i.partner ELSE i.subject END,
       received_agency = a.id, competent_agency = a.id, procedure_version = v.id
  FROM invented i, (SELECT max(id) AS id FROM agency WHERE sandbox) AS a,
       (SELECT min(v.id) AS id FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.sandbox) AS v
 WHERE pg_temp.draw(d.id, 5, 20) = 0 AND i.no = pg_temp.draw(d.id, 27, (SELECT count(*) FROM invented));
UPDATE dossier_event e SET applicant = d.applicant, submitter = d.submitter, received_agency = d.received_agency, competent_agency = d.competent_agency
  FROM dossier d WHERE d.id = e.dossier AND d.sandbox;
UPDATE dossier_grant g SET applicant = d.applicant, granted_by = d.applicant FROM dossier d WHERE d.id = g.dossier AND d.sandbox;
UPDATE dossier_event e SET submitter = d.submitter FROM dossier d WHERE d.id = e.dossier AND e.submitter <> d.submitter;
-- One in three has rested, and was put off.
INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at)
SELECT id, 1, applicant, 'SUPPLEMENT', received_at, received_at + interval '1 day' FROM dossier WHERE due_at IS NOT NULL AND pg_temp.draw(id, 28, 3) = 0;
INSERT INTO dossier_extension (dossier, no, applicant, at, old_due, new_due, reason, event)
SELECT d.id, 1, d.applicant, e.at, d.due_at - interval '1 hour', d.due_at, 'Chờ xác minh', e.id
  FROM dossier d JOIN dossier_event e ON e.dossier = d.id AND e.seq = 3 WHERE d.due_at IS NOT NULL AND pg_temp.draw(d.id, 28, 3) = 0;
-- One in four has lost most roles; some agencies have an officer with roles, one whose roles ran out, or one with none.
UPDATE staff_grant SET withdrawn_at = now() - interval '1 day' WHERE officer % 4 = 3 AND role <> 'INTAKE';
INSERT INTO officer (agency, name) SELECT a.id, 'Cán bộ ' || a.id FROM agency a WHERE pg_temp.draw(a.id, 6, 2) = 0;
INSERT INTO staff_grant (officer, agency, role, starts_at, ends_at)
SELECT o.id, CASE WHEN o.id % 7 = 0 THEN 1 ELSE o.agency END, r.role, now() - interval '9 days', CASE pg_temp.draw(o.id, 7, 3) WHEN 0 THEN now() - interval '1 day' WHEN 1 THEN now() + interval '9 days' END
  FROM officer o, unnest(ARRAY['INTAKE', 'SIGNER', 'DISPATCHER', 'COUNTER', 'HEAD', 'ADMINISTRATOR', 'PROCEDURE_CONTROL']) AS r(role)
 WHERE o.name LIKE 'Cán bộ %' AND o.id % 5 <> 0 AND pg_temp.draw(o.id, length(r.role), 2) = 0 ON CONFLICT DO NOTHING;
-- Some agencies publish procedures of all levels, most of none; each that does has proposals, open and not.
INSERT INTO procedure_authority SELECT a.id, level, NULL FROM agency a, (SELECT DISTINCT level FROM procedure) AS l WHERE NOT a.sandbox AND pg_temp.draw(a.id, 41, 2) = 0 ON CONFLICT DO NOTHING;
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'PROCEDURE_CONTROL', now() - interval '9 days' FROM officer WHERE pg_temp.draw(id, 42, 3) = 0 ON CONFLICT DO NOTHING;
INSERT INTO procedure_proposal (procedure, agency, body, proposed_by, proposer_name, state, ended_by, ended_at)
SELECT p.id, o.agency, '{"name": "Tên mới", "validFrom": "2029-01-01", "onlineLevel": "FULL", "homeEligible": true, "boundaryFree": true, "cases": [{"code": "GENERAL", "nameVi": "Chung", "nameEn": "General"}]}',
       o.id, o.name, CASE WHEN p.id % 4 = 0 THEN 'WITHDRAWN' ELSE 'PROPOSED' END, CASE WHEN p.id % 4 = 0 THEN o.id END, CASE WHEN p.id % 4 = 0 THEN now() END
  FROM procedure p CROSS JOIN LATERAL (SELECT o.* FROM officer o JOIN procedure_authority a ON a.agency = o.agency ORDER BY pg_temp.draw(o.id, p.id, 1000) LIMIT 1) AS o WHERE NOT p.sandbox;
-- What came from the national portal and waits: for an agency's officers, and for nobody known. What it was told of dossiers: all, or given up.
INSERT INTO portal_message (adapter, code, kind, sha256, body, procedure_code, agency_code, agency, reason, tries)
SELECT 'DVCQG', 'H29.1-261120-' || (800000 + a.id), 'DOSSIER', sha256(int8send(a.id)), '{"name": "Ai đó", "filedAt": "2026-11-20T08:30:00+07:00", "channel": "ONLINE", "taxCode": "0"}', '9.' || (100000 + a.id),
       a.code, CASE WHEN a.id % 5 <> 0 THEN a.id END, CASE WHEN a.id % 5 <> 0 THEN 'UNKNOWN_PROCEDURE' ELSE 'UNKNOWN_AGENCY' END, 1
  FROM agency a WHERE NOT a.sandbox AND pg_temp.draw(a.id, 43, 3) > 0;
INSERT INTO portal_paper (dossier, applicant, name, address, message)
SELECT d.id, d.applicant, 'Căn cước', 'https://cong.vn/' || d.id, (SELECT min(id) FROM portal_message) FROM dossier d WHERE NOT d.sandbox AND pg_temp.draw(d.id, 46, 20) = 0;
INSERT INTO dossier_sync (adapter, dossier, applicant, agency, came_from, state, waiting, oldest_at, failed_at, acked_at, why)
SELECT 'DVCQG', d.id, d.applicant, d.competent_agency, false, s.state, (s.state = 'FAILED')::int, CASE s.state WHEN 'FAILED' THEN now() END, CASE s.state WHEN 'FAILED' THEN now() END, now(),
       CASE s.state WHEN 'FAILED' THEN 'HTTP_500' END
  FROM dossier d CROSS JOIN LATERAL (SELECT CASE pg_temp.draw(d.id, 44, 3) WHEN 0 THEN 'ACKED' ELSE 'FAILED' END AS state) AS s
 WHERE NOT d.sandbox AND pg_temp.draw(d.id, 45, 20) = 0;
INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, with_administration, made_by)
SELECT a.agency, a.id, b.id, now() - interval '9 days', CASE WHEN b.id % 3 = 0 THEN now() - interval '1 day' ELSE now() + interval '9 days' END, b.id % 2 = 0, a.id
  FROM officer a JOIN officer b ON b.agency = a.agency AND a.id <> b.id ON CONFLICT DO NOTHING;`;

const seats = `
UPDATE seat SET
    role = CASE WHEN pg_temp.draw(person, 8, 3) = 0 THEN 'MEMBER' ELSE 'ADMINISTRATOR' END,
    until = CASE pg_temp.draw(person, 9, 5) WHEN 0 THEN now() - interval '1 day' WHEN 1 THEN now() + interval '9 days' END,
    withdrawn_at = CASE WHEN pg_temp.draw(person, 10, 5) = 0 THEN now() - interval '1 day' END;
INSERT INTO seat (person, organisation, since, role, until, withdrawn_at)
SELECT pg_temp.person(i, 11), 5001 + pg_temp.draw(i, 12, 120), '2026-01-01',
       CASE WHEN pg_temp.draw(i, 13, 2) = 0 THEN 'MEMBER' ELSE 'ADMINISTRATOR' END,
       CASE pg_temp.draw(i, 14, 5) WHEN 0 THEN now() - interval '1 day' WHEN 1 THEN now() + interval '9 days' END,
       CASE WHEN pg_temp.draw(i, 15, 5) = 0 THEN now() - interval '1 day' END
  FROM generate_series(1, 200) AS i ON CONFLICT DO NOTHING;`;

// To people of the cast, to partners, and to what members do in their organisation.
const grants = `
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, revoked_at, fields)
SELECT d.id, g.grantee, d.applicant, d.applicant, CASE WHEN g.grantee > 5000 THEN 'CONSENT' WHEN g.i % 5 = 0 THEN 'SEAT' ELSE 'DELEGATION' END,
       'Thử', CASE pg_temp.draw(g.i, 16, 4) WHEN 0 THEN now() - interval '1 day' WHEN 1 THEN 'infinity' ELSE now() + interval '9 days' END,
       CASE WHEN pg_temp.draw(g.i, 17, 4) = 0 THEN now() - interval '2 days' END,
       (ARRAY['{STATUS}', '{STATUS,APPLICANT}', '{STATUS,APPLICANT,TIMELINE}'])[1 + pg_temp.draw(g.i, 18, 3)]::text[]
  FROM (SELECT i, CASE WHEN i % 2 = 0 THEN pg_temp.person(i, 19) ELSE 5001 + pg_temp.draw(i, 20, ${partners + 20}) END AS grantee,
               1 + pg_temp.draw(i, 21, 50000) AS dossier
          FROM generate_series(1, 6000) AS i) AS g
  JOIN dossier d ON d.id = g.dossier
 WHERE d.applicant <> g.grantee AND (NOT d.sandbox OR g.grantee > 5000) ON CONFLICT DO NOTHING;
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, revoked_at, fields)
SELECT d.id, i.subject, d.applicant, d.applicant, 'DELEGATION', 'Thử', now() + interval '9 days', CASE WHEN pg_temp.draw(d.id, 28, 4) = 0 THEN now() END, '{STATUS,APPLICANT}'
  FROM dossier d JOIN invented i ON i.no = pg_temp.draw(d.id, 29, (SELECT count(*) FROM invented)) AND i.face <> 'cong-ty'
 WHERE d.sandbox AND pg_temp.draw(d.id, 30, 4) = 0 AND i.subject <> d.applicant ON CONFLICT DO NOTHING;
-- Of people and organisations, to people and partners; some have run out, some are taken back.
INSERT INTO delegation (delegator, delegate, procedure, purpose, until, revoked_at)
SELECT w.delegator, w.delegate, CASE WHEN pg_temp.draw(i, 31, 2) = 0 THEN (SELECT min(id) + pg_temp.draw(i, 32, 9) FROM procedure WHERE NOT sandbox) END, 'Thử',
       CASE WHEN pg_temp.draw(i, 33, 4) = 0 THEN now() - interval '1 day' ELSE now() + interval '9 days' END, CASE WHEN pg_temp.draw(i, 34, 4) = 0 THEN now() - interval '2 days' END
  FROM (SELECT i, CASE WHEN i % 5 = 0 THEN 5001 + pg_temp.draw(i, 35, 60) ELSE pg_temp.person(i, 36) END AS delegator,
               CASE WHEN i % 2 = 0 THEN 5001 + pg_temp.draw(i, 37, ${partners}) ELSE pg_temp.person(i, 38) END AS delegate FROM generate_series(1, 900) AS i) AS w
 WHERE w.delegator <> w.delegate ON CONFLICT DO NOTHING;
INSERT INTO delegation (delegator, delegate, purpose, until)
SELECT subject, partner, 'Thử', now() + interval '9 days' FROM invented WHERE face = 'an';
INSERT INTO feed_of_grantee (grantee, feed_no, event)
SELECT DISTINCT g.grantee, e.feed_no, e.id FROM dossier_grant g JOIN dossier_event e ON e.dossier = g.dossier
 WHERE e.feed_no IS NOT NULL ON CONFLICT DO NOTHING;
INSERT INTO partner_guest (partner, guest)
SELECT DISTINCT ON (partner, guest) partner, guest FROM (
    SELECT submitter AS partner, applicant AS guest FROM dossier WHERE submitter BETWEEN 5001 AND ${5000 + partners} AND pg_temp.draw(id, 22, 4) = 0
     UNION ALL
    SELECT g.grantee, g.applicant FROM dossier_grant g WHERE g.grantee BETWEEN 5001 AND ${5000 + partners} AND pg_temp.draw(g.dossier, 23, 4) = 0
     UNION ALL
    SELECT g.delegate, g.delegator FROM delegation g WHERE g.delegate BETWEEN 5001 AND ${5000 + partners} AND pg_temp.draw(g.no, 39, 4) = 0) AS them
 WHERE guest NOT IN (SELECT subject FROM sandbox_person) ON CONFLICT DO NOTHING;`;

// Jobs with an item done and one that has failed, endpoints, some removed, and copies of people's data.
const belongings = `
WITH job AS (
    INSERT INTO bulk_job (partner, session, environment, state, total, done, failed, finished_at)
    SELECT p.id, gen_random_uuid(), e, 'DONE', 2, 1, 1, now() FROM partner p, unnest(ARRAY['LIVE', 'TEST', 'TEAM', 'LIVE']) AS e RETURNING id, partner, environment),
done AS (
    INSERT INTO bulk_item (job, no, reference, procedure, agency, channel, state, dossier, code)
    SELECT j.id, 1, 'a', 'x', 'x', 'ONLINE', 'DONE', d.id, d.code
      FROM job j CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.submitter = j.partner AND d.sandbox = (j.environment = 'TEST') ORDER BY pg_temp.draw(d.id, j.id, 1000) LIMIT 1) AS d)
INSERT INTO bulk_item (job, no, reference, procedure, agency, channel, state, failure) SELECT id, 2, 'b', 'x', 'x', 'ONLINE', 'FAILED', 'NOT_ALLOWED' FROM job;
INSERT INTO webhook_endpoint (partner, environment, url, removed_at)
SELECT p.id, (ARRAY['LIVE', 'TEST', 'TEAM'])[1 + i % 3], 'https://hooks.partner.vn/' || i, CASE WHEN i > 3 THEN now() END FROM partner p, generate_series(1, 6) AS i;
INSERT INTO stored_file (sha256, bytes, uses) SELECT sha256('giấy tờ'), 100, count(*) FROM cast_of, generate_series(1, 3);
INSERT INTO stored_paper (owner, kind, title, sha256, media_type, bytes, source, state, removed_at)
SELECT c.id, 'CCCD', 'Giấy tờ ' || i, sha256('giấy tờ'), 'application/pdf', 100, 'UPLOAD', 'CLEAN', CASE WHEN i = 3 THEN now() END FROM cast_of c, generate_series(1, 3) AS i;
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT d.id, p.no, d.applicant, 'Giấy tờ', 'UPLOAD', p.id
  FROM (SELECT p.*, row_number() OVER (PARTITION BY owner ORDER BY id) AS no FROM stored_paper p) AS p
  CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.applicant = p.owner ORDER BY pg_temp.draw(d.id, p.id, 1000) LIMIT 2) AS d;
INSERT INTO upload (creator, length, received, media_type, state) SELECT id, 100, 100, 'application/pdf', 'QUARANTINED' FROM cast_of, generate_series(1, 2);
WITH hash AS (SELECT sha256('bản quét') AS sha256), file AS (INSERT INTO stored_file (sha256, bytes, uses) SELECT sha256, 100, 3 * (SELECT count(*) FROM officer WHERE id <= 60) FROM hash)
INSERT INTO upload (officer, length, received, media_type, state, sha256, bytes) SELECT o.id, 100, 100, 'application/pdf', 'CLEAN', sha256, 100 FROM hash, officer o, generate_series(1, 3) WHERE o.id <= 60;
-- A third of the officers keep an inventory, with uploads of their own; scans wait to be checked, and digitised ones are parts of dossiers.
INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'ARCHIVIST', now() - interval '9 days' FROM officer WHERE pg_temp.draw(id, 43, 3) = 0 ON CONFLICT DO NOTHING;
INSERT INTO upload (officer, length, received, media_type, state) SELECT g.officer, 100, 100, 'application/pdf', 'QUARANTINED' FROM staff_grant g, generate_series(1, 3) WHERE g.role = 'ARCHIVIST';
CREATE TEMP TABLE scanned AS SELECT r.*, row_number() OVER (ORDER BY r.id) AS no, CASE WHEN pg_temp.draw(r.id, 44, 2) = 0 THEN pg_temp.person(r.id, 45) END AS who FROM procedure_result r WHERE pg_temp.draw(r.id, 46, 4) = 0;
INSERT INTO stored_file (sha256, bytes, uses) SELECT sha256('bản quét'), 100, count(*) FROM scanned ON CONFLICT (sha256) DO UPDATE SET uses = stored_file.uses + excluded.uses;
WITH scan AS (
    INSERT INTO stored_paper (owner, agency, kind, title, sha256, media_type, bytes, source, state)
    SELECT who, agency, kind, 'Bản quét ' || id, sha256('bản quét'), 'application/pdf', 100, 'RESULT', 'CLEAN' FROM scanned RETURNING id, title, owner)
UPDATE procedure_result r SET paper = p.id, attached_by = o.id, attacher_name = o.name, attached_at = now(), holder = coalesce(p.owner, r.holder),
       state = CASE WHEN p.owner IS NULL THEN 'PROPOSED' ELSE 'DIGITISED' END, digitised_at = CASE WHEN p.owner IS NOT NULL THEN now() END,
       checked_by = CASE WHEN p.owner IS NOT NULL THEN (SELECT c.id FROM officer c WHERE c.id <> o.id ORDER BY c.id LIMIT 1) END
  FROM scan p, officer o WHERE p.title = 'Bản quét ' || r.id AND o.id = r.listed_by;
INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
SELECT d.id, 100, d.applicant, 'Giấy phép', 'REUSE', r.paper
  FROM (SELECT DISTINCT ON (holder) * FROM procedure_result WHERE state = 'DIGITISED' ORDER BY holder, id) AS r
  CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.applicant = r.holder ORDER BY d.id LIMIT 1) AS d;
INSERT INTO export_file (subject) SELECT id FROM cast_of WHERE pg_temp.draw(id, 40, 4) = 0;`;

// Dossiers that wait for the applicant, for another agency or to be given back.
const waiting = `
CREATE TEMP TABLE waits AS
SELECT d.*, k.event, k.state AS to_state, gen_random_uuid() AS event_id, (SELECT max(e.at) FROM dossier_event e WHERE e.dossier = d.id) AS last_at
  FROM dossier d
  JOIN (VALUES (0, 'askSupplement', 'SUPPLEMENT_REQUIRED'), (1, 'sendTask', 'INTERAGENCY'), (2, 'demandFee', 'PAYMENT_REQUIRED'), (3, 'requestWithdraw', 'WITHDRAW_REQUESTED'))
       AS k (no, event, state) ON k.no = pg_temp.draw(d.id, 41, 4)
 WHERE d.state = 'PROCESSING' AND pg_temp.draw(d.id, 42, 3) > 0;
INSERT INTO dossier_event (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
SELECT event_id, id, seq + 1, last_at, event, state, to_state, 'SYSTEM', 'x', applicant, submitter, received_agency, competent_agency FROM waits;
UPDATE dossier d SET state = w.to_state, seq = w.seq + 1, resume_state = CASE w.event WHEN 'requestWithdraw' THEN w.state END FROM waits w WHERE w.id = d.id;
INSERT INTO supplement_request (dossier, applicant, stage, no, reason, until, asked_at, asked)
SELECT id, applicant, 'PROCESSING', 1, 'Thiếu giấy tờ', now() + interval '9 days', last_at, event_id FROM waits WHERE event = 'askSupplement';
INSERT INTO supplement_item (request, no, dossier, applicant, name) SELECT r.id, n, r.dossier, r.applicant, 'Giấy tờ ' || n FROM supplement_request r, generate_series(1, 2) AS n;
INSERT INTO inter_agency_task (dossier, applicant, no, agency, title, due_at, sent_at, sent)
SELECT w.id, w.applicant, n, (SELECT a.id FROM agency a WHERE a.sandbox = w.sandbox ORDER BY a.id = w.competent_agency, pg_temp.draw(a.id, w.id + n, 100000) LIMIT 1), 'Xác nhận ' || n, now() + interval '1 day', last_at, event_id
  FROM waits w, generate_series(1, 2) AS n WHERE event = 'sendTask';
-- What waits for the head of the agency that decides, and what was sent back.
INSERT INTO signature_request (dossier, agency, event, args, seq, proposed_by, proposer_name, proposed_at, state, decided_by, decider_name, decided_at, answer)
SELECT d.id, d.competent_agency, 'stop', '{"reason": "Có tranh chấp"}', d.seq, o.id, o.name, now(), s.state, CASE s.state WHEN 'RETURNED' THEN o.id END, CASE s.state WHEN 'RETURNED' THEN o.name END,
       CASE s.state WHEN 'RETURNED' THEN now() END, CASE s.state WHEN 'RETURNED' THEN 'Chưa rõ' END
  FROM dossier d CROSS JOIN LATERAL (SELECT o.* FROM officer o WHERE o.agency = d.competent_agency ORDER BY pg_temp.draw(o.id, d.id, 1000) LIMIT 1) AS o
 CROSS JOIN LATERAL (SELECT CASE pg_temp.draw(d.id, 48, 4) WHEN 0 THEN 'RETURNED' ELSE 'PROPOSED' END AS state) AS s
 WHERE d.state IN ('PROCESSING', 'INTERAGENCY') AND pg_temp.draw(d.id, 47, 10) = 0;
UPDATE inter_agency_task SET state = 'DONE', answer = 'Đã xác nhận', closed_at = sent_at, closed = sent WHERE no = 2;
-- Results that are taken in the app.
UPDATE dossier SET delivery = 'ELECTRONIC' WHERE state = 'COMPLETED' AND id IN (SELECT dossier FROM result_file);
UPDATE dossier SET external_no = id WHERE pg_temp.draw(id, 43, 2) = 0;
INSERT INTO fee_demand (dossier, applicant, no, amount_dong, what, until, demanded_at, demanded)
SELECT id, applicant, 1, 1000 + id, 'Lệ phí', now() + interval '9 days', last_at, event_id FROM waits WHERE event = 'demandFee';
INSERT INTO channel_change (dossier, no, applicant, event, at, former, channel, fee_before, fee_after, settlement, left_dong)
SELECT id, 1, applicant, event_id, last_at, 'COUNTER', 'ONLINE', 20000, 10000, 'NONE', 0 FROM waits WHERE id % 3 = 0;
INSERT INTO tracking_code (dossier, applicant, digest) SELECT id, applicant, sha256(id::text::bytea) FROM dossier WHERE id % 4 = 0;
INSERT INTO digest (kind, officer, agency, day, at, open, due_soon, late) SELECT 'HEAD_MORNING', id, agency, '2026-11-27', now(), 3, 2, 1 FROM officer;
INSERT INTO digest_load (digest, no, processor, open, paused, late, due_in_one_day, due_in_three_days) SELECT id, 1, officer, 3, 0, 1, 1, 2 FROM digest;
INSERT INTO issued_form (dossier, applicant, kind, number, state, event, at, body)
SELECT id, applicant, '02', 'PBS-' || id, 'ISSUED', event_id, last_at, '{}'::jsonb FROM waits
 UNION ALL SELECT id, applicant, '04', NULL, 'DRAFT', NULL, last_at, '{}' FROM waits;`;

const scopeSets = `ARRAY['dossiers.read events.read', 'dossiers.read', 'events.read', 'dossiers.submit', 'keys.manage webhooks.manage', 'dossiers.submit events.read',
    'dossiers.read dossiers.submit events.read keys.manage webhooks.manage']`;

const sessions = `
INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at, revoked_at)
SELECT p.id, 'k' || n, '{"kty":"OKP","crv":"Ed25519","kid":"k' || n || '","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}',
       (ARRAY['LIVE', 'TEST', 'TEAM'])[1 + (n + p.id) % 3], string_to_array((${scopeSets})[1 + pg_temp.draw(p.id * 10 + n, 24, 7)], ' '),
       now() + interval '90 days', CASE WHEN n = 7 THEN now() - interval '1 day' END
  FROM partner p, generate_series(1, 7) AS n;
INSERT INTO session (kind, subject, partner_key, scopes, environment, device, expires_at, ended_at, ended_why)
SELECT 'PARTNER', k.partner, k.id, ARRAY(SELECT s FROM unnest(k.scopes) AS s ORDER BY s), k.environment, k.kid, k.expires_at,
       k.revoked_at, CASE WHEN k.revoked_at IS NOT NULL THEN 'KEY_REVOKED' END
  FROM partner_key k;
INSERT INTO session (kind, subject, officer, device, expires_at, stepped_up_at, ended_at, ended_why)
SELECT kind, subject, officer, 'Máy ' || n, CASE WHEN draw = 0 THEN now() - interval '1 hour' ELSE now() + interval '9 days' END,
       CASE WHEN draw % 2 = 0 THEN now() + interval '1 day' END,
       CASE WHEN draw = 1 THEN now() - interval '1 hour' END, CASE WHEN draw = 1 THEN 'SIGNED_OUT' END
  FROM (SELECT w.*, n, pg_temp.draw(coalesce(w.subject, w.officer + 9000) * 4 + n, 25, 12) AS draw
          FROM (SELECT 'CITIZEN' AS kind, id AS subject, NULL::bigint AS officer FROM cast_of
                UNION ALL SELECT 'OFFICER', NULL, id FROM officer) AS w, generate_series(1, 2) AS n) AS w;
INSERT INTO session (kind, subject, environment, device, expires_at, stepped_up_at, sandbox_partner)
SELECT 'CITIZEN', subject, 'TEST', 'Máy thử', now() + interval '9 days', now() + interval '1 day', partner FROM invented WHERE face <> 'cong-ty';
INSERT INTO device (owner_subject, owner_officer, kind, address, locale)
SELECT CASE kind WHEN 'CITIZEN' THEN subject END, officer, 'FCM', 'dia-chi-' || kind || coalesce(subject, officer), 'vi'
  FROM (SELECT DISTINCT kind, subject, officer FROM session) AS s WHERE kind <> 'PARTNER';`;

/** Makes the copy rich. Who is what is the same for the same seed; identifiers are new each time. */
export const enrich = (seed) => ['BEGIN;', 'SET search_path = motcua, public;', setting(seed), dossiers, waiting, seats, grants, sessions, belongings, 'COMMIT;',
  'ANALYZE;'].join('\n');

// ---- tokens ----

const secret = randomBytes(32);
export const tokenKeys = `k1:${secret.toString('base64url')}`;
const sign = (by) => (text) => createHmac('sha256', by).update(text).digest();
const lifeS = 600;

// What is wrong with a token; 'good' is the one that nothing is wrong with.
const faults = {
  good: (header, claims) => compact(header, claims, sign(secret)),
  expired: (header, claims) => compact(header, { ...claims, iat: claims.iat - 7200, exp: claims.exp - 7200 }, sign(secret)),
  'signed by a stranger': (header, claims) => compact(header, claims, sign(Buffer.alloc(32, 7))),
  unsigned: (header, claims) => compact({ ...header, alg: 'none' }, claims, () => Buffer.alloc(0)),
  'for another service': (header, claims) => compact(header, { ...claims, aud: 'other' }, sign(secret)),
  'of no session': (header, claims) => compact(header, { ...claims, sid: '00000000-0000-4000-8000-000000000000' }, sign(secret)),
};
export const badTokens = Object.keys(faults).filter((name) => name !== 'good');

/** A token of a principal, made anew long before it runs out. */
export function tokenOf(who) {
  const now = Math.floor(Date.now() / 1000);
  if (who.kind === 'NOBODY') return undefined;
  if (!who.token || who.madeAt < now - lifeS / 2) {
    who.madeAt = now;
    who.token = faults[who.fault]({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' },
      { iss: 'motcua', aud: 'motcua-app', sub: who.publicId, sid: who.session, kind: who.kind, iat: now, exp: now + lifeS });
  }
  return who.token;
}
