// Due dates counted by another hand: minute by minute, and day by day, from the calendar's CSV alone. It shares nothing with
// schema/db/functions/10_calendar.sql and 11_clock.sql, which know no minutes: 200 dossiers drawn from a fixed seed, each with
// up to three pauses, must be due at the same minute.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, root } from './support.mjs';

const cases = 200;
const dayMinutes = 1440;
const csv = (name) => readFileSync(join(root, 'schema/db/seed/reference', name), 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
const clockMinute = (text) => { const [h, m] = text.split(':').map(Number); return 60 * h + m; };

// Moments are minutes of Vietnam's clock since 1970; days, the same by 1440.
const dayOf = (text) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
const exceptions = new Map(csv('calendar_days.csv').map(([, day, kind]) => [dayOf(day), kind]));
const opening = csv('working_hours.csv').map(([, opens, closes]) => [clockMinute(opens), clockMinute(closes)]);
const closing = Math.max(...opening.map(([, closes]) => closes));
const cutOff = clockMinute(readFileSync(join(root, 'schema/db/seed/reference/working_calendars.csv'), 'utf8').trim().split(',').at(-1));

const isWorkingDay = (day) => {
  const kind = exceptions.get(day);
  if (kind) return kind === 'MAKEUP';
  return ![0, 6].includes(new Date(day * 86_400_000).getUTCDay());
};
const worksAt = (minute) => {
  const day = Math.floor(minute / dayMinutes);
  const of = minute - day * dayMinutes;
  return opening.some(([opens, closes]) => of >= opens && of < closes) && isWorkingDay(day);
};
const pausedAt = (minute, pauses) => pauses.some(([from, to]) => minute >= from && minute < to);

// The day of receipt, as the offices count it: after closing, or on a day off, the next one they work.
function dayOfReceipt(received) {
  let day = Math.floor(received / dayMinutes);
  if (received % dayMinutes > closing) day++;
  while (!isWorkingDay(day)) day++;
  return day;
}

// Ticks minute by minute until so many working minutes have passed in which no pause was open.
function walk(from, minutes, pauses) {
  let minute = from;
  for (let left = minutes; left > 0; minute++) if (worksAt(minute) && !pausedAt(minute, pauses)) left--;
  return minute;
}

const minutesBetween = (from, to) => {
  let count = 0;
  for (let minute = from; minute < to; minute++) if (worksAt(minute)) count++;
  return count;
};

const aDay = opening.reduce((sum, [opens, closes]) => sum + closes - opens, 0);
const due = {
  WORKING_DAY: (received, amount, pauses) => walk((dayOfReceipt(received) + 1) * dayMinutes, amount * aDay, pauses),
  WORKING_HOUR: (received, amount, pauses) => walk(received, amount * 60, pauses),
  SAME_DAY(received, amount, pauses) {
    let day = dayOfReceipt(received);
    if (day === Math.floor(received / dayMinutes) && received % dayMinutes > cutOff) do day++; while (!isWorkingDay(day));
    return walk(received, minutesBetween(received, day * dayMinutes + closing), pauses);
  },
  // A day in which a pause is open at its closing is not counted, nor can it be the last.
  DAY(received, amount, pauses) {
    let day = dayOfReceipt(received);
    const rests = () => pauses.some(([from, to]) => from < day * dayMinutes + closing && to > day * dayMinutes + closing);
    for (let left = amount; left > 0;) {
      day++;
      if (!rests()) left--;
    }
    while (!isWorkingDay(day) || rests()) day++;
    return day * dayMinutes + closing;
  },
};

function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

// The hours at which counts go wrong, and any other.
const hours = ['00:00', '00:30', '06:59', '07:00', '07:01', '11:30', '12:30', '13:30', '14:59', '15:00', '15:01', '16:59', '17:00', '17:01', '19:00', '23:59'].map(clockMinute);
const amounts = { WORKING_DAY: [1, 2, 3, 5, 7, 10, 15, 20, 30], WORKING_HOUR: [1, 4, 8, 12, 40], SAME_DAY: [0], DAY: [0, 1, 3, 7, 10, 15, 30, 45] };
// Where days off lie thick: Tết, 30 April, 2 September with its worked Saturday, the Day of Culture.
const seasons = ['2025-01-20', '2025-04-22', '2026-02-05', '2026-04-20', '2026-08-17', '2026-11-16', '2027-01-28', '2024-04-22'].map(dayOf);

function draw(random) {
  const unit = Object.keys(amounts)[random(4)];
  const amount = amounts[unit][random(amounts[unit].length)];
  const moment = (day) => day * dayMinutes + (random(2) ? hours[random(hours.length)] : random(dayMinutes));
  const received = moment(random(2) ? seasons[random(seasons.length)] + random(14) : dayOf('2024-06-01') + random(1000));
  const pauses = [];
  for (let at = received, count = random(4); count > 0; count--) {
    const from = Math.max(at, moment(Math.floor(at / dayMinutes) + random(unit === 'SAME_DAY' ? 2 : 8)));
    const to = Math.max(from, random(3) ? moment(Math.floor(from / dayMinutes) + random(16)) : from + random(300));
    pauses.push([from, to]);
    at = to;
  }
  return { unit, amount, received, pauses };
}

const text = (minute) => new Date(minute * 60_000).toISOString().slice(0, 16).replace('T', ' ');
const literal = (minute) => `'${text(minute)}+07'::timestamptz`;

let database;
before(() => { database = Database.copy('deadline_count'); });
after(() => database?.drop());

test('R22: 200 due dates with their pauses are those of a count minute by minute', () => {
  const random = randomFrom(20261127);
  const drawn = Array.from({ length: cases }, () => draw(random));
  const id = database.sql("SELECT id FROM dossier WHERE state = 'PROCESSING' ORDER BY id LIMIT 1");
  const found = [];
  for (let i = 0; i < cases; i += 25) {
    const script = drawn.slice(i, i + 25).flatMap(({ unit, amount, received, pauses }) => [
      `DELETE FROM dossier_pause WHERE dossier = ${id}`,
      `UPDATE procedure_version SET limit_amount = ${amount}, limit_unit = '${unit}' WHERE id = (SELECT procedure_version FROM dossier WHERE id = ${id})`,
      `UPDATE dossier SET received_at = ${literal(received)}, due_at = NULL WHERE id = ${id}`,
      ...pauses.flatMap(([from, to]) => [`DO $$ BEGIN PERFORM pause_begin(${id}, 'SUPPLEMENT', ${literal(from)}); PERFORM pause_end(${id}, ${literal(to)}); END $$`]),
      `SELECT to_char(pause_end(${id}, now()) AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI:SS')`,
    ]);
    found.push(...database.sql(`BEGIN; ${script.join('; ')}; ROLLBACK`).split('\n'));
  }
  const expected = drawn.map(({ unit, amount, received, pauses }) => `${text(due[unit](received, amount, pauses))}:00`);
  const differing = drawn.flatMap(({ unit, amount, received, pauses }, i) => (found[i] === expected[i] ? []
    : [`${amount} ${unit} from ${text(received)}, paused ${pauses.map((pair) => pair.map(text).join(' to ')).join(', ')}: ${found[i]}, not ${expected[i]}`]));
  assert.deepEqual(differing, []);
  assert.equal(found.length, cases);
  // The draw is worth something: every unit, with and without pauses, and pauses that move the date and that do not.
  for (const unit of Object.keys(amounts)) assert.ok(drawn.filter((one) => one.unit === unit).length > 20, unit);
  const moved = drawn.filter(({ unit, amount, received, pauses }) => due[unit](received, amount, pauses) !== due[unit](received, amount, []));
  assert.ok(moved.length > 50, `${moved.length} are moved`);
});

test('R22: working time between 200 pairs of moments is that of a count minute by minute', () => {
  const random = randomFrom(24112026);
  const pairs = Array.from({ length: 200 }, () => {
    const from = (dayOf('2024-01-05') + random(1300)) * dayMinutes + hours[random(hours.length)];
    return [from, from + random(40 * dayMinutes)];
  });
  const found = database.sql(`SELECT working_seconds(a, b) FROM (VALUES ${pairs.map(([a, b], i) => `(${i}, ${literal(a)}, ${literal(b)})`).join(', ')}) AS v(i, a, b) ORDER BY i`).split('\n').map(Number);
  assert.deepEqual(found, pairs.map(([a, b]) => minutesBetween(a, b) * 60));
});
