// GraphQL over HTTP: every status of both profiles, batches, methods, and what a request may weigh.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { after, before, test } from 'node:test';
import { getIntrospectionQuery } from 'graphql';
import { House, key } from './support.mjs';

const houses = {};
let database;
before(async () => {
  houses.audit = await House.start('http', { settings: { MOTCUA_BATCH_MAX: '3', MOTCUA_VARIABLES_BYTES_MAX: '2000' } });
  database = houses.audit.database;
  houses.draft2026 = await House.start('draft', { database, settings: { MOTCUA_STATUS_PROFILE: 'draft2026', MOTCUA_BATCH_MAX: '0' } });
});
after(async () => {
  await houses.draft2026.stop();
  await houses.audit.stop();
});

const json = 'application/json';
const reply = 'application/graphql-response+json';
const post = (house, accept, body, more = {}) => house.client().request('POST', '/graphql',
  { 'content-type': json, accept, ...more }, typeof body === 'string' ? body : JSON.stringify(body));

// What is sent; the status for audit + application/json, audit + graphql-response+json, and the draft.
const cells = [
  ['data', { query: '{ __typename }' }, 200, 200, 200],
  ['data with an error', { query: '{ __typename procedures(first: 101) { nodes { id } } }' }, 200, 200, 294],
  ['no JSON', '{', 400, 400, 400],
  ['no GraphQL request', '{"query":1}', 400, 400, 422],
  ['a document that does not parse', { query: '{' }, 200, 400, 400],
  ['a document that does not fit the schema', { query: '{ nothing }' }, 200, 400, 422],
  ['no such operation', { query: 'query A { __typename }', operationName: 'B' }, 200, 400, 422],
  ['an ambiguous operation', { query: 'query A { __typename } query B { __typename }' }, 200, 400, 422],
  ['variables that do not fit', { query: 'query($n: Int!) { procedures(first: $n) { nodes { id } } }', variables: { n: 'x' } }, 200, 400, 422],
  ['a document over a limit', { query: `{ ${'a: __typename '.repeat(60)} }` }, 200, 400, 422],
  ['an unknown document', { documentId: 'x-none' }, 200, 404, 404],
];
for (const [what, body, auditJson, auditReply, draft] of cells)
  test(`${what}: ${auditJson}, ${auditReply}, ${draft}`, async () => {
    assert.equal((await post(houses.audit, json, body)).status, auditJson);
    assert.equal((await post(houses.audit, reply, body)).status, auditReply);
    for (const accept of [json, reply]) assert.equal((await post(houses.draft2026, accept, body)).status, draft, accept);
  });

test('statuses of the transport are the same in both profiles', async () => {
  for (const house of Object.values(houses)) {
    const client = house.client();
    const status = async (method, path, headers, body) => (await client.request(method, path, headers, body)).status;
    const query = `/graphql?query=${encodeURIComponent('mutation { endSession(input: {idempotencyKey: "k"}) { __typename } }')}`;
    const found = await client.request('GET', query, { accept: reply });
    assert.deepEqual([found.status, found.headers.allow], [405, 'POST']);
    const put = await client.request('PUT', '/graphql', { 'content-type': json, accept: json }, '{}');
    assert.deepEqual([put.status, put.headers.allow], [405, 'GET, POST, QUERY']);
    assert.equal(await status('POST', '/graphql', { 'content-type': json, accept: 'text/html' }, '{"query":"{ __typename }"}'), 406);
    assert.equal(await status('POST', '/graphql', { 'content-type': 'text/plain', accept: json }, '{"query":"{ __typename }"}'), 415);
    assert.equal(await status('POST', '/graphql', { 'content-type': `${json}; charset=latin1`, accept: json }, '{"query":"{ __typename }"}'), 415);
    assert.equal(await status('POST', '/graphql', { 'content-type': `${json}; charset=UTF-8`, accept: json }, '{"query":"{ __typename }"}'), 200);
    assert.equal(await status('POST', '/graphql', { 'content-type': json, accept: json, authorization: 'Bearer x' }, '{"query":"{ __typename }"}'), 401);
  }
});

test('QUERY asks as POST does, and changes nothing', async () => {
  const ask = (query) => houses.audit.client().request('QUERY', '/graphql', { 'content-type': json, accept: reply }, JSON.stringify({ query }));
  assert.deepEqual((await ask('{ __typename }')).json, { data: { __typename: 'Query' } });
  assert.equal((await ask('mutation { endSession(input: {idempotencyKey: "k"}) { __typename } }')).status, 405);
});

test('a batch by QUERY changes nothing either', async () => {
  const { audit } = houses;
  const authorization = `Bearer ${audit.token('citizen')}`;
  const found = await audit.client().request('QUERY', '/graphql', { 'content-type': json, accept: json, authorization }, JSON.stringify([
    { query: 'mutation($input: EndSessionInput!) { endSession(input: $input) { __typename } }', variables: { input: { idempotencyKey: key() } } },
    { query: '{ viewer { id } }' }]));
  assert.equal(found.json[0].errors?.[0].message, 'A mutation is sent by POST.', found.text);
  assert.ok(found.json[1].data?.viewer.id, found.text);
});

test('the profile of the draft says graphql-response+json of what is no success', async () => {
  const found = await post(houses.draft2026, json, { query: '{ nothing }' });
  assert.match(found.headers['content-type'], /^application\/graphql-response\+json/);
  assert.match((await post(houses.draft2026, json, { query: '{ __typename }' })).headers['content-type'], /^application\/json/);
});

test('a batch is answered in its order, each with its own errors', async () => {
  const found = await post(houses.audit, json, [{ query: '{ __typename }' }, { query: '{ nothing }' }, { query: '{ viewer { id } }' }],
    { authorization: `Bearer ${houses.audit.token('citizen')}` });
  assert.equal(found.status, 200);
  const [first, second, third] = found.json;
  assert.deepEqual(first, { data: { __typename: 'Query' } });
  assert.match(second.errors[0].message, /Cannot query field/);
  assert.ok(third.data.viewer.id);
});

test('the operations of a batch are counted by the client that sends them', async () => {
  const one = { query: '{ __typename }' };
  await post(houses.audit, json, [one, one], { 'apollographql-client-name': 'batcher', 'apollographql-client-version': '7' });
  assert.equal((await houses.audit.metrics())['motcua_client_operations_total{client="batcher",version="7"}'], 2);
});

test('what follows a change in a batch sees it', async () => {
  const { audit } = houses;
  const authorization = { authorization: `Bearer ${audit.token('citizen')}` };
  const found = await post(audit, json, [
    { query: 'mutation($input: EndSessionInput!) { endSession(input: $input) { __typename } }', variables: { input: { idempotencyKey: key() } } },
    { query: '{ viewer { id } }' }], authorization);
  assert.equal(found.json[0].data.endSession.__typename, 'SessionEnded', found.text);
  assert.equal(found.json[1].errors[0].extensions.code, 'UNAUTHENTICATED');
});

test('a batch has its limit, is off without the setting, and holds no stream', async () => {
  const one = { query: '{ __typename }' };
  assert.equal((await post(houses.audit, json, [one, one, one])).json.length, 3);
  const over = await post(houses.audit, json, [one, one, one, one]);
  assert.deepEqual([over.status, over.json.errors[0].extensions.code], [400, 'LIMIT_EXCEEDED']);
  assert.equal((await post(houses.audit, json, [])).status, 400);
  assert.match((await post(houses.draft2026, json, [one])).json.errors[0].message, /Batches are off/);
  const [stream, bad] = (await post(houses.audit, json, [{ query: 'subscription { dossierEvents { id } }' }, 7])).json;
  assert.equal(stream.errors[0].extensions.code, 'NOT_ACCEPTABLE');
  assert.equal(bad.errors[0].extensions.code, 'BAD_USER_INPUT');
});

test('who leaves in the middle of a batch leaves nothing behind', async () => {
  const { audit } = houses;
  const slow = { query: '{ viewer { dossiers(first: 100) { nodes { code timeline(last: 5) { nodes { at } } } } } }' };
  for (let i = 0; i < 20; i++) {
    const client = audit.client();
    const stream = client.session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': json, accept: json,
      authorization: `Bearer ${audit.token('citizen')}` });
    stream.on('error', () => {});
    stream.end(JSON.stringify([slow, slow, slow]));
    await new Promise((resolve) => { setTimeout(resolve, i % 5); });
    client.close();
  }
  assert.deepEqual((await post(audit, json, { query: '{ __typename }' })).json, { data: { __typename: 'Query' } });
});

// A body is not copied: what it lies in must stay until it has left, or is not wanted any more.
test('many long answers at once come whole, though some are given up and what was kept is dropped meanwhile', async () => {
  const { audit } = houses;
  const kept = [getIntrospectionQuery(), undefined];
  const own = ['{ viewer { dossiers(first: 20) { nodes { code state procedure { name } receivedAgency { name } timeline(first: 5) { nodes { at event note } } } } } }', audit.token('citizen')];
  const client = audit.client();
  const ask = ([query, token]) => client.post(query, { token });
  const leave = async ([query, token]) => {
    const { stream } = await client.stream('POST', '/graphql', { 'content-type': json, accept: reply, ...(token ? { authorization: `Bearer ${token}` } : {}) }, JSON.stringify({ query }));
    stream.close(http2.constants.NGHTTP2_CANCEL);
  };
  const asked = Array.from({ length: 24 }, (_, i) => (i % 3 === 2 ? leave(i % 2 ? kept : own) : ask(i % 3 ? kept : own)));
  audit.database.sql('UPDATE procedure SET code = code WHERE id = 1'); // the server drops what it has kept
  const texts = (await Promise.all(asked)).filter(Boolean).map(({ text }) => text);
  assert.equal(texts.length, 16);
  assert.equal(new Set(texts).size, 2);
  for (const text of texts) assert.ok(text.length > 3000 && JSON.parse(text).data, text.slice(0, 200));
});

test('variables are taken up to the setting, and 64 deep', async () => {
  const query = 'query($code: String!) { dossier(code: $code) { id } }';
  const ask = (bytes) => post(houses.audit, json, { query, variables: { code: 'x'.repeat(bytes - '{"code":""}'.length) } });
  assert.equal((await ask(2000)).status, 200);
  const over = await ask(2001);
  assert.deepEqual([over.status, over.json.errors[0].message], [413, 'The variables are too long.']);
  const nest = (depth) => post(houses.audit, reply, `{"query":"query($v: String!) { dossier(code: $v) { id } }","variables":{"v":${'['.repeat(depth)}${']'.repeat(depth)}}}`);
  assert.doesNotMatch((await nest(64)).text, /nested/);
  assert.match((await nest(65)).text, /nested/);
});

test('variables have one limit, by GET and in a batch too', async () => {
  const query = 'query($code: String!) { dossier(code: $code) { id } }';
  const of = (bytes) => ({ code: 'x'.repeat(bytes - '{"code":""}'.length) });
  const get = (bytes) => houses.audit.client().get(`/graphql?${new URLSearchParams({ query, variables: JSON.stringify(of(bytes)) })}`);
  const [atIt, over] = [await get(2000), await get(2001)];
  assert.deepEqual([atIt.status, over.status, over.json.errors[0].message], [200, 413, 'The variables are too long.']);
  const batch = (await post(houses.audit, json, [{ query, variables: of(2001) }, { query, variables: of(2000) }])).json;
  assert.equal(batch[0].errors?.[0].message, 'The variables are too long.');
  assert.deepEqual(batch[1].data, { dossier: null });
});

test('a request has as many parts as the setting, and no more, however short they are', async () => {
  const ask = (parts) => post(houses.audit, reply, `{"query":"{ __typename }","extensions":{"x":[${Array(parts - 3).fill('1').join(',')}]}}`);
  assert.deepEqual((await ask(20_000)).json, { data: { __typename: 'Query' } });
  const over = await ask(20_001);
  assert.deepEqual([over.status, over.json.errors[0].message], [400, 'The body is not JSON, is nested too deeply, or has too many parts.']);
  const objects = (count) => post(houses.audit, reply, `{"query":"{ __typename }","extensions":{"x":[${Array(count).fill('{}').join(',')}]}}`);
  assert.equal((await objects(9998)).status, 200);
  assert.equal((await objects(9999)).status, 400);
});

test('a number beyond 64 bits is JSON, and no Int', async () => {
  const found = await post(houses.audit, reply, '{"query":"query($n: Int) { procedures(first: $n) { nodes { id } } }","variables":{"n":99999999999999999999}}');
  assert.match(found.json.errors[0].message, /Int cannot represent non 32-bit signed integer value: 100000000000000000000/);
});

test('an unknown profile is told at the start', async () => {
  await assert.rejects(House.start('profile', { database, settings: { MOTCUA_STATUS_PROFILE: 'none' } }), /MOTCUA_STATUS_PROFILE is audit or draft2026/);
});
