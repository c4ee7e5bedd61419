// bench.mjs SERVER PLACE SECONDS: starts SERVER on the services of the environment and prints a table.
// Per query: requests/s, p50 and p99 as h2load's log has them, CPU of all server processes per
// request, their memory together (PSS), and the rate of pgbench with the same statements: taken from
// PostgreSQL's log of one request, its values written in, prepared, one pipeline a transaction.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [server, place, seconds] = process.argv.slice(2);
const port = process.env.MOTCUA_BENCH_PORT ?? '8447';
const url = `https://127.0.0.1:${port}/graphql`;
const pgLog = join(place, 'pg/postgres.log');
const clients = 8;
const streams = 4;

const psql = (sql) => execFileSync('psql', ['-XAtq', '-d', process.env.MOTCUA_ADMIN_URL, '-c', sql],
  { encoding: 'utf8' }).trim();
const token = (actor) => execFileSync(server, ['token', actor], { encoding: 'utf8' }).trim();

function curl(path, args = []) {
  return execFileSync('curl', ['-skf', '-m', '5', '--http2', ...args, new URL(path, url).href], { encoding: 'utf8' });
}

const askArgs = (query, bearer) => ['-H', 'content-type: application/json',
  '-H', `authorization: Bearer ${bearer}`, '-d', JSON.stringify({ query })];

// The processes of the server: the parent and what it forked.
function family(parent) {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => {
    try {
      return Number(pid) === parent ||
        Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1]) === parent;
    } catch {
      return false;
    }
  });
}

const cpuMicroseconds = (pids) => pids.reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return sum + (Number(fields[11]) + Number(fields[12])) * 10_000;
}, 0);

const memoryMegabytes = (pids) => pids.reduce((sum, pid) =>
  sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024, 0);

function load(name, query, bearer, pids) {
  const body = join(place, `${name}.json`);
  const log = join(place, `${name}.log`);
  writeFileSync(body, JSON.stringify({ query }));
  writeFileSync(log, '');
  const before = cpuMicroseconds(pids);
  const out = execFileSync('h2load', ['-D', seconds, '-c', String(clients), '-m', String(streams), '-d', body,
    '-H', 'content-type: application/json', '-H', `authorization: Bearer ${bearer}`,
    `--log-file=${log}`, url], { encoding: 'utf8', timeout: 120_000 });
  const cpu = cpuMicroseconds(pids) - before;
  const rows = readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split('\t').map(Number));
  const good = rows.filter((row) => row[1] === 200).map((row) => row[2]).sort((a, b) => a - b);
  if (good.length < rows.length * 0.99 || good.length === 0)
    throw new Error(`${name}: ${rows.length - good.length} of ${rows.length} requests failed\n${out}`);
  const at = (share) => good[Math.min(good.length - 1, Math.floor(good.length * share))] / 1000;
  return { rate: good.length / Number(seconds), p50: at(0.5), p99: at(0.99), cpu: cpu / good.length };
}

// What one request sends to PostgreSQL, as a pgbench script, and who it logs in as.
async function statements(name, query, bearer) {
  psql("ALTER SYSTEM SET log_statement = 'all'");
  psql('SELECT pg_reload_conf()');
  await sleep(300);
  const start = statSync(pgLog).size;
  curl('/graphql', askArgs(query, bearer));
  await sleep(200);
  const text = readFileSync(pgLog).subarray(start).toString();
  psql("ALTER SYSTEM SET log_statement = 'none'");
  psql('SELECT pg_reload_conf()');
  const lines = [];
  let user;
  // A record begins with its time; its statement and its values may go over several lines.
  for (const record of text.split(/^(?=\d{4}-\d\d-\d\d [\d:.]+ UTC \[)/m)) {
    const head = /^\S+ \S+ UTC \[\d+\] (\S*)\s+(LOG|DETAIL):\s+([^]*)$/.exec(record);
    if (!head || !/^app_/.test(head[1])) continue;
    const statement = /^execute [^:]*: ([^]*)$/.exec(head[3]);
    if (statement) {
      user = head[1];
      lines.push(statement[1].replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim().replace(/;$/, ''));
    }
    const values = /^parameters: ([^]*)$/.exec(head[3].trim());
    if (values) {
      const found = new Map([...values[1].matchAll(/\$(\d+) = (NULL|'(?:[^']|'')*')/g)].map((each) => [each[1], each[2]]));
      lines.push(lines.pop().replace(/\$(\d+)/g, (whole, number) => found.get(number) ?? whole));
    }
  }
  const path = join(place, `${name}.pgbench`);
  writeFileSync(path, `\\startpipeline\n${lines.map((line) => `${line};\n`).join('')}\\endpipeline\n`);
  return { path, user, count: lines.length };
}

function pgbench({ path, user, count }) {
  if (count === 0) return undefined;
  const host = /host=([^&]+)/.exec(process.env.MOTCUA_DATABASE_URL)[1];
  const out = execFileSync('/usr/lib/postgresql/15/bin/pgbench', ['-n', '-M', 'prepared', '-c', String(clients),
    '-T', seconds, '-f', path, '-h', host, '-U', user, 'motcua'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
  return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

// Values are kept out of every other log; this cluster holds samples alone.
psql('ALTER ROLE app_citizen SET log_parameter_max_length = -1');
const log = openSync(join(place, 'server.log'), 'w');
const child = spawn(server, ['serve'], {
  env: { ...process.env, MOTCUA_PORT: port }, stdio: ['ignore', log, log], detached: true,
});
try {
  for (let tries = 100; ; tries--) {
    await sleep(100);
    try { curl('/readyz'); break; } catch (error) { if (tries === 0) throw error; }
  }
  const citizen = token('citizen');
  const first = JSON.parse(curl('/graphql', askArgs(
    '{ viewer { dossiers(first: 1) { edges { node { code } } } } }', citizen)));
  const { code } = first.data.viewer.dossiers.edges[0].node;
  const queries = {
    typename: '{ __typename }',
    dossier: `{ dossier(code: ${JSON.stringify(code)}) { code state submittedAt dueAt procedure { name } } }`,
    dossiers: `{ viewer { dossiers(first: 20) { edges { node { code state procedure { name } receivedAgency { name }
      timeline(last: 5) { edges { node { at event } } } } } } } }`,
  };
  const pids = family(child.pid);
  console.log(`${clients} connections, ${streams} requests in flight on each, ${seconds} s a row; all on this machine`);
  console.log('query       requests/s   p50 ms   p99 ms   CPU us   MB   PostgreSQL alone/s (statements)');
  for (const [name, query] of Object.entries(queries)) {
    curl('/graphql', askArgs(query, citizen));
    const asked = await statements(name, query, citizen);
    const ours = load(name, query, citizen, pids);
    const alone = pgbench(asked);
    console.log([name.padEnd(10), ours.rate.toFixed(0).padStart(11), ours.p50.toFixed(2).padStart(8),
      ours.p99.toFixed(2).padStart(8), ours.cpu.toFixed(1).padStart(8), memoryMegabytes(pids).toFixed(0).padStart(4),
      `  ${alone === undefined ? '-' : alone.toFixed(0)} (${asked.count})`].join(' '));
  }
} finally {
  process.kill(child.pid, 'SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
}
