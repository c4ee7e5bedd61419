// Streams: nobody misses an event and nobody gets one twice, and a stream ends with what lets it in.
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { House, acceptIt, end, endOfFeed, guardMs, handIn, key, patience, place, sleep, until } from './support.mjs';

let house;
let client;
let citizen;
let officer;
let where;
before(async () => {
  house = await House.start('streams', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_STREAM_HEARTBEAT_S: '1', ...patience } });
  client = house.client();
  citizen = house.token('citizen');
  officer = house.token('officer');
  where = place(house.database);
  house.database.number();
});
after(() => house.stop());

const watch = 'subscription($code: String, $after: Cursor) { dossierEvents(code: $code, after: $after) { id event seq dossier { code state } } }';
const ids = (stream) => stream.results.map(({ data }) => data.dossierEvents.id);
const list = `query($after: Cursor) { events(after: $after, first: 100) {
  edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;

// Every event after a cursor, page by page, as a phone that slept asks for them.
async function catchUp(token, after) {
  const found = [];
  for (let more = true; more;) {
    const { events } = await client.data(list, { token, variables: { after } });
    found.push(...events.edges.map(({ node }) => node.id));
    more = events.pageInfo.hasNextPage;
    after = events.pageInfo.endCursor ?? after;
  }
  return { found, after };
}

test('a new event comes to those it is for, and to nobody else', async () => {
  const [mine, other, all] = [house.client(), house.client(), house.client()];
  const streams = [await mine.events(watch, { token: citizen }), await other.events(watch, { token: house.token('citizen2') }),
    await all.events(watch, { token: officer })];
  const { code, event } = await handIn(client, citizen, where);
  house.ring();
  await streams[0].next(2);
  await streams[2].next(2);
  assert.equal(ids(streams[0])[1], event.id);
  assert.deepEqual(ids(streams[2]), ids(streams[0]));
  assert.equal(streams[0].results[1].data.dossierEvents.dossier.code, code);
  assert.equal(streams[1].results.length, 0);
  for (const stream of streams) stream.close();
  for (const peer of [mine, other, all]) peer.close();
});

test('F01: who is told that a stream has begun misses nothing from then on, wherever the feed was', async () => {
  const holder = house.database.session();
  const peer = house.client();
  try {
    await holder.sql('BEGIN; LOCK TABLE motcua.feed IN ACCESS EXCLUSIVE MODE');
    let begun = false;
    const opening = peer.events(watch, { token: citizen }).then((stream) => { begun = true; return stream; });
    await until('its place is asked for', async () =>
      (await holder.sql(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'motcua.feed'::regclass`)) !== '0');
    await sleep(200);
    assert.ok(!begun, 'not before its place is known');
    await holder.sql('COMMIT');
    const stream = await opening;
    assert.equal(stream.status, 200);
    const { event } = await handIn(client, citizen, where);
    house.ring();
    await stream.next(2);
    assert.equal(ids(stream)[1], event.id);
  } finally {
    await holder.end();
    peer.close();
  }
});

test('graphql-sse iterates over it', async () => {
  const sse = house.client().sse({ token: citizen });
  const events = sse.iterate({ query: 'subscription($after: Cursor) { dossierEvents(after: $after) { id event } }', variables: { after: await endOfFeed(client, citizen) } });
  const first = events.next();
  const { event } = await handIn(client, citizen, where);
  house.ring();
  assert.equal((await first).value.data.dossierEvents.event, 'createDraft');
  assert.equal((await events.next()).value.data.dossierEvents.id, event.id);
  await events.return();
  sse.dispose();
});

test('an EventSource gets it by GET, over HTTP/1.1 too, and comes back by Last-Event-ID', async () => {
  const variables = JSON.stringify({ after: await endOfFeed(client, citizen) });
  const read = async (headers, query = 'subscription { dossierEvents { id } }') => {
    const address = `${house.origin}/graphql?query=${encodeURIComponent(query)}${query.includes('$after') ? `&variables=${encodeURIComponent(variables)}` : ''}`;
    const reply = await new Promise((resolve, reject) => https.get(address, { ca: house.ca, agent: false,
      headers: { authorization: `Bearer ${citizen}`, accept: 'text/event-stream', ...headers } }, resolve).on('error', reject));
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.httpVersion, '1.1');
    assert.match(reply.headers['content-type'], /^text\/event-stream/);
    let text = '';
    reply.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    reply.on('error', () => {});
    return { reply, found: () => [...text.matchAll(/^id: ?(.+)$/gm)].map(([, id]) => id) };
  };
  const first = await read({}, 'subscription($after: Cursor) { dossierEvents(after: $after) { id } }');
  await handIn(client, citizen, where);
  house.ring();
  await until('both events', () => first.found().length === 2);
  first.reply.destroy();
  const [before, last] = first.found();
  const again = await read({ 'last-event-id': before });
  await until('the second again', () => again.found().length === 1);
  assert.deepEqual(again.found(), [last]);
  again.reply.destroy();
});

test('a query and a refused document are one result and complete, when asked for as a stream', async () => {
  const peer = house.client();
  for (const [document, check] of [
    ['{ viewer { kind } }', (result) => assert.deepEqual(result, { data: { viewer: { kind: 'CITIZEN' } } })],
    ['{ nothing }', (result) => assert.equal(result.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')],
    ['subscription { a: dossierEvents { id } b: dossierEvents { id } }', (result) => assert.equal(result.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')],
    ['subscription { dossierEvents(code: 7) { id } }', (result) => assert.equal(result.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED')],
  ]) {
    const stream = await peer.events(document, { token: citizen });
    await stream.end();
    assert.equal(stream.results.length, 1, document);
    check(stream.results[0]);
    assert.ok(stream.complete, document);
  }
  peer.close();
});

test('a mutation is one result and complete by POST, and refused by GET', async () => {
  const peer = house.client();
  const document = 'mutation($input: RemoveDeviceInput!) { removeDevice(input: $input) { __typename } }';
  const input = { idempotencyKey: key(), id: '00000000-0000-7000-8000-000000000000' };
  const stream = await peer.events(document, { token: citizen, variables: { input } });
  await stream.end();
  assert.equal(stream.results.length, 1);
  assert.ok(stream.results[0].data.removeDevice.__typename);
  assert.ok(stream.complete);
  const refused = await peer.get(`/graphql?query=${encodeURIComponent(document)}&variables=${encodeURIComponent(JSON.stringify({ input }))}`,
    { authorization: `Bearer ${citizen}`, accept: 'text/event-stream' });
  assert.equal(refused.status, 405);
  peer.close();
});

test('more streams than are taken are told to come later', async () => {
  const own = await House.start('many', { database: house.database, settings: { MOTCUA_STREAMS_MAX: '2' } });
  try {
    const token = own.token('citizen');
    const peer = own.client();
    for (let i = 0; i < 2; i++) await peer.events(watch, { token });
    const third = await peer.events(watch, { token });
    await third.end();
    assert.equal(third.status, 503);
  } finally {
    await own.stop();
  }
});

test('with a code only that dossier is told', async () => {
  const one = await handIn(client, citizen, where);
  house.ring();
  const peer = house.client();
  const stream = await peer.events(watch, { token: citizen, variables: { code: one.code } });
  await handIn(client, citizen, where);
  const { event } = await acceptIt(client, officer, one.code);
  house.ring();
  await stream.next(1);
  assert.deepEqual(ids(stream), [event.id]);
  stream.close();
  peer.close();
});

test('F01: after a cursor comes what followed it, from the list as from the stream, by argument or Last-Event-ID', async () => {
  const after = await endOfFeed(client, citizen);
  for (let i = 0; i < 3; i++) await handIn(client, citizen, where);
  house.ring();
  const { found } = await catchUp(citizen, after);
  assert.equal(found.length, 6);
  const peer = house.client();
  const argument = await peer.events(watch, { token: citizen, variables: { after } });
  await argument.next(6);
  assert.deepEqual(ids(argument), found);
  const header = await peer.events(watch, { token: citizen, headers: { 'last-event-id': argument.list[1].id } });
  await header.next(4);
  assert.deepEqual(ids(header), found.slice(2));
  // The argument is the client's own word; the header only what the transport remembered.
  const both = await peer.events(watch, { token: citizen, variables: { after: argument.list[3].id },
    headers: { 'last-event-id': after } });
  await both.next(2);
  assert.deepEqual(ids(both), found.slice(4));
  peer.close();
});

test('a cursor that is none is refused on the stream', async () => {
  const peer = house.client();
  const stream = await peer.events(watch, { token: citizen, variables: { after: 'nonsense' } });
  await stream.end();
  assert.equal(stream.results[0].errors[0].extensions.code, 'BAD_USER_INPUT');
  assert.ok(stream.complete);
  peer.close();
});

test('F01: a long gap is caught up in order, beyond one reading', async () => {
  const all = await catchUp(officer, null);
  assert.ok(all.found.length > 250, `${all.found.length} events`);
  const peer = house.client();
  const stream = await peer.events('subscription($after: Cursor) { dossierEvents(after: $after) { id } }',
    { token: officer, variables: { after: (await client.data('{ events(first: 1) { pageInfo { endCursor } } }', { token: officer })).events.pageInfo.endCursor } });
  await stream.next(all.found.length - 1);
  assert.deepEqual(ids(stream), all.found.slice(1));
  stream.close();
  peer.close();
});

test('F01: cursors follow commit order: a transaction held open delays its own events, and no reader misses or repeats one', async () => {
  const holder = house.database.session();
  const peer = house.client();
  try {
    const held = await handIn(client, citizen, where);
    house.ring();
    const start = await endOfFeed(client, citizen);
    const open = await peer.events(watch, { token: citizen, variables: { after: start } });
    // As the officer's own transaction would, and left open.
    await holder.sql(`BEGIN; SET LOCAL search_path = motcua, pg_temp; SET LOCAL SESSION AUTHORIZATION app_officer`);
    await holder.sql(`SELECT set_config('app.viewer', '${house.database.sql("SELECT format('OFFICER|1||%s|%s', agencies, roles) FROM rights_of(1)")}', true)`);
    const heldEvent = await holder.sql(`SELECT event_id FROM motcua.apply_dossier_event('${held.code}', 'accept', NULL, '{"digitised": true}')`);
    assert.match(heldEvent, /^[0-9a-f-]{36}$/);

    const later = await handIn(client, citizen, where);
    house.ring();
    await open.next(2);
    const middle = await catchUp(citizen, start);
    assert.equal(middle.found.at(-1), later.event.id);
    assert.ok(!middle.found.includes(heldEvent), 'nobody sees what is not committed');

    await holder.sql('COMMIT');
    const last = await handIn(client, citizen, where);
    house.ring();
    await open.next(5);
    const rest = await catchUp(citizen, middle.after);
    assert.ok(rest.found.includes(heldEvent), 'who stood behind it has not passed it over');
    assert.equal(rest.found.length, 3);
    const everything = await catchUp(citizen, start);
    assert.deepEqual(everything.found, [...middle.found, ...rest.found]);
    assert.deepEqual(ids(open), everything.found);
    assert.equal(new Set(everything.found).size, everything.found.length);
    assert.ok(everything.found.includes(last.event.id));
  } finally {
    peer.close();
    await holder.end();
  }
});

test('a quiet stream shows that it lives', async () => {
  const peer = house.client();
  const stream = await peer.events(watch, { token: citizen });
  await until('two signs of life', () => stream.comments.length >= 3);
  assert.equal(stream.list.length, 0);
  peer.close();
});

test('endSession in another process ends the stream with UNAUTHENTICATED and complete', async () => {
  const token = house.token('citizen');
  const peers = Array.from({ length: 6 }, () => house.client());
  const streams = [];
  for (const peer of peers) streams.push(await peer.events(watch, { token }));
  await client.data(end, { token, variables: { input: { idempotencyKey: key() } } });
  const ended = Date.now();
  for (const stream of streams) {
    await stream.end();
    assert.equal(stream.results.at(-1).errors[0].extensions.code, 'UNAUTHENTICATED');
    assert.ok(stream.complete);
  }
  console.log(`  all streams ended ${Date.now() - ended} ms after endSession`);
  for (const peer of peers) peer.close();
});

test('a stream ends when its token does', async () => {
  const token = house.token('citizen', { MOTCUA_TOKEN_LIFE_S: '5' });
  const peer = house.client();
  const stream = await peer.events(watch, { token });
  await stream.end();
  assert.equal(stream.results.at(-1).errors[0].extensions.code, 'UNAUTHENTICATED');
  assert.ok(stream.complete);
  peer.close();
});

test('a slow reader is waited for, holds nobody up, and loses nothing', async () => {
  const own = await House.start('slow', { database: house.database, settings: { MOTCUA_STREAM_QUEUE_BYTES: '8192',
    MOTCUA_GUARD_UNREAD_TIMEOUT_MS: '60000' } });
  try {
    const token = own.token('officer');
    const [slow, quick] = [own.client(), own.client()];
    const { pageInfo: { endCursor: after } } = (await quick.data('{ events(first: 1) { pageInfo { endCursor } } }', { token })).events;
    const wide = `subscription($after: Cursor) { dossierEvents(after: $after) { id note actor dossier { code
      procedure { name field decision } receivedAgency { name } competentAgency { name } } } }`;
    const { found } = await catchUp(officer, after);
    const stalled = await slow.events(wide, { token, variables: { after } });
    stalled.stream.pause();
    const running = await quick.events(wide, { token, variables: { after } });
    await running.next(found.length, 4 * guardMs);
    assert.deepEqual(ids(running), found);
    const { motcua_stream_events_total: sent } = await own.metrics();
    assert.ok(sent < 2 * found.length, 'what the slow one does not take is not piled up for it');
    stalled.stream.resume();
    await stalled.next(found.length, 4 * guardMs);
    assert.deepEqual(ids(stalled), found);
  } finally {
    await own.stop();
  }
});

test('at the end of the server a stream gets a goodbye and no complete', async () => {
  const own = await House.start('goodbye', { database: house.database });
  try {
    const peer = own.client();
    const stream = await peer.events(watch, { token: own.token('citizen') });
    await own.server.stop();
    await stream.end();
    assert.ok(stream.comments.includes('going away'));
    assert.equal(stream.complete, false);
  } finally {
    await own.stop();
  }
});
