// motcua-server diagram: the machine as the table has it, and the page that shows it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database, command, root } from './support.mjs';

let database;
let env;
before(() => {
  database = Database.copy('diagram');
  env = { ...process.env, MOTCUA_DATABASE_URL: database.url, MOTCUA_DEVELOPMENT: 'yes' };
});
after(() => database.drop());

const diagram = () => command(['diagram', 'dossier'], env);

test('R20: docs/dossier.md shows the machine as it is', () => {
  const shown = /```mermaid\n(.*?)```/s.exec(readFileSync(join(root, 'docs/dossier.md'), 'utf8'))[1];
  const done = diagram();
  assert.equal(done.code, 0, done.err);
  assert.equal(shown, done.out, 'print it anew: motcua-server diagram dossier');
});

test('R20: an edge more in the table is an edge more in the diagram', () => {
  database.sql(`INSERT INTO dossier_transition (id, from_state, event, to_state, actor_kinds, actor_roles, guards, clock)
    VALUES ('X', 'SUBMITTED', 'vanish', 'STOPPED', '{OFFICER}', '{}', '{}', 'NONE')`);
  assert.match(diagram().out, /^    SUBMITTED --> STOPPED: vanish$/m);
});

test('the word says what it takes, and when nobody answers', () => {
  for (const args of [['diagram'], ['diagram', 'visit'], ['diagram', 'dossier', 'again']]) {
    const done = command(args, env);
    assert.deepEqual([done.code, done.out, done.err], [2, '', 'usage: motcua-server diagram dossier\n'], args.join(' '));
  }
  const done = command(['diagram', 'dossier'], { ...env, MOTCUA_DATABASE_URL: 'postgresql:///motcua?host=/nowhere' });
  assert.deepEqual([done.code, done.out], [1, '']);
  assert.match(done.err, /motcua-server diagram: PostgreSQL does not answer\.\n$/);
});
