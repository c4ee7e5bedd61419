// Who is let in: a good token of a session that lives, and nothing else; what needs no session, works without.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import { House, end, key, redis, secondMs, until } from './support.mjs';

let house;
let client;
before(async () => {
  house = await House.start('sessions', { settings: { MOTCUA_PROCESSES: '2' } });
  client = house.client();
});
after(() => house.stop());

const who = '{ viewer { name kind } }';
const secret = () => {
  const [name, text] = readFileSync(join(house.state, 'token.keys'), 'utf8').trim().split(':');
  return { name, bytes: Buffer.from(text, 'base64url') };
};

// The good token again, with its header, claims or key made otherwise.
function resign(token, { header = {}, claims = {}, bytes = secret().bytes } = {}) {
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ ...decodeProtectedHeader(token), ...header }).sign(bytes);
}

async function assertRefused(token, why) {
  const reply = await client.post(who, { token });
  assert.equal(reply.status, 401, `${why}: ${reply.text}`);
  assert.match(reply.headers['www-authenticate'], /^Bearer .*error="invalid_token"/, why);
  assert.equal(reply.json.errors[0].extensions.code, 'UNAUTHENTICATED', why);
  assert.equal(reply.json.data, undefined, why);
}

test('without a session public fields work, viewer is null, private fields say UNAUTHENTICATED', async () => {
  const open = await client.data('{ viewer { name } procedures(first: 1) { nodes { code } } }');
  assert.equal(open.viewer, null);
  assert.equal(open.procedures.nodes.length, 1);
  for (const [field, document] of [
    ['events', '{ events { nodes { id } } }'],
    ['dossier', '{ dossier(code: "H29.101-260101-0001") { id } }'],
    ['endSession', `mutation { endSession(input: { idempotencyKey: "x" }) { __typename } }`],
    ['registerDevice', `mutation { registerDevice(input: { idempotencyKey: "x", kind: FCM, address: "12345678" }) { __typename } }`],
  ]) {
    const { json } = await client.post(document);
    assert.equal(json.errors?.[0].extensions.code, 'UNAUTHENTICATED', `${field}: ${JSON.stringify(json)}`);
    assert.deepEqual(json.errors[0].path, [field]);
  }
});

test('without a session there is no stream, and it is said on the stream', async () => {
  const stream = await client.events('subscription { dossierEvents { id } }');
  await stream.end();
  assert.equal(stream.results[0].errors[0].extensions.code, 'UNAUTHENTICATED');
  assert.ok(stream.complete);
});

test('a token of ours names its person', async () => {
  const { viewer } = await client.data(who, { token: house.token('citizen') });
  assert.equal(viewer.kind, 'CITIZEN');
  assert.equal((await client.data(who, { token: house.token('officer') })).viewer.kind, 'OFFICER');
  assert.equal((await client.data(who, { token: house.token('partner') })).viewer.kind, 'PARTNER');
});

test('a token made again by the right key is good: what follows is refused for its one fault', async () => {
  const token = await resign(house.token('citizen'));
  assert.equal((await client.post(who, { token })).status, 200);
});

test('an expired token is refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const token = house.token('citizen');
  await assertRefused(await resign(token, { claims: { iat: now - 700, nbf: now - 700, exp: now - 100 } }), 'expired');
});

test('a forged or changed token is refused', async () => {
  const token = house.token('citizen');
  const [header, claims, signature] = token.split('.');
  const other = decodeJwt(house.token('officer'));
  const changed = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: other.sub })).toString('base64url');
  const { privateKey } = await generateKeyPair('ES256');
  const forgeries = {
    'another key': await resign(token, { bytes: Buffer.alloc(32, 7) }),
    'another audience': await resign(token, { claims: { aud: 'somebody' } }),
    'another issuer': await resign(token, { claims: { iss: 'somebody' } }),
    'an unknown key id': await resign(token, { header: { kid: 'other' } }),
    'no key id': await resign(token, { header: { kid: undefined } }),
    'HS512 with our key': await resign(token, { header: { alg: 'HS512' }, bytes: Buffer.concat([secret().bytes, Buffer.alloc(32)]) }),
    'HS384 with our key': await new SignJWT(decodeJwt(token)).setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'HS384' })
      .sign(Buffer.concat([secret().bytes, Buffer.alloc(32)])),
    'alg none': new UnsecuredJWT(decodeJwt(token)).encode(),
    'ES256 of a stranger': await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'ES256' }).sign(privateKey),
    'alg changed in the header': `${Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), alg: 'none' })).toString('base64url')}.${claims}.${signature}`,
    'changed claims': `${header}.${changed}.${signature}`,
    'a changed signature': `${header}.${claims}.${signature.slice(0, -2)}${signature.endsWith('AA') ? 'BB' : 'AA'}`,
    'no signature': `${header}.${claims}.`,
    'two parts': `${header}.${claims}`,
    'no token at all': 'x',
    'padding': `${token}=`,
  };
  for (const [why, forgery] of Object.entries(forgeries)) await assertRefused(forgery, why);
  assert.equal((await client.post(who, { token })).status, 200, 'the token itself is good');
});

test('another scheme is refused as a bad token', async () => {
  const reply = await client.request('POST', '/graphql', { authorization: 'Basic YTpi', 'content-type': 'application/json' },
    JSON.stringify({ query: who }));
  assert.equal(reply.status, 401);
  assert.match(reply.headers['www-authenticate'], /^Bearer /);
});

test('endSession ends it at once in every process', async () => {
  const token = house.token('citizen');
  const peers = Array.from({ length: 16 }, () => house.client());
  for (const peer of peers) assert.equal((await peer.post(who, { token })).status, 200);
  const { endSession } = await client.data(end, { token, variables: { input: { idempotencyKey: key() } } });
  assert.match(endSession.at ?? '', /\+07:00$/, JSON.stringify(endSession));
  for (const peer of peers) {
    const reply = await peer.post(who, { token });
    assert.equal(reply.status, 401);
    assert.match(reply.headers['www-authenticate'], /^Bearer /);
    peer.close();
  }
});

test('a session that is known is asked for once, and again when Redis tells of a change of its record', async () => {
  const one = await House.start('known', { database: house.database });
  try {
    const own = one.client();
    const token = one.token('citizen');
    const asked = async () => {
      const found = await one.metrics();
      return ['memory', 'redis', 'postgresql'].map((from) => found[`motcua_session_records_total{from="${from}"}`]);
    };
    await until('it is known', async () => {
      assert.equal((await own.post(who, { token })).status, 200);
      return (await asked())[0] > 0;
    });
    const before = await asked();
    for (let i = 0; i < 20; i++) assert.equal((await own.post(who, { token })).status, 200);
    assert.deepEqual((await asked()).map((count, from) => count - before[from]), [20, 0, 0]);
    redis(one.env, 'DEL', `session:{${decodeJwt(token).sid}}`);
    assert.equal((await own.post(who, { token })).status, 200);
    assert.deepEqual((await asked()).map((count, from) => count - before[from]), [20, 0, 1]);
  } finally {
    await one.stop();
  }
});

test('one session ends and another of the same person goes on', async () => {
  const [one, other] = [house.token('citizen'), house.token('citizen')];
  await client.data(end, { token: one, variables: { input: { idempotencyKey: key() } } });
  assert.equal((await client.post(who, { token: one })).status, 401);
  assert.equal((await client.post(who, { token: other })).status, 200);
});

test('a record that is broken or gone is read from the database again', async () => {
  const token = house.token('citizen');
  const record = `session:{${decodeJwt(token).sid}}`;
  const name = async () => (await client.data('{ viewer { name } }', { token })).viewer.name;
  const own = await name();
  for (const broken of ['{"kind":"KING"}', '', 'null', '[]', 'x'.repeat(100)]) {
    assert.equal(redis(house.env, 'SET', record, broken), 'OK');
    assert.equal(await name(), own, broken);
  }
  redis(house.env, 'DEL', record);
  assert.equal(await name(), own);
});

test('an ended session stays ended, whatever record of it Redis holds', async () => {
  const token = house.token('citizen');
  const record = `session:{${decodeJwt(token).sid}}`;
  await client.data('{ viewer { name } }', { token });
  const kept = await until('the record is kept', () => redis(house.env, 'GET', record));
  assert.match(kept, /"kind":"CITIZEN"/);
  await client.data(end, { token, variables: { input: { idempotencyKey: key() } } });
  assert.equal(redis(house.env, 'SET', record, kept), 'OK');
  await assertRefused(token, 'in the process that ended it');
  const peers = Array.from({ length: 8 }, () => house.client());
  for (const peer of peers) await until('every process knows', async () => (await peer.post(who, { token })).status === 401, secondMs);
  for (const peer of peers) {
    assert.equal((await peer.post(who, { token })).status, 401, 'and goes on knowing');
    peer.close();
  }
});

test('endOtherSessions leaves the one that asks', async () => {
  const [mine, ...others] = ['citizen2', 'citizen2', 'citizen2'].map((actor) => house.token(actor));
  const { endOtherSessions } = await client.data(`mutation($input: EndOtherSessionsInput!) {
    endOtherSessions(input: $input) { ... on OtherSessionsEnded { count } } }`, { token: mine, variables: { input: { idempotencyKey: key() } } });
  assert.ok(endOtherSessions.count >= 2, JSON.stringify(endOtherSessions));
  for (const token of others) {
    await until('the other session has ended', async () => (await client.post(who, { token })).status === 401, secondMs);
    await assertRefused(token, 'another session');
  }
  assert.equal((await client.post(who, { token: mine })).status, 200);
});
