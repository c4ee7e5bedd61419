// bench.mjs SERVER PLACE SECONDS: starts SERVER on the services of the environment, measures it and
// PostgreSQL alone in alternating rounds, prints a markdown table and writes it to PLACE/last.md too.
// tools/dev/bench.sh starts the services and ends whatever an interrupted run leaves.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generous } from '../e2e/support.mjs';
import { cpuMicrosecondsOf, cpuMicrosecondsOfPostgres, family, residentMegabytes } from './processes.mjs';
import { Postgres, everNew, unnoted } from './postgres.mjs';
import { workloads } from './workloads.mjs';

const [server, place, seconds] = process.argv.slice(2);
process.env.MOTCUA_DEVELOPMENT = 'yes'; // keys and addresses are made up here
const port = process.env.MOTCUA_BENCH_PORT ?? '8447';
const origin = `https://127.0.0.1:${port}`;
const rounds = 3;
const connections = 8;
const streams = 4;
const pinned = cpus().length > 1;

const run = (command, args) => execFileSync(command, args,
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });

const headers = (bearer) => ['-H', 'content-type: application/json', '-H', `authorization: Bearer ${bearer}`];

// Fails on any status but 2xx; the answer is the parsed body.
const ask = (query, bearer) => JSON.parse(run('curl', ['-skf', '-m', '5', '--http2', ...headers(bearer),
  '-d', JSON.stringify({ query }), `${origin}/graphql`]));

function checked(workload, query, bearer, code) {
  const answer = ask(query, bearer);
  if (answer.errors || !workload.holds(answer.data, code))
    throw new Error(`${workload.title}: the answer is not of the expected shape: ${JSON.stringify(answer).slice(0, 400)}`);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const mediansOf = (rows) => Object.fromEntries(Object.keys(rows[0]).map((key) => [key, median(rows.map((row) => row[key]))]));

// One h2load run: rate and percentiles from its log, CPU from the kernel's accounts.
function load(workload, query, bearer, pids, postmaster) {
  const body = join(place, `${workload.name}.json`);
  const log = join(place, `${workload.name}.log`);
  writeFileSync(body, JSON.stringify({ query }));
  writeFileSync(log, '');
  const ours = cpuMicrosecondsOf(pids);
  const theirs = cpuMicrosecondsOfPostgres(postmaster);
  run('h2load', ['-D', seconds, '-c', String(connections), '-m', String(streams), '-d', body, ...headers(bearer),
    `--log-file=${log}`, `${origin}/graphql`]);
  const cpu = cpuMicrosecondsOf(pids) - ours;
  const postgres = cpuMicrosecondsOfPostgres(postmaster) - theirs;
  const rows = readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split('\t').map(Number));
  const failed = rows.filter((row) => row[1] !== 200).length;
  if (failed > 0 || rows.length < connections * streams)
    throw new Error(`${workload.title}: ${failed} of ${rows.length} requests were not answered with 200`);
  const times = Float64Array.from(rows, (row) => row[2]).sort();
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] / 1000;
  return {
    rate: rows.length / Number(seconds), p50: at(0.5), p99: at(0.99),
    cpu: cpu / rows.length, postgres: postgres / rows.length, memory: residentMegabytes(pids),
  };
}

function cells({ title }, ours, alone, statements) {
  const limit = alone
    ? [alone.rate.toFixed(0), alone.mean.toFixed(2), alone.cpu.toFixed(1), String(statements)]
    : ['no SQL', '', '', '0'];
  return [title, ours.rate.toFixed(0), ours.p50.toFixed(2), ours.p99.toFixed(2), ours.cpu.toFixed(1),
    ours.postgres.toFixed(1), ours.memory.toFixed(1), ...limit];
}

function report(rows, postgres) {
  const heads = ['query', 'requests/s', 'p50 ms', 'p99 ms', 'server µs/request', 'PostgreSQL µs/request', 'RSS MB',
    'PostgreSQL alone: /s', 'mean ms', 'µs each', 'statements'];
  const line = (each) => `| ${each.join(' | ')} |`;
  const place = pinned ? 'server on core 0; PostgreSQL, Redis, h2load and pgbench on core 1' : 'everything on one core';
  return `${[heads, heads.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map(line).join('\n')}

${cpus().length} cores, ${cpus()[0].model.trim()}; ${place}. PostgreSQL ${postgres.version()}, ${
  run('h2load', ['--version']).trim()}, ${run('pgbench', ['--version']).trim()}, Node ${process.version}. One server
process, release build; HTTP/2 over TLS, ${connections} connections with ${streams} requests in flight on each, POST with the bearer
token of the sample citizen or officer, another dossier each round; medians of ${rounds} rounds of ${seconds} s. CPU is the kernel's count for all
processes of the server, and of PostgreSQL, divided by the requests; RSS is of the serving process after the load.
PostgreSQL alone is pgbench with ${connections} connections, prepared: what one request sends, identity included, one pipeline for
each round trip, values bound, as the same login. The machine is not ours alone: compare CPU, and rates only within one run.
`;
}

async function ready() {
  for (let tries = 100; ; tries--) {
    await sleep(100);
    try { return run('curl', ['-skf', '-m', '5', `${origin}/readyz`]); } catch (error) { if (tries === 0) throw error; }
  }
}

// The officers' list by pgbench, as it is and as it would be.
const logWays = [
  { name: 'unnoted', title: 'without the access log', of: unnoted, found: [] },
  { name: 'noted_again', title: 'noted, the same look within a minute', of: (script) => script, found: [] },
  { name: 'noted_new', title: 'noted, every look new: 20 rows', of: everNew, found: [] },
];

function accessLog() {
  const rows = logWays.map(({ title, found }) => { const { rate, mean, cpu } = mediansOf(found); return [title, rate.toFixed(0), mean.toFixed(2), cpu.toFixed(1)]; });
  const line = (each) => `| ${each.join(' | ')} |`;
  return `\n${[['20 dossiers of an office, PostgreSQL alone', '/s', 'mean ms', 'µs each'], ['---', '--:', '--:', '--:'], ...rows].map(line).join('\n')}\n`;
}

async function measure(pids, postgres) {
  const bearers = Object.fromEntries(['citizen', 'officer'].map((actor) => [actor, run(server, ['token', actor]).trim()]));
  const codes = ask('{ viewer { dossiers(first: 20) { edges { node { code } } } } }', bearers.citizen)
    .data.viewer.dossiers.edges.map((edge) => edge.node.code);
  const found = workloads.map((workload) => ({ workload, ours: [], alone: [], statements: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const each of found) {
      const code = codes[round % codes.length];
      const actor = each.workload.as ?? 'citizen';
      const bearer = bearers[actor];
      const query = each.workload.query(code);
      checked(each.workload, query, bearer, code);
      const script = await postgres.statementsOf(() => ask(query, bearer), `app_${actor}`);
      each.statements = script.count;
      each.ours.push(load(each.workload, query, bearer, pids, postgres.postmaster));
      checked(each.workload, query, bearer, code);
      if (script.count > 0) each.alone.push(await postgres.alone(each.workload.name, script, connections, seconds));
      if (actor === 'officer') for (const way of logWays) way.found.push(await postgres.alone(way.name, way.of(script), connections, seconds));
    }
  }
  return found.map(({ workload, ours, alone, statements }) =>
    cells(workload, mediansOf(ours), alone.length > 0 ? mediansOf(alone) : undefined, statements));
}

const postgres = new Postgres(place, process.env.MOTCUA_ADMIN_URL);
const log = openSync(join(place, 'server.log'), 'w');
const command = [...(pinned ? ['taskset', '-c', '0'] : []), server, 'serve'];
const child = spawn(command[0], command.slice(1), {
  env: { ...process.env, MOTCUA_PORT: port, MOTCUA_PROCESSES: '1', ...generous }, stdio: ['ignore', log, log],
});
const ended = new Promise((resolve) => child.once('exit', resolve));
writeFileSync(join(place, 'server.pid'), `${child.pid}\n`);
try {
  await ready();
  const text = report(await measure(family(child.pid), postgres), postgres) + accessLog();
  writeFileSync(join(place, 'last.md'), text);
  process.stdout.write(text);
} finally {
  child.kill('SIGTERM');
  await ended;
}
