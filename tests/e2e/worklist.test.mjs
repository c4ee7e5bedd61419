// Officers' work: many dossiers accepted at once, the list of what lies with them, and how much.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, changed, client, close, database, dossier, failures, given, go, house, itemsOf, numbers, one, open, staff, stateOf, supplement, task, tokens, where } from './office.mjs';
import { handIn, key } from './support.mjs';

before(() => open('worklist', { cast: { ...staff, otherCounter: ['COUNTER', 3] } }));
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
       AND state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED')
    OR received_agency = (SELECT agency FROM officer WHERE id = 1) AND competent_agency <> received_agency AND received_at IS NOT NULL AND state IN ('SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED')`).split('\n');
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

const figures = 'open paused late dueInOneDay dueInThreeDays';
const loads = async (who) => (await client.data(`{ viewer { load { agency { code } waiting ${figures} atCounter tasks tasksLate results officers { officer { id name } ${figures} } } } }`, { token: tokens[who] })).viewer.load;
const lists = async (who, of, code) => (await work(who, of)).filter((node) => node.code === code).length;
// What is received here is decided by the other agency from now on.
const decidedElsewhere = (code) => one(`UPDATE dossier_event SET competent_agency = (SELECT agency FROM officer WHERE id = 3) WHERE dossier = (SELECT id FROM dossier WHERE code = '${code}');
  UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 3), processor = NULL WHERE code = '${code}'`);

test('R10, R32: the receiving agency has what is decided elsewhere in its list while papers or a payment may be brought to it', async () => {
  const waiting = await dossier('PROCESSING');
  const owing = await dossier('PROCESSING');
  const [before] = await loads('head');
  await go('head', 'askSupplement', waiting, supplement());
  await go('processor', 'demandFee', owing, { amountDong: 20000, amountReason: 'Theo thông báo', what: 'Lệ phí', until: new Date(Date.now() + 9 * 86_400_000).toISOString() });
  for (const code of [waiting, owing]) {
    decidedElsewhere(code);
    assert.deepEqual([await lists('intake', 'AGENCY', code), await lists('otherCounter', 'AGENCY', code)], [1, 1], `${stateOf(code)} stands with both`);
  }
  const [during] = await loads('head');
  assert.deepEqual([during.atCounter - before.atCounter, during.open - before.open], [2, -2], 'it is in a figure of its own, and at work elsewhere');
  await go('intake', 'receiveItems', waiting, { items: (await itemsOf(waiting)).map(({ id }) => id), digitised: true }, 'PROCESSING');
  const demand = one(`SELECT f.public_id FROM fee_demand f JOIN dossier d ON d.id = f.dossier WHERE d.code = '${owing}'`);
  await go('counter', 'recordPayment', owing, { demand, amountDong: 20000, reference: `BL ${owing}` }, 'PROCESSING');
  for (const code of [waiting, owing]) assert.deepEqual([await lists('intake', 'AGENCY', code), await lists('otherCounter', 'AGENCY', code)], [0, 1], 'then it is the other agency\'s alone');
  assert.equal((await loads('head'))[0].atCounter, before.atCounter);
});

test('R32: results that wait to be handed over are a list of their own, the longest waiting first, with their number', async () => {
  const codes = [];
  const results = async (who) => (await loads(who))[0].results;
  const before = [await results('counter'), await results('otherCounter')];
  for (let i = 0; i < 3; i++) codes.push(await dossier('COMPLETED'));
  decidedElsewhere(codes[2]);
  one(`UPDATE dossier SET received_at = now() - interval '20 days', submitted_at = now() - interval '20 days', finished_at = now() - interval '9 days' WHERE code = '${codes[1]}'`);
  const nodes = await work('counter', 'RESULTS');
  const expected = one(`SELECT code FROM dossier WHERE state = 'COMPLETED' AND (SELECT agency FROM officer WHERE id = 1) IN (received_agency, competent_agency) ORDER BY finished_at, id`).split('\n');
  assert.deepEqual(nodes.map(({ code }) => code), expected, 'all of the agency, by when they were finished');
  assert.ok(nodes.findIndex(({ code }) => code === codes[1]) < nodes.findIndex(({ code }) => code === codes[0]));
  assert.deepEqual(await work('counter', 'RESULTS', 2), nodes, 'in pages of two the same');
  assert.deepEqual([await lists('otherCounter', 'RESULTS', codes[0]), await lists('otherCounter', 'RESULTS', codes[2])], [0, 1], 'who decides may hand it over, too');
  assert.deepEqual([await results('counter') - before[0], await results('otherCounter') - before[1]], [3, 1]);
  await go('counter', 'handOverDossier', codes[2], given, 'RETURNED');
  assert.deepEqual([await lists('counter', 'RESULTS', codes[2]), await lists('otherCounter', 'RESULTS', codes[2])], [0, 0]);
  assert.deepEqual([await results('counter') - before[0], await results('otherCounter') - before[1]], [2, 0]);
  for (const who of ['citizen', 'partner']) assert.deepEqual(await work(who, 'RESULTS'), []);
  one('TRUNCATE access_log');
  await client.data(page, { token: tokens.counter, variables: { first: 1, of: 'RESULTS' } });
  assert.equal(one('SELECT count(*) FROM access_log'), '1', 'R26: what is shown is noted');
});

test('R25: a task is work of the agency that is asked, once it is taken on also of who took it on, and counted', async () => {
  const code = await dossier('PROCESSING');
  const [before] = await loads('other');
  await go('processor', 'sendTask', code, task());
  await go('processor', 'sendTask', code, task({ title: 'Trích lục bản đồ' }));
  assert.deepEqual([await lists('other', 'AGENCY', code), await lists('other', 'MINE', code)], [1, 0]);
  for (const { id } of (await client.data('query($code: String!) { dossier(code: $code) { tasks { id } } }', { token: tokens.other, variables: { code } })).dossier.tasks) await go('other', 'acceptTask', code, { task: id });
  assert.deepEqual([await lists('other', 'AGENCY', code), await lists('other', 'MINE', code)], [1, 1], 'one line a dossier');
  one(`UPDATE inter_agency_task SET due_at = now() - interval '1 minute' WHERE title = 'Trích lục bản đồ' AND dossier = (SELECT id FROM dossier WHERE code = '${code}')`);
  const [now] = await loads('other');
  assert.deepEqual([now.tasks - before.tasks, now.tasksLate - before.tasksLate], [2, 1]);
  // Two agencies of one officer, both of which are asked.
  const third = one("SELECT id FROM agency WHERE NOT sandbox AND valid_to IS NULL AND id NOT IN (SELECT agency FROM officer WHERE id IN (1, 3)) ORDER BY id LIMIT 1");
  one(`UPDATE inter_agency_task SET agency = ${third} WHERE title = 'Trích lục bản đồ' AND dossier = (SELECT id FROM dossier WHERE code = '${code}')`);
  const rights = one("SELECT pg_get_functiondef('rights_of(bigint)'::regprocedure)");
  database.sql(`DO $x$ BEGIN EXECUTE replace(pg_get_functiondef('rights_of(bigint)'::regprocedure), 'SELECT o.agency::text FROM officer o WHERE o.id = p_officer', 'SELECT o.agency::text || CASE WHEN o.id = ${numbers.otherCounter} THEN '',${third}'' ELSE '''' END FROM officer o WHERE o.id = p_officer'); END $x$`);
  const both = house.token('otherCounter');
  const { worklist } = (await client.data(page, { token: both, variables: { first: 100, of: 'AGENCY' } })).viewer;
  assert.equal(worklist.nodes.filter((node) => node.code === code).length, 1, 'one line for both agencies');
  assert.equal((await client.data('{ viewer { load { tasks } } }', { token: both })).viewer.load.length, 2, 'who works for both');
  database.sql(rights);
});

test('R26: the officer\'s list is noted as shown, but for the row that tells whether there is more', async () => {
  for (const of of ['AGENCY', 'MINE']) {
    one('TRUNCATE access_log');
    const { nodes } = (await client.data(page, { token: tokens[of === 'MINE' ? 'processor' : 'head'], variables: { first: 1, of } })).viewer.worklist;
    assert.equal(nodes.length, 1);
    assert.equal(one('SELECT string_agg(concat_ws(\' \', l.actor_kind, l.what, d.code), \', \') FROM access_log l JOIN dossier d ON d.id = l.dossier'), `OFFICER LIST ${nodes[0].code}`);
  }
});

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
