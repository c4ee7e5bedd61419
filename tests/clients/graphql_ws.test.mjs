// graphql-ws: its own client over TLS, and each close code of its protocol by plain frames.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { House, handIn, key, place, sleep, until, within } from '../e2e/support.mjs';

let house;
let citizen;
let url;
before(async () => {
  house = await House.start('graphql_ws', { settings: { MOTCUA_WEBSOCKET_INIT_TIMEOUT_MS: '700', MOTCUA_WEBSOCKET_PING_S: '1',
    MOTCUA_WEBSOCKET_OPERATIONS_MAX: '3' } });
  citizen = house.token('citizen');
  url = `${house.origin.replace('https', 'wss')}/graphql`;
  house.database.number();
});
after(() => house.stop());

function clientOf(options = {}) {
  class Trusting extends WebSocket {
    constructor(address, protocols) { super(address, protocols, { ca: house.ca }); }
  }
  return createClient({ url, webSocketImpl: Trusting, retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${citizen}` }, ...options });
}

// A socket without a client: messages lists what came, closed gives the code.
async function plain({ protocol = 'graphql-transport-ws', headers = {} } = {}) {
  const socket = new WebSocket(url, protocol, { ca: house.ca, headers });
  const messages = [];
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })));
  socket.on('message', (data) => messages.push(JSON.parse(data)));
  await within('the socket opens', new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject); }));
  const say = (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { socket, messages, closed: () => within('the socket closes', closed), say,
    heard: (type) => until(`a message ${type}`, () => messages.find((message) => message.type === type)) };
}
async function ready(options = {}) {
  const peer = await plain(options);
  peer.say({ type: 'connection_init', payload: { authorization: `Bearer ${citizen}` } });
  await peer.heard('connection_ack');
  return peer;
}
const subscribe = (id, query, variables) => ({ id, type: 'subscribe', payload: { query, variables } });
const events = 'subscription { dossierEvents { id event } }';

test('a query and a mutation go over the socket', async () => {
  const client = clientOf();
  const ask = (payload) => client.iterate(payload).next();
  const { value } = await within('a query', ask({ query: '{ viewer { id } }' }));
  assert.ok(value.data.viewer.id);
  const { value: left } = await within('a mutation', ask({
    query: 'mutation($input: RemoveDeviceInput!) { removeDevice(input: $input) { __typename } }',
    variables: { input: { idempotencyKey: key(), id: '00000000-0000-7000-8000-000000000000' } } }));
  assert.ok(left.data.removeDevice.__typename);
  await client.dispose();
});

test('an event comes with a cursor from which the client goes on', async () => {
  const client = clientOf();
  const peer = house.client();
  const stream = client.iterate({ query: events });
  const first = stream.next();
  await sleep(300);
  const { event } = await handIn(peer, citizen, place(house.database));
  house.ring();
  const { value } = await within('an event', first);
  assert.equal(value.data.dossierEvents.event, 'createDraft');
  assert.equal((await within('the next', stream.next())).value.data.dossierEvents.id, event.id);
  await stream.return();
  const again = client.iterate({ query: 'subscription($after: Cursor) { dossierEvents(after: $after) { id } }',
    variables: { after: value.extensions.cursor } });
  assert.equal((await within('what came after', again.next())).value.data.dossierEvents.id, event.id);
  await again.return();
  await client.dispose();
});

test('a document with errors ends its operation alone', async () => {
  const peer = await ready();
  peer.say(subscribe('a', '{ nothing }'));
  const { id, payload } = await peer.heard('error');
  assert.equal(id, 'a');
  assert.match(payload[0].message, /Cannot query field "nothing"/);
  peer.say(subscribe('a', '{ __typename }'));
  assert.deepEqual((await peer.heard('next')).payload, { data: { __typename: 'Query' } });
  await peer.heard('complete');
  peer.socket.close();
});

test('the server answers a ping and sends its own', async () => {
  const peer = await ready();
  peer.say({ type: 'ping' });
  await peer.heard('pong');
  await peer.heard('ping');
  peer.socket.close();
});

const codes = [
  ['4400 for what is no JSON', 4400, (peer) => peer.say('{')],
  ['4400 for a type that is not there', 4400, (peer) => peer.say({ type: 'start' })],
  ['4400 for a subscribe without an id', 4400, (peer) => peer.say({ type: 'subscribe', payload: { query: '{ __typename }' } })],
  ['4409 for an id in use', 4409, (peer) => { peer.say(subscribe('a', events)); peer.say(subscribe('a', events)); }],
  ['4429 for a second connection_init', 4429, (peer) => peer.say({ type: 'connection_init' })],
  ['4400 for more operations at once than the setting', 4400, (peer) => { for (const id of 'abcd') peer.say(subscribe(id, events)); }],
  ['1003 for bytes that are no text', 1003, (peer) => peer.socket.send(Buffer.from([1, 2, 3]))],
  ['1009 for a message over the limit', 1009, (peer) => peer.say(`"${'x'.repeat(1_300_000)}"`)],
];
for (const [what, code, act] of codes)
  test(`the socket is closed with ${what}`, async () => {
    const peer = await ready();
    act(peer);
    assert.equal((await peer.closed()).code, code);
  });

test('as many operations as the setting run at once', async () => {
  const peer = await ready();
  for (const id of 'abc') peer.say(subscribe(id, events));
  await sleep(200);
  peer.say({ type: 'ping' });
  await peer.heard('pong');
  peer.socket.close();
});

test('4401 before connection_ack, 4408 without connection_init, 4403 for a bad token', async () => {
  const early = await plain();
  early.say(subscribe('a', '{ __typename }'));
  assert.equal((await early.closed()).code, 4401);
  const silent = await plain();
  assert.equal((await silent.closed()).code, 4408);
  const forged = await plain();
  forged.say({ type: 'connection_init', payload: { authorization: 'Bearer forged' } });
  assert.equal((await forged.closed()).code, 4403);
});

test('a peer that is not heard between two pings is cut', async () => {
  const peer = await ready();
  peer.socket.pause();
  await until('the socket is gone', async () => (await house.metrics()).motcua_websockets === 0, 15_000);
  peer.socket.terminate();
});

test('only the one subprotocol is spoken', async () => {
  await assert.rejects(plain({ protocol: 'graphql-ws' }), /400/);
});

test('who leaves without goodbye leaves nothing behind', async () => {
  for (let round = 0; round < 5; round++) {
    const peers = await Promise.all(Array.from({ length: 10 }, () => ready()));
    for (const peer of peers) {
      peer.say(subscribe('a', events));
      peer.say(subscribe('b', '{ viewer { dossiers(first: 50) { nodes { code timeline(last: 5) { nodes { at } } } } } }'));
    }
    await sleep(30);
    for (const [i, peer] of peers.entries()) {
      if (i % 3 === 0) peer.socket.terminate();
      else if (i % 3 === 1) peer.say({ id: 'a', type: 'complete' });
      if (i % 3 !== 0) peer.socket.close();
    }
  }
  await until('nothing is open', async () => {
    const { motcua_websockets: sockets, motcua_streams: streams } = await house.metrics();
    return sockets === 0 && streams === 0;
  });
});

test('at the end of the server a client is sent away to come back', async () => {
  const peer = await ready();
  peer.say(subscribe('a', events));
  await sleep(200);
  const stopped = house.server.stop();
  assert.equal((await peer.closed()).code, 1001);
  await stopped;
  house.server.assertClean();
});
