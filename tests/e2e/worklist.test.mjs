// Officers' work: many dossiers accepted at once, the list of what lies with them, and how much.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, changed, client, close, database, dossier, failures, go, numbers, one, open, stateOf, task, tokens, where } from './office.mjs';
import { handIn, key } from './support.mjs';

before(() => open('worklist'));
after(close);

// ---- many at once ----

const batch = `mutation($input: AcceptDossiersInput!) { acceptDossiers(input: $input) { __typename ... on DossiersAccepted { items { code result { __typename ${changed} ${failures} } } }
  ... on Failure { code } ... on GuardFailed { problems { path } } } }`;
const acceptAll = async (items, { who = 'intake', idempotencyKey = key() } = {}) =>
  (await client.data(batch, { token: tokens[who], variables: { input: { idempotencyKey, items } } })).acceptDossiers;

test('R32: of many dossiers each is accepted by itself, and none is lost', async () => {
  const codes = [];
  for (let i = 0; i < 6; i++) codes.push((await handIn(client, tokens.citizen, where)).code);
  await go('intake', 'acceptDossier', codes[1], accepted);
  const items = codes.map((code) => ({ code, digitised: true }));
  items[2].digitised = false;
  items[3].expectedSeq = 1;
  items.push({ code: 'H29.1-261126-9999', digitised: true }, items[0]);
  const idempotencyKey = key();
  const done = await acceptAll(items, { idempotencyKey });
  assert.deepEqual(done.items.map(({ code }) => code), items.map(({ code }) => code));
  assert.deepEqual(done.items.map(({ result }) => result.__typename),
    ['DossierChanged', 'StaleState', 'GuardFailed', 'StaleState', 'DossierChanged', 'DossierChanged', 'NotAllowed', 'DossierChanged']);
  assert.deepEqual(done.items[7].result, done.items[0].result, 'one that stands twice is accepted once');
  assert.deepEqual(done.items[2].result.problems.map(({ path }) => path), ['digitised']);
  assert.deepEqual(codes.map(stateOf), ['ACCEPTED', 'ACCEPTED', 'SUBMITTED', 'SUBMITTED', 'ACCEPTED', 'ACCEPTED']);

  assert.deepEqual(await acceptAll(items, { idempotencyKey }), done, 'sent again, the same is answered');
  assert.equal(one(`SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${codes[0]}' AND e.event = 'accept'`), '1');
  const mended = items.slice(0, 6).map((item, i) => (i === 2 ? { ...item, digitised: true } : item));
  const more = await acceptAll(mended, { idempotencyKey });
  assert.deepEqual(more.items.map(({ result }) => result.__typename), ['DossierChanged', 'StaleState', 'DossierChanged', 'StaleState', 'DossierChanged', 'DossierChanged'], 'what was not accepted is tried again');
});

test('R32: one that somebody else holds fails by itself, and is accepted when all are sent again', async () => {
  const codes = [];
  for (let i = 0; i < 3; i++) codes.push((await handIn(client, tokens.citizen, where)).code);
  const variables = { input: { idempotencyKey: key(), items: codes.map((code) => ({ code, digitised: true })) } };
  const holder = database.session();
  try {
    await holder.sql(`BEGIN; SELECT 1 FROM motcua.dossier WHERE code = '${codes[1]}' FOR UPDATE`);
    const { json } = await client.post(batch, { token: tokens.intake, variables });
    assert.deepEqual(json.data.acceptDossiers.items.map(({ result }) => result?.__typename ?? null), ['DossierChanged', null, 'DossierChanged']);
    assert.deepEqual(json.errors.map(({ path }) => path), [['acceptDossiers', 'items', 1, 'result']]);
    assert.deepEqual(codes.map(stateOf), ['ACCEPTED', 'SUBMITTED', 'ACCEPTED']);
  } finally {
    await holder.end();
  }
  const { acceptDossiers } = await client.data(batch, { token: tokens.intake, variables });
  assert.deepEqual(acceptDossiers.items.map(({ result }) => result.__typename), ['DossierChanged', 'DossierChanged', 'DossierChanged']);
  assert.equal(one(`SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code IN ('${codes.join("', '")}') AND e.event = 'accept'`), '3');
});

test('R32: fifty at once, not one more, by officers alone', async () => {
  const items = Array.from({ length: 50 }, (_, i) => ({ code: `H29.1-261126-${1000 + i}`, digitised: true }));
  assert.equal((await acceptAll(items)).items.length, 50);
  const { json } = await client.post(batch, { token: tokens.intake, variables: { input: { idempotencyKey: key(), items: [...items, items[0]] } } });
  assert.ok(json.errors[0].message, 'over the maximum');
  assert.equal((await acceptAll([])).problems[0].path, 'items');
  assert.equal((await acceptAll(items.slice(0, 1), { idempotencyKey: 'k'.repeat(100) })).__typename, 'DossiersAccepted');
  assert.equal((await acceptAll(items.slice(0, 1), { idempotencyKey: 'k'.repeat(101) })).problems[0].path, 'idempotencyKey');
  for (const who of ['citizen', 'partner']) assert.equal((await acceptAll(items, { who })).__typename, 'NotAllowed');
});

test('R32: two officers with the same fifty: each dossier is accepted once', async () => {
  const codes = [];
  for (let i = 0; i < 10; i++) codes.push((await handIn(client, tokens.citizen, where)).code);
  const items = codes.map((code) => ({ code, digitised: true }));
  const [forth, back] = await Promise.all([acceptAll(items), acceptAll([...items].reverse())]);
  const won = (done, code) => done.items.find((item) => item.code === code).result.__typename;
  for (const code of codes) assert.deepEqual([won(forth, code), won(back, code)].sort(), ['DossierChanged', 'StaleState'], code);
});

// ---- what lies with officers ----

const page = `query($first: Int, $after: Cursor, $of: WorklistScope!) { viewer { worklist(first: $first, after: $after, of: $of) { nodes { code state submittedAt receivedAt dueAt }
  pageInfo { hasNextPage endCursor } } } }`;
async function work(who, of, first = 100) {
  const nodes = [];
  for (let more = true, after = null; more;) {
    const { worklist } = (await client.data(page, { token: tokens[who], variables: { first, after, of } })).viewer;
    nodes.push(...worklist.nodes);
    more = worklist.pageInfo.hasNextPage;
    after = worklist.pageInfo.endCursor;
  }
  return nodes;
}
const dueOf = ({ submittedAt, receivedAt, dueAt }) => (receivedAt === null ? Date.parse(submittedAt) : dueAt === null ? Infinity : Date.parse(dueAt));

test('R25, R32: an officer\'s list holds all that is open at the agency, by when it is due, page by page', async () => {
  const nodes = await work('head', 'AGENCY');
  const open = one(`SELECT code FROM dossier WHERE received_agency = (SELECT agency FROM officer WHERE id = 1) AND received_at IS NULL AND state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED')
    OR competent_agency = (SELECT agency FROM officer WHERE id = 1) AND received_at IS NOT NULL
       AND state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')`).split('\n');
  assert.deepEqual(nodes.map(({ code }) => code).sort(), open.sort());
  for (let i = 1; i < nodes.length; i++) assert.ok(dueOf(nodes[i - 1]) <= dueOf(nodes[i]), `${nodes[i].code} stands after ${nodes[i - 1].code}`);
  assert.deepEqual(await work('head', 'AGENCY', 7), nodes, 'in pages of seven the same');

  const code = await dossier('ACCEPTED');
  await go('dispatcher', 'assignDossier', code, { officer: one(`SELECT public_id FROM officer WHERE id = ${numbers.processor}`) });
  assert.ok((await work('processor', 'MINE')).some((node) => node.code === code));
  assert.deepEqual(await work('signer', 'MINE'), []);
  assert.ok(!(await work('other', 'AGENCY')).some((node) => node.code === code));
  await go('processor', 'sendTask', code, task());
  await go('processor', 'sendTask', code, task({ title: 'Một việc nữa' }));
  assert.equal((await work('other', 'AGENCY', 5)).filter((node) => node.code === code).length, 1, 'a dossier with tasks is one line of the other agency');
  for (const who of ['citizen', 'partner']) assert.deepEqual(await work(who, 'AGENCY'), []);
});

test('R26: the officer\'s list is noted as shown, but for the row that tells whether there is more', async () => {
  for (const of of ['AGENCY', 'MINE']) {
    one('TRUNCATE access_log');
    const { nodes } = (await client.data(page, { token: tokens[of === 'MINE' ? 'processor' : 'head'], variables: { first: 1, of } })).viewer.worklist;
    assert.equal(nodes.length, 1);
    assert.equal(one('SELECT string_agg(concat_ws(\' \', l.actor_kind, l.what, d.code), \', \') FROM access_log l JOIN dossier d ON d.id = l.dossier'), `OFFICER LIST ${nodes[0].code}`);
  }
});

const figures = 'open paused late dueInOneDay dueInThreeDays';
const loads = async (who) => (await client.data(`{ viewer { load { agency { code } waiting ${figures} officers { officer { id name } ${figures} } } } }`, { token: tokens[who] })).viewer.load;

test('R25, R29: the load of an agency is told to its officers, and of each officer to the head alone', async () => {
  const code = await dossier('ACCEPTED');
  await go('dispatcher', 'assignDossier', code, { officer: one(`SELECT public_id FROM officer WHERE id = ${numbers.processor}`) });
  const [before] = await loads('head');
  assert.equal(before.agency.code, one('SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1'));
  const counted = one(`SELECT count(*) FILTER (WHERE received_at IS NULL AND received_agency = o.agency AND d.state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED')),
      count(*) FILTER (WHERE received_at IS NOT NULL AND competent_agency = o.agency AND d.finished_at IS NULL), count(*) FILTER (WHERE clock = 'RUNNING' AND due_at < now() AND competent_agency = o.agency)
    FROM dossier d, officer o WHERE o.id = 1 AND access_class = 'OPEN'`);
  assert.equal([before.waiting, before.open, before.late].join('|'), counted);
  const sum = (name) => before.officers.reduce((total, each) => total + each[name], 0);
  for (const name of figures.split(' ')) assert.equal(sum(name), before[name], `${name}: the officers' figures add up`);

  const of = (load) => load.officers.find(({ officer }) => officer?.name === 'Cán bộ PROCESSOR');
  const change = (due, clock = 'RUNNING') => one(`UPDATE dossier SET due_at = greatest(received_at, ${due}), clock = '${clock}' WHERE code = '${code}'`);
  const differences = async () => {
    const [now] = await loads('head');
    return figures.split(' ').map((name) => of(now)[name] - of(before)[name] + (name === 'open' ? 0 : 0)).join(' ');
  };
  one(`UPDATE dossier SET received_at = now() - interval '10 days', submitted_at = now() - interval '11 days' WHERE code = '${code}'`);
  const base = await differences();
  change(`now() - interval '1 minute'`);
  const late = await differences();
  change(`due_at(now(), 1, 'WORKING_DAY')`);
  const tomorrow = await differences();
  change(`due_at(now(), 3, 'WORKING_DAY')`);
  const inThree = await differences();
  change(`due_at(now(), 4, 'WORKING_DAY')`);
  const inFour = await differences();
  const at = (text, i) => Number(text.split(' ')[i]);
  assert.deepEqual([late, tomorrow, inThree, inFour].map((text) => [2, 3, 4].map((i) => at(text, i) - at(inFour, i))), [[1, 0, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]]);
  assert.equal(at(base, 0), 0);

  assert.equal((await loads('processor'))[0].officers, null);
  assert.equal((await loads('processor'))[0].open, (await loads('head'))[0].open);
  for (const who of ['citizen', 'partner']) assert.deepEqual(await loads(who), []);
});
