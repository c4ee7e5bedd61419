// What the reference implementation answers, asked of our engine through graphql-harness. The vectors are data beside the repository: where they
// are absent every test is skipped, saying so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { exceptions } from './exceptions.mjs';

const source = process.env.MOTCUA_SOURCE_DIR ?? path.resolve(import.meta.dirname, '../..');
const build = process.env.MOTCUA_BUILD_DIR ?? path.join(source, 'build/dev');
const folder = path.resolve(source, '../shared/vectors/graphql');
const harness = path.join(build, 'bin/graphql-harness');

/** Asks all, in order; the harness has a minute. */
async function ask(requests) {
  const child = spawn(harness, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 60_000 });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {});
  for (const request of requests) child.stdin.write(`${JSON.stringify(request)}\n`);
  child.stdin.end();
  assert.equal(await ended, 0, 'the harness ends well');
  const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  assert.equal(lines.length, requests.length, 'one answer for each request');
  return lines.map((line) => JSON.parse(line));
}

const text = (file) => readFileSync(path.join(folder, file), 'utf8');
const read = (file) => text(file).trim().split('\n').map((line) => JSON.parse(line));
const errors = (list) => (list ?? []).map(({ message, locations }) => ({ message, locations: locations ?? [] }));

// A lone surrogate cannot be written in UTF-8, which is what our sources are.
const isUtf8 = (text) => text.isWellFormed();

// What is left when the texts of messages are taken away, and what without our codes.
const withoutTexts = (value) => JSON.parse(JSON.stringify(value, (key, each) => (key === 'message' || key === 'error' && typeof each === 'string' ? '' : each)));
const withoutCodes = ({ errors: list, ...rest }) => (list ? { ...rest, errors: list.map(({ extensions, ...error }) => error) } : rest);

// Where the judge, npm graphql 17, says otherwise than the test did, it is right.
const judged = (v, own) => (v.npm17 && v.npm17 !== 'same' ? v.npm17 : own);
const parsed = (v) => (v.ok ? { ok: true, printed: v.printed } : { ok: false, error: errors([v.error])[0] });

// Why a line is left out: undefined when it is judged.
const reasons = [
  ['has options', (v) => Object.keys(v.options ?? {}).length > 0],
  ['is an experiment', (v) => v.experimental || /fragment \w+\(|\.\.\.\w+\(/.test(v.printed === undefined ? '' : v.source ?? '')],
  ['is not UTF-8', (v) => v.source !== undefined && !isUtf8(v.source)],
];
const leftOut = (v) => reasons.find(([, holds]) => holds(v))?.[0];

function countedReasons(vectors) {
  const counts = {};
  for (const reason of vectors.map(leftOut).filter(Boolean)) counts[reason] = (counts[reason] ?? 0) + 1;
  return Object.entries(counts).map(([reason, count]) => `${count} left out: ${reason}`).join(', ') || 'none left out';
}

/** file (and which part of its lines), the request for a line, the answer wanted, the answer as it is compared. */
const judges = [
  {
    file: 'parse.jsonl',
    ask: (v) => ({ op: 'parse', fn: v.fn, source: v.source }),
    want: (v) => parsed(judged(v, v)),
  },
  {
    file: 'lexer.jsonl',
    ask: (v) => ({ op: 'lex', source: v.source }),
    want: (v) => ({ tokens: v.tokens, ...(v.error && { error: v.error }) }),
  },
  {
    file: 'print.jsonl',
    ask: (v) => ({ op: 'parse', fn: 'parse', source: v.source }),
    want: (v) => (typeof v.npm17 === 'object' ? parsed(v.npm17) : { ok: true, printed: judged(v, v.printed) }),
  },
  {
    file: 'validation.jsonl',
    ask: (v) => ({ op: 'validate', schema: v.schema, query: v.query, rule: v.rule, hideSuggestions: Boolean(v.hideSuggestions) }),
    want: (v) => ({ errors: errors(judged(v, v.want)) }),
  },
  {
    file: 'validate-all-derived.jsonl',
    ask: (v) => ({ op: 'validate', schema: v.schema, query: v.query }),
    want: (v) => ({ errors: errors(v.errors) }),
  },
  {
    file: 'sdl-validation.jsonl',
    ask: (v) => ({ op: 'sdl', sdl: v.sdl, rule: v.rule, ...(v.baseSchema && { baseSchema: v.baseSchema }) }),
    want: (v) => ({ errors: errors(judged(v, v.want)) }),
  },
  {
    file: 'schema-validation.jsonl',
    ask: (v) => ({ op: 'schema', sdl: v.sdl }),
    want: (v) => ({ errors: errors(judged(v, v.want)) }),
    seen: ({ errors }) => ({ errors }),
  },
  {
    file: 'introspection-derived.jsonl',
    ask: (v) => ({ op: 'introspect', sdl: v.sdl }),
    want: (v) => ({ data: v.result.data }),
  },
  {
    file: 'introspection-derived.jsonl',
    part: ' printed',
    ask: (v) => ({ op: 'schema', sdl: v.sdl }),
    want: (v) => ({ printed: v.printed }),
    seen: ({ printed }) => ({ printed }),
  },
  {
    file: 'build-schema.jsonl',
    ask: (v) => ({ op: 'schema', sdl: v.sdl }),
    want: (v) => (v.ok ? { printed: judged(v, v).printed } : { error: errors([judged(v, v).error])[0].message }),
    seen: ({ printed, errors: found }) => (printed === undefined ? { error: found[0]?.message } : { printed }),
  },
  {
    file: 'extend-schema.jsonl',
    ask: (v) => ({ op: 'schema', base: v.base, sdl: v.sdl }),
    want: (v) => (v.ok ? { printed: v.printed } : { refused: true }),
    seen: ({ printed, errors: found }) => (printed === undefined ? { refused: found.length > 0 } : { printed }),
  },
  {
    file: 'scalar-coercion-derived.jsonl',
    ask: (v) => ({ op: 'execute', schema: text('scalar-coercion.schema.graphql'), query: v.query, variables: v.variables, echo: 'v', validates: true }),
    want: (v) => v.result,
    seen: withoutCodes,
  },
];

for (const judge of judges) {
  test(`${judge.file}${judge.part ?? ''}: every answer is the reference's`, { skip: existsSync(folder) ? false : `no ${folder}` }, async (t) => {
    const seen = judge.seen ?? ((answer) => answer);
    const lines = read(judge.file);
    const vectors = lines.filter((line) => !leftOut(line));
    const answers = await ask(vectors.map(judge.ask));
    const all = vectors.map((vector, i) => ({ id: `${vector.id}${judge.part ?? ''}`, request: judge.ask(vector), want: judge.want(vector), answer: seen(answers[i]) }));
    const differing = all.filter(({ want, answer }) => !isDeepStrictEqual(answer, want));
    const wrong = differing.filter(({ id }) => !exceptions.has(id));
    const inText = wrong.filter(({ want, answer }) => isDeepStrictEqual(withoutTexts(answer), withoutTexts(want)));
    const excepted = differing.length - wrong.length;
    t.diagnostic(`${all.length - differing.length} of ${all.length - excepted}: ${inText.length} differ in a message's text, ` +
      `${wrong.length - inText.length} in anything else; ${excepted} exceptions; ${countedReasons(lines)}`);
    for (const { id } of all.filter((one) => exceptions.has(one.id) && !differing.includes(one))) assert.fail(`${id} no longer differs`);
    assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} of ${vectors.length} differ`);
  });
}

test('what is printed parses, and prints the same again', { skip: existsSync(folder) ? false : `no ${folder}` }, async (t) => {
  const ofDocuments = ['validation', 'validate-all-derived', 'execution'].flatMap((name) => read(`${name}.jsonl`).map((v) => v.query));
  const ofSchemas = ['sdl-validation', 'schema-validation', 'build-schema', 'extend-schema', 'introspection-derived']
    .flatMap((name) => read(`${name}.jsonl`).map((v) => v.sdl));
  const plain = ['lexer', 'print', 'spec-examples'].flatMap((name) => read(`${name}.jsonl`).map((v) => v.source));
  const sources = new Set([...ofDocuments, ...ofSchemas, ...plain].filter(isUtf8));
  const requests = [...sources].map((each) => ({ op: 'parse', fn: 'parse', source: each }));
  requests.push(...read('parse.jsonl').filter((v) => isUtf8(v.source)).map(({ fn, source }) => ({ op: 'parse', fn, source })));
  const printed = (await ask(requests)).flatMap(({ ok, printed }, i) => (ok ? [{ ...requests[i], source: printed }] : []));
  const again = await ask(printed);
  const different = printed.filter(({ source }, i) => again[i].printed !== source);
  t.diagnostic(`${printed.length - different.length} of ${printed.length}`);
  assert.ok(printed.length > 3500, 'most sources parse');
  assert.deepEqual(different.slice(0, 3), []);
});

test('a bad line and an unknown op are answered, and the harness goes on', { skip: existsSync(harness) ? false : `no ${harness}` }, async () => {
  const answers = await ask([{ op: 'nothing' }, 17, { op: 'parse' }, { op: 'parse', fn: 'parse', source: '{a}' }]);
  assert.deepEqual(answers.map((answer) => 'harnessError' in answer), [true, true, true, false]);
});
