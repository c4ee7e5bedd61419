// No statement's cost grows with history: each is asked what its viewers ask, in a province of the size that
// MOTCUA_PLANS_SCALE says (1: a million dossiers, 4 million events), and its plan is looked at, with those of the functions
// and policies in it: no large table is read from end to end, and at most 20 rows are read for each row returned.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, root } from '../e2e/support.mjs';
import { blocks, drawn, explain, readsOf, returned } from './plan.mjs';
import { changes, exceptions, ofReference, questions, viewers } from './questions.mjs';

const scale = process.env.MOTCUA_PLANS_SCALE ?? '0.01';
const readPerRow = 20;
const readPerChange = 200; // the officers of an agency, the seats of a person: what has a limit of its own
const largeRows = 1000;
const peers = join(root, '../shared/bench/api');
const folder = join(root, 'resolvers/sql');
const statements = new Map(readdirSync(folder).filter((name) => name.endsWith('.sql'))
  .map((name) => [name.slice(0, -'.sql'.length), readFileSync(join(folder, name), 'utf8')]));
const skip = existsSync(peers) ? false : 'the benchmark is not beside this checkout (../shared/bench/api)';
let database;
let large;

before(() => {
  if (skip) return;
  database = new Database(process.env.MOTCUA_PLANS_DATABASE ?? `e2e_plans_${process.pid}`);
  if (!process.env.MOTCUA_PLANS_DATABASE)
    execFileSync(join(root, 'tests/bench/api/load.sh'), [scale], { stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, MOTCUA_DATABASE_URL: database.url, MOTCUA_ADMIN_URL: database.adminUrl } });
  large = new Set(database.sql(`SELECT relname FROM pg_class WHERE relnamespace = 'motcua'::regnamespace AND relkind IN ('r', 'p') AND reltuples >= ${largeRows}`).split('\n'));
}, { timeout: 1_500_000 });
after(() => { if (database && !process.env.MOTCUA_PLANS_DATABASE) database.drop(); });

test('every statement has its questions here', () => {
  const asked = new Set([...Object.keys(questions), ...Object.keys(changes), ...ofReference]);
  const missing = [...statements.keys()].filter((name) => !asked.has(name));
  assert.deepEqual(missing, [], 'write in questions.mjs what a typical viewer asks of it');
  assert.deepEqual([...asked].filter((name) => !statements.has(name)), [], 'there is no such statement');
});

// What is wrong with the plans of one question; nothing when all is well.
function faults({ plan, nested }, rows, readMax) {
  const reads = [plan, ...nested].flatMap(readsOf).filter(({ table }) => large.has(table));
  const whole = reads.filter(({ way }) => way === 'Seq Scan').map(({ table, rows: count }) => `reads ${table} from end to end, ${count} rows`);
  const sum = reads.reduce((all, { rows: count }) => all + count, 0);
  return [...(rows === 0 ? ['returns nothing, so says nothing'] : []), ...whole,
    ...(sum > readMax ? [`reads ${sum} rows of large tables for ${rows}, more than ${readMax}`] : [])];
}

for (const [name, asked] of Object.entries({ ...questions, ...changes }))
  asked.forEach(({ viewer, values }, no) => {
    test(`${name} asked by ${viewer} (${no + 1}) reads what it returns, not the history`, { skip }, () => {
      const text = statements.get(name);
      const done = explain(database.adminUrl, { text, viewer, identity: viewers[viewer], values });
      const rows = returned(done.plan);
      const found = faults(done, rows, name in changes ? readPerChange : readPerRow * Math.max(rows, 1));
      if (name in exceptions || `${name} ${no + 1}` in exceptions) return assert.notDeepEqual(found, [], `${name} is mended: take it out of the exceptions`);
      return assert.deepEqual(found, [], `${found.join('; ')}; ${blocks(done.plan)} blocks:\n${[done.plan, ...done.nested].filter((each) => readsOf(each).some(({ table, rows: count }) => count > 0 && large.has(table))).map(drawn).join('\n')}`);
    });
  });
