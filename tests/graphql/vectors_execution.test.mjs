// What a document gives when each resolver answers as written down, judged by the reference's own answers. The vectors
// are data beside the repository: where they are absent the tests are skipped, saying so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { exceptions } from './exceptions.mjs';

const source = process.env.MOTCUA_SOURCE_DIR ?? path.resolve(import.meta.dirname, '../..');
const build = process.env.MOTCUA_BUILD_DIR ?? path.join(source, 'build/dev');
const folder = path.resolve(source, '../shared/vectors/graphql');
const skip = existsSync(folder) ? false : `no ${folder}`;
const vectors = skip ? [] : readFileSync(path.join(folder, 'execution.jsonl'), 'utf8').trim().split('\n')
  .map((line) => JSON.parse(line)).filter(({ usable }) => usable);

function answers(requests) {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const harness = spawnSync(path.join(build, 'bin/graphql-harness'), { input, encoding: 'utf8', timeout: 120_000, maxBuffer: 1 << 28 });
  assert.equal(harness.status, 0, harness.stderr);
  return harness.stdout.trim().split('\n').map((line) => JSON.parse(line));
}

// Our errors carry a code beside whatever the reference has; texts apart from everything else.
function withoutOurCode({ extensions: { code, ...extensions } = {}, ...error }) {
  return Object.keys(extensions).length ? { ...error, extensions } : error;
}
const sorted = (errors) => errors.map((error) => JSON.stringify(error, Object.keys(error).sort())).sort();
const untold = (errors) => sorted(errors.map(({ message, ...error }) => ({ ...error })));

// What graphql 17's introspection says beyond the September 2025 edition (sections 3.13 and 4.2.6): directives that are
// deprecated, and a location for the variables of fragments.
const laterLocations = new Set(['FRAGMENT_VARIABLE_DEFINITION', 'DIRECTIVE_DEFINITION']);
export function ofTheEdition(value) {
  if (Array.isArray(value))
    return value.filter((item) => !laterLocations.has(item) && !laterLocations.has(item?.name)).map(ofTheEdition);
  if (value === null || typeof value !== 'object') return value;
  const own = { ...value };
  if (own.name === '__Directive' && own.fields)
    own.fields = own.fields.filter(({ name }) => !['isDeprecated', 'deprecationReason'].includes(name));
  if (own.name === '__Schema' && own.fields)
    own.fields = own.fields.map((field) => (field.name === 'directives' && field.args ? { ...field, args: [] } : field));
  return Object.fromEntries(Object.entries(own).map(([key, each]) => [key, ofTheEdition(each)]));
}

// 'same', or what differs: 'message', or 'result' (data, the order of keys, location, path, number).
export function difference(have, want) {
  const [ours, theirs] = [have, want].map(({ errors = [] }) => errors.map(withoutOurCode));
  const data = (result) => JSON.stringify('data' in result ? result.data : 'absent');
  if (data(have) !== data(want) || untold(ours).join() !== untold(theirs).join()) return 'result';
  return sorted(ours).join() === sorted(theirs).join() ? 'same' : 'message';
}

function judge(t, more) {
  const requests = vectors.map(({ schema, query, operationName, variables, trace, types, validates }) =>
    ({ op: 'execute', schema, query, operationName, variables, trace, types, validates, ...more }));
  const have = answers(requests);
  const counts = { same: 0, message: 0, result: 0, exception: 0 };
  const wrong = [];
  vectors.forEach((vector, i) => {
    const theirs = typeof vector.npm17 === 'object' ? vector.npm17.result : vector.want;
    const want = vector.query.includes('__schema') ? ofTheEdition(theirs) : theirs;
    const found = have[i].harnessError ? 'result' : difference(have[i], want);
    if (exceptions.has(vector.id)) {
      if (found === 'same') wrong.push(`${vector.id} is an exception and yet the same`);
      counts.exception++;
      return;
    }
    counts[found]++;
    if (found !== 'same')
      wrong.push(`${vector.id} (${found})\n${vector.query}\nhave ${JSON.stringify(have[i])}\nwant ${JSON.stringify(want)}`);
  });
  t.diagnostic(`${counts.same} of ${vectors.length - counts.exception}: ${counts.message} differ in a message's text, ` +
    `${counts.result} in anything else; ${counts.exception} exceptions`);
  assert.equal(wrong.length, 0, wrong.slice(0, Number(process.env.SHOW ?? 3)).join('\n\n'));
}

test('every usable vector gives the reference\'s result', { skip }, (t) => {
  assert.equal(vectors.length, 520);
  judge(t, {});
});

test('the same when every resolver answers later, in an order drawn by chance', { skip }, (t) => judge(t, { later: true }));
