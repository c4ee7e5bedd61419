// Caching: what is the same for everybody may be kept by anybody; everything else is kept by nobody.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { House, until } from './support.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const list = 'query Procedures($first: Int) { procedures(first: $first) { nodes { code name field } pageInfo { endCursor } } }';
const mixed = 'query Mixed { procedures(first: 1) { nodes { name } } viewer { id } }';
const choice = 'query Choice($mine: Boolean!) { procedures(first: 1) { nodes { name } } viewer @include(if: $mine) { id } }';
const mine = 'query Mine { procedure(code: "1.012781") { name partsFor { how papers { title } } } }';

let house;
let folder;
let client;
let citizen;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'motcua-caching-'));
  writeFileSync(join(folder, 'app.json'), JSON.stringify(Object.fromEntries([list, mixed, choice, mine].map((text) => [sha256(text), text]))));
  house = await House.start('caching', { settings: { MOTCUA_DOCUMENTS_DIR: folder, MOTCUA_COMPRESS_PRIVATE: 'yes' } });
  client = house.client();
  citizen = house.token('citizen');
});
after(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The raw bytes: what a cache would keep.
async function raw(method, path, headers = {}, body) {
  const { stream, headers: found } = await client.stream(method, path, { accept: 'application/graphql-response+json', ...headers }, body);
  const chunks = [];
  for await (const chunk of Readable.from(stream)) chunks.push(chunk);
  return { status: found[':status'], headers: found, bytes: Buffer.concat(chunks) };
}
const path = (text, variables = {}) => `/graphql?${new URLSearchParams({ documentId: `sha256:${sha256(text)}`, variables: JSON.stringify(variables) })}`;
const bearer = () => ({ authorization: `Bearer ${citizen}` });

test('a trusted document of public fields by GET may be kept, with an ETag that is asked back', async () => {
  const first = await raw('GET', path(list, { first: 20 }));
  assert.equal(first.status, 200);
  assert.match(first.headers['cache-control'], /^public, max-age=(300|29\d)$/);
  assert.match(first.headers.vary, /accept-encoding/);
  assert.match(first.headers.etag, /^"[0-9a-f]{32}"$/);
  for (const asked of [first.headers.etag, `W/${first.headers.etag}`, `"other", ${first.headers.etag}`, '*']) {
    const again = await raw('GET', path(list, { first: 20 }), { 'if-none-match': asked });
    assert.equal(again.status, 304, asked);
    assert.equal(again.bytes.length, 0);
    assert.equal(again.headers.etag, first.headers.etag);
    assert.equal(again.headers['content-length'], first.headers['content-length']); // RFC 9110, section 8.6
  }
  assert.equal((await raw('GET', path(list, { first: 20 }), { 'if-none-match': '"other"' })).status, 200);
  assert.deepEqual((await raw('GET', path(list, { first: 20 }), bearer())).bytes, first.bytes);
});

test('nobody keeps what is private, sent by POST, free, or an error', async () => {
  const json = { 'content-type': 'application/json' };
  const post = (body) => raw('POST', '/graphql', { ...json, ...bearer() }, JSON.stringify(body));
  for (const [what, reply] of [
    ['a private field', await raw('GET', path(mixed), bearer())],
    ['a part that is private', await raw('GET', path(choice, { mine: true }), bearer())],
    ['what of a public procedure is of the viewer', await raw('GET', path(mine), bearer())],
    ['the same for nobody', await raw('GET', path(mine))],
    ['POST', await post({ documentId: sha256(list) })],
    ['a free document', await raw('GET', `/graphql?query=${encodeURIComponent('{ procedures(first: 1) { nodes { name } } }')}`)],
    ['an error', await raw('GET', path(list, { first: 101 }))],
    ['the schema', await raw('GET', `/graphql?query=${encodeURIComponent('{ __schema { queryType { name } } }')}`)],
  ]) {
    assert.equal(reply.headers['cache-control'], 'private, no-store', what);
    assert.equal(reply.headers.etag, undefined, what);
  }
});

test('the same document with and without its private part is two answers', async () => {
  const open = await raw('GET', path(choice, { mine: false }));
  const mine = await raw('GET', path(choice, { mine: true }), bearer());
  assert.equal('viewer' in JSON.parse(open.bytes).data, false);
  assert.ok(JSON.parse(mine.bytes).data.viewer.id);
  const stranger = await raw('GET', path(choice, { mine: true }));
  assert.equal(JSON.parse(stranger.bytes).data.viewer, null);
});

test('what is public is computed once, whoever asks and however variables are ordered', async () => {
  const cost = await house.metrics();
  for (let i = 0; i < 5; i++) await raw('GET', path(list, { first: 7 }), i % 2 ? bearer() : {});
  const after = await house.metrics();
  const hits = 'motcua_rendered_total{outcome="hit"}';
  assert.equal(after[hits] - (cost[hits] ?? 0), 4);
});

const codings = [['gzip', gunzipSync], ['br', brotliDecompressSync]];
for (const [coding, open] of codings)
  test(`a kept answer goes out as ${coding} to who takes it`, async () => {
    const plain = await raw('GET', path(list, { first: 50 }));
    const coded = await raw('GET', path(list, { first: 50 }), { 'accept-encoding': coding });
    assert.equal(coded.headers['content-encoding'], coding);
    assert.ok(coded.bytes.length < plain.bytes.length);
    assert.deepEqual(open(coded.bytes), plain.bytes);
    assert.notEqual(coded.headers.etag, plain.headers.etag);
    assert.equal((await raw('GET', path(list, { first: 50 }), { 'accept-encoding': coding, 'if-none-match': coded.headers.etag })).status, 304);
  });

test('Accept-Encoding is read with its weights', async () => {
  for (const [accept, coding] of [['gzip, br', 'br'], ['gzip;q=1, br;q=0.5', 'gzip'], ['br;q=0, gzip', 'gzip'], ['*', 'br'], ['*;q=0', undefined],
    ['identity', undefined], ['deflate', undefined], ['gzip;q=0', undefined], ['', undefined]])
    assert.equal((await raw('GET', path(list, { first: 50 }), { 'accept-encoding': accept })).headers['content-encoding'], coding, accept);
});

test('a private answer is compressed by setting, from 1 KiB, and never one with errors', async () => {
  const json = { 'content-type': 'application/json', 'accept-encoding': 'gzip, br', ...bearer() };
  const ask = (query) => raw('POST', '/graphql', json, JSON.stringify({ query }));
  const long = await ask('{ viewer { dossiers(first: 20) { nodes { id code state procedure { name } } } } }');
  assert.equal(long.headers['content-encoding'], 'gzip');
  assert.equal(JSON.parse(gunzipSync(long.bytes)).data.viewer.dossiers.nodes.length, 20);
  assert.equal((await ask('{ viewer { id } }')).headers['content-encoding'], undefined);
  const wrong = await ask(`{ viewer { ${Array.from({ length: 60 }, (_, i) => `nam${i}`).join(' ')} } }`);
  assert.ok(wrong.bytes.length > 1024);
  assert.equal(wrong.headers['content-encoding'], undefined);
});

test('without the setting a private answer goes out as it is', async () => {
  const own = await House.start('plain', { database: house.database });
  const peer = own.client();
  const { stream, headers } = await peer.stream('POST', '/graphql', { 'content-type': 'application/json', 'accept-encoding': 'gzip',
    authorization: `Bearer ${own.token('citizen')}` }, JSON.stringify({ query: '{ viewer { dossiers(first: 20) { nodes { id code procedure { name } } } } }' }));
  stream.resume();
  assert.equal(headers['content-encoding'], undefined);
  await own.stop();
});

test('new reference data are seen at once', async () => {
  const [{ name }] = JSON.parse((await raw('GET', path(list, { first: 1 }))).bytes).data.procedures.nodes;
  assert.ok(name);
  const bytes = async () => (await house.metrics()).motcua_rendered_bytes;
  await until('something is kept', async () => (await bytes()) > 0);
  house.database.sql('NOTIFY reference');
  await until('nothing is kept any more', async () => (await bytes()) === 0);
});
