// The log of requests: each leaves exactly one line, found by the id of its reply, which says what it cost and not whose it was.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { House, end, key, patience, sleep, until, within } from './support.mjs';

const json = 'application/json';
const home = 'query AppHome { viewer { id } }';
const homeId = createHash('sha256').update(home).digest('hex');
const invented = 'Nguyen_Thi_An';
const events = 'subscription Watch { dossierEvents { id } }';

let house;
let client;
let folder;
const tokens = {};
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'motcua-documents-'));
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ [homeId]: home }));
  house = await House.start('request_log', { settings: { ...patience, MOTCUA_DOCUMENTS_DIR: folder, MOTCUA_BATCH_MAX: '5' } });
  for (const actor of ['citizen', 'partner', 'officer']) tokens[actor] = house.token(actor);
  client = house.client();
});
after(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

// A logfmt line as an object.
const line = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+07:00( [a-z_]+=[^ "=]+)+$/;
function parse(text) {
  assert.match(text, line);
  return Object.fromEntries(text.split(' ').slice(1).map((field) => field.split('=')));
}
const whole = () => house.server.log.slice(0, house.server.log.lastIndexOf('\n') + 1).split('\n').filter(Boolean);
const requests = () => whole().filter((text) => text.includes(' event=request ')).map(parse);
const withId = (id) => requests().filter((found) => found.id === id);

// All that are there a little after the first: one too many would show.
async function linesOf(id, count = 1) {
  assert.match(id, /^[0-9a-f]{16}$/);
  await until(`a line of ${id}`, () => withId(id).length >= count);
  await sleep(50);
  const found = withId(id);
  assert.equal(found.length, count, JSON.stringify(found));
  return found;
}
async function lineOf(reply, expected) {
  const [found] = await linesOf(reply.headers['x-request-id']);
  for (const [name, value] of Object.entries(expected)) assert.equal(found[name], value, `${name}: ${JSON.stringify(found)}`);
  return found;
}
const send = (body, headers = {}) => client.request('POST', '/graphql', { 'content-type': json, accept: 'application/graphql-response+json', ...headers },
  typeof body === 'string' ? body : JSON.stringify(body));
const bearer = (actor) => ({ authorization: `Bearer ${tokens[actor]}` });

test('a line says who by kind, what, at what cost and how it ended', async () => {
  const found = await lineOf(await send({ query: '{ viewer { dossiers(first: 3) { nodes { timeline(last: 2) { nodes { id } } } } } }' }, bearer('citizen')),
    { level: 'info', over: 'http', principal: 'CITIZEN', kind: 'query', levels: '2', statements: '2', status: 'MC_OK', http: '200' });
  assert.deepEqual(Object.keys(found), ['level', 'who', 'pid', 'event', 'id', 'over', 'principal', 'kind', 'levels', 'statements', 'ms', 'bytes', 'status', 'http']);
  assert.match(found.ms, /^\d+$/);
  const reply = await send({ query: '{ __typename }' });
  await lineOf(reply, { principal: 'NONE', levels: '0', statements: '0', bytes: String(reply.text.length) });
  for (const actor of ['partner', 'officer']) await lineOf(await send({ query: '{ viewer { id } }' }, bearer(actor)), { principal: actor.toUpperCase() });
});

test('a name stands there when a manifest gives it, else only its hash', async () => {
  await lineOf(await send({ documentId: homeId }, bearer('citizen')), { operation: 'AppHome', operation_hash: undefined });
  const first = await lineOf(await send({ query: `query ${invented} { __typename }` }), { operation: undefined });
  const second = await lineOf(await send({ query: `query ${invented} { viewer { id } }` }), { operation_hash: first.operation_hash });
  assert.match(second.operation_hash, /^[0-9a-f]{16}$/);
  const other = await lineOf(await send({ query: 'query Other { __typename }' }), {});
  assert.notEqual(other.operation_hash, first.operation_hash);
});

const refused = [
  ['no JSON', () => send('{"query": '), { route: '/graphql', http: '400' }],
  ['no media type', () => client.request('POST', '/graphql', { accept: json }, '{}'), { route: '/graphql', http: '415' }],
  ['no document', () => send({}), { route: '/graphql', http: '400' }],
  ['a method', () => client.request('PUT', '/graphql', { 'content-type': json }, '{}'), { route: '/graphql', http: '405' }],
  ['no path of ours', () => client.get(`/${invented}`), { route: 'none', http: '404' }],
  ['too long a path', () => client.get(`/${'x'.repeat(9000)}`), { route: 'none', http: '414' }],
  ['health', () => client.get('/healthz'), { route: '/healthz', http: '200' }],
  ['readiness', () => client.get('/readyz'), { route: '/readyz', http: '200' }],
  ['metrics', () => client.get('/metrics'), { route: '/metrics', http: '200' }],
  ['a token', () => client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, 'x=1'), { route: '/oauth/token', http: '400' }],
  ['a syntax error', () => send({ query: '{' }), { status: 'MC_SYNTAX', http: '400' }],
  ['an unknown field', () => send({ query: '{ nothing }' }), { status: 'MC_INVALID', http: '400' }],
  ['a wrong variable', () => send({ query: 'query($c: String!) { dossier(code: $c) { id } }' }), { status: 'MC_BAD_INPUT', kind: 'query' }],
  ['a forged token', () => send({ query: '{ __typename }' }, { authorization: `Bearer ${invented}` }), { status: 'MC_UNAUTHENTICATED', http: '401', principal: 'NONE' }],
  ['a change by GET', () => client.get(`/graphql?query=${encodeURIComponent('mutation($i: EndSessionInput!) { endSession(input: $i) { __typename } }')}`, { accept: json }),
    { status: 'MC_METHOD', http: '405', kind: 'mutation' }],
  ['a document that costs too much', () => send({ query: `{ viewer { dossiers(first: 100) { nodes { timeline(last: 100) { nodes { dossier { id } } } } } } }` }, bearer('citizen')),
    { status: 'MC_COST', levels: '0' }],
];
for (const [what, work, expected] of refused) {
  test(`${what} leaves one line`, async () => { await lineOf(await work(), expected); });
}

test('a change has its line, and what it asked', async () => {
  const found = await lineOf(await send({ query: end, variables: { input: { idempotencyKey: key() } } }, { authorization: `Bearer ${house.token('citizen')}` }),
    { kind: 'mutation', principal: 'CITIZEN', status: 'MC_OK' });
  assert.ok(Number(found.bytes) > 0);
});

test('each operation of a batch has a line, under the id of the request', async () => {
  const reply = await send([{ query: '{ __typename }' }, { query: '{ nothing }' }, { query: 1 }, { documentId: homeId }], { accept: json, ...bearer('citizen') });
  const found = await linesOf(reply.headers['x-request-id'], 4);
  assert.deepEqual(found.map(({ part, status, over }) => [part, status, over]),
    [['1', 'MC_OK', 'batch'], ['2', 'MC_INVALID', 'batch'], ['3', 'MC_BAD_INPUT', 'batch'], ['4', 'MC_OK', 'batch']]);
});

test('who leaves before the answer leaves a line, and only one', async () => {
  const holder = house.database.session();
  const mine = () => requests().filter(({ principal }) => principal === 'OFFICER');
  try {
    await holder.sql('BEGIN; LOCK TABLE motcua.dossier IN ACCESS EXCLUSIVE MODE');
    const before = mine().length;
    const leaver = house.client();
    const stream = leaver.session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': json, accept: json, ...bearer('officer') });
    stream.on('error', () => {});
    stream.end(JSON.stringify({ query: '{ viewer { dossiers(first: 3) { nodes { code } } } }' }));
    await until('it waits for the database', () => house.database.sql(`SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND d.datname = current_database()`) !== '0');
    assert.equal(mine().length, before);
    stream.close(8);
    await until('its line', () => mine().length > before);
    await sleep(100);
    assert.deepEqual(mine().slice(before).map(({ status, http, over }) => [status, http, over]), [['MC_CANCELLED', undefined, 'http']]);
    leaver.close();
  } finally {
    await holder.end();
  }
});

test('a stream has one line, when it ends', async () => {
  const stream = await client.events(events, { token: tokens.citizen });
  const id = stream.headers['x-request-id'];
  assert.equal(stream.status, 200);
  await sleep(100);
  assert.deepEqual(withId(id), []);
  stream.close();
  const [found] = await linesOf(id);
  assert.deepEqual([found.over, found.kind, found.status, found.http], ['sse', 'subscription', 'MC_CANCELLED', '200']);
  const refusedReply = await client.events(events, {});
  const [line] = await linesOf(refusedReply.headers['x-request-id']);
  assert.deepEqual([line.over, line.principal, line.status], ['sse', 'NONE', 'MC_UNAUTHENTICATED']);
});

test('a WebSocket has a line for its handshake and one for each operation', async () => {
  const socket = new WebSocket(`${house.origin.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', { ca: house.ca });
  const came = [];
  socket.on('message', (data) => came.push(JSON.parse(data)));
  await within('the socket opens', new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); }));
  const say = (message) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: { authorization: `Bearer ${tokens.citizen}` } });
  await until('the socket is ready', () => came.some(({ type }) => type === 'connection_ack'));
  say({ id: invented, type: 'subscribe', payload: { query: '{ viewer { id } }' } });
  await until('an answer', () => came.some(({ type }) => type === 'complete'));
  say({ id: 'second', type: 'subscribe', payload: { query: events, extensions: { x: invented } } });
  say({ id: 'third', type: 'subscribe', payload: { query: 7 } });
  await until('a refusal', () => came.some(({ type }) => type === 'error'));
  socket.close();
  await until('all lines', () => requests().filter(({ over }) => over === 'websocket').length === 3 && requests().some(({ http }) => http === '101'));
  const lines = requests().filter(({ over }) => over === 'websocket').sort((a, b) => a.part - b.part);
  assert.deepEqual(lines.map(({ part, kind, status }) => [part, kind, status]),
    [['1', 'query', 'MC_OK'], ['2', 'subscription', 'MC_CANCELLED'], ['3', undefined, 'MC_BAD_INPUT']]);
  const handshakes = requests().filter(({ http }) => http === '101');
  assert.deepEqual(handshakes.map(({ id, route }) => [id, route]), [[lines[0].id, '/graphql']]);
});

test('nothing that a client sends stands in the log', async () => {
  const headers = Object.fromEntries(['x-request-id', 'traceparent', 'user-agent', 'cookie', 'last-event-id', 'apollographql-client-name', 'x-forwarded-for']
    .map((name) => [name, invented]));
  const variables = { c: invented, i: { idempotencyKey: invented, kind: 'FCM', address: invented } };
  const replies = [await send({ query: `query ${invented}($c: String!) { ${invented}: dossier(code: $c) { id } }`, operationName: invented, variables }, { ...headers, ...bearer('citizen') }),
    await send({ query: `mutation ${invented}($i: RegisterDeviceInput!) { registerDevice(input: $i) { __typename } }`, variables }, { ...headers, ...bearer('citizen') }),
    await send({ query: `query A { viewer { ${invented} } }`, operationName: invented }, headers),
    await send({ documentId: invented, operationName: invented }, headers),
    await client.get(`/graphql?query=${invented}&x=${invented}`, { accept: json, ...headers }),
    await client.request(invented.toUpperCase(), `/healthz?${invented}`, headers),
    await client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded', ...headers }, `client_id=${invented}&grant_type=${invented}`)];
  for (const reply of replies) {
    assert.notEqual(reply.headers['x-request-id'], invented);
    await lineOf(reply, {});
  }
  assert.doesNotMatch(house.server.log, new RegExp(invented, 'i'));
  assert.ok(whole().every((text) => line.test(text) || !text.includes('event=request')));
});

test('the setting MOTCUA_LOG_REQUESTS turns the lines off, not the ids', async () => {
  const quiet = await House.start('request_log_off', { database: house.database, settings: { MOTCUA_LOG_REQUESTS: 'no' } });
  const reply = await quiet.client().post('{ __typename }');
  assert.match(reply.headers['x-request-id'], /^[0-9a-f]{16}$/);
  await quiet.stop();
  assert.doesNotMatch(quiet.server.log, /event=request /);
});

test('ids of two processes differ', async () => {
  const two = await House.start('request_log_two', { database: house.database, settings: { MOTCUA_PROCESSES: '2' } });
  await Promise.all(Array.from({ length: 40 }, async () => {
    const each = two.client();
    await each.post('{ __typename }');
    each.close();
  }));
  await two.stop();
  const lines = two.server.log.split('\n').filter((text) => text.includes('event=request ')).map(parse);
  assert.equal(new Set(lines.map(({ who }) => who)).size, 2);
  assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
});
