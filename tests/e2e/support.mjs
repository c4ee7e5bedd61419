// What the end-to-end tests stand on: a database of their own, our two programs, and real clients.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { Sql } from './sql.mjs';

export { sleep };
export const root = new URL('../../', import.meta.url).pathname;
export const programs = process.env.MOTCUA_BIN ??
  join(process.env.MOTCUA_BUILD_DIR ?? join(root, 'build/dev'), 'bin');
// Whatever takes longer than this is a fault, not a slow machine.
export const guardMs = 30_000;
// "Within a second" (0.3 s as we build it), as a client sees it: of the time in which this machine lets the client run.
export const secondMs = 1000;
const turnMs = 20;
const heldMs = (slept) => Math.max(0, slept - 2 * turnMs);

const program = (name) => {
  const path = join(programs, name);
  assert.ok(existsSync(path), `${path} is not built`);
  return path;
};

// Quotas are counted, and never in the way of a test that is about something else.
export const generous = Object.fromEntries(['QUOTA_ANONYMOUS_MINUTE', 'QUOTA_CITIZEN_MINUTE', 'QUOTA_OFFICER_MINUTE',
  ...['LIVE', 'TEST', 'TEAM'].flatMap((kind) => [`QUOTA_PARTNER_${kind}_MINUTE`, `QUOTA_PARTNER_${kind}_DAY`]),
  'SIGN_IN_LIMIT_NUMBER_HOUR', 'SIGN_IN_LIMIT_DEVICE_HOUR', 'SIGN_IN_LIMIT_ADDRESS_HOUR', 'SIGN_IN_LIMIT_ALL_MINUTE',
  'TOKEN_LIMIT_CLIENT_HOUR', 'TOKEN_LIMIT_ADDRESS_HOUR', 'TOKEN_LIMIT_ALL_MINUTE']
  .map((name) => [`MOTCUA_${name}`, '100000000']));

// A server that waits for as long as a test may hold a lock: what the test is about races no time-out.
export const patience = { MOTCUA_LOCK_TIMEOUT_MS: '30000', MOTCUA_REQUEST_TIMEOUT_MS: '30000' };

// Waits until probe() gives something true, and gives that. Time in which this process was held up does not count; when it is
// over one more look is taken, which begins after it.
export async function until(what, probe, withinMs = guardMs) {
  let end = performance.now() + withinMs;
  for (let late = false; ; late = performance.now() > end) {
    const found = await probe();
    if (found) return found;
    if (late) throw new Error(`${what}: not within ${withinMs} ms`);
    const before = performance.now();
    await sleep(turnMs);
    end += heldMs(performance.now() - before);
  }
}

// A promise that does not wait for ever; time counts as in until.
export async function within(what, promise, ms = guardMs) {
  const stop = new AbortController();
  const lateness = async () => {
    for (let left = ms; left > 0;) {
      const before = performance.now();
      await sleep(Math.min(turnMs, left), null, { signal: stop.signal });
      const slept = performance.now() - before;
      left -= slept - heldMs(slept);
    }
    throw new Error(`${what}: not within ${ms} ms`);
  };
  const late = lateness();
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
  }
}

// ---- the database ----

const databaseOf = (url, name) => url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`);

// A copy of the loaded sample province, for one test file: what it changes nobody else sees.
export class Database {
  constructor(name, env = process.env) {
    assert.ok(env.MOTCUA_ADMIN_URL, 'no services: run this through tools/dev/with_services.sh');
    this.name = name;
    this.url = databaseOf(env.MOTCUA_DATABASE_URL, name);
    this.adminUrl = databaseOf(env.MOTCUA_ADMIN_URL, name);
    this.serverUrl = databaseOf(env.MOTCUA_ADMIN_URL, 'postgres');
    this.superuser = new Sql(this.adminUrl);
    Database.#all.push(this);
  }

  static #all = [];

  // PostgreSQL copies no database that somebody is connected to.
  static #leave(name) {
    for (const database of Database.#all) if (database.name === name) database.superuser.end();
  }

  static copy(name, template = 'motcua_template', env = process.env) {
    const database = new Database(`e2e_${name}_${process.pid}`, env);
    Database.#leave(template);
    database.#serverSql(`DROP DATABASE IF EXISTS ${database.name} WITH (FORCE)`);
    database.#serverSql(`CREATE DATABASE ${database.name} TEMPLATE ${template} STRATEGY file_copy`);
    // A copy has neither the grants on the database nor its settings.
    database.#serverSql(`UPDATE pg_database SET datacl = t.datacl, datdba = t.datdba FROM pg_database t
      WHERE t.datname = '${template}' AND pg_database.datname = '${database.name}'`);
    database.#serverSql(`INSERT INTO pg_db_role_setting SELECT c.oid, s.setrole, s.setconfig
      FROM pg_db_role_setting s JOIN pg_database t ON t.oid = s.setdatabase AND t.datname = '${template}'
      JOIN pg_database c ON c.datname = '${database.name}'`);
    return database;
  }

  #serverSql(sql) {
    execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', this.serverUrl, '-c', sql],
      { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  // As superuser; the rows as lines, columns divided by '|'.
  sql(text) {
    return this.superuser.ask(text);
  }

  // What the worker's expand does for readers: numbers what is committed. Gives how many.
  number() {
    return Number(this.sql('SET ROLE app_worker; SELECT count(*) FROM motcua.assign_feed_numbers(10000)'));
  }

  // A psql that stays, so that a transaction can be held open.
  session() {
    return new Psql(this.adminUrl);
  }

  drop() {
    Database.#leave(this.name);
    this.#serverSql(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

class Psql {
  constructor(url) {
    this.child = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    this.text = '';
    this.child.stdout.setEncoding('utf8').on('data', (bytes) => { this.text += bytes; });
  }

  async sql(text) {
    const mark = `mark ${process.hrtime.bigint()}`;
    this.text = '';
    this.child.stdin.write(`${text};\n\\echo ${mark}\n`);
    await until(`psql: ${text}`, () => this.text.includes(mark) || this.child.exitCode !== null);
    assert.equal(this.child.exitCode, null, `psql ended at: ${text}`);
    return this.text.slice(0, this.text.indexOf(mark)).trim();
  }

  async end() {
    this.child.stdin.end();
    if (this.child.exitCode === null) await within('psql ends', once(this.child, 'exit'));
  }
}

// ---- our programs ----

const sanitizer = /ERROR: (Address|Leak)Sanitizer|runtime error:/;

class Process {
  constructor(name, args, env, firstLine) {
    this.name = name;
    this.log = '';
    this.child = spawn(program(name), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(([code, signal]) => ({ code, signal }));
    this.said = new Promise((resolve) => {
      let text = '';
      const look = (more) => {
        text += more;
        const found = firstLine.exec(text);
        if (found) resolve(found);
      };
      this.child.stdout.setEncoding('utf8').on('data', look);
      this.child.stderr.setEncoding('utf8').on('data', (more) => {
        if (this.log.length < 4_000_000) this.log += more;
        if (text.length < 100_000) look(more);
      });
    });
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async started() {
    const ended = this.exited.then(({ code, signal }) => {
      throw new Error(`${this.name} ended at its start (${code ?? signal}): ${this.log}`);
    });
    return within(`${this.name} starts`, Promise.race([this.said, ended]));
  }

  // Its process group is ours: only this process is asked, and in the end killed.
  async stop(signal = 'SIGTERM', withinMs = guardMs) {
    if (this.running) this.child.kill(signal);
    try {
      return await within(`${this.name} ends`, this.exited, withinMs);
    } catch (late) {
      this.child.kill('SIGKILL');
      await this.exited;
      throw late;
    }
  }

  assertClean() {
    assert.doesNotMatch(this.log, sanitizer);
  }
}

// What a server that is no workshop does not start without.
export function productionSettings(state) {
  const file = (name, text, mode = 0o400) => {
    writeFileSync(join(state, name), text, { mode });
    return join(state, name);
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  file('client.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const issuer = { name: 'citizens', people: 'CITIZENS', issuer: 'https://sso.invalid', clientId: 'motcua', key: 'client.pem', keyId: '1',
    redirectUris: ['vn.motcua.app:/signed-in'], secondFactor: ['loa3'], claims: { personalNo: 'SoDinhDanh', name: 'HoVaTen' } };
  return { MOTCUA_PUBLIC_URL: 'https://motcua.invalid', MOTCUA_STORAGE_DIR: join(state, 'papers'), MOTCUA_SCANNER_URL: '127.0.0.1:3310', MOTCUA_ISSUERS_FILE: file('issuers.json', JSON.stringify({ issuers: [issuer] })),
    MOTCUA_KEY_RING_FILE: file('ring', ['CELL', 'INDEX', 'REFRESH'].map((purpose) => `${purpose} 1 ${randomBytes(32).toString('base64url')}\n`).join('')) };
}

// How many sockets wait for connections on a port.
function listeners(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => readFileSync(table, 'utf8').split('\n'))
    .filter((line) => new RegExp(`^\\s*\\d+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A `).test(line)).length;
}

// motcua-server with its database, state directory, clients and, when asked for, worker.
export class House {
  static async start(name, { settings = {}, database, certificate, env = process.env } = {}) {
    const house = new House();
    house.ownDatabase = database === undefined;
    house.database = database ?? Database.copy(name, 'motcua_template', env);
    house.state = mkdtempSync(join(tmpdir(), `motcua-${name}-`));
    house.certificate = certificate ?? join(house.state, 'tls.crt');
    house.clients = [];
    house.workers = [];
    house.env = { ...env, MOTCUA_DATABASE_URL: house.database.url, MOTCUA_STATE_DIR: house.state,
      MOTCUA_STORAGE_DIR: join(house.state, 'storage'),
      MOTCUA_PORT: '0', MOTCUA_PROCESSES: '1', MOTCUA_DEVELOPMENT: 'yes', MOTCUA_DRAIN_MS: '2000', ...generous,
      ...leakSuppressions(env), ...(settings.MOTCUA_DEVELOPMENT === 'no' ? productionSettings(house.state) : {}), ...settings };
    try {
      await house.startServer();
    } catch (failure) {
      await house.stop();
      throw failure;
    }
    return house;
  }

  async startServer() {
    this.server = new Process('motcua-server', ['serve'], this.env, /listening on (https:\/\/\S+?)\/graphql/);
    [, this.origin] = await this.server.started();
    this.port = Number(new URL(this.origin).port);
    this.ca = readFileSync(this.certificate);
    await this.ready();
  }

  // Every child answers: asked on as many new connections as it takes to meet them all.
  async ready(withinMs = guardMs) {
    await until('the server is ready', async () => {
      assert.ok(this.server.running, `the server has ended: ${this.server.log}`);
      if (listeners(this.port) < Number(this.env.MOTCUA_PROCESSES)) return false;
      for (let i = 0; i < 4 * Number(this.env.MOTCUA_PROCESSES); i++) {
        const client = this.client();
        const reply = await client.get('/readyz').catch(() => null);
        client.close();
        if (reply?.status !== 200) return false;
      }
      return true;
    }, withinMs);
  }

  async startWorker(settings = {}) {
    const worker = new Process('motcua-worker', ['run'], { ...this.env, ...settings }, /event=started/);
    this.workers.push(worker);
    await worker.started();
    return worker;
  }

  client(options = {}) {
    const client = new Client(this, options);
    this.clients.push(client);
    return client;
  }

  command(...args) {
    return command(args, this.env);
  }

  // A bearer token with a session of its own. settings: MOTCUA_TOKEN_LIFE_S and the like.
  token(actor, settings = {}) {
    const done = command(['token', actor], { ...this.env, ...settings });
    assert.equal(done.code, 0, done.err);
    return done.out.trim();
  }

  // Numbers what is committed and rings, as the worker's expand does.
  ring() {
    const rows = this.database.sql(`SET ROLE app_worker; SELECT feed_no, event_id, applicant, submitter,
      received_agency, competent_agency, array_to_string(grantees, ',') FROM motcua.assign_feed_numbers(10000)`);
    if (rows) redis(this.env, 'PUBLISH', 'feed', rows);
    return rows ? rows.split('\n').length : 0;
  }

  async metrics() {
    const client = this.client();
    const { text } = await client.get('/metrics');
    client.close();
    return Object.fromEntries(text.split('\n').filter((line) => line && !line.startsWith('#'))
      .map((line) => { const at = line.lastIndexOf(' '); return [line.slice(0, at), Number(line.slice(at + 1))]; }));
  }

  // What work() costs: how the counters differ.
  async cost(work) {
    const before = await this.metrics();
    const result = await work();
    const after = await this.metrics();
    const spent = (name) => (after[name] ?? 0) - (before[name] ?? 0);
    return { result, roundTrips: spent('motcua_sql_groups_total'), statements: spent('motcua_sql_asks_total') };
  }

  // The server's child processes.
  children() {
    const { pid } = this.server.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  }

  async stop() {
    const processes = [...this.workers, ...(this.server ? [this.server] : [])];
    for (const client of this.clients) client.close();
    for (const each of processes) await each.stop();
    rmSync(this.state, { recursive: true, force: true });
    if (this.ownDatabase) this.database.drop();
    for (const each of processes) each.assertClean();
  }
}

// libh2o keeps free lists that a sanitizer takes for leaks.
function leakSuppressions(env) {
  const file = join(root, 'tools/dev/lsan.supp');
  return env.LSAN_OPTIONS || !existsSync(file) ? {} : { LSAN_OPTIONS: `suppressions=${file}:print_suppressions=0` };
}

// A sub-command of motcua-server, to its end.
export function command(args, env) {
  const done = spawnSync(program('motcua-server'), args,
    { env: { ...env, ...leakSuppressions(env) }, encoding: 'utf8', timeout: guardMs });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

export function redis(env, ...words) {
  return execFileSync('redis-cli', ['-s', env.MOTCUA_REDIS_URL.replace(/^unix:\/\//, ''), ...words],
    { encoding: 'utf8' }).trim();
}

// ---- clients ----

const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});

// One HTTP/2 connection, opened when first used.
export class Client {
  constructor(house, { tls = {} } = {}) {
    this.house = house;
    this.tls = tls;
  }

  get session() {
    if (!this.open || this.open.closed || this.open.destroyed) {
      this.open = http2.connect(this.house.origin, { ca: this.house.ca, ...this.tls });
      this.open.on('error', () => {});
    }
    return this.open;
  }

  // The stream and its reply's headers; the body is still to be read. A refused stream was not looked at (RFC 9113,
  // section 8.7): it crossed the GOAWAY of a connection that had been idle for long, and is sent again on another.
  async stream(method, path, headers = {}, body) {
    try {
      return await this.#streamOnce(method, path, headers, body);
    } catch (failure) {
      if (!/NGHTTP2_REFUSED_STREAM/.test(failure.message)) throw failure;
      this.open = undefined; // what is open on it goes on
      return this.#streamOnce(method, path, headers, body);
    }
  }

  async #streamOnce(method, path, headers, body) {
    const stream = this.session.request({ ':method': method, ':path': path, ...headers },
      { endStream: body === undefined });
    stream.on('error', () => {});
    if (body !== undefined) stream.end(body);
    const reply = once(stream, 'response').then(([found]) => found);
    const closed = once(stream, 'close').then(() => { throw new Error(`${method} ${path}: reset, no reply`); });
    closed.catch(() => {});
    const gone = this.open.closed || this.open.destroyed;
    assert.ok(!gone, 'the connection is closed');
    return { stream, headers: await within(`${method} ${path}`, Promise.race([reply, closed])) };
  }

  async request(method, path, headers = {}, body = undefined) {
    const { stream, headers: found } = await this.stream(method, path, headers, body);
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    if (!stream.readableEnded)
      await within(`${method} ${path}: body`, Promise.race([once(stream, 'end'), once(stream, 'close')]));
    if (stream.rstCode) throw new Error(`${method} ${path}: reset (${stream.rstCode}) within the reply`);
    const text = Buffer.concat(chunks).toString();
    return { status: found[':status'], headers: found, text,
      get json() { return JSON.parse(text); } };
  }

  get(path, headers = {}) {
    return this.request('GET', path, headers);
  }

  // A GraphQL request by POST. Whatever the body holds beside the document: variables, operationName.
  post(query, { token, accept = 'application/graphql-response+json', ...rest } = {}) {
    return this.request('POST', '/graphql',
      { ...bearer(token), accept, 'content-type': 'application/json' }, JSON.stringify({ query, ...rest }));
  }

  // The data of a request that must succeed.
  async data(query, options = {}) {
    const reply = await this.post(query, options);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json.errors, undefined, reply.text);
    return reply.json.data;
  }

  // Server-sent events as they come, without a library: for what graphql-sse hides.
  async events(query, { token, headers = {}, variables } = {}) {
    const { stream, headers: found } = await this.stream('POST', '/graphql',
      { ...bearer(token), accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
      JSON.stringify({ query, variables }));
    return new EventStream(stream, found);
  }

  // The client people use: graphql-sse, over this connection.
  sse({ token, ...options } = {}) {
    return createClient({ url: `${this.house.origin}/graphql`, headers: bearer(token), retryAttempts: 0,
      fetchFn: (url, init) => this.fetch(url, init), ...options });
  }

  async fetch(url, { method = 'GET', headers = {}, body, signal } = {}) {
    const { stream, headers: found } = await this.stream(method, new URL(url).pathname,
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), body);
    signal?.addEventListener('abort', () => stream.close(http2.constants.NGHTTP2_CANCEL));
    return new Response(Readable.toWeb(stream), { status: found[':status'],
      headers: Object.entries(found).filter(([name]) => !name.startsWith(':')) });
  }

  close() {
    this.open?.destroy();
  }
}

// A text/event-stream being read: list holds { event, id, data }, comments what came beside.
export class EventStream {
  constructor(stream, headers) {
    this.stream = stream;
    this.status = headers[':status'];
    this.headers = headers;
    this.list = [];
    this.comments = [];
    this.ended = false;
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      text += chunk;
      for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
        this.#take(text.slice(0, at));
        text = text.slice(at + 2);
      }
    });
    stream.on('close', () => { this.ended = true; });
  }

  #take(block) {
    const found = {};
    for (const line of block.split('\n')) {
      const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (name === '') this.comments.push(value);
      else found[name] = value;
    }
    if (found.data) found.data = JSON.parse(found.data);
    if (found.event) this.list.push(found);
  }

  // The results so far, without the events' wrapping.
  get results() {
    return this.list.filter(({ event }) => event === 'next').map(({ data }) => data);
  }

  get complete() {
    return this.list.some(({ event }) => event === 'complete');
  }

  next(count = 1, withinMs = guardMs) {
    return until(`${count} events`, () => this.results.length >= count && this.results, withinMs);
  }

  end(withinMs = guardMs) {
    return until('the end of the stream', () => this.ended, withinMs);
  }

  close() {
    this.stream.close(http2.constants.NGHTTP2_CANCEL);
  }
}

// ---- the province ----

let keys = 0;
// An idempotency key nobody has used.
export const key = () => `e2e ${process.pid} ${Date.now()} ${keys++}`;

export const failure = '... on Failure { __typename code message retryable }';
const changed = '... on DossierChanged { dossier { id code state seq } event { id seq event } }';

export const submit = `mutation($input: SubmitDossierInput!) { submitDossier(input: $input) {
  ${changed} ${failure} ... on GuardFailed { problems { path message } } } }`;
export const accept = `mutation($input: AcceptDossierInput!) { acceptDossier(input: $input) {
  ${changed} ${failure} ... on GuardFailed { problems { path message } } ... on StaleState { current { seq state } } } }`;
export const complete = `mutation($input: CompleteDossierInput!) { completeDossier(input: $input) {
  ${changed} ${failure} ... on GuardFailed { problems { path message } } ... on StaleState { current { seq state } } } }`;
export const end = `mutation($input: EndSessionInput!) { endSession(input: $input) {
  ... on SessionEnded { at } ${failure} } }`;

// A procedure of one case, without an e-form or parts that are required, and an agency whose officer is the sample's `officer`: what he
// receives he may accept.
export function place(database) {
  const [agency, procedure] = database.sql(`SELECT a.code, p.code FROM officer o JOIN agency a ON a.id = o.agency
    JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
    CROSS JOIN LATERAL (SELECT p.code FROM procedure_in_force p WHERE motcua.competent_agency_at(p.level, p.field, u.id, a.id,
      (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) = a.id AND (SELECT count(*) FROM procedure_case c WHERE c.procedure_version = p.version) = 1
      AND NOT EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = p.version)
      AND NOT EXISTS (SELECT FROM procedure_part t WHERE t.procedure_version = p.version AND t.required)
      ORDER BY p.code LIMIT 1) p WHERE o.id = 1`).split('|');
  return { agency, procedure };
}

// A clean paper in somebody's store, without the bytes of its file; its identifier.
export const paperFor = (database, owner, kind, title, validUntil = 'NULL') => database.sql(`
  INSERT INTO stored_file (sha256, bytes, uses) VALUES (sha256('${kind}'), 7, 1) ON CONFLICT (sha256) DO UPDATE SET uses = stored_file.uses + 1;
  INSERT INTO stored_paper (owner, kind, title, sha256, media_type, bytes, source, state, valid_until)
  VALUES (${owner}, '${kind}', '${title}', sha256('${kind}'), 'application/pdf', 7, 'UPLOAD', 'CLEAN', ${validUntil}) RETURNING public_id`);

// With what a dossier is filed whole: consent, and each part that its case requires but its e-form, on paper where that is taken and
// else from the owner's store.
export function filed(database, { procedure, case: wanted = null, channel = 'ONLINE' }, owner = 1) {
  const required = database.sql(`SELECT t.code, v.online_level FROM procedure_in_force p JOIN procedure_version v ON v.id = p.version
    CROSS JOIN LATERAL motcua.parts_of_case(v.id, motcua.case_meant(v.id, ${wanted ? `'${wanted}'` : 'NULL'})) AS t
    WHERE p.code = '${procedure}' AND t.required AND NOT ('${channel}' = 'ONLINE' AND EXISTS (SELECT FROM procedure_form f WHERE f.procedure_version = v.id) AND t.code IN (SELECT part FROM form_part))
    ORDER BY t.position`).split('\n').filter(Boolean).map((line) => line.split('|'));
  return { consent: true, parts: required.map(([part, level]) => level === 'FULL' ? { part, paper: paperFor(database, owner, part, part) } : { part, onPaper: true }) };
}

// The citizen hands in a dossier that the officer can accept.
export async function handIn(client, token, where) {
  const { submitDossier } = await client.data(submit,
    { token, variables: { input: { idempotencyKey: key(), consent: true, ...where } } });
  assert.ok(submitDossier.dossier, JSON.stringify(submitDossier));
  return { ...submitDossier.dossier, event: submitDossier.event };
}

// Where the viewer's feed ends. A stream that begins here misses nothing that is made from now on, also when nothing tells that it
// has begun: over a WebSocket, or by a library that opens it when it likes.
export async function endOfFeed(client, token) {
  let after = null;
  for (let more = true; more;) {
    const { events: { pageInfo } } = await client.data('query($after: Cursor) { events(after: $after, first: 100) { pageInfo { hasNextPage endCursor } } }',
      { token, variables: { after } });
    more = pageInfo.hasNextPage;
    after = pageInfo.endCursor ?? after;
  }
  return after;
}

export async function acceptIt(client, token, code, more = {}) {
  const { acceptDossier } = await client.data(accept,
    { token, variables: { input: { idempotencyKey: key(), code, digitised: true, ...more } } });
  return acceptDossier;
}
