// A partner's export of events: from any cursor on, each event of its dossiers once and in order, under one id everywhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, failure, handIn, key, place, until } from './support.mjs';

let house;
let client;
let partner;
let where;
before(async () => {
  house = await House.start('event_export', { settings: { MOTCUA_PROCESSES: '2' } });
  client = house.client();
  where = place(house.database);
  // What the partner's organisation is told goes to the phone of who has a seat in it.
  house.database.sql('INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date)');
  partner = house.token('partner');
  await client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`,
    { token: house.token('citizen'), variables: { input: { idempotencyKey: key(), kind: 'FCM', address: 'registration-token-of-a-seat' } } });
  await house.startWorker();
  await settled();
});
after(() => house.stop());

const list = `query($after: Cursor, $first: Int) { events(after: $after, first: $first) {
  nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }`;
const page = async (variables, token = partner) => (await client.data(list, { token, variables })).events;
const settled = () => until('every event is numbered', () => house.database.sql('SELECT count(*) FROM dossier_event WHERE feed_no IS NULL') === '0');
const ofPartner = (after) => house.database.sql(`SELECT id FROM dossier_event
  WHERE 5001 IN (applicant, submitter) AND feed_no > ${after} ORDER BY feed_no`).split('\n').filter(Boolean);
const lastNo = () => Number(house.database.sql('SELECT coalesce(max(feed_no), 0) FROM dossier_event'));

// Pages through what there is now; a page without events leaves the cursor where it was.
async function read(after, first) {
  const ids = [];
  for (let more = true; more;) {
    const { nodes, pageInfo } = await page({ after, first });
    assert.ok(nodes.length <= first);
    ids.push(...nodes.map(({ id }) => id));
    more = pageInfo.hasNextPage;
    after = pageInfo.endCursor ?? after;
  }
  return { ids, after };
}

test('R05: while others write, an export brings each event once, in the order of the feed', async () => {
  const { ids: before, after: end } = await read(null, 100);
  assert.deepEqual(before, ofPartner(0));
  const from = lastNo();
  let writing = true;
  const ids = [];
  let after = end;
  let readings = 0;
  // At least 15, and as long as it takes for the reading to be one while others write.
  const write = async (token) => { let made = 0; for (; made < 15 || readings < 4; made++) await handIn(house.client(), token, where); return made; };
  const writers = Promise.all([write(partner), write(partner), write(house.token('citizen'))]).finally(() => { writing = false; });
  for (let last = false; !last; readings++) {
    last = !writing;
    if (last) await settled();
    const found = await read(after, 7);
    ids.push(...found.ids);
    after = found.after;
  }
  const [one, other] = await writers;
  assert.equal(ids.length, 2 * (one + other), 'two events of each dossier of the partner, none of the citizen\'s');
  assert.deepEqual(ids, ofPartner(from));
  assert.equal(new Set(ids).size, ids.length);
});

test('R05: a page without events has no cursor, and the last one goes on later', async () => {
  const { after: end } = await read(null, 100);
  const empty = await page({ after: end, first: 10 });
  assert.deepEqual(empty, { nodes: [], edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  const { event } = await handIn(client, partner, where);
  await settled();
  const { ids } = await read(end, 10);
  assert.equal(ids.length, 2);
  assert.equal(ids[1], event.id);
});

test('R05: an event has one id in export, stream and push', async () => {
  const { after: end } = await read(null, 100);
  const watcher = house.client();
  const stream = await watcher.events('subscription($after: Cursor) { dossierEvents(after: $after) { id } }', { token: partner, variables: { after: end } });
  const { event } = await handIn(client, partner, where);
  await settled();
  const { ids } = await read(end, 10);
  await stream.next(2);
  assert.deepEqual(stream.results.map(({ data }) => data.dossierEvents.id), ids);
  assert.equal(ids[1], event.id);
  const pushed = () => house.database.sql(`SELECT payload ->> 'event' FROM delivery WHERE notif = '${event.id}'
    UNION ALL SELECT payload ->> 'event' FROM delivery_log WHERE notif = '${event.id}'`);
  assert.equal(await until('the push is made', pushed), event.id);
  // A stream's cursor is one of the export, and the reverse.
  const cursor = stream.list.find(({ data }) => data.data?.dossierEvents.id === ids[0]).id;
  assert.deepEqual((await read(cursor, 10)).ids, [ids[1]]);
  watcher.close();
});

test('R05: a page holds 100 events and not 101', async () => {
  for (let i = 0; ofPartner(0).length < 101; i++) await handIn(client, partner, where);
  await settled();
  assert.equal((await page({ first: 100 })).nodes.length, 100);
  const over = await client.post(list, { token: partner, variables: { first: 101 } });
  assert.match(over.json.errors[0].message, /at most 100, found: 101/);
});

test('R05: somebody else\'s cursor shows nobody\'s events but one\'s own', async () => {
  const { edges } = await page({ first: 1 });
  const { nodes } = await page({ after: edges[0].cursor, first: 100 }, house.token('citizen2'));
  const own = house.database.sql('SELECT id FROM dossier_event WHERE applicant = 2').split('\n');
  for (const { id } of nodes) assert.ok(own.includes(id), id);
});
