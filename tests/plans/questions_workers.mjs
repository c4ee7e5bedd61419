// What is asked of each statement of workers/sql, by the worker as app_worker, who has no viewer, or by an operator's command.
// Written as in questions.mjs. given is what stands there before, so that there is something to do; all is rolled back. Batches
// are small here, so that what goes through a table shows. work: how many things are done, each of which may read as much as a change.
import { as, org } from './questions.mjs';

const given = (sql, questions) => questions.map((question) => ({ ...question, given: sql }));
const working = (work, questions) => questions.map((question) => ({ ...question, work }));
const asked = (...values) => as('worker', ...values);
const few = 5;
const held = '1099528405000';
const heldIds = `(SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM delivery WHERE worker = ${held} ORDER BY id LIMIT ${few}) AS t)`;
const uploadOf = (state) => `(SELECT id::text FROM upload WHERE state = '${state}' ORDER BY id LIMIT 1)`;
const quarantined = uploadOf('QUARANTINED');
const someOf = (from, condition, order = 'id') => `(SELECT ${order} FROM ${from} WHERE ${condition} ORDER BY ${order} LIMIT ${few})`;
const unfinished = "INSERT INTO catalogue_import (file) VALUES ('DVCQG');";
const lastImport = '(SELECT max(id) FROM catalogue_import)';
const workday = `UPDATE digest_kind SET at = '00:00', until = '24:00';
  INSERT INTO calendar_day (calendar, day, kind, name) SELECT calendar_in_force(), (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'MAKEUP', 'Ngày làm việc' ON CONFLICT (calendar, day) DO UPDATE SET kind = 'MAKEUP';`;
const dueTomorrow = `UPDATE dossier SET remind_for = NULL, due_at = now() + interval '20 hours' WHERE id IN ${someOf('dossier', "clock = 'RUNNING'")};
  INSERT INTO issued_form (dossier, applicant, kind, state, at, body) SELECT id, applicant, '04', 'DRAFT', now(), jsonb_build_object('oldDueAt', due_at)
    FROM (SELECT * FROM dossier WHERE clock = 'RUNNING' ORDER BY id LIMIT 20) AS d;`;
const overdue = `UPDATE dossier SET remind_for = NULL, due_at = now() - interval '1 minute' WHERE id IN ${someOf('dossier', "clock = 'RUNNING'")};`;
const unnumbered = `UPDATE dossier_event SET feed_no = NULL WHERE feed_no > (SELECT last - ${few} FROM feed);
  DELETE FROM feed_of_grantee WHERE feed_no > (SELECT last - ${few} FROM feed);`;
const noticed = `INSERT INTO device (owner_officer, kind, address, locale) VALUES (12, 'FCM', 'address of officer 12', 'vi');
  INSERT INTO outbox (id, kind, entity, entity_rev, order_key, payload) OVERRIDING SYSTEM VALUE
  SELECT row_number() OVER () - 10, kind, gen_random_uuid(), 1, gen_random_uuid(), jsonb_build_object('dossier', 1, 'template', 'reminder.breach', 'class', 'B', 'figures', '1 / 1') || who
    FROM (VALUES ('REMINDER', '{"officer": 12}'::jsonb), ('DIGEST', '{"officer": 12}'), ('ACCOUNT', '{"officer": 12}'), ('ACCOUNT', '{"subject": 1}')) AS n(kind, who);`;
const due = `UPDATE dossier_sync SET state = 'PENDING', waiting = 1, oldest_at = now(), due_at = now() - interval '1 minute' WHERE dossier IN (SELECT dossier FROM sync_message ORDER BY dossier LIMIT ${few});`;
const sent = `UPDATE dossier_sync SET state = 'SENT', tries = 1, sent_at = now() WHERE dossier IN (SELECT dossier FROM sync_message ORDER BY dossier LIMIT ${few});`;
const filed = `UPDATE portal_message SET next_try_at = now() - interval '1 minute' WHERE state = 'QUARANTINED';`;
const sandboxed = `SET LOCAL session_replication_role = replica;
  UPDATE dossier SET sandbox = true WHERE id IN (SELECT d.id FROM dossier d WHERE NOT EXISTS (SELECT FROM bulk_item i WHERE i.dossier = d.id) AND NOT EXISTS (SELECT FROM dossier_classification c WHERE c.dossier = d.id)
    AND NOT EXISTS (SELECT FROM bench_some s WHERE s.id = d.id) ORDER BY id LIMIT ${few});
  SET LOCAL session_replication_role = origin;`;
const old = `DELETE FROM session_change WHERE at < now() - interval '1 hour'; UPDATE session SET expires_at = now() - interval '31 days' WHERE id IN ${someOf('session', "ended_at IS NULL AND kind = 'CITIZEN' AND subject > 100")};
  UPDATE session_change SET at = now() - interval '2 hours' WHERE no IN ${someOf('session_change', 'true', 'no')};
  UPDATE bulk_job SET finished_at = now() - interval '8 days' WHERE id IN (SELECT max(id) FROM bulk_job);
  UPDATE digitisation_sum SET as_of = as_of - 1;`;
const queued = `WITH job AS (
    INSERT INTO bulk_job (partner, session, environment, total)
    SELECT ${org} + 7, (SELECT id FROM session WHERE subject = ${org} + 7 AND environment = 'LIVE' AND ended_at IS NULL LIMIT 1), 'LIVE', 1000 RETURNING id)
  INSERT INTO bulk_item (job, no, reference, procedure, agency, applicant, channel)
  SELECT id, k, 'r' || k, '1.004800', 'H09.01', (SELECT public_id FROM subject WHERE id = ${org} + 7 + k % 2)::text, 'ONLINE' FROM job, generate_series(1, 1000) AS k;`;

export const questions = {
  adapter_state: asked([]),
  audit_head_next: asked(['60']),
  audit_heads: as('worker', ['1440']),
  dead: asked([]),
  feed_recent: asked(['1000']),
  uploads_unknown: asked([`(SELECT array_agg(n) FROM (SELECT id::text AS n FROM upload WHERE state IN ('RECEIVING', 'QUARANTINED') UNION ALL SELECT gen_random_uuid()::text FROM generate_series(1, ${few})) AS t)`]),
};

export const changes = {
  adapter_on: asked(["'DVCQG'"]),
  adapter_pull_claim: given("UPDATE adapter SET is_on = true, pull_every_s = 86400, pull_due_at = now();", asked(["'DVCQG'"])),
  adapter_pull_pause: asked(["'DVCQG'", '60000']),
  adapter_pulled: asked(["'DVCQG'"]),
  agencies_import: asked([`'[{"MaDonVi": "H09.01", "TenDonVi": "Ủy ban nhân dân", "MaDVHC": "25747"}, {"MaDonVi": "H09.998", "TenDonVi": "Ủy ban nhân dân mới", "MaDVHC": "25747"}]'`]),
  anonymise: working(few * 4, given(`UPDATE retention_rule SET months = (extract(epoch FROM now() - '2024-09-01') / 86400 / 31)::int WHERE what = 'DOSSIER';
    UPDATE erasure SET done_at = NULL, look_at = now() - interval '1 day' WHERE subject IN ${someOf('erasure', 'true', 'subject')};`, asked([`${few}`]))),
  audit_head_add: asked(["(SELECT format('{\"no\":%s,\"at\":\"%s\"}', max(no) + 1, now()) FROM audit_head)", "'0123456789abcdef'", "decode(repeat('00', 64), 'hex')"]),
  audit_seal: working(few, asked([`${few}`])),
  bulk_work: working(few, given(queued, asked([`${few}`]))),
  claim: working(few, [...asked(['2', held, '60', `${few}`, 'false']),
    ...given(`UPDATE delivery SET crashes = 2, due_at = now() - interval '1 minute' WHERE id IN ${someOf('delivery', 'state = 0', 'id')};`, asked(['2', held, '60', `${few}`, 'true']))]),
  clock_digest: working(few, given(workday, asked([`${few}`]))),
  clock_recompute: working(few, given(`INSERT INTO calendar_recompute (calendar, content, started_at, after)
    SELECT calendar_in_force(), calendar_content(calendar_in_force()), now() - interval '1 minute', (SELECT max(id) / 2 FROM dossier);`, asked([`${few}`]))),
  clock_remind: working(few, [...given(dueTomorrow, asked([`${few}`])), ...given(overdue, asked([`${few}`]))]),
  dossier_terms_end: working(few, given(`UPDATE supplement_request SET until = now() - interval '1 day' WHERE id IN ${someOf('supplement_request', 'resolved_at IS NULL')};
    UPDATE fee_demand SET until = now() - interval '1 day' WHERE id IN ${someOf('fee_demand', 'paid_at IS NULL AND cancelled_at IS NULL')};`, asked([`${few}`]))),
  expand: working(few, [...asked([`${few}`]), ...given(noticed, asked([`${few}`]))]),
  expire: working(few, given(`UPDATE delivery SET expires_at = now() - interval '1 minute' WHERE id IN ${someOf('delivery', 'state = 0')};`, asked(['10000']))),
  export_build: working(31, given(`UPDATE export_file SET requested_at = now() - interval '1 day' WHERE subject = 1 AND state = 'WAITING';
    UPDATE export_file SET expires_at = now() WHERE id IN ${someOf('export_file', "state = 'READY'")}; UPDATE draft SET expires_at = now() WHERE id IN ${someOf('draft', 'owner > 10')};`, asked(['1']))),
  feed_number: working(few, given(unnumbered, asked([`${few}`]))),
  file_gone: given("UPDATE stored_file SET doomed = true WHERE sha256 = sha256('unused 1');", asked(["sha256('unused 1')"])),
  files_adopt: asked(["sha256('found')", "'{100}'"]),
  files_doom: working(few, asked([`${few}`])),
  finish: working(few, asked([heldIds, "'{SENT,DEAD,PRUNED,RETRY,HOLD}'", "'{200,400,404,500,0}'", "ARRAY['', 'BAD_KEY', 'UNREGISTERED', 'HTTP_500', '']", "ARRAY['', '', '', '', '']", "'{1,1,1,1,1}'", "'{0,0,0,1000,1000}'", held])),
  portal_retry_due: working(few, given(filed, asked([`${few}`]))),
  pull_begin: asked(["'DVCQG'"]),
  pull_end: given(unfinished, asked([lastImport])),
  pull_lines: given(unfinished, asked([lastImport, "'{1}'", `ARRAY['{"code": "9.100001", "field": "civil_status", "level": "COMMUNE", "decisionNumber": "3/QĐ", "decidedOn": "2026-01-01", "decidedBy": "Bộ Tư pháp", "validFrom": "2026-01-01", "name": "Thủ tục mới", "onlineLevel": "FULL", "homeEligible": true, "boundaryFree": true}']`])),
  redrive: working(few, asked(["'BAD_KEY'", `${few}`])),
  release_former: asked([held]),
  release_late: asked(['1']),
  release_lost: asked([held, heldIds]),
  release_own: asked([held]),
  sync_claim: working(few, given(due, asked(["'DVCQG'", `${few}`, '60']))),
  sync_finish: working(few, given(sent, asked([`(SELECT array_agg(id) FROM (SELECT id FROM sync_message ORDER BY dossier LIMIT ${few}) AS t)`, "'{1,1,1,1,1}'", "'{ACKED,RETRY,PAUSE,HOLD,REFUSED}'", "'{0,1000,1000,1000,0}'", "ARRAY['', 'HTTP_500', 'HTTP_429', '', 'HTTP_400']"]))),
  tick: working(few * 5, given(old + sandboxed, asked([]))),
  upload_claim: asked(['150']),
  upload_clean: given("UPDATE upload SET sha256 = sha256('paper 1'), bytes = 10 WHERE state = 'QUARANTINED';", asked([quarantined])),
  upload_keep: asked([quarantined, "sha256('new bytes')", '10']),
  upload_put_back: asked([quarantined, '5']),
  upload_refuse: asked([quarantined, "'INFECTED'"]),
  uploads_prune: working(few, given(`UPDATE upload SET expires_at = now() - interval '1 minute' WHERE id IN ${someOf('upload', "state = 'TAKEN' AND paper IS NULL")};
    DELETE FROM dossier_part WHERE paper IN ${someOf('stored_paper', 'removed_at IS NOT NULL')};`, asked([]))),
};

// Named as in questions.mjs.
export const exceptions = {
  adapter_state: 'counts what waits for a system that is away, of each kind to 10,000 at most',
  clock_digest: 'counts the open dossiers of each agency on a working morning, as loads_of_agencies',
  dead: 'counts what was given up in thirty days, by an index of the dead alone; an operator asks by command',
};

// Statement: why it is not asked.
export const ofReference = {
  worker_keep: 'reads the locks of the cluster, as many as there are workers and transactions under way',
  worker_start: 'reads no table: it tries 64 locks',
};
