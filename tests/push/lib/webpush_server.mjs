// web-push-testing speaks cleartext HTTP/1.1; a TLS HTTP/2 front before it checks what a push server checks
// (RFC 8030, RFC 8292) and lets the test decide answers.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import net from 'node:net';
import { once } from 'node:events';
import * as jose from 'jose';
import { http2Server } from './http2_server.mjs';

const require = createRequire(import.meta.url);
const PushTestingServer = require('web-push-testing/src/server.js');
const { PushApiModel } = require('web-push-testing/src/PushApiModel.js');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function checkVapid(authorization, origin, publicKey) {
  const match = /^vapid t=([^,\s]+),\s*k=([A-Za-z0-9_-]+)$/.exec(authorization);
  assert.ok(match, `Authorization: ${authorization}`);
  assert.equal(match[2], publicKey);
  const point = Buffer.from(match[2], 'base64url');
  const key = await jose.importJWK({ kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url') }, 'ES256');
  const { payload } = await jose.jwtVerify(match[1], key, { algorithms: ['ES256'], audience: origin });
  assert.match(payload.sub, /^(mailto|https):/);
  assert.ok(payload.exp <= Date.now() / 1000 + 24 * 3600);
}

export async function webPushServer(tls, publicKey) {
  const port = await freePort();
  const quiet = console.log;
  console.log = () => {};
  const inner = new PushTestingServer(new PushApiModel(), port);
  inner.startServer();
  await once(inner._server, 'listening');
  console.log = quiet;
  const base = `http://127.0.0.1:${port}`;
  const self = { arrived: [], decide: undefined, problems: [] };
  const front = await http2Server(tls, async ({ headers, body, stream, session }) => {
    const request = { path: headers[':path'], headers, stream, session, at: Date.now() };
    try {
      assert.equal(headers[':method'], 'POST');
      assert.match(headers.ttl ?? '', /^[0-9]+$/);
      assert.match(headers.urgency, /^(very-low|low|normal|high)$/);
      assert.match(headers.topic, /^[A-Za-z0-9_-]{1,32}$/);
      assert.equal(headers['content-encoding'], 'aes128gcm');
      assert.ok(body.length <= 4096);
      await checkVapid(headers.authorization, front.origin, publicKey);
    } catch (problem) {
      self.problems.push(problem);
      return { status: 400 };
    }
    const decided = await self.decide?.(request);
    if (decided !== undefined && decided?.status !== 201) return decided;
    const answer = await fetch(base + request.path, {
      method: 'POST',
      headers: Object.fromEntries(['ttl', 'content-encoding', 'content-type', 'authorization'].map((name) => [name, headers[name]])),
      body,
    });
    if (answer.status === 201) self.arrived.push(request);
    return { status: answer.status, headers: { location: `${front.origin}/message/${self.arrived.length}` } };
  });
  const post = async (path, body) => (await fetch(base + path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json().catch(() => ({}));
  return Object.assign(self, {
    origin: front.origin,
    front,
    // What a browser hands to registerDevice, with the hash it is known by here.
    async subscribe() {
      const { data } = await post('/subscribe', { userVisibleOnly: 'true', applicationServerKey: publicKey });
      return { kind: 'WEBPUSH', hash: data.clientHash, address: `${front.origin}/notify/${data.clientHash}`,
        p256dh: data.keys.p256dh.replace(/=+$/, ''), auth: data.keys.auth.replace(/=+$/, '') };
    },
    expire: (hash) => post(`/expire-subscription/${hash}`, {}),
    // Decrypted payloads a browser got, in order.
    async got(hash) {
      const { data } = await post('/get-notifications', { clientHash: hash });
      return (data?.messages ?? []).map((text) => JSON.parse(text));
    },
    reset() { self.arrived.length = 0; self.problems.length = 0; self.decide = undefined; },
    async close() {
      await front.close();
      await new Promise((resolve) => { inner._server.close(resolve); inner._server.closeAllConnections(); });
    },
  });
}
