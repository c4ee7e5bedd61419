// The sandbox: all that a developer can try with nothing but a partner's test key, and that none of it is real.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { House, failure, key, place, submit, until } from './support.mjs';

const issuer = 'https://sandbox.example';
let house;
let client;
let developer; // a session of partner 5001 by a test key
let live; // the same partner's, by a live one
before(async () => {
  house = await House.start('sandbox', { settings: { MOTCUA_PUBLIC_URL: issuer, MOTCUA_PROCESSES: '2' } });
  client = house.client();
  developer = house.token('sandbox');
  live = house.token('partner');
});
after(() => house.stop());

const advanceDocument = `mutation($input: SandboxAdvanceInput!) { sandboxAdvance(input: $input) {
  __typename ... on DossierChanged { dossier { code state seq } event { seq event } } ${failure}
  ... on GuardFailed { problems { path message } } ... on StaleState { current { seq state } } } }`;
const signInDocument = `mutation($input: SandboxSignInInput!) { sandboxSignIn(input: $input) {
  __typename ... on SignedIn { accessToken refreshToken expiresAt viewer { id name kind } } ${failure} ... on GuardFailed { problems { path message } } } }`;
const submitDocument = `mutation($input: SubmitDossierInput!) { submitDossier(input: $input) {
  __typename ... on DossierChanged { dossier { id code state seq applicant { name } timeline(first: 20) { nodes { event actor } } } event { seq event } }
  ${failure} ... on GuardFailed { problems { path message } } ... on RateLimited { retryAfterSeconds } } }`;
const where = (procedure) => ({ procedure, agency: 'H00.1' });

const run = async (document, token, input) => Object.values(await client.data(document, { token, variables: { input } }))[0];
const handIn = (token, procedure, more = {}) => run(submitDocument, token, { idempotencyKey: key(), consent: true, ...where(procedure), ...more });
const advance = (token, code, event, more = {}) => run(advanceDocument, token, { idempotencyKey: key(), code, event, ...more });
const signIn = (token, person, device = 'Điện thoại thử') => run(signInDocument, token, { person, device });
const dossier = async (token, code) => (await client.data('query($code: String!) { dossier(code: $code) { code state } }', { token, variables: { code } })).dossier;
const people = async (token) => (await client.data('{ sandboxPeople { code id name kind about } }', { token })).sandboxPeople;

// By RFC 7523, as any partner gets its token.
async function testKey(organisation) {
  const clientId = house.database.sql(`SELECT public_id FROM subject WHERE id = ${organisation}`);
  const pair = await generateKeyPair('ES256', { extractable: true });
  const kid = `test-${organisation}`;
  house.database.sql(`INSERT INTO partner (id) VALUES (${organisation}) ON CONFLICT DO NOTHING;
    INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at) VALUES (${organisation}, '${kid}',
      '${JSON.stringify({ ...await exportJWK(pair.publicKey), kid, alg: 'ES256' })}', 'TEST', '{dossiers.read,dossiers.submit,keys.manage}', now() + interval '1 day')`);
  const assertion = await new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: 'ES256', kid }).setIssuer(clientId).setSubject(clientId)
    .setAudience(issuer).setIssuedAt().setExpirationTime('1m').sign(pair.privateKey);
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion });
  const reply = await client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' }, body.toString());
  assert.equal(reply.status, 200, reply.text);
  return { token: reply.json.access_token, id: house.database.sql(`SELECT id FROM partner_key WHERE kid = '${kid}'`) };
}

test('R6: a developer with a test key plays a dossier from hand-in to result', async () => {
  const { token } = await testKey(5004);
  const { procedures } = await client.data('{ procedures(field: "sandbox", first: 50) { nodes { code name } } }', { token });
  assert.ok(procedures.nodes.some(({ code }) => code === '9.000001'), 'the procedures say what they lead to');
  const found = await people(token);
  assert.deepEqual(found.map(({ code }) => code), ['an', 'binh', 'chi', 'dung', 'cong-ty']);

  const an = await signIn(token, 'an');
  assert.equal(an.__typename, 'SignedIn', JSON.stringify(an));
  assert.deepEqual([an.viewer.id, an.viewer.name, an.viewer.kind], [found[0].id, 'Nguyễn Thị Thử', 'CITIZEN']);
  const handedIn = await handIn(token, '9.000001', { applicant: found[0].id });
  assert.equal(handedIn.dossier?.state, 'SUBMITTED', JSON.stringify(handedIn));
  assert.equal(handedIn.dossier.applicant.name, 'Nguyễn Thị Thử');
  const { code, seq } = handedIn.dossier;
  assert.deepEqual(await dossier(an.accessToken, code), { code, state: 'SUBMITTED' }, 'the applicant sees it, too');

  const early = await advance(token, code, 'complete');
  assert.deepEqual([early.__typename, early.current], ['StaleState', { seq, state: 'SUBMITTED' }]);
  for (const [who, event, state, more] of [[token, 'accept', 'ACCEPTED', { expectedSeq: seq, note: 'Xin chờ' }], [an.accessToken, 'assign', 'PROCESSING'],
    [an.accessToken, 'complete', 'COMPLETED', { outcome: 'REFUSED' }], [token, 'handOver', 'RETURNED', { receiver: 'Nguyễn Thị Thử' }]]) {
    const moved = await advance(who, code, event, more);
    assert.deepEqual([moved.dossier?.state, moved.event?.event], [state, event], JSON.stringify(moved));
  }
  const timeline = (await client.data('query($code: String!) { dossier(code: $code) { timeline(first: 20) { nodes { event actor note } } } }',
    { token: an.accessToken, variables: { code } })).dossier.timeline.nodes;
  assert.deepEqual(timeline.map(({ event }) => event), ['createDraft', 'submit', 'accept', 'assign', 'complete', 'handOver']);
  assert.deepEqual([timeline[2].actor, timeline[2].note], ['Cán bộ Thử Nghiệm', 'Xin chờ']);

  const refreshed = await run('mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { ... on SignedIn { accessToken viewer { name } } } }',
    undefined, { refreshToken: an.refreshToken });
  assert.equal(refreshed.viewer?.name, 'Nguyễn Thị Thử', JSON.stringify(refreshed));
  assert.deepEqual(await dossier(refreshed.accessToken, code), { code, state: 'RETURNED' }, 'a session goes on as any does');
});

test('R6: each procedure of the sandbox leads where it says', async () => {
  const events = ['createDraft', 'submit', 'accept', 'assign', 'complete', 'handOver'];
  for (const [procedure, state, count] of [['9.000001', 'SUBMITTED', 2], ['9.000002', 'ACCEPTED', 3], ['9.000003', 'PROCESSING', 4],
    ['9.000004', 'COMPLETED', 5], ['9.000005', 'COMPLETED', 5], ['9.000006', 'RETURNED', 6], ['9.000050', 'SUBMITTED', 2]]) {
    const input = { idempotencyKey: key(), consent: true, ...where(procedure) };
    const done = await run(submitDocument, developer, input);
    assert.deepEqual([done.dossier?.state, done.dossier?.seq, done.event], [state, count, { seq: 2, event: 'submit' }], `${procedure}: ${JSON.stringify(done)}`);
    assert.deepEqual(done.dossier.timeline.nodes.map(({ event }) => event), events.slice(0, count), procedure);
    assert.deepEqual(await run(submitDocument, developer, input), done, `${procedure}: a repeat is the same`);
  }
});

test('R6: each failure of a change can be met', async () => {
  const guarded = await handIn(developer, '9.000090');
  assert.deepEqual([guarded.__typename, guarded.problems[0].path], ['GuardFailed', 'channel']);
  assert.equal((await handIn(developer, '9.000091')).__typename, 'NotAllowed');
  const limited = await handIn(developer, '9.000092');
  assert.deepEqual([limited.__typename, limited.retryAfterSeconds, limited.retryable], ['RateLimited', 30, true]);
  assert.deepEqual((await handIn(developer, '9.000001', { agency: 'H00' })).problems?.map(({ path }) => path), ['agency'], 'an agency that does not receive');

  const { code } = (await handIn(developer, '9.000001')).dossier;
  assert.deepEqual((await advance(developer, code, 'accept', { digitised: false })).problems?.map(({ path }) => path), ['digitised']);
  assert.deepEqual((await advance(developer, code, 'accept', { note: 'x'.repeat(2001) })).problems?.map(({ path }) => path), ['note']);
  assert.equal((await advance(developer, code, 'accept', { expectedSeq: 1 })).__typename, 'StaleState');
  assert.equal((await advance(developer, code, 'submit')).__typename, 'NotAllowed', 'the applicant\'s events are not played');
  const input = { idempotencyKey: key(), code, event: 'accept' };
  const first = await run(advanceDocument, developer, input);
  assert.equal(first.dossier?.state, 'ACCEPTED', JSON.stringify(first));
  assert.deepEqual(await run(advanceDocument, developer, input), first, 'a repeat is the same');
  assert.equal((await run(advanceDocument, developer, { ...input, event: 'assign' })).__typename, 'KeyReused');
});

test('signing in in the sandbox: by a test key alone, as its own people alone', async () => {
  for (const [who, token] of Object.entries({ live, citizen: house.token('citizen'), officer: house.token('officer') }))
    assert.equal((await signIn(token, 'an')).__typename, 'NotAllowed', who);
  const nobody = await client.post(signInDocument, { variables: { input: { person: 'an', device: 'x' } } });
  assert.equal(nobody.json.errors?.[0].extensions.code, 'UNAUTHENTICATED', nobody.text);
  const an = await signIn(developer, 'an');
  assert.equal((await signIn(an.accessToken, 'binh')).__typename, 'NotAllowed', 'nor by one of the people');
  const ids = Object.fromEntries((await people(developer)).map(({ code, id }) => [code, id]));
  assert.equal((await signIn(developer, ids.binh)).viewer?.id, ids.binh, 'by id, too');
  const { token: other } = await testKey(5005);
  for (const [why, token, person] of [['another partner\'s', other, ids.an], ['an organisation', developer, 'cong-ty'], ['an officer', developer, 'officer'],
    ['nobody', developer, 'x'], ['somebody real', developer, house.database.sql('SELECT public_id FROM subject WHERE id = 1')]]) {
    const reply = await signIn(token, person);
    assert.deepEqual([reply.__typename, reply.problems?.[0].path], ['GuardFailed', 'person'], why);
  }
  assert.equal((await signIn(developer, 'an', 'ộ'.repeat(100))).__typename, 'SignedIn');
  assert.deepEqual((await signIn(developer, 'an', 'ộ'.repeat(101))).problems?.map(({ path }) => path), ['device']);
  assert.deepEqual(await people(live), []);
  assert.deepEqual(await people(an.accessToken), []);
  assert.equal(house.database.sql(`SELECT count(*) FROM audit WHERE act = 'session.open' AND object = 'session:${decodeJwt(an.accessToken).sid}'
    AND body ->> 'sandboxBy' = '${decodeJwt(developer).sid}'`), '1', 'it is audited');
});

test('of a partner\'s sessions in the sandbox 20 stand, and none outlives its key', async () => {
  const testing = await testKey(5006);
  const standing = () => Number(house.database.sql('SELECT count(*) FROM session WHERE sandbox_partner = 5006 AND ended_at IS NULL'));
  const first = await signIn(testing.token, 'an');
  for (let i = 1; i < 20; i++) await signIn(testing.token, i % 2 ? 'binh' : 'an');
  assert.equal(standing(), 20);
  assert.equal((await client.post('{ viewer { id } }', { token: first.accessToken })).status, 200);
  const last = await signIn(testing.token, 'chi');
  assert.equal(standing(), 20, 'one more ends the oldest');
  const refused = (token) => until('the token is refused', async () => (await client.post('{ viewer { id } }', { token })).status === 401);
  await refused(first.accessToken);

  const { sid } = decodeJwt(last.accessToken);
  assert.equal(house.database.sql(`SELECT s.expires_at = k.expires_at FROM session s JOIN partner_key k ON k.id = s.sandbox_key WHERE s.id = '${sid}'`), 't');
  const revoked = await run('mutation($input: RevokePartnerKeyInput!) { revokePartnerKey(input: $input) { __typename ... on PartnerKeyRevoked { sessions } } }',
    testing.token, { idempotencyKey: key(), id: testing.id });
  assert.deepEqual(revoked, { __typename: 'PartnerKeyRevoked', sessions: 21 });
  await refused(last.accessToken);
  assert.equal((await run('mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { __typename } }', undefined, { refreshToken: last.refreshToken })).__typename, 'NotAllowed');
});

test('nothing of the sandbox is seen outside, and nothing outside is touched in it', async () => {
  const real = { consent: true, ...place(house.database) };
  const citizen = house.token('citizen');
  house.database.sql(`INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date) ON CONFLICT DO NOTHING;
    UPDATE subject SET rights_epoch = rights_epoch + 1 WHERE id = 1`);
  const administrator = house.token('citizen');
  const own = (await handIn(developer, '9.000001')).dossier;
  const { token: other } = await testKey(5007);
  for (const [who, token] of Object.entries({ citizen, administrator, live, other, officer: house.token('officer') })) {
    assert.equal(await dossier(token, own.code), null, who);
    assert.equal((await client.data('query($id: ID!) { node(id: $id) { id } }', { token, variables: { id: own.id } })).node, null, who);
    assert.equal((await advance(token, own.code, 'accept')).__typename, 'NotAllowed', who);
  }
  assert.deepEqual(await dossier(developer, own.code), { code: own.code, state: 'SUBMITTED' });
  const all = async (token) => (await client.data('{ viewer { counts { all } dossiers(first: 100) { nodes { code } } } }', { token })).viewer;
  for (const [who, token] of Object.entries({ administrator, live })) {
    const seen = await all(token);
    assert.ok(seen.dossiers.nodes.every(({ code }) => !code.startsWith('H00')), who);
  }
  assert.ok((await all(developer)).dossiers.nodes.every(({ code }) => code.startsWith('H00')));
  assert.equal((await all(other)).counts.all, 0, 'and no figure counts it');

  assert.equal((await run(submit, citizen, { idempotencyKey: key(), consent: true, ...where('9.000001') })).problems?.[0].path, 'procedure', 'a citizen in the sandbox');
  assert.equal((await run(submit, developer, { idempotencyKey: key(), ...real })).problems?.[0].path, 'procedure', 'a test key outside');
  const done = await run(submit, citizen, { idempotencyKey: key(), ...real });
  const code = done.dossier?.code;
  const ofPartner = house.database.sql(`SELECT min(code) FROM dossier WHERE applicant = 5001 AND state = 'SUBMITTED' AND NOT sandbox`) ||
    (await run(submit, live, { idempotencyKey: key(), ...real })).dossier.code;
  const unknown = await advance(developer, 'H00.1-261127-9999', 'accept');
  for (const theirs of [code, ofPartner]) {
    assert.deepEqual(await advance(developer, theirs, 'accept'), unknown, 'a live dossier is as one that there is not');
    assert.equal(house.database.sql(`SELECT state FROM dossier WHERE code = '${theirs}'`), 'SUBMITTED');
  }
});

test('procedures and agencies of the sandbox are there for who tries it', async () => {
  const sandboxed = house.database.sql(`SELECT public_id FROM procedure WHERE code = '9.000001'`);
  const agency = house.database.sql(`SELECT public_id FROM agency WHERE code = 'H00.1'`);
  const query = `query($id: ID!, $agency: ID!) { procedure(code: "9.000001") { code } procedures(field: "sandbox", first: 50) { nodes { code } }
    it: node(id: $id) { __typename } agency: node(id: $agency) { __typename } land: procedures(field: "land", first: 50) { nodes { code } } }`;
  const ask = (token) => client.data(query, { token, variables: { id: sandboxed, agency } });
  const an = (await signIn(developer, 'an')).accessToken;
  // By turns, so that no kept answer of the one comes to the other.
  for (let turn = 0; turn < 3; turn++) {
    for (const token of [undefined, house.token('citizen'), live]) {
      const seen = await ask(token);
      assert.deepEqual([seen.procedure, seen.procedures.nodes, seen.it, seen.agency], [null, [], null, null]);
    }
    for (const token of [developer, an]) {
      const seen = await ask(token);
      assert.deepEqual([seen.procedure?.code, seen.procedures.nodes.length, seen.it?.__typename, seen.agency?.__typename], ['9.000001', 17, 'Procedure', 'Agency']);
      assert.ok(seen.land.nodes.length > 0, 'beside the real ones');
    }
  }
});

test('what is public is not kept for all when a test key has asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-sandbox-'));
  const text = 'query Known { procedures(field: "sandbox", first: 5) { nodes { code } } }';
  const hash = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ [hash]: text }));
  const keeping = await House.start('sandbox-keeping', { database: house.database, settings: { MOTCUA_DOCUMENTS_DIR: folder } });
  try {
    const asking = keeping.client();
    const get = (token) => asking.get(`/graphql?documentId=sha256:${hash}`, { accept: 'application/graphql-response+json', ...(token ? { authorization: `Bearer ${token}` } : {}) });
    const own = keeping.token('sandbox');
    for (const token of [own, own, own]) {
      const reply = await get(token);
      assert.equal(reply.json.data?.procedures.nodes.length, 5, reply.text);
      assert.doesNotMatch(reply.headers['cache-control'] ?? '', /public/);
    }
    for (let i = 0; i < 3; i++) {
      const reply = await get();
      assert.deepEqual(reply.json.data.procedures.nodes, []);
      assert.match(reply.headers['cache-control'], /public/, 'the document itself is one that is kept');
    }
    assert.equal((await get(own)).json.data.procedures.nodes.length, 5);
  } finally {
    await keeping.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('pushes of the sandbox go to its own people alone', async () => {
  const registerDocument = 'mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { __typename } }';
  const register = (token, address) => run(registerDocument, token, { idempotencyKey: key(), kind: 'FCM', address });
  const [chi, citizen] = [(await signIn(developer, 'chi')).accessToken, house.token('citizen')];
  house.database.sql(`INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date) ON CONFLICT DO NOTHING;
    INSERT INTO device (owner_subject, kind, address, locale) VALUES (5001, 'FCM', 'device-of-the-partner', 'vi')`);
  assert.equal((await register(chi, 'device-of-the-sandbox')).__typename, 'DeviceRegistered');
  assert.equal((await register(citizen, 'device-of-a-citizen')).__typename, 'DeviceRegistered');
  house.database.sql('DELETE FROM outbox');
  const { code } = (await handIn(developer, '9.000006')).dossier;
  assert.ok(Number(house.database.sql('SELECT count(*) FROM outbox')) >= 5);
  const worker = await house.startWorker();
  await until('all is expanded', () => house.database.sql('SELECT count(*) FROM outbox') === '0');
  const told = house.database.sql(`SELECT DISTINCT v.address FROM (SELECT device, notif FROM delivery UNION ALL SELECT device, notif FROM delivery_log) AS sent
    JOIN device v ON v.public_id = sent.device JOIN dossier_event e ON e.id = sent.notif JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}'`);
  assert.equal(told, 'device-of-the-sandbox');
  await worker.stop();
});

test('the people of the sandbox make no keys and sign nobody in', async () => {
  const chi = (await signIn(developer, 'chi')).accessToken;
  const taxCode = house.database.sql(`SELECT o.tax_code FROM organisation o JOIN sandbox_person p ON p.subject = o.id WHERE p.partner = 5001`);
  const pair = await generateKeyPair('ES256', { extractable: true });
  for (const environment of ['LIVE', 'TEST']) {
    const added = await run('mutation($input: AddPartnerKeyInput!) { addPartnerKey(input: $input) { __typename } }', chi,
      { idempotencyKey: key(), taxCode, jwk: JSON.stringify({ ...await exportJWK(pair.publicKey), kid: `own-${environment}`, alg: 'ES256' }), environment, scopes: ['dossiers.read'] });
    assert.equal(added.__typename, 'NotAllowed', environment);
  }
});
