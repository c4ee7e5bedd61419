// Differential fuzzing beside npm graphql: the same cases for both, and every difference is a failure.
//     node main.mjs [CASES] [--seed N] [--only parse,validate] [--show N] [--harness PATH]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { drawCases, kinds } from './cases.mjs';
import { Chance } from './chance.mjs';
import { difference } from './compare.mjs';
import { Harness } from './harness.mjs';
import { leftOut } from './left_out.mjs';
import { answer } from './reference.mjs';
import { shrink } from './shrink.mjs';

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '20250903' }, only: { type: 'string' }, show: { type: 'string', default: '5' }, harness: { type: 'string' } },
});
const source = process.env.MOTCUA_SOURCE_DIR ?? path.resolve(import.meta.dirname, '../../..');
const build = process.env.MOTCUA_BUILD_DIR ?? path.join(source, 'build/dev');
const wanted = Number(positionals[0] ?? 100_000);
const names = given.only?.split(',') ?? Object.keys(kinds);
const inFlight = 200;

const counts = Object.fromEntries(Object.keys(kinds).map((name) => [name, { same: 0, words: 0, result: 0, leftOut: 0, unjudged: 0 }]));
const harness = new Harness(given.harness ?? path.join(build, 'bin/graphql-harness'));
const found = [];

async function judge(request) {
  const { want: kept, ...question } = request;
  const want = answer(request);
  if (want === undefined) return { kind: 'unjudged' };
  const have = await harness.ask(question);
  const kind = difference(request, have, want);
  return kind !== 'same' && leftOut(request, have, want) ? { kind: 'leftOut' } : { kind, have, want };
}

async function judgeAll() {
  const draw = drawCases(new Chance(Number(given.seed)), names);
  const started = Date.now();
  for (let done = 0; done < wanted;) {
    const batch = Array.from({ length: Math.min(inFlight, wanted - done) }, () => draw.next().value);
    const judged = await Promise.all(batch.map(judge));
    judged.forEach(({ kind, ...answers }, i) => {
      counts[batch[i].op][kind]++;
      if (kind !== 'unjudged') done++;
      if (kind === 'words' || kind === 'result') found.push({ kind, request: batch[i], ...answers });
    });
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${wanted}, ${found.length} differ, ${Math.round((Date.now() - started) / 1000)} s `);
    if (found.length > 2000) break;
  }
}

// Differences of the same shape are one.
const shapeOf = ({ request, kind, have, want }) => {
  const words = (one) => (one?.errors?.map(({ message }) => message) ?? [one?.error?.message ?? '']).map((text) => text.replace(/"[^"]*"|\d+/g, '_')).join();
  return [request.op, request.fn, kind, words(have), words(want)].join();
};

/** The first place where they differ. */
function parting(have, want, where = '') {
  if (JSON.stringify(have) === JSON.stringify(want)) return undefined;
  if (!have || !want || typeof have !== 'object' || typeof want !== 'object') return [{ [where]: have }, { [where]: want }];
  for (const key of new Set([...Object.keys(have), ...Object.keys(want)])) {
    const found = parting(have[key], want[key], `${where}.${key}`);
    if (found) return found;
  }
  return [Object.keys(have), Object.keys(want)];
}

/** Of two answers what only one of them has. */
function apart(have, want) {
  if (have.data && want.data && !have.errors && !want.errors) return parting(have, want);
  if (!have.errors || !want.errors || JSON.stringify(have.data) !== JSON.stringify(want.data)) return [have, want];
  const only = (mine, other) => mine.map((one) => JSON.stringify(one)).filter((one) => !other.some((two) => JSON.stringify(two) === one));
  const both = [only(have.errors, want.errors), only(want.errors, have.errors)];
  return both.flat().length ? both.map((list) => ({ errors: list.map((text) => JSON.parse(text)) })) : [have, want];
}

async function showSome() {
  const shapes = new Map();
  for (const one of found) if (!shapes.has(shapeOf(one))) shapes.set(shapeOf(one), one);
  for (const one of [...shapes.values()].slice(0, Number(given.show))) {
    const members = kinds[one.request.op].texts.filter((name) => typeof one.request[name] === 'string');
    const small = members.length ? await shrink(one.request, members, async (request) => ['words', 'result'].includes((await judge(request)).kind)) : one.request;
    const { kind, have, want } = await judge(small);
    const [ours, theirs] = apart(have, want);
    console.log(`\n${kind}: ${JSON.stringify({ ...small, want: undefined }, null, 1)}\n  only ours        ${JSON.stringify(ours)}\n  only reference's ${JSON.stringify(theirs)}`);
  }
  if (shapes.size > Number(given.show)) console.log(`\n${shapes.size} shapes of differences in all; --show ${shapes.size} shows each`);
}

await judgeAll();
await showSome();
harness.close();
const total = (kind) => Object.values(counts).reduce((sum, one) => sum + one[kind], 0);
console.log(`\nseed ${given.seed}`);
console.table(counts);
console.log(`${wanted} cases: ${total('words')} differ in words, ${total('result')} in anything else; ${total('leftOut')} left out by name; ${total('unjudged')} more the reference could not judge`);
process.exitCode = found.length ? 1 : 0;
