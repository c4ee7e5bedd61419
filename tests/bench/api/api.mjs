// api.mjs PROGRAMS PLACE PEERS SCALE ROUNDS SECONDS [write]: motcua beside the servers a user would pick instead, on the same
// rows, by the same PostgreSQL, in one run in which they take turns. First each server's answers are compared with the
// benchmark's oracle. Prints medians and the targets' verdicts; `write` puts them into tests/bench/RESULTS.md, too.
// tools/dev/bench_api.sh starts the services, loads the rows and ends what an interrupted run leaves.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { family } from '../processes.mjs';
import { Ours } from './ours.mjs';
import { Peers } from './peers.mjs';
import { figures, verdicts } from './targets.mjs';

const [programs, place, peersFolder, scale, rounds, seconds, write] = process.argv.slice(2);
const names = ['mercurius-sql1', 'mercurius', 'postgraphile'];
const works = [['W1', 'split'], ['W2', 'split'], ['W3', 'split'], ['W3', 'shared'], ['W3r', 'split'], ['W4', 'split'], ['W5', 'split'], ['W5-coded', 'split']];
const options = { seconds: Number(seconds), warm: Math.min(3, Number(seconds)), connections: 32 };
const { layouts } = JSON.parse(readFileSync(join(peersFolder, 'servers.json'), 'utf8'));
const several = cpus().length > 1;

const host = join(place, 'pg');
const peers = new Peers(peersFolder, { ...process.env, PGHOST: host, PGPORT: '5432', PGUSER: 'postgres', PGDATABASE: 'motcua', BENCH_PGDATA: join(place, 'pgdata') });
const ours = new Ours({ program: join(programs, 'motcua-server'), load: join(programs, 'api-load'), place, port: process.env.MOTCUA_BENCH_PORT ?? 8447, peers });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = (rows) => Object.fromEntries(Object.keys(rows[0]).map((key) => [key, key === 'errors' ? rows.reduce((sum, row) => sum + row[key], 0) : median(rows.map((row) => row[key]))]));

// Connections made later are where the postmaster is.
function pinServices(cores) {
  if (!several) return;
  for (const pid of [...family(ours.postmaster), ours.redis]) execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
}

function measureAll() {
  const found = new Map();
  for (let round = 0; round < Number(rounds); round++)
    for (const [workload, layout] of works) {
      const cores = several ? layouts[layout] : {};
      const turn = workload === 'W5-coded' ? ['motcua'] : [...names, ...(workload === 'W1' ? ['nginx-h2'] : []), 'motcua'];
      pinServices(cores.pg);
      for (const name of round % 2 ? turn.toReversed() : turn) {
        const row = name === 'motcua' ? ours.measure(workload, cores, options, round) : peers.measure(name, workload, layout, options);
        const key = `${workload} ${layout} ${name}`;
        found.set(key, [...(found.get(key) ?? []), row]);
        process.stderr.write(`round ${round + 1}, ${key}: ${row.rate.toFixed(0)} req/s, ${row.server.toFixed(1)} + ${row.postgres.toFixed(1)} µs\n`);
      }
    }
  return new Map(works.flatMap(([workload, layout]) => [...found].filter(([key]) => key.startsWith(`${workload} ${layout} `)))
    .map(([key, rows]) => [key, medians(rows)]));
}

function report(found, checks) {
  const version = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n')[0];
  return `${verdicts(found)}

${figures(found)}

${cpus().length} cores, ${cpus()[0].model.trim()}; scale ${scale}; ${ours.sql('SELECT version()').split(' on ')[0]}, ${version('h2load', '--version')}; medians of ${rounds} rounds of
${seconds} s in which the servers take turns, ${options.connections} requests under way. Layout split: server on core 0, PostgreSQL, Redis and the load on core 1; shared: all on both.
Peers: HTTP/1.1 by wrk, nobody signed in; nginx: HTTP/2 without TLS by h2load, a fixed body. motcua: one process, release build, HTTP/2 over TLS by api-load, POST, each
request with the token of the citizen it is about (session in Redis), row-level security on, a line in the log each. Who asks turns as in the benchmark, among ${peers.variables('W3').length}
citizens. µs are the kernel's count for all processes of the server, and of PostgreSQL, divided by the requests. W5-coded: with accept-encoding, as phones and browsers
send it (wrk sends none). What is asked of us in place of a fee and an agency in W4: tests/bench/api/mapping.mjs.

${checks.map((check) => `* ${check.trim().replace(/\s+/g, ' ')}`).join('\n')}
`;
}

function writeResults(text) {
  const path = join(new URL('..', import.meta.url).pathname, 'RESULTS.md');
  const heading = '# Beside other servers (`./dev bench api`)\n';
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const start = before.indexOf(heading);
  const rest = start < 0 ? '' : before.slice(start + heading.length).replace(/^[^]*?(?=^# |(?![^]))/m, '');
  writeFileSync(path, `${start < 0 ? before : before.slice(0, start)}${heading}\n${text}${rest && `\n${rest}`}`);
}

try {
  const checks = peers.verify([...names, ...(works.some(([workload]) => workload === 'W1') ? ['nginx-h2'] : [])]);
  await ours.start(several ? layouts.split.server : undefined);
  for (const workload of new Set(works.map(([name]) => name.replace('-coded', '')))) checks.push(await ours.verify(workload));
  process.stderr.write(`${checks.join('\n')}\n`);
  const text = report(measureAll(), checks);
  writeFileSync(join(place, 'last.md'), text);
  process.stdout.write(text);
  if (write === 'write') writeResults(text);
} finally {
  await ours.stop();
}
