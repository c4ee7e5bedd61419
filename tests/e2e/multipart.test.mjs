// Subscriptions as multipart/mixed (Apollo, subscriptionSpec 1.0), read by hand as RFC 2046 says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, end, handIn, key, place, until } from './support.mjs';

let house;
let client;
let citizen;
before(async () => {
  house = await House.start('multipart', { settings: { MOTCUA_STREAM_HEARTBEAT_S: '1' } });
  client = house.client();
  citizen = house.token('citizen');
  house.database.number();
});
after(() => house.stop());

const accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json';
const events = 'subscription { dossierEvents { id event } }';

async function open(query, { token = citizen, method = 'POST', path = '/graphql' } = {}) {
  const { stream, headers } = await client.stream(method, path, { authorization: `Bearer ${token}`, accept,
    ...(method === 'POST' && { 'content-type': 'application/json' }) }, method === 'POST' ? JSON.stringify({ query }) : undefined);
  const found = { headers, text: '', ended: false, close: () => stream.close(),
    // The bodies between two boundaries, each with headers of its own.
    get parts() {
      const [first, ...rest] = found.text.split('\r\n--graphql');
      const bodies = [first.replace(/^--graphql/, ''), ...rest].slice(0, -1);
      return bodies.map((part) => {
        const at = part.indexOf('\r\n\r\n');
        assert.match(part.slice(0, at), /^\r\ncontent-type: application\/json$/);
        return JSON.parse(part.slice(at + 4));
      });
    } };
  stream.setEncoding('utf8').on('data', (chunk) => { found.text += chunk; }).on('end', () => { found.ended = true; });
  return found;
}

test('each event is a part that can be read as soon as it has come, with its cursor', async () => {
  const stream = await open(events);
  assert.equal(stream.headers[':status'], 200);
  assert.match(stream.headers['content-type'], /^multipart\/mixed; ?boundary="?graphql"?; ?subscriptionSpec="?1\.0"?$/);
  assert.equal(stream.headers['cache-control'], 'private, no-store, no-transform');
  await until('the first boundary', () => stream.text.startsWith('--graphql'));
  const { event } = await handIn(client, citizen, place(house.database));
  house.ring();
  const payloads = () => stream.parts.filter(({ payload }) => payload).map(({ payload }) => payload);
  await until('two events', () => payloads().length === 2);
  assert.deepEqual(payloads().map(({ data }) => data.dossierEvents.event), ['createDraft', 'submit']);
  assert.equal(payloads()[1].data.dossierEvents.id, event.id);
  assert.match(payloads()[1].extensions.cursor, /^\S+$/);
  stream.close();
});

test('a quiet stream shows that it lives by an empty part', async () => {
  const stream = await open(events);
  await until('two signs of life', () => stream.parts.length >= 2);
  assert.deepEqual(stream.parts[0], {});
  assert.equal(stream.ended, false);
  stream.close();
});

test('the end of the session is an error of the transport and the last boundary', async () => {
  const token = house.token('citizen');
  const stream = await open(events, { token });
  await until('the first boundary', () => stream.text !== '');
  await client.data(end, { token, variables: { input: { idempotencyKey: key() } } });
  await until('the end', () => stream.ended);
  const last = stream.parts.at(-1);
  assert.equal(last.payload, null);
  assert.equal(last.errors[0].extensions.code, 'UNAUTHENTICATED');
  assert.ok(stream.text.endsWith('\r\n--graphql--\r\n'));
});

test('by GET too; a query and a refused document are answered as JSON', async () => {
  const stream = await open(null, { method: 'GET', path: `/graphql?query=${encodeURIComponent(events)}` });
  await until('the first boundary', () => stream.text.startsWith('--graphql'));
  stream.close();
  for (const [document, check] of [
    ['{ viewer { kind } }', ({ data }) => assert.equal(data.viewer.kind, 'CITIZEN')],
    ['subscription { nothing }', ({ errors }) => assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')],
    ['subscription { a: dossierEvents { id } b: dossierEvents { id } }',
      ({ errors }) => assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')],
  ]) {
    const reply = await open(document);
    await until('the end', () => reply.ended);
    assert.match(reply.headers['content-type'], /^application\/json/);
    check(JSON.parse(reply.text));
  }
});

test('without subscriptionSpec nobody is sent parts', async () => {
  const { status, json } = await client.request('POST', '/graphql', { authorization: `Bearer ${citizen}`,
    accept: 'multipart/mixed', 'content-type': 'application/json' }, JSON.stringify({ query: events }));
  assert.equal(status, 406);
  assert.ok(json.errors[0].message);
});

test('at the end of the server there is no last boundary, so that the client comes back', async () => {
  const own = await House.start('parts', { database: house.database });
  try {
    const peer = own.client();
    const { stream } = await peer.stream('POST', '/graphql', { authorization: `Bearer ${own.token('citizen')}`, accept,
      'content-type': 'application/json' }, JSON.stringify({ query: events }));
    let text = '';
    let ended = false;
    stream.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => { ended = true; });
    await until('the first boundary', () => text !== '');
    await own.server.stop();
    await until('the end', () => ended);
    assert.ok(!text.includes('--graphql--'));
  } finally {
    await own.stop();
  }
});
