// One slice from the phone to the push: a citizen asks, an officer accepts, the stream shows it, both pushes come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PushServices } from './push.mjs';
import { House, acceptIt, endOfFeed, failure, handIn, key, place, until } from './support.mjs';

let house;
let client;
let citizen;
let officer;
let where;
let push;
before(async () => {
  push = await PushServices.start();
  house = await House.start('slice', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_COST_MAX_APP: '10000' } });
  await house.startWorker(push.settings);
  client = house.client();
  citizen = house.token('citizen');
  officer = house.token('officer');
  where = place(house.database);
});
after(async () => {
  await house.stop();
  await push.stop();
});

const phone = `query($first: Int!) { viewer { dossiers(first: $first) { edges { node { code state procedure { name } receivedAgency { name }
  timeline(last: 5) { edges { node { at event } } } } } } } }`;

test('the phone\'s question over HTTP/2 costs at most 3 round trips, whatever the number of dossiers', async () => {
  const costs = [];
  for (const first of [1, 20, 50, 100]) {
    const { result, roundTrips, statements } = await house.cost(() => client.data(phone, { token: citizen, variables: { first } }));
    const { edges } = result.viewer.dossiers;
    assert.equal(edges.length, Math.min(first, Number(house.database.sql('SELECT count(*) FROM dossier WHERE applicant = 1'))));
    for (const { node } of edges) {
      assert.ok(node.procedure.name && node.receivedAgency.name);
      assert.ok(node.timeline.edges.length > 0 && node.timeline.edges.length <= 5);
    }
    assert.ok(roundTrips > 0 && roundTrips <= 3, `${roundTrips} round trips for ${first}`);
    costs.push([roundTrips, statements].join());
  }
  assert.equal(new Set(costs).size, 1, costs.join(' '));
});

test('F01: from the officer\'s hand to the citizen\'s screen and pocket: one event, one id', async () => {
  const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`;
  const browser = await push.subscribe();
  for (const input of [browser.input, { kind: 'FCM', address: 'registration-token-of-the-phone' }]) {
    const { registerDevice } = await client.data(register, { token: citizen, variables: { input: { idempotencyKey: key(), ...input } } });
    assert.ok(registerDevice.device, JSON.stringify(registerDevice));
  }
  const { code } = await handIn(client, citizen, where);
  await until('what came before is numbered', () => house.database.sql('SELECT count(*) FROM dossier_event WHERE feed_no IS NULL') === '0');
  const after = await endOfFeed(client, citizen);

  const sse = house.client().sse({ token: citizen });
  const stream = sse.iterate({ query: `subscription($code: String, $after: Cursor) { dossierEvents(code: $code, after: $after) { id event at actor dossier { code state } } }`,
    variables: { code, after } });
  const next = stream.next();
  await until('the stream is open', async () => (await house.metrics()).motcua_streams === 1);
  const began = Date.now();
  const done = await acceptIt(client, officer, code);
  const { value } = await next;
  const streamed = Date.now() - began;
  const event = value.data.dossierEvents;
  assert.equal(event.id, done.event.id);
  assert.equal(event.event, 'accept');
  assert.deepEqual(event.dossier, { code, state: 'ACCEPTED' });

  const arrived = await push.arrived(done.event.id, 2);
  const times = arrived.map(({ channel, at }) => `${channel} ${at - began} ms`);
  console.log(`  after the officer's request: stream ${streamed} ms, ${times.join(', ')}`);
  assert.deepEqual(arrived.map(({ channel }) => channel).sort(), ['FCM', 'WEBPUSH']);
  assert.deepEqual(push.faults, []);
  assert.equal(new Set(arrived.map(({ nid }) => nid)).size, 2, 'one nid a device');
  for (const { nid, title, body, tail } of arrived) {
    assert.ok(nid.length > 0);
    assert.ok(tail.length > 3 && code.endsWith(tail.replace('…', '')), `${tail} of ${code}`);
    const name = house.database.sql('SELECT name FROM subject WHERE id = 1');
    const procedure = house.database.sql(`SELECT v.name FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version WHERE d.code = '${code}'`);
    for (const secret of [name, procedure, code.split('-')[0]])
      assert.ok(!`${title} ${body}`.includes(secret), `the push says "${secret}"`);
  }

  const { node } = await client.data('query($id: ID!) { node(id: $id) { __typename id ... on DossierEvent { event dossier { code } } } }',
    { token: citizen, variables: { id: done.event.id } });
  assert.deepEqual(node, { __typename: 'DossierEvent', id: done.event.id, event: 'accept', dossier: { code } });
  const seen = [];
  for (let more = true, after = null; more;) {
    const { events } = await client.data('query($after: Cursor) { events(after: $after, first: 100) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      { token: citizen, variables: { after } });
    seen.push(...events.nodes.map(({ id }) => id));
    more = events.pageInfo.hasNextPage;
    after = events.pageInfo.endCursor;
  }
  assert.equal(seen.filter((id) => id === done.event.id).length, 1);
  assert.ok(after);
  await stream.return();
  sse.dispose();
});
