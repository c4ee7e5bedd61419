// Documents: an app runs those of its manifests and nothing else; partners and officers send what they like.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { House, until } from './support.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const home = 'query Home { viewer { id } }';
const leave = 'mutation Leave($input: RemoveDeviceInput!) { removeDevice(input: $input) { __typename } }';
const twins = 'query A { __typename } query B { viewer { id } }';
const free = '{ viewer { name } }';

let house;
let folder;
let client;
const tokens = {};
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'motcua-documents-'));
  writeFileSync(join(folder, 'app-1.json'), JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1,
    operations: [{ id: sha256(home), name: 'Home', type: 'query', body: home },
      { id: sha256(leave), name: 'Leave', type: 'mutation', body: leave }] }));
  writeFileSync(join(folder, 'web-3.json'), JSON.stringify({ [sha256(home)]: home, 'x-twins': twins }));
  house = await House.start('documents', { settings: { MOTCUA_DEVELOPMENT: 'no', MOTCUA_DOCUMENTS_DIR: folder, MOTCUA_PROCESSES: '2',
    MOTCUA_PERSISTED_QUERY_BYTES: '4096' } });
  for (const actor of ['citizen', 'partner', 'officer']) tokens[actor] = house.token(actor);
  client = house.client();
});
after(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

const send = (body, token) => client.request('POST', '/graphql', { 'content-type': 'application/json',
  accept: 'application/graphql-response+json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, JSON.stringify(body));
const get = (parameters, token, accept = 'application/graphql-response+json') =>
  client.get(`/graphql?${new URLSearchParams(parameters)}`, { accept, ...(token ? { authorization: `Bearer ${token}` } : {}) });
const code = ({ json }) => json.errors?.[0].extensions.code;

test('who may send what: kinds of client by sources of the document', async () => {
  const trusted = { documentId: `sha256:${sha256(home)}` };
  for (const [actor, anyText] of [[undefined, false], ['citizen', false], ['partner', true], ['officer', true]]) {
    const token = tokens[actor];
    for (const body of [trusted, { documentId: sha256(home) }, { query: home },
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(home) } } }])
      assert.equal((await send(body, token)).status, 200, `${actor}: ${JSON.stringify(body)}`);
    const reply = await send({ query: free }, token);
    assert.equal(reply.status, anyText ? 200 : 403, `${actor}: ${reply.text}`);
    if (!anyText) assert.equal(code(reply), 'DOCUMENT_NOT_TRUSTED');
  }
});

test('a document is asked for by GET too, and a mutation is not', async () => {
  assert.equal((await get({ documentId: `sha256:${sha256(home)}` }, tokens.citizen)).status, 200);
  const reply = await get({ documentId: sha256(leave), variables: '{"input":{"idempotencyKey":"k","id":"1"}}' }, tokens.citizen);
  assert.equal(reply.status, 405);
  assert.equal(reply.headers.allow, 'POST');
});

test('an id of its own and an operation name choose one of several operations', async () => {
  assert.deepEqual((await send({ documentId: 'x-twins', operationName: 'A' })).json, { data: { __typename: 'Query' } });
  assert.equal((await send({ documentId: 'x-twins' })).status, 400);
});

test('an unknown id, two ways at once, and a wrong version are told apart', async () => {
  const unknown = await send({ documentId: `sha256:${'0'.repeat(64)}` });
  assert.equal(unknown.status, 404);
  assert.equal(code(unknown), 'PERSISTED_QUERY_NOT_FOUND');
  assert.equal((await send({ documentId: sha256(home), query: home })).status, 400);
  assert.equal((await send({ extensions: { persistedQuery: { version: 2, sha256Hash: sha256(home) } } })).status, 400);
});

test('who may send any document may send it once and then its hash', async () => {
  const query = 'query Who { viewer { id name } }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
  const first = await send({ extensions }, tokens.officer);
  assert.equal(first.json.errors[0].message, 'PersistedQueryNotFound');
  assert.equal(code(first), 'PERSISTED_QUERY_NOT_FOUND');
  assert.equal((await send({ query, extensions: { persistedQuery: { version: 1, sha256Hash: sha256('x') } } }, tokens.officer)).status, 400);
  assert.equal((await send({ query, extensions }, tokens.officer)).status, 200);
  assert.equal((await send({ extensions }, tokens.officer)).status, 200);
  assert.equal((await get({ extensions: JSON.stringify(extensions) }, tokens.officer)).status, 200);
  assert.equal(code(await send({ extensions }, tokens.citizen)), 'PERSISTED_QUERY_NOT_FOUND');
});

test('a document with errors is not remembered, and pushes nothing out', async () => {
  const extensions = (text) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });
  const good = 'query Kept { viewer { id kind } }';
  assert.equal((await send({ query: good, extensions: extensions(good) }, tokens.officer)).status, 200);
  for (let i = 0; i < 100; i++) {
    const query = `{ nothing${i} } # ${'x'.repeat(300)}`;
    assert.notEqual((await send({ query, extensions: extensions(query) }, tokens.officer)).status, 200);
    assert.equal(code(await send({ extensions: extensions(query) }, tokens.officer)), 'PERSISTED_QUERY_NOT_FOUND');
  }
  assert.equal((await send({ extensions: extensions(good) }, tokens.officer)).status, 200);
});

test('what is remembered stays within its bytes, and the oldest goes first', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => `query Q${i} { viewer { id } } # ${'x'.repeat(100)}`);
  const extensions = (text) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });
  for (const query of texts) assert.equal((await send({ query, extensions: extensions(query) }, tokens.officer)).status, 200);
  assert.equal((await send({ extensions: extensions(texts.at(-1)) }, tokens.officer)).status, 200);
  assert.equal(code(await send({ extensions: extensions(texts[0]) }, tokens.officer)), 'PERSISTED_QUERY_NOT_FOUND');
  await until('the bytes are told', async () => (await house.metrics()).motcua_persisted_query_bytes > 0);
  assert.ok((await house.metrics()).motcua_persisted_query_bytes <= 2 * 4096);
});

test('an app does not see the schema, and nothing is suggested to it', async () => {
  const reply = await send({ query: '{ __schema { types { name } } }' }, tokens.partner);
  assert.equal(reply.status, 200);
  assert.equal((await send({ query: '{ __schema { types { name } } }' }, tokens.citizen)).status, 403);
});

test('operations are counted by the name and version of their client, and a wrong name is none', async () => {
  const ask = (name, version) => client.request('POST', '/graphql', { 'content-type': 'application/json',
    'apollographql-client-name': name, 'apollographql-client-version': version }, JSON.stringify({ query: home }));
  for (let i = 0; i < 3; i++) await ask('motcua-app', '1.2.3');
  await ask('x"} 1\\', '1');
  const { text } = await client.get('/metrics');
  assert.match(text, /motcua_client_operations_total\{client="motcua-app",version="1\.2\.3"\} 3\n/);
  assert.match(text, /motcua_client_operations_total\{client="none",version="1"\} 1\n/);
});

test('a new manifest counts after SIGHUP; one with a fault leaves the former set', async () => {
  const news = 'query News { viewer { kind: __typename } }';
  const file = join(folder, 'app-2.json');
  writeFileSync(file, JSON.stringify({ [sha256('another')]: news }));
  house.server.child.kill('SIGHUP');
  await until('the fault is told', () => /documents_not_reloaded[^\n]*app-2.json[^\n]*SHA-256/.test(house.server.log));
  assert.equal((await send({ query: news }, tokens.citizen)).status, 403);
  assert.equal((await send({ query: home }, tokens.citizen)).status, 200);
  writeFileSync(file, JSON.stringify({ [sha256(news)]: news }));
  house.server.child.kill('SIGHUP');
  await until('the document is known', async () => (await send({ query: news }, tokens.citizen)).status === 200);
});

test('a server does not start with a manifest that does not fit the schema', async () => {
  const bad = mkdtempSync(join(tmpdir(), 'motcua-documents-'));
  writeFileSync(join(bad, 'old.json'), JSON.stringify({ old: '{ nothing }' }));
  await assert.rejects(House.start('bad', { database: house.database, settings: { MOTCUA_DOCUMENTS_DIR: bad } }),
    /old\.json: old: Cannot query field "nothing"/);
  rmSync(bad, { recursive: true });
});
