// From an outbox row to the phone, against stand-ins that refuse what the real push servers refuse.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fcmError } from './lib/fcm_server.mjs';
import { addDevices, log, makeStage, pickDossiers, putInOutbox, ring, services, sql, until, waiting } from './lib/stage.mjs';

const stage = await makeStage();
const { webpush, fcm } = stage;
after(() => stage.close());
beforeEach(() => stage.clear());

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// Each dossier's applicant gets a browser and a phone.
async function equip(dossiers) {
  for (const dossier of dossiers) {
    dossier.browser = await webpush.subscribe();
    dossier.token = `token-${dossier.applicant}-${'x'.repeat(20)}`;
  }
  addDevices(dossiers.flatMap((dossier) => [
    { applicant: dossier.applicant, ...dossier.browser, locale: 'en' },
    { applicant: dossier.applicant, kind: 'FCM', address: dossier.token },
  ]));
  return dossiers;
}

const noProblems = () => assert.deepEqual([...webpush.problems, ...fcm.problems].map(String), []);
const allGone = () => until('the end of all deliveries',
  () => sql('SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM delivery)')[0][0] === '0', 40);

test('an outbox row becomes a push on both channels, readable only there, with the event\'s id', async () => {
  const [dossier] = await equip(pickDossiers(1));
  const worker = stage.start();
  await worker.started();
  putInOutbox([dossier]);
  ring();
  const [browser] = await until('the browser\'s push', async () => {
    const got = await webpush.got(dossier.browser.hash);
    return got.length > 0 && got;
  });
  const [phone] = await until('the phone\'s push', () => fcm.got(dossier.token).length > 0 && fcm.got(dossier.token));
  await allGone();
  noProblems();

  const tail = `…-${dossier.code.split('-').at(-1)}`;
  assert.equal(browser.event, dossier.event);
  assert.match(browser.event, uuid);
  assert.equal(phone.data.event, dossier.event);
  assert.equal(browser.tail, tail);
  assert.equal(phone.data.tail, tail);
  assert.equal(browser.template, 'dossier.accepted');
  assert.match(browser.body, /^Dossier …-\d+ has been accepted/); // the browser's locale is en, the phone's vi
  assert.match(phone.notification.body, /^Hồ sơ …-\d+ đã được tiếp nhận/);
  assert.match(browser.nid, /^[0-9a-f]{32}$/);
  assert.notEqual(browser.nid, phone.data.nid);

  // Nothing that names a person, the number or the procedure.
  const [[name, procedure]] = sql(`SELECT s.name, v.name FROM dossier d JOIN subject s ON s.id = d.applicant
    JOIN procedure_version v ON v.id = d.procedure_version WHERE d.id = ${dossier.id}`);
  for (const text of [JSON.stringify(browser), JSON.stringify(phone)])
    for (const secret of [name, procedure, dossier.code]) assert.ok(!text.includes(secret), secret);

  assert.deepEqual(log().map((row) => [row.outcome, row.attempts]), [['SENT', 1], ['SENT', 1]]);
  assert.deepEqual(new Set(log().map((row) => row.nid)), new Set([browser.nid, phone.data.nid]));
  assert.equal(sql('SELECT count(*) FROM attempt WHERE provider_id IS NOT NULL')[0][0], '2');
  assert.equal(await worker.end(), 0, worker.errors);
});

test('who is told of an account\'s event is its owner, on every device, with no name and no number', async () => {
  const [dossier] = await equip(pickDossiers(1));
  const [[subject, name]] = sql(`SELECT applicant, s.name FROM dossier d JOIN subject s ON s.id = d.applicant WHERE d.id = ${dossier.id}`);
  const worker = stage.start();
  await worker.started();
  sql(`INSERT INTO outbox (kind, entity, entity_rev, order_key, payload) VALUES ('ACCOUNT', uuid_v7(), 1, uuid_v7(),
    jsonb_build_object('subject', ${subject}, 'officer', NULL, 'template', 'account.sessionReused', 'class', 'A'))`);
  ring();
  const [browser] = await until('the browser\'s push', () => webpush.got(dossier.browser.hash).then((got) => got.length > 0 && got));
  const [phone] = await until('the phone\'s push', () => fcm.got(dossier.token).length > 0 && fcm.got(dossier.token));
  await allGone();
  noProblems();
  assert.match(browser.body, /^One of your sessions was used twice/);
  assert.match(phone.notification.body, /^Một phiên đăng nhập của bạn bị dùng lại/);
  for (const text of [JSON.stringify(browser), JSON.stringify(phone)]) for (const secret of [name, dossier.code]) assert.ok(!text.includes(secret), secret);
  assert.equal(await worker.end(), 0, worker.errors);
});

test('without a bell the poll finds it; with a slow poll the bell does', async () => {
  const dossiers = await equip(pickDossiers(2));
  const polling = stage.start({ MOTCUA_POLL_MS: '100' });
  await polling.started();
  putInOutbox([dossiers[0]]);
  await until('the push by poll', () => fcm.got(dossiers[0].token).length > 0);
  await polling.end();
  const rung = stage.start({ MOTCUA_POLL_MS: '10000' });
  await rung.started();
  await until('the LISTEN', () => sql('SELECT count(*) FROM pg_stat_activity WHERE query ~* \'^LISTEN\'')[0][0] !== '0');
  await sleep(500); // past the look at its start
  putInOutbox([dossiers[1]]);
  ring();
  await until('the push by bell', () => fcm.got(dossiers[1].token).length > 0, 5);
});

test('kill -9 in mid-batch: every notification arrives, each under one nid, no row is left', async () => {
  const dossiers = await equip(pickDossiers(40));
  webpush.decide = () => sleep(150);
  fcm.decide = () => sleep(150);
  putInOutbox(dossiers);
  let kills = 0;
  for (const least of [8, 30]) {
    const worker = stage.start({ MOTCUA_BATCH: '16' });
    await until('some pushes and some claims', () => webpush.arrived.length + fcm.arrived.length >= least &&
      worker.errors.includes('event=started') && sql('SELECT count(*) FROM delivery WHERE state = 1')[0][0] !== '0', 30);
    await worker.end('SIGKILL');
    kills++;
  }
  assert.equal(kills, 2);
  assert.ok(Number(sql('SELECT count(*) FROM delivery WHERE state = 1')[0][0]) > 0, 'killed with claims');
  webpush.decide = fcm.decide = undefined;
  const last = stage.start();
  await allGone();
  noProblems();

  const nids = new Set();
  for (const dossier of dossiers) {
    for (const messages of [await webpush.got(dossier.browser.hash), fcm.got(dossier.token).map((message) => message.data)]) {
      assert.ok(messages.length >= 1, 'nothing is lost');
      assert.ok(messages.length <= 3, 'at most once more for each kill');
      assert.equal(new Set(messages.map((message) => message.nid)).size, 1, 'a repeat has the same nid');
      assert.ok(messages.every((message) => message.event === dossier.event));
      nids.add(messages[0].nid);
    }
  }
  assert.equal(nids.size, 80);
  assert.equal(log().filter((row) => row.outcome === 'SENT').length, 80);
  assert.equal(await last.end(), 0, last.errors);
});

test('a restarted worker frees its former self\'s claims at once, not after the lease', async () => {
  const dossiers = await equip(pickDossiers(3));
  webpush.decide = () => null; // never answers
  fcm.decide = () => null;
  putInOutbox(dossiers);
  const first = stage.start({ MOTCUA_LEASE_S: '600' });
  await until('claims', () => sql('SELECT count(*) FROM delivery WHERE state = 1')[0][0] === '6');
  await first.end('SIGKILL');
  webpush.decide = fcm.decide = undefined;
  stage.start({ MOTCUA_LEASE_S: '600' });
  await allGone();
  assert.equal(log().length, 6);
});

test('what came along when a worker died twice goes out alone; after the third time it is given up', async () => {
  const dossiers = await equip(pickDossiers(4));
  putInOutbox(dossiers);
  await stage.start({}, ['run', 'expand']).started();
  await until('deliveries', () => waiting() === 8);
  sql('UPDATE delivery SET crashes = 2 WHERE channel = 2');
  sql('UPDATE delivery SET crashes = 3 WHERE channel = 1 AND id = (SELECT min(id) FROM delivery WHERE channel = 1)');
  let now = 0, most = 0;
  const count = async () => { most = Math.max(most, ++now); await sleep(30); now--; };
  fcm.decide = webpush.decide = count;
  stage.start({}, ['run', 'deliver']);
  await until('the browsers', () => webpush.arrived.length === 3);
  most = 0; // from here on only suspects are left
  await allGone();
  assert.equal(most, 1);
  assert.equal(fcm.arrived.length, 4);
  assert.deepEqual(log().filter((row) => row.outcome !== 'SENT').map((row) => [row.outcome, row.reason]), [['DEAD', 'poison']]);
});

test('PostgreSQL is killed in mid-batch and comes back: nothing is lost, repeats keep their nid', async () => {
  const dossiers = await equip(pickDossiers(30));
  webpush.decide = fcm.decide = () => sleep(100);
  const worker = stage.start({ MOTCUA_BATCH: '10' });
  await worker.started();
  putInOutbox(dossiers);
  await until('some pushes', () => webpush.arrived.length + fcm.arrived.length >= 8, 30);
  services('kill-pg');
  await sleep(300);
  services('start-pg');
  await until('PostgreSQL', () => { try { waiting(); return true; } catch { return false; } });
  await allGone();
  for (const dossier of dossiers) {
    for (const messages of [await webpush.got(dossier.browser.hash), fcm.got(dossier.token).map((message) => message.data)]) {
      assert.ok(messages.length >= 1, 'nothing is lost');
      assert.equal(new Set(messages.map((message) => message.nid)).size, 1);
    }
  }
  assert.equal(await worker.end(), 0, worker.errors);
});

test('SIGTERM lets what is under way end, and puts the rest back', async () => {
  const dossiers = await equip(pickDossiers(3));
  let asked = 0;
  webpush.decide = async () => { asked++; await sleep(600); };
  fcm.decide = () => { asked++; return null; };
  putInOutbox(dossiers);
  const worker = stage.start({ MOTCUA_DRAIN_MS: '1500' });
  await until('all six on their way', () => asked === 6);
  assert.equal(await worker.end(), 0, worker.errors);
  assert.equal(log().filter((row) => row.outcome === 'SENT').length, 3);
  assert.deepEqual(sql('SELECT state, crashes, attempts FROM delivery'), [['0', '0', '0'], ['0', '0', '0'], ['0', '0', '0']]);
});

test('503 and a lost answer are tried again under the same nid', async () => {
  const [dossier] = await equip(pickDossiers(1));
  let times = 0;
  const nids = [];
  fcm.decide = ({ message, stream }) => {
    nids.push(message.data.nid);
    times++;
    if (times === 1) return fcmError(503, 'UNAVAILABLE');
    if (times === 2) { stream.close(2); return null; }
    return undefined;
  };
  stage.start();
  putInOutbox([dossier]);
  await allGone();
  assert.equal(times, 3);
  assert.equal(new Set(nids).size, 1);
  assert.equal(log().find((row) => row.nid === nids[0]).attempts, 3);
  assert.equal(sql(`SELECT count(*) FROM attempt a JOIN delivery_log l ON l.id = a.delivery_id WHERE l.nid = '${nids[0]}'`)[0][0], '3');
});

test('429: Retry-After is kept, by all that go to the same server', async () => {
  const dossiers = await equip(pickDossiers(2));
  const times = [];
  webpush.decide = ({ at }) => {
    times.push(at);
    return times.length === 1 ? { status: 429, headers: { 'retry-after': '2' } } : undefined;
  };
  stage.start();
  putInOutbox([dossiers[0]]);
  await until('the refusal', () => times.length === 1);
  await sleep(200); // the refusal is on its way back
  putInOutbox([dossiers[1]]);
  await allGone();
  assert.equal(times.length, 3);
  assert.ok(times[1] - times[0] >= 1900, 'not before Retry-After');
  assert.equal((await webpush.got(dossiers[1].browser.hash)).length, 1);
});

test('a device that is gone is disabled and never asked again; the other one is not touched', async () => {
  const [dossier] = await equip(pickDossiers(1));
  await webpush.expire(dossier.browser.hash);
  stage.start();
  putInOutbox([dossier]);
  await allGone();
  assert.deepEqual(sql('SELECT kind, disabled_at IS NOT NULL, reason FROM device ORDER BY kind'),
    [['FCM', 'f', ''], ['WEBPUSH', 't', 'gone']]);
  fcm.decide = () => fcmError(404, 'UNREGISTERED');
  putInOutbox([dossier]);
  await allGone();
  assert.deepEqual(sql('SELECT kind, reason FROM device WHERE disabled_at IS NOT NULL ORDER BY kind'),
    [['FCM', 'UNREGISTERED'], ['WEBPUSH', 'gone']]);
});

test('a fault of ours prunes nothing and spends no attempt', async () => {
  const [dossier] = await equip(pickDossiers(1));
  fcm.decide = () => fcmError(403, 'PERMISSION_DENIED');
  webpush.decide = () => ({ status: 403 });
  stage.start();
  putInOutbox([dossier]);
  await until('both answers', () => sql('SELECT count(*) FROM attempt')[0][0] === '2');
  assert.deepEqual(sql('SELECT state, attempts FROM delivery'), [['0', '0'], ['0', '0']]);
  assert.equal(sql('SELECT count(*) FROM device WHERE disabled_at IS NOT NULL')[0][0], '0');
});

test('GOAWAY in mid-batch: all arrive, none twice', async () => {
  const dossiers = await equip(pickDossiers(30));
  let seen = 0;
  fcm.decide = async ({ session, stream }) => {
    if (session.lastStream !== undefined && stream.id > session.lastStream) return null; // as it has promised
    if (++seen === 10) {
      session.lastStream = stream.id;
      session.goaway(0, stream.id);
    }
    await sleep(50);
    return undefined;
  };
  stage.start();
  putInOutbox(dossiers);
  await allGone();
  noProblems();
  for (const dossier of dossiers) assert.equal(fcm.got(dossier.token).length, 1);
});

test('while the server is down newer news replace older; when it is back the newest arrives alone', async () => {
  const [dossier] = await equip(pickDossiers(1));
  const [[older]] = sql(`SELECT id FROM dossier_event WHERE dossier = ${dossier.id} ORDER BY seq LIMIT 1`);
  webpush.decide = () => ({ status: 503 });
  const worker = stage.start();
  putInOutbox([{ ...dossier, event: older }], 'dossier.submitted');
  await until('a failure', () => sql('SELECT count(*) FROM attempt WHERE http = 503')[0][0] !== '0');
  putInOutbox([dossier], 'dossier.completed');
  await until('the older one\'s end', () => log().some((row) => row.reason === 'superseded'));
  webpush.decide = undefined;
  await allGone();
  const got = await webpush.got(dossier.browser.hash);
  assert.deepEqual(got.map((message) => message.event), [dossier.event]);
  await worker.end();
});

test('what has expired is not sent late', async () => {
  const [dossier] = await equip(pickDossiers(1));
  putInOutbox([dossier]);
  await stage.start({}, ['run', 'expand']).started();
  await until('deliveries', () => waiting() === 2);
  sql('UPDATE delivery SET expires_at = now() - interval \'1 second\'');
  stage.start({}, ['run', 'deliver']);
  await allGone();
  assert.deepEqual(log().map((row) => [row.outcome, row.reason]), [['SKIPPED', 'expired'], ['SKIPPED', 'expired']]);
  assert.equal(webpush.arrived.length + fcm.arrived.length, 0);
});

test('one token serves all pushes, and is renewed before it ends', async () => {
  const dossiers = await equip(pickDossiers(20));
  const worker = stage.start();
  putInOutbox(dossiers);
  await allGone();
  assert.equal(fcm.tokens.length, 1);
  await worker.end();
  fcm.reset();
  fcm.lifeSeconds = 301; // renewal is due a second after the first push
  stage.start();
  putInOutbox(dossiers);
  await until('twenty pushes', () => fcm.arrived.length === 20);
  await sleep(1500);
  putInOutbox(dossiers.slice(0, 1));
  await allGone();
  await until('a second token', () => fcm.tokens.length >= 2);
  noProblems();
});

test('a subscription that points elsewhere is never connected to', async () => {
  const [dossier] = pickDossiers(1);
  const browser = await webpush.subscribe();
  addDevices([{ applicant: dossier.applicant, ...browser, address: browser.address.replace('localhost', '127.0.0.1') }]);
  stage.start();
  putInOutbox([dossier]);
  await allGone();
  assert.deepEqual(log().map((row) => [row.outcome, row.reason]), [['DEAD', 'bad_address']]);
  assert.equal(webpush.arrived.length, 0);
});

test('dead shows what was given up, and redrive sends it under its old nid', async () => {
  const [dossier] = await equip(pickDossiers(1));
  fcm.decide = () => fcmError(400, 'INVALID_ARGUMENT', 'a payload of ours is wrong');
  const worker = stage.start();
  putInOutbox([dossier]);
  await allGone();
  const { nid } = log().find((row) => row.outcome === 'DEAD');
  const dead = stage.start({}, ['dead']);
  assert.equal(await dead.ended, 0);
  assert.match(dead.output, /fcm\s+INVALID_ARGUMENT\s+1 /);
  fcm.decide = undefined;
  assert.equal(await stage.start({}, ['redrive', 'INVALID_ARGUMENT']).ended, 0);
  await allGone();
  assert.deepEqual(fcm.got(dossier.token).map((message) => message.data.nid), [nid]);
  assert.deepEqual(log().filter((row) => row.nid === nid).map((row) => row.outcome).sort(), ['REDRIVEN', 'SENT']);
  await worker.end();
});

test('a new event gets its number in the feed and is rung through Redis', async (t) => {
  const [[dossier]] = sql("SELECT id FROM dossier WHERE state = 'PROCESSING' ORDER BY id DESC LIMIT 1");
  const socket = process.env.MOTCUA_REDIS_URL.replace('unix://', '');
  const listener = spawn('redis-cli', ['-s', socket, 'SUBSCRIBE', 'feed'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => listener.kill());
  let heard = '';
  listener.stdout.on('data', (chunk) => { heard += chunk; });
  await until('the subscription', () => heard.includes('subscribe'));
  const [[event]] = sql(`
    WITH d AS (UPDATE dossier SET seq = seq + 1 WHERE id = ${dossier} RETURNING *)
    INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter,
                               received_agency, competent_agency)
    SELECT id, seq, now(), 'note', state, state, 'SYSTEM', 'test', applicant, submitter, received_agency, competent_agency
      FROM d RETURNING id`);
  t.after(() => sql(`BEGIN; DELETE FROM dossier_event WHERE id = '${event}'; UPDATE dossier SET seq = seq - 1 WHERE id = ${dossier}; COMMIT`));
  stage.start();
  await until('the ring', () => heard.includes(event));
  const [[number, ...audience]] = sql(`SELECT feed_no, applicant, submitter, received_agency, competent_agency
    FROM dossier_event WHERE id = '${event}'`);
  assert.ok(heard.includes(`${number}|${event}|${audience.join('|')}`));
});

test('once does what is due and ends; without keys nothing is claimed', async () => {
  const [dossier] = await equip(pickDossiers(1));
  putInOutbox([dossier]);
  const without = stage.start({ MOTCUA_FCM_KEY_FILE: '', MOTCUA_VAPID_KEY_FILE: '' }, ['once']);
  assert.equal(await without.ended, 0, without.errors);
  assert.equal(waiting(), 2);
  const once = stage.start({}, ['once']);
  assert.equal(await once.ended, 0, once.errors);
  assert.equal(waiting(), 0);
  assert.equal(log().filter((row) => row.outcome === 'SENT').length, 2);
});
