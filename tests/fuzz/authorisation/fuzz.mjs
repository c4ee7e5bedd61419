// The run: rounds of requests by random principals while the world stands still, then a few changes by requests and some by
// hand, then the world is read anew.
import http2 from 'node:http2';
import { Chance } from '../graphql_js/chance.mjs';
import { Database, House, sleep } from '../../e2e/support.mjs';
import { inputOf, mayChange, succeeded, suits, unexplained } from './changes.mjs';
import { Draws, isAlive, principals } from './draws.mjs';
import { Judge } from './judge.mjs';
import { affectedBy, makeMoves } from './moves.mjs';
import { enrich, tokenKeys, tokenOf } from './province.mjs';
import { changes, never, rules } from './rules.mjs';
import { makeMutation, makeQuery, mutationNames, typesWithIdentity } from './shapes.mjs';
import { World } from './world.mjs';

const connections = 4;
const inFlight = 96;
const shapesOfRound = 150;
const movesOfRound = 12;
const triesToSuit = 12; // before somebody changes who cannot
const nearAgain = 16; // rounds until somebody looks anew for what is near
const noticedMs = 1200; // rights and ended sessions count everywhere within a second

const wide = Object.fromEntries(['COST_MAX_APP', 'COST_MAX_PARTNER', 'COST_MAX_OFFICER', 'QUEUE_MAX', 'REQUESTS_MAX', 'ALIASES_MAX', 'TOKENS_MAX', 'QUOTA_PRINCIPALS_MAX',
  'MERGE_COMPARISONS_MAX', 'FRAGMENT_VISITS_MAX', 'LOOK_UP_LIMIT_DOSSIER_HOUR', 'LOOK_UP_LIMIT_ADDRESS_HOUR', 'LOOK_UP_LIMIT_ALL_MINUTE'].map((name) => [`MOTCUA_${name}`, name === 'ALIASES_MAX' ? '1000' : '100000']));

/** Types and mutations that no rule is written for. */
export const withoutRule = () => [...typesWithIdentity.filter((name) => !rules[name]).map((name) => `type ${name}`),
  ...mutationNames.filter((name) => !changes[name]).map((name) => `mutation ${name}`)];

// A connection that has been idle for long is told to go: what crosses that was not looked at, and is sent again on another.
const notLookedAt = /NGHTTP2_REFUSED_STREAM|GOAWAY|session has been destroyed|ERR_HTTP2_INVALID_SESSION/;

// One HTTP/2 connection: many small requests, with as little as can be done for each.
class Line {
  constructor(house) {
    this.house = house;
  }

  #open() {
    if (!this.session || this.session.closed || this.session.destroyed) {
      this.session = http2.connect(this.house.origin, { ca: this.house.ca });
      this.session.on('error', () => {});
      this.session.on('goaway', () => { this.session = undefined; });
    }
    return this.session;
  }

  async ask(token, body) {
    for (let times = 1; ; times++) {
      try {
        return await this.#once(token, body);
      } catch (failure) {
        if (times === 3 || !notLookedAt.test(`${failure.code} ${failure.message}`)) throw failure;
        this.session = undefined;
      }
    }
  }

  #once(token, body) {
    return new Promise((resolve, reject) => {
      const stream = this.#open().request({ ':method': 'POST', ':path': '/graphql', accept: 'application/graphql-response+json', 'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}) });
      const chunks = [];
      let status;
      stream.on('response', (headers) => { status = headers[':status']; });
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        if (status === undefined) return; // closed before an answer: the error says why
        const text = Buffer.concat(chunks).toString();
        try {
          resolve({ status, json: text ? JSON.parse(text) : null });
        } catch {
          reject(new Error(`no JSON (${status}): ${text.slice(0, 200)}`));
        }
      });
      stream.on('close', () => reject(new Error('closed without an answer')));
      stream.end(body);
    });
  }

  close() {
    this.session?.destroy();
  }
}

export class Fuzz {
  static async start({ seed, settings = {} }) {
    const fuzz = Object.assign(new Fuzz(), { seed, number: 0, round: 0, findings: [], tally: { requests: 0, objects: 0, shown: 0, refused: 0, changes: 0, changed: 0 } });
    fuzz.database = Database.copy('fuzz_authorisation');
    try {
      fuzz.world = new World(fuzz.database);
      await fuzz.world.superuser.ask(enrich(seed));
      await fuzz.world.refresh();
      fuzz.house = await House.start('fuzz-authorisation', { database: fuzz.database,
        settings: { ...wide, MOTCUA_TOKEN_KEYS: tokenKeys, MOTCUA_REQUEST_TIMEOUT_MS: '60000', MOTCUA_PROCESSES: '2', ...settings } });
    } catch (failure) {
      await fuzz.stop();
      throw failure;
    }
    fuzz.lines = Array.from({ length: connections }, () => new Line(fuzz.house));
    fuzz.judge = new Judge(fuzz.world);
    fuzz.draws = new Draws(null, fuzz.world);
    fuzz.people = principals(fuzz.chance(0, 1), fuzz.world);
    return fuzz;
  }

  // The chance of one thing: of a request, by its number, or of a round.
  chance(number, salt = 0) {
    const chance = new Chance(1);
    chance.state = (Math.imul(this.seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35)) >>> 0;
    return chance;
  }

  #somebody(chance) {
    for (;;) {
      const who = chance.one(this.people);
      if (!(who.restsIn >= this.round)) return who;
    }
  }

  #query(shapes) {
    const chance = this.chance(++this.number);
    this.draws.chance = chance;
    const who = this.#somebody(chance);
    const shape = chance.one(shapes);
    return { number: this.number, who, ...shape, variables: this.draws.variables(who, shape.variables) };
  }

  #change() {
    const chance = this.chance(++this.number);
    this.draws.chance = chance;
    const { field, roots, query } = makeMutation(chance, this.only);
    let who = this.#somebody(chance);
    for (let times = 0; times < triesToSuit && !suits(this.world, who, field); times++) who = this.#somebody(chance);
    const input = inputOf(this.draws, who, field);
    const request = { number: this.number, who, field, roots, query, input, variables: { v0: input }, changed: true, wasAlive: isAlive(this.world, who) };
    return { ...request, may: request.wasAlive && mayChange(this.world, request) };
  }

  async #ask(request) {
    const line = this.lines[request.number % connections];
    try {
      return await line.ask(tokenOf(request.who), JSON.stringify({ query: request.query, variables: request.variables }));
    } catch (failure) {
      return { status: 599, json: { errors: [{ message: failure.message }] } };
    }
  }

  #report(request, found) {
    for (const one of found) this.findings.push({ seed: this.seed, request: request.number, who: describe(this.world, request.who), query: request.query,
      variables: request.variables, ...one });
  }

  // As many at once as lines take, each judged as it comes.
  async #askAll(requests, judge) {
    let next = 0;
    const worker = async () => {
      while (next < requests.length && this.findings.length < this.most) {
        const request = requests[next++];
        judge(request, await this.#ask(request));
      }
    };
    await Promise.all(Array.from({ length: Math.min(inFlight, requests.length) }, worker));
  }

  async #reads(count) {
    const chance = this.chance(this.round, 2);
    const shapes = Array.from({ length: shapesOfRound }, () => makeQuery(chance));
    const requests = Array.from({ length: count }, () => this.#query(shapes));
    const cursors = new Map();
    await this.#askAll(requests, (request, answer) => {
      this.#report(request, this.judge.answer(request, answer));
      if (answer.json?.errors) this.tally.refused++;
      if (this.judge.cursors.length) cursors.set(request.number, this.judge.cursors.splice(0));
    });
    this.draws.chance = chance;
    for (const number of [...cursors.keys()].sort((a, b) => a - b)) this.draws.keep(cursors.get(number));
    this.tally.requests += requests.length;
  }

  async #changes(count) {
    // One of each, since what somebody else's change does to it is judged, and what his own before it did cannot be.
    const requests = [...new Map(Array.from({ length: count }, () => this.#change()).map((request) => [`${request.who.kind} ${request.who.me}`, request])).values()];
    const answers = new Map();
    const before = { device: this.world.deviceByPublicId, draft: this.world.draftByPublicId, paper: this.world.paperByPublicId,
      result: this.world.resultByPublicId };
    await this.#askAll(requests, (request, answer) => answers.set(request, answer));
    const differences = await this.world.refresh();
    const done = [...answers].filter(([request, answer]) => succeeded(request, answer)).map(([request]) => request);
    for (const { field } of done) this.judge.times[field.name] = (this.judge.times[field.name] ?? 0) + 1;
    for (const change of unexplained(this.world, differences, done))
      this.findings.push({ seed: this.seed, request: `${requests[0]?.number} to ${requests.at(-1)?.number}`, where: change.table, says: 'Nothing changes but by who may change it.',
        what: `${JSON.stringify(change.before)} became ${JSON.stringify(change.after)}`, tried: requests.map(({ field, who, input }) => `${field.name} by ${who.kind} ${who.me}: ${JSON.stringify(input)}`) });
    for (const [request, answer] of answers) {
      if (done.includes(request) && !request.may) this.#report(request, [{ where: request.field.name, what: 'the change was made', says: changes[request.field.name].says }]);
      this.#report(request, this.judge.answer({ ...request, before }, answer));
    }
    this.#rest(differences);
    Object.assign(this.tally, { requests: this.tally.requests + requests.length, changes: this.tally.changes + requests.length, changed: this.tally.changed + done.length });
  }

  // Whose session has ended or whose rights have changed rests for a round: the service has a second to notice.
  #rest(differences) {
    const of = (table, each) => new Set(differences.filter((change) => change.table === table).flatMap(({ before, after }) => each(after ?? before)));
    const sessions = of('session', ({ id }) => id);
    const people = of('seat', ({ person }) => person);
    const officers = new Set([...of('staff_grant', ({ officer }) => affectedBy(this.world, officer)), ...of('staff_substitution', ({ substitute }) => substitute)]);
    for (const who of this.people)
      if (sessions.has(who.session) || who.kind === 'CITIZEN' && people.has(who.me) || who.kind === 'OFFICER' && officers.has(who.me)) who.restsIn = this.round + 1;
  }

  async #moves() {
    const { sql, rest } = makeMoves(this.chance(this.round, 3), this.world, movesOfRound);
    await this.world.superuser.ask(sql);
    const differences = await this.world.refresh();
    const opened = differences.filter(({ table, before }) => table === 'session' && !before).map(({ after }) => after.id);
    if (opened.length) this.people.push(...principals(this.chance(this.round, 4), this.world).filter(({ session, fault }) => opened.includes(session) && fault === 'good'));
    for (const who of this.people) {
      if (rest(who)) who.restsIn = this.round + 1;
      if (who.near && this.round % nearAgain === who.me % nearAgain) who.near = undefined;
    }
  }

  /** Asks count requests, or stops at `most` findings. roundOf: reads of a round; only: the one mutation that is tried. */
  async run(count, { most = 10, roundOf = 4000, changesInThousand = 12, only, said = () => {} } = {}) {
    Object.assign(this, { most: this.findings.length + most, only });
    const end = this.tally.requests + count;
    const began = Date.now();
    while (this.tally.requests < end && this.findings.length < this.most) {
      const roundBegan = Date.now();
      const left = end - this.tally.requests;
      const writes = Math.min(Math.ceil(roundOf * changesInThousand / 1000), left);
      await this.#reads(Math.min(roundOf, left - writes));
      if (this.findings.length < this.most) await this.#changes(writes);
      if (this.findings.length < this.most) await this.#moves();
      this.round++;
      this.judge.cursors = [];
      Object.assign(this.tally, { objects: this.judge.seen, shown: this.judge.shown });
      if (this.resting()) await sleep(Math.max(0, noticedMs - (Date.now() - roundBegan)));
      said({ ...this.tally, findings: this.findings.length, seconds: (Date.now() - began) / 1000 });
    }
    return this.findings;
  }

  /** Rules that nothing has asked yet: of types never shown, of changes never made. */
  get unasked() {
    return [...typesWithIdentity, ...mutationNames.filter((name) => changes[name].may !== never)].filter((name) => !this.judge.times[name]);
  }

  /** Ends run() early, with what was found. */
  enough() {
    this.most = 0;
  }

  resting() {
    return this.people.some(({ restsIn }) => restsIn === this.round);
  }

  async stop() {
    for (const line of this.lines ?? []) line.close();
    this.world?.end();
    await this.house?.stop();
    this.database.drop();
  }
}

const describe = (world, { kind, me, fault, scopes, environment, session }) => ({ kind, me, fault, session,
  ...(kind === 'PARTNER' ? { scopes, environment, guests: world.guests.get(me) } : {}), ...(kind === 'OFFICER' ? { agency: world.officer.get(me)?.agency } : {}),
  ...(kind === 'CITIZEN' ? { seats: world.seatsOf.get(me) } : {}) });
