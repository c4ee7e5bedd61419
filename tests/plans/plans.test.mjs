// No statement's cost grows with history: each is asked what those who use it ask (viewers, the server, its operator, a worker), in a
// province of the size that MOTCUA_PLANS_SCALE says (1: a million dossiers, 4 million events) with what years of work leave in its
// tables (history.sql), and its plan is looked at, with those of the functions and policies in it and of the foreign keys that a
// change looks up: no large table is read from end to end, and at most 20 rows are read for each row returned, or 200 for each
// thing changed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, root } from '../e2e/support.mjs';
import { blocks, drawn, explain, readsOf, returned } from './plan.mjs';
import * as resolvers from './questions.mjs';
import * as server from './questions_server.mjs';
import * as workers from './questions_workers.mjs';

const scale = process.env.MOTCUA_PLANS_SCALE ?? '0.01';
const { viewers } = resolvers;
const readPerRow = 20;
const readPerChange = 200; // the officers of an agency, the seats of a person: what has a limit of its own
const largeRows = 1000;
const peers = join(root, '../shared/bench/api');
const folders = { 'resolvers/sql': resolvers, 'server/sql': server, 'workers/sql': workers };
const statementsOf = (folder) => new Map(readdirSync(join(root, folder)).filter((name) => name.endsWith('.sql'))
  .map((name) => [name.slice(0, -'.sql'.length), readFileSync(join(root, folder, name), 'utf8')]));
const skip = existsSync(peers) ? false : 'the benchmark is not beside this checkout (../shared/bench/api)';
let database;
let large;

before(() => {
  if (skip) return;
  database = new Database(process.env.MOTCUA_PLANS_DATABASE ?? `e2e_plans_${process.pid}`);
  if (!process.env.MOTCUA_PLANS_DATABASE) {
    execFileSync(join(root, 'tests/bench/api/load.sh'), [scale], { stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, MOTCUA_DATABASE_URL: database.url, MOTCUA_ADMIN_URL: database.adminUrl } });
    execFileSync('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-v', `scale=${scale}`, '-d', database.adminUrl, '-f', join(root, 'tests/plans/history.sql')],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PGOPTIONS: '-c search_path=motcua,pg_temp -c client_min_messages=warning' } });
  }
  large = new Set(database.sql(`SELECT relname FROM pg_class WHERE relnamespace = 'motcua'::regnamespace AND relkind IN ('r', 'p') AND reltuples >= ${largeRows}`).split('\n'));
}, { timeout: 1_500_000 });
after(() => { if (database && !process.env.MOTCUA_PLANS_DATABASE) database.drop(); });

for (const [folder, { questions, changes, ofReference }] of Object.entries(folders))
  test(`every statement of ${folder} has its questions here`, () => {
    const statements = statementsOf(folder);
    const asked = new Set([...Object.keys(questions), ...Object.keys(changes), ...Object.keys(ofReference)]);
    const missing = [...statements.keys()].filter((name) => !asked.has(name));
    assert.deepEqual(missing, [], 'write in questions*.mjs what is typically asked of it');
    assert.deepEqual([...asked].filter((name) => !statements.has(name)), [], 'there is no such statement');
  });

// What is wrong with the plans of one question, and whether it reads too many rows.
function faults({ plan, nested, answer }, { rows, readMax, isBatch }) {
  const reads = [plan, ...nested].flatMap(readsOf).filter(({ table }) => large.has(table));
  const sum = reads.reduce((all, { rows: count }) => all + count, 0);
  return { wrong: [...(rows === 0 ? ['returns nothing, so says nothing'] : []), ...(isBatch && /^[0f|]*$/.test(answer.split('\n')[0]) ? ['does nothing, so says nothing'] : []),
    ...reads.filter(({ way }) => way === 'Seq Scan').map(({ table, rows: count }) => `reads ${table} from end to end, ${count} rows`)],
  dear: sum > readMax ? [`reads ${sum} rows of large tables for ${rows}, more than ${readMax}`] : [] };
}

function isAsked({ folder, text, name, no, isChange, exceptions }, { viewer, given, values, work = 1 }) {
  const done = explain(database.adminUrl, { text, viewer, identity: viewers[viewer], given, values });
  const rows = returned(done.plan);
  const { wrong, dear } = faults(done, { rows, readMax: isChange ? readPerChange * work : readPerRow * Math.max(rows, work), isBatch: work > 1 });
  const isExcused = name in exceptions || `${name} ${no}` in exceptions;
  if (isExcused) assert.notDeepEqual(dear, [], `${name} is mended: take it out of the exceptions`);
  const found = isExcused ? wrong : [...wrong, ...dear];
  const drawings = [done.plan, ...done.nested].filter((each) => readsOf(each).some(({ table, rows: count }) => count > 0 && large.has(table))).map(drawn);
  assert.deepEqual(found, [], `${folder}/${name}: ${found.join('; ')}; ${blocks(done.plan)} blocks:\n${drawings.join('\n')}`);
}

for (const [folder, { questions, changes, exceptions }] of Object.entries(folders)) {
  const statements = statementsOf(folder);
  for (const [name, asked] of Object.entries({ ...questions, ...changes }))
    asked.forEach((question, at) => {
      test(`${name} of ${folder} asked by ${question.viewer} (${at + 1}) reads what it returns, not the history`, { skip }, () =>
        isAsked({ folder, text: statements.get(name), name, no: at + 1, isChange: name in changes, exceptions }, question));
    });
}
