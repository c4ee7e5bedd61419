// Quotas: who asks for more than is his is told when to come back, in whichever process he asks, and nobody
// else is. Redis is this file's own, so that it can be killed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { Issuer } from '../../tools/dev/issuer.mjs';
import { House, redis, root, sleep, until, within } from './support.mjs';

const name = `test-quotas-${process.pid}`;
const services = async (verb) => (await promisify(execFile)(join(root, 'tools/dev/services.sh'), [verb, name])).stdout;

const minute = 60;
const least = '{ __typename }';
const who = '{ viewer { kind } }';

let house;
let env;
let issuer;
const folder = mkdtempSync(join(tmpdir(), 'motcua-quotas-'));
before(async () => {
  issuer = await Issuer.start({ place: folder });
  await services('start-redis');
  const [, url] = /^export MOTCUA_REDIS_URL="(.*)"$/m.exec(await services('env'));
  env = { ...process.env, MOTCUA_REDIS_URL: url };
  house = await House.start('quotas', { env, settings: {
    MOTCUA_PROCESSES: '2', MOTCUA_BATCH_MAX: '5', MOTCUA_ISSUERS_FILE: issuer.file,
    MOTCUA_SIGN_IN_LIMIT_NUMBER_HOUR: '3', MOTCUA_SIGN_IN_LIMIT_DEVICE_HOUR: '5', MOTCUA_SIGN_IN_LIMIT_ADDRESS_HOUR: '20', MOTCUA_COST_MAX_OFFICER: '100000', MOTCUA_TOKEN_LIMIT_CLIENT_HOUR: '3', MOTCUA_TOKEN_LIMIT_ADDRESS_HOUR: '8', MOTCUA_QUOTA_ANONYMOUS_MINUTE: '10',
    MOTCUA_QUOTA_CITIZEN_MINUTE: '20', MOTCUA_QUOTA_OFFICER_MINUTE: '2000',
    MOTCUA_QUOTA_PARTNER_LIVE_MINUTE: '0', MOTCUA_QUOTA_PARTNER_LIVE_DAY: '0',
    MOTCUA_QUOTA_PARTNER_TEST_MINUTE: '100', MOTCUA_QUOTA_PARTNER_TEST_DAY: '7' } });
});
after(async () => {
  await house?.stop();
  await issuer?.stop();
  await services('drop');
  rmSync(folder, { recursive: true, force: true });
});

// Somebody who has asked for nothing yet, on so many connections that both processes hear of him.
class Somebody {
  constructor(actor, connections = 16) {
    this.token = actor && house.token(actor);
    this.clients = Array.from({ length: connections }, () => house.client());
    this.next = 0;
  }

  ask(query = least, options = {}) {
    return this.clients[this.next++ % this.clients.length].post(query, { token: this.token, ...options });
  }

  close() {
    for (const client of this.clients) client.close();
  }
}

const freshAddresses = () => { for (const key of redis(env, 'KEYS', 'quota:*').split('\n').filter(Boolean)) redis(env, 'DEL', key); };

// A list of strings with integers as parameters, as RFC 9651 (section 4.2) reads one: to its last byte.
function parseList(text) {
  const item = /(?:^|[ \t]*,[ \t]*)"([\x20\x21\x23-\x5b\x5d-\x7e]*)"((?: *;[ ]*[a-z*][a-z0-9_.*-]*=-?\d{1,15})*)/y;
  const found = [];
  while (item.lastIndex < text.length) {
    const [, name, parameters] = item.exec(text) ?? assert.fail(`not a structured field: ${text}`);
    found.push([name, Object.fromEntries([...parameters.matchAll(/([a-z0-9_.*-]+)=(-?\d+)/g)].map(([, key, value]) => [key, Number(value)]))]);
  }
  return found;
}

// What the two fields say: { minute: { q, w, r, t } }.
function quotaOf(reply) {
  const found = {};
  for (const field of ['ratelimit-policy', 'ratelimit'])
    for (const [name, parameters] of parseList(reply.headers[field])) found[name] = { ...found[name], ...parameters };
  return found;
}

function assertRefused(reply) {
  assert.equal(reply.status, 429, reply.text);
  const [{ message, extensions }] = reply.json.errors;
  assert.equal(extensions.code, 'RATE_LIMITED');
  assert.equal(message, 'Too many requests.');
  assert.equal(reply.json.data, undefined);
  assert.match(reply.headers['retry-after'], /^[1-9]\d*$/);
  const seconds = Number(reply.headers['retry-after']);
  assert.equal(extensions.retryAfterSeconds, seconds);
  return seconds;
}

test('as many as the limit pass, over both processes; the next is told when to come back, and that is true', async () => {
  const citizen = new Somebody('citizen');
  const started = Date.now();
  for (let i = 1; i <= 20; i++) {
    const reply = await citizen.ask();
    assert.equal(reply.status, 200, `${i}: ${reply.text}`);
    const { minute: quota } = quotaOf(reply);
    assert.deepEqual([quota.q, quota.w], [20, minute]);
    assert.ok(quota.r >= 20 - i, `${quota.r} are left after ${i}`);
    assert.ok(quota.t > 0 && quota.t <= 3 * i, `${quota.t} s after ${i}`);
  }
  // One more every three seconds, that it was asked for meanwhile.
  let more = -1;
  let last;
  do { last = await citizen.ask(); more++; } while (last.status === 200);
  assert.ok(more <= Math.ceil((Date.now() - started) / 3000), `${more} more after ${Date.now() - started} ms`);
  const seconds = assertRefused(last);
  assert.ok(seconds <= 3, `${seconds} s`);
  await sleep(seconds * 1000);
  const back = await citizen.ask();
  assert.equal(back.status, 200, back.text);
  assert.equal(back.json.errors, undefined);
  citizen.close();
});

test('one session does not take from another, nor from who has none', async () => {
  freshAddresses();
  const one = new Somebody('citizen', 1);
  const other = new Somebody('citizen', 1);
  const nobody = new Somebody(undefined, 1);
  assert.equal(quotaOf(await one.ask(least)).minute.r, 19);
  assert.equal(quotaOf(await one.ask(least)).minute.r, 18);
  assert.equal(quotaOf(await other.ask(least)).minute.r, 19);
  assert.equal(quotaOf(await nobody.ask(least)).minute.q, 10);
  for (const each of [one, other, nobody]) each.close();
});

test('each address has its own', async () => {
  freshAddresses();
  const from = (localAddress) => house.client({ tls: { localAddress } });
  const here = from('127.0.0.8');
  const there = from('127.0.0.9');
  const started = Date.now();
  for (let i = 0; i < 10; i++) assert.equal((await here.post(least)).status, 200);
  let more = -1;
  let last;
  do { last = await here.post(least); more++; } while (last.status === 200);
  assert.ok(more <= Math.ceil((Date.now() - started) / 6000), `${more} more after ${Date.now() - started} ms`);
  assertRefused(last);
  assert.equal(quotaOf(await there.post(least)).minute.r, 9);
  assert.equal((await here.post(who, { token: house.token('citizen') })).status, 200, 'a session from the same address');
});

test('what an operation costs is charged, and one that costs more than the limit takes all of it', async () => {
  const officer = new Somebody('officer', 1);
  const left = async (query, variables) => quotaOf(await officer.ask(query, { variables })).minute.r;
  const list = 'query($first: Int) { viewer { dossiers(first: $first) { nodes { procedure { name } } } } }';
  const started = Date.now();
  assert.equal(await left(least), 1999);
  const before = await left(list, { first: 50 });
  const refilled = Math.ceil((Date.now() - started) / 30);
  assert.ok(before >= 2000 - 1 - 110 && before < 2000 - 1 - 90 + refilled, `${before} are left, ${refilled} came back`);
  const dear = 'query($first: Int) { viewer { dossiers(first: $first) { nodes { timeline(first: 100) { nodes { event } } } } } }';
  const fresh = new Somebody('officer', 1);
  const reply = await fresh.ask(dear, { variables: { first: 100 } });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(quotaOf(reply).minute.r, 0);
  const seconds = assertRefused(await fresh.ask(dear, { variables: { first: 100 } }));
  assert.ok(seconds > 50 && seconds <= 60, `${seconds} s`);
  for (const each of [officer, fresh]) each.close();
});

test('who is refused by the day has not used up his minute; an environment has a quota of its own', async () => {
  const partner = new Somebody('partner', 1);
  assert.equal((await partner.ask()).headers.ratelimit, undefined, 'live keys are not limited here');
  const session = JSON.parse(Buffer.from(partner.token.split('.')[1], 'base64url')).sid;
  house.database.sql(`UPDATE motcua.session SET environment = 'TEST' WHERE id = '${session}'`);
  // The record of the first request may be on its way to Redis still.
  let reply = await until('it is a test key', async () => {
    redis(env, 'DEL', `session:{${session}}`);
    const found = await partner.ask();
    return found.headers.ratelimit && found;
  });
  for (let i = 1; i <= 7; i++) {
    const { minute: ofMinute, day } = quotaOf(reply);
    assert.deepEqual([ofMinute.q, day.q, day.w, day.r], [100, 7, 86400, 7 - i]);
    if (i < 7) reply = await partner.ask();
  }
  const refused = await partner.ask();
  const seconds = assertRefused(refused);
  assert.ok(seconds > 3600, `${seconds} s`);
  assert.ok(quotaOf(refused).minute.r >= 93);
  partner.close();
});

test('of two at once that want the last one, one gets it', async () => {
  let rounds = 0;
  for (let tries = 0; tries < 10 && rounds < 5; tries++) {
    const citizen = new Somebody('citizen', 8);
    const started = Date.now();
    await Promise.all(Array.from({ length: 19 }, () => citizen.ask()));
    const both = await Promise.all([citizen.ask(), citizen.ask()]);
    citizen.close();
    if (Date.now() - started > 2500) continue; // in three seconds there is one more
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 429]);
    rounds++;
  }
  assert.ok(rounds > 0);
});

test('a burst over both processes gets its limit, give or take what one process holds', async () => {
  const officer = new Somebody('officer', 16);
  const started = Date.now();
  let passed = 0;
  for (let i = 0; i < 60; i++) {
    const replies = await Promise.all(Array.from({ length: 40 }, () => officer.ask()));
    passed += replies.filter(({ status }) => status === 200).length;
    assert.ok(replies.every(({ status }) => status === 200 || status === 429));
  }
  const refilled = Math.ceil((Date.now() - started) / 30);
  assert.ok(passed <= 2000 + refilled, `${passed} of 2000 and ${refilled} passed`);
  assert.ok(passed >= 1900, `${passed} of 2000 passed`);
  officer.close();
});

test('most requests of a busy client ask Redis nothing', async () => {
  const officer = new Somebody('officer', 1);
  const before = await house.metrics();
  for (let i = 0; i < 300; i++) await officer.ask();
  const after = await house.metrics();
  const spent = (from) => after[`motcua_quota_charges_total{from="${from}"}`] - before[`motcua_quota_charges_total{from="${from}"}`];
  assert.ok(spent('held') > 200, `${spent('held')} of 300 from what was held, ${spent('redis')} from Redis`);
  officer.close();
});

test('every carrier says when to come back', async () => {
  const citizen = new Somebody('citizen', 1);
  const [client] = citizen.clients;
  const stream = await client.events('subscription { dossierEvents { id } }', { token: citizen.token });
  assert.equal(quotaOf(stream).minute.q, 20, 'a stream that is opened says what is left');
  stream.close();
  const headers = { authorization: `Bearer ${citizen.token}`, 'content-type': 'application/json' };
  // Every three seconds there is one more, which would pass: asked until one is refused.
  const refusal = (what, ask, isRefused = ({ status }) => status === 429) => until(`${what} is refused`, async () => {
    const reply = await ask();
    return isRefused(reply) && reply;
  });
  const post = (accept, body) => client.request('POST', '/graphql', { ...headers, ...(accept && { accept }) }, JSON.stringify(body));
  await refusal('a request', () => citizen.ask());
  assertRefused(await refusal('a stream', async () => {
    const { stream: opened, ...found } = await client.stream('POST', '/graphql', { ...headers, accept: 'text/event-stream' },
      JSON.stringify({ query: 'subscription { dossierEvents { id } }' }));
    if (found.headers[':status'] === 200) { opened.close(); return { status: 200 }; }
    const text = (await opened.setEncoding('utf8').toArray()).join('');
    return { status: found.headers[':status'], headers: found.headers, text, json: JSON.parse(text) };
  }));
  assertRefused(await refusal('a query', () => post('application/json', { query: least })));
  const batch = await refusal('a batch', () => post(null, [{ query: least }, { query: least }]), ({ json }) => json.every(({ errors }) => errors));
  for (const { errors: [{ extensions }] } of batch.json) {
    assert.equal(extensions.code, 'RATE_LIMITED');
    assert.ok(extensions.retryAfterSeconds >= 1);
  }
  const socket = new WebSocket(`${house.origin.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', { ca: house.ca });
  const said = [];
  socket.on('message', (bytes) => said.push(JSON.parse(bytes)));
  await within('the socket opens', new Promise((resolve) => socket.on('open', resolve)));
  const say = (message) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization: `Bearer ${citizen.token}` } });
  await until('the acknowledgement', () => said.some(({ type }) => type === 'connection_ack'));
  let tries = 0;
  const { payload: [error] } = await until('the error', () => {
    say({ type: 'subscribe', id: `${tries++}`, payload: { query: least } });
    return said.find(({ type }) => type === 'error');
  });
  assert.equal(error.extensions.code, 'RATE_LIMITED');
  assert.ok(error.extensions.retryAfterSeconds >= 1);
  socket.close();
  citizen.close();
});

test('what is refused for another reason is not charged', async () => {
  const citizen = new Somebody('citizen', 1);
  for (const document of ['{', '{ nothing }', 'query($x: Int!) { procedures(first: $x) { nodes { code } } }']) {
    const reply = await citizen.ask(document);
    assert.equal(reply.headers.ratelimit, undefined, reply.text);
  }
  assert.equal(quotaOf(await citizen.ask()).minute.r, 19);
  citizen.close();
});

test('Redis is told no address and no session', async () => {
  const nobody = new Somebody(undefined, 1);
  const citizen = new Somebody('citizen', 1);
  await nobody.ask();
  await citizen.ask();
  const keys = redis(env, 'KEYS', 'quota:*').split('\n').filter(Boolean);
  for (const key of keys) assert.match(key, /^quota:\{[0-9a-f]{32}\}:(minute|day)$/);
  const values = keys.map((key) => redis(env, 'GET', key)).filter((value) => value !== '');
  assert.ok(values.length >= 2, 'those of these two, at least, are there still');
  for (const value of values) assert.match(value, /^\d{16}$/);
  for (const key of keys) assert.notEqual(redis(env, 'PTTL', key), '-1', 'it goes by itself');
  for (const each of [nobody, citizen]) each.close();
});

test('a script that Redis has forgotten is no reason to refuse', async () => {
  redis(env, 'SCRIPT', 'FLUSH');
  const citizen = new Somebody('citizen', 1);
  assert.equal(quotaOf(await citizen.ask()).minute.r, 19);
  citizen.close();
});

const signIn = `mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on RateLimited { code retryAfterSeconds } } }`;
const come = async (client, actor, device) => (await client.data(signIn,
  { variables: { input: { ...(await issuer.code(actor)), device } } })).signIn;
const guess = async (client, device) => (await client.data(signIn,
  { variables: { input: { ...(await issuer.code('citizen')), code: 'a guess', device } } })).signIn;
// Anonymous quotas of this file are small: an address each.
let addresses = 20;
const elsewhere = () => house.client({ tls: { localAddress: `127.0.0.${addresses++}` } });

function assertTooOften(reply, most) {
  assert.deepEqual([reply.__typename, reply.code], ['RateLimited', 'RATE_LIMITED'], JSON.stringify(reply));
  assert.ok(reply.retryAfterSeconds > most - 60 && reply.retryAfterSeconds <= most, `${reply.retryAfterSeconds} s`);
}

test('a number signs in so often in an hour, from wherever it comes; known and new alike', async () => {
  for (const actor of ['citizen2', 'newcomer']) {
    for (let i = 0; i < 3; i++) assert.equal((await come(elsewhere(), actor, `device ${i}`)).__typename, 'SignedIn');
    assertTooOften(await come(elsewhere(), actor, 'another device'), 1200);
  }
});

test('a device tries so often, whatever it sends; a device of the same name elsewhere is another', async () => {
  const [here, there] = [elsewhere(), elsewhere()];
  for (let i = 0; i < 5; i++) assert.equal((await guess(here, 'điện thoại')).__typename, 'NotAllowed');
  assertTooOften(await guess(here, 'điện thoại'), 720);
  assert.equal((await guess(there, 'điện thoại')).__typename, 'NotAllowed');
});

// A client, with its key uploaded or not.
async function tokenClient(known) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();
  let id = randomUUID();
  if (known) {
    house.database.sql('INSERT INTO partner (id) VALUES (5001) ON CONFLICT DO NOTHING');
    const jwk = JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' });
    id = house.database.sql(`WITH made AS (INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
      VALUES (5001, '${kid}', '${jwk}', 'LIVE', '{dossiers.read}', now() + interval '1 day') RETURNING partner) SELECT s.public_id FROM made JOIN subject s ON s.id = partner`);
  }
  return async (client, signer = privateKey) => {
    const assertion = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).setIssuer(id).setSubject(id)
      .setAudience('https://localhost:8443').setJti(randomUUID()).setIssuedAt().setExpirationTime('60s').sign(signer);
    return client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams({ grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }).toString());
  };
}

function assertNoToken(reply, most) {
  assert.equal(reply.status, 429, reply.text);
  assert.deepEqual(reply.json, { error: 'temporarily_unavailable' });
  const seconds = Number(reply.headers['retry-after']);
  assert.ok(seconds > most - 60 && seconds <= most, `${seconds} s`);
}

test('a client asks for a token so often from one address, known and unknown alike, and uses up nobody else\'s', async () => {
  const here = elsewhere();
  const [known, unknown] = [await tokenClient(true), await tokenClient(false)];
  const forger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  for (const expected of [200, 401, 200]) assert.equal((await known(here, expected === 401 ? forger : undefined)).status, expected, 'a refused one counts as a good one does');
  assertNoToken(await known(here), 1200);
  for (let i = 0; i < 3; i++) assert.equal((await unknown(here)).status, 401);
  assertNoToken(await unknown(here), 1200);
  assert.equal((await known(elsewhere())).status, 200, 'whoever names it elsewhere has not used it up');
});

test('an address asks for a token so often, whatever clients it names', async () => {
  const here = elsewhere();
  for (let i = 0; i < 8; i++) assert.equal((await (await tokenClient(false))(here)).status, 401);
  assertNoToken(await (await tokenClient(true))(here), 450);
  assert.equal((await (await tokenClient(true))(elsewhere())).status, 200);
});

test('in a batch nobody signs in', async () => {
  const [reply] = (await elsewhere().request('POST', '/graphql', { 'content-type': 'application/json' },
    JSON.stringify([{ query: signIn, variables: { input: { ...(await issuer.code('citizen')), device: 'x' } } }]))).json;
  assert.equal(reply.data, undefined);
  assert.equal(reply.errors[0].message, 'A mutation that signs in is not sent in a batch.');
});

test('without Redis each process gives its share; with Redis again all of it', async () => {
  await services('kill-redis');
  const citizen = new Somebody('citizen', 1);
  const replies = [];
  const started = Date.now();
  for (let i = 0; i < 30; i++) replies.push(await citizen.ask());
  const passed = replies.filter(({ status }) => status === 200);
  const refilled = Math.ceil((Date.now() - started) / 6000);
  assert.ok(passed.length >= 10 && passed.length <= 11 + refilled, `${passed.length} of half of 20, ${refilled} came back`);
  const refused = replies.find(({ status }) => status === 429);
  const seconds = assertRefused(refused);
  assert.ok(seconds <= 6, `${seconds} s`);
  const { motcua_quota_charges_total: _, ...counters } = await house.metrics();
  assert.ok(counters['motcua_quota_charges_total{from="share"}'] >= 10);
  await services('start-redis');
  const other = new Somebody('citizen', 1);
  await until('Redis counts again', async () => {
    const { minute: quota } = quotaOf(await other.ask());
    await sleep(200);
    return quota.r > 10;
  });
  for (const each of [citizen, other]) each.close();
});
