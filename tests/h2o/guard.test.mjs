// server/http/guard.c against attackers and honest clients. Time-outs are set short; what is
// asserted is who is cut, why, and who is not.

import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { Probe } from './probe.mjs';
import {
  ERROR, FLAG, PREFACE, TYPE, block, data, frame, ping, pseudo, request, rst, settings, sleep,
  windowUpdate,
} from './wire.mjs';

const guard = { guard: 1 };
const stuck = { ...guard, send_buffer_bytes: 4096 };
const BIG_WINDOW = 0x3fffffff;
const STUCK_MS = 700; // see patches.test.mjs
const odd = (count, from = 1) => Array.from({ length: count }, (_, i) => from + 2 * i);
const ADMITTED_MAX = 500;

// A GOAWAY may be lost when the socket is closed with an attacker's octets still unread: TCP resets.
async function saidIfAnything(peer, code) {
  assert.equal(await peer.goaway() ?? code, code);
}

// Many turns of an attack in one go, over each kind of socket.
async function attackIsCut(t, secure, { path, turn, reason, code = ERROR.ENHANCE_YOUR_CALM }) {
  const probe = await Probe.start(t, guard);
  const peer = await probe.connect({ secure });
  for (let first = 1; first < 8000 && !peer.isClosed; first += 400) {
    peer.send(...odd(200, first).flatMap((id) => turn(id, path)));
    await sleep(5);
  }
  assert.ok(await peer.goneWithin(3000), 'it is not cut');
  await saidIfAnything(peer, code);
  const counters = await probe.counters();
  assert.ok(counters.admitted <= ADMITTED_MAX, `${counters.admitted} requests were admitted`);
  assert.equal(counters.cuts[reason], 1);
  await probe.servesHttp2();
}

async function cutFor(probe, peer, reason, withinMs = 6000) {
  assert.ok(await peer.goneWithin(withinMs), 'it is not cut');
  assert.equal((await probe.counters()).cuts[reason], 1);
}

// Bytes one by one, or in small pieces, until the peer is gone or they end.
async function trickle(peer, bytes, { pieceBytes = 1, everyMs = 100 } = {}) {
  for (let at = 0; at < bytes.length && !peer.isClosed; at += pieceBytes) {
    peer.send(bytes.subarray(at, at + pieceBytes));
    await sleep(everyMs);
  }
}

describe('floods', { concurrency: 3, timeout: 30000 }, () => {
  for (const secure of [false, true]) {
    const over = secure ? 'TLS' : 'cleartext';
    for (const path of ['/hello', '/slow'])
      test(`rapid reset of ${path} over ${over}`, (t) => attackIsCut(t, secure, {
        path, reason: 'reset_flood', turn: (id) => [request(id, path), rst(id)],
      }));
    test(`MadeYouReset by WINDOW_UPDATE 0 over ${over}`, (t) => attackIsCut(t, secure, {
      reason: 'zero_increment', code: ERROR.PROTOCOL,
      turn: (id) => [request(id, '/slow'), windowUpdate(id, 0)],
    }));
    test(`MadeYouReset by window overflow over ${over}`, (t) => attackIsCut(t, secure, {
      reason: 'stream_errors', turn: (id) => [request(id, '/slow'), windowUpdate(id, 0x7fffffff)],
    }));
    test(`MadeYouReset by DATA after the end over ${over}`, (t) => attackIsCut(t, secure, {
      reason: 'stream_errors', turn: (id) => [request(id, '/slow'), data(id, 1)],
    }));
  }

  test('resets spread over time', async (t) => {
    const probe = await Probe.start(t, guard);
    const peer = await probe.connect();
    for (let first = 1; first < 2000 && !peer.isClosed; first += 40) {
      peer.send(...odd(20, first).flatMap((id) => [request(id, '/slow'), rst(id)]));
      await sleep(50);
    }
    await cutFor(probe, peer, 'reset_flood', 1000);
    assert.ok((await probe.counters()).admitted <= ADMITTED_MAX);
  });

  test('an honest client may reset what it no longer needs', async (t) => {
    const probe = await Probe.start(t, guard);
    const peer = await probe.connect();
    peer.send(...odd(80).flatMap((id) => [request(id, '/slow'), rst(id)]), request(201, '/hello'));
    assert.equal(await peer.status(201), 200);
  });

  for (const [what, reason, turn, before = []] of [
    ['SETTINGS', 'settings_flood', () => settings()],
    ['PING', 'cheap_flood', () => ping()],
    ['SETTINGS ACK', 'cheap_flood', () => frame(TYPE.SETTINGS, FLAG.ACK, 0)],
    ['PRIORITY', 'cheap_flood', () => frame(TYPE.PRIORITY, 0, 1, Buffer.from([0, 0, 0, 0, 9])),
      [request(1, '/sse')]],
    ['WINDOW_UPDATE', 'cheap_flood', () => windowUpdate(0, 1)],
    ['empty DATA', 'cheap_flood', () => data(1, 0), [request(1, '/echo', { method: 'POST', body: true })]],
    ['DATA of nothing but padding', 'cheap_flood',
      () => frame(TYPE.DATA, FLAG.PADDED, 1, Buffer.from([3, 0, 0, 0])),
      [request(1, '/echo', { method: 'POST', body: true })]],
    ['empty CONTINUATION', 'cheap_flood', () => frame(TYPE.CONTINUATION, 0, 1),
      [frame(TYPE.HEADERS, FLAG.END_STREAM, 1, block(pseudo('GET', '/hello')))]],
    ['unknown', 'cheap_flood', () => frame(TYPE.UNKNOWN, 0, 0, Buffer.alloc(8))],
  ]) {
    test(`a flood of ${what} frames`, async (t) => {
      const probe = await Probe.start(t, guard);
      const peer = await probe.connect();
      peer.send(...before);
      for (let i = 0; i < 40 && !peer.isClosed; i++) {
        peer.send(...Array.from({ length: 500 }, turn));
        await sleep(5);
      }
      await cutFor(probe, peer, reason);
      await saidIfAnything(peer, ERROR.ENHANCE_YOUR_CALM);
      assert.ok(probe.stderr.length < 1_000_000, 'it floods the log');
      await probe.servesHttp2();
    });
  }

  for (const [bytes, paid] of [[4999, 4], [5000, 5]])
    test(`${bytes} octets of DATA pay for ${paid} WINDOW_UPDATE frames, and the next is not free`, async (t) => {
      const settings = { ...guard, window_update_bytes_min: 1000, cheap_frames_max: 10 };
      const taken = async () => {
        const probe = await Probe.start(t, settings);
        const peer = await probe.connect();
        peer.send(request(1, `/bytes/${bytes}`));
        assert.equal((await peer.body(1)).length, bytes);
        return { probe, peer };
      };
      const updates = (count) => Array.from({ length: count }, () => windowUpdate(0, 1));
      const within = await taken();
      within.peer.send(...updates(paid + 10), request(3, '/hello'));
      assert.equal(await within.peer.status(3), 200);
      const over = await taken();
      over.peer.send(...updates(paid + 11), request(3, '/hello'));
      await cutFor(over.probe, over.peer, 'cheap_flood');
      await saidIfAnything(over.peer, ERROR.ENHANCE_YOUR_CALM);
      assert.equal(over.peer.of(TYPE.HEADERS, 3).length, 0);
    });

  test('an endless header block', async (t) => {
    const probe = await Probe.start(t, guard);
    const peer = await probe.connect();
    peer.send(frame(TYPE.HEADERS, FLAG.END_STREAM, 1, block(pseudo('GET', '/hello'))));
    for (let i = 0; i < 400 && !peer.isClosed; i++)
      peer.send(frame(TYPE.CONTINUATION, 0, 1, block([['x', 'a'.repeat(1000)]])));
    assert.ok(await peer.goneWithin(3000));
    await saidIfAnything(peer, ERROR.ENHANCE_YOUR_CALM);
    assert.equal((await probe.counters()).admitted, 0);
  });

  test('one field over 16 KiB', async (t) => {
    const probe = await Probe.start(t, guard);
    const peer = await probe.connect();
    const bytes = block([...pseudo('GET', '/hello'), ['huge', 'a'.repeat(60_000)]]);
    peer.send(frame(TYPE.HEADERS, FLAG.END_STREAM, 1, bytes.subarray(0, 16000)));
    for (let at = 16000; at < bytes.length; at += 16000)
      peer.send(frame(TYPE.CONTINUATION, 0, 1, bytes.subarray(at, at + 16000)));
    assert.ok(await peer.goneWithin(3000));
    await saidIfAnything(peer, ERROR.ENHANCE_YOUR_CALM);
    assert.equal((await probe.counters()).admitted, 0);
  });

  test('an HPACK bomb: one indexed field, named 16,000 times', async (t) => {
    const probe = await Probe.start(t, guard);
    const before = probe.residentKiB();
    for (let i = 0; i < 20; i++) {
      const peer = await probe.connect();
      const indexed = block([['b', 'a'.repeat(3900)]]);
      indexed[0] = 0x40; // literal with incremental indexing: entry 62
      peer.send(frame(TYPE.HEADERS, FLAG.END_STREAM | FLAG.END_HEADERS, 1,
        Buffer.concat([block(pseudo('GET', '/hello')), indexed, Buffer.alloc(12000, 0xbe)])));
      assert.equal(await peer.goaway(), ERROR.ENHANCE_YOUR_CALM);
    }
    assert.equal((await probe.counters()).admitted, 0);
    assert.ok(probe.residentKiB() - before < 16 * 1024, 'it keeps memory');
  });
});

describe('slow peers', { concurrency: 6, timeout: 40000 }, () => {
  const quick = { ...guard, silent_timeout_ms: 800, stalled_timeout_ms: 2500 };

  test('a connection that says nothing', async (t) => {
    const probe = await Probe.start(t, quick);
    const peer = await probe.connect({ hello: false });
    const raw = net.connect(probe.ports.tls, '127.0.0.1');
    t.after(() => raw.destroy());
    raw.resume();
    raw.on('error', () => {});
    const closed = new Promise((resolve) => { raw.once('close', resolve); });
    assert.ok(await peer.goneWithin(4000));
    await closed;
    assert.ok((await probe.counters()).cuts.silent >= 1); // libh2o has a timer for handshakes
  });

  test('a slow preface', async (t) => {
    const probe = await Probe.start(t, quick);
    const peer = await probe.connect({ hello: false });
    await trickle(peer, PREFACE);
    await cutFor(probe, peer, 'silent');
  });

  for (const secure of [false, true]) {
    const over = secure ? 'TLS' : 'cleartext';
    test(`slow headers over ${over}`, async (t) => {
      const probe = await Probe.start(t, quick);
      const peer = await probe.connect({ secure });
      await trickle(peer, request(1, '/hello', { fields: [['x', 'a'.repeat(100)]] }));
      await cutFor(probe, peer, 'stalled');
      assert.equal((await probe.counters()).admitted, 0);
    });

    test(`no body at all, kept alive by PING, over ${over}`, async (t) => {
      const probe = await Probe.start(t, quick);
      const peer = await probe.connect({ secure });
      peer.send(request(1, '/echo', { method: 'POST', body: true }));
      for (let i = 0; i < 60 && !peer.isClosed; i++) {
        peer.send(...Array.from({ length: 20 }, ping));
        await sleep(100);
      }
      await cutFor(probe, peer, 'stalled', 100);
    });

    test(`a slow body over ${over}`, async (t) => {
      const probe = await Probe.start(t, quick);
      const peer = await probe.connect({ secure });
      peer.send(request(1, '/echo', { method: 'POST', body: true }));
      for (let i = 0; i < 100 && !peer.isClosed; i++) {
        peer.send(data(1, 1));
        await sleep(100);
      }
      await cutFor(probe, peer, 'stalled', 100);
    });

    test(`an honest upload at 1,000 B/s over ${over} lives`, async (t) => {
      const probe = await Probe.start(t, quick);
      const peer = await probe.connect({ secure });
      peer.send(request(1, '/echo', { method: 'POST', body: true }), windowUpdate(0, 1000));
      await sleep(50);
      if (secure) {
        // one TLS record, shown to libh2o only when its last octet is there
        peer.wire.chunkBytes = 100;
        peer.send(data(1, 5000, true));
        await sleep(20);
        await peer.wire.flushChunks(100);
      } else {
        await trickle(peer, data(1, 5000, true), { pieceBytes: 100 });
      }
      assert.equal(await peer.text(1), '5000\n');
    });
  }

  test('a client that waits for its answer is not stalled', async (t) => {
    const probe = await Probe.start(t, { ...guard, stalled_timeout_ms: 300, unread_timeout_ms: 300 });
    const peer = await probe.connect();
    peer.send(request(1, '/sse'));
    await sleep(2500);
    assert.ok(!peer.isClosed);
    assert.ok(peer.of(TYPE.DATA, 1).length > 10);
  });

  const unread = { ...stuck, unread_timeout_ms: 1500 };

  test('a window of 0, with PINGs', async (t) => {
    const probe = await Probe.start(t, unread);
    const peer = await probe.connect({ initialWindow: 0 });
    peer.send(request(1, '/bytes/100000'));
    for (let i = 0; i < 50 && !peer.isClosed; i++) {
      peer.send(...Array.from({ length: 20 }, ping));
      await sleep(100);
    }
    await cutFor(probe, peer, 'unread', 100);
  });

  test('a window opened byte by byte', async (t) => {
    const probe = await Probe.start(t, unread);
    const peer = await probe.connect({ initialWindow: 0 });
    peer.send(request(1, '/bytes/100000'));
    for (let i = 0; i < 50 && !peer.isClosed; i++) {
      peer.send(windowUpdate(1, 1));
      await sleep(100);
    }
    await cutFor(probe, peer, 'unread', 100);
  });

  test('a window opened at 4,000 B/s lives', async (t) => {
    const probe = await Probe.start(t, unread);
    const peer = await probe.connect({ initialWindow: 0 });
    peer.send(request(1, '/bytes/16000'));
    for (let i = 0; i < 40; i++) {
      peer.send(windowUpdate(1, 400));
      await sleep(100);
    }
    assert.equal((await peer.body(1)).length, 16000);
  });

  for (const secure of [false, true])
    test(`a peer that never reads, over ${secure ? 'TLS' : 'cleartext'}`, async (t) => {
      const probe = await Probe.start(t, unread);
      const before = probe.descriptors();
      const peer = await probe.connect({ secure, initialWindow: BIG_WINDOW });
      peer.hold();
      peer.send(windowUpdate(0, BIG_WINDOW), request(1, '/bytes/20000000'));
      await sleep(STUCK_MS);
      assert.equal(await probe.descriptorsAtMost(before, 8000), before);
      assert.equal((await probe.counters()).cuts.unread, 1);
    });

  test('HTTP/1: one that never reads', async (t) => {
    const probe = await Probe.start(t, unread);
    const before = probe.descriptors();
    const raw = net.connect(probe.ports.http1, '127.0.0.1');
    t.after(() => raw.destroy());
    raw.on('error', () => {});
    await new Promise((resolve) => { raw.once('connect', resolve); });
    raw._handle.reading = false;
    raw._handle.readStop();
    raw.write('GET /bytes/20000000 HTTP/1.1\r\nHost: probe\r\n\r\n');
    await sleep(STUCK_MS);
    assert.equal(await probe.descriptorsAtMost(before, 8000), before);
    assert.equal((await probe.counters()).cuts.unread, 1);
  });

  test('HTTP/1: a request longer than the silence allowed is served', async (t) => {
    const probe = await Probe.start(t, { ...quick, silent_timeout_ms: 100 });
    for (let i = 0; i < 3; i++) assert.equal((await probe.fetch('/slow')).status, 200);
  });
});

describe('age and end', { concurrency: 6, timeout: 40000 }, () => {
  test('idle connections are retired; PING does not keep them', async (t) => {
    const probe = await Probe.start(t, { ...guard, idle_timeout_ms: 700 });
    const peer = await probe.connect();
    peer.send(request(1, '/hello'));
    for (let i = 0; i < 40 && !peer.isClosed; i++) {
      peer.send(ping());
      await sleep(100);
    }
    assert.equal(await peer.goaway(), ERROR.NONE);
    await cutFor(probe, peer, 'idle', 100);
  });

  test('an old connection is retired, its requests are answered', async (t) => {
    const probe = await Probe.start(t, { ...guard, age_max_ms: 500 });
    const peer = await probe.connect();
    let id = -1;
    while (peer.of(TYPE.GOAWAY).length === 0 && !peer.isClosed && id < 200) {
      peer.send(request(id += 2, '/slow'));
      await sleep(60);
    }
    assert.equal(await peer.goaway(), ERROR.NONE);
    assert.ok(await peer.goneWithin(3000));
    const last = peer.of(TYPE.GOAWAY)[0].payload.readUInt32BE(0);
    for (let answered = 1; answered <= last; answered += 2)
      assert.equal(await peer.status(answered), 200);
    assert.equal((await probe.counters()).cuts.age, 1);
  });

  test('a stream that outstays the retirement is cut', async (t) => {
    const probe = await Probe.start(t, { ...guard, age_max_ms: 500, age_linger_ms: 700 });
    const peer = await probe.connect();
    peer.send(request(1, '/sse'));
    assert.equal(await peer.goaway(3000), ERROR.NONE);
    await cutFor(probe, peer, 'outstayed', 4000);
  });

  test('half a header block across the retirement', async (t) => {
    const probe = await Probe.start(t, { ...guard, age_max_ms: 500 });
    const peer = await probe.connect();
    peer.send(request(1, '/sse'),
      frame(TYPE.HEADERS, FLAG.END_STREAM, 3, block(pseudo('GET', '/hello'))));
    assert.equal(await peer.goaway(3000), ERROR.NONE);
    peer.send(frame(TYPE.CONTINUATION, FLAG.END_HEADERS, 3));
    assert.equal(await peer.status(3, 2000), 200);
  });

  for (const secure of [false, true])
    test(`a closing connection whose last write is not read, over ${secure ? 'TLS' : 'cleartext'}`,
      async (t) => {
        const probe = await Probe.start(t, { ...stuck, linger_timeout_ms: 700 });
        const before = probe.descriptors();
        const peer = await probe.connect({ secure, initialWindow: BIG_WINDOW });
        peer.hold();
        peer.send(windowUpdate(0, BIG_WINDOW), request(1, '/bytes/20000000'));
        await sleep(STUCK_MS);
        peer.send(data(0, 1));
        assert.equal(await probe.descriptorsAtMost(before, 4000), before);
        assert.equal((await probe.counters()).cuts.linger, 1);
      });

  test('a corrupt TLS record while a write is stuck', async (t) => {
    const probe = await Probe.start(t, { ...stuck, linger_timeout_ms: 700 });
    const before = probe.descriptors();
    const peer = await probe.connect({ secure: true, initialWindow: BIG_WINDOW });
    peer.hold();
    peer.send(windowUpdate(0, BIG_WINDOW), request(1, '/bytes/20000000'));
    await sleep(STUCK_MS);
    peer.send(ping());
    await sleep(50);
    peer.raw.write(Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), Buffer.alloc(64, 0x5a)]));
    assert.equal(await probe.descriptorsAtMost(before, 4000), before);
    await probe.isAlive();
  });

  test('RST while writes are stuck leaks neither descriptor nor guard', async (t) => {
    const probe = await Probe.start(t, stuck);
    const before = probe.descriptors();
    const peers = await Promise.all(odd(10).map((n) =>
      probe.connect({ secure: n % 4 === 1, initialWindow: BIG_WINDOW })));
    for (const peer of peers) {
      peer.hold();
      peer.send(windowUpdate(0, BIG_WINDOW), request(1, '/bytes/5000000'));
    }
    await sleep(STUCK_MS);
    for (const peer of peers) peer.abort();
    assert.equal(await probe.descriptorsAtMost(before, 4000), before);
    assert.equal((await probe.counters()).watched, 1); // the asking one
  });

  test('close_notify, then a flood', async (t) => {
    const probe = await Probe.start(t, guard);
    const before = probe.residentKiB();
    const peer = await probe.connect({ secure: true });
    peer.send(request(1, '/sse'));
    assert.equal(await peer.status(1), 200);
    peer.socket.end();
    for (let i = 0; i < 16 && !peer.isClosed; i++) {
      peer.raw.write(Buffer.alloc(1_000_003));
      await sleep(20);
    }
    assert.ok(await peer.goneWithin(2000));
    assert.ok(probe.residentKiB() - before < 16 * 1024);
  });

  test('the drain finishes an upload, then the process ends', async (t) => {
    const probe = await Probe.start(t, guard);
    const peer = await probe.connect({ secure: true });
    peer.send(request(1, '/echo', { method: 'POST', body: true }), data(1, 1000));
    await sleep(50);
    probe.child.kill('SIGTERM');
    await peer.goaway(3000, 1);
    peer.send(data(1, 1000, true));
    assert.equal(await peer.text(1), '2000\n');
    assert.deepEqual(await probe.exited, { code: 0, signal: null });
  });
});
