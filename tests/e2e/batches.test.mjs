// What an office does to many dossiers in a row: assigned, finished and handed over, each by itself under one key (R32). Accepting is
// in worklist.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changed, client, close, database, dossier, failures, given, go, numbers, one, open, stateOf, tokens } from './office.mjs';
import { key } from './support.mjs';

before(() => open('batches'));
after(close);

// By field: its payload, who does it, from which state to which, and what an item says beside its code.
const batches = {
  assignDossiers: { payload: 'DossiersAssigned', who: 'dispatcher', from: 'ACCEPTED', to: 'PROCESSING', event: 'assign', item: () => ({ officer: one(`SELECT public_id FROM officer WHERE id = ${numbers.processor}`) }),
    bad: { officer: '00000000-0000-7000-8000-000000000000' }, path: 'officer' },
  completeDossiers: { payload: 'DossiersCompleted', who: 'signer', from: 'PROCESSING', to: 'COMPLETED', event: 'complete', item: () => ({ outcome: 'GRANTED', eResult: 'KQ-1' }), bad: { eResult: null }, path: 'eResult' },
  handOverDossiers: { payload: 'DossiersHandedOver', who: 'counter', from: 'COMPLETED', to: 'RETURNED', event: 'handOver', item: () => given, bad: { receiver: 'Lê Văn Lạ' }, path: 'receiver' },
};
const document = (field, { payload }) => `mutation($input: ${field[0].toUpperCase()}${field.slice(1)}Input!) { it: ${field}(input: $input) { __typename
  ... on ${payload} { items { code result { __typename ${changed} ${failures} } } } ... on Failure { code } ... on GuardFailed { problems { path } } } }`;
const post = (field, items, { who = batches[field].who, idempotencyKey = key() } = {}) =>
  client.post(document(field, batches[field]), { token: tokens[who], variables: { input: { idempotencyKey, items } } });
const send = async (field, items, options) => {
  const { json } = await post(field, items, options);
  assert.equal(json.errors, undefined, JSON.stringify(json.errors));
  return json.data.it;
};
const outcomes = ({ items }) => items.map(({ result }) => result.__typename);
const times = (code, event) => one(`SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.event = '${event}'`);

for (const [field, { who, from, to, event, item, bad, path }] of Object.entries(batches)) {
  test(`R32: ${field}: of many dossiers each is answered by itself, and sent again goes on where it was cut`, async () => {
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push(await dossier(from));
    const early = await dossier('SUBMITTED');
    const items = codes.map((code) => ({ code, ...item() }));
    Object.assign(items[1], bad);
    items[2].expectedSeq = 1;
    items.push({ code: early, ...item() }, { code: 'H29.1-261126-9999', ...item() }, items[0]);
    const idempotencyKey = key();
    const done = await send(field, items, { idempotencyKey });
    assert.deepEqual(done.items.map(({ code }) => code), items.map(({ code }) => code), 'in the order asked');
    assert.deepEqual(outcomes(done), ['DossierChanged', 'GuardFailed', 'StaleState', 'DossierChanged', 'DossierChanged', 'StaleState', 'NotAllowed', 'DossierChanged']);
    assert.deepEqual(done.items[1].result.problems.map((each) => each.path), [path]);
    assert.deepEqual(codes.map(stateOf), [to, from, from, to, to]);
    assert.deepEqual(await send(field, items, { idempotencyKey }), done, 'sent again, the same is answered');
    assert.equal(times(codes[0], event), '1', 'and done once');
    const mended = codes.map((code) => ({ code, ...item() }));
    mended[2].expectedSeq = 1;
    assert.deepEqual(outcomes(await send(field, mended, { idempotencyKey })), ['DossierChanged', 'DossierChanged', 'StaleState', 'DossierChanged', 'DossierChanged'], 'what was not done is tried again');
    assert.equal(stateOf(codes[1]), to);
  });

  test(`R32: ${field}: one that somebody else holds fails by itself`, async () => {
    const codes = [await dossier(from), await dossier(from), await dossier(from)];
    const items = codes.map((code) => ({ code, ...item() }));
    const idempotencyKey = key();
    const holder = database.session();
    try {
      await holder.sql(`BEGIN; SELECT 1 FROM motcua.dossier WHERE code = '${codes[1]}' FOR UPDATE`);
      const { json } = await post(field, items, { idempotencyKey });
      assert.deepEqual(json.data.it.items.map(({ result }) => result?.__typename ?? null), ['DossierChanged', null, 'DossierChanged']);
      assert.deepEqual(json.errors.map((error) => error.path), [['it', 'items', 1, 'result']]);
    } finally {
      await holder.end();
    }
    assert.deepEqual(outcomes(await send(field, items, { idempotencyKey })), ['DossierChanged', 'DossierChanged', 'DossierChanged']);
    for (const code of codes) assert.equal(times(code, event), '1', code);
  });

  test(`R32: ${field}: fifty at once, not one more, by officers alone`, async () => {
    const items = Array.from({ length: 50 }, (_, i) => ({ code: `H29.1-261126-${1000 + i}`, ...item() }));
    assert.equal((await send(field, items)).items.length, 50);
    assert.ok((await post(field, [...items, items[0]])).json.errors[0].message, 'over the maximum');
    assert.equal((await send(field, [])).problems[0].path, 'items');
    assert.equal((await send(field, items.slice(0, 1), { idempotencyKey: 'k'.repeat(100) })).__typename, batches[field].payload);
    assert.equal((await send(field, items.slice(0, 1), { idempotencyKey: 'k'.repeat(101) })).problems[0].path, 'idempotencyKey');
    for (const each of ['citizen', 'partner']) assert.equal((await send(field, items, { who: each })).__typename, 'NotAllowed');
    const code = await dossier(from);
    assert.deepEqual(outcomes(await send(field, [{ code, ...item() }], { who: 'inspector' })), ['NotAllowed'], 'of another role each is refused');
    assert.equal(stateOf(code), from);
    assert.equal((await go(who, { assignDossiers: 'assignDossier', completeDossiers: 'completeDossier', handOverDossiers: 'handOverDossier' }[field], code, item(), to)).__typename, 'DossierChanged');
  });
}

test('R32: whose second factor is too old finishes none of many', async () => {
  const code = await dossier('PROCESSING');
  one("UPDATE session SET stepped_up_at = now() - interval '901 seconds'");
  assert.deepEqual(outcomes(await send('completeDossiers', [{ code, outcome: 'GRANTED', eResult: 'KQ-1' }])), ['StepUpRequired']);
  assert.equal(stateOf(code), 'PROCESSING');
  one('UPDATE session SET stepped_up_at = now()');
  assert.deepEqual(outcomes(await send('completeDossiers', [{ code, outcome: 'GRANTED', eResult: 'KQ-1' }])), ['DossierChanged']);
});

test('a key of one batch is not another\'s', async () => {
  const code = await dossier('ACCEPTED');
  const idempotencyKey = key();
  assert.deepEqual(outcomes(await send('assignDossiers', [{ code, ...batches.assignDossiers.item() }], { idempotencyKey })), ['DossierChanged']);
  assert.deepEqual(outcomes(await send('completeDossiers', [{ code, outcome: 'GRANTED', eResult: 'KQ-1' }], { idempotencyKey, who: 'dispatcher' })), ['KeyReused']);
});
