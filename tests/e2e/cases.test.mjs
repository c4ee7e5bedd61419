// The case of a procedure (trường hợp giải quyết) chooses limit and fee, by whatever way the dossier comes: online, at the counter, in a
// bulk job, from the national portal. And the receipt of the counter bears the tracking code.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { filing, send } from './national_portal.mjs';
import { accepted, act, client, close, go, house, look, one, open, refused, tokens, where } from './office.mjs';
import { failure, key, until } from './support.mjs';

// A confirmation of marital status: 3 working days, or 23 where another place has to be asked.
const procedure = '1.004873';
const cases = { GENERAL: { days: 3, dong: 3_000 }, VERIFY_ELSEWHERE: { days: 23, dong: 8_000 } };
const form = { type: 'object', additionalProperties: false, properties: { purpose: { type: 'string', 'x-label-vi': 'Mục đích', 'x-label-en': 'Purpose', 'x-order': 1 } } };
let item;
before(async () => {
  await open('cases');
  const version = `(SELECT version FROM procedure_in_force WHERE code = '${procedure}')`;
  one(`DELETE FROM fee_rule WHERE procedure_version = ${version};
    INSERT INTO fee_rule (procedure_version, procedure_case, kind, amount_dong, valid_from, decision)
    SELECT ${version}, c.id, 'CHARGE', x.dong, '2020-01-01', 'Nghị quyết thử'
      FROM (VALUES ${Object.entries(cases).map(([code, { dong }]) => `('${code}', ${dong})`).join(', ')}) AS x(code, dong) JOIN procedure_case c ON c.procedure_version = ${version} AND c.code = x.code;
    DELETE FROM draft; DELETE FROM dossier_form; DELETE FROM procedure_form WHERE procedure_version = ${version}`);
  one("INSERT INTO partner (id, kind) VALUES (5001, 'PORTAL') ON CONFLICT (id) DO UPDATE SET kind = 'PORTAL'");
  item = { procedure, agency: where.agency, consent: true, parts: [{ part: 'DECLARATION', onPaper: true }] };
});
after(close);

const problemsOf = '... on GuardFailed { problems { path message cases { code name limitAmount limitUnit } } }';
const submit = async (input, idempotencyKey = key()) => (await client.data(`mutation($input: SubmitDossierInput!) { it: submitDossier(input: $input) {
  __typename ... on DossierChanged { dossier { code case { code } } trackingCode } ${failure} ${problemsOf} } }`,
{ token: tokens.citizen, variables: { input: { idempotencyKey, ...item, ...input } } })).it;

function holding(scopes) {
  const token = house.token('partner');
  one(`UPDATE session SET scopes = '{${scopes}}', environment = 'LIVE' WHERE id = '${decodeJwt(token).sid}'`);
  return token;
}

// What whoever may see the dossier is shown: its case, its limit, the day by the calendar, and, as it goes on by post, what it costs.
async function outcome(who, code, wanted) {
  await go('counter', 'changeChannel', code, { channel: 'POST' });
  const dossier = await look(who, code, 'dueAt case { code name nameEn limitAmount limitUnit } deadline { rule { amount unit } } channel { changes { feeBefore feeAfter } }');
  const { days, dong } = cases[wanted];
  const [name, nameEn] = one(`SELECT c.name_vi, c.name_en FROM procedure_case c JOIN dossier d ON d.procedure_version = c.procedure_version WHERE d.code = '${code}' AND c.code = '${wanted}'`).split('|');
  assert.deepEqual(dossier.case, { code: wanted, name, nameEn, limitAmount: days, limitUnit: 'WORKING_DAY' });
  assert.deepEqual(dossier.deadline.rule, { amount: days, unit: 'WORKING_DAY' });
  assert.equal(dossier.dueAt, one(`SELECT to_char(due_at(received_at, ${days}, 'WORKING_DAY') AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD"T"HH24:MI:SS+07:00') FROM dossier WHERE code = '${code}'`));
  assert.deepEqual(dossier.channel.changes.map(({ feeBefore, feeAfter }) => [feeBefore, feeAfter]), [[dong, dong]]);
}

test('R23: handed in online, the case that is named decides limit and fee', async () => {
  for (const wanted of Object.keys(cases)) {
    const { dossier, trackingCode } = await submit({ case: wanted });
    assert.deepEqual([dossier?.case, trackingCode], [{ code: wanted }, null]);
    await go('intake', 'acceptDossier', dossier.code, accepted, 'ACCEPTED');
    await outcome('citizen', dossier.code, wanted);
    assert.equal((await look('intake', dossier.code, 'case { code }')).case.code, wanted, 'the office sees the same');
  }
});

test('R23: where there are several and none is named, the answer says what there is to choose from', async () => {
  const asked = async (input) => {
    const { __typename: type, problems } = await submit(input);
    assert.deepEqual([type, problems.map(({ path }) => path)], ['GuardFailed', ['case']]);
    return problems[0];
  };
  const names = one(`SELECT string_agg(code || ' ' || name_vi, '; ' ORDER BY position) FROM procedure_case WHERE procedure_version = (SELECT version FROM procedure_in_force WHERE code = '${procedure}')`);
  const problem = await asked({});
  assert.equal(problem.message, `Thủ tục này có nhiều trường hợp giải quyết, hãy chọn một: ${names}.`);
  assert.deepEqual(problem.cases.map(({ code, limitAmount, limitUnit }) => [code, limitAmount, limitUnit]), Object.entries(cases).map(([code, { days }]) => [code, days, 'WORKING_DAY']));
  assert.equal((await asked({ case: 'HOUSE' })).message, `Thủ tục này không có trường hợp đó, hãy chọn một: ${names}.`);
  assert.equal((await submit({ ...where, parts: [] })).dossier?.case.code, 'GENERAL', 'of a procedure with one case that is meant');
  assert.equal((await submit({ ...where, parts: [], case: 'VERIFY_ELSEWHERE' })).problems?.[0].path, 'case');
});

test('R12: the same key with another case is another request', async () => {
  const idempotencyKey = key();
  const first = await submit({ case: 'GENERAL' }, idempotencyKey);
  assert.equal((await submit({ case: 'VERIFY_ELSEWHERE' }, idempotencyKey)).__typename, 'KeyReused');
  assert.deepEqual(await submit({ case: 'GENERAL' }, idempotencyKey), first);
});

test('R16: a draft is handed in for its own case', async () => {
  one(`INSERT INTO procedure_form (procedure_version, no, schema) SELECT version, 99, '${JSON.stringify(form)}' FROM procedure_in_force WHERE code = '${procedure}'`);
  const draft = async (more) => (await client.data(`mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id } } ${failure} } }`,
    { token: tokens.citizen, variables: { input: { idempotencyKey: key(), ...item, consent: undefined, ...more } } })).saveDraft.draft.id;
  const handIn = async (id, more) => submit({ procedure: undefined, agency: undefined, draft: id, ...more });
  const other = await handIn(await draft({ case: 'VERIFY_ELSEWHERE' }), { case: 'GENERAL' });
  assert.deepEqual([other.__typename, other.problems?.map(({ path }) => path)], ['GuardFailed', ['case']]);
  assert.equal((await handIn(await draft({ case: 'VERIFY_ELSEWHERE' }))).dossier?.case.code, 'VERIFY_ELSEWHERE');
  const bare = await draft();
  assert.deepEqual((await handIn(bare)).problems?.map(({ path }) => path), ['case'], 'a draft without one is asked for it');
  assert.deepEqual((await submit({ case: 'GENERAL' })).problems?.map(({ path }) => path), ['draft'], 'and without one nothing is handed in online');
  assert.equal((await handIn(bare, { case: 'GENERAL' })).dossier?.case.code, 'GENERAL');
  one('DELETE FROM dossier_form; DELETE FROM draft; DELETE FROM procedure_form WHERE no = 99');
});

test('R23: at the counter, too, and R21: the receipt bears a tracking code', async () => {
  const atCounter = async (more, idempotencyKey = key()) => (await client.data(`mutation($input: AcceptAtCounterInput!) { it: acceptAtCounter(input: $input) {
    __typename ... on DossierChanged { dossier { code } event { note } trackingCode } ${failure} ${problemsOf} } }`,
  { token: tokens.intake, variables: { input: { idempotencyKey, procedure, applicant: one('SELECT public_id FROM subject WHERE id = 1'), digitised: true, ...more } } })).it;
  assert.deepEqual((await atCounter({})).problems?.map(({ path, cases: choice }) => [path, choice.length]), [['case', 2]]);
  assert.match((await atCounter({ case: 'HOUSE' })).problems?.[0].message ?? '', /^This procedure has no such case, choose one: GENERAL General case; VERIFY_ELSEWHERE /, 'in the language of who asks');
  for (const wanted of Object.keys(cases)) {
    const idempotencyKey = key();
    const made = await atCounter({ case: wanted }, idempotencyKey);
    assert.equal(made.event?.note, `Trường hợp giải quyết: ${(await look('citizen', made.dossier.code, 'case { name }')).case.name}.`);
    const { lookUpDossier } = await client.data('query($code: String!, $trackingCode: String!) { lookUpDossier(code: $code, trackingCode: $trackingCode) { ... on DossierStatus { state dueAt } } }',
      { variables: { code: made.dossier.code, trackingCode: made.trackingCode } });
    assert.deepEqual(lookUpDossier, await look('citizen', made.dossier.code, 'state dueAt'), 'who holds the receipt is told state and date');
    assert.deepEqual([(await atCounter({ case: wanted }, idempotencyKey)).trackingCode, (await atCounter({ case: 'HOUSE' }, idempotencyKey)).__typename], [null, 'KeyReused'], 'shown once');
    await outcome('citizen', made.dossier.code, wanted);
  }
  one(`UPDATE procedure SET access_class = 'RESTRICTED' WHERE code = '${procedure}'`);
  await until('the server knows it', async () => (await client.data(`{ procedure(code: "${procedure}") { accessClass } }`)).procedure.accessClass === 'RESTRICTED');
  const hidden = await atCounter({ case: 'GENERAL' });
  assert.deepEqual([hidden.__typename, hidden.trackingCode], ['DossierChanged', null], 'a restricted dossier is not looked up');
  one(`UPDATE procedure SET access_class = 'OPEN' WHERE code = '${procedure}'`);
  await until('the server knows it', async () => (await client.data(`{ procedure(code: "${procedure}") { accessClass } }`)).procedure.accessClass === 'OPEN');
});

test('R6: in a bulk job each item has its own', async () => {
  const token = holding('dossiers.read,dossiers.submit');
  const worker = await house.startWorker();
  const items = [...Object.keys(cases), undefined, 'HOUSE'].map((wanted, i) => ({ reference: `R${i}`, ...item, ...(wanted && { case: wanted }) }));
  const { job } = (await client.data(`mutation($input: SubmitBulkInput!) { submitBulk(input: $input) { ... on BulkJobAccepted { job { id } } ${failure} } }`,
    { token, variables: { input: { idempotencyKey: key(), items } } })).submitBulk;
  const done = await until('the job is done', async () => {
    const { bulkJob } = await client.data('query($id: ID!) { bulkJob(id: $id) { state resultUrl items { nodes { code dossier { case { code } } failure { code problems { path cases { code } } } } } } }', { token, variables: { id: job.id } });
    return bulkJob.state === 'DONE' && bulkJob;
  }, 60_000);
  assert.deepEqual(done.items.nodes.map(({ dossier, failure: why }) => dossier?.case.code ?? `${why.code} ${why.problems[0].path} ${why.problems[0].cases.length}`),
    ['GENERAL', 'VERIFY_ELSEWHERE', 'GUARD_FAILED case 2', 'GUARD_FAILED case 2']);
  const csv = (await client.get(done.resultUrl, { authorization: `Bearer ${token}` })).text.split('\r\n');
  assert.match(csv[3], /^R2,FAILED,,GUARD_FAILED,.*case: .*GENERAL/);
  for (const [i, wanted] of Object.keys(cases).entries()) {
    await go('intake', 'acceptDossier', done.items.nodes[i].code, accepted, 'ACCEPTED');
    await outcome('intake', done.items.nodes[i].code, wanted);
  }
  await worker.stop();
});

test('R30: what came from the national portal has no case until an officer names it', async () => {
  const token = holding('portal.exchange');
  for (const [i, wanted] of Object.keys(cases).entries()) {
    const code = `${where.agency}-261120-${970001 + i}`;
    const { json } = await send(client, token, [filing(code, { ...item, number: `07409022233${i}`, name: 'Phạm Thị Cổng' })]);
    assert.equal(json.result[0].TrangThai, 'APPLIED', 'nothing is dropped');
    assert.equal((await look('intake', code, 'case { code }')).case, null);
    assert.equal(await refused('intake', 'acceptDossier', code, accepted), 'GuardFailed case');
    assert.equal(await refused('intake', 'acceptDossier', code, { ...accepted, case: 'HOUSE' }), 'GuardFailed case');
    const done = await go('intake', 'acceptDossier', code, { ...accepted, case: wanted, note: 'Đã xem.' }, 'ACCEPTED');
    const { name } = (await look('intake', code, 'case { name }')).case;
    assert.equal(done.event.note, `Đã xem.\nTrường hợp giải quyết: ${name}.`, 'the timeline says which');
    await outcome('intake', code, wanted);
  }
});

test('R23: an officer corrects the case at acceptance, alone and among many', async () => {
  const { dossier: { code } } = await submit({ case: 'VERIFY_ELSEWHERE' });
  const done = await go('intake', 'acceptDossier', code, { ...accepted, case: 'GENERAL' }, 'ACCEPTED');
  assert.match(done.event.note, /^Trường hợp giải quyết: .+ \(khi nộp: .+\)\.$/);
  await outcome('citizen', code, 'GENERAL');
  const many = [];
  for (const wanted of ['GENERAL', 'VERIFY_ELSEWHERE']) many.push((await submit({ case: wanted })).dossier.code);
  const { acceptDossiers } = await client.data('mutation($input: AcceptDossiersInput!) { acceptDossiers(input: $input) { ... on DossiersAccepted { items { result { ... on DossierChanged { dossier { case { code } } } } } } } }',
    { token: tokens.intake, variables: { input: { idempotencyKey: key(), items: [{ code: many[0], digitised: true }, { code: many[1], digitised: true, case: 'GENERAL' }] } } });
  assert.deepEqual(acceptDossiers.items.map(({ result }) => result.dossier?.case.code), ['GENERAL', 'GENERAL']);
  assert.equal((await act('intake', 'acceptDossier', { code, ...accepted })).__typename, 'StaleState');
});
