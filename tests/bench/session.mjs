// session.mjs [ROUNDS]: what it costs to know who asks. The server's CPU for a request without SQL, with a token and
// without, with the log of requests and without; and PostgreSQL's CPU for a statement under row-level security beside the
// same one as the owner of the tables, in a base of 200,000 dossiers. Prints tables with the bars of issue 4; asserts
// nothing. Reads MOTCUA_BIN (a release build) and the tests' services. CPU is the kernel's count, in rounds that take turns.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Database, House, root } from '../e2e/support.mjs';
import { cpuMicrosecondsOf, cpuMicrosecondsOfPostgres } from './processes.mjs';

const rounds = Number(process.argv[2] ?? 5);
const requests = 20_000;
const scratch = mkdtempSync(join(tmpdir(), 'motcua-bench-session-'));
const run = (command, args, env = process.env) => execFileSync(command, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const table = (heads, rows) => `${[heads, heads.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map((each) => `| ${each.join(' | ')} |`).join('\n')}\n\n`;

// ---- the server ----

function load(house, token) {
  const body = join(scratch, 'body.json');
  writeFileSync(body, '{"query":"{ __typename }"}');
  const pids = house.children();
  const before = cpuMicrosecondsOf(pids);
  const out = run('h2load', ['-n', String(requests), '-c', '4', '-m', '8', '-d', body, '-H', 'content-type: application/json',
    ...(token ? ['-H', `authorization: Bearer ${token}`] : []), `${house.origin}/graphql`]);
  assert.match(out, new RegExp(`status codes: ${requests} 2xx`), out);
  return (cpuMicrosecondsOf(pids) - before) / requests;
}

async function server(database) {
  const logging = await House.start('bench_session', { database });
  const silent = await House.start('bench_session_silent', { database, settings: { MOTCUA_LOG_REQUESTS: 'no' } });
  const ways = { anonymous: () => load(logging), signed: () => load(logging, logging.token('citizen')),
    silent: () => load(silent), silentSigned: () => load(silent, silent.token('citizen')) };
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  try {
    for (let round = 0; round <= rounds; round++)
      for (const [name, way] of Object.entries(ways)) {
        const cpu = way();
        if (round > 0) found[name].push(cpu); // the first warms caches
      }
  } finally {
    await logging.stop();
    await silent.stop();
  }
  const of = (name) => median(found[name]);
  const more = (with_, without) => median(found[with_].map((cpu, at) => cpu - found[without][at]));
  return table(['`{ __typename }`, server µs CPU/request', 'with', 'without', 'more', 'bar'], [
    ['a session', of('signed').toFixed(1), of('anonymous').toFixed(1), more('signed', 'anonymous').toFixed(1), '10.0'],
    ['a session, no line in the log', of('silentSigned').toFixed(1), of('silent').toFixed(1), more('silentSigned', 'silent').toFixed(1), '10.0'],
    ['a line in the log', of('anonymous').toFixed(1), of('silent').toFixed(1), more('anonymous', 'silent').toFixed(1), ''],
    ['a line in the log, signed in', of('signed').toFixed(1), of('silentSigned').toFixed(1), more('signed', 'silentSigned').toFixed(1), ''],
  ]);
}

// ---- PostgreSQL ----

// The sample's 50,000 dossiers four times, of 20,000 people; the one who asks has two seats and a thousand grants.
const many = [
  "INSERT INTO subject (kind, name) SELECT 'PERSON', 'Người ' || n FROM generate_series(1, 15000) n",
  `INSERT INTO dossier (code, procedure_version, applicant, submitter, channel, received_agency, competent_agency, state, clock, submitted_at, received_at, due_at, finished_at, seq)
  SELECT d.code || n, d.procedure_version, 1 + (d.id * 7 + n * 6007) % 20000, 1 + (d.id * 7 + n * 6007) % 20000, d.channel, d.received_agency, d.competent_agency,
         d.state, d.clock, d.submitted_at - n * interval '1 hour', d.received_at, d.due_at, d.finished_at, d.seq
    FROM dossier d, generate_series(1, 3) n WHERE d.code ~ '-[0-9]{4}$' AND d.submitted_at IS NOT NULL`,
  'DELETE FROM seat WHERE person = 1',
  "INSERT INTO seat (person, organisation, since) VALUES (1, 5001, '2026-01-01'), (1, 5002, '2026-01-01')",
  `INSERT INTO dossier_grant (dossier, applicant, grantee, granted_by, purpose, until)
  SELECT id, applicant, 1, applicant, 'Nhận kết quả thay', now() + interval '1 year' FROM dossier d
   WHERE applicant NOT IN (1, 5001, 5002) AND NOT EXISTS (SELECT FROM dossier_grant g WHERE g.dossier = d.id AND g.grantee = 1) ORDER BY id LIMIT 1000`,
];

const subjects = '1,5001,5002';
const settings = { 'app.viewer': `CITIZEN|1|${subjects}|||vi|11111111-1111-7111-8111-111111111111||LIVE` };
// The settings of the logins of the server (schema/db/roles.sql): their timers alone are a quarter of a look-up.
const alike = '-c plan_cache_mode=force_generic_plan -c jit=off -c max_parallel_workers_per_gather=0 -c search_path=motcua,pg_temp ' +
  '-c statement_timeout=5s -c lock_timeout=1s -c idle_in_transaction_session_timeout=5s';

// One Sync: the identity, if any, and the statement, values bound.
function script(name, sql, values, identity) {
  const bound = [];
  const bind = (value) => { bound.push(value); return `:v${bound.length}`; };
  const lines = ['\\startpipeline'];
  if (identity) lines.push(`SELECT ${Object.entries(settings).map(([key, value]) => `set_config(${bind(key)}, ${bind(value)}, true)`).join(', ')};`);
  lines.push(`${sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().replace(/;$/, '').replace(/\$(\d+)/g, (_, number) => bind(values[number - 1]))};`, '\\endpipeline');
  const path = join(scratch, `${name}.pgbench`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return { path, variables: bound.flatMap((value, at) => ['-D', `v${at + 1}=${value}`]) };
}

function ask(database, { path, variables }, role, count, postmaster) {
  const url = new URL(database.url.replace('postgresql:///', 'postgresql://x/'));
  const before = cpuMicrosecondsOfPostgres(postmaster);
  const out = run('pgbench', ['-n', '-M', 'prepared', '-c', '1', '-t', String(count), '-f', path, ...variables,
    '-h', url.searchParams.get('host'), '-U', role, url.pathname.slice(1)], { ...process.env, PGOPTIONS: alike });
  execFileSync('sleep', ['0.2']); // the postmaster has its account when it has waited for it
  assert.match(out, new RegExp(`actually processed: ${count}/${count}`), out);
  return (cpuMicrosecondsOfPostgres(postmaster) - before) / count;
}

function postgresql(database) {
  const host = new URL(database.url.replace('postgresql:///', 'postgresql://x/')).searchParams.get('host');
  const postmaster = Number(readFileSync(join(dirname(host), 'pgdata/postmaster.pid'), 'utf8').split('\n')[0]);
  const one = (sql) => database.sql(sql);
  // Without the access log's column: what a look of somebody else costs is measured with the officers' list.
  const statement = (name) => readFileSync(join(root, `resolvers/sql/${name}.sql`), 'utf8').replace(/,\s*CASE WHEN \(d\.applicant[^]*? AS noted/, '');
  const states = one('SELECT array_agg(id) FROM dossier_state');
  const all = [`{${subjects}}`, states, 'infinity', '9223372036854775807', '-infinity', '0', '21'];
  const works = [
    ['one of one\'s own, by code', 'dossier_by_code', [one('SELECT code FROM dossier WHERE applicant = 1 ORDER BY id LIMIT 1')], 20_000, '1.35'],
    ['one that was granted, by code', 'dossier_by_code', [one('SELECT d.code FROM dossier d JOIN dossier_grant g ON g.dossier = d.id WHERE g.grantee = 1 ORDER BY d.id DESC LIMIT 1')], 20_000, '1.35'],
    ['20 of three subjects', 'dossiers_of_subjects_forward', all, 10_000, '1.50'],
  ];
  const rows = works.map(([title, name, values, count, bar]) => {
    const ways = [['motcua_owner', script(`${name}-plain`, statement(name), values, false)],
      ['motcua_owner', script(`${name}-identity`, statement(name), values, true)],
      ['app_citizen', script(`${name}-policy`, statement(name), values, true)]];
    const found = ways.map(() => []);
    for (let round = 0; round <= rounds; round++)
      ways.forEach(([role, what], at) => {
        const cpu = ask(database, what, role, count, postmaster);
        if (round > 0) found[at].push(cpu);
      });
    const ratio = (with_, without) => median(found[with_].map((cpu, at) => cpu / found[without][at])).toFixed(2);
    return [title, ...found.map((each) => median(each).toFixed(1)), ratio(2, 0), bar, ratio(1, 0), ratio(2, 1)];
  });
  return table(['PostgreSQL µs CPU each', 'plain', 'and identity', 'under the policies', 'policies / plain', 'bar', 'identity / plain', 'policies / identity'], rows);
}

const database = Database.copy('bench_session');
try {
  for (const each of many) database.sql(`SET session_replication_role = replica; ${each}`);
  for (const each of ['VACUUM ANALYZE dossier, dossier_grant, seat, subject', 'CHECKPOINT']) database.sql(each);
  process.stdout.write(`${database.sql("SELECT format('%s dossiers of %s subjects, %s grants (%s of who asks), %s seats', (SELECT count(*) FROM dossier), (SELECT count(*) FROM subject), (SELECT count(*) FROM dossier_grant), (SELECT count(*) FROM dossier_grant WHERE grantee = 1), (SELECT count(*) FROM seat))")}; medians of ${rounds} rounds that take turns\n\n`);
  process.stdout.write(postgresql(database));
  process.stdout.write(await server(database));
} finally {
  database.drop();
  rmSync(scratch, { recursive: true, force: true });
}
