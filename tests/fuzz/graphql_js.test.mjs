// A few thousand cases of `./dev fuzz graphql-js`, always the same ones: our engine answers what npm's graphql answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

const main = path.join(import.meta.dirname, 'graphql_js/main.mjs');

test('two thousand cases by chance are answered as the reference answers them', () => {
  const run = spawnSync(process.execPath, [main, '2000', '--seed', '1', '--show', '2'], { encoding: 'utf8', timeout: 100_000 });
  assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`);
  assert.match(run.stdout, /2000 cases: 0 differ in words, 0 in anything else/);
});

test('a difference is found and shown', () => {
  // A harness that always answers the same.
  const run = spawnSync(process.execPath, [main, '20', '--seed', '1', '--only', 'lex', '--harness', path.join(import.meta.dirname, 'graphql_js/mute_harness.mjs')],
    { encoding: 'utf8', timeout: 60_000 });
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stdout, /only reference's/);
});
