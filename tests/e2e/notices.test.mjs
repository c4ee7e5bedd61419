// What officers are told by push: new work to the reception (D2), a task to the agency that is asked, its answers to who has sent it (D8, D9), a
// late task to the head of the agency that was asked (T1; R29). Each once, by a code's tail and nothing about anybody.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PushServices } from './push.mjs';
import { client, close, dossier, go, house, look, numbers, one, open, staff, stateOf, task, tokens, where } from './office.mjs';
import { failure, handIn, key, sleep, until } from './support.mjs';

let push;
const devices = {};
const cast = { ...staff, otherHead: ['HEAD', 3], intake2: ['INTAKE', 1] };
const watched = ['intake', 'intake2', 'dispatcher', 'processor', 'head', 'other', 'otherHead'];

before(async () => {
  push = await PushServices.start();
  await open('notices', { cast });
  // Nobody else of these agencies.
  one(`UPDATE staff_grant SET withdrawn_at = now() - interval '1 hour', starts_at = now() - interval '2 hours' WHERE officer NOT IN (${Object.values(numbers).join(', ')}) AND withdrawn_at IS NULL`);
  for (const who of watched) {
    const { registerDevice } = await client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`,
      { token: tokens[who], variables: { input: { idempotencyKey: key(), kind: 'FCM', address: `registration-token-of-the-${who}` } } });
    devices[who] = registerDevice.device.id;
  }
  await house.startWorker({ ...push.settings, MOTCUA_TICK_MS: '100' });
});
after(async () => {
  await close();
  await push?.stop();
});

// Every message made for somebody's device about a dossier, in order.
const told = (who, code) => one(`SELECT coalesce(string_agg(payload->>'template', ',' ORDER BY id), '') FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${devices[who]}' AND payload->>'tail' = '…-${code.split('-').at(-1)}'`).split(',').filter(Boolean);
const isTold = (who, code, templates) => until(`${who} is told ${templates}`, () => told(who, code).length >= templates.length);
const settled = () => until('everything is told', () => one("SELECT count(*) FROM outbox WHERE kind IN ('DOSSIER_EVENT', 'OFFICER_EVENT', 'REMINDER')") === '0');
async function exactly(code, expected) {
  for (const [who, templates] of Object.entries(expected)) await isTold(who, code, templates);
  await settled();
  assert.deepEqual(Object.fromEntries(watched.map((who) => [who, told(who, code)])), Object.fromEntries(watched.map((who) => [who, expected[who] ?? []])));
}

test('R32: the reception is told once of what is handed in, by a number and nothing about anybody', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  const all = { intake: ['officer.submitted'], intake2: ['officer.submitted'] };
  await exactly(code, all);
  const name = one('SELECT name FROM subject WHERE id = 1');
  await until('it has left', () => push.received.some((message) => JSON.stringify(message).includes('New dossier')));
  assert.ok(!JSON.stringify(push.received).includes(name), 'nobody is named');
  await sleep(300);
  await exactly(code, all);
});

test('R32: of many handed in at once, a phone shows the last that waits, and the list has all', async () => {
  const [first, second] = [await handIn(client, tokens.citizen, where), await handIn(client, tokens.citizen, where)];
  for (const { code } of [first, second]) await isTold('intake', code, ['officer.submitted']);
  const keys = one(`SELECT count(DISTINCT collapse) FROM (SELECT device, payload, collapse FROM delivery UNION SELECT device, payload, collapse FROM delivery_log) AS d WHERE device = '${devices.intake}' AND payload->>'template' = 'officer.submitted'`);
  assert.equal(keys, '1');
});

test('R25: what is taken in at the counter is told to who assigns', async () => {
  const { acceptAtCounter } = await client.data(`mutation($input: AcceptAtCounterInput!) { acceptAtCounter(input: $input) { ... on DossierChanged { dossier { code } } ${failure} } }`,
    { token: tokens.intake, variables: { input: { idempotencyKey: key(), procedure: where.procedure, applicant: one('SELECT public_id FROM subject WHERE id = 1'), digitised: true } } });
  await exactly(acceptAtCounter.dossier.code, { dispatcher: ['officer.toAssign'] });
});

test('R01: a task is told to the agency that is asked, and what becomes of it to who has sent it', async () => {
  const code = await dossier('ACCEPTED');
  await isTold('dispatcher', code, ['officer.toAssign']);
  await go('dispatcher', 'assignDossier', code, { officer: one(`SELECT public_id FROM officer WHERE id = ${numbers.processor}`) });
  const intake = { intake: ['officer.submitted'], intake2: ['officer.submitted'], dispatcher: ['officer.toAssign'] };
  await exactly(code, { ...intake, processor: ['officer.assigned'] });
  await go('processor', 'sendTask', code, task());
  await go('processor', 'sendTask', code, task({ title: 'Trích lục bản đồ' }));
  await exactly(code, { ...intake, processor: ['officer.assigned'], other: ['officer.taskSent', 'officer.taskSent'] });
  const tasks = async (who) => (await look(who, code, 'tasks { id state acceptedAt }')).tasks;
  const [{ id: last }, { id: first }] = await tasks('other');
  await go('other', 'acceptTask', code, { task: first }, 'INTERAGENCY');
  assert.deepEqual((await tasks('citizen')).map(({ state, acceptedAt }) => [state, acceptedAt !== null]), [['SENT', false], ['ACCEPTED', true]], 'R21: the applicant sees it');
  await go('other', 'answerTask', code, { task: first, outcome: 'DONE', answer: 'Đã xác nhận.' }, 'INTERAGENCY');
  await go('other', 'answerTask', code, { task: last, outcome: 'RETURNED', answer: 'Không có.' }, 'PROCESSING');
  await exactly(code, { ...intake, other: ['officer.taskSent', 'officer.taskSent'], processor: ['officer.assigned', 'officer.taskAccepted', 'officer.taskAnswered', 'officer.taskAnswered'] });
  const timeline = (await look('citizen', code, 'timeline(first: 50) { nodes { event agency { code } } }')).timeline.nodes;
  assert.equal(timeline.find(({ event }) => event === 'taskAccepted').agency.code, one('SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 3'), 'R01: one timeline says which agency');
});

test('R29: a task that is late is told to who took it on, to the head of that agency and to who has sent it, once', async () => {
  const code = await dossier('PROCESSING');
  one(`UPDATE dossier SET processor = ${numbers.processor} WHERE code = '${code}'`);
  await go('processor', 'sendTask', code, task());
  const [{ id }] = (await look('other', code, 'tasks { id }')).tasks;
  await go('other', 'acceptTask', code, { task: id });
  await settled();
  const before = Object.fromEntries(watched.map((who) => [who, told(who, code)]));
  one(`UPDATE inter_agency_task SET sent_at = now() - interval '30 days', due_at = now() - interval '1 minute', remind_at = '-infinity' WHERE public_id = '${id}'`);
  await isTold('otherHead', code, ['reminder.taskBreach']);
  await settled();
  await sleep(500);
  const more = Object.fromEntries(watched.map((who) => [who, told(who, code).slice(before[who].length)]));
  assert.deepEqual(more, { intake: [], intake2: [], dispatcher: [], head: [], processor: ['reminder.taskBreach'], other: ['reminder.taskBreach'], otherHead: ['reminder.taskBreach'] });
  assert.equal(stateOf(code), 'INTERAGENCY', 'nothing of the dossier changes');
});

test('R26: of a dossier that is not for everybody\'s eyes an officer is told that there is something, and no number', async () => {
  const code = await dossier('PROCESSING');
  one(`UPDATE dossier SET access_class = 'RESTRICTED', processor = ${numbers.processor} WHERE code = '${code}'`);
  const count = () => Number(one(`SELECT count(*) FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d WHERE device = '${devices.other}' AND payload->>'template' = 'dossier.restricted' AND payload->>'tail' = ''`));
  await go('processor', 'sendTask', code, task());
  await until('it is told without a number', () => count() === 1);
  await settled();
  assert.deepEqual(told('other', code), []);
});
