// FCM HTTP v1 and its token endpoint, as far as Google documents what they refuse.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as jose from 'jose';
import { http2Server } from './http2_server.mjs';

const project = 'motcua-test';
const email = `push@${project}.iam.gserviceaccount.com`;

export const fcmError = (status, code, message = 'no', headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error: { code: status, message, status: code, details: [
    { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: code }] } }),
});

function checkMessage(message) {
  const targets = ['token', 'fid', 'topic', 'condition'].filter((name) => message[name] !== undefined);
  assert.equal(targets.length, 1, 'exactly one target');
  for (const [key, value] of Object.entries(message.data ?? {})) {
    assert.equal(typeof value, 'string', `data.${key} is a string`);
    assert.doesNotMatch(key, /^(from|gcm.*|google.*|message_type)$/);
  }
  const size = Buffer.byteLength(Object.entries({ ...message.data, ...message.notification }).flat().join(''));
  assert.ok(size <= 4096);
  assert.match(message.android.ttl, /^[0-9]+(\.[0-9]+)?s$/);
  assert.ok(parseFloat(message.android.ttl) <= 2419200);
  assert.match(message.android.priority, /^(HIGH|NORMAL)$/);
  const known = { message: ['token', 'data', 'notification', 'android', 'apns'], android: ['collapse_key', 'priority',
    'ttl', 'notification'], notification: ['title', 'body'], apns: ['headers'] };
  for (const key of Object.keys(message)) assert.ok(known.message.includes(key), key);
  for (const part of ['android', 'notification', 'apns'])
    for (const key of Object.keys(message[part])) assert.ok(known[part].includes(key), `${part}.${key}`);
  assert.ok(Buffer.byteLength(message.apns.headers['apns-collapse-id']) <= 64);
}

export async function fcmServer(tls, publicKey) {
  const self = { arrived: [], tokens: [], problems: [], decide: undefined, decideToken: undefined, lifeSeconds: 3599 };

  async function grant({ headers, body }) {
    const decided = await self.decideToken?.();
    if (decided) return decided;
    assert.match(headers['content-type'], /^application\/x-www-form-urlencoded/);
    const form = new URLSearchParams(body.toString());
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jose.jwtVerify(form.get('assertion'), publicKey,
      { algorithms: ['RS256'], issuer: email, audience: `${server.origin}/token` });
    assert.equal(protectedHeader.kid, 'key-1');
    assert.equal(payload.scope, 'https://www.googleapis.com/auth/firebase.messaging');
    assert.ok(payload.exp - payload.iat <= 3600);
    const token = randomBytes(16).toString('hex');
    self.tokens.push(token);
    return { status: 200, headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: token, expires_in: self.lifeSeconds, token_type: 'Bearer' }) };
  }

  async function send({ headers, body, stream, session }) {
    if (!self.tokens.includes(headers.authorization?.replace(/^Bearer /, '')))
      return { status: 401, headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: { code: 401, status: 'UNAUTHENTICATED', message: 'no' } }) };
    assert.match(headers['content-type'], /^application\/json/);
    const { message, ...rest } = JSON.parse(body.toString());
    assert.deepEqual(Object.keys(rest), []);
    checkMessage(message);
    const decided = await self.decide?.({ message, stream, session });
    if (decided !== undefined) return decided;
    self.arrived.push({ ...message, at: Date.now() });
    return { status: 200, headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: `projects/${project}/messages/${self.arrived.length}` }) };
  }

  const server = await http2Server(tls, async (request) => {
    const path = request.headers[':path'];
    try {
      if (path === '/token') return await grant(request);
      assert.equal(path, `/v1/projects/${project}/messages:send`);
      return await send(request);
    } catch (problem) {
      self.problems.push(problem);
      return fcmError(400, 'INVALID_ARGUMENT', problem.message);
    }
  });
  return Object.assign(self, {
    origin: server.origin,
    front: server,
    account: (privateKey) => ({ type: 'service_account', project_id: project, private_key_id: 'key-1',
      private_key: privateKey, client_email: email, token_uri: `${server.origin}/token` }),
    got: (token) => self.arrived.filter((message) => message.token === token),
    reset() {
      self.arrived.length = self.tokens.length = self.problems.length = 0;
      self.decide = self.decideToken = undefined;
      self.lifeSeconds = 3599;
    },
    close: server.close,
  });
}
