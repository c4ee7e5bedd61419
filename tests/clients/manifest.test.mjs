// The documents that our app ships: they fit the schema, and the manifest in the repository is theirs. A change of the
// schema that breaks an app out there fails here.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { command, root } from '../e2e/support.mjs';

const apps = join(root, 'schema/clients');
let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), 'motcua-validate-')); });
after(() => rmSync(folder, { recursive: true }));

const validate = (...words) => command(['validate', ...words], process.env);
const file = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

for (const app of readdirSync(apps)) {
  const files = (ending) => readdirSync(join(apps, app)).filter((name) => name.endsWith(ending)).map((name) => join(apps, app, name));

  test(`every manifest of ${app} fits the schema, as its installed versions need`, () => {
    const manifests = files('.json');
    assert.ok(manifests.length > 0);
    const done = validate(...manifests);
    assert.equal(done.code, 0, done.err);
  });

  test(`the newest manifest of ${app} is that of its documents`, () => {
    const out = join(folder, `${app}.json`);
    const done = validate('--manifest', out, ...files('.graphql'));
    assert.equal(done.code, 0, done.err);
    const newest = files('.json').map((path) => [Number(/(\d+)\.json$/.exec(path)[1]), path]).sort(([a], [b]) => b - a)[0][1];
    assert.equal(readFileSync(out, 'utf8').trim(), readFileSync(newest, 'utf8').trim(),
      `write ${newest} anew, or a higher one when this one is in shops: motcua-server validate --manifest`);
  });
}

test('a manifest is as long as its limit, and no longer', () => {
  const of = (bytes) => file(`${bytes}.json`, '{"open":"{ viewer { id } }"}'.padEnd(bytes));
  const atIt = validate(of(4 * 1024 * 1024));
  assert.equal(atIt.code, 0, atIt.err);
  const over = validate(of(4 * 1024 * 1024 + 1));
  assert.equal(over.code, 1);
  assert.match(over.err, /manifest: it is too long/);
});

test('what does not fit is told with file, line and column, all of it, and exit code 1', () => {
  const first = file('first.graphql', 'query First {\n  viewer { ...Parts }\n  nothing\n}\n');
  const second = file('second.graphql', 'fragment Parts on Viewer {\n  name\n  shoeSize\n}\n');
  const done = validate(first, second);
  assert.equal(done.code, 1);
  assert.match(done.err, /first\.graphql:3:3: Cannot query field "nothing" on type "Query"/);
  assert.match(done.err, /second\.graphql:3:3: Cannot query field "shoeSize" on type "Viewer"/);
});

test('a file that does not parse is told where', () => {
  const done = validate(file('open.graphql', 'query Open {\n  viewer {\n'));
  assert.equal(done.code, 1);
  assert.match(done.err, /open\.graphql:3:1: Syntax Error: Expected Name, found <EOF>/);
});

test('an operation over a limit of the service is told at its own place', () => {
  const deep = `query Fine { __typename }\nquery Deep { ${'node(id: "1") { ... on Dossier { timeline { nodes { dossier { '.repeat(5)}id${' } } } } }'.repeat(5)} }`;
  const done = validate(file('deep.graphql', deep));
  assert.equal(done.code, 1, done.out);
  assert.match(done.err, /deep\.graphql:2:\d+: /);
});

test('a manifest whose id is not the hash of its document is refused', () => {
  const done = validate(file('wrong.json', JSON.stringify({ ['a'.repeat(64)]: '{ __typename }' })));
  assert.equal(done.code, 1);
  assert.match(done.err, /wrong\.json: a{64}: the id is not the SHA-256/);
});

test('a file that is not there is told', () => {
  const done = validate(join(folder, 'none.graphql'));
  assert.equal(done.code, 1);
  assert.match(done.err, /none\.graphql: cannot be read/);
});
