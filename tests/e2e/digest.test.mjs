// The digest of the working morning to the head of an agency: figures by push and as a query, once a day, none on a day off,
// and to whoever stands in for him.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PushServices } from './push.mjs';
import { client, close, database, dossier, house, numbers, one, open, tokens } from './office.mjs';
import { failure, key, until } from './support.mjs';

let push;
const devices = {};
const agency = () => one(`SELECT agency FROM officer WHERE id = ${numbers.head}`);
const today = "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date";
const isDay = (kind) => one(`DELETE FROM calendar_day WHERE calendar = calendar_in_force() AND day = ${today}; INSERT INTO calendar_day SELECT calendar_in_force(), ${today}, '${kind}', 'Ngày thử', false`);
const morning = (open = true) => one(`UPDATE digest_kind SET at = '${open ? '00:00' : '23:59:59.999998'}', until = '23:59:59.999999'`);
// Yesterday's, as far as the worker can tell.
const nextDay = () => one('UPDATE digest SET day = day - 1');
const pushesTo = (who) => one(`SELECT coalesce(string_agg(payload->>'template' || ' ' || (payload->>'tail'), ',' ORDER BY id), '') FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${devices[who]}' AND payload->>'template' LIKE 'digest.%'`).split(',').filter(Boolean);
const digests = async (who) => (await client.data(`{ viewer { digests { day at agency { code } open dueSoon late officers { officer { name } open paused late dueInOneDay dueInThreeDays } } load { agency { code } open late dueInThreeDays officers { open } } } }`,
  { token: tokens[who] })).viewer;
// How many the worker would send now.
const send = () => Number(one('SET ROLE app_worker; SELECT motcua.clock_digest(100)'));

before(async () => {
  push = await PushServices.start();
  await open('digest');
  database.sql(`UPDATE staff_grant SET withdrawn_at = now() - interval '1 hour', starts_at = now() - interval '2 hours' WHERE role = 'HEAD' AND officer <> ${numbers.head} AND withdrawn_at IS NULL`);
  morning(false);
  isDay('MAKEUP');
  for (const who of ['head', 'signer', 'processor']) {
    const { registerDevice } = await client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`,
      { token: tokens[who], variables: { input: { idempotencyKey: key(), kind: 'FCM', address: `registration-token-of-the-${who}` } } });
    devices[who] = registerDevice.device.id;
  }
});
after(async () => {
  await close();
  await push?.stop();
});

test('R29: each working morning the head is told how the agency stands, in figures alone', async () => {
  const late = await dossier('PROCESSING');
  one(`UPDATE dossier SET received_at = now() - interval '60 days', due_at = now() - interval '1 day' WHERE code = '${late}'`);
  assert.equal(send(), 0, 'not before its hour');
  isDay('HOLIDAY');
  morning();
  assert.equal(send(), 0, 'and not on a day off');
  assert.deepEqual((await digests('head')).digests, []);
  isDay('MAKEUP');
  await house.startWorker({ ...push.settings, MOTCUA_TICK_MS: '100' });
  await until('the head is told', () => pushesTo('head').length > 0);
  const { digests: [digest, ...more], load } = await digests('head');
  const [ours] = load.filter(({ agency: { code } }) => code === one(`SELECT code FROM agency WHERE id = ${agency()}`));
  assert.equal(more.length, 0);
  assert.equal(digest.day, one(`SELECT ${today}`));
  assert.deepEqual([digest.open, digest.late], [ours.open, ours.late], 'the figures are those of the work list');
  assert.ok(digest.late >= 1);
  assert.equal(digest.officers.reduce((sum, { open: count }) => sum + count, 0), digest.open, 'by officer they add up');
  assert.deepEqual(pushesTo('head'), [`digest.head ${digest.dueSoon} / ${digest.late}`]);
  await until('it has left', () => push.received.some((message) => JSON.stringify(message).includes(`${digest.dueSoon} / ${digest.late}`)));
  assert.equal(send(), 0);
  assert.equal(pushesTo('head').length, 1, 'once a day');
  for (const who of ['processor', 'signer', 'citizen']) assert.deepEqual((await digests(who)).digests, [], `${who} is told nothing`);
});

const remindersTo = (who, code) => one(`SELECT coalesce(string_agg(payload->>'template', ',' ORDER BY id), '') FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${devices[who]}' AND payload->>'template' LIKE 'reminder.%' AND payload->>'tail' LIKE '%${code.slice(-4)}'`).split(',').filter(Boolean);
// So many working days behind the last that has begun, at closing time.
const dueIn = (code, days) => one(`UPDATE dossier SET received_at = now() - interval '60 days', due_at = (SELECT (w.day + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
    FROM (SELECT max(w.day) AS day FROM working_days(${today} - 30, 31) AS w WHERE (w.day + time '07:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' <= now()) AS begun
    CROSS JOIN LATERAL working_days(begun.day + 1, 60) AS w WHERE w.n = ${days}) WHERE code = '${code}'`);

test('R29: before a date is missed the head is reminded, too, and told when it is; who works on it has been reminded before', async () => {
  const code = await dossier('PROCESSING');
  one(`UPDATE dossier SET processor = ${numbers.processor} WHERE code = '${code}'`);
  dueIn(code, 3);
  await until('who works on it is reminded', () => remindersTo('processor', code).length === 1);
  assert.deepEqual([remindersTo('processor', code), remindersTo('head', code)], [['reminder.threeDays'], []], 'three working days before: not the head');
  dueIn(code, 1);
  await until('the head is reminded', () => remindersTo('head', code).length === 1);
  assert.deepEqual([remindersTo('processor', code), remindersTo('head', code)], [['reminder.threeDays', 'reminder.oneDay'], ['reminder.oneDay']], 'one working day before: both');
  await until('it has left for the head\'s phone', () => push.received.some((message) => JSON.stringify(message).includes('registration-token-of-the-head') && JSON.stringify(message).includes('One working day left')));
  one(`UPDATE dossier SET due_at = now() - interval '1 second' WHERE code = '${code}'`);
  await until('the head is told', () => remindersTo('head', code).includes('reminder.breach'));
  await until('the officer is told', () => remindersTo('processor', code).includes('reminder.breach'));
  assert.deepEqual(remindersTo('head', code), ['reminder.oneDay', 'reminder.breach'], 'each once');
  assert.deepEqual(remindersTo('signer', code), [], 'nobody else');
});

test('R29: during leave, who stands in is told in the head\'s place', async () => {
  nextDay();
  await until('the next day\'s', () => pushesTo('head').length === 2);
  one(`INSERT INTO staff_substitution (agency, absent, substitute, starts_at, ends_at, made_by) VALUES (${agency()}, ${numbers.head}, ${numbers.signer}, now() - interval '1 hour', now() + interval '1 day', ${numbers.head})`);
  nextDay();
  await until('who stands in is told', () => pushesTo('signer').length === 1);
  assert.equal(pushesTo('head').length, 2, 'the head is on leave');
  assert.equal(pushesTo('processor').length, 0);
});
