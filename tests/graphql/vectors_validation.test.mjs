// The examples of the specification itself, judged by all rules against its section 5 schema. The vectors are data beside the repository: where
// they are absent the test is skipped, saying so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const source = process.env.MOTCUA_SOURCE_DIR ?? path.resolve(import.meta.dirname, '../..');
const build = process.env.MOTCUA_BUILD_DIR ?? path.join(source, 'build/dev');
const folder = path.resolve(source, '../shared/vectors/graphql');
const read = (file) => readFileSync(path.join(folder, file), 'utf8');

// Its selection sets are left out for brevity, which is a syntax error.
const elided = 'spec-d8b2695a205c';

test("the specification's examples are judged as the reference judges them", { skip: existsSync(folder) ? false : `no ${folder}` }, (t) => {
  const schema = read('spec-section5.schema.graphql');
  const all = read('spec-examples.jsonl').trim().split('\n').map((line) => JSON.parse(line));
  const examples = all.filter(({ id, validateAgainstSection5Schema }) => validateAgainstSection5Schema && id !== elided);
  const input = examples.map((example) => `${JSON.stringify({ op: 'validate', schema, query: example.source })}\n`).join('');
  const harness = spawnSync(path.join(build, 'bin/graphql-harness'), { input, encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26 });
  assert.equal(harness.status, 0, harness.stderr);
  const answers = harness.stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(examples.length, 88);
  examples.forEach((example, i) => {
    const want = example.validateAgainstSection5Schema.map(({ message, locations }) => ({ message, locations: locations ?? [] }));
    assert.deepEqual(answers[i].errors, want, example.source);
  });
  t.diagnostic(`${examples.length} of ${examples.length}`);
});
