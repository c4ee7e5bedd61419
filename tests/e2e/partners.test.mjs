// A partner's machine: keys, the token endpoint by RFC 7523 with a client of its own trade (oauth4webapi), discovery.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { filing, send } from './national_portal.mjs';
import { House, redis, secondMs, until } from './support.mjs';

const issuer = 'https://partners.example';
const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
let house;
let client;
let clientId;
let live;
before(async () => {
  house = await House.start('partners', { settings: { MOTCUA_PUBLIC_URL: issuer, MOTCUA_PROCESSES: '2' } });
  client = house.client();
  clientId = idOf(5001);
  house.database.sql('INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date)');
  live = await addKey('live-1');
});
after(() => house.stop());

const idOf = (subject) => house.database.sql(`SELECT public_id FROM subject WHERE id = ${subject}`);

async function addKey(kid, { organisation = 5001, environment = 'LIVE', alg = 'ES256', scopes = 'dossiers.read,events.read' } = {}) {
  const pair = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...await exportJWK(pair.publicKey), kid, alg };
  house.database.sql(`INSERT INTO partner (id) VALUES (${organisation}) ON CONFLICT DO NOTHING`);
  house.database.sql(`INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
    VALUES (${organisation}, '${kid}', '${JSON.stringify(jwk)}', '${environment}', '{${scopes}}', now() + interval '1 day')`);
  return { kid, alg, key: pair.privateKey, jwk, id: house.database.sql(`SELECT id FROM partner_key WHERE kid = '${kid}'`) };
}

// The name in the issuer's address is nobody's: it leads to this house.
async function fetchHere(url, { method, headers, body }) {
  const { pathname, origin } = new URL(url);
  assert.equal(origin, issuer);
  const reply = await client.request(method, pathname, Object.fromEntries(new Headers(headers)), body?.toString());
  const found = Object.entries(reply.headers).filter(([name]) => !name.startsWith(':'));
  return new Response(reply.text, { status: reply.status, headers: found });
}
const here = { [oauth.customFetch]: fetchHere };

async function discover() {
  const response = await oauth.discoveryRequest(new URL(issuer), { ...here, algorithm: 'oauth2' });
  return oauth.processDiscoveryResponse(new URL(issuer), response);
}

async function ask(key, parameters = {}) {
  const server = await discover();
  const us = { client_id: clientId };
  const proof = oauth.PrivateKeyJwt({ key: key.key, kid: key.kid });
  const response = await oauth.clientCredentialsGrantRequest(server, us, proof, parameters, here);
  assert.match(response.headers.get('cache-control'), /no-store/);
  return oauth.processClientCredentialsResponse(server, us, response);
}

const who = '{ viewer { kind name } }';

// An assertion that is good but for what is made otherwise.
function assertion({ key = live, claims = {}, header = {}, signer } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(JSON.parse(JSON.stringify(all))).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(signer ?? key.key);
}

function post(fields, headers = {}) {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  return client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body);
}

const postAssertion = (client_assertion, more = {}) =>
  post({ grant_type: 'client_credentials', client_assertion_type: type, client_assertion, ...more });

function assertError(reply, status, error, why) {
  assert.equal(reply.status, status, `${why}: ${reply.text}`);
  assert.deepEqual(reply.json, { error }, why);
  assert.match(reply.headers['cache-control'], /no-store/, why);
  assert.match(reply.headers['content-type'], /^application\/json/, why);
  assert.equal(reply.headers['www-authenticate'], undefined, why);
}

test('R6: a partner discovers the endpoint, gets a token by its key and asks as itself', async () => {
  const token = await ask(live);
  assert.equal(token.token_type, 'bearer');
  assert.equal(token.expires_in, 600);
  assert.equal(token.scope, 'dossiers.read events.read');
  const { viewer } = await client.data(who, { token: token.access_token });
  assert.equal(viewer.kind, 'PARTNER');
  assert.equal(viewer.name, house.database.sql('SELECT name FROM subject WHERE id = 5001'));
});

test('the discovery documents say where and how', async () => {
  const server = (await client.get('/.well-known/oauth-authorization-server')).json;
  assert.equal(server.issuer, issuer);
  assert.equal(server.token_endpoint, `${issuer}/oauth/token`);
  assert.deepEqual(server.grant_types_supported, ['client_credentials']);
  assert.deepEqual(server.token_endpoint_auth_methods_supported, ['private_key_jwt']);
  assert.deepEqual(server.token_endpoint_auth_signing_alg_values_supported, ['RS256', 'PS256', 'ES256', 'EdDSA']);
  const resource = (await client.get('/.well-known/oauth-protected-resource')).json;
  assert.deepEqual([resource.resource, resource.authorization_servers], [issuer, [issuer]]);
  assert.deepEqual(resource.scopes_supported, server.scopes_supported);
  const scopes = house.database.sql(`SELECT pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = 'partner_key'::regclass AND conname LIKE '%scopes%'`);
  for (const scope of server.scopes_supported) assert.ok(scopes.includes(`'${scope}'`), `${scope}: ${scopes}`);
  assert.equal((await client.request('POST', '/.well-known/oauth-authorization-server')).status, 405);
});

test('every algorithm that is named works', async () => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    const reply = await postAssertion(await assertion({ key: await addKey(`alg-${alg}`, { alg }) }));
    assert.equal(reply.status, 200, `${alg}: ${reply.text}`);
    const { access_token } = reply.json;
    assert.equal((await client.data(who, { token: access_token })).viewer.kind, 'PARTNER', alg);
  }
});

test('scopes: what was asked for is granted, and no more than the key has', async () => {
  const token = await ask(live, { scope: 'events.read' });
  assert.equal(token.scope, 'events.read');
  assert.equal(house.database.sql(`SELECT scopes FROM session WHERE id = '${decodeJwt(token.access_token).sid}'`), '{events.read}');
  for (const scope of ['dossiers.submit', 'events.read keys.manage', 'everything', 'a"b', 'é'])
    assertError(await postAssertion(await assertion(), { scope }), 400, 'invalid_scope', scope);
});

test('the environment is the key\'s', async () => {
  for (const environment of ['TEST', 'TEAM']) {
    const { access_token } = await ask(await addKey(`env-${environment}`, { environment }));
    assert.equal(house.database.sql(`SELECT environment FROM session WHERE id = '${decodeJwt(access_token).sid}'`), environment);
  }
});

test('an assertion counts once, in whichever process it arrives', async () => {
  const token = await assertion();
  assert.equal((await postAssertion(token)).status, 200);
  const peers = Array.from({ length: 8 }, () => house.client());
  for (const peer of peers) {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: type, client_assertion: token }).toString();
    assertError(await peer.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, body), 401, 'invalid_client', 'replayed');
    peer.close();
  }
  const jti = randomUUID();
  assert.equal((await postAssertion(await assertion({ claims: { jti } }))).status, 200);
  assertError(await postAssertion(await assertion({ claims: { jti, exp: Math.floor(Date.now() / 1000) + 90 } })), 401, 'invalid_client', 'the same jti, signed again');
});

test('an assertion is refused for its one fault', async () => {
  const now = Math.floor(Date.now() / 1000);
  const other = await addKey('other-1', { organisation: 5002 });
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const strangerJwk = await exportJWK(stranger.publicKey);
  const claimsOf = (claims) => assertion({ claims });
  const good = await assertion();
  const [head, body, signature] = good.split('.');
  const forged = (claims) => `${head}.${Buffer.from(JSON.stringify({ ...decodeJwt(good), ...claims })).toString('base64url')}.${signature}`;
  const faults = {
    'expired': await claimsOf({ iat: now - 200, exp: now - 60 }),
    'longer than five minutes': await claimsOf({ iat: now, exp: now + 301 }),
    'issued in the future': await claimsOf({ iat: now + 120, exp: now + 180 }),
    'not yet': await claimsOf({ nbf: now + 120 }),
    'no exp': await claimsOf({ exp: undefined }),
    'no iat': await claimsOf({ iat: undefined }),
    'exp a text': await claimsOf({ exp: String(now + 60) }),
    'no jti': await claimsOf({ jti: undefined }),
    'jti a number': await claimsOf({ jti: 7 }),
    'no aud': await claimsOf({ aud: undefined }),
    'aud a list': await claimsOf({ aud: [issuer] }),
    'aud a list with others': await claimsOf({ aud: [issuer, 'https://elsewhere.example'] }),
    'aud the endpoint': await claimsOf({ aud: `${issuer}/oauth/token` }),
    'aud with a slash': await claimsOf({ aud: `${issuer}/` }),
    'aud somebody else': await claimsOf({ aud: 'https://elsewhere.example' }),
    'sub another client': await claimsOf({ sub: idOf(5002) }),
    'no sub': await claimsOf({ sub: undefined }),
    'no iss': await claimsOf({ iss: undefined }),
    'iss another client, our key': await claimsOf({ iss: idOf(5002), sub: idOf(5002) }),
    'iss nobody': await claimsOf({ iss: randomUUID() }),
    'iss no uuid': await claimsOf({ iss: "5001' OR true --" }),
    'another client\'s key, our name': await assertion({ key: other }),
    'our kid, another client\'s key': await assertion({ signer: other.key }),
    'an unknown kid': await assertion({ header: { kid: 'unknown' } }),
    'no kid': await assertion({ header: { kid: undefined } }),
    'a kid that is a path': await assertion({ header: { kid: '../../live-1' } }),
    'a kid that is SQL': await assertion({ header: { kid: "live-1' OR '1'='1" } }),
    'a stranger\'s key': await assertion({ signer: stranger.privateKey }),
    'a key of its own (jwk)': await assertion({ header: { jwk: strangerJwk }, signer: stranger.privateKey }),
    'a key elsewhere (jku)': await assertion({ header: { jku: 'https://elsewhere.example/keys' } }),
    'a key elsewhere (x5u)': await assertion({ header: { x5u: 'https://elsewhere.example/chain' } }),
    'a critical header': await assertion({ header: { crit: ['b64'], b64: true } }),
    'typ of an access token': await assertion({ header: { typ: 'at+jwt' } }),
    'alg none': new UnsecuredJWT(decodeJwt(good)).encode(),
    'alg none in the header': `${Buffer.from(JSON.stringify({ alg: 'none', kid: live.kid })).toString('base64url')}.${body}.`,
    'HS256 with the public key': await assertion({ header: { alg: 'HS256' }, signer: Buffer.from(JSON.stringify(live.jwk)) }),
    'claims changed': forged({ jti: 'other' }),
    'no signature': `${head}.${body}.`,
    'two parts': `${head}.${body}`,
    'padding': `${good}=`,
    'bad base64': `${head}.${body}.!!!`,
    'no token': 'x',
    'dots': '..',
    '17 KiB': await claimsOf({ more: 'x'.repeat(12_600) }),
  };
  for (const [why, token] of Object.entries(faults)) assertError(await postAssertion(token), 401, 'invalid_client', why);
  assert.equal((await postAssertion(good)).status, 200, 'the assertion itself is good');
  assert.equal((await postAssertion(await assertion({ header: { typ: 'client-authentication+jwt' } }))).status, 200);
  assert.equal((await postAssertion(await claimsOf({ exp: now + 300, iat: now }))).status, 200, 'five minutes are not too long');
});

test('a request is refused for its one fault', async () => {
  const base = { grant_type: 'client_credentials', client_assertion_type: type };
  const fresh = async (more) => ({ ...base, client_assertion: await assertion(), ...more });
  assertError(await post(await fresh({ grant_type: '' })), 400, 'invalid_request', 'no grant');
  for (const grant_type of ['password', 'authorization_code', 'refresh_token', 'Client_Credentials'])
    assertError(await post(await fresh({ grant_type })), 400, 'unsupported_grant_type', grant_type);
  assertError(await post(base), 401, 'invalid_client', 'no assertion');
  assertError(await post(await fresh({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' })), 401, 'invalid_client', 'SAML');
  assertError(await post(await fresh({ client_id: idOf(5002) })), 401, 'invalid_client', 'another client_id');
  assertError(await post(await fresh({ client_secret: 'x' })), 400, 'invalid_request', 'a secret beside it');
  assertError(await post(await fresh({}), { authorization: 'Basic YTpi' }), 400, 'invalid_request', 'another proof beside it');
  const text = new URLSearchParams(await fresh({})).toString();
  assertError(await post(`${text}&scope=events.read&scope=dossiers.read`), 400, 'invalid_request', 'a parameter twice');
  assertError(await post(`${text}&x=%zz`), 400, 'invalid_request', 'no escape');
  assertError(await post(`${text}&x=%00`), 400, 'invalid_request', 'a NUL');
  assertError(await post(`${text}&x=${'y'.repeat(25_000)}`), 400, 'invalid_request', 'too long');
  assertError(await post(text, { 'content-type': 'application/json' }), 400, 'invalid_request', 'no form');
  assertError(await post(''), 400, 'invalid_request', 'nothing');
  const get = await client.get(`/oauth/token?${text}`);
  assertError(get, 405, 'invalid_request', 'GET');
  assert.equal(get.headers.allow, 'POST');
  assert.equal((await post(text)).status, 200, 'the request itself is good');
});

const addDocument = `mutation ($input: AddPartnerKeyInput!) { addPartnerKey(input: $input) {
  __typename ... on PartnerKeyAdded { key { id clientId kid scopes } } ... on GuardFailed { problems { path message } } } }`;
const revokeDocument = `mutation ($input: RevokePartnerKeyInput!) { revokePartnerKey(input: $input) {
  __typename ... on PartnerKeyRevoked { id sessions } } }`;
const keysDocument = '{ viewer { partnerKeys { id clientId kid environment scopes createdAt expiresAt } } }';

async function upload(token, jwk, more = {}) {
  const input = { idempotencyKey: randomUUID(), jwk: typeof jwk === 'string' ? jwk : JSON.stringify(jwk), environment: 'LIVE', scopes: ['dossiers.read'], ...more };
  return (await client.data(addDocument, { token, variables: { input } })).addPartnerKey;
}

async function revoke(token, id) {
  return (await client.data(revokeDocument, { token, variables: { input: { idempotencyKey: randomUUID(), id } } })).revokePartnerKey;
}

async function makeKey(kid, alg = 'ES256') {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, key: pair.privateKey, jwk: { ...await exportJWK(pair.publicKey), kid, alg, use: 'sig' }, secret: { ...await exportJWK(pair.privateKey), kid, alg } };
}

test('R6: signing up, using and rotating a key by the API alone', async () => {
  house.database.sql('INSERT INTO seat (person, organisation, since) VALUES (1, 5004, current_date)');
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5004');
  const person = house.token('citizen');
  const first = await makeKey('first');
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const input = { taxCode, scopes: ['keys.manage', 'dossiers.read'], expiresAt: until, idempotencyKey: randomUUID() };
  const added = await upload(person, first.jwk, input);
  assert.equal(added.__typename, 'PartnerKeyAdded', JSON.stringify(added));
  assert.deepEqual(await upload(person, first.jwk, input), added, 'a repeat is the same');
  const listed = (await client.data(keysDocument, { token: person })).viewer.partnerKeys.find(({ id }) => id === added.key.id);
  assert.deepEqual([listed.clientId, listed.kid, listed.environment, listed.scopes], [idOf(5004), 'first', 'LIVE', ['dossiers.read', 'keys.manage']]);
  assert.equal(Date.parse(listed.expiresAt), Date.parse(until));

  const proof = (key) => assertion({ key, claims: { iss: listed.clientId, sub: listed.clientId } });
  const machine = (await postAssertion(await proof(first))).json.access_token;
  const second = await makeKey('second', 'EdDSA');
  const rotated = await upload(machine, second.jwk, { scopes: ['keys.manage'] });
  assert.equal(rotated.__typename, 'PartnerKeyAdded', JSON.stringify(rotated));
  const next = (await postAssertion(await proof(second))).json.access_token;
  assert.deepEqual(await revoke(next, added.key.id), { __typename: 'PartnerKeyRevoked', id: added.key.id, sessions: 1 });
  await untilRefused(machine);
  assertError(await postAssertion(await proof(first)), 401, 'invalid_client', 'the revoked key');
  assert.deepEqual((await client.data(keysDocument, { token: next })).viewer.partnerKeys.map(({ kid }) => kid), ['second']);
  assert.equal((await upload(next, (await makeKey('third')).jwk, { scopes: ['dossiers.read'] })).__typename, 'NotAllowed', 'no more than it may itself');
});

test('who may not add or revoke a key, and what is no key', async () => {
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  const good = await makeKey('good');
  const person = house.token('citizen');
  for (const actor of ['citizen2', 'partner'])
    assert.equal((await upload(house.token(actor), good.jwk, { taxCode })).__typename, 'NotAllowed', actor);
  assert.equal((await upload(person, good.jwk, { taxCode: '0000000000' })).__typename, 'NotAllowed', 'an unknown organisation looks the same');
  assert.equal((await upload(person, good.jwk)).__typename, 'NotAllowed', 'no organisation');
  assert.equal((await revoke(house.token('citizen2'), live.id)).__typename, 'NotAllowed');
  assert.equal((await revoke(person, 'x')).__typename, 'NotAllowed');
  assert.deepEqual((await client.data(keysDocument, { token: house.token('citizen2') })).viewer.partnerKeys, []);
  assert.deepEqual((await client.data(keysDocument, { token: house.token('officer') })).viewer.partnerKeys, []);
  const unproven = house.token('citizen');
  house.database.sql(`UPDATE session SET stepped_up_at = NULL WHERE id = '${decodeJwt(unproven).sid}'`);
  assert.equal((await upload(unproven, good.jwk, { taxCode })).__typename, 'StepUpRequired');

  const text = JSON.stringify(good.jwk);
  const { kid, ...nameless } = good.jwk;
  const wrong = { 'a private key': good.secret, 'a secret': { kty: 'oct', k: 'AAAA', kid }, 'no kid': nameless, 'no JSON': 'x', 'a list': `[${text}]`,
    'two keys': `${text},${text}`, 'another curve': { ...good.jwk, crv: 'P-384' }, 'for encryption': { ...good.jwk, use: 'enc' },
    'a kid with a blank': { ...good.jwk, kid: 'a b' }, 'nothing': '', 'too long': { ...good.jwk, more: 'x'.repeat(4096) } };
  for (const [why, jwk] of Object.entries(wrong)) {
    const reply = await upload(person, jwk, { taxCode });
    assert.deepEqual([reply.__typename, reply.problems?.[0].path], ['GuardFailed', 'jwk'], `${why}: ${JSON.stringify(reply)}`);
  }
  for (const scopes of [[], ['everything'], Array(17).fill('dossiers.read')]) {
    const reply = await upload(person, good.jwk, { taxCode, scopes });
    assert.deepEqual([reply.__typename, reply.problems?.[0].path], ['GuardFailed', 'scopes'], scopes.join(' '));
  }
  assert.equal((await upload(person, good.jwk, { taxCode })).__typename, 'PartnerKeyAdded', 'the key itself is good');
});

async function untilRefused(token, peer = client) {
  await until('the token is refused', async () => (await peer.post(who, { token })).status === 401, secondMs);
}

test('a revoked key: its tokens are refused in every process within a second, and it gets no more', async () => {
  const key = await addKey('revoked');
  const [all, one] = [await ask(key), await ask(key, { scope: 'events.read' })];
  const peers = Array.from({ length: 8 }, () => house.client());
  const asked = (peer, token) => peer.post(who, { token: token.access_token });
  for (const peer of peers) assert.equal((await asked(peer, all)).status, 200);
  assert.equal((await asked(client, one)).status, 200);
  assert.deepEqual(await revoke(house.token('citizen'), key.id), { __typename: 'PartnerKeyRevoked', id: key.id, sessions: 2 });
  for (const peer of peers) {
    for (const token of [all, one]) await untilRefused(token.access_token, peer);
    peer.close();
  }
  await assert.rejects(ask(key), { name: 'ResponseBodyError', error: 'invalid_client', status: 401 });
  assert.equal((await ask(live)).token_type, 'bearer', 'another key goes on');
});

test('a key that has run out and a suspended partner get none', async () => {
  const key = await addKey('old', { organisation: 5003 });
  const proof = () => assertion({ key, claims: { iss: idOf(5003), sub: idOf(5003) } });
  assert.equal((await postAssertion(await proof())).status, 200);
  house.database.sql(`UPDATE partner SET state = 'SUSPENDED' WHERE id = 5003`);
  assertError(await postAssertion(await proof()), 401, 'invalid_client', 'suspended');
  house.database.sql(`UPDATE partner SET state = 'ACTIVE' WHERE id = 5003; UPDATE partner_key SET expires_at = now() WHERE kid = 'old'`);
  assertError(await postAssertion(await proof()), 401, 'invalid_client', 'run out');
});

test('R6: two keys count side by side until the old one is revoked: a rotation without a gap', async () => {
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  const person = house.token('citizen');
  const [old, next] = [await makeKey('rotating-1'), await makeKey('rotating-2')];
  const oldId = (await upload(person, old.jwk, { taxCode })).key.id;
  const before = (await ask(old)).access_token;
  assert.equal((await upload(person, { ...next.jwk, kid: old.kid }, { taxCode })).problems?.[0].path, 'jwk', 'a kid is one key\'s');
  assert.equal((await upload(person, next.jwk, { taxCode })).__typename, 'PartnerKeyAdded');
  const tokens = [before, (await ask(next)).access_token, (await ask(old)).access_token];
  for (const token of tokens) assert.equal((await client.post(who, { token })).status, 200);
  assert.equal((await revoke(person, oldId)).__typename, 'PartnerKeyRevoked');
  await untilRefused(before);
  assert.equal((await client.post(who, { token: tokens[1] })).status, 200, 'the new key was never refused');
  assert.equal((await upload(person, { ...next.jwk, kid: old.kid }, { taxCode })).problems?.[0].path, 'jwk', 'not even after the key has gone');
});

test('R6: a suspended partner has no session in any process within a second, and gets none until it is resumed', async () => {
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  const key = await addKey('suspended');
  const tokens = [(await ask(key)).access_token, (await ask(key, { scope: 'events.read' })).access_token, (await ask(live)).access_token, house.token('partner')];
  const peers = Array.from({ length: 8 }, () => house.client());
  for (const peer of peers) for (const token of tokens) assert.equal((await peer.post(who, { token })).status, 200);
  const stream = await house.client().events('subscription { dossierEvents { id } }', { token: tokens[1] });
  assert.equal(stream.status, 200);

  const done = house.command('partner', 'suspend', taxCode);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, new RegExp(`^${taxCode} suspended; \\d+ sessions have ended$`, 'm'));
  await Promise.all([stream.end(secondMs), ...peers.flatMap((peer) => tokens.map((token) => untilRefused(token, peer)))]);
  assertError(await postAssertion(await assertion({ key })), 401, 'invalid_client', 'suspended');
  const again = house.command('partner', 'suspend', taxCode);
  assert.deepEqual([again.code, again.err.trim()], [1, `motcua-server partner: ${taxCode} is suspended already`]);

  assert.deepEqual(house.command('partner', 'resume', taxCode).out, `${taxCode} resumed; 0 sessions have ended\n`);
  for (const scope of ['', 'events.read', '']) {
    const { access_token } = await ask(key, scope ? { scope } : {});
    for (const peer of peers) assert.equal((await peer.data(who, { token: access_token })).viewer.kind, 'PARTNER', 'its keys open sessions anew');
  }
  for (const token of tokens) assert.equal((await client.post(who, { token })).status, 401, 'those of before do not come back');
  for (const peer of peers) peer.close();
  assert.equal(house.database.sql(`SELECT string_agg(act, ' ' ORDER BY act) FROM audit WHERE act IN ('partner.suspend', 'partner.resume')`), 'partner.resume partner.suspend');
});

test('R30: the operator makes an organisation a portal by a command, and its own key hands in what was filed there', async () => {
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5011');
  const key = await addKey('portal-1', { organisation: 5011, scopes: 'portal.exchange' });
  const agency = house.database.sql("SELECT a.code FROM agency a JOIN officer o ON o.agency = a.id WHERE o.id = 1");
  const procedure = '1.001612';
  const us = idOf(5011);
  const handIn = async (token, number) => {
    const { record } = filing(`${agency}-261120-${number}`, { procedure, agency, number: `074090${number}` });
    return send(client, token, [{ isUpdating: false, record }]);
  };
  const tokenOf = async () => {
    const server = await discover();
    const response = await oauth.clientCredentialsGrantRequest(server, { client_id: us }, oauth.PrivateKeyJwt({ key: key.key, kid: key.kid }), { scope: 'portal.exchange' }, here);
    return oauth.processClientCredentialsResponse(server, { client_id: us }, response);
  };
  assert.equal((await handIn((await tokenOf()).access_token, 910001)).status, 403, 'an ordinary partner');
  assert.deepEqual(house.command('partner', 'portal', taxCode), { code: 0, out: `${taxCode} made a portal; 0 sessions have ended\n`, err: '' });
  const token = await tokenOf();
  assert.equal(token.scope, 'portal.exchange');
  const reply = await handIn(token.access_token, 910002);
  assert.deepEqual([reply.status, reply.json.result?.[0].TrangThai, reply.json.result?.[0].LyDo], [200, 'APPLIED', null], reply.text);
  assert.equal(house.command('partner', 'portal', taxCode).err, `motcua-server partner: ${taxCode} is a portal already\n`);
  assert.match(house.command('partner', 'ordinary', taxCode).out, /made an ordinary partner; [1-9]\d* sessions have ended\n$/);
  await untilRefused(token.access_token, client);
  assert.equal(house.command('partner', 'portal', '0100000000').err, 'motcua-server partner: 0100000000 is no organisation that is known here\n');
});

test('motcua-server partner says what it takes and whom it does not know', () => {
  for (const args of [[], ['suspend'], ['end', '0100000001'], ['suspend', '0100000001', 'x']]) {
    const done = house.command('partner', ...args);
    assert.deepEqual([done.code, done.err], [2, 'usage: motcua-server partner suspend|resume|portal|ordinary TAX_CODE\n'], args.join(' '));
  }
  for (const taxCode of ['0', house.database.sql('SELECT tax_code FROM organisation WHERE id = 5010')]) {
    const done = house.command('partner', 'suspend', taxCode);
    assert.deepEqual([done.code, done.err], [1, `motcua-server partner: ${taxCode} is no partner\n`]);
  }
});

test('without Redis nobody knows whether an assertion has come before: 503, and what a token was given for goes on', async () => {
  const { access_token } = await ask(live);
  const alone = await House.start('partners-alone', { database: house.database,
    settings: { MOTCUA_PUBLIC_URL: issuer, MOTCUA_REDIS_URL: 'unix:///nowhere/redis.sock', MOTCUA_TOKEN_KEYS: readFileSync(join(house.state, 'token.keys'), 'utf8').trim() } });
  try {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: type, client_assertion: await assertion() });
    const reply = await alone.client().request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, body.toString());
    assertError(reply, 503, 'temporarily_unavailable', 'no Redis');
    assert.ok(Number(reply.headers['retry-after']) > 0);
    assert.equal((await alone.client().data(who, { token: access_token })).viewer.kind, 'PARTNER');
  } finally {
    await alone.stop();
  }
});

test('a log tells which check failed and nothing of the assertion', async () => {
  const jti = `secret-${randomUUID()}`;
  await postAssertion(await assertion({ claims: { jti, aud: 'https://elsewhere.example' } }));
  await until('it is logged', () => /event=assertion_refused why=aud/.test(house.server.log));
  for (const word of [jti, 'elsewhere.example']) assert.ok(!house.server.log.includes(word), word);
});

test('a jti is not kept longer than it could come again', async () => {
  await postAssertion(await assertion());
  const keys = redis(house.env, 'KEYS', `assertion:{${clientId}}:*`).split('\n');
  assert.ok(keys.length > 0);
  for (const key of keys) {
    const left = Number(redis(house.env, 'TTL', key));
    assert.ok(left > 0 && left <= 60 + 300 + 31, `${key}: ${left}`);
  }
});
