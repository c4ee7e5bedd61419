// One patch of tools/h2o/patches, one or more tests: each fails on the unpatched library (run.sh
// --unpatched proves it) and passes on the patched one, without the guard.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { Probe } from './probe.mjs';
import {
  ERROR, FLAG, TYPE, block, data, frame, ping, pseudo, request, sleep, windowUpdate,
} from './wire.mjs';

const WINDOW = 65535;
const FRAME = 16384;
const stuck = { send_buffer_bytes: 4096 };
const concurrency = { concurrency: 2, timeout: 30000 };

// Long enough for the kernel to fill every buffer on the way to a peer that does not read; its
// persist timer squeezes a last segment in.
const STUCK_MS = 700;

async function stickWrite(peer, stream, bytes) {
  peer.hold();
  peer.send(windowUpdate(0, 0x3fffffff), request(stream, `/bytes/${bytes}`));
  await sleep(STUCK_MS);
}

const odd = (count, from = 1) => Array.from({ length: count }, (_, i) => from + 2 * i);

test('patch 01: WINDOW_UPDATE for a stream whose end is being written', concurrency, async (t) => {
  const probe = await Probe.start(t, stuck);
  // each body is one frame and takes its whole window
  const peer = await probe.connect({ initialWindow: FRAME });
  peer.hold();
  peer.send(windowUpdate(0, 0x3fffffff), ...odd(90).map((id) => request(id, `/bytes/${FRAME}`)));
  await sleep(STUCK_MS);
  peer.send(...odd(90).map((id) => windowUpdate(id, 1)));
  await sleep(100);
  await probe.isAlive();
  peer.release();
  assert.equal((await peer.body(179)).length, FRAME);
});

test('patch 02: a corrupt TLS record while a write is stuck', concurrency, async (t) => {
  const probe = await Probe.start(t, stuck);
  const peer = await probe.connect({ secure: true, initialWindow: 0x3fffffff });
  await stickWrite(peer, 1, 20_000_000);
  peer.send(ping()); // its answer is queued behind that write
  await sleep(50);
  peer.raw.write(Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), Buffer.alloc(64, 0x5a)]));
  await sleep(200);
  peer.release();
  await peer.goneWithin(5000);
  await sleep(100);
  await probe.isAlive();
});

test('patch 02: RST while a write is stuck leaks no descriptor', concurrency, async (t) => {
  const probe = await Probe.start(t, stuck);
  const before = probe.descriptors();
  for (let round = 0; round < 3; round++) {
    const peers = await Promise.all(odd(8).map(() =>
      probe.connect({ secure: true, initialWindow: 0x3fffffff })));
    await Promise.all(peers.map((peer) => stickWrite(peer, 1, 5_000_000)));
    for (const peer of peers) peer.abort();
    await sleep(100);
  }
  assert.ok(await probe.descriptorsAtMost(before, 3000) <= before, 'descriptors are kept');
  await probe.isAlive();
});

test('patch 03: a header block over 16 KiB', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(frame(TYPE.HEADERS, FLAG.END_STREAM, 1, block(pseudo('GET', '/hello'))),
    frame(TYPE.CONTINUATION, 0, 1, block([['x', 'a'.repeat(8000)]])),
    frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block([['y', 'a'.repeat(8400)]])));
  assert.equal(await peer.goaway(), ERROR.ENHANCE_YOUR_CALM);
  assert.equal((await probe.counters()).admitted, 0);
});

test('patch 03: more than 100 header fields', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const fields = (count) => odd(count).map((n) => [`x${n}`, '']);
  const honest = await probe.connect();
  honest.send(request(1, '/hello', { fields: fields(96) }));
  assert.equal(await honest.status(1), 200);
  const peer = await probe.connect();
  peer.send(request(1, '/hello', { fields: fields(97) }));
  assert.equal(await peer.goaway(), ERROR.ENHANCE_YOUR_CALM);
});

test('patch 03: CONTINUATION of another stream', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/echo', { method: 'POST', body: true }),
    frame(TYPE.HEADERS, FLAG.END_STREAM, 3),
    frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1, block([['trailer', 'of 1']])));
  assert.equal(await peer.goaway(1500), ERROR.PROTOCOL);
  assert.equal((await probe.counters()).admitted, 0);
});

for (const [what, fields] of [
  ['an empty field name', [['', 'v']]],
  ['a second content-length', [['content-length', '0'], ['content-length', '0']]],
]) {
  test(`patch 03: ${what}`, concurrency, async (t) => {
    const probe = await Probe.start(t);
    const peer = await probe.connect();
    peer.send(request(1, '/hello', { fields }));
    assert.equal(await peer.goaway(1500), ERROR.PROTOCOL);
    assert.equal((await probe.counters()).admitted, 0);
  });
}

for (const [what, method, path, fields] of [
  ['an empty :path', 'GET', '', []],
  ['an empty :method', '', '/hello', []],
  ['a content-length without a body', 'GET', '/hello', [['content-length', '5']]],
]) {
  test(`patch 03: ${what}`, concurrency, async (t) => {
    const probe = await Probe.start(t);
    const peer = await probe.connect();
    peer.send(request(1, path, { method, fields }), request(3, '/hello'));
    assert.equal(await peer.reset(1, 1500), ERROR.PROTOCOL);
    assert.equal(await peer.status(3), 200);
    assert.equal((await probe.counters()).admitted, 1);
  });
}

test('patch 04: frames of unknown type are not logged', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(...odd(1000).map(() => frame(TYPE.UNKNOWN, 0, 0)), request(1, '/hello'));
  assert.equal(await peer.status(1), 200);
  await sleep(50);
  assert.equal(probe.stderr, '');
});

test('patch 05: a call-out sees every frame and may refuse one', concurrency, async (t) => {
  const probe = await Probe.start(t, { refused_frame_type: TYPE.PING });
  const peer = await probe.connect();
  peer.send(frame(TYPE.UNKNOWN, 0, 0),
    frame(TYPE.HEADERS, FLAG.END_STREAM, 1, block(pseudo('GET', '/hello'))),
    frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 1));
  assert.equal(await peer.status(1), 200);
  // SETTINGS, the unknown one, HEADERS, CONTINUATION
  assert.equal((await probe.counters()).frames, 4);
  peer.send(ping());
  assert.equal(await peer.goaway(), ERROR.ENHANCE_YOUR_CALM);
  assert.ok(await peer.goneWithin(2000));
  assert.equal((await probe.counters()).gone, 1);
});

test('patch 05: a call-out sees each stream error sent', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/slow'), data(1, 1), request(3, '/slow'), windowUpdate(3, 0));
  assert.equal(await peer.reset(1), ERROR.STREAM_CLOSED);
  assert.equal(await peer.reset(3), ERROR.PROTOCOL);
  assert.equal((await probe.counters()).stream_errors, 2);
});

test('patch 05: the status of a connection', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/bytes/100000'), request(3, '/slow'),
    request(5, '/echo', { method: 'POST', body: true }), data(5, 1000));
  await peer.until(() => peer.of(TYPE.DATA, 1).length >= 4 || undefined);
  peer.send(request(7, '/status'), windowUpdate(0, 1000));
  assert.deepEqual(JSON.parse(await peer.text(7)), {
    // stream 1 waits for its window; 3 and the asking request are running
    receiving: 1, running: 2, blocked: 1, data_bytes: WINDOW, entity_bytes: 1000,
  });
});

test('patch 05: retiring a connection ends it after its streams', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/slow'), request(3, '/retire'));
  assert.equal(await peer.goaway(), ERROR.NONE);
  assert.equal(await peer.status(1), 200);
  assert.ok(await peer.goneWithin(2000));
});

test('patch 06: nothing is read once the connection is closing', concurrency, async (t) => {
  const probe = await Probe.start(t, stuck);
  const peer = await probe.connect({ initialWindow: 0x3fffffff });
  const flood = 32 * 1024 * 1024;
  await stickWrite(peer, 1, 20_000_000);
  peer.send(data(0, 1)); // a connection error, whose GOAWAY waits behind the write
  peer.send(Buffer.alloc(flood));
  await sleep(1000);
  assert.ok(peer.raw.writableLength > flood / 2, 'the flood was read');
});

const limited = { entity_bytes_max: 131072, connection_entity_bytes_max: 262144 };

test('patch 07: the bodies held by a connection are bounded', concurrency, async (t) => {
  const probe = await Probe.start(t, limited);
  const peer = await probe.connect();
  const upload = (id) => Buffer.concat([request(id, '/echo', { method: 'POST', body: true }),
    ...odd(10).map(() => data(id, 10000))]);
  peer.send(upload(1), upload(3), upload(5));
  assert.equal(await peer.reset(5, 1500), ERROR.REFUSED_STREAM);
  peer.send(data(1, 0, true));
  assert.equal(await peer.text(1), '100000\n');
  peer.send(upload(7), data(7, 0, true)); // the room is free again
  assert.equal(await peer.text(7), '100000\n');
});

test('patch 07: one RST_STREAM per refused body, not one per frame', concurrency, async (t) => {
  const probe = await Probe.start(t, limited);
  const peer = await probe.connect();
  peer.send(request(1, '/echo', { method: 'POST', body: true }),
    ...odd(60).map(() => data(1, 10000)), request(3, '/hello'));
  assert.equal(await peer.status(3), 200);
  assert.equal(peer.of(TYPE.RST_STREAM, 1).length, 1);
});

// The first status line that an HTTP/1 request gets, and whether "Connection: close" came.
function http1(port, text) {
  return new Promise((resolve) => {
    let reply = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text));
    const finish = () => {
      socket.destroy();
      resolve({ status: Number(reply.split(' ')[1]), closes: /^connection: close/im.test(reply) });
    };
    socket.on('data', (bytes) => {
      reply += bytes;
      if (reply.includes('\r\n\r\n')) finish();
    });
    socket.on('error', finish);
    socket.setTimeout(2000, finish);
  });
}

for (const [what, fields] of [
  ['Content-Length with Transfer-Encoding', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['Transfer-Encoding with Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
  ['two Content-Length', 'Content-Length: 5\r\nContent-Length: 6'],
  ['a folded line', 'X: a\r\n b'],
]) {
  test(`patch 08: HTTP/1 with ${what}`, concurrency, async (t) => {
    const probe = await Probe.start(t);
    const reply = await http1(probe.ports.http1,
      `POST /echo HTTP/1.1\r\nHost: probe\r\n${fields}\r\n\r\n0\r\n\r\n`);
    assert.deepEqual(reply, { status: 400, closes: true });
    assert.equal((await probe.counters()).admitted, 0);
  });
}

test('patch 08: HTTP/1 says close to a request that the drain overtook', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const reply = http1(probe.ports.http1, 'GET /slow HTTP/1.1\r\nHost: probe\r\n\r\n');
  await sleep(80);
  probe.child.kill('SIGTERM');
  assert.deepEqual(await reply, { status: 200, closes: true });
});

// A connection with a stream that keeps it, told to leave.
async function draining(t, before) {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/sse'));
  assert.equal(await peer.status(1), 200);
  before(peer);
  await sleep(50);
  probe.child.kill('SIGTERM');
  await peer.goaway(3000, 1); // the second one, after which new streams are ignored
  return { probe, peer };
}

test('patch 09: CONTINUATION after GOAWAY', concurrency, async (t) => {
  const { probe, peer } = await draining(t, (p) => p.send(
    frame(TYPE.HEADERS, FLAG.END_STREAM, 3, block(pseudo('GET', '/hello')))));
  const ticks = probe.cpuTicks();
  peer.send(frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 3));
  assert.equal(await peer.status(3, 1000), 200);
  assert.ok(probe.cpuTicks() - ticks < 50, 'it spins');
});

test('patch 10: close_notify, then a flood', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect({ secure: true });
  const before = probe.residentKiB();
  peer.send(request(1, '/sse'));
  assert.equal(await peer.status(1), 200);
  peer.socket.end();
  await sleep(100);
  for (let i = 0; i < 32 && !peer.isClosed; i++) {
    peer.raw.write(Buffer.alloc(1_000_003)); // no multiple of a buffer's size: see patch 12
    await sleep(20);
  }
  assert.ok(await peer.goneWithin(1000), 'it reads on');
  assert.ok(probe.residentKiB() - before < 8 * 1024, 'it keeps what it reads');
});

test('patch 11: an upload is taken to its end while draining', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect();
  peer.send(request(1, '/echo', { method: 'POST', body: true }), data(1, 1000));
  await sleep(50);
  probe.child.kill('SIGTERM');
  await peer.goaway(3000, 1);
  peer.send(data(1, 1000, true));
  assert.equal(await peer.text(1), '2000\n');
  assert.deepEqual(await probe.exited, { code: 0, signal: null });
});

test('patch 11: the last bytes are written before the socket closes', concurrency, async (t) => {
  const probe = await Probe.start(t, { ...stuck, graceful_ms: 8000 });
  const peer = await probe.connect({ initialWindow: 0x3fffffff });
  const bytes = 73 * 81_875 - 5000; // so that h2o's last write, too, is more than the kernel takes at once
  await stickWrite(peer, 1, bytes);
  probe.child.kill('SIGTERM');
  await sleep(1500);
  peer.release();
  assert.equal((await peer.body(1))?.length, bytes);
});

test('patch 11: streams that crossed the GOAWAY are ignored, not an error', concurrency, async (t) => {
  const { peer } = await draining(t, () => {});
  const events = peer.of(TYPE.DATA, 1).length;
  peer.send(request(9, '/echo', { method: 'POST', body: true }), windowUpdate(9, 1000),
    data(9, 1000), frame(TYPE.RST_STREAM, 0, 9, Buffer.alloc(4)));
  await peer.until(() => peer.of(TYPE.DATA, 1).length > events + 3 || undefined, 2000);
  assert.equal(peer.of(TYPE.GOAWAY).length, 2);
  assert.ok(!peer.isClosed);
});

test('patch 12: TLS octets that fill the buffer exactly', concurrency, async (t) => {
  const probe = await Probe.start(t);
  const peer = await probe.connect({ secure: true });
  peer.wire.chunkBytes = 8192;
  peer.send(request(1, '/echo', { method: 'POST', body: true }),
    ...odd(5).map(() => data(1, 10000)), data(1, 10000, true));
  await sleep(100);
  await peer.wire.flushChunks(20);
  assert.equal(await peer.text(1), '60000\n');
});
