// What bad input gets: a status, a JSON error with a code, and where in the document it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './support.mjs';

let house;
let client;
let citizen;
before(async () => {
  house = await House.start('input', { settings: { MOTCUA_COST_MAX_APP: '100000' } });
  client = house.client();
  citizen = house.token('citizen');
});
after(() => house.stop());

const json = { 'content-type': 'application/json' };

// A reply that is no answer: one error with a code, as JSON that nobody keeps.
function assertRefused(reply, status, code) {
  assert.equal(reply.status, status, reply.text);
  assert.match(reply.headers['content-type'], /^application\/(graphql-response\+)?json; charset=utf-8$/);
  assert.match(reply.headers['cache-control'], /no-store/);
  const [error, ...more] = reply.json.errors;
  assert.equal(more.length, 0);
  assert.equal(error.extensions.code, code);
  assert.ok(error.message.length > 10);
  assert.equal('data' in reply.json, false);
}

async function assertDocument(document, code, where, options = {}) {
  const reply = await client.post(document, options);
  assert.equal(reply.status, 400, `${document}: ${reply.text}`);
  const error = reply.json.errors.find(({ extensions }) => extensions.code === code);
  assert.ok(error, `${document}: ${reply.text}`);
  assert.equal('data' in reply.json, false);
  if (where) assert.deepEqual(error.locations, [where], `${document}: ${reply.text}`);
  return error;
}

test('a syntax error says where', async () => {
  await assertDocument('{ viewer { name }', 'GRAPHQL_PARSE_FAILED', { line: 1, column: 18 });
  await assertDocument('{\n  viewer { na"me }\n}', 'GRAPHQL_PARSE_FAILED');
  await assertDocument('', 'GRAPHQL_PARSE_FAILED');
  await assertDocument('{ procedure(code: "\\u{110000}") { code } }', 'GRAPHQL_PARSE_FAILED');
});

test('a validation error says where', async () => {
  await assertDocument('{ viewer {\n  nmae } }', 'GRAPHQL_VALIDATION_FAILED', { line: 2, column: 3 });
  await assertDocument('{ dossier { code } }', 'GRAPHQL_VALIDATION_FAILED', { line: 1, column: 3 });
  await assertDocument('{ dossier(code: 7) { code } }', 'GRAPHQL_VALIDATION_FAILED', { line: 1, column: 17 });
  await assertDocument('{ viewer }', 'GRAPHQL_VALIDATION_FAILED');
  await assertDocument('query($x: Nothing) { viewer { name } }', 'GRAPHQL_VALIDATION_FAILED');
  await assertDocument('{ a: viewer { name } a: viewer { id } ...F } fragment G on Viewer { id }', 'GRAPHQL_VALIDATION_FAILED');
  await assertDocument('{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }', 'GRAPHQL_VALIDATION_FAILED');
});

test('an older client that takes application/json gets the same errors with 200', async () => {
  const reply = await client.post('{ nothing }', { accept: 'application/json' });
  assert.equal(reply.status, 200);
  assert.match(reply.headers['content-type'], /^application\/json/);
  assert.equal(reply.json.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  assert.equal('data' in reply.json, false);
});

test('the operation is chosen by its name', async () => {
  const two = 'query A { a: __typename } query B { b: __typename }';
  assert.deepEqual(await client.data(two, { operationName: 'B' }), { b: 'Query' });
  assert.equal((await client.post(two)).status, 400);
  assert.equal((await client.post(two, { operationName: 'C' })).status, 400);
});

test('variables are checked before anything runs', async () => {
  const ask = 'query($code: String!) { procedure(code: $code) { code } }';
  for (const variables of [undefined, {}, { code: null }, { code: 7 }, { code: ['x'] }, { code: {} }]) {
    const reply = await client.post(ask, { variables });
    assert.equal(reply.status, 400, JSON.stringify(variables));
    assert.equal(reply.json.errors[0].extensions.code, 'BAD_USER_INPUT', reply.text);
    assert.equal('data' in reply.json, false, reply.text);
  }
  assert.deepEqual(await client.data(ask, { variables: { code: 'none', other: 1 } }), { procedure: null });
});

test('what is no JSON object with a document is 400', async () => {
  for (const body of ['', '{', 'null', '[]', '[{"query":"{ __typename }"}]', '"x"', '{}', '{"query":7}', '{"query":null}',
    '{"query":"{ __typename }","variables":[]}', '{"query":"{ __typename }","operationName":1}',
    '{"query":"{ __typename }","extensions":"x"}', '{"query":"{ __typename }"} x',
    '{"query":"{ __typename }","query":"{ viewer { id } }"}', '{"query":"\\ud800"}', '{"query":"\\u0000"}',
    Buffer.from('{"query":"{ __typename } #\xff"}', 'latin1'), `{"query":"{ __typename }","variables":${'{"a":'.repeat(70)}1${'}'.repeat(70)}}`]) {
    const reply = await client.request('POST', '/graphql', json, body);
    assert.equal(reply.status, 400, `${body}: ${reply.text}`);
    assert.ok(reply.json.errors[0].extensions.code, String(body));
  }
});

test('an empty request or a wrong content type is 415', async () => {
  for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/graphql' },
    { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'multipart/form-data; boundary=x' }])
    assertRefused(await client.request('POST', '/graphql', headers, '{"query":"{ __typename }"}'), 415, 'UNSUPPORTED_MEDIA_TYPE');
  const charset = await client.request('POST', '/graphql', { 'content-type': 'Application/JSON; charset=utf-8' },
    '{"query":"{ __typename }"}');
  assert.equal(charset.status, 200);
});

test('a wrong method is 405 and says which are right', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const reply = await client.request(method, '/graphql', json, '{"query":"{ __typename }"}');
    assertRefused(reply, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(reply.headers.allow, 'GET, POST, QUERY');
  }
});

test('what nobody offers is 406', async () => {
  const body = '{"query":"{ __typename }"}';
  for (const accept of ['text/html', 'application/xml, image/png', 'application/json;q=0'])
    assertRefused(await client.request('POST', '/graphql', { ...json, accept }, body), 406, 'NOT_ACCEPTABLE');
  for (const accept of ['*/*', 'application/*', 'text/html, application/json;q=0.1'])
    assert.equal((await client.request('POST', '/graphql', { ...json, accept }, body)).status, 200, accept);
  assertRefused(await client.request('POST', '/graphql', { ...json, accept: 'application/json' },
    '{"query":"subscription { dossierEvents { id } }"}'), 406, 'NOT_ACCEPTABLE');
});

test('an over-long body is 413, announced or not, and one at the limit is read', async () => {
  const body = (size) => {
    const short = '{"query":"{ __typename }"}';
    return short + ' '.repeat(size - short.length);
  };
  assert.equal((await client.request('POST', '/graphql', json, body(1179648))).status, 200);
  assertRefused(await client.request('POST', '/graphql', { ...json, 'content-length': '1179649' }, body(1179649)), 413, 'PAYLOAD_TOO_LARGE');
  const other = house.client();
  assertRefused(await other.request('POST', '/graphql', json, body(1179649)), 413, 'PAYLOAD_TOO_LARGE');
});

test('an over-long address is 414, and one at the limit is read', async () => {
  const address = (size) => {
    const short = '/graphql?query=%7B__typename%7D&x=';
    return short + 'a'.repeat(size - short.length);
  };
  assert.equal((await client.get(address(8192))).status, 200);
  assertRefused(await client.get(address(8193)), 414, 'URI_TOO_LONG');
});

test('GET answers queries and refuses mutations', async () => {
  const get = (document, more = '') => client.get(`/graphql?query=${encodeURIComponent(document)}${more}`);
  assert.deepEqual((await get('{ __typename }')).json, { data: { __typename: 'Query' } });
  const variables = encodeURIComponent('{"code":"none"}');
  assert.deepEqual((await get('query($code: String!) { procedure(code: $code) { code } }', `&variables=${variables}`)).json,
    { data: { procedure: null } });
  const refused = await get('mutation { endSession(input: { idempotencyKey: "x" }) { __typename } }');
  assertRefused(refused, 405, 'METHOD_NOT_ALLOWED');
  assert.equal(refused.headers.allow, 'POST');
  assert.equal((await client.get('/graphql')).status, 400);
  assert.equal((await client.get('/graphql?query=%7B__typename%7D&variables=x')).status, 400);
});

test('an unknown dossier and somebody else\'s get the same answer', async () => {
  const mine = house.database.sql(`SELECT code FROM dossier WHERE applicant = 1 LIMIT 1`);
  const foreign = house.database.sql(`SELECT d.code FROM dossier d WHERE d.applicant = 2 LIMIT 1`);
  const [foreignId, foreignEvent] = house.database.sql(`SELECT d.public_id, e.id FROM dossier d
    JOIN dossier_event e ON e.dossier = d.id WHERE d.code = '${foreign}' LIMIT 1`).split('|');
  const ask = async (code) => (await client.post('query($code: String!) { dossier(code: $code) { code } }',
    { token: citizen, variables: { code } })).text;
  assert.match(await ask(mine), /"code":/);
  assert.equal(await ask(foreign), await ask('H29.101-200101-9999'));
  assert.equal(await ask(foreign), '{"data":{"dossier":null}}');
  for (const id of [foreignId, foreignEvent, '01a218ea-2e89-715a-bdc8-000000000000', 'x', '', 'x'.repeat(5000)]) {
    const { node } = await client.data('query($id: ID!) { node(id: $id) { id } }', { token: citizen, variables: { id } });
    assert.equal(node, null, id);
  }
});

test('first: 100 is answered and 101 refused, wherever it stands', async () => {
  const many = async (field, more = '') => client.post(`{ ${field} { nodes { id } ${more} } }`, { token: citizen });
  for (const name of ['procedures', 'events']) {
    assert.equal((await many(`${name}(first: 100)`)).json.errors, undefined);
    for (const bad of ['first: 101', 'first: -1', 'first: 2147483647']) {
      const { json: reply } = await many(`${name}(${bad})`);
      assert.ok(['BAD_USER_INPUT', 'LIMIT_EXCEEDED'].includes(reply.errors?.[0].extensions.code), `${name}(${bad}): ${JSON.stringify(reply)}`);
    }
  }
  const inside = async (field) => client.post(`{ viewer { ${field} } }`, { token: citizen });
  assert.equal((await inside('dossiers(first: 100) { nodes { timeline(last: 100) { nodes { seq } } } }')).json.errors, undefined);
  for (const bad of ['dossiers(first: 101) { nodes { id } }', 'dossiers(last: 101) { nodes { id } }',
    'dossiers(first: 1, last: 1) { nodes { id } }', 'dossiers(first: 1) { nodes { timeline(first: 101) { nodes { seq } } } }']) {
    const { json: reply } = await inside(bad);
    assert.ok(['BAD_USER_INPUT', 'LIMIT_EXCEEDED'].includes(reply.errors?.[0].extensions.code), `${bad}: ${JSON.stringify(reply)}`);
  }
  const variable = await client.post('query($n: Int) { viewer { dossiers(first: $n) { nodes { id } } } }',
    { token: citizen, variables: { n: 101 } });
  assert.ok(variable.json.errors, variable.text);
});

test('a cursor that is not of this list is the client\'s fault', async () => {
  const { procedures } = await client.data('{ procedures(first: 1) { pageInfo { endCursor } } }');
  for (const after of ['x', '', procedures.pageInfo.endCursor, 'A'.repeat(9000)]) {
    const reply = await client.post('query($after: Cursor) { events(after: $after) { nodes { id } } }',
      { token: citizen, variables: { after } });
    if (after === '') continue;
    assert.equal(reply.json.errors?.[0].extensions.code, 'BAD_USER_INPUT', `${after.slice(0, 40)}: ${reply.text}`);
  }
});

// A document of the given depth in fields.
const nested = (depth) => {
  const around = ['viewer', 'dossiers', 'edges', 'node', 'timeline', 'edges', 'node', 'dossier'];
  const names = [];
  for (let i = 0; names.length < depth - 1; i++)
    names.push(i < 4 ? around[i] : around[4 + (i - 4) % 4]);
  return `{ ${names.join(' { ')} { __typename ${'} '.repeat(names.length)}}`;
};

test('a document is answered at its limits and refused one over', async () => {
  const limits = {
    'depth 12': nested(12),
    'aliases 50': `{ ${Array.from({ length: 1 }, () => 'viewer')} { ${Array.from({ length: 50 }, (_, i) => `a${i}: name`).join(' ')} } }`,
    'root fields 10': `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
    'tokens 2000': `{ viewer { ${'name '.repeat(1995)} } }`,
  };
  for (const [what, document] of Object.entries(limits)) {
    const reply = await client.post(document, { token: citizen });
    assert.equal(reply.json.errors, undefined, `${what}: ${reply.text.slice(0, 300)}`);
  }
  const over = {
    'depth 13': nested(13),
    'aliases 51': limits['aliases 50'].replace('a0', 'z: name a0'),
    'root fields 11': limits['root fields 10'].replace('a0', 'z: __typename a0'),
    'tokens 2001': limits['tokens 2000'].replace('name', 'name name'),
    'document bytes': `{ __typename } #${'x'.repeat(32768)}`,
    'nesting beyond all': '{ viewer '.repeat(900),
    'brackets': `{ procedure(code: ${'['.repeat(1000)}`,
  };
  for (const [what, document] of Object.entries(over)) {
    const reply = await client.post(document, { token: citizen });
    assert.equal(reply.status, 400, `${what}: ${reply.text.slice(0, 300)}`);
    assert.equal('data' in reply.json, false, what);
  }
});

test('an operation of which everything is skipped answers nothing', async () => {
  const ending = 'endSession(input: { idempotencyKey: "x" })';
  for (const document of ['{ __typename @skip(if: true) }', 'mutation { __typename @skip(if: true) }',
    `mutation { ${ending} @include(if: false) { __typename } }`, `mutation { ...F @skip(if: true) } fragment F on Mutation { ${ending} { __typename } }`])
    assert.equal((await client.post(document, { token: citizen })).text, '{"data":{}}', document);
});

test('a fragment bomb costs nothing', async () => {
  const levels = Array.from({ length: 30 }, (_, i) => `fragment F${i} on Viewer { ...F${i + 1} ...F${i + 1} }`);
  const reply = await client.post(`{ viewer { ...F0 } } ${levels.join(' ')} fragment F30 on Viewer { name }`, { token: citizen });
  assert.ok([200, 400].includes(reply.status), reply.text.slice(0, 300));
  assert.ok(reply.text.length < 20_000);
});
