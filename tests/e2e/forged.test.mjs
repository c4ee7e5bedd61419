// Forged and wrong tokens, more than a hundred of each kind, shown to our server as it runs: our access tokens as somebody
// else would make them, assertions that partners' machines did not sign, and ID tokens by an issuer that says whatever the
// test wants. And what an issuer's faults, or an app's, do to those who sign in after it.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign as signBy } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { compact, forgeries } from './forgeries.mjs';
import { House, until } from './support.mjs';

const publicUrl = 'https://api.example';
const redirectUri = 'vn.motcua.app:/signed-in';
const secrets = { k1: randomBytes(32), k2: randomBytes(32) };
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = { ec: ec(), client: ec(), other: ec(), rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }) };
const by = (kid) => (text) => signBy('sha256', Buffer.from(text), kid === 'rsa' ? keys.rsa.privateKey : { key: keys[kid].privateKey, dsaEncoding: 'ieee-p1363' });
const byHmac = (secret) => (text) => createHmac('sha256', secret).update(text).digest();
const leaks = /\.(c|mjs|sql):\d+|\n\s+at |0x[0-9a-f]{6,}|openssl|jansson|postgres|libcurl/i;
const place = mkdtempSync(join(tmpdir(), 'motcua-forged-'));
const now = () => Math.floor(Date.now() / 1000);
let house;
let client;
let issuer;

// Its token endpoint answers what was put down for the code: { status, body }.
class ForgingIssuer {
  static async start() {
    const self = new ForgingIssuer();
    self.answers = new Map();
    self.asked = 0;
    self.server = http.createServer((request, response) => self.#serve(request, response)).listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    self.url = `http://127.0.0.1:${self.server.address().port}`;
    return self;
  }

  async #serve(request, response) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const send = (status, answer) => response.writeHead(status, { 'content-type': 'application/json' }).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    if (request.url.startsWith('/.well-known')) return send(200, { issuer: this.url, token_endpoint: `${this.url}/token`, jwks_uri: `${this.url}/jwks` });
    if (request.url === '/jwks') {
      const published = (kid, alg) => ({ ...keys[kid].publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' });
      return send(200, { keys: [published('ec', 'ES256'), published('rsa', 'RS256')] });
    }
    this.asked++;
    const { status, answer } = this.answers.get(new URLSearchParams(body).get('code')) ?? { status: 400, answer: { error: 'invalid_grant' } };
    return send(status, answer);
  }

  // What to sign in with so that the issuer answers this.
  input(answer, status = 200) {
    const code = randomBytes(16).toString('hex');
    this.answers.set(code, { status, answer });
    return { issuer: 'citizens', code, codeVerifier: 'v'.repeat(43), redirectUri, nonce: 'nonce-1' };
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const claimsOf = (change = {}) => ({ iss: issuer.url, aud: 'motcua', sub: 'nguoi-1', nonce: 'nonce-1', SoDinhDanh: '079201000099', HoVaTen: 'Vũ Thị Giang', NgaySinh: '2001-02-28',
  iat: now(), exp: now() + 300, ...change });
const idToken = (change) => compact({ alg: 'ES256', kid: 'ec', typ: 'JWT' }, claimsOf(change), by('ec'));
const answered = `__typename ... on SignedIn { accessToken viewer { sessions { isCurrent steppedUpUntil } } } ... on Failure { code message }`;
const ask = (document, input, token) => client.post(document, { token, variables: { input } });
const signIn = (input) => ask(`mutation($input: SignInInput!) { signIn(input: $input) { ${answered} } }`, { ...input, device: 'x' });
const come = async (change) => (await signIn(issuer.input({ id_token: idToken(change) }))).json.data.signIn;
const typeOf = async (input) => { const { json } = await signIn(input); return json.data?.signIn.__typename ?? json.errors[0].extensions.code; };

before(async () => {
  issuer = await ForgingIssuer.start();
  writeFileSync(join(place, 'client.pem'), keys.client.privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  const file = join(place, 'issuers.json');
  writeFileSync(file, JSON.stringify({ issuers: [{ name: 'citizens', people: 'CITIZENS', issuer: issuer.url, clientId: 'motcua', key: 'client.pem', keyId: 'client',
    redirectUris: [redirectUri], secondFactor: ['loa3'], claims: { personalNo: 'SoDinhDanh', name: 'HoVaTen', bornOn: 'NgaySinh' } }] }));
  house = await House.start('forged', { settings: { MOTCUA_ISSUERS_FILE: file, MOTCUA_PUBLIC_URL: publicUrl,
    MOTCUA_TOKEN_KEYS: Object.entries(secrets).map(([kid, secret]) => `${kid}:${secret.toString('base64url')}`).join(',') } });
  client = house.client();
});
after(async () => {
  await house?.stop();
  issuer?.stop();
  rmSync(place, { recursive: true, force: true });
});

test('access tokens: one form is good, more than a hundred others are nobody\'s', async () => {
  const made = decodeJwt(house.token('citizen'));
  const claims = { ...made, iat: now(), exp: now() + 600 };
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' };
  const status = (token) => client.post('{ viewer { id } }', { token });
  for (const [kid, secret] of Object.entries(secrets)) assert.equal((await status(compact({ ...header, kid }, claims, byHmac(secret)))).status, 200, kid);
  const forged = forgeries({ header, claims, sign: byHmac(secrets.k1), wrongSign: byHmac(randomBytes(32)), texts: ['aud', 'sub', 'sid', 'kind'],
    secrets: { nothing: '', kid: 'k1', 'the other key': secrets.k2, zeros: Buffer.alloc(32), 'the key as text': secrets.k1.toString('base64url') },
    wrongTypes: [undefined, null, '', 'JWT', 'AT+JWT', 'application/at+jwt', 1], wrongAlgorithms: ['HS384', 'HS512', 'RS256', 'ES256', 'EdDSA'] })
    .filter(([, token]) => /^[\x21-\x7e]+$/.test(token)); // what a header field may hold
  assert.ok(forged.length >= 100, `${forged.length} of them`);
  for (const [what, token] of forged) {
    if (token.length > 16_000) { // beyond the limit of all header fields: the connection ends
      await assert.rejects(status(token), /error code 11|reset/, what);
      continue;
    }
    const reply = await status(token);
    assert.equal(reply.status, 401, `${what}: ${token.slice(0, 300)} ${reply.text}`);
    assert.equal(reply.json.errors[0].extensions.code, 'UNAUTHENTICATED', what);
    assert.doesNotMatch(reply.text, leaks, what);
  }
});

test('assertions: a partner\'s own is good once, more than a hundred others never', async () => {
  const jwk = JSON.stringify({ ...keys.ec.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256' });
  const partner = house.database.sql(`INSERT INTO partner (id) VALUES (5001) ON CONFLICT DO NOTHING;
    INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at) VALUES (5001, 'ec', '${jwk}', 'LIVE', '{events.read}', now() + interval '1 day');
    SELECT public_id FROM subject WHERE id = 5001`).split('\n').at(-1);
  const header = { alg: 'ES256', kid: 'ec', typ: 'JWT' };
  const claims = { iss: partner, sub: partner, aud: publicUrl, jti: 'once', iat: now(), exp: now() + 60 };
  const show = (assertion) => client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams({ grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }).toString());
  const forged = forgeries({ header, claims, sign: by('ec'), wrongSign: by('other'), texts: ['aud', 'sub', 'jti'], secrets: { nothing: '', kid: 'ec', 'the public key': jwk, partner },
    wrongTypes: [null, 'at+jwt', 'logout+jwt', 'JWE', 1, ['JWT']], wrongAlgorithms: ['HS256', 'ES384', 'RS256', 'PS256', 'EdDSA'] })
    .filter(([what]) => !/^long [01]$/.test(what)); // an assertion may be long
  assert.ok(forged.length >= 100, `${forged.length} of them`);
  for (const [what, token] of forged) {
    const reply = await show(token);
    const badForm = token.includes('\0') || token.length > 16_384;
    assert.deepEqual([reply.status, reply.json.error], badForm && reply.status === 400 ? [400, 'invalid_request'] : [401, 'invalid_client'], `${what}: ${token.slice(0, 300)} ${reply.text}`);
    assert.doesNotMatch(reply.text, leaks, what);
  }
  const good = compact(header, claims, by('ec'));
  assert.equal((await show(good)).status, 200);
  for (const again of [good, compact(header, { ...claims, exp: now() + 100 }, by('ec')), compact({ alg: 'ES256', kid: 'ec' }, claims, by('ec'))])
    assert.equal((await show(again)).status, 401, 'the same jti');
});

test('ID tokens: the issuer\'s are good, more than a hundred others have one and the same answer', async () => {
  const claims = claimsOf();
  const pem = createPublicKey(keys.rsa.privateKey).export({ type: 'spki', format: 'pem' });
  const kinds = [{ alg: 'ES256', kid: 'ec', typ: 'JWT' }, { alg: 'RS256', kid: 'rsa', typ: 'JWT' }];
  const answers = new Set();
  for (const header of kinds) {
    const good = compact(header, claims, by(header.kid));
    assert.equal(await typeOf(issuer.input({ id_token: good })), 'SignedIn', header.alg);
    const forged = forgeries({ header, claims, sign: by(header.kid), wrongSign: by('other'), texts: ['sub', 'nonce', 'SoDinhDanh', 'HoVaTen'],
      secrets: { nothing: '', kid: header.kid, 'the public key': pem, 'the client\'s name': 'motcua' },
      wrongTypes: [null, 'at+jwt', 'logout+jwt', 'JWE', 1, ['JWT']], wrongAlgorithms: ['HS256', 'ES384', 'PS256', 'EdDSA', header.alg === 'ES256' ? 'RS256' : 'ES256'] })
      // An ID token may be long; and NUL is no JSON, so that there would be no answer to look at.
      .filter(([what, token]) => !/^long [01]$/.test(what) && !token.includes('\0'));
    forged.push(['another party', compact(header, { ...claims, azp: 'other' }, by(header.kid))], ['no party', compact(header, { ...claims, azp: '' }, by(header.kid))],
      ['the other key\'s name', compact({ ...header, kid: header.kid === 'ec' ? 'rsa' : 'ec' }, claims, by(header.kid))]);
    assert.ok(forged.length >= 100, `${forged.length} of them`);
    for (const [what, token] of forged) {
      const reply = await signIn(issuer.input({ id_token: token }));
      assert.equal(reply.json.data?.signIn?.__typename, 'NotAllowed', `${header.alg} ${what}: ${token.slice(0, 300)} ${reply.text}`);
      assert.equal(reply.status, 200);
      answers.add(reply.text);
    }
    assert.ok(!house.server.log.includes(good.split('.')[1]), 'no token in the log');
  }
  assert.equal(answers.size, 1, [...answers].join('\n'));
  assert.doesNotMatch([...answers][0], leaks);
  assert.doesNotMatch(house.server.log, /079201000099|Giang/);
  assert.equal((await come({ azp: 'motcua' })).__typename, 'SignedIn', 'its own party');
});

test('who is badly described is not let in', async () => {
  const wrong = { SoDinhDanh: ['', '07920100009', '0792010000999', '07920100009x', '000201000099', '097201000099', '999201000099', '079901000099', '٠٧٩٢٠١٠٠٠٠٩٩', ' 79201000099', 79201000099],
    HoVaTen: ['', 1, null, 'x'.repeat(201)], NgaySinh: ['2001-02-29', '1900-02-29', '2001-13-01', '2001-00-10', '2001-04-31', '2001-04-00', '1899-01-01', '01/02/2001', '2001-1-1', '2001-02-2x'] };
  for (const [claim, values] of Object.entries(wrong))
    for (const value of values) assert.equal((await come({ [claim]: value })).__typename, 'NotAllowed', `${claim} ${value}`);
  for (const change of [{ NgaySinh: '2000-02-29' }, { NgaySinh: undefined }, { HoVaTen: 'x'.repeat(200) }, { SoDinhDanh: '001001000001', sub: 'nguoi-2' }, { SoDinhDanh: '096399000001', sub: 'nguoi-3' }])
    assert.equal((await come(change)).__typename, 'SignedIn', JSON.stringify(change));
});

test('a second factor counts while the issuer has just seen it', async () => {
  const stepped = async (change) => (await come(change)).viewer.sessions.find(({ isCurrent }) => isCurrent).steppedUpUntil;
  assert.equal(await stepped({ acr: 'loa3' }), null, 'when, is not said');
  assert.equal(await stepped({ acr: 'loa3', auth_time: now() - 360 }), null, 'long ago');
  assert.equal(await stepped({ acr: 'loa3', auth_time: `${now()}` }), null, 'no number');
  assert.equal(await stepped({ acr: 'loa1', auth_time: now() }), null, 'not a second one');
  assert.notEqual(await stepped({ acr: 'loa3', auth_time: now() - 240 }), null);
  const { accessToken } = await come();
  const stepUp = async (change) => (await ask(`mutation($input: StepUpInput!) { stepUp(input: $input) { ${answered} } }`, issuer.input({ id_token: idToken(change) }), accessToken)).json.data.stepUp;
  assert.equal((await stepUp({ acr: 'loa3', auth_time: now() - 360 })).__typename, 'NotAllowed');
  assert.equal((await stepUp({ acr: 'loa3', auth_time: now() })).__typename, 'SignedIn');
});

test('what an app does wrong keeps nobody else out', async () => {
  const good = () => issuer.input({ id_token: idToken() });
  const wrongs = [issuer.input({ error: 'invalid_grant' }, 400), issuer.input({ access_token: 'x' }), issuer.input({ id_token: 1 }), issuer.input('<html>no</html>', 403), issuer.input('', 404)];
  for (const wrong of wrongs) {
    assert.equal(await typeOf(wrong), 'NotAllowed');
    assert.equal(await typeOf(good()), 'SignedIn');
  }
  const asked = issuer.asked;
  for (const codeVerifier of ['', 'v'.repeat(42), 'v'.repeat(129), `${'v'.repeat(42)} `, `${'v'.repeat(42)}'`, `${'v'.repeat(42)}é`])
    assert.equal(await typeOf({ ...good(), codeVerifier }), 'NotAllowed', codeVerifier);
  assert.equal(issuer.asked, asked, 'and the issuer is not asked about what cannot be a verifier');
  assert.equal(await typeOf({ ...good(), codeVerifier: '-._~'.padEnd(128, 'v') }), 'SignedIn');
});

test('an issuer that fails is not asked again at once', async () => {
  for (const [status, answer] of [[500, ''], [401, { error: 'invalid_client' }], [429, ''], [200, 'no JSON'], [200, '[]'], [302, '']]) {
    assert.equal(await typeOf(issuer.input(answer, status)), 'SERVICE_UNAVAILABLE', `${status} ${answer}`);
    const asked = issuer.asked;
    assert.equal(await typeOf(issuer.input({ id_token: idToken() })), 'SERVICE_UNAVAILABLE');
    assert.equal(issuer.asked, asked);
    await until('it is asked again', async () => (await typeOf(issuer.input({ id_token: idToken() }))) === 'SignedIn');
  }
});
