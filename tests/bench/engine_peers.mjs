// The works that the bench compares, the driver that does ours, and npm's way to do the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buildSchema, execute, getIntrospectionQuery, parse, validate } from 'graphql';
import { compileQuery } from 'graphql-jit';

// engine-bench (tests/bench/engine.c): one line of JSON in, one out.
export class Engine {
  static async start(driver) {
    const engine = new Engine();
    engine.child = spawn(driver, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(engine.child, 'spawn');
    engine.lines = createInterface({ input: engine.child.stdout })[Symbol.asyncIterator]();
    return engine;
  }

  async ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`engine-bench ended at ${JSON.stringify(request).slice(0, 200)}`);
    return JSON.parse(value);
  }

  async end() {
    if (this.child.exitCode !== null) return;
    this.child.stdin.end();
    await once(this.child, 'exit');
  }
}

// tests/bench/engine_rows.c makes the same.
const rows = Array.from({ length: 1000 }, (_, i) => ({
  id: `0192f0c4-${String(i).padStart(8, '0')}`,
  text: `twenty letters ${String(i).padStart(5, '0')}`,
  whole: 1_000_000 + i * 7919,
  real: 1000 + i * 0.37,
  flag: i % 3 === 0,
}));
const rowsDocument = '{ rows { id text whole real flag } }';

const sourceOf = (name) => readFileSync(new URL(`documents/${name}.graphql`, import.meta.url), 'utf8');

// graphql 17 describes itself with more than the edition has (deprecated directives): what is compared
// is how both describe our types; the time is of the whole.
function ownTypes(answer) {
  const { data: { __schema } } = JSON.parse(answer);
  const isOwn = ({ name }) => !name.startsWith('__');
  return JSON.stringify({ ...__schema, types: __schema.types.filter(isOwn), directives: __schema.directives.filter(({ name }) => name === 'max') });
}

// A hundred kilobytes would hide where they differ.
function assertSame(is, wanted, what) {
  const at = [...is].findIndex((letter, index) => letter !== wanted[index]);
  if (is !== wanted) assert.equal(is.slice(Math.max(0, at - 100), at + 100), wanted.slice(Math.max(0, at - 100), at + 100), what);
}

// The same answer, or the figures compare nothing.
async function checkAnswer(engine, workload, others) {
  const ours = await engine.ask({ work: workload.work, document: workload.document, milliseconds: 0 });
  assert.equal(ours.status, 'MC_OK', `${workload.title}: ${ours.status}`);
  assert.equal(ours.errors, 0, workload.title);
  for (const [name, once] of Object.entries(others)) {
    const theirs = once();
    const comparable = workload.comparable ?? ((text) => text);
    if (typeof theirs === 'string') assertSame(comparable(ours.answer), comparable(theirs), `${workload.title}: not what ${name} answers`);
    else assert.ok(theirs, `${workload.title}: ${name}`);
  }
}

export async function workloads(engine) {
  const ours = buildSchema((await engine.ask({ schema: 'ours' })).text);
  const ofRows = buildSchema((await engine.ask({ schema: 'rows' })).text);
  const introspection = getIntrospectionQuery();
  const documents = ['small', 'home', 'large'].map((name) => [name, sourceOf(name)]);
  const each = (work, title, bar, schema = ours) => documents.map(([name, document]) =>
    ({ work, title: `${title}: ${name} (${document.length} bytes)`, document, bar, schema }));
  return [
    ...each('lookup', 'cached lookup', { rate: 1e6 }),
    ...each('parse', 'parse'),
    ...each('validate', 'validate', { times: 100 }),
    ...each('plan', 'parse, validate, compile'),
    { work: 'rows', title: 'resolve + serialise 1,000 × 5', document: rowsDocument, bar: { rate: 10_000 }, schema: ofRows, value: { rows } },
    { work: 'execute', title: 'whole introspection', document: introspection, bar: { times: 20 }, schema: ours, comparable: ownTypes },
  ].map((workload) => ({ ...workload, check: (to, others) => checkAnswer(to, workload, others) }));
}

const ways = {
  lookup: () => ({}),
  plan: () => ({}),
  parse: ({ document }) => ({ graphql: () => parse(document) }),
  validate: ({ document, schema }) => {
    const parsed = parse(document);
    return { graphql: () => validate(schema, parsed).length === 0 };
  },
};

// Execution ends in text, as ours does.
function run({ document, schema, value }) {
  const parsed = parse(document);
  const compiled = compileQuery(schema, parsed, undefined, { customJSONSerializer: true });
  return {
    graphql: () => JSON.stringify(execute({ schema, document: parsed, rootValue: value })),
    'graphql-jit': () => compiled.stringify(compiled.query(value, {}, {})),
  };
}

export const peers = (workload) => (ways[workload.work] ?? run)(workload);
