// Cost: what an operation may answer is known before it runs, and each kind of client has its limit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './support.mjs';

let house;
let client;
const tokens = {};
before(async () => {
  house = await House.start('cost', { settings: { MOTCUA_COST_MAX_APP: '221', MOTCUA_COST_MAX_PARTNER: '41',
    MOTCUA_COST_MAX_OFFICER: '42', MOTCUA_LIST_MAX: '30' } });
  for (const actor of ['citizen', 'partner', 'officer']) tokens[actor] = house.token(actor);
  client = house.client();
});
after(() => house.stop());

// Types: viewer, connection, first dossiers, and with each of them a procedure: 2 + 2 * first.
const list = 'query($first: Int) { viewer { dossiers(first: $first) { nodes { procedure { name } } } } }';
const home = 'query($first: Int) { viewer { dossiers(first: $first) { nodes { timeline(last: 9) { nodes { event } } } } } }';
const ask = (query, actor, first) => client.post(query, { token: tokens[actor], variables: { first } });

test('each kind of client has a limit of its own, and passes at it', async () => {
  for (const [actor, query, most] of [['partner', list, 19], ['officer', list, 20], ['citizen', home, 19]]) {
    assert.equal((await ask(query, actor, most)).json.errors, undefined, actor);
    const over = await ask(query, actor, most + 1);
    assert.equal(over.json.errors[0].extensions.code, 'COST_LIMIT_EXCEEDED', `${actor}: ${over.text}`);
    assert.match(over.json.errors[0].message, /may cost \d+; this client's limit is \d+/);
    assert.equal(over.json.data, undefined);
  }
});

test('a list of codes costs as much as it is long, and is no longer than the setting', async () => {
  const codes = (count) => client.post('query($codes: [String!]!) { bulkDossiers(codes: $codes) { dossier { state } } }',
    { token: tokens.partner, variables: { codes: Array.from({ length: count }, (_, i) => `H09.9-261126-${1000 + i}`) } });
  assert.equal((await codes(20)).json.errors, undefined);
  assert.equal((await codes(21)).json.errors[0].extensions.code, 'COST_LIMIT_EXCEEDED');
  assert.match((await codes(31)).json.errors[0].message, /at most 30 items, found: 31/);
});

test('what is refused asks the database nothing', async () => {
  const { roundTrips } = await house.cost(() => ask(home, 'citizen', 30));
  assert.equal(roundTrips, 0);
});

test('a list is no longer than the setting', async () => {
  assert.equal((await client.post('{ procedures(first: 30) { nodes { name } } }')).json.errors, undefined);
  const over = await client.post('{ procedures(first: 31) { nodes { name } } }');
  assert.match(over.json.errors[0].message, /at most 30, found: 31/);
});

test('the schema costs nothing, whatever is asked of it', async () => {
  const { data } = await client.post('{ __schema { types { fields { type { fields { name } } } } } }').then(({ json }) => json);
  assert.ok(data.__schema.types.length > 20);
});
