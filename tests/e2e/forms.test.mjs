// E-forms as a citizen meets them: what is asked, what is not asked again, drafts on two devices, and a dossier handed in with its form.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, failure, handIn, key, submit } from './support.mjs';

let house;
let client;
let citizen;
let citizen2;
let officer;
let agency;
const procedure = '1.012812';
before(async () => {
  house = await House.start('forms');
  client = house.client();
  [citizen, citizen2, officer] = ['citizen', 'citizen2', 'officer'].map((who) => house.token(who));
  house.database.sql(`UPDATE person SET personal_no = decode(repeat('ab', 32), 'hex'), born_on = '1990-02-03' WHERE id = 1; DELETE FROM draft; DELETE FROM dossier_form`);
  agency = house.database.sql('SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1');
});
after(() => house.stop());

const save = `mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id seq case channel procedure { code } agency { code } applicant { kind }
  fields { name value seq } } } ${failure} ... on GuardFailed { problems { path message } } } }`;
const remove = `mutation($input: RemoveDraftInput!) { removeDraft(input: $input) { ... on DraftRemoved { id } ${failure} } }`;
const run = async (document, token, input) => Object.values(await client.data(document, { token, variables: { input: { idempotencyKey: key(), ...input } } }))[0];
const field = (name, value) => ({ name, value: JSON.stringify(value) });
const prefill = async (code, token) => (await client.data(
  'query($code: String!) { procedure(code: $code) { form { fieldsAsked } prefill { fieldsAsked fields { name value source } } } }', { token, variables: { code } })).procedure;
const whole = { site: 'Đường Phú Lợi', opponentName: 'Trần Văn Ba', opponentAddress: 'Phường Phú Lợi', dispute: 'Ranh giới thửa đất', wish: 'Đo lại ranh giới',
  declarantAddress: 'Phường Thủ Dầu Một', phone: '0901234567' };
const filled = (more = {}) => Object.entries({ ...whole, ...more }).map(([name, value]) => field(name, value));

test('R16: a procedure says what it asks, in order, in two languages and by a schema', async () => {
  const { procedure: found } = await client.data(`{ procedure(code: "${procedure}") { form { case no schema fieldsAsked fields { name labelVi labelEn order required source } } } }`);
  const { form } = found;
  assert.equal(form.case, '');
  assert.deepEqual(form.fields.map(({ order }) => order), form.fields.map((_, i) => i + 1));
  assert.deepEqual(form.fields[0], { name: 'declarantName', labelVi: 'Họ, chữ đệm, tên người yêu cầu', labelEn: 'Name of who asks', order: 1, required: true, source: 'IDENTITY_NAME' });
  assert.equal(JSON.parse(form.schema).properties.phone.pattern, '^(0|\\+84)[0-9]{8,10}$');
  assert.equal(form.fieldsAsked, form.fields.filter(({ source }) => !source || source === 'EARLIER_DOSSIER').length);
  const none = await client.data(`{ procedure(code: "${procedure}") { form(case: "NONE") { no } prefill { fieldsAsked } } }`);
  assert.deepEqual(none.procedure, { form: null, prefill: null }, 'no case, and nobody is signed in');
});

test('R16: what is known of who is signed in is not asked again, and counted', async () => {
  const asked = await prefill(procedure, citizen);
  assert.deepEqual(asked.prefill.fields.map(({ name, source }) => [name, source]),
    [['declarantName', 'IDENTITY_NAME'], ['declarantPersonalNo', 'IDENTITY_PERSONAL_NUMBER']]);
  assert.equal(asked.prefill.fields[1].value, '"************"', 'a number is known, and shown to nobody');
  assert.equal(asked.prefill.fieldsAsked, asked.form.fieldsAsked);
  assert.equal((await prefill('1.004873', citizen)).prefill.fields[0].value, '"1990-02-03"');
  assert.equal((await prefill(procedure, officer)).prefill, null);
  const refused = await run(save, citizen, { procedure, set: [field('declarantName', 'Ai khác')] });
  assert.deepEqual(refused.problems.map(({ path }) => path), ['set[0].name']);
});

test('R12: two devices write one draft side by side, and both see the same', async () => {
  const phone = await run(save, citizen, { procedure, set: [field('site', 'Thửa 1'), field('wish', 'Đo lại')] });
  assert.equal(phone.draft.applicant.kind, 'PERSON');
  const { id } = phone.draft;
  const [first, second] = await Promise.all([
    run(save, citizen, { draft: id, set: [field('dispute', 'Ranh giới')] }),
    run(save, citizen, { draft: id, set: [field('site', 'Thửa 2')] })]);
  assert.deepEqual([first.draft.seq, second.draft.seq].sort(), [2, 3]);
  const { viewer } = await client.data('{ viewer { drafts { id seq fields { name value seq } } } }', { token: citizen });
  const seen = viewer.drafts.find((draft) => draft.id === id);
  assert.equal(seen.seq, 3);
  assert.deepEqual(seen.fields.map(({ name, value }) => [name, JSON.parse(value)]), [['dispute', 'Ranh giới'], ['site', 'Thửa 2'], ['wish', 'Đo lại']]);
  assert.deepEqual(seen.fields.map(({ seq }) => seq).sort(), [1, 2, 3]);
  assert.deepEqual((await client.data('{ viewer { drafts { id } } }', { token: citizen2 })).viewer.drafts, []);
  const foreign = await run(save, citizen2, { draft: id, set: [] });
  assert.deepEqual(foreign, await run(save, citizen2, { draft: 'x', set: [] }), 'another\'s and an unknown one are answered alike');
  assert.equal((await run(remove, citizen2, { id })).code, 'NOT_ALLOWED');
  assert.deepEqual(await run(remove, citizen, { id }), { id });
});

test('R16: GuardFailed points at the fields that the form\'s schema does not take, and says nothing of what stood there', async () => {
  const { draft } = await run(save, citizen, { procedure, agency, set: filled({ phone: 'không có', wish: '' }).filter(({ name }) => name !== 'site') });
  const answer = await run(submit, citizen, { consent: true, draft: draft.id });
  assert.equal(answer.code, 'GUARD_FAILED', JSON.stringify(answer));
  assert.deepEqual(answer.problems.map(({ path }) => path).sort(), ['fields.phone', 'fields.site', 'fields.wish']);
  assert.ok(!JSON.stringify(answer).includes('không có'));
  assert.equal(answer.problems.find(({ path }) => path === 'fields.site').message, 'Chưa khai mục này.');
  const mended = await run(save, citizen, { draft: draft.id, set: filled() });
  assert.equal(mended.draft.seq, 2, 'the draft is still there');
  const same = { idempotencyKey: key(), consent: true, draft: draft.id };
  const done = await run(submit, citizen, same);
  assert.equal(done.dossier?.state, 'SUBMITTED', JSON.stringify(done));
  assert.deepEqual(await run(submit, citizen, same), done, 'the same key, the same dossier');
  assert.equal((await run(submit, citizen, { consent: true, draft: draft.id })).code, 'NOT_ALLOWED', 'the draft is gone');
});

test('R16: the dossier keeps what was declared, for its applicant and its agency, and the next form does not ask it again', async () => {
  const { draft } = await run(save, citizen, { procedure, agency, set: filled() });
  const { dossier } = await run(submit, citizen, { consent: true, draft: draft.id });
  const form = async (token) => (await client.data('query($code: String!) { dossier(code: $code) { form { case fields { name labelVi value source } } } }',
    { token, variables: { code: dossier.code } })).dossier?.form;
  const mine = await form(citizen);
  assert.equal(mine.fields[0].source, 'IDENTITY_NAME');
  assert.deepEqual(mine.fields.find(({ name }) => name === 'site'), { name: 'site', labelVi: 'Địa chỉ thửa đất tranh chấp', value: '"Đường Phú Lợi"', source: null });
  assert.deepEqual(await form(officer), mine);
  assert.equal(house.database.sql(`SELECT count(*) > 0 FROM access_log l JOIN dossier d ON d.id = l.dossier WHERE d.code = '${dossier.code}' AND l.what = 'LOOK'`), 't');
  house.database.sql(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, purpose, until) SELECT id, 2, 1, 1, 'TEST', now() + interval '1 day' FROM dossier WHERE code = '${dossier.code}'`);
  assert.equal(await form(citizen2), null, 'to whom it is shown, its form is not');
  const next = await prefill('2.000635', citizen);
  assert.deepEqual(next.prefill.fields.filter(({ source }) => source === 'EARLIER_DOSSIER').map(({ name }) => name), ['declarantAddress', 'phone']);
  assert.equal(next.prefill.fieldsAsked, next.form.fieldsAsked - 2);
});

test('R16, R23: every form of the seed, of each case, takes a whole draft to its schema: none is a form that nobody can hand in', async () => {
  const forms = house.database.sql('SELECT DISTINCT p.code, f.case_code FROM procedure_form_of_case f JOIN procedure_in_force p ON p.version = f.version ORDER BY 1, 2').split('\n');
  assert.ok(forms.length >= 80, forms.join());
  for (const one of forms) {
    const [code, caseCode] = one.split('|');
    const begun = await run(save, citizen, { procedure: code, case: caseCode || undefined, agency });
    assert.ok(begun.draft, `${one}: ${JSON.stringify(begun)}`);
    const answer = await run(submit, citizen, { consent: true, draft: begun.draft.id });
    const paths = answer.problems?.map(({ path }) => path) ?? [];
    assert.ok(paths.length > 0 && paths.every((path) => path.startsWith('fields.')), `${one}: ${JSON.stringify(answer)}`);
    assert.deepEqual(await run(remove, citizen, { id: begun.draft.id }), { id: begun.draft.id });
  }
});

test('a form that is larger than what is looked at is refused, and stays a draft', async () => {
  const { draft } = await run(save, citizen, { procedure, agency, set: [field('dispute', 'a'.repeat(65_300))] });
  const named = await run(save, citizen, { draft: draft.id, set: filled({ dispute: undefined }).filter(({ value }) => value) });
  assert.ok(named.draft, JSON.stringify(named));
  const answer = await run(submit, citizen, { consent: true, draft: draft.id });
  assert.deepEqual(answer.problems?.map(({ path }) => path), ['fields'], JSON.stringify(answer));
  assert.deepEqual(await run(remove, citizen, { id: draft.id }), { id: draft.id });
});

test('a form that is no schema of ours ends the change as our fault, and the draft stays', async () => {
  const { draft: { id } } = await run(save, citizen, { procedure, agency, set: filled() });
  const of = `(SELECT form FROM draft WHERE public_id = '${id}')`;
  const schema = house.database.sql(`SELECT schema FROM procedure_form WHERE id = ${of}`);
  house.database.sql(`UPDATE procedure_form SET schema = schema || '{"patternProperties": {"x": {}}}' WHERE id = ${of}`);
  const reply = await client.post(submit, { token: citizen, variables: { input: { idempotencyKey: key(), consent: true, draft: id } } });
  assert.equal(reply.json.errors?.[0].extensions.code, 'INTERNAL_SERVER_ERROR', reply.text);
  assert.equal(house.database.sql(`SELECT count(*) FROM draft WHERE public_id = '${id}'`), '1');
  house.database.sql(`UPDATE procedure_form SET schema = '${schema.replaceAll("'", "''")}' WHERE id = ${of}`);
  const done = await run(submit, citizen, { consent: true, draft: id });
  assert.ok(done.dossier, JSON.stringify(done));
});

test('R16: what has an e-form is handed in online by it alone; on paper, by post, it may be without', async () => {
  const online = await run(submit, citizen, { consent: true, procedure, agency });
  assert.deepEqual(online.problems?.map(({ path }) => path), ['draft', 'parts.DISPUTE'], JSON.stringify(online));
  const dossier = await handIn(client, citizen, { procedure, agency, channel: 'POST', parts: [{ part: 'DISPUTE', onPaper: true }] });
  const { dossier: found } = await client.data('query($code: String!) { dossier(code: $code) { form { case } announcedParts { code } } }', { token: citizen, variables: { code: dossier.code } });
  assert.deepEqual([found.form, found.announcedParts], [null, [{ code: 'DISPUTE' }]]);
  assert.equal((await run(submit, citizen, {})).code, 'GUARD_FAILED', 'but not without a procedure and an agency');
});
