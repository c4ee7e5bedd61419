// The dossier's machine by its real actors. Every edge of DOMAIN §5.2 that a person takes, what each shows (state, clock, forms, next action, timeline,
// stream), races and repeats.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, isUnionType } from 'graphql';
import { decodeJwt } from 'jose';
import { accepted, act, announce, bring, client, close, database, dossier, events, given, go, granted,
  house, inDays, itemsOf, look, nextAction, numbers, one, open, otherAgency, parts, refused, staff, stateOf, supplement, supplementsOf, task, tokens, where } from './office.mjs';
import { handIn, key, root, until } from './support.mjs';

const folder = join(root, 'schema/graphql');
const schema = buildSchema(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'));

before(() => open('machine'));
after(close);

test('R20, R21: a dossier goes by its real actors through every edge, and stream and timeline show each', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  database.number();
  const stream = await house.client().events('subscription($code: String) { dossierEvents(code: $code) { event to } }', { token: tokens.citizen, variables: { code } });
  await until('the stream is open', async () => (await house.metrics()).motcua_streams >= 1);

  await go('intake', 'askIntakeSupplement', code, supplement(), 'INTAKE_SUPPLEMENT');
  await bring(code);
  assert.equal(stateOf(code), 'SUBMITTED');
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code, { officer: one(`SELECT public_id FROM officer WHERE id = ${numbers.processor}`) }, 'PROCESSING');
  await go('processor', 'sendTask', code, task(), 'INTERAGENCY');
  const [{ id }] = (await look('other', code, 'tasks { id }')).tasks;
  await go('other', 'answerTask', code, { task: id, outcome: 'DONE', answer: 'Đã xác nhận.' }, 'PROCESSING');
  await go('head', 'askSupplement', code, supplement(), 'SUPPLEMENT_REQUIRED');
  await bring(code);
  assert.equal(stateOf(code), 'PROCESSING');
  await go('processor', 'demandFee', code, { amountDong: 125000, amountReason: 'Theo thông báo', what: 'Lệ phí cấp giấy chứng nhận', until: inDays(5) }, 'PAYMENT_REQUIRED');
  const [demand] = (await look('counter', code, 'feeDemands { id amountDong }')).feeDemands;
  await go('counter', 'recordPayment', code, { demand: demand.id, amountDong: demand.amountDong, reference: `BL-${code}` }, 'PROCESSING');
  await go('head', 'extendDossier', code, { dueAt: inDays(60), reason: 'Cần thêm thời gian thẩm định.' }, 'PROCESSING');
  await go('citizen', 'requestWithdraw', code, { reason: 'Tôi đổi ý.' }, 'WITHDRAW_REQUESTED');
  await go('head', 'decideWithdrawal', code, { approve: false, reason: 'Đã có kết quả thẩm định.' }, 'PROCESSING');
  await go('citizen', 'chooseDelivery', code, { delivery: 'POST' }, 'PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  await go('head', 'reopenDossier', code, { reason: 'Sai tên trên kết quả.' }, 'PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  await go('counter', 'handOverDossier', code, given, 'RETURNED');

  const expected = ['createDraft', 'submit', 'askIntakeSupplement', 'supplement', 'receiveItems', 'accept', 'assign', 'sendTask', 'taskDone', 'askSupplement', 'supplement', 'receiveItems',
    'demandFee', 'paid', 'extend', 'requestWithdraw', 'refuseWithdraw', 'chooseDelivery', 'complete', 'reopen', 'complete', 'handOver'];
  assert.equal(await events('citizen', code), expected.join(' '));
  assert.equal(await events('head', code), expected.join(' '), 'the officer sees the same timeline');
  house.ring();
  await until('the stream has told all', () => stream.results.some(({ data }) => data.dossierEvents.event === 'handOver'));
  assert.deepEqual(stream.results.map(({ data }) => data.dossierEvents.event), expected.slice(2));
  stream.close();
});

test('F02: a dossier that is reopened keeps the date it was promised, which its deadline says', async () => {
  const code = await dossier('PROCESSING');
  const told = async (actor) => (await look(actor, code, 'deadline { dueAt state vi: explanation(locale: VI) en: explanation(locale: EN) }')).deadline;
  const before = await told('citizen');
  assert.doesNotMatch(before.vi, /mở lại/);
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  await go('head', 'reopenDossier', code, { reason: 'Sai tên trên kết quả.' }, 'PROCESSING');
  for (const actor of ['citizen', 'head']) {
    const again = await told(actor);
    assert.deepEqual([again.dueAt, again.state], [before.dueAt, 'RUNNING']);
    assert.match(again.vi, /^Hẹn trả lúc .*\. Hồ sơ được mở lại lúc \d\d:\d\d [0-9/]{10}; ngày hẹn trả giữ nguyên như đã hẹn\.$/);
    assert.match(again.en, /^Due at .*\. It was reopened at \d\d:\d\d [0-9/]{10}; the return date stays as promised\.$/);
  }
  one(`UPDATE dossier SET received_at = now() - interval '30 days', due_at = now() - interval '1 day' WHERE code = '${code}'`);
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  assert.match((await told('citizen')).vi, /^Đã kết thúc lúc .*, trễ hạn \(.*\)\. Hồ sơ được mở lại lúc .*$/, 'corrected after its date it is late');
});

test('R20: what ends a dossier ends it: rejected, withdrawn, stopped', async () => {
  const rejected = await dossier();
  await go('intake', 'rejectDossier', rejected, { reason: 'Không thuộc thẩm quyền.', legalBasis: 'Điều 8 Nghị định 118/2025/NĐ-CP' }, 'REJECTED');
  const withdrawn = await dossier();
  await go('citizen', 'requestWithdraw', withdrawn, {}, 'WITHDRAW_REQUESTED');
  await go('intake', 'decideWithdrawal', withdrawn, { approve: true, papersReturned: true }, 'WITHDRAWN');
  const late = await dossier('PROCESSING');
  await go('citizen', 'requestWithdraw', late, {}, 'WITHDRAW_REQUESTED');
  assert.equal(await refused('intake', 'decideWithdrawal', late, { approve: true, papersReturned: true }), 'NotAllowed', 'after acceptance it is the head\'s to decide');
  await go('head', 'decideWithdrawal', late, { approve: true, papersReturned: true }, 'WITHDRAWN');
  const stopped = await dossier('PROCESSING');
  await go('head', 'stopDossier', stopped, { reason: 'Đất đang có tranh chấp.' }, 'STOPPED');
  for (const code of [rejected, withdrawn, late, stopped]) {
    assert.equal(await refused('head', 'stopDossier', code, { reason: 'Lại dừng.' }), 'StaleState');
    assert.equal(await refused('citizen', 'requestWithdraw', code, {}), 'StaleState');
    assert.equal((await look('citizen', code, nextAction)).nextAction, null);
  }
});

test('R01: a task of another agency is inside the one dossier: its officer sees it while it is open, and one timeline tells all', async () => {
  const code = await dossier('PROCESSING');
  assert.equal(await look('other', code, 'code'), null, 'before there is a task, the other agency sees nothing');
  await go('processor', 'sendTask', code, task());
  await go('processor', 'sendTask', code, task({ title: 'Trích lục bản đồ' }), 'INTERAGENCY');
  const selection = 'state tasks { id agency { code } title state sentAt dueAt closedAt answer }';
  const seen = await look('other', code, selection);
  assert.deepEqual(seen.tasks.map(({ title, state, agency }) => [title, state, agency.code]), [['Trích lục bản đồ', 'SENT', otherAgency], ['Xác nhận tình trạng cư trú', 'SENT', otherAgency]]);
  assert.equal(await refused('other', 'completeDossier', code, granted), 'NotAllowed', 'the other agency does its task, and nothing else');
  assert.equal(await refused('processor', 'answerTask', code, { task: seen.tasks[0].id, outcome: 'DONE', answer: 'Thay.' }), 'NotAllowed', 'and nobody answers for it');
  assert.equal(await refused('signer', 'completeDossier', code, granted), 'StaleState', 'nothing is finished while a task is open');

  const first = await go('other', 'answerTask', code, { task: seen.tasks[0].id, outcome: 'RETURNED', answer: 'Không có bản đồ.' }, 'INTERAGENCY');
  assert.equal(first.dossier.state, 'INTERAGENCY');
  const last = await go('other', 'answerTask', code, { task: seen.tasks[1].id, outcome: 'DONE', answer: 'Đã xác nhận.' }, 'PROCESSING');
  assert.equal(last.dossier, null, 'with its last task the dossier is out of the other agency\'s sight');
  assert.equal(await look('other', code, 'code'), null);

  const own = await look('citizen', code, selection);
  assert.deepEqual(own.tasks.map(({ state, answer }) => [state, answer]), [['RETURNED', null], ['DONE', null]], 'the applicant sees who did what, the answer is the officers\'');
  assert.deepEqual((await look('head', code, selection)).tasks.map(({ answer }) => answer), ['Không có bản đồ.', 'Đã xác nhận.']);
  assert.equal(await events('citizen', code), 'createDraft submit accept assign sendTask sendTask taskReturned taskDone');
});

test('F03: the next action names the very parts that are missing, and the dossier goes on at once when all are there', async () => {
  const code = await dossier('PROCESSING');
  assert.equal((await look('citizen', code, nextAction)).nextAction, null, 'while the agency works, nothing is asked of the applicant');
  const until10 = inDays(10);
  await go('head', 'askSupplement', code, supplement({ until: until10 }), 'SUPPLEMENT_REQUIRED');
  const { nextAction: asked } = await look('citizen', code, nextAction);
  assert.equal(asked.kind, 'SUPPLEMENT');
  assert.deepEqual(asked.parts.map(({ name, note }) => ({ name, note })), [parts[0], { ...parts[1], note: null }]);
  assert.equal(Date.parse(asked.until), Date.parse(until10));
  assert.equal(asked.fee, null);
  assert.equal(one(`SELECT clock FROM dossier WHERE code = '${code}'`), 'PAUSED');

  await go('citizen', 'supplementDossier', code, announce([asked.parts[0]]), 'SUPPLEMENT_REQUIRED');
  const [{ items }] = (await look('head', code, supplementsOf)).supplements;
  assert.deepEqual(items.map(({ state }) => state), ['ANNOUNCED', 'MISSING']);
  assert.equal(await refused('intake', 'receiveItems', code, { items: [items[0].id] }), 'GuardFailed digitised', 'R31: what is received is digitised, or a reason is given');
  await go('intake', 'receiveItems', code, { items: [items[0].id], digitised: true }, 'SUPPLEMENT_REQUIRED');
  assert.deepEqual((await look('citizen', code, nextAction)).nextAction.parts.map(({ name }) => name), ['Giấy ủy quyền']);
  const before = Date.parse((await look('citizen', code, 'dueAt')).dueAt);
  await go('processor', 'receiveItems', code, { items: [items[1].id], digitised: true }, 'PROCESSING');
  const after = await look('citizen', code, `dueAt ${nextAction} ${supplementsOf}`);
  assert.equal(after.nextAction, null);
  assert.ok(Date.parse(after.dueAt) >= before, 'the clock goes on, and the date not back');
  assert.equal(after.supplements[0].no, 1);
  assert.ok(after.supplements[0].resolvedAt);
});

test('F16: before a second request the officer is told what it means, and only who says that he knows asks', async () => {
  const code = await dossier('PROCESSING');
  await go('head', 'askSupplement', code, supplement());
  await go('processor', 'waiveSupplement', code, { reason: 'Đã tra cứu được.' }, 'PROCESSING');
  const warned = await act('head', 'askSupplement', { code, ...supplement() });
  assert.equal(warned.__typename, 'GuardFailed');
  assert.deepEqual(warned.problems.map(({ path }) => path), ['acknowledgeOverdueRule']);
  assert.match(warned.problems[0].message, /766.*overdue/i);
  assert.equal(stateOf(code), 'PROCESSING', 'nothing was asked');
  await go('head', 'askSupplement', code, supplement({ acknowledgeOverdueRule: true }), 'SUPPLEMENT_REQUIRED');
  assert.deepEqual((await look('citizen', code, supplementsOf)).supplements.map(({ no, atIntake }) => [no, atIntake]), [[2, false], [1, false]]);
});

test('a request before acceptance does not count for that rule, and does not start the clock', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  for (let i = 0; i < 2; i++) {
    await go('intake', 'askIntakeSupplement', code, supplement(), 'INTAKE_SUPPLEMENT');
    await bring(code);
  }
  assert.equal((await look('citizen', code, 'dueAt')).dueAt, null);
  await go('intake', 'acceptDossier', code, accepted);
  await go('dispatcher', 'assignDossier', code);
  await go('head', 'askSupplement', code, supplement(), 'SUPPLEMENT_REQUIRED');
});

test('R31: nothing is accepted undigitised, or finished without a result on record, unless a reason is given', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  assert.equal(await refused('intake', 'acceptDossier', code, {}), 'GuardFailed digitised');
  await go('intake', 'acceptDossier', code, { digitisationReason: 'Bản vẽ khổ lớn.' }, 'ACCEPTED');
  await go('dispatcher', 'assignDossier', code);
  assert.equal(await refused('signer', 'completeDossier', code, { outcome: 'GRANTED' }), 'GuardFailed eResult');
  await go('signer', 'completeDossier', code, { outcome: 'REFUSED', reason: 'Không đủ điều kiện.' }, 'COMPLETED');
});

test('R21: a payment shows what, how much and until when; it is paid once, by its amount', async () => {
  const code = await dossier('PROCESSING');
  await go('processor', 'demandFee', code, { amountDong: 1_500_000, amountReason: 'Theo thông báo', what: 'Lệ phí trước bạ', until: inDays(30) }, 'PAYMENT_REQUIRED');
  const { nextAction: asked } = await look('citizen', code, nextAction);
  assert.deepEqual([asked.kind, asked.fee.amountDong, asked.fee.what, asked.parts], ['PAY', 1_500_000, 'Lệ phí trước bạ', []]);
  const payment = { demand: asked.fee.id, amountDong: 1_500_000, reference: `BL-1-${code}` };
  assert.equal(await refused('counter', 'recordPayment', code, { ...payment, amountDong: 1_499_999 }), 'GuardFailed amountDong');
  assert.equal(await refused('processor', 'recordPayment', code, payment), 'NotAllowed', 'who decides does not take the money');
  assert.equal(await refused('citizen', 'recordPayment', code, payment), 'NotAllowed');
  await go('counter', 'recordPayment', code, payment, 'PROCESSING');
  const { feeDemands: [demand] } = await look('citizen', code, 'feeDemands { amountDong what until demandedAt paidAt }');
  assert.ok(demand.paidAt && demand.demandedAt);
  const second = await dossier('PROCESSING');
  await go('processor', 'demandFee', second, { amountDong: 1000, amountReason: 'Theo thông báo', what: 'Phí', until: inDays(10) });
  const [{ id }] = (await look('citizen', second, 'feeDemands { id }')).feeDemands;
  assert.equal(await refused('counter', 'recordPayment', second, { demand: id, amountDong: 1000, reference: payment.reference }), 'GuardFailed reference', 'a receipt pays once');
});

test('R21: the forms of the circular that were issued stand in the dossier, for the applicant too', async () => {
  const code = await dossier('PROCESSING');
  await go('head', 'askSupplement', code, supplement());
  await go('processor', 'waiveSupplement', code, { reason: 'Đã tra cứu được.' });
  await go('head', 'extendDossier', code, { dueAt: inDays(60), reason: 'Cần thêm thời gian.' });
  await go('head', 'stopDossier', code, { reason: 'Người nộp không phối hợp.' }, 'STOPPED');
  const { issuedForms } = await look('citizen', code, 'issuedForms { id kind number state at }');
  assert.deepEqual(issuedForms.map(({ kind, state }) => [kind, state]), [['STOP', 'ISSUED'], ['APOLOGY', 'ISSUED'], ['SUPPLEMENT', 'ISSUED'], ['RECEIPT', 'ISSUED']]);
  assert.equal(new Set(issuedForms.map(({ number }) => number)).size, 4, 'each has a number of its own');
});

test('R29: a later date is the head\'s to set, never an earlier one', async () => {
  const code = await dossier('PROCESSING');
  assert.equal(await refused('processor', 'extendDossier', code, { dueAt: inDays(60), reason: 'x' }), 'NotAllowed');
  assert.equal(await refused('head', 'extendDossier', code, { dueAt: inDays(1), reason: 'x' }), 'GuardFailed dueAt');
  const dueAt = inDays(60);
  const { dossier: changed } = await go('head', 'extendDossier', code, { dueAt, reason: 'Cần thêm thời gian.' });
  assert.equal(Date.parse(changed.dueAt), Date.parse(dueAt));
});

test('two officers at once: one wins, the other is shown the dossier as it is now', async () => {
  for (const [state, a, b] of [['SUBMITTED', ['intake', 'acceptDossier', accepted], ['intake', 'rejectDossier', { reason: 'x', legalBasis: 'y' }]],
    ['PROCESSING', ['signer', 'completeDossier', granted], ['head', 'stopDossier', { reason: 'x' }]],
    ['PROCESSING', ['processor', 'demandFee', { amountDong: 1000, amountReason: 'Theo thông báo', what: 'Phí', until: inDays(10) }], ['citizen', 'requestWithdraw', {}]]]) {
    const code = await dossier(state);
    const { seq } = await look('head', code, 'seq');
    const done = await Promise.all([a, b].map(([who, field, input]) => act(who, field, { code, expectedSeq: seq, ...input })));
    const types = done.map(({ __typename }) => __typename).sort();
    assert.deepEqual(types, ['DossierChanged', 'StaleState'], JSON.stringify(done));
    const { current } = done.find(({ __typename }) => __typename === 'StaleState');
    assert.deepEqual(current, { code, state: stateOf(code), seq: seq + 1 });
  }
});

test('each change is made once: the same key gives the same answer, and nothing happens again', async () => {
  const steps = [
    ['SUBMITTED', 'intake', 'askIntakeSupplement', () => supplement()], ['SUBMITTED', 'intake', 'rejectDossier', () => ({ reason: 'x', legalBasis: 'y' })],
    ['PROCESSING', 'processor', 'sendTask', () => task()], ['PROCESSING', 'head', 'askSupplement', () => supplement()],
    ['PROCESSING', 'processor', 'demandFee', () => ({ amountDong: 1000, amountReason: 'Theo thông báo', what: 'Phí', until: inDays(10) })], ['PROCESSING', 'citizen', 'requestWithdraw', () => ({})],
    ['PROCESSING', 'head', 'stopDossier', () => ({ reason: 'x' })], ['COMPLETED', 'head', 'reopenDossier', () => ({ reason: 'x' })],
    ['PROCESSING', 'head', 'extendDossier', () => ({ dueAt: inDays(60), reason: 'x' })], ['ACCEPTED', 'citizen', 'chooseDelivery', () => ({ delivery: 'POST' })],
  ];
  for (const [state, who, field, input] of steps) {
    const code = await dossier(state);
    const sent = { idempotencyKey: key(), code, ...input() };
    const [first, second] = await Promise.all([act(who, field, sent), act(who, field, sent)]);
    assert.equal(first.__typename, 'DossierChanged', `${field}: ${JSON.stringify(first)}`);
    assert.deepEqual(second, first, field);
    assert.equal(one(`SELECT count(*) FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.seq = ${first.event.seq}`), '1');
    assert.equal(one(`SELECT seq FROM dossier WHERE code = '${code}'`), String(first.event.seq), field);
    assert.equal((await act(who, field, { ...sent, note: 'khác' })).__typename, 'KeyReused', field);
  }
});

test('a decision that the machine holds to a second factor asks for it, and says so in its type', async () => {
  const stepsUp = new Set(one('SELECT DISTINCT event FROM dossier_transition WHERE step_up').split('\n'));
  const named = { complete: 'completeDossier', stop: 'stopDossier', reopen: 'reopenDossier' };
  assert.deepEqual([...stepsUp].sort(), Object.keys(named).sort());
  for (const field of Object.values(schema.getMutationType().getFields())) {
    const types = isUnionType(field.type.ofType) ? field.type.ofType.getTypes().map(({ name }) => name) : [];
    if (types.includes('DossierChanged') && types.includes('StaleState'))
      assert.equal(types.includes('StepUpRequired'), [...Object.values(named), 'signRequest'].includes(field.name), field.name); // a stop may be what is signed
  }
  const session = decodeJwt(tokens.head).sid;
  const at = (when) => one(`UPDATE session SET stepped_up_at = ${when} WHERE id = '${session}'`);
  const [processing, completed] = [await dossier('PROCESSING'), await dossier('COMPLETED')];
  at("now() - interval '901 seconds'");
  assert.equal(await refused('head', 'stopDossier', processing, { reason: 'x' }), 'StepUpRequired');
  assert.equal(await refused('head', 'reopenDossier', completed, { reason: 'x' }), 'StepUpRequired');
  at('now()');
  await go('head', 'stopDossier', processing, { reason: 'x' }, 'STOPPED');
  await go('head', 'reopenDossier', completed, { reason: 'x' }, 'PROCESSING');
});

test('R20: each edge is its role\'s: nobody else takes it', async () => {
  const inputs = { askIntakeSupplement: supplement(), rejectDossier: { reason: 'x', legalBasis: 'y' }, sendTask: task(), askSupplement: supplement(), stopDossier: { reason: 'x' },
    demandFee: { amountDong: 1000, amountReason: 'Theo thông báo', what: 'Phí', until: inDays(10) }, extendDossier: { dueAt: inDays(60), reason: 'x' }, requestWithdraw: {}, chooseDelivery: { delivery: 'POST' } };
  const may = { askIntakeSupplement: ['intake'], rejectDossier: ['intake'], sendTask: ['processor'], askSupplement: ['head'], stopDossier: ['head'], demandFee: ['processor'],
    extendDossier: ['head'], requestWithdraw: ['citizen'], chooseDelivery: ['citizen'] };
  const codes = { SUBMITTED: await dossier(), PROCESSING: await dossier('PROCESSING') };
  for (const [field, input] of Object.entries(inputs)) {
    for (const who of ['citizen', 'citizen2', 'partner', ...Object.keys(staff)]) {
      if (may[field].includes(who)) continue;
      const code = ['askIntakeSupplement', 'rejectDossier'].includes(field) ? codes.SUBMITTED : codes.PROCESSING;
      assert.equal(await refused(who, field, code, input), 'NotAllowed', `${who} ${field}`);
    }
  }
});

test('who stands in for the applicant brings what is missing, and asks for nothing back', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  await go('intake', 'askIntakeSupplement', code, supplement());
  const items = await itemsOf(code);
  assert.equal(await refused('citizen2', 'supplementDossier', code, announce(items)), 'NotAllowed');
  one(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, fields)
    SELECT id, 2, 1, 1, 'DELEGATION', 'Nộp bổ sung thay', now() + interval '1 day', '{STATUS,APPLICANT,TIMELINE}' FROM dossier WHERE code = '${code}'`);
  assert.equal((await look('citizen2', code, nextAction)).nextAction.parts.length, 2, 'the delegate is shown what is missing');
  await go('citizen2', 'supplementDossier', code, announce(items), 'INTAKE_SUPPLEMENT');
  assert.equal(await refused('citizen2', 'requestWithdraw', code, {}), 'NotAllowed');
});

test('R6: a partner brings what is missing in what it has handed in for another, and asks for nothing back', async () => {
  one("INSERT INTO delegation (delegator, delegate, purpose, until) VALUES (2, 5001, 'Nộp hồ sơ thay', now() + interval '1 day')");
  const { code } = await handIn(client, tokens.partner, { ...where, applicant: one('SELECT public_id FROM subject WHERE id = 2') });
  await go('intake', 'askIntakeSupplement', code, supplement());
  const { supplements: [{ items }] } = await look('partner', code, supplementsOf);
  await go('partner', 'supplementDossier', code, announce(items), 'INTAKE_SUPPLEMENT');
  for (const [field, input] of [['requestWithdraw', {}], ['chooseDelivery', { delivery: 'POST' }]]) assert.equal(await refused('partner', field, code, input), 'NotAllowed', field);
  await go('citizen2', 'requestWithdraw', code, {}, 'WITHDRAW_REQUESTED');
});

test('R02, R31: at the counter a dossier is handed in and accepted in one, for somebody known or new', async () => {
  const counterInput = { procedure: where.procedure, digitised: true };
  const atCounter = (who, input) => act(who, 'acceptAtCounter', input);
  const known = await atCounter('intake', { ...counterInput, applicant: one('SELECT public_id FROM subject WHERE id = 2') });
  assert.equal(known.dossier?.state, 'ACCEPTED', JSON.stringify(known));
  assert.ok(known.dossier.dueAt || one(`SELECT v.limit_amount FROM dossier d JOIN procedure_version v ON v.id = d.procedure_version WHERE d.code = '${known.dossier.code}'`) === '');
  assert.equal((await look('citizen2', known.dossier.code, 'code')).code, known.dossier.code, 'it is the applicant\'s own');

  const taxCode = one('SELECT tax_code FROM organisation WHERE id = 5001');
  const company = await atCounter('intake', { ...counterInput, applicantTaxCode: taxCode, channel: 'APPOINTMENT' });
  assert.equal(one(`SELECT applicant || ' ' || channel FROM dossier WHERE code = '${company.dossier?.code}'`), '5001 APPOINTMENT', 'a company by its tax code, by appointment');
  assert.equal((await atCounter('intake', { ...counterInput, applicantTaxCode: '0100109107' })).problems?.[0].path, 'applicant');

  const number = '074199000123';
  const unknown = await atCounter('intake', { ...counterInput, applicantPersonalNo: number });
  assert.equal([unknown.__typename, ...unknown.problems.map(({ path }) => path)].join(' '), 'GuardFailed applicant');
  const person = { applicantPersonalNo: number, applicantName: 'Trần Văn Khách', applicantBornOn: '1999-02-03' };
  const sent = { idempotencyKey: key(), ...counterInput, ...person };
  const made = await atCounter('intake', sent);
  assert.equal(made.dossier?.state, 'ACCEPTED', JSON.stringify(made));
  assert.deepEqual(await atCounter('intake', sent), made);
  const again = await atCounter('intake', { ...counterInput, applicantPersonalNo: number });
  assert.equal(one(`SELECT count(DISTINCT applicant) FROM dossier WHERE code IN ('${made.dossier.code}', '${again.dossier.code}')`), '1', 'the number is one person');

  for (const [field, value] of [['applicantBornOn', null], ['applicantName', ' '], ['applicantName', 'x'.repeat(201)], ['applicantPersonalNo', null]])
    assert.equal((await atCounter('intake', { ...counterInput, ...person, [field]: value })).problems?.[0].path, field);
  const mistaken = await atCounter('intake', { ...counterInput, ...person, applicantName: 'Lê Thị Khác' });
  assert.equal([mistaken.__typename, ...mistaken.problems.map(({ path }) => path)].join(' '), 'GuardFailed applicant', 'another\'s number is not taken');
  assert.equal((await atCounter('intake', { ...counterInput, ...person, applicantPersonalNo: '12' })).problems[0].path, 'applicantPersonalNo');
  assert.equal((await atCounter('intake', { ...counterInput, applicant: one('SELECT public_id FROM subject WHERE id = 2'), digitised: false })).problems[0].path, 'digitised');
  for (const who of ['citizen', 'partner', 'processor']) assert.equal((await atCounter(who, { ...counterInput, ...person })).__typename, 'NotAllowed', who);
});

test('a level costs one statement, whatever the number of dossiers', async () => {
  for (let i = 0; i < 3; i++) await go('intake', 'askIntakeSupplement', (await handIn(client, tokens.citizen, where)).code, supplement());
  const document = (first) => `{ viewer { dossiers(first: ${first}) { nodes { code nextAction { kind parts { name } fee { what } } supplements { items { name } } tasks { title } feeDemands { what } issuedForms { kind } } } } }`;
  const costs = [];
  for (const first of [2, 40]) {
    await client.data(document(first), { token: tokens.citizen });
    const { statements, roundTrips } = await house.cost(() => client.data(document(first), { token: tokens.citizen }));
    costs.push(`${statements} in ${roundTrips}`);
  }
  assert.equal(costs[0], costs[1]);
  assert.match(costs[0], /^9 in 3$/, 'the list; five of each dossier; parts, fee and items below');
});
