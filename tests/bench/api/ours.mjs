// motcua as the benchmark's servers are asked, and as they are not: over TLS, each request by the citizen whose data it asks
// for, with an access token, its session in Redis, row-level security on.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generous } from '../../e2e/support.mjs';
import { busyMicroseconds, cpuMicrosecondsOf, cpuMicrosecondsOfPostgres, family, residentMegabytes } from '../processes.mjs';
import { canonical, mappings } from './mapping.mjs';

const folder = new URL('.', import.meta.url).pathname;
const base64url = (value) => Buffer.from(value).toString('base64url');
const lifeSeconds = 600;

export class Ours {
  // program, load: our two programs; place: where PostgreSQL, Redis and what is written here are; peers: what is asked.
  constructor({ program, load, place, port, peers }) {
    Object.assign(this, { program, load, place, port, peers });
    this.secret = randomBytes(32);
    this.postmaster = Number(readFileSync(join(place, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0]);
    this.redis = Number(readFileSync(join(place, 'redis/redis.pid'), 'utf8'));
    this.origin = `https://127.0.0.1:${port}`;
  }

  async start(cores) {
    const log = openSync(join(this.place, 'server.log'), 'w');
    const command = [...(cores ? ['taskset', '-c', cores] : []), this.program, 'serve'];
    this.child = spawn(command[0], command.slice(1), { stdio: ['ignore', log, log], env: { ...process.env, ...generous,
      MOTCUA_DEVELOPMENT: 'yes', MOTCUA_PORT: String(this.port), MOTCUA_PROCESSES: '1', MOTCUA_TOKEN_KEYS: `bench:${base64url(this.secret)}` } });
    this.ended = once(this.child, 'exit');
    writeFileSync(join(this.place, 'server.pid'), `${this.child.pid}\n`);
    for (let tries = 100; ; tries--) {
      await sleep(100);
      try { return execFileSync('curl', ['-skf', '-m', '5', `${this.origin}/readyz`], { stdio: 'ignore' }); }
      catch (error) { if (tries === 0 || this.child.exitCode !== null) throw error; }
    }
  }

  async stop() {
    this.child?.kill('SIGTERM');
    await this.ended;
  }

  sql(text) {
    return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', process.env.MOTCUA_ADMIN_URL, '-c', 'SET search_path = motcua', '-f', '-'],
      { input: text, encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
  }

  #token([subject, session]) {
    const now = Math.floor(Date.now() / 1000);
    const text = `${base64url('{"alg":"HS256","typ":"at+jwt","kid":"bench"}')}.${base64url(JSON.stringify({ iss: 'motcua', aud: 'motcua-app',
      sub: subject, sid: session, kind: 'CITIZEN', iat: now, exp: now + lifeSeconds }))}`;
    return `${text}.${createHmac('sha256', this.secret).update(text).digest('base64url')}`;
  }

  query(workload) {
    const own = join(folder, 'queries', `${workload === 'W3r' ? 'W3' : workload}.graphql`);
    return existsSync(own) ? readFileSync(own, 'utf8').replace(/\s+/g, ' ').trim() : this.peers.query(workload);
  }

  // Whose request each of them is: by the id it names, by the owner of the code it names, else anybody's.
  #askers(workload) {
    const variables = this.peers.variables(workload);
    const anybody = this.peers.variables('W3r');
    const ids = workload === 'W2'
      ? this.sql(`SELECT d.applicant FROM json_array_elements_text('${JSON.stringify(variables.map(({ code }) => code))}') WITH ORDINALITY AS v(code, no) JOIN dossier d USING (code) ORDER BY no`).split('\n')
      : (variables[0]?.id ? variables : anybody).map(({ id }) => id);
    const known = new Map(this.sql(`SELECT s.id, s.public_id, e.id FROM subject s JOIN session e ON e.subject = s.id AND e.kind = 'CITIZEN' AND e.device = 'bench'
      WHERE s.id = ANY ('{${[...new Set(ids)].join(',')}}')`).split('\n').map((line) => line.split('|')).map(([id, ...rest]) => [id, rest]));
    return ids.map((id) => known.get(String(id)));
  }

  // [{ token, body }]: as many as the benchmark asks, or as there are people where it asks the same of all. The body of a
  // workload that is about the viewer has no variables.
  requests(workload) {
    this.asked ??= {};
    this.asked[workload] ??= this.#askers(workload);
    const variables = this.peers.variables(workload);
    const query = this.query(workload);
    return this.asked[workload].map((asker, at) => ({ token: this.#token(asker), body: JSON.stringify({ query,
      ...(query.includes('$') ? { variables: variables[at % variables.length] } : {}) }) }));
  }

  async #answers(requests) {
    const session = http2.connect(this.origin, { rejectUnauthorized: false });
    try {
      const texts = [];
      for (const { token, body } of requests) {
        const stream = session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${token}` });
        stream.setEncoding('utf8').end(body);
        let text = '';
        for await (const piece of stream) text += piece;
        texts.push(text);
      }
      return texts;
    } finally {
      session.close();
    }
  }

  // The first answers against the benchmark's oracle, by the written mapping; how long an answer is on average.
  async verify(workload) {
    const oracle = this.peers.oracle(workload);
    const texts = await this.#answers(this.requests(workload).slice(0, oracle.length || 1));
    texts.forEach((text, at) => {
      const answer = JSON.parse(text);
      if (answer.errors) throw new Error(`${workload}: ${text.slice(0, 400)}`);
      if (!mappings[workload]) return this.#isPlain(workload, answer.data);
      const [ours, theirs] = [mappings[workload].ours(answer.data), mappings[workload].oracle(oracle[at])].map((data) => JSON.stringify(canonical(data)));
      if (ours === theirs) return undefined;
      const where = [...ours].findIndex((letter, place) => letter !== theirs[place]);
      throw new Error(`${workload} ${at}: ours …${ours.slice(where - 60, where + 100)} the oracle's …${theirs.slice(where - 60, where + 100)}`);
    });
    this.bodies ??= {};
    this.bodies[workload] = Math.round(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length);
    return `motcua ${workload} ok: ${texts.length} answers ${mappings[workload] ? 'equal the oracle' : 'of the expected shape'}; mean body ${this.bodies[workload]} B`;
  }

  // W1 and W5 have no oracle: as bench.py judges them.
  #isPlain(workload, data) {
    const good = workload === 'W1' ? data.__typename === 'Query'
      : data.__schema.queryType.name === 'Query' && data.__schema.types.some(({ name }) => name === 'Dossier') && data.__schema.directives.length >= 2;
    if (!good) throw new Error(`${workload}: ${JSON.stringify(data).slice(0, 400)}`);
  }

  #run(lines, seconds, connections, cores, start, codings = []) {
    const streams = connections >= 4 ? 4 : 1;
    const command = [...(cores ? ['taskset', '-c', cores] : []), this.load, String(this.port), String(seconds), String(Math.max(1, connections / streams)), String(streams), String(start), ...codings];
    return JSON.parse(execFileSync(command[0], command.slice(1), { input: lines, encoding: 'utf8' }));
  }

  // Tokens live for ten minutes, so each measurement has its own.
  // W5-coded is W5 by a client that takes the codings a phone's does.
  measure(work, layout, { seconds, warm, connections }, round) {
    const [workload, coded] = work.split('-');
    const codings = coded ? ['gzip, br'] : [];
    const lines = this.requests(workload).map(({ token, body }) => `${token}\t${body}\n`).join('');
    const pids = family(this.child.pid);
    if (layout.server) for (const pid of pids) execFileSync('taskset', ['-a', '-c', '-p', layout.server, String(pid)], { stdio: 'ignore' });
    this.#run(lines, 0, connections, layout.load, 0, codings); // each session is read from PostgreSQL once in ten minutes
    this.#run(lines, warm, connections, layout.load, 7, codings);
    const meters = [() => cpuMicrosecondsOf(pids), () => cpuMicrosecondsOfPostgres(this.postmaster), () => cpuMicrosecondsOf([this.redis]), busyMicroseconds];
    const before = meters.map((meter) => meter());
    const found = this.#run(lines, seconds, connections, layout.load, 1000 * round + 100, codings);
    execFileSync('sleep', ['0.15']);
    const spent = meters.map((meter, at) => meter() - before[at]);
    const [server, postgres, redis] = spent.map((microseconds) => microseconds / found.requests);
    const others = (spent[3] - spent[0] - spent[1] - spent[2] - found.cpu_us) / found.duration_us;
    return { rate: found.requests / (found.duration_us / 1e6), p50: found.p50_us / 1000, p99: found.p99_us / 1000, server, postgres, redis,
      memory: residentMegabytes(pids), body: coded ? Math.round(found.bytes / found.requests) : this.bodies[workload], errors: found.errors, others: Math.max(0, others) };
  }
}
