// A dossier looked up without signing in: state and date for whoever holds the receipt; nothing, and always the same nothing,
// for anybody else; so many looks an hour, and no trace of who looked. And how agencies keep their dates, for everybody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, acceptIt, complete, failure, handIn, key, place, redis } from './support.mjs';

const perDossier = 5;
const perAddress = 40;
let house;
let client;
let citizen;
let officer;
let where;
const sql = (text) => house.database.sql(text);

before(async () => {
  house = await House.start('lookup', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_BATCH_MAX: '10', MOTCUA_LOOK_UP_LIMIT_DOSSIER_HOUR: String(perDossier), MOTCUA_LOOK_UP_LIMIT_ADDRESS_HOUR: String(perAddress) } });
  client = house.client();
  [citizen, officer] = ['citizen', 'officer'].map((who) => house.token(who));
  where = place(house.database);
});
after(() => house?.stop());

// From an address of its own, so that no test uses up another's looks.
let addresses = 20;
const somewhere = () => house.client({ tls: { localAddress: `127.0.0.${addresses++}` } });
const status = `__typename ... on DossierStatus { state nationalStatus dueAt } ... on RateLimited { code retryAfterSeconds } ... on NotAllowed { code message retryable }`;
const lookUp = `query($code: String!, $trackingCode: String!) { lookUpDossier(code: $code, trackingCode: $trackingCode) { ${status} } }`;
const look = async (peer, code, trackingCode, options = {}) => (await peer.data(lookUp, { variables: { code, trackingCode }, ...options })).lookUpDossier;
const make = `mutation($input: MakeTrackingCodeInput!) { makeTrackingCode(input: $input) { __typename ... on TrackingCodeMade { dossier { code } trackingCode } ... on GuardFailed { problems { path message } } ${failure} } }`;
const makeCode = async (code, token = citizen, idempotencyKey = key()) => (await client.data(make, { token, variables: { input: { idempotencyKey, code } } })).makeTrackingCode;

async function receipt() {
  const { code } = await handIn(client, citizen, where);
  const { trackingCode } = await makeCode(code);
  return { code, trackingCode };
}
const wrong = '0123-4567-89AB-CDEF-GHJK-MNPQ-RS';

test('R21: whoever holds the receipt is told state and date, and nothing else', async () => {
  const peer = somewhere();
  const { code } = await handIn(client, citizen, where);
  const idempotencyKey = key();
  const made = await makeCode(code, citizen, idempotencyKey);
  assert.deepEqual([made.__typename, made.dossier.code], ['TrackingCodeMade', code]);
  assert.match(made.trackingCode, /^[0-7][0-9A-HJKMNP-TV-Z]{3}(-[0-9A-HJKMNP-TV-Z]{4}){5}-[0-9A-HJKMNP-TV-Z]{2}$/);
  assert.deepEqual(await look(peer, code, made.trackingCode), { __typename: 'DossierStatus', state: 'SUBMITTED', nationalStatus: 1, dueAt: null });
  assert.ok((await acceptIt(client, officer, code)).dossier);
  const shown = await look(peer, code, made.trackingCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'));
  assert.deepEqual([shown.state, shown.nationalStatus], ['ACCEPTED', 2], 'as a person writes it');
  const { dossier } = await client.data('query($code: String!) { dossier(code: $code) { dueAt } }', { token: citizen, variables: { code } });
  assert.equal(shown.dueAt, dossier.dueAt);

  assert.equal((await makeCode(code, citizen, idempotencyKey)).trackingCode, null, 'a code is shown once');
  assert.equal((await look(peer, code, made.trackingCode)).__typename, 'DossierStatus', 'and a repeat makes no other');
  const next = await makeCode(code, officer);
  assert.equal((await look(peer, code, made.trackingCode)).__typename, 'NotAllowed', 'the next one takes its place');
  assert.equal((await look(peer, code, next.trackingCode, { token: house.token('citizen2') })).state, 'ACCEPTED', 'signed in or not');
  assert.equal((await makeCode(code, house.token('citizen2'))).__typename, 'NotAllowed', 'nobody else makes one');
});

test('R21: absent, foreign, wrong and RESTRICTED are answered by the same bytes, at the same cost', async () => {
  const peer = somewhere();
  const mine = await receipt();
  const other = await receipt();
  const restricted = await receipt();
  sql(`UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = '${restricted.code}'`);
  const questions = {
    'a wrong code': { ...mine, trackingCode: wrong },
    'one letter off': { ...mine, trackingCode: mine.trackingCode.slice(0, -1) + (mine.trackingCode.endsWith('Z') ? 'Y' : 'Z') },
    'no code at all': { ...mine, trackingCode: '' },
    'what is no code': { ...mine, trackingCode: 'ễ'.repeat(100) },
    'the receipt of another': { code: mine.code, trackingCode: other.trackingCode },
    'an absent dossier': { code: 'H29.101-261127-9999', trackingCode: mine.trackingCode },
    'what is no dossier\'s code': { code: 'x'.repeat(1000), trackingCode: mine.trackingCode },
    'a RESTRICTED dossier': restricted,
  };
  const answers = {};
  for (const [what, variables] of Object.entries(questions)) {
    const { result, roundTrips, statements } = await house.cost(() => peer.post(lookUp, { variables }));
    const { date, ratelimit, 'x-request-id': id, ...headers } = result.headers;
    answers[what] = JSON.stringify([result.status, Object.entries(headers), result.text, roundTrips, statements]);
    assert.equal(result.json.data.lookUpDossier.__typename, 'NotAllowed', what);
    assert.equal(statements, 1, what);
    assert.doesNotMatch(headers['cache-control'] ?? '', /public|max-age=[1-9]/);
  }
  assert.equal(new Set(Object.values(answers)).size, 1, JSON.stringify(answers, null, 1));
  assert.equal((await makeCode(restricted.code)).problems[0].path, 'code', 'and a RESTRICTED one gets no code');
});

test('R21: an address looks at a dossier so often in an hour, there or not; others who look in vain never lock out who holds the receipt', async () => {
  const { code, trackingCode } = await receipt();
  const stranger = somewhere();
  for (const asked of [code, 'H29.101-261127-9998']) {
    const answers = [];
    for (let i = 0; i < perDossier + 1; i++) answers.push(await look(stranger, asked, wrong));
    assert.deepEqual(answers.map(({ __typename: type }) => type), [...Array(perDossier).fill('NotAllowed'), 'RateLimited'], asked);
    const { retryAfterSeconds } = answers.at(-1);
    assert.ok(retryAfterSeconds > 0 && retryAfterSeconds <= 3600 / perDossier, `${retryAfterSeconds} s`);
  }
  assert.equal((await look(stranger, code, trackingCode)).__typename, 'RateLimited', 'there the right code comes too late, too');
  for (let i = 0; i < 3; i++) {
    const another = somewhere();
    for (let j = 0; j < perDossier + 1; j++) await look(another, code, wrong);
  }
  const owner = somewhere();
  for (let i = 0; i < perDossier; i++) assert.equal((await look(owner, code, trackingCode)).state, 'SUBMITTED', 'from where nobody has looked in vain it is shown, to the last look');
  assert.equal((await look(owner, code, trackingCode)).__typename, 'RateLimited');
  const other = await receipt();
  assert.equal((await look(somewhere(), other.code, other.trackingCode)).state, 'SUBMITTED', 'another dossier is another matter');
});

test('R21: several looks in one document, or in one batch, are counted one by one', async () => {
  const { code, trackingCode } = await receipt();
  const aliases = Array.from({ length: perDossier + 3 }, (_, i) => `l${i}: lookUpDossier(code: $code, trackingCode: $trackingCode) { ${status} }`).join(' ');
  const { result, statements } = await house.cost(() => somewhere().data(`query($code: String!, $trackingCode: String!) { ${aliases} }`, { variables: { code, trackingCode } }));
  const types = Object.values(result).map(({ __typename: type }) => type);
  assert.deepEqual(types.sort(), [...Array(perDossier).fill('DossierStatus'), ...Array(3).fill('RateLimited')]);
  assert.equal(statements, perDossier);
  const other = await receipt();
  const batch = Array.from({ length: perDossier + 1 }, () => ({ query: lookUp, variables: other }));
  const { json } = await somewhere().request('POST', '/graphql', { 'content-type': 'application/json' }, JSON.stringify(batch));
  assert.deepEqual(json.map(({ data }) => data.lookUpDossier.__typename), [...Array(perDossier).fill('DossierStatus'), 'RateLimited']);
});

test('R21: an address looks so often in an hour', async () => {
  const peer = somewhere();
  const codes = (i) => ({ code: `H29.101-261127-${String(7000 + i)}`, trackingCode: wrong });
  const answers = [];
  for (let i = 0; i < perAddress + 1; i++) answers.push((await look(peer, codes(i).code, wrong)).__typename);
  assert.deepEqual(answers, [...Array(perAddress).fill('NotAllowed'), 'RateLimited']);
  assert.equal((await look(somewhere(), codes(0).code, wrong)).__typename, 'NotAllowed', 'another address is another matter');
});

test('R21: of who looked, and at what, nothing is kept', async () => {
  const { code, trackingCode } = await receipt();
  const looks = () => sql('SELECT (SELECT count(*) FROM access_log), (SELECT count(*) FROM audit)');
  const before = looks();
  assert.equal((await look(somewhere(), code, trackingCode)).state, 'SUBMITTED');
  assert.equal((await look(somewhere(), code, wrong)).__typename, 'NotAllowed');
  assert.equal(looks(), before);
  const kept = redis(house.env, 'KEYS', 'quota:{look_up}:*');
  assert.match(kept, /^quota:\{look_up\}:dossier:[0-9a-f]{32}$/m);
  for (const where of [kept, house.server.log]) for (const secret of [code, trackingCode, wrong, '127.0.0.2']) assert.ok(!where.includes(secret), secret);
  assert.ok(!sql('SELECT encode(digest, \'hex\') FROM tracking_code').includes(Buffer.from(trackingCode).toString('hex')));
});

test('R21: how an agency keeps its dates by month is public, and equals a count', async () => {
  const agency = sql(`SELECT competent_agency FROM dossier GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
  const id = sql(`SELECT public_id FROM agency WHERE id = ${agency}`);
  const figures = async (months) => (await somewhere().data(`query($id: ID!) { node(id: $id) { ... on Agency { onTime(months: ${months}) { month finished onTime percent } } } }`, { variables: { id } })).node.onTime;
  const counted = (months) => sql(`SELECT to_char(finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-01'), count(*), count(*) FILTER (WHERE finished_at <= due_at)
    FROM dossier WHERE competent_agency = ${agency} AND outcome IS NOT NULL AND access_class = 'OPEN' GROUP BY 1 ORDER BY 1 DESC LIMIT ${months}`).split('\n').map((line) => line.split('|'));
  const same = async (months) => assert.deepEqual((await figures(months)).map(({ month, finished, onTime }) => [month, String(finished), String(onTime)]), counted(months));
  await same(36);
  const [latest, ...earlier] = await figures(36);
  assert.ok(earlier.length > 6 && latest.finished > 0, JSON.stringify(latest));
  for (const { finished, onTime, percent } of earlier) assert.equal(percent, Math.floor((100 * onTime) / finished));
  assert.equal((await figures(1)).length, 1);

  const { code } = await handIn(client, citizen, where);
  assert.ok((await acceptIt(client, officer, code)).dossier);
  sql(`UPDATE dossier SET competent_agency = ${sql('SELECT agency FROM officer WHERE id = 1')} WHERE code = '${code}'`);
  const month = `date_trunc('month', now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date`;
  const sums = () => sql(`SELECT finished, on_time FROM agency_month WHERE agency = (SELECT agency FROM officer WHERE id = 1) AND month = ${month}`).split('|').map(Number);
  const [finished = 0, onTime = 0] = sums();
  const { assignDossier } = await client.data('mutation($input: AssignDossierInput!) { assignDossier(input: $input) { ... on DossierChanged { dossier { state } } } }', { token: officer, variables: { input: { idempotencyKey: key(), code } } });
  assert.equal(assignDossier.dossier.state, 'PROCESSING');
  const { completeDossier } = await client.data(complete, { token: officer, variables: { input: { idempotencyKey: key(), code, outcome: 'GRANTED', eResult: 'KQ-1' } } });
  assert.ok(completeDossier.dossier, JSON.stringify(completeDossier));
  assert.deepEqual(sums(), [finished + 1, onTime + 1], 'what is finished is in it at once');
});
