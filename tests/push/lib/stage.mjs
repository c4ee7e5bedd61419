// What a push test stands on: the tests' PostgreSQL and Redis, a worker process, and stand-ins for the
// two kinds of push server, both HTTP/2 over TLS under a certificate authority of the test's own.
import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAuthority } from './certificates.mjs';
import { fcmServer } from './fcm_server.mjs';
import { webPushServer } from './webpush_server.mjs';

const binary = join(process.env.MOTCUA_BUILD_DIR, 'bin', 'motcua-worker');

// Rows as arrays of texts. The tests' superuser: row-level security is tested elsewhere.
export function sql(statement, ...values) {
  const words = ['-X', '-q', '-At', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', process.env.MOTCUA_ADMIN_URL];
  values.forEach((value, i) => words.push('-v', `v${i + 1}=${value}`));
  const text = execFileSync('psql', words,
    { input: `SET search_path = motcua;\n${statement}`, encoding: 'utf8', env: { ...process.env, PGOPTIONS: '' } });
  return text.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

// kill-pg, start-pg, ... of the tests' own services.
export const services = (word) =>
  execFileSync(join(process.env.MOTCUA_SOURCE_DIR, 'tools/dev/services.sh'), [word, process.env.MOTCUA_SERVICES], { stdio: 'ignore' });

export async function until(what, check, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
    await sleep(20);
  }
}

export function workerProcess(env, words = ['run']) {
  const child = spawn(binary, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const worker = { child, output: '', errors: '' };
  child.stdout.on('data', (chunk) => { worker.output += chunk; });
  child.stderr.on('data', (chunk) => { worker.errors += chunk; });
  worker.ended = once(child, 'exit').then(([code, signal]) => { worker.code = code ?? signal; return worker.code; });
  worker.end = async (signal = 'SIGTERM') => {
    if (worker.code === undefined) child.kill(signal);
    const code = await Promise.race([worker.ended, sleep(20000).then(() => 'late')]);
    if (code === 'late') child.kill('SIGKILL');
    return code;
  };
  worker.started = () => until('the worker\'s start', () => {
    if (worker.code !== undefined) throw new Error(`the worker ended: ${worker.errors}`);
    return worker.errors.includes('event=started');
  });
  return worker;
}

const pem = (key, type) => key.export({ format: 'pem', type });

export async function makeStage() {
  const authority = makeAuthority();
  const tls = authority.certificate('DNS:localhost');
  const vapid = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const account = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const point = vapid.publicKey.export({ format: 'jwk' });
  const vapidPublic = Buffer.concat([Buffer.from([4]), Buffer.from(point.x, 'base64url'), Buffer.from(point.y, 'base64url')])
    .toString('base64url');
  const webpush = await webPushServer(tls, vapidPublic);
  const fcm = await fcmServer(tls, account.publicKey);
  const file = (name, text) => { writeFileSync(join(authority.place, name), text); return join(authority.place, name); };
  const env = {
    MOTCUA_DEVELOPMENT: 'yes',
    MOTCUA_PUSH_CA: authority.caFile,
    MOTCUA_VAPID_KEY_FILE: file('vapid.pem', pem(vapid.privateKey, 'pkcs8')),
    MOTCUA_VAPID_SUBJECT: 'mailto:duty@motcua.example',
    MOTCUA_WEBPUSH_HOSTS: 'localhost:*',
    MOTCUA_FCM_URL: fcm.origin,
    MOTCUA_FCM_KEY_FILE: file('account.json', JSON.stringify(fcm.account(pem(account.privateKey, 'pkcs8')))),
    MOTCUA_BACKOFF_FIRST_MS: '100',
    MOTCUA_CIRCUIT_OPEN_MS: '200',
    MOTCUA_WORKER_NAME: 'push-test',
  };
  const workers = [];
  return {
    webpush, fcm, env, authority,
    start(extra = {}, words = ['run']) {
      const worker = workerProcess({ ...env, ...extra }, words);
      workers.push(worker);
      return worker;
    },
    async clear() {
      for (const worker of workers.splice(0)) await worker.end('SIGKILL');
      sql('DELETE FROM outbox; DELETE FROM delivery; DELETE FROM delivery_log; DELETE FROM attempt; DELETE FROM device');
      webpush.reset();
      fcm.reset();
    },
    async close() {
      for (const worker of workers.splice(0)) await worker.end('SIGKILL');
      await webpush.close();
      await fcm.close();
      authority.remove();
    },
  };
}

// count dossiers of people who apply for themselves, each with its last event.
export function pickDossiers(count) {
  return sql(`
    SELECT d.id, d.public_id, d.code, e.id, e.seq, d.applicant, s.public_id
      FROM (SELECT DISTINCT ON (applicant) * FROM dossier WHERE applicant = submitter ORDER BY applicant, id) AS d
      JOIN subject s ON s.id = d.applicant AND s.kind = 'PERSON'
      JOIN LATERAL (SELECT id, seq FROM dossier_event WHERE dossier = d.id ORDER BY seq DESC LIMIT 1) AS e ON true
     WHERE NOT EXISTS (SELECT FROM dossier_grant g WHERE g.dossier = d.id)
     ORDER BY d.applicant DESC LIMIT ${count}`)
    .map(([id, uuid, code, event, seq, applicant, person]) =>
      ({ id: Number(id), uuid, code, event, seq: Number(seq), applicant: Number(applicant), person }));
}

// One statement: psql once for hundreds of devices.
export function addDevices(rows) {
  sql('INSERT INTO device (owner_subject, kind, address, p256dh, auth, locale) VALUES ' + rows.map((row) =>
    `(${row.applicant}, '${row.kind}', '${row.address}', ${row.p256dh ? `'${row.p256dh}'` : 'NULL'}, ${
      row.auth ? `'${row.auth}'` : 'NULL'}, '${row.locale ?? 'vi'}')`).join(','));
}

// The outbox rows that apply_dossier_event would have written for these dossiers' last events.
export function putInOutbox(dossiers, template = 'dossier.accepted', kind = 'B') {
  sql('INSERT INTO outbox (kind, entity, entity_rev, order_key, payload) VALUES ' + dossiers.map((dossier) =>
    `('DOSSIER_EVENT', '${dossier.event}', ${dossier.seq}, '${dossier.uuid}',
      jsonb_build_object('dossier', ${dossier.id}, 'event', 'accept', 'template', '${template}', 'class', '${kind}'))`)
    .join(','));
}

export const log = () => sql('SELECT nid, outcome, reason, attempts, http FROM delivery_log ORDER BY at, id')
  .map(([nid, outcome, reason, attempts, http]) => ({ nid, outcome, reason, attempts: Number(attempts), http: Number(http) }));

export const waiting = () => Number(sql('SELECT count(*) FROM delivery')[0][0]);
export const ring = () => sql('SELECT pg_notify(\'doorbell\', \'\')');
