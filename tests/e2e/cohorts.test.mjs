// Cohorts: equal streams cost one execution an event, and never share with anybody who is not equal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { House, acceptIt, end, endOfFeed, guardMs, handIn, key, place, redis, sleep, until, within } from './support.mjs';

let house;
let client;
let where;
before(async () => {
  house = await House.start('cohorts', { settings: { MOTCUA_STREAM_QUEUE_BYTES: '8192', MOTCUA_GUARD_UNREAD_TIMEOUT_MS: '60000',
    MOTCUA_WEBSOCKET_PING_S: '60' } });
  client = house.client();
  where = place(house.database);
  house.database.number();
});
after(() => house.stop());

const watch = 'subscription($code: String, $after: Cursor) { dossierEvents(code: $code, after: $after) { id event dossier { code state } } }';
const ids = (list) => list.map((result) => result.data.dossierEvents.id);

const runs = async () => (await house.metrics()).motcua_stream_runs_total ?? 0;
// Of that many streams: the gauges may be a second old, and tell of some only. Streams that have joined have begun.
const cohorts = async (count, streams) => until(`${count} cohorts of ${streams} streams`, async () => {
  const { motcua_stream_cohorts: now, motcua_streams: open } = await house.metrics();
  return now === count && open === streams;
});

// The three carriers, each with the results it was told and a way to stop reading.
const carriers = {
  async sse(token, variables, query = watch, headers = {}) {
    const peer = house.client();
    const stream = await peer.events(query, { token, variables, headers });
    return { get results() { return stream.results; }, get cursors() { return stream.list.map(({ id }) => id).filter(Boolean); },
      pause: () => stream.stream.pause(), resume: () => stream.stream.resume(), close: () => peer.close() };
  },
  async multipart(token, variables, query = watch) {
    const peer = house.client();
    const { stream, headers } = await peer.stream('POST', '/graphql', { authorization: `Bearer ${token}`,
      accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json', 'content-type': 'application/json' },
    JSON.stringify({ query, variables }));
    assert.match(headers['content-type'], /^multipart\/mixed/);
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    return { get results() { return text === '' ? [] : parts(text).filter(({ payload }) => payload).map(({ payload }) => payload); },
      get cursors() { return this.results.map(({ extensions }) => extensions.cursor); },
      pause: () => stream.pause(), resume: () => stream.resume(), close: () => peer.close() };
  },
  async websocket(token, variables, query = watch) {
    const socket = new WebSocket(`${house.origin.replace('https', 'wss')}/graphql`, 'graphql-transport-ws', { ca: house.ca });
    const results = [];
    const say = (message) => socket.send(JSON.stringify(message));
    let acknowledged = false;
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(data);
      if (type === 'next') results.push(payload);
      if (type === 'connection_ack') acknowledged = true;
    });
    await within('the socket opens', new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); }));
    say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await until('connection_ack', () => acknowledged);
    say({ id: '1', type: 'subscribe', payload: { query, variables } });
    return { results, get cursors() { return results.map(({ extensions }) => extensions.cursor); },
      pause: () => socket.pause(), resume: () => socket.resume(), close: () => socket.terminate() };
  },
};

// A reader of multipart/mixed by hand (RFC 2046): the JSON of each part that has arrived whole.
function parts(text) {
  assert.ok('--graphql'.startsWith(text.slice(0, 9)));
  return text.split('\r\n--graphql').slice(0, -1).map((part) => JSON.parse(part.slice(part.indexOf('\r\n\r\n') + 4)));
}

// Who is alone has begun when it is told something.
async function begun(streams, token) {
  await until('each stream has begun', async () => {
    const { event } = await handIn(client, token, where);
    house.ring();
    const isTold = ({ results }) => results.at(-1)?.data.dossierEvents.id === event.id;
    return until('each is told', () => streams.every(isTold), 2000).catch(() => false);
  });
}

const told = (streams, count, withinMs) => Promise.all(streams.map((stream) => until(`${count} results`, () => stream.results.length >= count, withinMs)));
async function closeAll(streams) {
  for (const stream of streams) stream.close();
  await cohorts(0, 0);
}

test('equal streams over all carriers and two sessions cost one run an event', async () => {
  const tokens = [house.token('citizen'), house.token('citizen')];
  const streams = [];
  for (let i = 0; i < 12; i++) streams.push(await Object.values(carriers)[i % 3](tokens[i % 2]));
  await cohorts(1, 12);
  const before = await house.metrics();
  for (let i = 0; i < 3; i++) await handIn(client, tokens[0], where);
  house.ring();
  await told(streams, 6);
  const now = await house.metrics();
  assert.equal(now.motcua_stream_runs_total - (before.motcua_stream_runs_total ?? 0), 6);
  assert.equal(now.motcua_stream_events_total - (before.motcua_stream_events_total ?? 0), 6 * 12);
  for (const stream of streams) assert.deepEqual(ids(stream.results), ids(streams[0].results));
  for (const stream of streams) assert.deepEqual(stream.cursors, streams[0].cursors);
  await closeAll(streams);
});

test('who differs in anything shares with nobody', async () => {
  // The citizen, with a session whose record says something else.
  const other = async (changes) => {
    const token = house.token('citizen');
    await client.data('{ viewer { id } }', { token }); // so that Redis has its record
    const record = `session:{${JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid}}`;
    const kept = await until('the record is kept', () => redis(house.env, 'GET', record));
    redis(house.env, 'SET', record, JSON.stringify({ ...JSON.parse(kept), ...changes }));
    return token;
  };
  const citizen = house.token('citizen');
  const mine = await handIn(client, citizen, where);
  house.ring();
  const rows = [
    ['the viewer', citizen], ['another citizen', house.token('citizen2')], ['an officer', house.token('officer')],
    ['a locale', await other({ locale: 'en' })], ['rights', await other({ subjects: '' })],
    ['variables', citizen, { code: mine.code }],
    ['a document, be it by one blank', citizen, undefined, `${watch} `],
    ['another selection', citizen, undefined, 'subscription { dossierEvents { id } }'],
    ['scopes', await other({ scopes: 'read' })], ['an environment', await other({ environment: 'TEST' })],
  ];
  const streams = [];
  for (const [, token, variables, query] of rows) streams.push(await carriers.sse(token, variables, query));
  await cohorts(rows.length, rows.length);
  const hears = [0, 2, 3, 6, 7, 8, 9].map((i) => streams[i]);
  await begun(hears, citizen);
  await cohorts(rows.length, rows.length);
  const before = await runs();
  const { event } = await handIn(client, citizen, where);
  house.ring();
  await Promise.all(hears.map((stream) => until('the event', () => stream.results.at(-1).data.dossierEvents.id === event.id)));
  assert.equal(await runs() - before, 2 * hears.length);
  for (const i of [1, 4, 5]) assert.equal(streams[i].results.length, 0, rows[i][0]);
  await closeAll(streams);
});

test('a right that was taken away counts from the next event on, also beside equal streams', async () => {
  const [citizen, citizen2] = [house.token('citizen'), house.token('citizen2')];
  const granted = await handIn(client, citizen, where);
  house.ring();
  const grantee = '2';
  house.database.sql(`INSERT INTO motcua.dossier_grant (dossier, grantee, applicant, granted_by, purpose, until)
    SELECT id, ${grantee}, applicant, applicant, 'test', now() + interval '1 hour' FROM motcua.dossier WHERE code = '${granted.code}'`);
  const about = { code: granted.code, after: await endOfFeed(client, citizen) };
  const owner = await carriers.sse(citizen, about);
  const grantees = [await carriers.sse(citizen2, about), await carriers.websocket(citizen2, about)];
  await cohorts(2, 3);
  // The ring does not name grantees: they read without one.
  const step = (changed) => {
    assert.ok(changed.event, JSON.stringify(changed));
    house.ring();
  };
  const officer = house.token('officer');
  step(await acceptIt(client, officer, granted.code));
  await told([owner, ...grantees], 1);
  assert.equal(owner.results.length, 1);
  house.database.sql(`UPDATE motcua.dossier_grant SET revoked_at = now() WHERE grantee = ${grantee}`);
  step((await client.data(`mutation($input: AssignDossierInput!) { assignDossier(input: $input) {
    ... on DossierChanged { event { id } } } }`, { token: officer,
    variables: { input: { idempotencyKey: key(), code: granted.code } } })).assignDossier);
  await told([owner], 2);
  await sleep(6000);
  for (const stream of grantees) assert.equal(stream.results.length, 1, 'nothing after the grant was revoked');
  await closeAll([owner, ...grantees]);
});

test('who comes back from further behind catches up alone, then runs with the others', async () => {
  const token = house.token('citizen');
  const first = await carriers.sse(token, undefined, watch, { 'last-event-id': await endOfFeed(client, token) });
  for (let i = 0; i < 4; i++) await handIn(client, token, where);
  house.ring();
  await told([first], 8);
  const again = await carriers.sse(token, undefined, watch, { 'last-event-id': first.cursors[2] });
  await told([again], 5);
  assert.deepEqual(ids(again.results), ids(first.results).slice(3));
  await cohorts(1, 2);
  const before = await runs();
  await handIn(client, token, where);
  house.ring();
  await told([first], 10);
  await told([again], 7);
  assert.equal(await runs() - before, 2);
  await closeAll([first, again]);
});

test('one session ends: its stream ends, an equal one of another session goes on', async () => {
  const [going, staying] = [house.token('citizen'), house.token('citizen')];
  const streams = [await carriers.sse(going), await carriers.sse(staying)];
  await cohorts(1, 2);
  await client.data(end, { token: going, variables: { input: { idempotencyKey: key() } } });
  await until('UNAUTHENTICATED', () => streams[0].results.at(-1)?.errors?.[0].extensions.code === 'UNAUTHENTICATED');
  const { event } = await handIn(client, staying, where);
  house.ring();
  await told([streams[1]], 2);
  assert.equal(streams[1].results[1].data.dossierEvents.id, event.id);
  assert.equal(streams[0].results.length, 1);
  await closeAll(streams);
});

async function eventsAfter(token, after) {
  const found = [];
  for (let more = true; more;) {
    const { events } = await client.data(`query($after: Cursor) { events(after: $after, first: 100) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } }`, { token, variables: { after } });
    found.push(...events.edges.map(({ node }) => node.id));
    more = events.pageInfo.hasNextPage;
    after = events.pageInfo.endCursor;
  }
  return found;
}

for (const [name, open] of Object.entries(carriers))
  test(`over ${name} a reader that stops reading holds up nobody, piles up nothing and loses nothing`, async () => {
    const token = house.token('officer');
    const { events } = await client.data('{ events(first: 1) { pageInfo { endCursor } } }', { token });
    const variables = { after: events.pageInfo.endCursor };
    const wide = `subscription($after: Cursor) { dossierEvents(after: $after) { id note actor dossier { code
      procedure { name field decision } receivedAgency { name } competentAgency { name }
      timeline(last: 20) { nodes { id note actor event from to at } } } } }`;
    const found = await eventsAfter(token, variables.after);
    const before = await house.metrics();
    const slow = await open(token, variables, wide);
    slow.pause();
    const quick = await carriers.sse(token, variables, wide);
    await told([quick], found.length, 4 * guardMs);
    assert.deepEqual(ids(quick.results), found);
    const now = await house.metrics();
    assert.ok(now.motcua_stream_events_total - before.motcua_stream_events_total < 2 * found.length,
      'what the slow one does not take is not run for it');
    slow.resume();
    await told([slow], found.length, 4 * guardMs);
    assert.deepEqual(ids(slow.results), found);
    await cohorts(1, 2);
    await closeAll([slow, quick]);
  });

test('300 streams come and go among events, and who stays is told each event once', async () => {
  const token = house.token('citizen');
  const before = (await house.metrics()).motcua_stream_events_total;
  const staying = await Promise.all(Object.values(carriers).map((open) => open(token)));
  await cohorts(1, 3);
  const expected = [];
  const opened = [];
  const kinds = Object.values(carriers);
  let cursor;
  for (let round = 0; round < 15; round++) {
    for (let i = 0; i < 20; i++) {
      const after = i % 4 === 0 ? cursor : undefined;
      opened.push(kinds[i % 3](token, after && { after }).catch(() => null));
      if (i % 10 === 5) expected.push((await handIn(client, token, where)).event.id);
      if (i % 10 === 7) house.ring();
      if (opened.length > 15) opened.splice(0, 5).map((one) => one.then((stream) => stream?.close()));
    }
    await until('some event', () => staying[0].cursors.length > 0);
    cursor = staying[0].cursors.at(-1);
  }
  house.ring();
  for (const one of opened) (await one)?.close();
  await told(staying, 2 * expected.length);
  for (const stream of staying) {
    assert.equal(stream.results.length, 2 * expected.length);
    assert.deepEqual(ids(stream.results), ids(staying[0].results));
  }
  const seen = new Set(ids(staying[0].results));
  assert.equal(seen.size, 2 * expected.length);
  for (const id of expected) assert.ok(seen.has(id));
  await cohorts(1, 3);
  assert.ok((await house.metrics()).motcua_stream_events_total > before);
  await closeAll(staying);
});
