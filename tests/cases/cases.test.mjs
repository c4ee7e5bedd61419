// Golden cases: <type>/<what>.graphql holds a document, the .json beside it the whole answer, and
// comments on top who asks and what it may cost:
//   # as: citizen          an actor of the sample province; without it nobody is signed in
//   # expect-sql: 2        statements sent to PostgreSQL
//   # variables: {"n": 1}  as JSON on one line
//   # id: SELECT ...       a variable id that differs from load to load; ID stands for it in the answer
//   # stories: yes         asked where the stories of stories.mjs have happened
// MOTCUA_UPDATE_CASES=1 writes the answers and the numbers as they are now: read the difference.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, isListType, isObjectType, getNullableType, isInterfaceType } from 'graphql';
import * as office from '../e2e/office.mjs';
import { House, root } from '../e2e/support.mjs';
import { tell } from './stories.mjs';

const here = join(root, 'tests/cases');
const updating = process.env.MOTCUA_UPDATE_CASES === '1';
const files = readdirSync(here, { recursive: true }).filter((name) => name.endsWith('.graphql')).sort();
const tokens = new Map();
let sample;
let told;

before(async () => {
  const house = await House.start('cases');
  sample = { house, client: house.client(), token };
});
after(async () => {
  await sample.house.stop();
  await office.close();
});

function token(actor) {
  if (actor && !tokens.has(actor)) tokens.set(actor, sample.house.token(actor));
  return tokens.get(actor);
}

async function stories() {
  await (told ??= tell());
  return { house: office.house, client: office.client, token: (actor) => office.tokens[actor] };
}

function read(file) {
  const document = readFileSync(join(here, file), 'utf8');
  const heading = {};
  for (const line of document.split('\n')) {
    const found = /^# ([a-z-]+): (.+)$/.exec(line);
    if (!found) break;
    assert.ok(['as', 'expect-sql', 'variables', 'id', 'stories'].includes(found[1]), `${file}: what is "${found[1]}"?`);
    heading[found[1]] = found[2];
  }
  return { document, as: heading.as, sql: heading['expect-sql'], idSql: heading.id, ofStories: heading.stories === 'yes',
    variables: heading.variables && JSON.parse(heading.variables) };
}

for (const file of files) {
  const answer = join(here, file.replace(/\.graphql$/, '.json'));
  test(file, async () => {
    const { document, as, sql, idSql, ofStories, variables: fixed } = read(file);
    const { house, client, token } = ofStories ? await stories() : sample;
    const id = idSql && house.database.sql(idSql);
    const variables = id ? { ...fixed, id } : fixed;
    await client.post(document, { token: token(as), variables });
    const { result, statements } = await house.cost(() => client.post(document, { token: token(as), variables }));
    const text = `${JSON.stringify(result.json, null, 2)}\n`.replaceAll(id ?? '\0', 'ID');
    if (updating) {
      writeFileSync(answer, text);
      const marked = sql === undefined ? `# expect-sql: ${statements}\n${document}`
        : document.replace(/^# expect-sql: .*$/m, `# expect-sql: ${statements}`);
      writeFileSync(join(here, file), marked);
      return;
    }
    assert.ok(existsSync(answer), `${relative(root, answer)} is not there: MOTCUA_UPDATE_CASES=1 writes it`);
    assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(answer, 'utf8')));
    assert.equal(text, readFileSync(answer, 'utf8'), 'members come in the order of the document');
    assert.equal(statements, Number(sql), 'statements sent to PostgreSQL');
  });
}

test('each answer has its case', () => {
  for (const name of readdirSync(here, { recursive: true }))
    if (name.endsWith('.json')) assert.ok(files.includes(name.replace(/\.json$/, '.graphql')), name);
});

// What the schema holds and the cases must touch.
test('every type has a case, and every list a pinned number of statements', () => {
  const sdl = readdirSync(join(root, 'schema/graphql')).map((name) => readFileSync(join(root, 'schema/graphql', name), 'utf8'));
  const schema = buildSchema(sdl.join('\n'));
  const folders = new Set(files.map((name) => name.split('/')[0]));
  const documents = files.map((name) => read(name)).filter(({ sql }) => sql !== undefined).map(({ document }) => document);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const inner = getNullableType(field.type);
      const isList = isListType(inner) || inner.name?.endsWith('Connection');
      if (isList) assert.ok(documents.some((text) => new RegExp(`\\b${field.name}\\b`).test(text)), `${type.name}.${field.name} has no case`);
    }
    const fetched = type.getInterfaces().some(({ name }) => name === 'Node');
    if (fetched) assert.ok(folders.has(type.name.toLowerCase()) || type.name === 'Device', `${type.name} has no case`);
  }
  assert.ok(isInterfaceType(schema.getType('Failure')));
});
