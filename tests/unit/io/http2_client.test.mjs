// lib/io/http2_client against Node's http2 server, which can be told to behave badly.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { makeAuthority } from '../../push/lib/certificates.mjs';

const driver = process.env.MOTCUA_HTTP2_DRIVER ?? `${process.env.MOTCUA_BUILD_DIR}/bin/http2_client_driver`;
const authority = makeAuthority();
const leaf = authority.certificate('DNS:localhost', 'IP:127.0.0.1');
after(() => authority.remove());

async function serve(t, onStream, options = {}) {
  const server = http2.createSecureServer({ ...leaf, ...options });
  const sessions = new Set();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers, stream.session);
  });
  await listen(t, server);
  t.after(() => sessions.forEach((session) => session.destroy()));
  return Object.assign(server, { origin: `https://localhost:${server.address().port}` });
}

async function listen(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
}

async function drive(origin, count, options = {}, ca = authority.caFile) {
  const words = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const output = await new Promise((resolve, reject) => {
    execFile(driver, [origin, ca, String(count), ...words], { timeout: 40000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout));
  });
  const requests = [], counts = {};
  for (const line of output.trim().split('\n')) {
    const [kind, ...rest] = line.split(' ');
    if (kind === 'counts') for (const pair of rest) counts[pair.split('=')[0]] = Number(pair.split('=')[1]);
    else if (kind === 'request')
      requests.push({ status: rest[0], reason: rest[1], maybe: rest[2] === '1', http: Number(rest[3]),
        calls: Number(rest[4]), body: rest.slice(5).join(' ') });
    else requests.push({ status: rest[0], refused: true });
  }
  for (const request of requests) if (!request.refused) assert.equal(request.calls, 1, 'done comes exactly once');
  return { requests, counts };
}

const ok = (stream, headers) => { stream.respond({ ':status': 200 }); stream.end(`to ${headers[':path']}`); };
const allOk = (requests) => requests.every((request) => request.status === 'MC_OK' && request.http === 200);

test('five hundred requests share one connection and each gets its own answer', async (t) => {
  let sessions = 0;
  const server = await serve(t, ok);
  server.on('session', () => sessions++);
  const { requests } = await drive(server.origin, 500, { connections_max: 1 });
  requests.forEach((request, i) => assert.deepEqual([request.status, request.body], ['MC_OK', `to /${i}`]));
  assert.equal(sessions, 1);
});

test('never more streams than the peer allows, even when it allows one', async (t) => {
  let now = 0, most = 0;
  const server = await serve(t, (stream, headers) => {
    most = Math.max(most, ++now);
    setTimeout(() => { now--; ok(stream, headers); }, 5);
  }, { settings: { maxConcurrentStreams: 1 } });
  const { requests } = await drive(server.origin, 20, { connections_max: 1 });
  assert.ok(allOk(requests));
  assert.equal(most, 1);
});

test('a body longer than the peer\'s window arrives whole', async (t) => {
  const sizes = [];
  const server = await serve(t, (stream, headers) => {
    let size = 0;
    stream.on('data', (chunk) => { size += chunk.length; });
    stream.on('end', () => { sizes.push(size); ok(stream, headers); });
  });
  const { requests } = await drive(server.origin, 3, { body: 300000 });
  assert.ok(allOk(requests));
  assert.deepEqual(sizes, [300000, 300000, 300000]);
});

test('GOAWAY: streams above the last one are sent again, each is processed once', async (t) => {
  const seen = new Map();
  let first = true;
  const server = await serve(t, (stream, headers, session) => {
    const path = headers[':path'];
    if (first && stream.id > 41) return; // as a server that has stopped reading
    seen.set(path, (seen.get(path) ?? 0) + 1);
    if (first && stream.id === 41) {
      first = 'going';
      setTimeout(() => { session.goaway(0, 41); first = false; }, 50);
    }
    setTimeout(() => ok(stream, headers), 100);
  });
  const { requests, counts } = await drive(server.origin, 80, { connections_max: 1 });
  assert.ok(allOk(requests), JSON.stringify(requests.filter((request) => request.http !== 200)));
  assert.equal(counts.goaways >= 1, true);
  assert.equal(counts.connects, 2);
  assert.equal(seen.size, 80);
  assert.ok([...seen.values()].every((times) => times === 1));
});

test('REFUSED_STREAM is sent again; another reset is not, and says that it may have been processed', async (t) => {
  const times = new Map();
  const server = await serve(t, (stream, headers) => {
    const path = headers[':path'];
    times.set(path, (times.get(path) ?? 0) + 1);
    if (path === '/0' && times.get(path) < 3) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    else if (path === '/1') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else ok(stream, headers);
  });
  const { requests, counts } = await drive(server.origin, 3);
  assert.equal(requests[0].http, 200);
  assert.deepEqual([requests[1].status, requests[1].reason, requests[1].maybe], ['MC_UNAVAILABLE', 'reset', true]);
  assert.equal(requests[2].http, 200);
  assert.equal(times.get('/1'), 1);
  assert.equal(counts.resends, 2);
});

test('a peer that refuses for ever does not keep a request for ever', async (t) => {
  const server = await serve(t, (stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM));
  const { requests } = await drive(server.origin, 1, { timeout_ms: 20000 });
  assert.deepEqual([requests[0].status, requests[0].reason, requests[0].maybe], ['MC_UNAVAILABLE', 'refused', false]);
});

test('a slow answer ends at the deadline; the others on the connection are answered', async (t) => {
  const server = await serve(t, (stream, headers) => { if (headers[':path'] !== '/1') ok(stream, headers); });
  const { requests } = await drive(server.origin, 3, { timeout_ms: 600 });
  assert.deepEqual(requests.map((request) => request.status), ['MC_OK', 'MC_TIMEOUT', 'MC_OK']);
  assert.equal(requests[1].maybe, true);
});

test('a cancelled request ends at once, running or waiting', async (t) => {
  const server = await serve(t, () => {}, { settings: { maxConcurrentStreams: 2 } });
  const { requests } = await drive(server.origin, 6, { cancel_ms: 300, connections_max: 1 });
  assert.ok(requests.every((request) => request.status === 'MC_CANCELLED'));
  assert.deepEqual(requests.map((request) => request.maybe), [true, true, false, false, false, false]);
});

test('an answer longer than its limit ends the request alone', async (t) => {
  const server = await serve(t, (stream, headers) => {
    if (headers[':path'] !== '/0') return ok(stream, headers);
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(200000));
  });
  const { requests } = await drive(server.origin, 2, { answer_max: 1000 });
  assert.deepEqual(requests.map((request) => request.status), ['MC_LIMIT', 'MC_OK']);
});

test('a connection cut in mid-request: its request may have been processed and is not sent again', async (t) => {
  const sockets = [];
  let cut = true, streams = 0;
  const server = await serve(t, (stream, headers) => {
    streams++;
    if (!cut) return ok(stream, headers);
    cut = false;
    sockets.forEach((socket) => socket.resetAndDestroy());
  });
  server.on('connection', (socket) => sockets.push(socket));
  const { requests } = await drive(server.origin, 1);
  assert.deepEqual([requests[0].status, requests[0].reason, requests[0].maybe], ['MC_UNAVAILABLE', 'lost', true]);
  assert.equal(streams, 1);

  cut = true;
  const again = await drive(server.origin, 1, { rounds: 2, gap_ms: 500 });
  assert.equal(again.requests[0].http, 200);
  assert.equal(again.counts.connects, 2);
});

test('a certificate for another name is refused', async (t) => {
  const other = authority.certificate('DNS:push.example');
  let streams = 0;
  const server = await serve(t, () => streams++, other);
  const { requests } = await drive(server.origin, 2);
  assert.ok(requests.every((request) => request.status === 'MC_UNAVAILABLE' && request.reason === 'certificate' &&
    !request.maybe));
  assert.equal(streams, 0);
});

test('a certificate for the host\'s address is taken for an address', async (t) => {
  const server = await serve(t, ok);
  const { requests } = await drive(server.origin.replace('localhost', '127.0.0.1'), 1);
  assert.ok(allOk(requests));
});

test('a certificate of another authority is refused', async (t) => {
  const stranger = makeAuthority('a stranger');
  t.after(() => stranger.remove());
  const server = await serve(t, ok);
  const { requests } = await drive(server.origin, 1, {}, stranger.caFile);
  assert.equal(requests[0].reason, 'certificate');
});

test('a TLS server without HTTP/2 gets no request', async (t) => {
  let bytes = 0;
  const server = tls.createServer({ ...leaf }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => { bytes += chunk.length; });
  });
  await listen(t, server);
  const { requests } = await drive(`https://localhost:${server.address().port}`, 1);
  assert.deepEqual([requests[0].status, requests[0].reason], ['MC_UNAVAILABLE', 'alpn']);
  assert.equal(bytes, 0);
});

test('nobody listens, or nobody answers the handshake: all that wait end, unprocessed', async (t) => {
  const server = net.createServer((socket) => socket.on('error', () => {}));
  await listen(t, server);
  const { port } = server.address();
  const mute = await drive(`https://localhost:${port}`, 2, { connect_timeout_ms: 300 });
  assert.ok(mute.requests.every((request) => request.reason === 'connect_timeout' && !request.maybe));
  const closed = net.createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const free = closed.address().port;
  await new Promise((resolve) => closed.close(resolve));
  const none = await drive(`https://localhost:${free}`, 2);
  assert.ok(none.requests.every((request) => request.reason === 'connect' && !request.maybe));
});

test('an idle connection is pinged, and one that does not answer is replaced', async (t) => {
  const server = await serve(t, ok);
  const alive = await drive(server.origin, 1, { rounds: 2, gap_ms: 600, ping_idle_ms: 150, ping_answer_ms: 2000 });
  assert.ok(alive.counts.pings >= 1);
  assert.equal(alive.counts.connects, 1);

  // A proxy that goes deaf after the first round.
  let deaf = false;
  const proxy = net.createServer((socket) => {
    const inner = net.connect(server.address().port, '127.0.0.1');
    const mine = { deaf: false };
    socket.on('data', (chunk) => { if (!mine.deaf) inner.write(chunk); });
    inner.on('data', (chunk) => socket.write(chunk));
    socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => socket.destroy());
    if (!deaf) { deaf = true; setTimeout(() => { mine.deaf = true; }, 400); }
  });
  await listen(t, proxy);
  const dead = await drive(`https://localhost:${proxy.address().port}`, 1,
    { rounds: 2, gap_ms: 1500, ping_idle_ms: 500, ping_answer_ms: 200 });
  assert.equal(dead.requests[0].http, 200);
  assert.equal(dead.counts.connects, 2);
});

test('a connection without work is closed with a GOAWAY of ours', async (t) => {
  let goaways = 0;
  const server = await serve(t, ok);
  server.on('session', (session) => session.on('goaway', () => goaways++));
  const { counts } = await drive(server.origin, 1, { rounds: 2, gap_ms: 800, idle_close_ms: 200 });
  assert.equal(counts.connects, 2);
  assert.ok(goaways >= 1);
});

test('an origin is https, a host and a port, and nothing else', async () => {
  for (const origin of ['http://localhost', 'https://', 'https://a b', 'https://localhost:0', 'https://localhost:99999',
    'https://localhost/path', 'https://u@localhost', 'https://[::1', 'localhost']) {
    const { requests } = await drive(origin, 1);
    assert.deepEqual([requests[0].refused, requests[0].status], [true, 'MC_BAD_INPUT'], origin);
  }
});
