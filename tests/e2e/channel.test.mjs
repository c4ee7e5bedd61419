// A dossier goes on by another channel: under its code, from where it is, and for what the new channel costs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accepted, act, bring, client, close, dossier, events, given, go, granted, house, inDays, look, one, open, refused, stateOf, supplement, tokens, where } from './office.mjs';
import { key } from './support.mjs';

const fees = { ONLINE: 10_000, COUNTER: 20_000, POST: 30_000 };
before(async () => {
  await open('channel');
  const version = `(SELECT version FROM procedure_in_force WHERE code = '${where.procedure}')`;
  one(`DELETE FROM fee_rule WHERE procedure_version = ${version}; INSERT INTO fee_rule (procedure_version, channel, kind, amount_dong, valid_from, decision)
    SELECT ${version}, c.channel, 'FEE', c.amount, '2020-01-01', 'Nghị quyết thử' FROM (VALUES ${Object.entries(fees).map(([channel, amount]) => `('${channel}', ${amount})`).join(', ')}) AS c(channel, amount)`);
});
after(close);

const channelOf = async (who, code) => (await look(who, code, 'channel { channel delivery changes { at former channel feeBefore feeAfter settlement leftDong } }')).channel;
const demandsOf = async (who, code) => (await look(who, code, 'feeDemands { id amountDong what until paidAt }')).feeDemands;
const settled = ({ former, channel, feeBefore, feeAfter, settlement, leftDong }) => [former, channel, feeBefore, feeAfter, settlement, leftDong];

test('R19: one dossier goes online, counter, post', async () => {
  const code = await dossier();
  assert.deepEqual(await channelOf('citizen', code), { channel: 'ONLINE', delivery: null, changes: [] });
  await go('intake', 'askIntakeSupplement', code, supplement(), 'INTAKE_SUPPLEMENT');

  const done = await go('citizen', 'changeChannel', code, { channel: 'COUNTER', note: 'Tôi mang giấy tờ đến.' }, 'INTAKE_SUPPLEMENT');
  assert.deepEqual([done.dossier.code, done.event.event, done.event.from, done.event.to, done.event.note], [code, 'changeChannel', 'INTAKE_SUPPLEMENT', 'INTAKE_SUPPLEMENT', 'Tôi mang giấy tờ đến.']);
  await bring(code);
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  const due = (await look('citizen', code, 'dueAt receivedAt')).dueAt;
  await go('dispatcher', 'assignDossier', code, {}, 'PROCESSING');
  await go('processor', 'demandFee', code, { amountDong: fees.COUNTER, what: 'Lệ phí', until: inDays(5) }, 'PAYMENT_REQUIRED');
  const [before] = await demandsOf('citizen', code);

  await go('counter', 'changeChannel', code, { channel: 'POST', delivery: 'POST' }, 'PAYMENT_REQUIRED');
  const [demand, ...more] = await demandsOf('citizen', code);
  assert.deepEqual([demand.amountDong, demand.what, demand.until, demand.paidAt, more.length], [fees.POST, before.what, before.until, null, 0], 'the demand is replaced, not added to');
  const { nextAction } = await look('citizen', code, 'nextAction { kind fee { id amountDong } }');
  assert.deepEqual(nextAction, { kind: 'PAY', fee: { id: demand.id, amountDong: fees.POST } }, 'and the new one is what is to be paid');
  assert.match(await refused('counter', 'recordPayment', code, { demand: before.id, amountDong: fees.COUNTER, reference: `CU ${code}` }), /^GuardFailed demand/, 'the former one is no longer paid');
  await go('counter', 'recordPayment', code, { demand: demand.id, amountDong: fees.POST, reference: `BL ${code}` }, 'PROCESSING');

  const now = await channelOf('citizen', code);
  assert.deepEqual([now.channel, now.delivery], ['POST', 'POST']);
  assert.deepEqual(now.changes.map(settled), [['COUNTER', 'POST', fees.COUNTER, fees.POST, 'REPLACED', 0], ['ONLINE', 'COUNTER', fees.ONLINE, fees.COUNTER, 'NONE', 0]]);
  assert.deepEqual(await channelOf('processor', code), now, 'the office sees the same');
  assert.equal((await look('citizen', code, 'dueAt')).dueAt, due, 'a change of channel moves no date');
  await go('signer', 'completeDossier', code, granted, 'COMPLETED');
  await go('counter', 'handOverDossier', code, { ...given, delivery: 'POST' }, 'RETURNED');
  assert.equal(await events('citizen', code), 'createDraft submit askIntakeSupplement changeChannel supplement receiveItems accept assign demandFee changeChannel paid complete handOver', 'no step came twice');
});

test('R19: what was paid stays paid, and the difference is told', async () => {
  const code = await dossier('PROCESSING');
  await go('processor', 'demandFee', code, { amountDong: fees.ONLINE, what: 'Lệ phí', until: inDays(5) }, 'PAYMENT_REQUIRED');
  const [demand] = await demandsOf('counter', code);
  await go('counter', 'recordPayment', code, { demand: demand.id, amountDong: demand.amountDong, reference: `BL ${code}` }, 'PROCESSING');
  await go('citizen', 'changeChannel', code, { channel: 'COUNTER' }, 'PROCESSING');
  const paid = (await demandsOf('citizen', code)).filter(({ paidAt }) => paidAt);
  assert.deepEqual(paid.map(({ id, amountDong }) => [id, amountDong]), [[demand.id, fees.ONLINE]]);
  assert.deepEqual(settled((await channelOf('head', code)).changes[0]), ['ONLINE', 'COUNTER', fees.ONLINE, fees.COUNTER, 'OPEN', fees.COUNTER - fees.ONLINE]);
});

test('R19: channels that are not open yet are refused, and the reason is said', async () => {
  const code = await dossier();
  for (const channel of ['HOME', 'APPOINTMENT']) {
    const done = await act('citizen', 'changeChannel', { code, channel });
    assert.equal(done.__typename, 'GuardFailed');
    assert.deepEqual(done.problems, [{ path: 'channel', message: 'Hiện chỉ đổi được sang trực tuyến, trực tiếp hoặc bưu chính; tại nhà và hẹn giờ chưa mở.' }]);
  }
  assert.equal(await refused('citizen', 'changeChannel', code, { channel: 'ONLINE' }), 'GuardFailed channel', 'nor the one it has');
  assert.equal(await refused('citizen2', 'changeChannel', code, { channel: 'POST' }), 'NotAllowed');
  assert.equal(await refused('processor', 'changeChannel', code, { channel: 'POST' }), 'NotAllowed', 'it is the desk that is asked');
  assert.equal(stateOf(code), 'SUBMITTED');
  assert.equal(await events('citizen', code), 'createDraft submit', 'what is refused leaves nothing');
});

test('R19: the same request twice changes it once; of two who saw the same, one does', async () => {
  const code = await dossier('ACCEPTED');
  const input = { idempotencyKey: key(), code, channel: 'COUNTER' };
  const [first, again] = [await act('citizen', 'changeChannel', input), await act('citizen', 'changeChannel', input)];
  assert.equal(again.event.id, first.event.id);
  const { seq } = first.dossier;
  const both = await Promise.all(['citizen', 'counter'].map((who) => act(who, 'changeChannel', { code, channel: 'POST', expectedSeq: seq })));
  assert.deepEqual(both.map(({ __typename: type }) => type).sort(), ['DossierChanged', 'StaleState']);
  assert.equal((await channelOf('citizen', code)).changes.length, 2);
});

test('one statement for each, whatever the number of dossiers', async () => {
  const list = (first) => `{ viewer { dossiers(first: ${first}) { nodes { channel { channel changes { channel } } } } } }`;
  const costs = [];
  for (const first of [1, 20, 50]) {
    const { result, statements } = await house.cost(() => client.data(list(first), { token: tokens.citizen }));
    assert.equal(result.viewer.dossiers.nodes.length, first);
    costs.push(statements);
  }
  assert.equal(new Set(costs).size, 1, costs.join(' '));
});
