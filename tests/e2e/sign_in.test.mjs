// Signing in against npm's oidc-provider: who comes in, for how long, and who does not. Refresh tokens are for one use; a
// second factor is the same person's; an issuer may be away or change its keys.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { Issuer, newKey, people } from '../../tools/dev/issuer.mjs';
import { House, end, handIn, key, place as placeOf, redis, secondMs, sleep, until } from './support.mjs';

const signedIn = `... on SignedIn { accessToken expiresAt refreshToken viewer { id name kind sessions { id device isCurrent steppedUpUntil } } }
  ... on Failure { code message }`;
const signIn = `mutation($input: SignInInput!) { signIn(input: $input) { __typename ${signedIn} } }`;
const stepUp = `mutation($input: StepUpInput!) { stepUp(input: $input) { __typename ${signedIn} } }`;
const refresh = `mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { __typename ${signedIn} } }`;
const place = mkdtempSync(join(tmpdir(), 'motcua-issuer-'));
const extraPeople = {
  nameless: { SoDinhDanh: '079201000014' },
  numberless: { HoVaTen: 'Không Số' },
  foreigner: { SoDinhDanh: '099201000014', HoVaTen: 'Tỉnh Lạ' },
  short: { SoDinhDanh: '07920100001', HoVaTen: 'Thiếu Một' },
  decomposed: { SoDinhDanh: '079201000015', HoVaTen: 'Nguyễn Thị Ánh'.normalize('NFD') },
};
const issuerMs = 2000; // how long an issuer is waited for: ours answers out of this very process
let house;
let client;
let issuer;

before(async () => {
  issuer = await Issuer.start({ place, extraPeople });
  house = await House.start('sign_in', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_ISSUERS_FILE: issuer.file, MOTCUA_ISSUER_TIMEOUT_MS: `${issuerMs}`, MOTCUA_SIGN_IN_LIMIT_NUMBER_HOUR: '0' } });
  client = house.client();
});
after(async () => {
  await house?.stop();
  await issuer?.stop();
  rmSync(place, { recursive: true, force: true });
});

const ask = async (document, input, token) => Object.values(await client.data(document, { token, variables: { input } }))[0];
const come = async (who, device = 'điện thoại', options = {}) => ask(signIn, { ...(await issuer.code(who, options)), device });
const age = (session, column, seconds) => house.database.sql(`UPDATE session SET ${column} = ${column} - interval '${seconds} s' WHERE id = '${session}'`);
const sessionOf = (token) => decodeJwt(token).sid;
const assertIn = (reply) => { assert.equal(reply.__typename, 'SignedIn', JSON.stringify(reply)); return reply; };
const assertOut = (reply, what) => assert.deepEqual([reply.__typename, reply.code], ['NotAllowed', 'NOT_ALLOWED'], `${what}: ${JSON.stringify(reply)}`);
const status = async (token, peer = client) => (await peer.post('{ viewer { id } }', { token })).status;

test('somebody of the sample signs in, and goes on in the same document', async () => {
  const reply = assertIn(await come('citizen', 'máy của An'));
  assert.equal(reply.viewer.kind, 'CITIZEN');
  assert.equal(reply.viewer.id, house.database.sql('SELECT public_id FROM subject WHERE id = 1'));
  const current = reply.viewer.sessions.filter(({ isCurrent }) => isCurrent);
  assert.deepEqual(current.map(({ id, device }) => ({ id, device })), [{ id: sessionOf(reply.accessToken), device: 'máy của An' }]);
  assert.ok(Math.abs(Date.parse(reply.expiresAt) - Date.now() - 600_000) < 60_000);
  const { viewer } = await client.data('{ viewer { counts { all } } }', { token: reply.accessToken });
  assert.ok(viewer.counts.all >= 25);
});

test('somebody new is a person from then on, with its number sealed and its name in NFC', async () => {
  const first = assertIn(await come('newcomer'));
  const again = assertIn(await come('newcomer'));
  assert.equal(again.viewer.id, first.viewer.id);
  assert.equal(again.viewer.name, people.newcomer.HoVaTen);
  const row = house.database.sql(`SELECT encode(personal_no, 'escape'), born_on, length(personal_no) FROM person p JOIN subject s USING (id) WHERE s.public_id = '${first.viewer.id}'`);
  assert.ok(!row.includes(people.newcomer.SoDinhDanh), row);
  assert.match(row, /\|2001-07-08\|43$/);
  const decomposed = assertIn(await come('decomposed'));
  assert.equal(decomposed.viewer.name, 'Nguyễn Thị Ánh'.normalize('NFC'));
});

test('an officer signs in as one, and nobody becomes one by signing in', async () => {
  assert.equal(assertIn(await come('officer')).viewer.kind, 'OFFICER');
  assertOut(await come('newcomer', 'x', { client: 'officers' }), 'a citizen at the officers\' door');
});

test('a code is good once, with its own verifier, nonce, issuer and address', async () => {
  const good = { ...(await issuer.code('citizen2')), device: 'x' };
  const changes = { codeVerifier: 'x'.repeat(43), nonce: 'another', issuer: 'officers', redirectUri: 'https://evil.example/', code: 'x' };
  for (const [name, value] of Object.entries(changes)) {
    const code = { ...(await issuer.code('citizen2')), device: 'x' };
    assertOut(await ask(signIn, { ...code, [name]: value }), name);
  }
  assertOut(await ask(signIn, { ...good, issuer: 'nobody' }), 'an issuer that is none');
  assertOut(await ask(signIn, { ...good, code: 'x'.repeat(2049) }), 'a code too long');
  const reply = assertIn(await ask(signIn, good));
  age(sessionOf(reply.accessToken), 'created_at', 31);
  assertOut(await ask(signIn, good), 'the code again, later');
});

test('a repeated code within 30 s gives the session whose answer was lost', async () => {
  const code = { ...(await issuer.code('citizen2')), device: 'x' };
  const [first, second] = [assertIn(await ask(signIn, code)), assertIn(await ask(signIn, code))];
  assert.equal(sessionOf(second.accessToken), sessionOf(first.accessToken));
  assert.equal(second.refreshToken, first.refreshToken);
  assertOut(await ask(signIn, { ...code, codeVerifier: 'y'.repeat(43) }), 'by who has but the code');
});

test('whom the issuer does not describe well is not let in', async () => {
  for (const who of ['nameless', 'numberless', 'foreigner', 'short']) assertOut(await come(who), who);
});

test('a device has a name of 100 characters at most', async () => {
  assertIn(await come('citizen2', 'ễ'.repeat(100)));
  const reply = await ask(`mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on GuardFailed { problems { path message } } } }`,
    { ...(await issuer.code('citizen2')), device: 'x'.repeat(101) });
  assert.deepEqual(reply.problems.map(({ path }) => path), ['device']);
});

test('a refresh token has one successor, the same for 30 s, whoever asks at once', async () => {
  const first = assertIn(await come('citizen'));
  const peers = Array.from({ length: 8 }, () => house.client());
  const successors = await Promise.all(peers.map((peer) => peer.data(refresh, { variables: { input: { refreshToken: first.refreshToken } } })));
  const second = assertIn(successors[0].refreshSession);
  for (const { refreshSession } of successors) assert.equal(refreshSession.refreshToken, second.refreshToken);
  assert.notEqual(second.refreshToken, first.refreshToken);
  age(sessionOf(first.accessToken), 'refreshed_at', 5);
  assert.equal(assertIn(await ask(refresh, { refreshToken: first.refreshToken })).refreshToken, second.refreshToken, 'at 5 s');
  const third = assertIn(await ask(refresh, { refreshToken: second.refreshToken }));
  assert.equal(sessionOf(third.accessToken), sessionOf(first.accessToken));
  for (const peer of peers) peer.close();
});

test('used again after 30 s it ends the session for whoever holds it, everywhere within a second', async () => {
  const first = assertIn(await come('citizen'));
  const second = assertIn(await ask(refresh, { refreshToken: first.refreshToken }));
  age(sessionOf(first.accessToken), 'refreshed_at', 31);
  assertOut(await ask(refresh, { refreshToken: first.refreshToken }), 'the former token');
  for (const peer of Array.from({ length: 8 }, () => house.client())) {
    for (const token of [first.accessToken, second.accessToken]) await until('the session has ended', async () => (await status(token, peer)) === 401, secondMs);
    peer.close();
  }
  assertOut(await ask(refresh, { refreshToken: second.refreshToken }), 'the newest token, too');
  assert.equal(house.database.sql(`SELECT count(*) FROM outbox WHERE kind = 'ACCOUNT' AND order_key = '${sessionOf(first.accessToken)}'`), '1', 'its person is told');
});

test('a forged refresh token is nobody\'s and ends nothing', async () => {
  const { accessToken, refreshToken } = assertIn(await come('citizen'));
  const bytes = Buffer.from(refreshToken, 'base64url');
  const forged = ['', 'x', refreshToken.slice(1), `${refreshToken}A`, `${refreshToken}=`, randomBytes(52).toString('base64url'), accessToken];
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i] ^= 1;
    forged.push(changed.toString('base64url'));
  }
  for (const token of forged) assertOut(await ask(refresh, { refreshToken: token }), token);
  assert.equal(await status(accessToken), 200);
  assertIn(await ask(refresh, { refreshToken }));
});

test('an operation signs in once, whatever its aliases', async () => {
  const { refreshToken } = assertIn(await come('citizen'));
  const fields = Array.from({ length: 5 }, (_, i) => `g${i}: refreshSession(input: { refreshToken: $token }) { __typename }`).join(' ');
  const { json } = await client.post(`mutation($token: String!) { first: refreshSession(input: { refreshToken: "guess" }) { __typename } ${fields} }`,
    { variables: { token: refreshToken } });
  assert.equal(json.data, undefined, 'nothing of it ran');
  assert.equal(json.errors[0].message, 'An operation signs in, steps up or refreshes once.');
  assert.equal(assertIn(await ask(refresh, { refreshToken })).__typename, 'SignedIn', 'and the token was not used');
});

test('who tries too often waits, known or not', async () => {
  const strict = await House.start('strict', { settings: { MOTCUA_ISSUERS_FILE: issuer.file, MOTCUA_SIGN_IN_LIMIT_NUMBER_HOUR: '3', MOTCUA_SIGN_IN_LIMIT_ADDRESS_HOUR: '8' } });
  try {
    const door = strict.client();
    const limited = `mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on RateLimited { retryAfterSeconds } } }`;
    const knock = async (who, options) => (await door.data(limited, { variables: { input: { ...(await issuer.code(who, options)), device: 'x' } } })).signIn;
    redis(house.env, 'FLUSHALL');
    const answers = { citizen: [], newcomer: [] };
    for (let i = 0; i < 4; i++) answers.citizen.push(await knock('citizen'));
    for (let i = 0; i < 4; i++) answers.newcomer.push(await knock('newcomer', { client: 'officers' }));
    assert.deepEqual(answers.citizen.map(({ __typename }) => __typename), ['SignedIn', 'SignedIn', 'SignedIn', 'RateLimited']);
    assert.deepEqual(answers.newcomer.map(({ __typename }) => __typename), ['NotAllowed', 'NotAllowed', 'NotAllowed', 'RateLimited']);
    for (const each of [answers.citizen[3], answers.newcomer[3]]) assert.ok(each.retryAfterSeconds > 0 && each.retryAfterSeconds <= 3600, JSON.stringify(each));
    assert.equal((await knock('field')).__typename, 'RateLimited', 'and from one address at most eight');
  } finally {
    await strict.stop();
  }
});

test('after signing out neither token is of use', async () => {
  const { accessToken, refreshToken } = assertIn(await come('citizen'));
  await client.data(end, { token: accessToken, variables: { input: { idempotencyKey: key() } } });
  assert.equal(await status(accessToken), 401);
  assertOut(await ask(refresh, { refreshToken }), 'the refresh token');
});

test('a session of a list is ended by its id, and only by its owner', async () => {
  const [mine, lost] = [assertIn(await come('citizen')), assertIn(await come('citizen', 'máy bị mất'))];
  const other = assertIn(await come('citizen2'));
  const endIt = `mutation($input: EndSessionInput!) { endSession(input: $input) { __typename } }`;
  const input = () => ({ idempotencyKey: key(), session: sessionOf(lost.accessToken) });
  assert.equal((await ask(endIt, input(), other.accessToken)).__typename, 'NotAllowed');
  assert.equal(await status(lost.accessToken), 200);
  assert.equal((await ask(endIt, input(), mine.accessToken)).__typename, 'SessionEnded');
  await until('the lost device is out', async () => (await status(lost.accessToken)) === 401, secondMs);
  assert.equal(await status(mine.accessToken), 200);
});

test('a second factor is the same person\'s, and one', async () => {
  const { accessToken } = assertIn(await come('officer'));
  const step = async (who, acr, token = accessToken) => ask(stepUp, await issuer.code(who, { acr }), token);
  assertOut(await step('officer', 'loa1'), 'the first factor again');
  assertOut(await step('field', 'loa3'), 'somebody else\'s');
  const until15 = assertIn(await step('officer', 'loa3'));
  assert.equal(until15.refreshToken, null);
  assert.equal(sessionOf(until15.accessToken), sessionOf(accessToken));
  const { steppedUpUntil } = until15.viewer.sessions.find(({ isCurrent }) => isCurrent);
  assert.ok(Math.abs(Date.parse(steppedUpUntil) - Date.now() - 900_000) < 60_000, steppedUpUntil);
  assert.equal((await client.post(stepUp, { variables: { input: await issuer.code('officer', { acr: 'loa3' }) } })).json.errors[0].extensions.code, 'UNAUTHENTICATED');
});

test('a decision waits for a second factor, and nothing else does', async () => {
  const { accessToken } = assertIn(await come('officer'));
  const dossier = await handIn(client, house.token('citizen'), placeOf(house.database));
  const change = async (name, input) => ask(`mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
    __typename ... on DossierChanged { dossier { state } } ... on Failure { code retryable } } }`, { idempotencyKey: key(), code: dossier.code, ...input }, accessToken);
  assert.equal((await change('acceptDossier', { digitised: true })).dossier?.state, 'ACCEPTED');
  assert.equal((await change('assignDossier', {})).dossier?.state, 'PROCESSING');
  const decision = { outcome: 'GRANTED', eResult: 'KQ-1' };
  assert.deepEqual(await change('completeDossier', decision), { __typename: 'StepUpRequired', code: 'STEP_UP_REQUIRED', retryable: true });
  assertIn(await ask(stepUp, await issuer.code('officer', { acr: 'loa3' }), accessToken));
  assert.equal((await change('completeDossier', decision)).dossier?.state, 'COMPLETED');
  age(sessionOf(accessToken), 'stepped_up_at', 901);
  const handOver = await change('handOverDossier', { receiver: house.database.sql('SELECT name FROM subject WHERE id = 1'), delivery: 'COUNTER' });
  assert.equal(handOver.dossier?.state, 'RETURNED', JSON.stringify(handOver));
});

test('Redis flushed: sessions go on, and nobody is somebody else', async () => {
  const [one, two] = [assertIn(await come('citizen')), assertIn(await come('citizen2'))];
  redis(house.env, 'FLUSHALL');
  for (const reply of [one, two]) {
    const { viewer } = await client.data('{ viewer { id } }', { token: reply.accessToken });
    assert.equal(viewer.id, reply.viewer.id);
  }
  assertIn(await ask(refresh, { refreshToken: one.refreshToken }));
});

test('the issuer\'s keys may change: the next sign-in knows the new one', async () => {
  assertIn(await come('citizen'));
  await sleep(5100); // keys are not fetched more often
  issuer.rollOver([newKey('issuer-2')]);
  assertIn(await come('citizen'));
});

test('who leaves while the issuer thinks harms nobody', async () => {
  const [answer] = issuer.server.listeners('request');
  const inputs = [];
  for (let i = 0; i < 20; i++) inputs.push({ ...(await issuer.code('citizen2')), device: 'x' });
  issuer.server.removeAllListeners('request');
  issuer.server.on('request', () => {});
  for (const input of inputs) {
    const peer = house.client();
    const left = peer.post(signIn, { variables: { input } }).catch(() => 'left');
    await sleep(20);
    peer.close();
    await left;
  }
  await sleep(issuerMs + 200);
  issuer.server.removeAllListeners('request');
  issuer.server.on('request', answer);
  await until('the issuer is asked again', async () => (await come('citizen').catch(() => ({}))).__typename === 'SignedIn');
});

test('the issuer is away: signing in says so, sessions go on; it comes back', async () => {
  const { accessToken, refreshToken } = assertIn(await come('citizen'));
  const code = { ...(await issuer.code('citizen')), device: 'x' };
  const { port } = issuer.server.address();
  await issuer.stop();
  const reply = await client.post(signIn, { variables: { input: code } });
  assert.equal(reply.json.errors?.[0].extensions.code, 'SERVICE_UNAVAILABLE', reply.text);
  assert.equal(await status(accessToken), 200);
  assertIn(await ask(refresh, { refreshToken }));
  issuer = await Issuer.start({ port, place, extraPeople, keys: issuer.keys, clientKey: issuer.clientKey });
  await until('it is asked again', async () => (await come('citizen').catch(() => ({}))).__typename === 'SignedIn');
});
