// motcua-server check: silent about a house that fits together, and clear about the one thing that is missing.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, command, root } from './support.mjs';

let database;
let env;
const scratch = mkdtempSync(join(tmpdir(), 'motcua-check-'));
before(() => {
  database = Database.copy('check');
  env = { ...process.env, MOTCUA_DATABASE_URL: database.url, MOTCUA_DEVELOPMENT: 'yes' };
});
after(() => {
  database.drop();
  rmSync(scratch, { recursive: true });
});

// The SDL with one file changed, as a directory for check.
function schema(name, file, change) {
  const place = join(scratch, name);
  cpSync(join(root, 'schema/graphql'), place, { recursive: true });
  if (file) {
    const before = readFileSync(join(place, file), 'utf8');
    const after = change(before);
    assert.notEqual(after, before, `${name}: nothing changed`);
    writeFileSync(join(place, file), after);
  }
  return place;
}

const check = (...args) => command(['check', ...args], env);

function assertSays(done, ...words) {
  assert.equal(done.code, 1, done.out + done.err);
  const lines = done.err.trimEnd().split('\n');
  for (const word of words)
    assert.ok(lines.some((line) => line.includes(word)), `${word} is not in: ${done.err}`);
  assert.ok(lines.every((line) => line.length < 300), done.err);
}

test('what was built fits the database', () => {
  const done = check();
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /^ok: schema, resolvers and \d+ statements fit the database\n$/);
  assert.equal(check(schema('same')).code, 0);
});

// check's words while the database is changed, and that it is well afterwards.
function whileChanged(change, back) {
  database.sql(change);
  try {
    return check();
  } finally {
    database.sql(back);
    assert.equal(check().code, 0);
  }
}

test('a column that is gone is named with each statement that reads it', () => {
  const done = whileChanged('ALTER TABLE motcua.dossier RENAME COLUMN finished_at TO ended_at',
    'ALTER TABLE motcua.dossier RENAME COLUMN ended_at TO finished_at');
  assertSays(done, 'dossier_by_code: ', 'dossiers_by_id: ', 'finished_at');
});

test('a column of another type is named', () => {
  const done = whileChanged('ALTER TABLE motcua.dossier ALTER COLUMN submitted_at TYPE date',
    'ALTER TABLE motcua.dossier ALTER COLUMN submitted_at TYPE timestamptz');
  assertSays(done, 'submitted_at');
});

test('a function that is gone is named', () => {
  const done = whileChanged('ALTER FUNCTION motcua.remove_device(uuid) RENAME TO remove_device_gone',
    'ALTER FUNCTION motcua.remove_device_gone(uuid) RENAME TO remove_device');
  assertSays(done, 'remove_device');
});

test('an SDL field taken away leaves a resolver without a field', () => {
  assertSays(check(schema('taken', 'dossier.graphql', (text) =>
    text.replace(/ *"When the result is due[^\n]*\n *dueAt: DateTime\n/, ''))), 'dueAt');
});

test('an SDL field added has no resolver', () => {
  assertSays(check(schema('added', 'dossier.graphql', (text) =>
    text.replace('  state: DossierState!\n', '  state: DossierState!\n  "Colour (màu)."\n  colour: String\n'))), 'colour');
});

test('an SDL type that is not there, or text that is no SDL, is said', () => {
  assertSays(check(schema('type', 'dossier.graphql', (text) => text.replace('dueAt: DateTime', 'dueAt: Momentum'))), 'Momentum');
  assert.equal(check(schema('junk', 'dossier.graphql', () => 'type {')).code, 1);
  const empty = mkdtempSync(join(scratch, 'empty-'));
  assertSays(check(empty), 'holds no .graphql file');
});

test('a database that is not there is one sentence a role', () => {
  const done = command(['check'], { ...env, MOTCUA_DATABASE_URL: env.MOTCUA_DATABASE_URL.replace('e2e_check', 'nowhere') });
  assertSays(done, 'MOTCUA_DATABASE_URL');
});
