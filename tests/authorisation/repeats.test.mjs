// Repeats: every change of the schema that takes an idempotencyKey, sent again under the same key, is answered as the first
// time, whoever may make it, and makes nothing again. Whoever adds a change gives its ways in ways.mjs, and it is here.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildSchema, getNamedType, isInterfaceType, isObjectType, isRequiredArgument, isUnionType } from 'graphql';
import { root } from '../e2e/support.mjs';
import { roots } from './ways.mjs';
import { World, principals } from './world.mjs';

const folder = join(root, 'schema/graphql');
const schema = buildSchema(readdirSync(folder).filter((name) => name.endsWith('.graphql')).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'));
const input = (field) => getNamedType(field.args.find(({ name }) => name === 'input').type);
const fields = Object.values(schema.getMutationType().getFields()).filter((field) => input(field).getFields().idempotencyKey);
// What makes its own token worthless cannot be asked again under it.
const lastWords = new Set(['endSession its own', 'requestErasure its own']);

// What is shown once: a repeat has null in its place.
const shownOnce = ['secret', 'trackingCode'];
// What is made whenever it is asked for: a link lasts from then on.
const madeAnew = ['download'];
const repeatOf = ({ data: { it }, ...rest }) => ({ ...rest, data: { it: { ...it, ...Object.fromEntries(shownOnce.filter((name) => name in it).map((name) => [name, null])) } } });

// All fields that need no argument, without lists by pages.
function select(type, depth) {
  if (isUnionType(type)) return `__typename ${type.getTypes().map((each) => `... on ${each.name} { ${select(each, depth)} }`).join(' ')}`;
  const parts = Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument) && !madeAnew.includes(field.name) && !getNamedType(field.type).name.endsWith('Connection'))
    .map((field) => {
      const inner = getNamedType(field.type);
      if (!isObjectType(inner) && !isInterfaceType(inner) && !isUnionType(inner)) return field.name;
      return depth > 0 ? `${field.name} { ${select(inner, depth - 1)} }` : '';
    });
  return ['__typename', ...parts].join(' ');
}
const isFailure = (name) => schema.getType(name).getInterfaces().some((each) => each.name === 'Failure');

let world;
before(async () => { world = await World.start(); });
after(async () => { await world?.stop(); });

// How many rows each table holds; that somebody looked is noted anew in another minute.
const counts = () => world.one(`SELECT string_agg(format('%s:%s', t, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM motcua.%I', t), false, true, '')))[1]), ' ' ORDER BY t)
  FROM unnest(ARRAY(SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'motcua' AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition AND c.relname <> 'access_log')) AS t`);

test('there are changes to repeat, and each has its ways', () => {
  assert.ok(fields.length >= 11);
  for (const { name } of fields) assert.ok(roots.Mutation[name]?.length > 0, name);
});

for (const field of fields) {
  test(`${field.name} is answered the same again`, async () => {
    const query = `mutation($input: ${input(field).name}!) { it: ${field.name}(input: $input) { ${select(getNamedType(field.type), 2)} } }`;
    let repeated = 0;
    for (const way of roots.Mutation[field.name]) {
      if (lastWords.has(`${field.name} ${way.name}`)) continue;
      for (const principal of principals.slice(2)) {
        const { after: undo, variables } = await way.document(world, principal);
        const token = world.tokens[principal];
        const first = await world.client.post(query, { token, variables });
        const made = counts();
        const second = await world.client.post(query, { token, variables });
        undo?.();
        assert.equal(first.json.errors, undefined, first.text);
        if (isFailure(first.json.data.it.__typename)) continue;
        assert.deepEqual(second.json, repeatOf(first.json), `${way.name}, ${principal}`);
        assert.equal(counts(), made, `${way.name}, ${principal}: something was made again`);
        const other = await world.client.post(query, { token, variables: { input: { ...variables.input, ...different(field, variables.input) } } });
        assert.equal(other.json.data?.it.__typename, Object.keys(different(field, variables.input)).length > 0 ? 'KeyReused' : first.json.data.it.__typename, other.text);
        repeated++;
      }
    }
    assert.ok(repeated > 0 || lastWords.has(`${field.name} its own`), 'nobody could make it');
  });
}

// Another value for one of the texts, so that it is another request; none where the input is the key alone.
function different(field, given) {
  const name = Object.keys(given).find((each) => each !== 'idempotencyKey' && input(field).getFields()[each].type.toString().replace('!', '') === 'String');
  return name ? { [name]: `${given[name]} ` } : {};
}
