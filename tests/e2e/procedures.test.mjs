// Procedures: four eyes and a second factor publish a version, which is never changed; what lies in one; how they are found;
// the copy that is kept offline; the national catalogue that is imported. `officer` and `colleague` are in charge of
// procedure control at one agency, `stranger` at another, `field` at none.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { House, key, programs, until } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'motcua-catalogue-'));
const day = (days) => new Date(Date.now() + 7 * 3_600_000 + 86_400_000 * days).toISOString().slice(0, 10); // in Vietnam
let house;
let client;
let tokens;

const preparation = `
  DO $$
  BEGIN
    EXECUTE replace(pg_get_functiondef('session_subject(text, int)'::regprocedure), '(''officer'', ''OFFICER'', NULL, 1)',
      '(''officer'', ''OFFICER'', NULL, 1), (''colleague'', ''OFFICER'', NULL, 101), (''stranger'', ''OFFICER'', NULL, 102), (''builder'', ''OFFICER'', NULL, 103)');
  END $$;
  INSERT INTO officer (id, agency, name) OVERRIDING SYSTEM VALUE
    SELECT 101, agency, 'Phạm Thị Đồng' FROM officer WHERE id = 1 UNION ALL SELECT 102, agency, 'Lý Văn Lạ' FROM officer WHERE id = 3
    UNION ALL SELECT 103, id, 'Đỗ Văn Xây' FROM agency WHERE code = 'H29.4';
  INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, 'PROCEDURE_CONTROL' FROM officer WHERE id IN (1, 101, 102, 103);
  INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, 'INTAKE' FROM officer WHERE id IN (101, 102, 103);
  INSERT INTO procedure_authority SELECT agency, 'COMMUNE', 'civil_status' FROM officer WHERE id IN (1, 102);`;

before(async () => {
  house = await House.start('procedures', { settings: { MOTCUA_PROCESSES: '1' } });
  house.database.sql(preparation);
  client = house.client();
  tokens = Object.fromEntries(['officer', 'colleague', 'stranger', 'builder', 'field', 'citizen'].map((actor) => [actor, house.token(actor)]));
});
after(async () => {
  await house?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// ---- publishing ----

async function change(name, input, actor = 'officer', idempotencyKey = key()) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}`;
  const fields = { proposeProcedureVersion: 'ProcedureVersionProposed { proposal { id state proposedBy validFrom content procedure } }',
    publishProcedureVersion: 'ProcedureVersionPublished { proposal { id state } }', withdrawProposal: 'ProposalWithdrawn { proposal { id state } }' }[name];
  const data = await client.data(`mutation($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${fields} ... on GuardFailed { problems { path message } } } }`,
    { token: tokens[actor], variables: { input: { idempotencyKey, ...input } } });
  return data[name];
}
const kindOf = async (...call) => (await change(...call)).__typename;
const content = (more = {}) => ({ procedure: '1.004837', name: 'Đăng ký giám hộ', validFrom: day(30), limitAmount: 2, limitUnit: 'WORKING_DAY', onlineLevel: 'FULL',
  homeEligible: true, boundaryFree: true, ...more });
const decision = (id) => ({ proposal: id, decisionNumber: '123/QĐ-UBND', decidedOn: day(0), decidedBy: 'Ủy ban nhân dân Thành phố Hồ Chí Minh' });
async function propose(more, actor = 'officer') {
  const made = await change('proposeProcedureVersion', content(more), actor);
  assert.equal(made.__typename, 'ProcedureVersionProposed', JSON.stringify(made));
  return made.proposal.id;
}
async function publish(more) {
  const id = await propose(more);
  const done = await change('publishProcedureVersion', decision(id), 'colleague');
  assert.deepEqual(done, { __typename: 'ProcedureVersionPublished', proposal: { id, state: 'PUBLISHED' } });
  return id;
}
const versions = async (code) => (await client.data('query($code: String!) { procedure(code: $code) { name versions { no validFrom validTo decision decidedOn decidedBy limitAmount } } }',
  { variables: { code } })).procedure;
const withdraw = (id, actor = 'officer') => change('withdrawProposal', { proposal: id }, actor);

test('R13: a version is published by a second officer of the competent agency, with a second factor, and cites its decision', async () => {
  const id = await propose();
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'officer'), 'NotAllowed', 'the same officer twice');
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'stranger'), 'NotAllowed', 'of another agency');
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'field'), 'NotAllowed', 'without the role');
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'citizen'), 'NotAllowed', 'who is no officer');
  const { sid } = decodeJwt(tokens.colleague);
  house.database.sql(`UPDATE session SET stepped_up_at = now() - interval '901 seconds' WHERE id = '${sid}'`);
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'colleague'), 'StepUpRequired', 'without a second factor');
  house.database.sql(`UPDATE session SET stepped_up_at = now() WHERE id = '${sid}'`);
  assert.deepEqual((await versions('1.004837')).versions.map(({ no }) => no), [1], 'nothing is published yet');
  const once = key();
  const done = await change('publishProcedureVersion', decision(id), 'colleague', once);
  assert.deepEqual(done, { __typename: 'ProcedureVersionPublished', proposal: { id, state: 'PUBLISHED' } });
  assert.deepEqual(await change('publishProcedureVersion', decision(id), 'colleague', once), done, 'a repeat is told the same');
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'colleague'), 'NotAllowed', 'it is published already');
  await until('every reader has it', async () => (await versions('1.004837')).versions.length === 2);
  assert.deepEqual((await versions('1.004837')).versions, [
    { no: 2, validFrom: day(30), validTo: null, decision: '123/QĐ-UBND', decidedOn: day(0), decidedBy: 'Ủy ban nhân dân Thành phố Hồ Chí Minh', limitAmount: 2 },
    { no: 1, validFrom: '2024-01-01', validTo: day(30), decision: 'Danh mục mẫu, chưa đối chiếu Cơ sở dữ liệu quốc gia', decidedOn: null, decidedBy: null, limitAmount: 3 }]);
  const told = house.database.sql(`SELECT act, actor_id, body->>'decisionNumber', body ? 'proposedBy' FROM audit WHERE act LIKE 'procedure.%' ORDER BY at`);
  assert.equal(told, 'procedure.propose|1||f\nprocedure.publish|101|123/QĐ-UBND|t');
});

test('R13: who may not publish may not propose or withdraw either', async () => {
  for (const actor of ['field', 'citizen', 'builder']) assert.equal(await kindOf('proposeProcedureVersion', content({ procedure: '1.004884' }), actor), 'NotAllowed', actor);
  assert.equal(await kindOf('proposeProcedureVersion', content({ procedure: '1.013227' }), 'officer'), 'NotAllowed', 'of a field that the agency does not publish');
  assert.equal(await kindOf('proposeProcedureVersion', content({ procedure: '9.000001' }), 'officer'), 'NotAllowed', 'of the sandbox');
  assert.equal(await kindOf('proposeProcedureVersion', content({ procedure: '1.999999' }), 'officer'), 'NotAllowed', 'of nothing');
  const id = await propose({ procedure: '1.004884' });
  for (const actor of ['field', 'citizen', 'stranger', 'builder']) assert.equal((await withdraw(id, actor)).__typename, 'NotAllowed', actor);
  assert.deepEqual(await withdraw(id, 'colleague'), { __typename: 'ProposalWithdrawn', proposal: { id, state: 'WITHDRAWN' } });
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'colleague'), 'NotAllowed', 'it is withdrawn');
});

test('R13: a role that is withdrawn publishes no more', async () => {
  const id = await propose({ procedure: '1.004884' });
  house.database.sql(`UPDATE staff_grant SET withdrawn_at = now(), withdrawn_by = 1 WHERE officer = 101 AND role = 'PROCEDURE_CONTROL'`);
  assert.equal(await kindOf('publishProcedureVersion', decision(id), 'colleague'), 'NotAllowed');
  house.database.sql(`INSERT INTO staff_grant (officer, agency, role) SELECT id, agency, 'PROCEDURE_CONTROL' FROM officer WHERE id = 101`);
  assert.equal((await withdraw(id)).__typename, 'ProposalWithdrawn');
});

test('R13: one proposal of a procedure is open at a time, and shown to those in charge at the agency', async () => {
  const mine = async (actor) => (await client.data('{ viewer { procedureProposals { id name state proposedBy content } } }', { token: tokens[actor] })).viewer.procedureProposals;
  const id = await propose({ procedure: '1.004884', name: 'Đăng ký lại khai sinh (mới)' });
  const again = await change('proposeProcedureVersion', content({ procedure: '1.004884', validFrom: day(31) }), 'colleague');
  assert.deepEqual([again.__typename, again.problems[0].path], ['GuardFailed', 'procedure']);
  for (const actor of ['officer', 'colleague']) {
    const [found] = await mine(actor);
    assert.deepEqual([found.id, found.name, found.state], [id, 'Đăng ký lại khai sinh (mới)', 'PROPOSED']);
    assert.equal(JSON.parse(found.content).limitAmount, 2);
  }
  for (const actor of ['stranger', 'builder', 'field', 'citizen']) assert.deepEqual(await mine(actor), [], actor);
  await withdraw(id);
});

const part = (more = {}) => ({ code: 'FORM', nameVi: 'Tờ khai', nameEn: 'Form', originals: 1, copies: 0, required: true, ...more });
const fee = (more = {}) => ({ kind: 'CHARGE', amountDong: 8000, validFrom: day(30), decision: 'NQ 1', ...more });
const caseOf = (code) => ({ code, nameVi: 'Trường hợp', nameEn: 'Case' });
const form = (more = {}) => ({ type: 'object', additionalProperties: false, required: ['wish'], properties: Object.fromEntries(
  Object.entries({ wish: {}, ...more }).map(([name, says], i) => [name, { type: 'string', 'x-label-vi': `Mục ${name}`, 'x-label-en': `Field ${name}`, 'x-order': i + 1, ...says }])) });
const database = { databaseVi: 'CSDL', databaseEn: 'Database', reasonVi: 'Đã có', reasonEn: 'It is there', required: false, originals: 0 };
for (const [what, more, path] of [
  ['a day before today', { validFrom: day(-1) }, 'validFrom'],
  ['a day on which a version begins', { procedure: '1.001193', validFrom: '2027-03-01' }, 'validFrom'],
  ['an empty name', { name: '' }, 'name'],
  ['a name of 501 characters', { name: 'ă'.repeat(501) }, 'name'],
  ['a name with a line end', { name: 'a\nb' }, 'name'],
  ['a limit without its unit', { limitUnit: undefined }, 'limitAmount'],
  ['a limit below nothing', { limitAmount: -1 }, 'limitAmount'],
  ['a limit that no calendar counts', { limitAmount: 1001 }, 'limitAmount'],
  ['21 cases', { cases: Array.from({ length: 21 }, (_, i) => caseOf(`C${i}`)) }, 'cases'],
  ['61 parts', { parts: Array.from({ length: 61 }, (_, i) => part({ code: `P${i}` })) }, 'parts'],
  ['61 fees', { fees: Array.from({ length: 61 }, (_, i) => fee({ validFrom: day(i), validTo: day(i + 1) })) }, 'fees'],
  ['a case twice', { cases: [caseOf('A'), caseOf('A')] }, 'cases.1.code'],
  ['a part of no case', { parts: [part({ case: 'NONE' })] }, 'parts.0.case'],
  ['a part twice', { parts: [part(), part()] }, 'parts.1.code'],
  ['a part that is required and not asked', { parts: [part({ ...database, required: true })] }, 'parts.0.databaseVi'],
  ['a part that is not asked, without a reason', { parts: [part({ ...database, reasonVi: undefined })] }, 'parts.0.databaseVi'],
  ['a fee below nothing', { fees: [fee({ amountDong: -1 })] }, 'fees.0.amountDong'],
  ['a fee at no agency', { fees: [fee({ agency: 'H99' })] }, 'fees.0.agency'],
  ['a fee that ends before it begins', { fees: [fee({ validTo: day(29) })] }, 'fees.0.validTo'],
  ['two fees for one thing', { fees: [fee(), fee({ amountDong: 1 })] }, 'fees.1'],
  ['a form that is no JSON Schema', { forms: [{ schema: JSON.stringify(form({ wish: { type: 'text' } })) }] }, 'forms.0.schema'],
  ['a form that could not be checked within a bound', { forms: [{ schema: JSON.stringify({ ...form(), patternProperties: { '^x': {} } }) }] }, 'forms.0.schema'],
  ['a form without labels', { forms: [{ schema: JSON.stringify(form({ wish: { 'x-label-en': undefined } })) }] }, 'forms.0.schema.properties.wish.x-label-en'],
  ['a form of no case', { forms: [{ case: 'NONE', schema: JSON.stringify(form()) }] }, 'forms.0.case'],
  ['a fee of no unit', { fees: [fee({ unit: '99999' })] }, 'fees.0.unit'],
  ['a procedure in its own place', { replacedBy: '1.004884' }, 'replacedBy'],
  ['guidance in one language', { guidanceVi: 'Cách làm' }, 'guidanceEn'],
  ['guidance of 4,001 characters', { guidanceVi: 'ơ'.repeat(4001), guidanceEn: 'x' }, 'guidanceVi'],
]) {
  test(`R13: what does not fit is not proposed: ${what}`, async () => {
    const reply = await change('proposeProcedureVersion', content({ procedure: '1.004884', ...more }));
    assert.deepEqual([reply.__typename, reply.problems?.[0].path], ['GuardFailed', path], JSON.stringify(reply));
  });
}

test('R13: as much as may be is published: 20 cases, 60 parts, 60 fees', async () => {
  const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  await publish({ procedure: '1.004884', validFrom: day(40), cases: many(20, (i) => caseOf(`C${i}`)), parts: many(60, (i) => part({ code: `P${i}` })),
    fees: many(60, (i) => fee({ validFrom: day(40 + i), validTo: day(41 + i) })), guidanceVi: 'ơ'.repeat(4000), guidanceEn: 'x' });
  assert.equal(house.database.sql(`SELECT (SELECT count(*) FROM procedure_case c WHERE c.procedure_version = v.id), (SELECT count(*) FROM procedure_part c WHERE c.procedure_version = v.id),
    (SELECT count(*) FROM fee_rule c WHERE c.procedure_version = v.id) FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code = '1.004884' AND v.no = 2`), '20|60|60');
});

test('R13: a decision is of today or before, and what it lacks is said', async () => {
  const id = await propose({ procedure: '1.004859' });
  for (const [more, path] of [[{ decidedOn: day(1) }, 'decidedOn'], [{ decisionNumber: '' }, 'decisionNumber'], [{ decidedBy: ' ' }, 'decidedBy']]) {
    const reply = await change('publishProcedureVersion', { ...decision(id), ...more }, 'colleague');
    assert.deepEqual([reply.__typename, reply.problems?.[0].path], ['GuardFailed', path]);
  }
  await withdraw(id);
});

test('R13: versions never overlap, however they are published', async () => {
  for (const validFrom of [day(100), day(50), day(75), '2027-02-01']) await publish({ procedure: '1.001193', validFrom });
  const found = house.database.sql(`SELECT v.valid_from, v.valid_to FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.code = '1.001193' ORDER BY v.valid_from`).split('\n').map((row) => row.split('|'));
  assert.equal(found.length, 6);
  for (let i = 0; i < found.length; i++) assert.equal(found[i][1], found[i + 1]?.[0] ?? '', 'each ends where the next begins');
});

test('R15, R33: what is published says what is not asked and why, its fees by case, channel and place, and how it is done', async () => {
  await publish({ procedure: '2.000635', validFrom: day(0), cases: [caseOf('PAPER'), caseOf('DIGITAL')], guidanceVi: 'Chọn loại trích lục.\nNhận bản điện tử ngay.', guidanceEn: 'Choose.\nGet it at once.',
    parts: [part(), part({ code: 'ID', ...database }), part({ code: 'BOOK', case: 'PAPER' })],
    fees: [fee({ validFrom: day(-9) }), fee({ validFrom: day(-9), channel: 'ONLINE', amountDong: 5000 }), fee({ validFrom: day(-9), case: 'DIGITAL', amountDong: 1000 }),
      fee({ validFrom: day(-9), agency: 'H29.101', amountDong: 7000 }), fee({ validFrom: day(-9), kind: 'FEE', amountDong: 300, validTo: day(-1) })] });
  const ask = async () => (await client.data(`{ procedure(code: "2.000635") { onlineLevel homeEligible boundaryFree guidance { text } en: guidance(locale: EN) { text } cases { code }
    parts(case: "DIGITAL") { code notAsked { database databaseEn reason reasonEn } }
    all: feeFor(channel: POST) { amountDong } online: feeFor { amountDong } digital: feeFor(case: "DIGITAL") { amountDong } place: feeFor(agency: "H29.101") { amountDong }
    other: feeFor(channel: POST, agency: "H29.102") { amountDong } before: feeFor(channel: POST, on: "${day(-2)}") { amountDong rules { kind amountDong decision } } } }`)).procedure;
  await until('every reader has it', async () => (await ask()).cases.length === 2);
  assert.deepEqual(await ask(), { onlineLevel: 'FULL', homeEligible: true, boundaryFree: true, guidance: { text: 'Chọn loại trích lục.\nNhận bản điện tử ngay.' }, en: { text: 'Choose.\nGet it at once.' },
    cases: [{ code: 'PAPER' }, { code: 'DIGITAL' }],
    parts: [{ code: 'FORM', notAsked: null }, { code: 'ID', notAsked: { database: 'CSDL', databaseEn: 'Database', reason: 'Đã có', reasonEn: 'It is there' } }],
    all: { amountDong: 8000 }, online: { amountDong: 5000 }, digital: { amountDong: 1000 }, place: { amountDong: 7000 }, other: { amountDong: 8000 },
    before: { amountDong: 8300, rules: [{ kind: 'CHARGE', amountDong: 8000, decision: 'NQ 1' }, { kind: 'FEE', amountDong: 300, decision: 'NQ 1' }] } });
});

test('R13, R16: a version is published with its forms, a fee of a commune and a pause; a draft of the version before goes on in the new form and loses nothing', async () => {
  const drafts = async () => (await client.data('{ viewer { drafts { id outdated changes { added dropped } procedure { validFrom } fields { name asked } } } }', { token: tokens.citizen })).viewer.drafts[0];
  const save = async (input) => (await client.data(`mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id changes { added dropped } } } ... on GuardFailed { problems { path } } } }`,
    { token: tokens.citizen, variables: { input: { idempotencyKey: key(), ...input } } })).saveDraft;
  const handIn = async (draft) => (await client.data('mutation($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on GuardFailed { problems { path message } } } }',
    { token: tokens.citizen, variables: { input: { idempotencyKey: key(), draft } } })).submitDossier;
  house.database.sql('DELETE FROM draft WHERE owner = 1');
  const { draft } = await save({ procedure: '1.004873', set: [{ name: 'purpose', value: '"Kết hôn"' }, { name: 'livedFrom', value: '"2020-01-01"' }] });
  await publish({ procedure: '1.004873', validFrom: day(0), paymentPauses: true, cases: [caseOf('HERE'), caseOf('ABROAD')],
    fees: [fee({ validFrom: day(0), amountDong: 9000 }), fee({ validFrom: day(0), amountDong: 4000, unit: '25747' })],
    forms: [{ schema: JSON.stringify(form({ purpose: {}, wish: {} })) }, { case: 'ABROAD', schema: JSON.stringify(form({ country: {} })) }] });
  const ask = async () => (await client.data(`{ procedure(code: "1.004873") { validFrom here: form(case: "HERE") { fields { name } } abroad: form(case: "ABROAD") { fields { name labelVi } } none: form { fieldsAsked }
    feeFor(agency: "H29.101") { amountDong } other: feeFor(agency: "H29.102") { amountDong } } }`)).procedure;
  await until('every reader has it', async () => (await ask()).validFrom === day(0));
  assert.deepEqual(await ask(), { validFrom: day(0), here: { fields: [{ name: 'wish' }, { name: 'purpose' }] },
    abroad: { fields: [{ name: 'wish', labelVi: 'Mục wish' }, { name: 'country', labelVi: 'Mục country' }] }, none: { fieldsAsked: 2 }, feeFor: { amountDong: 4000 }, other: { amountDong: 9000 } });
  const was = await drafts();
  assert.deepEqual([was.id, was.outdated, was.changes, was.fields.map(({ name }) => name)], [draft.id, true, null, ['livedFrom', 'purpose']], 'its writer sees that it is outdated');
  const refused = await handIn(draft.id);
  assert.deepEqual([refused.__typename, refused.problems.map(({ path }) => path)], ['GuardFailed', ['draft']]);
  assert.match(refused.problems[0].message, /phiên bản mới/);
  const carried = await save({ draft: draft.id });
  assert.deepEqual(carried.draft.changes.added, ['wish']);
  assert.ok(carried.draft.changes.dropped.includes('livedFrom') && !carried.draft.changes.dropped.includes('purpose'));
  assert.deepEqual(await drafts(), { id: draft.id, outdated: false, changes: carried.draft.changes, procedure: { validFrom: day(0) },
    fields: [{ name: 'livedFrom', asked: false }, { name: 'purpose', asked: true }] });
});

test('R13, R14: the end of a procedure is proposed by one officer and published by another, and says what takes its place', async () => {
  const ask = `mutation($input: ProposeProcedureEndInput!) { proposeProcedureEnd(input: $input) { __typename ... on ProcedureEndProposed { proposal { id state name validFrom endsOn } } ... on GuardFailed { problems { path } } } }`;
  const end = async (more, actor = 'officer') => (await client.data(ask, { token: tokens[actor], variables: { input: { idempotencyKey: key(), procedure: '1.004859', endsOn: day(20), replacedBy: '1.001193', ...more } } })).proposeProcedureEnd;
  for (const actor of ['field', 'citizen', 'builder']) assert.equal((await end({}, actor)).__typename, 'NotAllowed', actor);
  for (const [more, path] of [[{ endsOn: day(-1) }, 'endsOn'], [{ replacedBy: '1.999999' }, 'replacedBy'], [{ replacedBy: '1.004859' }, 'replacedBy']]) assert.equal((await end(more)).problems?.[0].path, path);
  const { proposal } = await end();
  assert.deepEqual([proposal.state, proposal.validFrom, proposal.endsOn], ['PROPOSED', day(20), day(20)]);
  assert.ok(proposal.name.length > 0);
  assert.equal(await kindOf('publishProcedureVersion', decision(proposal.id), 'officer'), 'NotAllowed', 'the same officer twice');
  assert.equal(await kindOf('publishProcedureVersion', decision(proposal.id), 'colleague'), 'ProcedureVersionPublished');
  const now = async () => (await client.data('{ procedure(code: "1.004859") { validTo replacedBy { code } } }')).procedure;
  await until('every reader has it', async () => (await now()).validTo === day(20));
  assert.deepEqual(await now(), { validTo: day(20), replacedBy: { code: '1.001193' } });
});

test('R15, R16, R23: each procedure of land, construction, investment and social insurance says its cases and parts, and of all four something is not asked', async () => {
  for (const [field, count] of [['land', 20], ['construction', 6], ['investment', 3], ['social_insurance', 8]]) {
    const { nodes } = (await client.data('query($field: String) { procedures(field: $field, first: 20) { nodes { code cases { code } parts { code required notAsked { reason } } } } }', { variables: { field } })).procedures;
    assert.equal(nodes.length, count, field);
    for (const { code, cases, parts } of nodes) {
      assert.ok(cases.length > 0 && parts.some(({ required }) => required), code);
      assert.ok(parts.every(({ required, notAsked }) => !(required && notAsked)), code);
    }
    assert.ok(nodes.some(({ parts }) => parts.some(({ notAsked }) => notAsked)), field);
  }
});

// ---- search ----

const found = async (search, more = '') => (await client.data(`query($search: String) { procedures(search: $search${more}) { nodes { code name } pageInfo { hasNextPage endCursor } } }`, { variables: { search } })).procedures;
for (const [search, code] of [
  ['khai sinh', '1.001193'], ['Đăng ký khai sinh', '1.001193'], ['dang ky khai sinh', '1.001193'], ['KHAI SINH', '1.001193'], ['khai sihn', '1.001193'], ['kai sinh', '1.001193'],
  ['khaisinh', '1.001193'], ['khai sinhh', '1.001193'], ['khai sin', '1.001193'], ['sinh khai', '1.001193'], ['khai tử', '1.000656'], ['kết hôn', '1.000894'], ['ket hôn', '1.000894'],
  ['ket hno', '1.000894'], ['kết hôn nước ngoài', '2.000806'], ['ket hon co yeu to nuoc ngoai', '2.000806'], ['thường trú', '1.004222'], ['dang ky thuong tru', '1.004222'],
  ['đăng ký thưởng trú', '1.004222'], ['gia hạn tạm trú', '1.002755'], ['tach ho', '1.010038'], ['tạm vắng', '1.003677'], ['căn cước', '2.000200'], ['the can cuoc', '2.000200'],
  ['hộ chiếu', '1.001456'], ['ho chieu pho thong', '1.001456'], ['lý lịch tư pháp', '3.000333'], ['ly lihc tu phap', '3.000333'], ['chung thuc chu ky', '2.000884'],
  ['chứng thực bản sao', '2.000815'], ['bao hiem xa hoi mot lan', '1.001613'], ['thai sản', '2.000693'], ['che do thai sna', '2.000693'], ['ốm đau', '1.001667'], ['tai nan lao dong', '1.001632'],
  ['giay phep xay dung sua chua', '1.013229'], ['gia hạn giấy phép xây dựng', '1.013227'], ['di doi cong trinh', '1.013232'], ['hoa giai tranh chap', '1.012812'], ['chuyển nhượng', '1.013831'],
  ['chuyen nhuong thua ke', '1.013831'], ['thanh lap ho kinh doanh', '1.001612'], ['doanh nghiep tu nhan', '2.001610'], ['chủ trương đầu tư', '1.009645'], ['nội quy lao động', '2.001955'],
  ['1.001193', '1.001193'], ['3.0003', '3.000333'],
]) {
  test(`what is searched for comes first: ${search}`, async () => {
    const { nodes } = await found(search, ', first: 3');
    assert.equal(nodes[0]?.code, code, JSON.stringify(nodes));
  });
}

test('what no name holds is not found, and nothing is no search', async () => {
  for (const search of ['zzzzqqq', 'xyz khong co', '1.%', '1._', '%', "' OR true --", 'a'.repeat(5000), 'một hai ba bốn năm sáu bảy tám chín mười']) {
    const { nodes } = await found(search);
    assert.ok(search === '%' ? nodes.length === 20 : nodes.length <= 20 && nodes.every(({ code }) => code !== ''), search);
  }
  assert.deepEqual((await found('zzzzqqq')).nodes, []);
  assert.deepEqual((await found('1.%')).nodes, []);
});

test('a search is read by pages, each hit once, a hundred at most', async () => {
  const seen = [];
  let after = '';
  for (;;) {
    const { nodes, pageInfo } = await found('đăng ký', `, first: 7${after}`);
    seen.push(...nodes.map(({ code }) => code));
    if (!pageInfo.hasNextPage) break;
    after = `, after: "${pageInfo.endCursor}"`;
  }
  assert.ok(seen.length > 14 && seen.length <= 100);
  assert.equal(new Set(seen).size, seen.length);
  const wrong = await client.post(`{ procedures(search: "đăng ký", after: "${(await client.data('{ procedures(first: 1) { pageInfo { endCursor } } }')).procedures.pageInfo.endCursor}") { nodes { code } } }`);
  assert.equal(wrong.json.errors[0].extensions.code, 'BAD_USER_INPUT', wrong.text);
});

test('R26: a search keeps back what is RESTRICTED and what is of the sandbox', async () => {
  assert.deepEqual((await found('Thử nghiệm chờ tiếp nhận')).nodes.filter(({ code }) => code.startsWith('9.')), []);
  const tried = await client.data('{ procedures(search: "thu nghiem") { nodes { code } } }', { token: house.token('sandbox') });
  assert.ok(tried.procedures.nodes.some(({ code }) => code.startsWith('9.')));
  house.database.sql(`UPDATE procedure SET access_class = 'RESTRICTED' WHERE code = '1.010038'`);
  assert.deepEqual((await found('tach ho')).nodes.filter(({ code }) => code === '1.010038'), []);
  assert.deepEqual((await found('1.010038')).nodes, []);
  house.database.sql(`UPDATE procedure SET access_class = 'OPEN' WHERE code = '1.010038'`);
  await until('it is listed again', async () => (await client.data('{ procedures(field: "residence") { nodes { code } } }')).procedures.nodes.some(({ code }) => code === '1.010038'));
});

// ---- the offline copy ----

const page = async (since, first = 20) => (await client.data('query($since: Cursor, $first: Int) { catalogue(since: $since, first: $first) { changes { code removed procedure { name } } cursor hasMore } }',
  { variables: { since, first } })).catalogue;
async function copy(since) {
  const changes = [];
  for (let cursor = since; ;) {
    const got = await page(cursor);
    changes.push(...got.changes);
    cursor = got.cursor;
    if (!got.hasMore) return { changes, cursor };
  }
}

test('R30: an offline copy is all that is listed, by pages; the same cursor gives the same', async () => {
  const { changes, cursor } = await copy(null);
  const listed = house.database.sql(`SELECT code FROM procedure_in_force WHERE code NOT LIKE '9.%' ORDER BY 1`).split('\n');
  assert.deepEqual(changes.filter(({ removed }) => !removed).map(({ code }) => code).sort(), listed);
  assert.equal(new Set(changes.map(({ code }) => code)).size, changes.length, 'each once');
  const half = (await page(null, 7)).cursor;
  assert.deepEqual(await page(half, 7), await page(half, 7));
  assert.deepEqual(await page(cursor), { changes: [], cursor, hasMore: false });
  for (const bad of ['x', Buffer.from('p'.repeat(17)).toString('base64url')]) assert.equal((await client.post(`{ catalogue(since: "${bad}") { cursor } }`)).json.errors[0].extensions.code, 'BAD_USER_INPUT');
  for (const first of [0, 101]) assert.ok((await client.post(`{ catalogue(first: ${first}) { cursor } }`)).json.errors, `first: ${first}`);
});

test('R30: what is published comes to an offline copy once, as it is in force', async () => {
  const { cursor } = await copy(null);
  await publish({ procedure: '2.000806', name: 'Đăng ký kết hôn quốc tế', validFrom: day(0) });
  await until('it comes', async () => (await page(cursor)).changes.length > 0);
  assert.deepEqual((await page(cursor)).changes, [{ code: '2.000806', removed: false, procedure: { name: 'Đăng ký kết hôn quốc tế' } }]);
});

// ---- the national catalogue ----

const national = (code, more = {}) => ({ code, field: 'health', level: 'PROVINCE', name: `Thủ tục y tế số ${code}`, decisionNumber: '9/QĐ-BYT', decidedOn: '2026-10-01', decidedBy: 'Bộ Y tế', validFrom: '2026-10-15',
  onlineLevel: 'PARTIAL', homeEligible: false, boundaryFree: true, limitAmount: 10, limitUnit: 'WORKING_DAY', ...more });
async function importLines(lines) {
  const file = join(folder, `${Date.now()}.jsonl`);
  writeFileSync(file, Buffer.concat(lines.map((one) => (Buffer.isBuffer(one) ? one : Buffer.from(`${typeof one === 'string' ? one : JSON.stringify(one)}\n`)))));
  const child = spawn(join(programs, 'motcua-server'), ['catalogue', 'import', file], { env: house.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => { said.out += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { said.err += text; });
  const [code] = await once(child, 'close');
  const report = said.out.trimEnd().split('\n').map((line) => JSON.parse(line));
  return { code, err: said.err, total: report.pop(), report };
}

test('R30: the national catalogue is imported; the same file twice changes nothing', async () => {
  const lines = [national('1.500001'), national('1.500002', { cases: [caseOf('A'), caseOf('B')], parts: [part({ case: 'B' })], fees: [fee({ case: 'A' })], guidanceVi: 'Làm thế này.', guidanceEn: 'Do this.' })];
  const { cursor } = await copy(null);
  const first = await importLines(lines);
  assert.deepEqual(first.total, { lines: 2, added: 2, changed: 0, same: 0, refused: 0 });
  assert.deepEqual(first.report, [{ line: 1, outcome: 'ADDED', code: '1.500001', reason: null }, { line: 2, outcome: 'ADDED', code: '1.500002', reason: null }]);
  assert.equal(first.code, 0);
  await until('readers have them', async () => (await page(cursor)).changes.length === 2);
  const state = () => house.database.sql('SELECT (SELECT count(*) FROM procedure_version), (SELECT max(no) FROM catalogue_change), (SELECT count(*) FROM procedure_guidance), (SELECT count(*) FROM fee_rule)');
  const then = state();
  assert.deepEqual((await importLines(lines)).total, { lines: 2, added: 0, changed: 0, same: 2, refused: 0 });
  assert.equal(state(), then);
  const { procedure } = await client.data('{ procedure(code: "1.500002") { decision decidedBy cases { code } parts { code case } feeFor(case: "A") { amountDong } guidance { text } } }');
  assert.deepEqual(procedure, { decision: '9/QĐ-BYT', decidedBy: 'Bộ Y tế', cases: [{ code: 'A' }, { code: 'B' }], parts: [{ code: 'FORM', case: 'B' }], feeFor: null, guidance: { text: 'Làm thế này.' } });
  assert.equal((await found('thu tuc y te so 1.500001')).nodes[0].code, '1.500001');
});

test('R30: a later version says what has changed, and the first file is still the same', async () => {
  const later = national('1.500001', { validFrom: '2026-11-01', limitAmount: 7, parts: [part()], forms: [{ schema: form() }], decisionNumber: '10/QĐ-BYT' });
  const { total, report } = await importLines([later]);
  assert.deepEqual([total.changed, report], [1, [{ line: 1, outcome: 'CHANGED', code: '1.500001', reason: 'forms, limitAmount, parts' }]]);
  assert.deepEqual((await importLines([national('1.500001'), later])).total, { lines: 2, added: 0, changed: 0, same: 2, refused: 0 });
});

test('R14, R30: a procedure that another replaces ends: it is removed from the copy, and still says by what', async () => {
  const { cursor } = await copy(null);
  const end = { code: '1.500002', endsOn: day(0), replacedBy: '1.500001', decisionNumber: '11/QĐ-BYT', decidedOn: '2026-11-20', decidedBy: 'Bộ Y tế' };
  assert.deepEqual((await importLines([end])).report, [{ line: 1, outcome: 'CHANGED', code: '1.500002', reason: 'endsOn' }]);
  assert.deepEqual((await importLines([end])).total.same, 1);
  // What was told before this copy was made may still have been on its way to the readers.
  const ended = async () => (await page(cursor)).changes.filter(({ code }) => code === '1.500002');
  await until('readers know', async () => (await ended()).some(({ removed }) => removed));
  assert.deepEqual(await ended(), [{ code: '1.500002', removed: true, procedure: null }]);
  const { procedure } = await client.data('{ procedure(code: "1.500002") { validTo replacedBy { code } } }');
  assert.deepEqual(procedure, { validTo: day(0), replacedBy: { code: '1.500001' } });
  assert.deepEqual((await found('1.500002')).nodes, []);
});

test('R30: a line that does not fit is refused with its number and the reason, kept, and the others are imported', async () => {
  const bad = [
    ['{"code": "1.500009"', 'line: It is no JSON.'], ['[]', 'line: It is no JSON object.'], ['"x"', 'line: It is no JSON object.'], ['{"a": "\\u0000"}', 'line: It is no JSON.'],
    [national('15000009'), /^code: It is a text of its form/], [national('1.500009', { field: undefined }), /^code: a new procedure names its field/],
    [national('1.500009', { validFrom: '2026-02-30' }), 'validFrom: It is a day as YYYY-MM-DD.'], [national('1.500009', { decidedOn: 20000 }), /^decidedOn: /],
    [national('1.500009', { limitAmount: '10' }), /^limitAmount: It is a whole number/], [national('1.500009', { limitAmount: 1.5 }), /^limitAmount: /], [national('1.500009', { homeEligible: 'yes' }), /^homeEligible: /],
    [national('1.500009', { decisionNumber: undefined }), 'decisionNumber: It is missing.'], [national('1.500009', { surprise: 1 }), 'surprise: There is no such member.'],
    [national('1.500009', { parts: [5] }), /^parts\.0\./], [national('1.500009', { replacedBy: '1.599999' }), /^replacedBy: /],
    [national('1.500001', { name: 'Khác' }), /^validFrom: another version is published/], [national('1.500001', { validFrom: '2026-12-01', level: 'COMMUNE' }), /^level: the procedure is of PROVINCE/],
    [{ code: '1.599999', endsOn: '2026-12-01', decisionNumber: 'x', decidedOn: '2026-11-01', decidedBy: 'y' }, 'code: there is no such procedure.'],
    [national('9.000001', { field: 'sandbox', level: 'COMMUNE' }), /^code: it is a procedure of the sandbox/],
    [Buffer.from([0x7b, 0xff, 0x7d, 0x0a]), 'line: It is no UTF-8 text.'], [Buffer.from([0x7b, 0x00, 0x7d, 0x0a]), 'line: It holds a NUL byte.'],
    [national('1.500009', { forms: [{ schema: { ...form(), minProperties: 'one' } }] }), /^line: A form's schema is no JSON Schema/],
    [national('1.500009', { forms: [{ case: 'NONE', schema: form() }] }), 'forms.0.case: There is no such case.'],
    ['x'.repeat(65_537), 'line: It is longer than 65,536 bytes.'],
  ];
  const { code, total, report } = await importLines([national('1.500003'), '', ...bad.map(([line]) => line), national('1.500004')]);
  assert.deepEqual(total, { lines: bad.length + 2, added: 2, changed: 0, same: 0, refused: bad.length });
  assert.equal(code, 1);
  assert.deepEqual(report.filter(({ outcome }) => outcome === 'ADDED').map(({ line }) => line), [1, bad.length + 3]);
  const refused = report.filter(({ outcome }) => outcome === 'REFUSED');
  assert.deepEqual(refused.map(({ line }) => line), bad.map((_, i) => i + 3));
  refused.forEach(({ reason }, i) => (bad[i][1] instanceof RegExp ? assert.match(reason, bad[i][1]) : assert.equal(reason, bad[i][1])));
  assert.equal(house.database.sql('SELECT count(*), count(content) FROM catalogue_refusal WHERE import = (SELECT max(id) FROM catalogue_import)'), `${bad.length}|${bad.length - 3}`);
});

test('R30: thousands of lines are imported in batches, with progress', async () => {
  const lines = Array.from({ length: 2500 }, (_, i) => national(`2.${String(100_000 + i)}`, { parts: [part()], fees: [fee()] }));
  const { err, total, code } = await importLines(lines);
  assert.deepEqual([code, total], [0, { lines: 2500, added: 2500, changed: 0, same: 0, refused: 0 }]);
  assert.equal(err, '1000 lines\n2000 lines\n');
});

test('R30: only the service imports, and a file must be there', async () => {
  assert.equal(house.command('catalogue', 'import', join(folder, 'none')).code, 1);
  assert.equal(house.command('catalogue').code, 2);
  assert.match(house.database.sql(`SELECT body->>'refused', actor_kind FROM audit WHERE act = 'catalogue.import' ORDER BY at LIMIT 1`), /^0\|SERVICE$/);
});
