// The matrix of authorisation: what each principal is answered at every field of the schema equals table.csv, which a
// person has read. Cells: visible; null (there is something, and it is withheld, or the root field gives nothing);
// hidden (the object is not reached); a mutation's type of answer; the code of an error; - (nothing gives this type yet).
// A new type or root field needs its ways in ways.mjs; then MOTCUA_UPDATE_MATRIX=1 writes the table: read the difference.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, getNamedType, isCompositeType, isObjectType } from 'graphql';
import { acceptIt, root, sleep, until } from '../e2e/support.mjs';
import { roots, ways } from './ways.mjs';
import { World, desks, principals } from './world.mjs';

const folder = join(root, 'schema/graphql');
const schema = buildSchema(readdirSync(folder).filter((name) => name.endsWith('.graphql')).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'));
const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
const rootNames = ['Query', 'Mutation', 'Subscription'];
const file = join(root, 'tests/authorisation/table.csv');
const updating = process.env.MOTCUA_UPDATE_MATRIX === '1';
const heading = ['field', 'way', ...principals].join(',');
const lines = updating ? [] : readFileSync(file, 'utf8').trimEnd().split('\n');
const table = new Map(lines.slice(1).map((line) => { const [field, way, ...cells] = line.split(','); return [`${field},${way}`, cells.join(',')]; }));
const seen = new Map();
let world;

before(async () => { world = await World.start(); });
after(async () => { await world?.stop(); });

const selection = (field) => (isCompositeType(getNamedType(field.type)) ? `${field.name} { __typename }` : field.name);
const codeOf = ({ errors }) => errors?.[0].extensions?.code ?? 'ERROR';
const cellOf = (value, answersType) => {
  if (value === null || value === undefined) return 'null';
  return answersType ? value.__typename : 'visible';
};

async function ask(way, principal, text) {
  const { after: undo, query, variables } = await way.document(world, principal, text);
  const reply = await world.client.post(query, { token: world.tokens[principal], variables });
  undo?.();
  return reply.json;
}

const line = (row, cells) => [row, ...principals.map((each) => cells[each])].join(',');

function put(field, way, principal, cell) {
  const row = `${field},${way.replaceAll(',', ';')}`;
  if (!seen.has(row)) seen.set(row, {});
  seen.get(row)[principal] = cell;
}

// All fields at once; where that fails, each by itself.
async function judge(type, way, principal, fields) {
  const answer = await ask(way, principal, fields.map(selection).join(' '));
  if (answer.errors && fields.length > 1) {
    for (const field of fields) await judge(type, way, principal, [field]);
    return;
  }
  const object = answer.data && !answer.errors ? way.reach(answer.data, world, principal) : null;
  for (const field of fields) {
    const cell = object ? cellOf(object[field.name]) : 'hidden';
    put(`${type.name}.${field.name}`, way.name, principal, answer.errors ? codeOf(answer) : cell);
  }
}

// What has been seen in these rows is what is written there.
function compare(which) {
  if (updating) return;
  const rows = [...seen].filter(([row]) => which(...row.split(','))).map(([row, cells]) => line(row, cells));
  const written = [...table].filter(([row]) => which(...row.split(','))).map(([row, cells]) => `${row},${cells}`);
  assert.deepEqual(rows.sort(), written.sort());
}

test('every type of the schema has a way to it, and every way a type', () => {
  assert.deepEqual(Object.keys(ways).sort(), types.map(({ name }) => name).filter((name) => !rootNames.includes(name)).sort());
  for (const name of ['Query', 'Mutation']) assert.deepEqual(Object.keys(roots[name]).sort(), Object.keys(schema.getType(name).getFields()).sort());
  assert.deepEqual(Object.keys(schema.getSubscriptionType().getFields()), ['dossierEvents', 'bulkJob']);
});

test('every field of the schema has a row, and every row a field', { skip: updating }, () => {
  assert.equal(lines[0], heading);
  assert.equal(table.size, lines.length - 1, 'a row is there twice');
  const fields = types.flatMap((type) => Object.keys(type.getFields()).map((name) => `${type.name}.${name}`));
  assert.deepEqual([...new Set([...table.keys()].map((row) => row.split(',')[0]))].sort(), fields.sort());
});

for (const type of types.filter(({ name }) => !rootNames.includes(name))) {
  test(`${type.name}: who sees what`, async () => {
    const fields = Object.values(type.getFields());
    for (const way of ways[type.name] ?? []) {
      for (const principal of principals) await judge(type, way, principal, fields);
    }
    if (ways[type.name]?.length === 0)
      for (const field of fields) for (const principal of principals) put(`${type.name}.${field.name}`, 'none', principal, '-');
    compare((field, way) => field.startsWith(`${type.name}.`) && !way.startsWith('stream '));
  });
}

for (const [type, fields] of Object.entries(roots)) {
  for (const [field, itsWays] of Object.entries(fields)) {
    test(`${type}.${field}: who may ask`, async () => {
      for (const way of itsWays) {
        for (const principal of principals) {
          const answer = await ask(way, principal);
          put(`${type}.${field}`, way.name, principal, answer.errors ? codeOf(answer) : cellOf(answer.data.it, way.answersType));
        }
      }
      compare((row) => row === `${type}.${field}`);
    });
  }
}

test('who may not make a change is told in its union, never by an error', () => {
  const changes = [...seen].filter(([row]) => row.startsWith('Mutation.'));
  assert.ok(changes.length > 0);
  for (const [row, cells] of changes) for (const each of principals) assert.match(cells[each], /^([A-Z][a-z][A-Za-z]+|UNAUTHENTICATED)$/, `${row} ${each}`);
});

test('what viewer gives is one\'s own', async () => {
  for (const [principal, from] of Object.entries({ citizen: 'subject WHERE id = 1', citizen2: 'subject WHERE id = 2', partner: 'subject WHERE id = 5001',
    partner2: 'subject WHERE id = 5002', officer: 'officer WHERE id = 1', officer3: 'officer WHERE id = 3',
    ...Object.fromEntries(Object.entries(desks).map(([name, { no }]) => [name, `officer WHERE id = ${no}`])) })) {
    const { viewer } = await world.client.data('{ viewer { id name } }', { token: world.tokens[principal] });
    assert.equal(`${viewer.id}|${viewer.name}`, world.one(`SELECT public_id, name FROM ${from}`), principal);
  }
});

const refusals = { 200: undefined, 401: 'UNAUTHENTICATED' };

// All streams at once, then one event: whoever has not had it when it has long come to its applicant is not sent it.
test('Subscription.dossierEvents: to whom an event comes', async () => {
  const code = await world.dossier('SUBMITTED');
  world.database.number();
  const type = schema.getType('DossierEvent');
  const fields = Object.values(type.getFields());
  const streams = [];
  for (const [way, call] of [['all', 'dossierEvents'], ['of the citizen\'s dossier', `dossierEvents(code: "${code}")`]]) {
    for (const principal of principals) {
      const client = world.house.client();
      const stream = await client.events(`subscription { it: ${call} { ${fields.map(selection).join(' ')} } }`, { token: world.tokens[principal] });
      assert.ok(stream.status in refusals, `${principal}: ${stream.status}`);
      streams.push({ way, principal, client, stream });
    }
  }
  await sleep(300);
  assert.ok((await acceptIt(world.client, world.tokens.officer, code, { note: 'Ghi chú' })).dossier);
  world.house.ring();
  await until('the applicant has it', () => streams.filter(({ principal, stream }) => principal === 'citizen' && stream.results.length > 0).length === 2);
  await sleep(1000);
  for (const { way, principal, client, stream } of streams) {
    const result = stream.results.find((each) => each.errors || each.data?.it?.to === 'ACCEPTED');
    const failed = result?.errors ? codeOf(result) : refusals[stream.status];
    put('Subscription.dossierEvents', way, principal, failed ?? (result ? 'visible' : 'hidden'));
    for (const field of fields) put(`DossierEvent.${field.name}`, `stream ${way}`, principal, failed ?? (result ? cellOf(result.data.it[field.name]) : 'hidden'));
    client.close();
  }
  compare((field, way) => field === 'Subscription.dossierEvents' || (field.startsWith('DossierEvent.') && way.startsWith('stream ')));
});

// A job that is done is told once, and completes the stream; to whom it is not shown the stream is complete at once.
test('Subscription.bulkJob: to whom a job is told', async () => {
  const fields = Object.values(schema.getType('BulkJob').getFields());
  const way = 'of the partner';
  for (const principal of principals) {
    const client = world.house.client();
    const stream = await client.events(`subscription($id: ID!) { it: bulkJob(id: $id) { ${fields.map(selection).join(' ')} } }`,
      { token: world.tokens[principal], variables: { id: world.job } });
    assert.ok(stream.status in refusals, `${principal}: ${stream.status}`);
    await stream.end();
    const [result] = stream.results;
    const failed = result?.errors ? codeOf(result) : refusals[stream.status];
    assert.ok(failed || stream.complete, principal);
    put('Subscription.bulkJob', way, principal, failed ?? (result ? 'visible' : 'hidden'));
    for (const field of fields) put(`BulkJob.${field.name}`, `stream ${way}`, principal, failed ?? (result ? cellOf(result.data.it[field.name]) : 'hidden'));
    client.close();
  }
  compare((field, which) => field === 'Subscription.bulkJob' || (field.startsWith('BulkJob.') && which.startsWith('stream ')));
});

test('the whole is as written', () => {
  if (updating) writeFileSync(file, `${[heading, ...[...seen].map(([row, cells]) => line(row, cells)).sort()].join('\n')}\n`);
  else compare(() => true);
});
