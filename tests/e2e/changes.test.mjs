// Changes: each is made once, whatever is repeated, and a change that is not made says why.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, accept, acceptIt, complete, end, failure, handIn, key, place, submit } from './support.mjs';

let house;
let client;
let citizen;
let officer;
let where;
before(async () => {
  house = await House.start('changes', { settings: { MOTCUA_PROCESSES: '2' } });
  client = house.client();
  citizen = house.token('citizen');
  officer = house.token('officer');
  where = place(house.database);
});
after(() => house.stop());

const run = async (document, token, input) => Object.values(await client.data(document, { token, variables: { input } }))[0];
const events = (code) => house.database.sql(`SELECT string_agg(e.event, ' ' ORDER BY e.seq) FROM dossier_event e
  JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}'`);
test('a dossier goes from hand-in to result, one event a step', async () => {
  const { code, seq } = await handIn(client, citizen, where);
  assert.match(code, new RegExp(`^${where.agency.replace('.', '\\.')}-\\d{6}-\\d{4}$`));
  assert.equal(seq, 2);
  assert.equal((await acceptIt(client, officer, code, { expectedSeq: 2 })).dossier.state, 'ACCEPTED');
  const assign = await run(`mutation($input: AssignDossierInput!) { assignDossier(input: $input) {
    ... on DossierChanged { dossier { state seq } } ${failure} } }`, officer, { idempotencyKey: key(), code, expectedSeq: 3 });
  assert.deepEqual(assign.dossier, { state: 'PROCESSING', seq: 4 });
  const done = await run(complete, officer, { idempotencyKey: key(), code, outcome: 'GRANTED', eResult: 'KQ-1' });
  assert.equal(done.dossier?.state, 'COMPLETED', JSON.stringify(done));
  const handed = await run(`mutation($input: HandOverDossierInput!) { handOverDossier(input: $input) {
    ... on DossierChanged { dossier { state seq finishedAt } event { event from to actor } } ${failure} } }`, officer,
    { idempotencyKey: key(), code, receiver: house.database.sql('SELECT name FROM subject WHERE id = 1') });
  assert.equal(handed.dossier.state, 'RETURNED');
  assert.deepEqual({ ...handed.event, actor: undefined },
    { event: 'handOver', from: 'COMPLETED', to: 'RETURNED', actor: undefined });
  assert.equal(events(code), 'createDraft submit accept assign complete handOver');
});

test('the same key with the same input gets the first answer, and nothing happens again', async () => {
  const { code } = await handIn(client, citizen, where);
  const input = { idempotencyKey: key(), code, digitised: true, note: 'Đã nhận đủ giấy tờ.' };
  const first = await run(accept, officer, input);
  assert.equal(first.event.event, 'accept');
  assert.deepEqual(await run(accept, officer, input), first);
  // The order of members does not make another input.
  const { idempotencyKey, ...rest } = input;
  assert.deepEqual(await run(accept, officer, { ...rest, idempotencyKey }), first);
  assert.equal(events(code), 'createDraft submit accept');
});

test('a repeated hand-in gives the same dossier, though it has moved on', async () => {
  const input = { idempotencyKey: key(), consent: true, ...where };
  const first = await run(submit, citizen, input);
  await acceptIt(client, officer, first.dossier.code);
  const again = await run(submit, citizen, input);
  assert.equal(again.dossier.id, first.dossier.id);
  assert.equal(again.event.id, first.event.id);
});

test('the same key with another input is KeyReused, and another person\'s same key is another key', async () => {
  const input = { idempotencyKey: key(), consent: true, ...where };
  const first = await run(submit, citizen, input);
  const reused = await run(submit, citizen, { ...input, channel: 'POST' });
  assert.deepEqual([reused.__typename, reused.code, reused.retryable], ['KeyReused', 'KEY_REUSED', false]);
  assert.ok(reused.message.length > 10);
  const other = await run(submit, house.token('citizen2'), input);
  assert.ok(other.dossier, JSON.stringify(other));
  assert.notEqual(other.dossier.id, first.dossier.id);
});

test('a key used for one mutation is taken for all', async () => {
  const input = { idempotencyKey: key(), consent: true, ...where };
  const { dossier } = await run(submit, officer, input).then((found) => found.dossier ? found : handIn(client, citizen, where).then((d) => ({ dossier: d })));
  const { code } = await handIn(client, citizen, where);
  const used = key();
  assert.ok((await run(accept, officer, { idempotencyKey: used, code, digitised: true })).dossier);
  const reused = await run(complete, officer, { idempotencyKey: used, code: dossier.code, outcome: 'GRANTED', eResult: 'x' });
  assert.equal(reused.__typename, 'KeyReused');
});

test('two at once with one key make one event and get one answer', async () => {
  for (let round = 0; round < 5; round++) {
    const { code } = await handIn(client, citizen, where);
    const input = { idempotencyKey: key(), code, digitised: true };
    const peers = Array.from({ length: 4 }, () => house.client());
    const answers = await Promise.all(peers.map((peer) => peer.data(accept, { token: officer, variables: { input } })));
    for (const peer of peers) peer.close();
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal(answers[0].acceptDossier.event?.event, 'accept', JSON.stringify(answers[0]));
    assert.equal(events(code), 'createDraft submit accept');
  }
});

test('two at once with two keys: one is done, the other finds it changed', async () => {
  const { code } = await handIn(client, citizen, where);
  const answers = await Promise.all([1, 2].map(() => acceptIt(house.client(), officer, code)));
  const kinds = answers.map((answer) => answer.__typename ?? 'DossierChanged').sort();
  assert.deepEqual(kinds, ['DossierChanged', 'StaleState']);
  assert.equal(events(code), 'createDraft submit accept');
});

test('StaleState shows the dossier as it is, and stores nothing', async () => {
  const { code } = await handIn(client, citizen, where);
  const input = { idempotencyKey: key(), code, digitised: true, expectedSeq: 1 };
  const stale = await run(accept, officer, input);
  assert.deepEqual([stale.__typename, stale.code, stale.retryable], ['StaleState', 'STALE_STATE', true]);
  assert.deepEqual(stale.current, { seq: 2, state: 'SUBMITTED' });
  // A failure is not kept: the same key with what is true now goes through.
  assert.ok((await run(accept, officer, { ...input, expectedSeq: 2 })).dossier);
});

test('a client that matches only Failure understands every failure', async () => {
  const { code } = await handIn(client, citizen, where);
  const answer = await client.data(`mutation($input: AcceptDossierInput!) { acceptDossier(input: $input) {
    ... on Failure { code message retryable } } }`, { token: officer, variables: { input: { idempotencyKey: key(), code } } });
  assert.equal(answer.acceptDossier.code, 'GUARD_FAILED');
  assert.equal(answer.acceptDossier.retryable, false);
});

test('GuardFailed says what is wrong in the viewer\'s language', async () => {
  const { code } = await handIn(client, citizen, where);
  const vi = await run(accept, officer, { idempotencyKey: key(), code });
  assert.equal(vi.__typename, 'GuardFailed');
  assert.deepEqual(vi.problems, [{ path: 'digitised',
    message: 'Hồ sơ phải được số hóa khi tiếp nhận; nếu chưa số hóa thì phải nêu lý do.' }]);
  house.database.sql(`UPDATE officer SET locale = 'en' WHERE id = 1`);
  const en = await run(accept, house.token('officer'), { idempotencyKey: key(), code });
  assert.deepEqual(en.problems, [{ path: 'digitised', message: 'The papers must be digitised on acceptance; otherwise state a reason.' }]);
  assert.notEqual(en.message, vi.message);
  house.database.sql(`UPDATE officer SET locale = 'vi' WHERE id = 1`);
});

test('a problem\'s path is the path of an input field', async () => {
  const wrong = await run(submit, citizen, { idempotencyKey: key(), procedure: 'none', agency: 'none', applicant: 'none' });
  assert.equal(wrong.__typename, 'GuardFailed', JSON.stringify(wrong));
  for (const { path } of wrong.problems)
    assert.ok(['procedure', 'agency', 'applicant', 'channel', 'consent', 'idempotencyKey'].includes(path), path);
  assert.ok(wrong.problems.some(({ path }) => path === 'procedure'), JSON.stringify(wrong.problems));
  assert.ok(wrong.problems.some(({ path }) => path === 'agency'), JSON.stringify(wrong.problems));
});

test('who may not do it is told so; an unknown dossier and a foreign one get the same answer', async () => {
  const { code } = await handIn(client, citizen, where);
  const foreign = house.database.sql(`SELECT d.code FROM dossier d, officer o WHERE o.id = 1
    AND d.state = 'SUBMITTED' AND o.agency NOT IN (d.received_agency, d.competent_agency) LIMIT 1`);
  const ask = (token, found) => run(accept, token, { idempotencyKey: key(), code: found, digitised: true });
  const mine = await ask(citizen, code);
  assert.deepEqual([mine.__typename, mine.code, mine.retryable], ['NotAllowed', 'NOT_ALLOWED', false]);
  assert.deepEqual(await ask(officer, foreign), await ask(officer, 'H29.101-200101-9999'));
  assert.equal((await ask(officer, foreign)).__typename, 'NotAllowed');
  assert.equal(events(code), 'createDraft submit');
  assert.equal((await run(submit, officer, { idempotencyKey: key(), consent: true, ...where })).__typename, 'NotAllowed');
});

test('an idempotency key must be one', async () => {
  for (const idempotencyKey of ['', 'x'.repeat(201)]) {
    const answer = await run(submit, citizen, { idempotencyKey, consent: true, ...where });
    assert.equal(answer.__typename, 'GuardFailed', JSON.stringify(answer));
    assert.equal(answer.problems[0].path, 'idempotencyKey');
  }
  assert.ok((await run(submit, citizen, { idempotencyKey: `${key()} ${'ă'.repeat(60)}`, consent: true, ...where })).dossier);
});

test('a text that PostgreSQL does not hold is the client\'s fault', async () => {
  const { code } = await handIn(client, citizen, where);
  const reply = await client.post(accept, { token: officer, variables: { input: { idempotencyKey: key(), code, note: 'a\0b', digitised: true } } });
  assert.equal(reply.status, 400, reply.text);
  assert.equal(events(code), 'createDraft submit');
});

test('mutations of one request run in their order', async () => {
  const { code } = await handIn(client, citizen, where);
  const done = await client.data(`mutation($a: AcceptDossierInput!, $b: CompleteDossierInput!) {
    acceptDossier(input: $a) { ... on DossierChanged { event { seq event } } ${failure} }
    completeDossier(input: $b) { ... on DossierChanged { event { seq event } } ${failure} } }`, { token: officer, variables: {
    a: { idempotencyKey: key(), code, digitised: true },
    b: { idempotencyKey: key(), code, outcome: 'GRANTED', eResult: 'KQ-2' } } });
  assert.equal(done.acceptDossier.event.seq, 3);
  assert.equal(done.completeDossier.event?.seq ?? done.completeDossier.code, done.completeDossier.event ? 4 : 'STALE_STATE');
});

test('endSession repeated with its key is refused with the session: it has ended', async () => {
  const token = house.token('citizen');
  const input = { idempotencyKey: key() };
  const { endSession } = await client.data(end, { token, variables: { input } });
  assert.ok(endSession.at);
  assert.equal((await client.post(end, { token, variables: { input } })).status, 401);
});
