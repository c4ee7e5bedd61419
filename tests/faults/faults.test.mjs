// What breaks beside us or under us, while the slice's flow goes on: nothing acknowledged is lost, no
// notification is lost, and nothing of ours needs a restart. PostgreSQL and Redis are this file's own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { PushServices } from '../e2e/push.mjs';
import { Database, House, end, failure, key, place, root, sleep, until } from '../e2e/support.mjs';
import { Flow } from './flow.mjs';

// Not named test...: those forget what they have not written yet, and this is about not forgetting.
const name = `faults-${process.pid}`;
// Beside the flow, which must go on meanwhile.
const tool = async (script, ...args) => (await promisify(execFile)(join(root, 'tools/dev', script), args)).stdout;
const services = (verb) => tool('services.sh', verb, name);

let house;
let push;
let flow;
let client;
let env;
before(async () => {
  await services('start');
  await tool('database.sh', name);
  env = { ...process.env, ...Object.fromEntries([...(await services('env')).matchAll(/^export (\w+)="(.*)"$/gm)].map(([, left, right]) => [left, right])) };
  push = await PushServices.start();
  house = await House.start('faults', { env, database: new Database('motcua', env),
    settings: { MOTCUA_PROCESSES: '2' } });
  await startWorker();
  client = house.client();
  const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`;
  for (const input of [(await push.subscribe()).input, { kind: 'FCM', address: 'registration-token-of-the-phone' }])
    await client.data(register, { token: house.token('citizen'), variables: { input: { idempotencyKey: key(), ...input } } });
  flow = new Flow(house, place(house.database));
  await flow.goesOn();
});
after(async () => {
  await flow?.stop();
  if (flow) console.log(`  ${flow.acknowledged.length} changes acknowledged, ${flow.busy} told to come later, ${flow.lost} connections lost, `
    + `${push.received.length} pushes, ${push.received.length - new Set(push.received.map(({ nid }) => nid)).size} of them repeats`);
  await house?.stop();
  await push?.stop();
  await services('drop');
});

const startWorker = (called = 'faults') => house.startWorker({ ...push.settings, MOTCUA_WORKER_NAME: called, MOTCUA_LEASE_S: '5',
  MOTCUA_SEND_TIMEOUT_MS: '2000', MOTCUA_BACKOFF_FIRST_MS: '100', MOTCUA_BACKOFF_MAX_MS: '1000', MOTCUA_CIRCUIT_OPEN_MS: '200' });
const signedIn = (document = '{ viewer { counts { all } } }') => client.post(document, { token: flow.officer });
const readiness = () => house.client().get('/readyz');

async function assertRefusedForNow(ask, what) {
  const reply = await ask();
  assert.equal(reply.status, 503, `${what}: ${reply.text}`);
  assert.match(reply.headers['retry-after'] ?? '', /^\d+$/, what);
  assert.ok(reply.json.errors[0].extensions.code, what);
}

test('kill -9 of a child costs its connections only, and it comes back', async () => {
  const peers = Array.from({ length: 16 }, () => house.client());
  for (const peer of peers) await peer.data('{ __typename }');
  const restarts = (await house.metrics()).motcua_process_restarts_total;
  const [victim, survivor] = house.children();
  process.kill(victim, 'SIGKILL');
  await until('another child', () => { const now = house.children(); return now.length === 2 && !now.includes(victim); });
  assert.ok(house.children().includes(survivor));
  await sleep(100);
  const left = peers.filter((peer) => !peer.open.closed && !peer.open.destroyed);
  assert.ok(left.length > 0 && left.length < peers.length, `${left.length} of ${peers.length} connections are left`);
  for (const peer of left) assert.deepEqual(await peer.data('{ __typename }'), { __typename: 'Query' });
  for (const peer of peers) peer.close();
  await house.ready();
  assert.equal((await house.metrics()).motcua_process_restarts_total, restarts + 1);
  await flow.goesOn();
});

for (const [who, called] of [['the same worker, back again, at once', 'faults'], ['another worker, when its lease is over', 'another']])
  test(`kill -9 of the worker with pushes under way: ${who} sends them, under the same nid`, async () => {
    push.swallows = true;
    await until('pushes are under way', () => push.swallowed.length > 1);
    const [worker] = house.workers.splice(0);
    worker.child.kill('SIGKILL');
    await worker.exited;
    push.swallows = false;
    await flow.goesOn();
    await startWorker(called);
    await flow.assertWhole(push);
    // Or it is out of date by now: the same dossier has a newer one for the same device.
    const superseded = (nid) => house.database.sql(`SELECT outcome || ' ' || reason FROM motcua.delivery_log WHERE nid = '${nid}'`) === 'SKIPPED superseded';
    for (const nid of push.swallowed.splice(0))
      await until(`${nid} comes again`, () => push.received.some((each) => each.nid === nid) || superseded(nid));
  });

test('a restart of PostgreSQL: no change is lost, and nothing of ours is restarted', async () => {
  const children = house.children();
  await services('restart-pg');
  await flow.goesOn();
  assert.ok(flow.busy > 0, 'meanwhile it was told to come later');
  await house.ready();
  assert.deepEqual(house.children(), children);
  await flow.assertWhole(push);
});

test('PostgreSQL gone: 503 with Retry-After, not ready; then all is well again', async () => {
  const children = house.children();
  await services('kill-pg');
  const { ready, postgresql, redis } = await until('not ready', async () => {
    const { status, json } = await readiness();
    return status === 503 && json;
  });
  assert.deepEqual([ready, redis], [false, 'OK']);
  assert.notEqual(postgresql, 'OK');
  await assertRefusedForNow(signedIn, 'a read');
  const before = flow.acknowledged.length;
  await until('the flow is told to come later', () => flow.busy > 0);
  assert.ok(flow.acknowledged.length <= before + 1);
  assert.equal((await client.get('/healthz')).status, 200);
  await services('start-pg');
  await flow.goesOn();
  await house.ready();
  assert.deepEqual(house.children(), children);
  await flow.assertWhole(push);
});

test('Redis gone: who is signed in goes on, who signed out stays out; then all is well again', async () => {
  const children = house.children();
  const [leaving, staying] = [house.token('citizen'), house.token('citizen')];
  for (const token of [leaving, staying]) assert.equal((await client.post('{ viewer { id } }', { token })).status, 200);
  await sleep(1100); // what Redis has taken is on its disk each second
  await services('kill-redis');
  await until('Redis is missed', async () => (await readiness()).json.redis !== 'OK');
  assert.equal((await readiness()).status, 200, 'and served without');
  for (let i = 0; i < 10; i++) assert.equal((await signedIn()).status, 200, 'a signed-in read');
  await client.data(end, { token: leaving, variables: { input: { idempotencyKey: key() } } });
  await sleep(1000);
  for (const peer of Array.from({ length: 16 }, () => house.client())) {
    assert.equal((await peer.post('{ viewer { id } }', { token: leaving })).status, 401, 'an ended session, in any process');
    assert.equal((await peer.post('{ viewer { id } }', { token: staying })).status, 200, 'another one');
    peer.close();
  }
  await flow.goesOn();
  await services('start-redis');
  await flow.goesOn();
  await house.ready();
  assert.deepEqual(house.children(), children);
  await flow.assertWhole(push);
});

test('a restart of Redis: the streams catch up by themselves', async () => {
  await services('restart-redis');
  await flow.goesOn();
  await flow.assertWhole(push);
});
