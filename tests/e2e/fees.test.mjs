// A fee from its rule to the receipt, the exemption and the refund, as applicant and officers meet it over the API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, act, client, close, dossier, given, go, granted, inDays, look, nextAction, one, open, refused, stateOf, tokens, where } from './office.mjs';
import { handIn, key } from './support.mjs';

const version = () => `(SELECT version FROM procedure_in_force WHERE code = '${where.procedure}')`;
const rules = (...list) => one(`DELETE FROM fee_rule WHERE procedure_version = ${version()};
  ${list.map(([channel, amount, collected]) => `INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, collected, valid_from, decision)
    SELECT ${version()}, ${channel ? `'${channel}'` : 'NULL'}, 'FEE', ${amount}, '${collected}', '2020-01-01', 'Nghị quyết thử';`).join('\n')}`);
before(() => open('fees'));
after(close);

const demandsOf = async (who, code) => (await look(who, code, 'feeDemands { id amountDong ruleDong amountReason until paidAt exemptedAt exemptReason exemptBasis refundedAt }')).feeDemands;
const asked = (more = {}) => ({ what: 'Lệ phí', until: inDays(10), ...more });

test('D3: a fee at reception is due as the dossier is handed in, and is paid before it is accepted', async () => {
  rules([null, 20_000, 'RECEPTION']);
  const { code } = await handIn(client, tokens.citizen, where);
  const { nextAction: next } = await look('citizen', code, nextAction);
  assert.deepEqual([next.kind, next.fee.amountDong, next.until], ['PAY', 20_000, null]);
  const done = await act('intake', 'acceptDossier', { code, ...accepted });
  assert.deepEqual([done.__typename, done.problems], ['GuardFailed', [{ path: 'finance', message: 'A fee of 20.000 đồng is due at reception: record its payment, or exempt it.' }]]);
  await go('citizen', 'payDossier', code, { demand: next.fee.id, method: 'COUNTER' }, 'SUBMITTED');
  await go('counter', 'recordPayment', code, { demand: next.fee.id, amountDong: 20_000, reference: `BL ${code}` }, 'SUBMITTED');
  assert.equal((await look('citizen', code, nextAction)).nextAction, null);
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
});

test('D3c: at the counter it is paid, or exempted, with the acceptance', async () => {
  rules([null, 20_000, 'RECEPTION']);
  const input = { procedure: where.procedure, applicant: one('SELECT public_id FROM subject WHERE id = 1'), digitised: true };
  const take = (more) => act('intake', 'acceptAtCounter', { ...input, ...more });
  const without = await take({});
  assert.deepEqual(without.problems, [{ path: 'payment', message: 'A fee of 20.000 đồng is due at reception: record its payment, or exempt it.' }]);
  const body = { idempotencyKey: key(), payment: { amountDong: 20_000, reference: 'BL tại quầy 1' } };
  const [paid, again] = [await take(body), await take(body)];
  assert.equal(paid.dossier?.state, 'ACCEPTED', JSON.stringify(paid));
  assert.equal(again.dossier.code, paid.dossier.code, 'sent again it is the same');
  const [demand, ...more] = await demandsOf('citizen', paid.dossier.code);
  assert.deepEqual([demand.amountDong, demand.paidAt !== null, more.length], [20_000, true, 0]);
  const exempt = await take({ feeExemption: { reason: 'Hộ nghèo', legalBasis: 'Điều 10 Luật Phí và lệ phí' } });
  const [free] = await demandsOf('citizen', exempt.dossier.code);
  assert.deepEqual([free.exemptedAt !== null, free.exemptReason, free.exemptBasis, free.paidAt], [true, 'Hộ nghèo', 'Điều 10 Luật Phí và lệ phí', null], 'and the applicant sees why');
});

test('D12: the amount is the rule\'s; another one has its reason, which the applicant reads', async () => {
  rules([null, 50_000, 'PROCESSING']);
  const code = await dossier('PROCESSING');
  assert.equal(await refused('processor', 'demandFee', code, asked({ amountDong: 70_000 })), 'GuardFailed amountReason');
  await go('processor', 'demandFee', code, asked(), 'PAYMENT_REQUIRED');
  const [demand] = await demandsOf('citizen', code);
  assert.deepEqual([demand.amountDong, demand.ruleDong, demand.amountReason], [50_000, 50_000, null]);
  await go('head', 'exemptFee', code, { demand: demand.id, reason: 'Người có công', legalBasis: 'Điều 10' }, 'PROCESSING');
  const done = await go('processor', 'demandFee', code, asked({ amountDong: 70_000, amountReason: 'Đo đạc lại' }), 'PAYMENT_REQUIRED');
  assert.equal(done.event.note, 'Đo đạc lại');
  const [other] = await demandsOf('citizen', code);
  assert.deepEqual([other.amountDong, other.ruleDong, other.amountReason], [70_000, 0, 'Đo đạc lại']);
});

test('D15: what was paid for a dossier that is withdrawn is given back, once', async () => {
  rules([null, 20_000, 'RECEPTION']);
  const { code } = await handIn(client, tokens.citizen, where);
  const [demand] = await demandsOf('citizen', code);
  await go('counter', 'recordPayment', code, { demand: demand.id, amountDong: 20_000, reference: `BL ${code}` });
  await go('citizen', 'requestWithdraw', code, {}, 'WITHDRAW_REQUESTED');
  await go('intake', 'decideWithdrawal', code, { approve: true, papersReturned: true }, 'WITHDRAWN');
  const refund = async (who, more = {}) => (await client.data('mutation($input: RecordRefundInput!) { it: recordRefund(input: $input) { __typename ... on RefundRecorded { dossier { code state } } ... on GuardFailed { problems { path } } } }',
    { token: tokens[who], variables: { input: { idempotencyKey: key(), code, demand: demand.id, amountDong: 20_000, reference: `HT ${code}`, ...more } } })).it;
  assert.equal((await refund('intake')).__typename, 'NotAllowed');
  assert.deepEqual((await refund('counter', { amountDong: 19_999 })).problems, [{ path: 'amountDong' }]);
  const body = { idempotencyKey: key() };
  assert.deepEqual([await refund('counter', body), await refund('counter', body)], Array(2).fill({ __typename: 'RefundRecorded', dossier: { code, state: 'WITHDRAWN' } }));
  assert.deepEqual((await refund('counter', { reference: 'HT khác' })).problems, [{ path: 'demand' }]);
  assert.notEqual((await demandsOf('citizen', code))[0].refundedAt, null);
});

test('D18: a fee that is collected with the result comes before it', async () => {
  rules([null, 30_000, 'RETURN']);
  const code = await dossier('PROCESSING');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  const { nextAction: next } = await look('citizen', code, nextAction);
  assert.deepEqual([next.kind, next.fee.amountDong], ['PAY', 30_000]);
  assert.equal(await refused('counter', 'handOverDossier', code, given), 'GuardFailed finance');
  await go('counter', 'recordPayment', code, { demand: next.fee.id, amountDong: 30_000, reference: `BL ${code}` }, 'COMPLETED');
  assert.equal((await look('citizen', code, nextAction)).nextAction.kind, 'COLLECT');
  await go('counter', 'handOverDossier', code, given, 'RETURNED');
  assert.equal(stateOf(code), 'RETURNED');
});

test('R19: once accepted, its applicant\'s change of channel makes no demand smaller', async () => {
  rules(['ONLINE', 10_000, 'PROCESSING'], ['COUNTER', 20_000, 'PROCESSING']);
  const code = await dossier();
  await go('citizen', 'changeChannel', code, { channel: 'COUNTER' });
  await go('intake', 'acceptDossier', code, accepted);
  await go('dispatcher', 'assignDossier', code, {});
  await go('processor', 'demandFee', code, asked(), 'PAYMENT_REQUIRED');
  await go('citizen', 'changeChannel', code, { channel: 'ONLINE' }, 'PAYMENT_REQUIRED');
  assert.deepEqual((await demandsOf('citizen', code)).map(({ amountDong }) => amountDong), [20_000]);
  const { changes: [last] } = (await look('citizen', code, 'channel { changes { settlement leftDong } }')).channel;
  assert.deepEqual(last, { settlement: 'OPEN', leftDong: -10_000 }, 'the difference is told, for the office to settle');
});
