// R17: the graph is open and documented, and the kiosk, the phone and a city's app share it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildClientSchema, buildSchema, getIntrospectionQuery, isSpecifiedScalarType, lexicographicSortSchema, printType } from 'graphql';
import { House } from './support.mjs';

let house;
let client;
let sdl;
before(async () => {
  house = await House.start('open_graph', { settings: { MOTCUA_DEVELOPMENT: 'yes' } });
  client = house.client();
  sdl = house.command('schema').out;
});
after(() => house.stop());

// Everything that has a name in the schema, with its description.
function* described(schema) {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    yield [type.name, type.description];
    for (const value of type.getValues?.() ?? []) yield [`${type.name}.${value.name}`, value.description];
    for (const field of Object.values(type.getFields?.() ?? {})) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const argument of field.args ?? []) yield [`${type.name}.${field.name}(${argument.name})`, argument.description];
    }
  }
}

test('R17: whatever has a name in the graph says what it is, in English and by its Vietnamese term', () => {
  const all = [...described(buildSchema(sdl))];
  assert.ok(all.length > 300, `${all.length} are looked at`);
  const vietnamese = /\([^)]*[À-ỹ][^)]*\)/u;
  assert.deepEqual(all.filter(([, text]) => !text || !vietnamese.test(text)).map(([name]) => name), []);
});

test('R17: the schema is handed out, and a workshop answers the same to whoever asks for it', async () => {
  const answered = buildClientSchema(await client.data(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, inputValueDeprecation: true })));
  const printed = (schema) => Object.values(lexicographicSortSchema(schema).getTypeMap()).filter(({ name }) => !name.startsWith('__')).map(printType);
  assert.deepEqual(printed(answered), printed(buildSchema(sdl)));
});

test('R17: a city\'s app reads the catalogue with nobody signed in', async () => {
  const query = '{ procedures(first: 5) { nodes { code name } } clientStatus(name: "city-app", version: "1.0") }';
  const reply = await client.post('{ procedures(first: 5) { nodes { code name } } }');
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.data.procedures.nodes.length, 5);
  assert.equal((await client.data(query)).procedures.nodes.length, 5);
});

test('R17: by which client somebody asks makes no difference to the answer', async () => {
  const token = house.token('citizen');
  const body = JSON.stringify({ query: '{ viewer { name dossiers(first: 3) { nodes { code state procedure { name } } } } procedures(first: 3) { nodes { name } } }' });
  const answers = [];
  for (const [name, version] of [['kiosk', '1.0'], ['motcua-android', '9.9'], ['city-app', '2.1'], [undefined, undefined]]) {
    const named = name && { 'apollographql-client-name': name, 'apollographql-client-version': version };
    const { status, text } = await client.request('POST', '/graphql',
      { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}`, ...named }, body);
    assert.equal(status, 200, text);
    answers.push(text);
  }
  assert.ok(JSON.parse(answers[0]).data.viewer.dossiers.nodes.length === 3);
  assert.equal(new Set(answers).size, 1);
});
