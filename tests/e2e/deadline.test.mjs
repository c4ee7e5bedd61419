// The deadline that explains itself (F02), why a dossier is late (F04), the apology before the date (F05), who holds it since
// when and why it rests (R21), and a calendar that changes: as a citizen sees them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PushServices } from './push.mjs';
import { House, acceptIt, failure, handIn, key, place, until } from './support.mjs';

let house;
let push;
let client;
let citizen;
let citizen2;
let officer;
let where;
const sql = (text) => house.database.sql(text);

before(async () => {
  push = await PushServices.start();
  house = await House.start('deadline', { settings: { MOTCUA_COST_MAX_APP: '10000' } });
  client = house.client();
  [citizen, citizen2, officer] = ['citizen', 'citizen2', 'officer'].map((who) => house.token(who));
  where = place(house.database);
  // The procedure is ours to set: three working days.
  sql(`UPDATE procedure_version SET limit_amount = 3, limit_unit = 'WORKING_DAY', limit_text = '03 ngày làm việc' WHERE id = (SELECT version FROM procedure_in_force WHERE code = '${where.procedure}')`);
});
after(async () => {
  await house?.stop();
  await push?.stop();
});

const deadline = `query($code: String!, $locale: Locale) { dossier(code: $code) { state dueAt deadline {
  dueAt state remainingWorkingMinutes pauses { reason from to } rule { amount unit text } holidaysCounted { day name }
  extensions { oldDue newDue reason isLate } explanation(locale: $locale) isLate countsAsLate
  holders { kind agency { name } officerName since until workingMinutes } } } }`;
const ask = async (code, token = citizen, locale = undefined) => (await client.data(deadline, { token, variables: { code, locale } })).dossier?.deadline;

const at = (text) => `'${text}+07'::timestamptz`;
const idOf = (code) => sql(`SELECT id FROM dossier WHERE code = '${code}'`);

// What an edge of the machine leaves behind.
function happens(code, event, to, more = {}) {
  const { when = 'clock_timestamp()', clock, kind = 'OFFICER', actor = 'Nguyễn Văn Cán' } = more;
  sql(`WITH d AS (SELECT * FROM dossier WHERE code = '${code}'),
    e AS (INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
      SELECT id, seq + 1, ${when}, '${event}', state, '${to}', '${kind}', '${actor}', applicant, submitter, received_agency, competent_agency FROM d)
    UPDATE dossier SET state = '${to}', seq = dossier.seq + 1, clock = ${clock ? `'${clock}'` : 'dossier.clock'} FROM d WHERE dossier.id = d.id`);
}

async function accepted() {
  const { code } = await handIn(client, citizen, where);
  assert.ok((await acceptIt(client, officer, code)).dossier);
  return code;
}

test('F02: the deadline explains itself: how long there is, which days were left out, and by which rule', async () => {
  // The second working day from now becomes a day off, whatever day it is.
  const day = sql(`SELECT day FROM working_days((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1, 60) WHERE n = 2`);
  sql(`INSERT INTO calendar_day SELECT calendar_in_force(), '${day}', 'HOLIDAY', 'Ngày nghỉ của tỉnh', false`);
  const code = await accepted();
  const left = () => Number(sql(`SELECT working_seconds(now(), due_at) / 60 FROM dossier WHERE code = '${code}'`));
  const before = left();
  const found = await ask(code);
  assert.deepEqual(found.rule, { amount: 3, unit: 'WORKING_DAY', text: '03 ngày làm việc' });
  assert.equal(found.state, 'RUNNING');
  assert.ok(found.holidaysCounted.some((off) => off.day === day && off.name === 'Ngày nghỉ của tỉnh'), JSON.stringify(found.holidaysCounted));
  assert.ok(found.remainingWorkingMinutes <= before && found.remainingWorkingMinutes >= left(), `${found.remainingWorkingMinutes} minutes of ${before}`);
  const days = Math.floor(found.remainingWorkingMinutes / 480);
  assert.ok(days >= 3, `${days} days`);
  const [, month, date] = day.split('-').map(Number);
  assert.match(found.explanation, new RegExp(`^Hẹn trả lúc 17:00 \\d{2}/\\d{2}/\\d{4}, còn ${days} ngày làm việc; (.*, )?(\\d+/\\d+–)?${date}/${month}(–\\d+/\\d+)?(, .*)? nghỉ\\.$`));
  const english = await ask(code, citizen, 'EN');
  assert.match(english.explanation, new RegExp(`^Due at 17:00 [0-9/]+, ${Math.floor(english.remainingWorkingMinutes / 480)} working days left; .*${date}/${month}.* off\\.$`));
  assert.deepEqual([found.pauses, found.extensions, found.isLate, found.countsAsLate], [[], [], false, false]);
  sql(`DELETE FROM calendar_day WHERE name = 'Ngày nghỉ của tỉnh'`);
});

test('F02: before acceptance, without a limit and at its end it says so', async () => {
  const { code } = await handIn(client, citizen, where);
  const waiting = await ask(code);
  assert.deepEqual([waiting.state, waiting.dueAt, waiting.remainingWorkingMinutes], ['NOT_STARTED', null, null]);
  assert.equal(waiting.explanation, 'Chưa tính thời hạn vì hồ sơ chưa được tiếp nhận.');
  sql(`UPDATE dossier SET clock = 'RUNNING', received_at = now(), due_at = NULL WHERE code = '${code}'`);
  assert.equal((await ask(code, citizen, 'EN')).explanation, 'The procedure has no time limit.');
  sql(`UPDATE dossier SET due_at = ${at('2026-11-18 17:00')}, received_at = ${at('2026-11-13 09:00')}, clock = 'STOPPED', finished_at = ${at('2026-11-18 17:00')} WHERE code = '${code}'`);
  const done = await ask(code);
  assert.deepEqual([done.state, done.isLate, done.remainingWorkingMinutes], ['STOPPED', false, null]);
  assert.equal(done.explanation, 'Đã kết thúc lúc 17:00 18/11/2026, đúng hạn (hẹn trả lúc 17:00 18/11/2026).');
});

test('R21: the applicant sees who holds it since when, and why it rests; papers asked for twice count as late', async () => {
  const code = await accepted();
  const id = idOf(code);
  const due = (await ask(code)).dueAt;
  happens(code, 'askSupplement', 'SUPPLEMENT_REQUIRED', { clock: 'PAUSED' });
  sql(`SELECT pause_begin(${id}, 'SUPPLEMENT', (SELECT max(at) FROM dossier_event WHERE dossier = ${id}))`);
  const resting = await ask(code);
  assert.equal(resting.state, 'PAUSED');
  assert.deepEqual(resting.pauses.map(({ reason, to }) => [reason, to]), [['SUPPLEMENT', null]]);
  assert.equal(resting.dueAt, due, 'the date stands until the papers come');
  assert.match(resting.explanation, /^Tạm dừng tính thời hạn từ \d\d:\d\d [0-9/]{10} vì chờ bổ sung giấy tờ; khi tính tiếp còn \d+ (ngày|giờ) làm việc\.$/);
  const kinds = resting.holders.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['RECEIVED', 'COMPETENT', 'APPLICANT']);
  assert.equal(resting.holders[0].officerName, sql('SELECT name FROM officer WHERE id = 1'), 'who accepted it is named');
  assert.equal(resting.holders[2].agency, null);
  assert.equal(resting.holders[2].until, null, 'it is the applicant\'s turn');
  happens(code, 'supplement', 'PROCESSING', { clock: 'RUNNING', kind: 'CITIZEN' });
  sql(`UPDATE dossier SET due_at = pause_end(${id}, clock_timestamp()) WHERE id = ${id}`);
  assert.equal((await ask(code)).countsAsLate, false);
  sql(`SELECT pause_begin(${id}, 'SUPPLEMENT', clock_timestamp())`);
  const twice = await ask(code);
  assert.deepEqual([twice.isLate, twice.countsAsLate, twice.pauses.length], [false, true, 2], 'QĐ 766');
  assert.equal(await ask(code, citizen2), undefined, 'a stranger sees nothing of it');
});

test('F04: why it is late: who held it, how long each, and the new date in the same view', async () => {
  const code = await accepted();
  const id = idOf(code);
  const steps = [['submit', '2026-11-16 08:00'], ['accept', '2026-11-16 10:00'], ['assign', '2026-11-16 11:00', 'PROCESSING'],
    ['askSupplement', '2026-11-17 08:00', 'SUPPLEMENT_REQUIRED'], ['supplement', '2026-11-18 08:00', 'PROCESSING'], ['complete', '2026-11-23 08:00', 'COMPLETED', 'STOPPED']];
  for (const [event, when, to, clock] of steps) {
    if (to) happens(code, event, to, { when: at(when), clock });
    else sql(`UPDATE dossier_event SET at = ${at(when)} WHERE dossier = ${id} AND event IN ('${event}', 'createDraft') AND at > ${at(when)}`);
  }
  sql(`UPDATE dossier_event SET at = ${at('2026-11-16 08:00')} WHERE dossier = ${id} AND event = 'createDraft'`);
  sql(`UPDATE dossier SET received_at = ${at('2026-11-16 10:00')}, due_at = ${at('2026-11-19 17:00')}, finished_at = ${at('2026-11-23 08:00')},
    processor = (SELECT id FROM officer WHERE agency = competent_agency ORDER BY id LIMIT 1) WHERE id = ${id}`);
  sql(`SELECT pause_begin(${id}, 'SUPPLEMENT', ${at('2026-11-17 08:00')}); SELECT pause_end(${id}, ${at('2026-11-18 08:00')})`);
  sql(`SELECT extend_due(${id}, ${at('2026-11-20 17:00')}, 'Chờ kết quả xác minh', (SELECT e.id FROM dossier_event e WHERE e.dossier = ${id} AND e.event = 'assign'))`);
  const found = await ask(code);
  assert.equal(found.explanation, 'Đã kết thúc lúc 08:00 23/11/2026, trễ hạn (hẹn trả lúc 17:00 20/11/2026).');
  assert.equal(found.isLate, true);
  assert.deepEqual(found.extensions, [{ oldDue: '2026-11-19T17:00:00+07:00', newDue: '2026-11-20T17:00:00+07:00', reason: 'Chờ kết quả xác minh', isLate: false }]);
  const processor = sql(`SELECT o.name FROM dossier d JOIN officer o ON o.id = d.processor WHERE d.id = ${id}`);
  // Hours of work: 07:00-11:30 and 13:30-17:00; 21 and 22 November are a weekend.
  assert.deepEqual(found.holders.map(({ kind, officerName, since, until: to, workingMinutes }) => [kind, officerName, since.slice(0, 16), to.slice(0, 16), workingMinutes]), [
    ['RECEIVED', sql('SELECT name FROM officer WHERE id = 1'), '2026-11-16T08:00', '2026-11-16T10:00', 120],
    ['COMPETENT', processor, '2026-11-16T10:00', '2026-11-17T08:00', 90 + 210 + 60],
    ['APPLICANT', null, '2026-11-17T08:00', '2026-11-18T08:00', 480],
    ['COMPETENT', processor, '2026-11-18T08:00', '2026-11-23T08:00', 3 * 480],
  ]);
  const sum = found.holders.reduce((total, { workingMinutes }) => total + workingMinutes, 0);
  assert.equal(sum, Number(sql(`SELECT working_seconds(${at('2026-11-16 08:00')}, ${at('2026-11-23 08:00')}) / 60`)), 'they add up to the whole');
  sql(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, fields, purpose, until) VALUES (${id}, 2, 1, 1, '{STATUS}', 'Xem', now() + interval '1 day')`);
  const shown = await ask(code, citizen2);
  assert.deepEqual([shown.explanation, shown.pauses.length, shown.holders, shown.extensions], [found.explanation, 1, [], []],
    'to whom the status alone is shown: when and why, not who');
});

test('F04: what is put off when it is late already says so, and counts as late whenever it is finished', async () => {
  const code = await accepted();
  const id = idOf(code);
  sql(`UPDATE dossier SET received_at = now() - interval '30 days', due_at = now() - interval '10 days', competent_agency = (SELECT agency FROM officer WHERE id = 1) WHERE id = ${id}`);
  const dueAt = new Date(Date.now() + 9 * 86_400_000).toISOString();
  const mutation = `mutation($input: ExtendDossierInput!) { extendDossier(input: $input) { ... on DossierChanged { dossier { code } } ${failure} } }`;
  const { extendDossier } = await client.data(mutation, { token: officer, variables: { input: { idempotencyKey: key(), code, dueAt, reason: 'Chờ xác minh' } } });
  assert.equal(extendDossier.dossier?.code, code, JSON.stringify(extendDossier));
  const found = await ask(code);
  assert.deepEqual([found.isLate, found.countsAsLate, found.extensions.map(({ isLate }) => isLate)], [false, true, [true]]);
  assert.match(found.explanation, /^Hẹn trả lúc .* Trước khi gia hạn đã quá hạn: hồ sơ vẫn tính là quá hạn\.$/);
  assert.match((await ask(code, citizen, 'EN')).explanation, / It was late before it was put off, and counts as late\.$/);
  sql(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, fields, purpose, until) VALUES (${id}, 2, 1, 1, '{STATUS}', 'Xem', now() + interval '1 day')`);
  const shown = await ask(code, citizen2);
  assert.deepEqual([shown.countsAsLate, shown.extensions], [true, []], 'to whom the status alone is shown: that it counts as late, not why it was put off');
});

test('one statement for each list, whatever the number of dossiers', async () => {
  const list = (first) => `{ viewer { dossiers(first: ${first}) { nodes { deadline { explanation pauses { from } holidaysCounted { day } extensions { newDue } holders { since } } } } } }`;
  const costs = [];
  for (const first of [1, 20, 50]) {
    const { result, roundTrips, statements } = await house.cost(() => client.data(list(first), { token: citizen }));
    assert.equal(result.viewer.dossiers.nodes.length, first);
    costs.push([roundTrips, statements].join());
  }
  assert.equal(new Set(costs).size, 1, costs.join(' '));
});

const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`;
const pushesTo = (token) => sql(`SELECT payload->>'template' FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${token}' ORDER BY id`).split('\n').filter(Boolean);

test('F05: one working day before the date the apology lies drafted before officer and head; at the date the citizen has it', async () => {
  const devices = {};
  for (const [who, token] of Object.entries({ citizen, officer })) {
    const { registerDevice } = await client.data(register, { token, variables: { input: { idempotencyKey: key(), kind: 'FCM', address: `registration-token-of-the-${who}` } } });
    devices[who] = registerDevice.device.id;
  }
  const code = await accepted();
  const id = idOf(code);
  // Officer 1 works on it, at the agency that decides; its date is the closing of the working day after the last that has begun.
  sql(`UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 1), processor = 1, received_at = received_at - interval '60 days',
    due_at = (SELECT (w.day + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh'
      FROM (SELECT max(w.day) AS day FROM working_days((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 30, 30) AS w WHERE (w.day + time '07:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' <= now()) AS begun
      CROSS JOIN LATERAL working_days(begun.day + 1, 60) AS w WHERE w.n = 1) WHERE id = ${id}`);
  const seq = sql(`SELECT seq FROM dossier WHERE id = ${id}`);
  await house.startWorker({ ...push.settings, MOTCUA_TICK_MS: '100' });
  await until('the apology is drafted', () => sql(`SELECT state FROM issued_form WHERE dossier = ${id} AND kind = '04'`) === 'DRAFT');
  await until('the officer is told', () => pushesTo(devices.officer).includes('reminder.oneDay'));
  assert.equal(sql(`SELECT seq FROM dossier WHERE id = ${id}`), seq, 'the timeline has nothing new');
  assert.ok(!pushesTo(devices.citizen).some((template) => template.startsWith('reminder.')), 'the citizen is not told of what officers are reminded of');
  await until('the citizen learns it before the date', () => pushesTo(devices.citizen).includes('dossier.dueSoon'));
  assert.equal((await ask(code)).isLate, false);

  sql(`UPDATE dossier SET due_at = now() - interval '1 second' WHERE id = ${id}`);
  await until('the citizen is told', () => pushesTo(devices.citizen).includes('dossier.late'));
  const late = await ask(code);
  assert.equal(late.isLate, true);
  assert.match(late.explanation, /^Đã quá hạn (chưa đến 1 phút|\d+ phút) làm việc \(hẹn trả lúc /);
  assert.equal(sql(`SELECT count(*) FROM issued_form WHERE dossier = ${id} AND kind = '04' AND state = 'ISSUED'`), '1');
  const { dossier } = await client.data('query($code: String!) { dossier(code: $code) { timeline(last: 1) { nodes { event from to actor } } } }', { token: citizen, variables: { code } });
  assert.deepEqual(dossier.timeline.nodes, [{ event: 'breach', from: 'ACCEPTED', to: 'ACCEPTED', actor: 'Hệ thống' }]);
});

test('R21: a new calendar moves the date of open dossiers, and says so', async () => {
  const code = await accepted();
  const before = (await ask(code)).dueAt;
  await until('the calendar is known', () => sql('SELECT count(*) FROM calendar_recompute') !== '0');
  // A holiday on the day on which it would be due.
  sql(`WITH made AS (INSERT INTO working_calendar (version, name, source, published_at, same_day_until)
      SELECT 2, 'Lịch mới', 'Thông báo', now(), same_day_until FROM working_calendar WHERE version = 1 RETURNING id),
    hours AS (INSERT INTO working_hours SELECT made.id, h.opens, h.closes FROM made, working_hours h WHERE h.calendar = calendar_in_force())
    INSERT INTO calendar_day SELECT made.id, d.day, d.kind, d.name, d.provisional FROM made, calendar_day d WHERE d.calendar = calendar_in_force()
    UNION ALL SELECT made.id, '${before.slice(0, 10)}', 'HOLIDAY', 'Ngày nghỉ mới', false FROM made`);
  await until('the work has begun', () => sql('SELECT count(*) FROM calendar_recompute') === '2');
  sql("UPDATE calendar_recompute SET started_at = started_at - interval '1 minute'");
  await until('it is done', () => sql('SELECT count(*) FROM calendar_recompute WHERE done_at IS NULL') === '0');
  const found = await ask(code);
  assert.ok(found.dueAt > before, `${found.dueAt} is later than ${before}`);
  assert.ok(found.holidaysCounted.some(({ name }) => name === 'Ngày nghỉ mới'));
  const shown = (text) => `${text.slice(11, 16)} ${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)}`;
  const { dossier } = await client.data('query($code: String!) { dossier(code: $code) { timeline(last: 1) { nodes { event note } } } }', { token: citizen, variables: { code } });
  assert.deepEqual(dossier.timeline.nodes, [{ event: 'recomputeDue', note: `${shown(before)} → ${shown(found.dueAt)}` }]);
});

test('its lists end where they say: 50 pauses, 20 extensions, 50 days off, 50 holders', async () => {
  await house.workers[0].stop(); // which would count anew for the days off below
  const code = await accepted();
  const id = idOf(code);
  sql(`UPDATE dossier SET received_at = ${at('2024-01-03 09:00')}, due_at = ${at('2027-12-31 17:00')} WHERE id = ${id};
    INSERT INTO dossier_pause (dossier, no, applicant, reason, from_at, to_at)
      SELECT ${id}, i, 1, 'SUPPLEMENT', ${at('2026-01-01 09:00')} + i * interval '1 day', ${at('2026-01-01 10:00')} + i * interval '1 day' FROM generate_series(1, 51) AS i;
    INSERT INTO dossier_extension (dossier, no, applicant, at, old_due, new_due, reason, event)
      SELECT ${id}, i, 1, e.at, e.at, e.at + i * interval '1 day', 'Lần ' || i, e.id FROM generate_series(1, 21) AS i, dossier_event e WHERE e.dossier = ${id} AND e.seq = 3;
    INSERT INTO calendar_day SELECT calendar_in_force(), day, 'HOLIDAY', 'Ngày nghỉ', false FROM working_days('2026-03-01', 100) WHERE n <= 50`);
  sql(`INSERT INTO dossier_event (dossier, seq, at, event, from_state, to_state, actor_kind, actor_name, applicant, submitter, received_agency, competent_agency)
      SELECT id, seq + i, clock_timestamp() + i * interval '1 ms', 'x', CASE WHEN i = 1 THEN state WHEN i % 2 = 0 THEN 'SUPPLEMENT_REQUIRED' ELSE 'PROCESSING' END,
        CASE i % 2 WHEN 1 THEN 'SUPPLEMENT_REQUIRED' ELSE 'PROCESSING' END, 'OFFICER', 'x', applicant, submitter, received_agency, competent_agency
      FROM dossier, generate_series(1, 50) AS i WHERE id = ${id} ORDER BY i;
    UPDATE dossier SET seq = seq + 50, state = 'PROCESSING' WHERE id = ${id}`);
  const { pauses, extensions, holidaysCounted, holders } = await ask(code);
  assert.deepEqual([pauses.length, extensions.length, holidaysCounted.length, holders.length], [50, 20, 50, 50]);
  assert.deepEqual([pauses[0].from.slice(0, 10), extensions[0].reason, holders[0].kind], ['2026-01-02', 'Lần 1', 'RECEIVED'], 'from the oldest on');
});
