// The push services' side: web-push-testing behind an HTTP/2 TLS front, and an FCM HTTP v1 endpoint
// that checks what Google documents. Both on loopback, under a certificate authority of their own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { importSPKI, jwtVerify } from 'jose';
import { makeAuthority } from '../push/lib/certificates.mjs';
import { until } from './support.mjs';

const require = createRequire(import.meta.url);
const { PushApiModel } = require('web-push-testing/src/PushApiModel.js');
const WebPushServer = require('web-push-testing/src/server.js');

const bodyOf = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const answer = (stream, status, body) => {
  stream.respond({ ':status': status, 'content-type': 'application/json' });
  stream.end(JSON.stringify(body));
};

export class PushServices {
  static async start() {
    const push = new PushServices();
    push.authority = makeAuthority();
    push.received = [];
    push.faults = [];
    push.swallows = false; // takes messages and neither keeps nor answers them: under way when a worker dies
    push.swallowed = [];
    push.bearers = new Set();
    push.sessions = new Set();
    await push.#startWebPush();
    await push.#startFront();
    push.#makeKeys();
    return push;
  }

  async #startWebPush() {
    this.model = new PushApiModel();
    const server = new WebPushServer(this.model, 0);
    server.setRequestHandlers();
    this.plain = server._app.listen(0, '127.0.0.1');
    await once(this.plain, 'listening');
  }

  async #startFront() {
    this.front = http2.createSecureServer({ ...this.authority.certificate('DNS:localhost', 'IP:127.0.0.1') });
    this.front.on('session', (session) => {
      this.sessions.add(session);
      session.on('close', () => this.sessions.delete(session));
      session.on('error', () => {});
    });
    this.front.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      this.#handle(stream, headers).catch((failure) => {
        this.faults.push(failure);
        if (!stream.headersSent && !stream.destroyed) answer(stream, 400, { error: { status: 'INVALID_ARGUMENT', message: failure.message } });
      });
    });
    this.front.listen(0, '127.0.0.1');
    await once(this.front, 'listening');
    this.origin = `https://127.0.0.1:${this.front.address().port}`;
    this.model.notifyUrl = `${this.origin}/notify/`;
  }

  #makeKeys() {
    const file = (name) => join(this.authority.place, name);
    execFileSync('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-out', file('vapid.pem')],
      { stdio: 'ignore' });
    const jwk = createPublicKey(execFileSync('openssl', ['pkey', '-in', file('vapid.pem'), '-pubout'])).export({ format: 'jwk' });
    this.vapidKey = Buffer.concat([Buffer.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')]).toString('base64url');
    const account = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    this.accountKey = account.publicKey;
    writeFileSync(file('account.json'), JSON.stringify({ type: 'service_account', project_id: 'motcua-test',
      private_key_id: 'key-1', private_key: account.privateKey, client_email: 'worker@motcua-test.example',
      token_uri: `${this.origin}/token` }));
    this.settings = { MOTCUA_PUSH_CA: this.authority.caFile, MOTCUA_FCM_URL: this.origin,
      MOTCUA_FCM_KEY_FILE: file('account.json'), MOTCUA_VAPID_KEY_FILE: file('vapid.pem'),
      MOTCUA_WEBPUSH_HOSTS: '127.0.0.1:*', MOTCUA_VAPID_SUBJECT: 'mailto:test@motcua.example' };
  }

  // A browser's subscription, as registerDevice takes it.
  async subscribe() {
    const { endpoint, keys, clientHash } = await this.model.subscribe({ userVisibleOnly: 'true', applicationServerKey: this.vapidKey });
    return { clientHash, input: { kind: 'WEBPUSH', address: endpoint, p256dh: Buffer.from(keys.p256dh, 'base64').toString('base64url'),
      auth: Buffer.from(keys.auth, 'base64').toString('base64url') } };
  }

  async #handle(stream, headers) {
    const body = await bodyOf(stream);
    assert.equal(headers[':method'], 'POST');
    const path = headers[':path'];
    if (path === '/token') {
      await this.#grant(stream, headers, body);
      return;
    }
    if (this.swallows) {
      if (path.startsWith('/v1/')) this.swallowed.push(JSON.parse(body).message.data.nid);
      return;
    }
    const take = path.startsWith('/v1/') ? this.#fcm : this.#webPush;
    await take.call(this, stream, headers, body);
  }

  // RFC 8030, 8188, 8291, 8292. The model decrypts; what it does not check is checked here.
  async #webPush(stream, headers, body) {
    const [, token, key] = /^vapid t=([^,\s]+), ?k=([\w-]+)$/.exec(headers.authorization) ?? [];
    assert.ok(token, `authorization: ${headers.authorization}`);
    assert.equal(key, this.vapidKey);
    const spki = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256',
      x: Buffer.from(key, 'base64url').subarray(1, 33).toString('base64url'), y: Buffer.from(key, 'base64url').subarray(33).toString('base64url') } });
    const { payload } = await jwtVerify(token, spki, { algorithms: ['ES256'], audience: this.origin });
    assert.equal(payload.sub, 'mailto:test@motcua.example');
    assert.ok(payload.exp - Date.now() / 1000 <= 24 * 3600 + 5, 'RFC 8292 section 2: at most 24 hours');
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.match(headers.ttl, /^\d+$/);
    if (headers.topic) assert.match(headers.topic, /^[\w-]{1,32}$/);
    if (headers.urgency) assert.match(headers.urgency, /^(very-low|low|normal|high)$/);
    assert.ok(body.length <= 4096, 'RFC 8291 section 4');
    const status = await this.#forward(headers, body);
    if (status === 201) {
      const clientHash = headers[':path'].split('/').pop();
      const text = this.model.messages[clientHash].at(-1);
      this.received.push({ channel: 'WEBPUSH', at: Date.now(), to: clientHash, ...JSON.parse(text) });
    } else {
      this.faults.push(new Error(`web-push-testing answered ${status}`));
    }
    answer(stream, status, {});
  }

  #forward(headers, body) {
    return new Promise((resolve, reject) => {
      const ask = http.request({ host: '127.0.0.1', port: this.plain.address().port, method: 'POST', path: headers[':path'], agent: false,
        headers: Object.fromEntries(['authorization', 'content-encoding', 'content-type', 'ttl'].map((name) => [name, headers[name]])) },
      (reply) => { reply.resume(); resolve(reply.statusCode); });
      ask.on('error', reject);
      ask.end(body);
    });
  }

  // OAuth 2.0 for service accounts: RFC 7523.
  async #grant(stream, headers, body) {
    assert.match(headers['content-type'], /^application\/x-www-form-urlencoded/);
    const form = new URLSearchParams(body.toString());
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion'), await importSPKI(this.accountKey, 'RS256'),
      { algorithms: ['RS256'], audience: `${this.origin}/token`, issuer: 'worker@motcua-test.example' });
    assert.equal(protectedHeader.kid, 'key-1');
    assert.equal(payload.scope, 'https://www.googleapis.com/auth/firebase.messaging');
    assert.ok(payload.exp - payload.iat <= 3600);
    const bearer = randomUUID();
    this.bearers.add(bearer);
    answer(stream, 200, { access_token: bearer, expires_in: 3599, token_type: 'Bearer' });
  }

  // FCM HTTP v1, projects.messages.send.
  async #fcm(stream, headers, body) {
    assert.equal(headers[':path'], '/v1/projects/motcua-test/messages:send');
    assert.match(headers['content-type'], /^application\/json/);
    const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization) ?? [];
    if (!this.bearers.has(bearer)) {
      answer(stream, 401, { error: { code: 401, status: 'UNAUTHENTICATED' } });
      return;
    }
    const { message, ...more } = JSON.parse(body);
    assert.deepEqual(more, {});
    const { token, data, notification, android, apns, ...rest } = message;
    assert.deepEqual(rest, {});
    assert.ok(token.length > 0);
    for (const [name, value] of Object.entries(data)) {
      assert.equal(typeof value, 'string', `data.${name}`);
      assert.doesNotMatch(name, /^(from|message_type|google\.|gcm\.)/);
    }
    assert.ok(Buffer.byteLength(JSON.stringify({ data, notification })) <= 4096);
    assert.match(android.ttl, /^\d+(\.\d{1,9})?s$/);
    assert.match(android.priority, /^(NORMAL|HIGH)$/);
    assert.match(apns.headers['apns-priority'], /^(10|5|1)$/);
    assert.ok(Buffer.byteLength(apns.headers['apns-collapse-id'] ?? '') <= 64);
    this.received.push({ channel: 'FCM', at: Date.now(), to: token, ...data, ...notification });
    answer(stream, 200, { name: `projects/motcua-test/messages/${randomUUID()}` });
  }

  // What arrived for one event; waits for as many.
  async arrived(event, count) {
    const found = () => this.received.filter((each) => each.event === event);
    await until(`${count} pushes of ${event} (${this.faults.map(({ message }) => message).join('; ')})`, () => found().length >= count);
    return found();
  }

  async stop() {
    for (const session of this.sessions) session.destroy();
    this.front.close();
    this.plain.closeAllConnections();
    this.plain.close();
    this.authority.remove();
  }
}
