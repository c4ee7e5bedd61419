// graphql-ws: its own client over TLS, and each close code of its protocol by plain frames.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { House, end, handIn, key, place, redis, sleep, until, within } from '../e2e/support.mjs';

let house;
let citizen;
let url;
before(async () => {
  house = await House.start('graphql_ws', { settings: { MOTCUA_WEBSOCKET_INIT_TIMEOUT_MS: '700', MOTCUA_WEBSOCKET_PING_S: '1',
    MOTCUA_WEBSOCKET_OPERATIONS_MAX: '3', MOTCUA_BODY_BYTES_MAX: '262144', MOTCUA_UPLOAD_CHUNK_BYTES_MAX: '262144' } });
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

// A socket without a client, that answers pings: messages lists what came, closed gives the code.
async function plain({ protocol = 'graphql-transport-ws', headers = {} } = {}) {
  const socket = new WebSocket(url, protocol, { ca: house.ca, headers });
  const messages = [];
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })));
  socket.on('message', (data) => {
    messages.push(JSON.parse(data));
    if (messages.at(-1).type === 'ping') socket.send('{"type":"pong"}');
  });
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
  ['4400 for a payload that is no object', 4400, (peer) => peer.say({ type: 'ping', payload: 'x' })],
  ['1003 for bytes that are no text', 1003, (peer) => peer.socket.send(Buffer.from([1, 2, 3]))],
  ['1009 for a message over the limit', 1009, (peer) => peer.say(`"${'x'.repeat(1_300_000)}"`)],
];
for (const [what, code, act] of codes)
  test(`the socket is closed with ${what}`, async () => {
    const peer = await ready();
    act(peer);
    assert.equal((await peer.closed()).code, code);
  });

test('as many operations as the setting run at once, and one more is refused alone', async () => {
  const peer = await ready();
  for (const id of 'abc') peer.say(subscribe(id, events));
  await sleep(200);
  peer.say({ type: 'ping' });
  await peer.heard('pong');
  assert.ok(!peer.messages.some(({ type }) => type === 'error'));
  peer.say(subscribe('d', events));
  const { id, payload } = await peer.heard('error');
  assert.equal(id, 'd');
  assert.equal(payload[0].message, 'Too many operations at once over one WebSocket.');
  peer.say({ id: 'a', type: 'complete' });
  peer.say(subscribe('d', '{ __typename }'));
  await peer.heard('next');
  peer.socket.close();
});

test('operations asked for and dropped at once do not pile up, and the socket goes on', async () => {
  const peer = await ready();
  const slow = '{ viewer { dossiers(first: 50) { nodes { code timeline(last: 5) { nodes { at } } } } } }';
  for (let i = 0; i < 2000; i++) {
    peer.say(subscribe(`${i}`, slow));
    peer.say({ id: `${i}`, type: 'complete' });
  }
  peer.say({ type: 'ping' });
  await peer.heard('pong');
  const refused = peer.messages.filter(({ type }) => type === 'error');
  assert.ok(refused.length > 0, 'what is dropped counts until it is over');
  for (const { payload } of refused) assert.equal(payload[0].message, 'Too many operations at once over one WebSocket.');
  let count = 0;
  await until('an answer', () => {
    peer.say(subscribe(`last ${count++}`, '{ __typename }'));
    return peer.messages.some(({ type, id }) => type === 'next' && id.startsWith('last'));
  });
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

test('who has said connection_init in time is not sent away for our own waiting', async () => {
  const peer = await plain();
  redis(house.env, 'CLIENT', 'PAUSE', '1500', 'ALL'); // more than connection_init may take
  peer.say({ type: 'connection_init', payload: { authorization: `Bearer ${citizen}` } });
  await peer.heard('connection_ack');
  peer.socket.close();
});

test('a peer that is not heard between two pings is cut', async () => {
  const peer = await ready();
  peer.socket.pause();
  await until('the socket is gone', async () => (await house.metrics()).motcua_websockets === 0, 15_000);
  peer.socket.terminate();
});

// ping of a given length as JSON.
const pingOf = (bytes) => `{"type":"ping","payload":{"x":"${'x'.repeat(bytes - 34)}"}}`;
test('a message is as long as its limit, and no longer', async () => {
  assert.equal(pingOf(100).length, 100);
  const peer = await ready();
  peer.say(pingOf(262_144));
  await peer.heard('pong');
  peer.say(pingOf(262_145));
  assert.equal((await peer.closed()).code, 1009);
});

// ---- frames by hand ----

const text = 1, binary = 2, more = 0, closing = 8, pinging = 9, ponging = 10;
function frame(opcode, payload, { fin = true, rsv = 0, masked = true } = {}) {
  const bytes = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
  const mask = masked ? 0x80 : 0;
  if (bytes.length < 126) head.push(mask | bytes.length);
  else head.push(mask | 126, bytes.length >> 8, bytes.length & 255);
  if (!masked) return Buffer.concat([Buffer.from(head), bytes]);
  const key = [1, 2, 3, 4];
  return Buffer.concat([Buffer.from([...head, ...key]), bytes.map((byte, i) => byte ^ key[i % 4])]);
}

// A connection on which frames are written as they are; frames lists what came back.
async function byHand(headers = {}) {
  const socket = tls.connect({ port: house.port, host: '127.0.0.1', servername: 'localhost', ca: house.ca, ALPNProtocols: ['http/1.1'] });
  const all = { host: 'localhost', upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': 'graphql-transport-ws', ...headers };
  socket.write(`GET /graphql HTTP/1.1\r\n${Object.entries(all).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  let bytes = Buffer.alloc(0);
  let ended = false;
  socket.on('data', (chunk) => { bytes = Buffer.concat([bytes, chunk]); });
  socket.on('error', () => {});
  socket.on('close', () => { ended = true; });
  const headEnd = await until('the handshake is answered', () => { const at = bytes.indexOf('\r\n\r\n'); return at > 0 && at + 4; });
  const reply = bytes.subarray(0, headEnd).toString();
  const frames = () => {
    const found = [];
    for (let at = headEnd; at + 2 <= bytes.length;) {
      let size = bytes[at + 1];
      let begin = at + 2;
      if (size === 126) { size = bytes.readUInt16BE(at + 2); begin += 2; }
      if (begin + size > bytes.length) break;
      found.push({ opcode: bytes[at] & 15, payload: bytes.subarray(begin, begin + size) });
      at = begin + size;
    }
    return found;
  };
  const closed = async () => {
    const last = await until('a close frame', () => frames().find(({ opcode }) => opcode === closing));
    return last.payload.length < 2 ? 1005 : last.payload.readUInt16BE(0);
  };
  return { socket, reply, write: (...list) => socket.write(Buffer.concat(list)), frames, closed, get ended() { return ended; } };
}
const init = '{"type":"connection_init"}';

test('the handshake is that of RFC 6455', async () => {
  const { reply, socket } = await byHand();
  assert.match(reply, /^HTTP\/1.1 101 /);
  assert.match(reply, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i);
  assert.match(reply, /sec-websocket-protocol: graphql-transport-ws\r/i);
  socket.destroy();
  for (const headers of [{ 'sec-websocket-version': '8' }, { 'sec-websocket-key': 'short' }, { 'sec-websocket-key': null },
    { 'sec-websocket-protocol': null }, { 'sec-websocket-protocol': 'graphql-ws' }, { 'sec-websocket-protocol': 'Graphql-Transport-Ws' }]) {
    const refused = await byHand(headers);
    assert.match(refused.reply, /^HTTP\/1.1 400 /, JSON.stringify(headers));
    refused.socket.destroy();
  }
});

test('a message may come in fragments with pings between them', async () => {
  const peer = await byHand();
  peer.write(frame(text, init.slice(0, 5), { fin: false }), frame(pinging, 'hello'), frame(more, init.slice(5, 9), { fin: false }),
    frame(more, init.slice(9)));
  await until('both answers', () => peer.frames().length >= 2);
  assert.deepEqual(peer.frames().map(({ opcode, payload }) => [opcode, String(payload)]),
    [[ponging, 'hello'], [text, '{"type":"connection_ack"}']]);
  peer.write(frame(closing, Buffer.from([0x03, 0xe8])));
  assert.equal(await peer.closed(), 1000);
  await until('the connection ends', () => peer.ended);
});

const breaches = [
  ['1002 for a frame without a mask', 1002, () => [frame(text, init, { masked: false })]],
  ['1002 for a reserved bit', 1002, () => [frame(text, init, { rsv: 4 })]],
  ['1002 for an opcode that is not there', 1002, () => [frame(3, 'x')]],
  // For these two libwslay says no code (which clients show as 1005).
  ['no code for a control frame in fragments', 1005, () => [frame(pinging, 'x', { fin: false })]],
  ['no code for a control frame over 125 bytes', 1005, () => [frame(pinging, 'x'.repeat(126))]],
  ['1002 for a continuation of nothing', 1002, () => [frame(more, 'x')]],
  ['1002 for a text within a text', 1002, () => [frame(text, 'x', { fin: false }), frame(text, 'y')]],
  ['1007 for a text that is no UTF-8', 1007, () => [frame(text, [0x22, 0xc3, 0x28, 0x22])]],
  ['1007 for half a character at the end', 1007, () => [frame(text, [0x22, 0xe2, 0x82])]],
  ['1007 for a surrogate in UTF-8', 1007, () => [frame(text, [0x22, 0xed, 0xa0, 0x80, 0x22])]],
  ['1003 for bytes', 1003, () => [frame(binary, 'x')]],
  ['1008 for more fragments than 256', 1008, () => [frame(text, '"', { fin: false }),
    ...Array.from({ length: 256 }, () => frame(more, 'x', { fin: false }))]],
];
for (const [what, code, frames] of breaches)
  test(`frames: ${what}`, async () => {
    const peer = await byHand();
    peer.write(...frames());
    assert.equal(await peer.closed(), code);
    await until('the connection ends', () => peer.ended);
  });

test('a message of 256 fragments is taken', async () => {
  const peer = await byHand();
  const rest = `${' '.repeat(255 - init.length)}${init}`;
  peer.write(frame(text, ' ', { fin: false }), ...Array.from(rest, (c, i) => frame(more, c, { fin: i === rest.length - 1 })));
  await until('an answer', () => peer.frames().length > 0);
  assert.equal(String(peer.frames()[0].payload), '{"type":"connection_ack"}');
  peer.socket.destroy();
});

test('when its token ends, a socket is closed with 4403, and the client comes back with a new one', async () => {
  const short = () => house.token('citizen', { MOTCUA_TOKEN_LIFE_S: '2' });
  const idle = await plain();
  idle.say({ type: 'connection_init', payload: { authorization: `Bearer ${short()}` } });
  await idle.heard('connection_ack');
  const busy = await plain();
  busy.say({ type: 'connection_init', payload: { authorization: `Bearer ${short()}` } });
  await busy.heard('connection_ack');
  busy.say(subscribe('a', events));
  assert.equal((await idle.closed()).code, 4403);
  assert.equal((await busy.closed()).code, 4403);
  const tokens = [short(), citizen];
  const client = clientOf({ retryAttempts: 3, connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }) });
  let opened = 0;
  client.on('connected', () => { opened++; });
  const stream = client.iterate({ query: events });
  const first = stream.next();
  await until('the second connection', () => opened === 2);
  await sleep(300);
  await handIn(house.client(), citizen, place(house.database));
  house.ring();
  assert.equal((await within('an event', first)).value.data.dossierEvents.event, 'createDraft');
  await stream.return();
  await client.dispose();
});

test('when its session ends, a socket with a stream is closed with 4403', async () => {
  const token = house.token('citizen');
  const peer = await plain();
  peer.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await peer.heard('connection_ack');
  peer.say(subscribe('a', events));
  await sleep(200);
  await house.client().data(end, { token, variables: { input: { idempotencyKey: key() } } });
  assert.equal((await peer.closed()).code, 4403);
});

test('nobody may subscribe who is not signed in, and the socket stays', async () => {
  const peer = await plain();
  peer.say({ type: 'connection_init' });
  await peer.heard('connection_ack');
  peer.say(subscribe('a', events));
  assert.equal((await peer.heard('error')).payload[0].extensions.code, 'UNAUTHENTICATED');
  peer.say(subscribe('b', '{ __typename }'));
  await peer.heard('next');
  peer.socket.close();
});

test('the authorization header of the handshake counts where connection_init names none', async () => {
  const peer = await plain({ headers: { authorization: `Bearer ${citizen}` } });
  peer.say({ type: 'connection_init' });
  await peer.heard('connection_ack');
  peer.say(subscribe('a', '{ viewer { kind } }'));
  assert.deepEqual((await peer.heard('next')).payload, { data: { viewer: { kind: 'CITIZEN' } } });
  peer.socket.close();
});

test('only the one subprotocol is spoken', async () => {
  await assert.rejects(plain({ protocol: 'graphql-ws' }), /400/);
});

test('2,000 subscriptions opened and dropped, a third without goodbye, leave nothing behind', async () => {
  for (let round = 0; round < 40; round++) {
    const peers = await Promise.all(Array.from({ length: 25 }, () => ready()));
    for (const peer of peers) {
      peer.say(subscribe('a', events));
      peer.say(subscribe('b', '{ viewer { dossiers(first: 50) { nodes { code timeline(last: 5) { nodes { at } } } } } }'));
    }
    await sleep(round % 4 * 10);
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

test('a socket counts as a connection of its address for as long as it lives', async () => {
  const own = await House.start('sockets', { database: house.database, settings: { MOTCUA_CONNECTIONS_PER_ADDRESS_MAX: '3' } });
  try {
    const address = `${own.origin.replace('https', 'wss')}/graphql`;
    const open = () => within('an answer', new Promise((resolve, reject) => {
      const socket = new WebSocket(address, 'graphql-transport-ws', { ca: own.ca });
      socket.on('open', () => resolve(socket)).on('error', reject);
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
    }));
    const again = () => until('a place', () => open().catch(() => null));
    const sockets = [await again(), await again(), await again()];
    await assert.rejects(open());
    sockets.pop().terminate();
    sockets.push(await again());
    await assert.rejects(open());
    for (const socket of sockets) socket.terminate();
  } finally {
    await own.stop();
  }
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
