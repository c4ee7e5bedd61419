// Papers: uploads that go on where they were dropped (R12), what is let in and what of it is kept, and papers that are used
// again (R09, R11).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { DefaultHttpStack, Upload } from 'tus-js-client';
import { Clamd, marker } from './clamd.mjs';
import { located, pixelsOf, placeOf, tagsOf } from './papers/photos.mjs';
import { Database, House, end, failure, guardMs, handIn, key, patience, place, programs, root, submit, until, within } from './support.mjs';

const MiB = 1 << 20;
let database;
let house;
let client;
let clamd;
let where;
const tokens = {};
before(async () => {
  clamd = await Clamd.start();
  database = Database.copy('papers');
  house = await House.start('papers', { database, settings: { ...patience, MOTCUA_PROCESSES: '2', MOTCUA_SCANNER_URL: clamd.url, MOTCUA_TICK_MS: '300',
    MOTCUA_COST_MAX_APP: '10000', MOTCUA_COST_MAX_OFFICER: '10000' } });
  client = house.client();
  for (const actor of ['citizen', 'citizen2', 'officer', 'partner']) tokens[actor] = house.token(actor);
  where = place(database);
  await house.startWorker();
});
after(async () => {
  await house?.stop();
  await clamd?.stop();
  database?.drop();
});

const one = (sql) => database.sql(sql);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pdf = (size, more = '') => {
  const bytes = Buffer.concat([Buffer.from(`%PDF-1.7\n${more}\n`), randomBytes(size)]).subarray(0, size);
  return bytes;
};
const stored = (hash) => join(house.env.MOTCUA_STORAGE_DIR, 'papers', hash.slice(0, 2), hash.slice(2, 4), hash);
const onTheWay = (id) => join(house.env.MOTCUA_STORAGE_DIR, 'uploads', id);

// ---- tus by hand, for what a good client never does ----

const tus = (token, more = {}) => ({ 'tus-resumable': '1.0.0', ...(token ? { authorization: `Bearer ${token}` } : {}), ...more });
const typeOf = (type) => `filetype ${Buffer.from(type).toString('base64')},filename ${Buffer.from('căn cước.pdf').toString('base64')}`;
const create = (length, { token = tokens.citizen, type = 'application/pdf', more = {} } = {}) =>
  client.request('POST', '/files', tus(token, { 'upload-length': String(length), 'upload-metadata': typeOf(type), ...more }));
const patch = (path, offset, bytes, { token = tokens.citizen, more = {}, by = client } = {}) => by.request('PATCH', path,
  tus(token, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...more }), bytes);
const head = (path, token = tokens.citizen) => client.request('HEAD', path, tus(token));
const idOf = (path) => path.split('/').at(-1);

async function upload(bytes, type = 'application/pdf', token = tokens.citizen) {
  const made = await create(bytes.length, { token, type });
  assert.equal(made.status, 201, made.text);
  for (let at = 0; at < bytes.length; at += MiB) {
    const { status, text } = await patch(made.headers.location, at, bytes.subarray(at, at + MiB), { token });
    assert.equal(status, 204, text);
  }
  return idOf(made.headers.location);
}

// ---- papers ----

const fields = 'id sha256 title kind mediaType bytes validFrom validUntil source reuses state refusal download';
const keepIt = `mutation($input: KeepPaperInput!) { keepPaper(input: $input) {
  ... on PaperKept { paper { ${fields} } } ${failure} ... on GuardFailed { problems { path message } } } }`;
const removeIt = `mutation($input: RemovePaperInput!) { removePaper(input: $input) { ... on PaperRemoved { id } ${failure} } }`;
const keep = async (id, more = {}, token = tokens.citizen) => (await client.data(keepIt, { token,
  variables: { input: { idempotencyKey: key(), upload: id, kind: 'CCCD', title: 'Căn cước công dân', ...more } } })).keepPaper;
const papers = async (token = tokens.citizen, first = 100) => (await client.data(`{ viewer { papers(first: ${first}) { nodes { ${fields} } } } }`, { token })).viewer.papers.nodes;
const paperOf = async (id, token) => (await papers(token)).find((paper) => paper.id === id);
const judged = (id, token) => until(`paper ${id} is looked at`, async () => {
  const paper = await paperOf(id, token);
  return paper.state !== 'QUARANTINED' && paper;
});
const fetchIt = (path, headers = {}) => client.request('GET', path, headers);
const hand = async (bytes, type, token) => {
  const { paper } = await keep(await upload(bytes, type, token), {}, token);
  return judged(paper.id, token);
};

// A client's own upload through a wire that breaks.
function tusUpload(bytes, { endpoint = `${house.origin}/files`, token = tokens.citizen, type = 'application/pdf', ...more } = {}) {
  let upload;
  const done = new Promise((resolve, reject) => {
    upload = new Upload(bytes, { endpoint, chunkSize: MiB, retryDelays: [0, 20, 20, 50, 100], metadata: { filetype: type, filename: 'a.pdf' },
      headers: { authorization: `Bearer ${token}` }, httpStack: new DefaultHttpStack({ ca: house.ca }), onSuccess: () => resolve(upload), onError: reject, ...more });
    upload.start();
  });
  return { upload, done };
}

class Wire {
  // Breaks each connection after so many bytes from the client.
  static async start(port, bytesMax) {
    const wire = new Wire();
    wire.broken = 0;
    wire.sockets = new Set();
    wire.server = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      let bytes = 0;
      const cut = () => { near.destroy(); far.destroy(); wire.sockets.delete(near); };
      wire.sockets.add(near);
      near.on('error', cut).on('close', cut);
      far.on('error', cut).on('close', cut);
      far.pipe(near);
      near.on('data', (more) => {
        bytes += more.length;
        if (bytes > bytesMax) { wire.broken++; cut(); } else far.write(more);
      });
    });
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    wire.port = wire.server.address().port;
    return wire;
  }

  stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

test('R12: an upload through a wire that breaks again and again arrives whole', async () => {
  const bytes = pdf(5 * MiB + 12345);
  const wire = await Wire.start(house.port, 1.7 * MiB);
  const { done } = tusUpload(bytes, { endpoint: `https://localhost:${wire.port}/files` });
  const { url } = await within('the upload', done);
  assert.ok(wire.broken >= 3, `${wire.broken} times broken`);
  const { paper } = await keep(idOf(url));
  const clean = await judged(paper.id);
  assert.equal(clean.state, 'CLEAN');
  const { status, bytes: fetched, headers } = await raw(clean.download);
  assert.equal(status, 200);
  assert.equal(Number(headers['content-length']), bytes.length);
  assert.ok(fetched.equals(bytes), 'a PDF is kept byte by byte');
  wire.stop();
});

// The body as bytes.
async function raw(path, headers = {}) {
  const { stream, headers: found } = await client.stream('GET', path, headers);
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { status: found[':status'], headers: found, bytes: Buffer.concat(chunks) };
}

test('R12: another process of the same person goes on where the first one ended', async () => {
  const bytes = pdf(3 * MiB);
  const file = join(house.state, 'resumed.pdf');
  writeFileSync(file, bytes);
  const made = await create(bytes.length);
  await patch(made.headers.location, 0, bytes.subarray(0, MiB));
  const child = spawn(process.execPath, [join(root, 'tests/e2e/papers/resume.mjs'), `${house.origin}${made.headers.location}`, file, house.certificate, tokens.citizen],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (more) => { said += more; });
  const [code] = await within('the other process', once(child, 'exit'));
  assert.equal(code, 0);
  assert.match(said, /^done from 1048576/);
  const { paper } = await keep(idOf(made.headers.location));
  assert.ok((await raw((await judged(paper.id)).download)).bytes.equals(bytes));
});

test('R12: an answer that was lost is asked for again, and the old offset is refused', async () => {
  const bytes = pdf(2 * MiB);
  const { headers: { location } } = await create(bytes.length);
  const other = house.client();
  const stream = other.session.request({ ':method': 'PATCH', ':path': location, ...tus(tokens.citizen,
    { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }) });
  stream.on('error', () => {});
  stream.end(bytes.subarray(0, MiB));
  await until('the bytes count', () => one(`SELECT received FROM upload WHERE id = '${idOf(location)}'`) === String(MiB));
  other.close();
  assert.equal((await head(location)).headers['upload-offset'], String(MiB));
  const again = await patch(location, 0, bytes.subarray(0, MiB));
  assert.equal(again.status, 409);
  // The request whose answer was lost may not have let go of the file yet (423).
  await until('the upload goes on', async () => {
    const { status } = await patch(location, MiB, bytes.subarray(MiB));
    assert.ok([204, 423].includes(status), String(status));
    return status === 204;
  });
});

test('R12: of two writers at once one goes on and the other is told', async () => {
  for (let round = 0; round < 5; round++) {
    const { headers: { location } } = await create(2 * MiB);
    const all = await Promise.all([1, 2, 3].map((fill) => patch(location, 0, Buffer.alloc(MiB, fill), { by: house.client() })));
    const won = all.filter(({ status }) => status === 204);
    assert.equal(won.length, 1, all.map(({ status }) => status).join());
    for (const { status } of all.filter((each) => each !== won[0])) assert.ok([409, 423].includes(status), String(status));
    const found = readFileSync(onTheWay(idOf(location)));
    assert.ok(found.equals(Buffer.alloc(MiB, all.indexOf(won[0]) + 1)), 'and its bytes are the file\'s');
  }
});

const bare = ({ status, headers, text }) => ({ status, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !['x-request-id', 'date'].includes(name))), text });

test('an upload of somebody else is as one that is not there', async () => {
  const { headers: { location } } = await create(100);
  const absent = `/files/${randomUUID()}`;
  const ways = [(path) => head(path, tokens.citizen2), (path) => patch(path, 0, Buffer.alloc(10), { token: tokens.citizen2 }),
    (path) => client.request('DELETE', path, tus(tokens.citizen2))];
  for (const way of ways) {
    const foreign = bare(await way(location));
    assert.equal(foreign.status, 404);
    assert.deepEqual(foreign, bare(await way(absent)));
  }
  const kept = await keep(idOf(location), {}, tokens.citizen2);
  assert.deepEqual({ ...kept, message: '' }, { __typename: 'NotAllowed', code: 'NOT_ALLOWED', retryable: false, message: '' });
  assert.deepEqual(await keep(idOf(absent), {}, tokens.citizen2), kept);
  assert.equal((await head(location)).status, 200, 'and stays its creator\'s');
});

test('uploads are for people, officers and partners who are signed in', async () => {
  assert.equal((await create(100, { token: null })).status, 401);
  for (const actor of ['officer', 'partner']) assert.equal((await create(100, { token: tokens[actor] })).status, 201, actor);
});

test('what is spoken at /files is told by OPTIONS, and another version is refused', async () => {
  const { status, headers } = await client.request('OPTIONS', '/files');
  assert.equal(status, 204);
  assert.deepEqual(['tus-resumable', 'tus-version', 'tus-extension', 'tus-max-size', 'tus-checksum-algorithm'].map((name) => headers[name]),
    ['1.0.0', '1.0.0', 'creation,expiration,termination,checksum', String(20 * MiB), 'sha1,sha256']);
  const old = await create(100, { more: { 'tus-resumable': '0.2.2' } });
  assert.equal(old.status, 412);
  assert.equal(old.headers['tus-version'], '1.0.0');
  assert.equal((await client.request('PUT', '/files', tus(tokens.citizen))).status, 405);
  assert.equal((await client.request('PATCH', '/files', tus(tokens.citizen))).status, 405);
});

test('20 MiB are taken, and not a byte more; a chunk has 1 MiB', async () => {
  const bytes = pdf(20 * MiB);
  assert.equal((await create(20 * MiB + 1)).status, 413);
  const chunk = await create(20 * MiB);
  assert.equal((await patch(chunk.headers.location, 0, Buffer.alloc(MiB + 1))).status, 413);
  assert.equal((await head(chunk.headers.location)).headers['upload-offset'], '0');
  const paper = await hand(bytes);
  assert.deepEqual([paper.state, paper.bytes], ['CLEAN', 20 * MiB]);
  assert.equal(sha256((await raw(paper.download)).bytes), sha256(bytes));
  assert.equal(paper.sha256, sha256(bytes), 'R09: it is known by its hash');
});

test('more bytes than were told are refused', async () => {
  const { headers: { location } } = await create(100);
  assert.equal((await patch(location, 0, Buffer.alloc(101))).status, 413);
  assert.equal((await patch(location, 0, Buffer.alloc(99))).status, 204);
  assert.equal((await patch(location, 99, Buffer.alloc(2))).status, 413);
  assert.equal((await patch(location, 99, Buffer.alloc(0))).status, 204, 'none are no change');
  assert.equal((await patch(location, 99, Buffer.alloc(1))).status, 204);
});

test('header fields that do not fit are told', async () => {
  const cases = [[400, { 'upload-length': '-1' }], [400, { 'upload-length': '0' }], [400, { 'upload-length': '1e3' }], [400, { 'upload-length': '9'.repeat(19) }],
    [400, { 'upload-metadata': 'filetype %%%' }], [415, { 'upload-metadata': `filetype ${Buffer.from('image/svg+xml').toString('base64')}` }], [415, { 'upload-metadata': '' }]];
  for (const [status, more] of cases) assert.equal((await create(100, { more })).status, status, JSON.stringify(more));
  const { headers: { location } } = await create(100);
  assert.equal((await patch(location, 0, Buffer.alloc(1), { more: { 'content-type': 'application/json' } })).status, 415);
  assert.equal((await patch(location, 'x', Buffer.alloc(1))).status, 400);
  assert.equal((await patch('/files/not-a-uuid', 0, Buffer.alloc(1))).status, 404);
  assert.equal((await patch('/files/../readyz', 0, Buffer.alloc(1))).status, 404);
});

test('bytes that do not have their checksum do not count', async () => {
  const bytes = pdf(1000);
  const { headers: { location } } = await create(1000);
  const sum = (algorithm, of) => ({ 'upload-checksum': `${algorithm} ${createHash(algorithm).update(of).digest('base64')}` });
  assert.equal((await patch(location, 0, bytes, { more: sum('sha1', 'other') })).status, 460);
  assert.equal((await patch(location, 0, bytes, { more: { 'upload-checksum': 'crc32 AAAA' } })).status, 400);
  assert.equal((await head(location)).headers['upload-offset'], '0');
  assert.equal((await patch(location, 0, bytes.subarray(0, 10), { more: sum('sha1', bytes.subarray(0, 10)) })).status, 204);
  assert.equal((await patch(location, 10, bytes.subarray(10), { more: sum('sha256', bytes.subarray(10)) })).status, 204);
});

test('an upload that is ended is gone, with its bytes', async () => {
  const { headers: { location } } = await create(100);
  await patch(location, 0, Buffer.alloc(50));
  assert.ok(existsSync(onTheWay(idOf(location))));
  assert.equal((await client.request('POST', location, tus(tokens.citizen, { 'x-http-method-override': 'DELETE' }))).status, 204);
  assert.equal((await head(location)).status, 404);
  await until('the file is gone', () => !existsSync(onTheWay(idOf(location))));
});

test('R12: an upload that nothing takes is gone after its day, whether whole or not', async () => {
  const half = await create(100);
  assert.ok(Math.abs(Date.parse(half.headers['upload-expires']) - Date.now() - 24 * 3600_000) < 120_000, half.headers['upload-expires']);
  await patch(half.headers.location, 0, Buffer.alloc(50));
  const bytes = pdf(5000);
  const whole = await upload(bytes);
  await until('it is clean', () => one(`SELECT state FROM upload WHERE id = '${whole}'`) === 'CLEAN');
  assert.ok(existsSync(stored(sha256(bytes))));
  one(`UPDATE upload SET expires_at = now() WHERE id IN ('${idOf(half.headers.location)}', '${whole}')`);
  assert.equal((await head(half.headers.location)).status, 404);
  assert.equal((await patch(half.headers.location, 50, Buffer.alloc(50))).status, 404);
  assert.equal((await keep(whole)).code, 'NOT_ALLOWED');
  await until('rows and files are gone', () => one(`SELECT count(*) FROM upload WHERE id IN ('${idOf(half.headers.location)}', '${whole}')`) === '0' &&
    !existsSync(onTheWay(idOf(half.headers.location))) && !existsSync(stored(sha256(bytes))) &&
    one(`SELECT count(*) FROM stored_file WHERE sha256 = '\\x${sha256(bytes)}'`) === '0');
});

test('nobody has more than 50 uploads that nothing has taken', async () => {
  const token = house.token('citizen2');
  const mine = () => Number(one('SELECT count(*) FROM upload WHERE creator = 2 AND paper IS NULL AND state <> \'REFUSED\' AND expires_at > now()'));
  while (mine() < 50) assert.equal((await create(10, { token })).status, 201);
  const over = await create(10, { token });
  assert.equal(over.status, 429);
  assert.ok(Number(over.headers['retry-after']) > 0);
  one('UPDATE upload SET expires_at = now() WHERE creator = 2');
  assert.equal((await create(10, { token })).status, 201);
});

test('files are private to the service, and nothing of their names is anybody\'s', async () => {
  const bytes = pdf(2000);
  const paper = await hand(bytes);
  assert.equal(paper.state, 'CLEAN');
  assert.equal(statSync(stored(sha256(bytes))).mode & 0o777, 0o600);
  assert.equal(statSync(join(house.env.MOTCUA_STORAGE_DIR, 'papers')).mode & 0o777, 0o700);
});

for (const type of ['image/jpeg', 'image/png', 'image/heic']) {
  test(`a photo forgets where it was taken, and stays the same picture: ${type}`, async () => {
    const photo = located(type);
    assert.ok(await placeOf(photo), 'it told before');
    const paper = await hand(photo, type);
    assert.deepEqual([paper.state, paper.mediaType], ['CLEAN', type]);
    const { bytes, headers } = await raw(paper.download);
    assert.equal(headers['content-type'], type);
    assert.equal(await placeOf(bytes), undefined);
    const tags = Object.entries(await tagsOf(bytes) ?? {}).filter(([name, value]) => /GPS|City|Make/i.test(name) || /Canary/.test(String(value)));
    assert.deepEqual(tags, []);
    assert.ok(!bytes.includes('Canary'), 'nor in what no parser reads');
    assert.ok((await pixelsOf[type](bytes)).equals(await pixelsOf[type](photo)), 'the same pixels');
    assert.equal(paper.bytes, bytes.length);
    assert.ok(!existsSync(stored(sha256(photo))), 'the original is not kept');
  });
}

test('a photo with another behind it loses that one', async () => {
  const photo = Buffer.concat([located('image/jpeg'), located('image/jpeg')]);
  const paper = await hand(photo, 'image/jpeg');
  assert.equal(paper.state, 'CLEAN');
  const { bytes } = await raw(paper.download);
  assert.ok(!bytes.includes('Canary'));
  assert.equal(bytes.indexOf(Buffer.from([0xff, 0xd9])), bytes.length - 2, 'it ends where the picture ends');
});

test('a PDF is kept byte by byte, whatever is in it: a signature covers it all', async () => {
  const bytes = Buffer.concat([pdf(3000, '/GPS /Type /Sig /ByteRange [0 1 2 3]'), located('image/jpeg'), Buffer.from('\n%%EOF')]);
  const paper = await hand(bytes);
  assert.ok((await raw(paper.download)).bytes.equals(bytes));
});

const wrong = [['image/jpeg', () => located('image/png')], ['image/png', () => pdf(1000)], ['application/pdf', () => Buffer.concat([Buffer.from(' '), pdf(1000)])],
  ['application/pdf', () => located('image/jpeg')], ['image/heic', () => located('image/jpeg')],
  ['image/heic', () => Buffer.concat([located('image/heic'), Buffer.from([0, 0, 0, 16]), Buffer.from('mpvd12345678')])]];

// Whichever comes first: the worker, which the upload tells, or the paper, which it refuses then.
async function refused(bytes, type) {
  const id = await upload(bytes, type);
  const { paper } = await keep(id);
  if (paper) {
    const { state, refusal, download } = await judged(paper.id);
    assert.deepEqual([state, download], ['REFUSED', null]);
    return { id, refusal };
  }
  return { id, refusal: one(`SELECT refusal FROM upload WHERE id = '${id}' AND state = 'REFUSED'`) };
}

test('a file that is not what it was declared as is refused, and gone', async () => {
  for (const [type, make] of wrong) {
    const bytes = make();
    const { id, refusal } = await refused(bytes, type);
    assert.equal(refusal, 'NOT_ITS_KIND', type);
    await until('no byte of it is left', () => !existsSync(onTheWay(id)));
    assert.ok(!existsSync(stored(sha256(bytes))));
  }
});

test('a photo that cannot be read cannot be cleaned, and is refused', async () => {
  assert.equal((await refused(located('image/jpeg').subarray(0, 900), 'image/jpeg')).refusal, 'UNREADABLE');
});

test('a malicious file is refused, and its bytes are gone', async () => {
  const bytes = Buffer.concat([pdf(1000), marker, pdf(1000)]);
  const before = clamd.scanned;
  const id = await upload(bytes);
  await until('it is looked at', () => one(`SELECT state FROM upload WHERE id = '${id}'`) === 'REFUSED');
  assert.ok(clamd.scanned > before);
  await until('it is gone', () => !existsSync(onTheWay(id)));
  assert.ok(!existsSync(stored(sha256(bytes))));
  const kept = await keep(id);
  assert.equal(kept.code, 'GUARD_FAILED');
  assert.deepEqual(kept.problems, [{ path: 'upload', message: 'Tệp chứa mã độc và đã bị xóa.' }]);
  assert.equal((await head(`/files/${id}`)).status, 404);
});

test('while the scanner is away a paper stays in quarantine: not used, not fetched; then it is looked at', async () => {
  const { url } = clamd;
  await clamd.stop();
  const bytes = pdf(4000);
  const { paper } = await keep(await upload(bytes));
  try {
    assert.deepEqual([paper.state, paper.download], ['QUARANTINED', null]);
    await until('the worker has tried', () => house.workers[0].log.includes('event=upload_waits'));
    assert.equal((await paperOf(paper.id)).state, 'QUARANTINED');
    assert.equal(useIn((await handIn(client, tokens.citizen, where)).code, paper.id), '');
  } finally {
    clamd = await Clamd.start({ port: Number(url.split(':')[1]) });
  }
  assert.equal((await judged(paper.id)).state, 'CLEAN');
});

test('outside of a workshop the worker does not look at papers without a scanner', () => {
  const run = (settings) => spawnSync(join(programs, 'motcua-worker'), ['run', 'papers'], { encoding: 'utf8', timeout: guardMs,
    env: { ...house.env, MOTCUA_DEVELOPMENT: 'no', ...settings } });
  const none = run({ MOTCUA_SCANNER_URL: '' });
  assert.equal(none.status, 1);
  assert.match(none.stderr, /^motcua-worker: MOTCUA_SCANNER_URL must name clamd, [^\n]*\.\n$/);
  assert.match(run({ MOTCUA_SCANNER_URL: 'nowhere' }).stderr, /^motcua-worker: MOTCUA_SCANNER_URL is host:port, or the path of a socket\.\n$/);
  assert.match(run({ MOTCUA_STORAGE_DIR: '' }).stderr, /^motcua-worker: MOTCUA_STORAGE_DIR must name [^\n]*\.\n$/);
});

// ---- links ----

test('a link opens one paper, for its viewer, for a while, to be saved and not shown', async () => {
  const bytes = pdf(3000);
  const paper = await hand(bytes);
  const { status, headers } = await fetchIt(paper.download);
  assert.equal(status, 200);
  assert.deepEqual(['x-content-type-options', 'content-disposition', 'cache-control', 'content-security-policy', 'content-type'].map((name) => headers[name]),
    ['nosniff', 'attachment; filename="paper.pdf"', 'private, no-store, no-transform', 'sandbox; default-src \'none\'', 'application/pdf']);
  assert.equal((await fetchIt(paper.download, { authorization: `Bearer ${tokens.citizen}` })).status, 200);
});

test('a link that was changed, is another\'s or is over opens nothing', async () => {
  const [paper, other] = [await hand(pdf(3000)), await hand(pdf(3000))];
  const link = new URL(paper.download, house.origin);
  const changed = (name, value) => { const url = new URL(link); url.searchParams.set(name, value); return url.pathname + url.search; };
  const mac = link.searchParams.get('mac');
  const bad = [
    paper.download.replace(paper.id, other.id),
    changed('until', String(Number(link.searchParams.get('until')) + 1)),
    changed('by', decodeJwt(tokens.citizen2).sid),
    changed('mac', mac.slice(0, -2) + (mac.endsWith('AA') ? 'BB' : 'AA')),
    changed('mac', ''), `/files/${paper.id}`, `/files/${paper.id}?by=&until=&mac=`, `${paper.download}&until=1`,
  ];
  const absent = bare(await fetchIt(`/files/${randomUUID()}`));
  assert.equal(absent.status, 404);
  for (const path of bad) assert.deepEqual(bare(await fetchIt(path)), absent, path);
  assert.deepEqual(bare(await fetchIt(paper.download, { authorization: `Bearer ${tokens.citizen2}` })), absent, 'with another\'s token beside it');
  assert.equal((await fetchIt(paper.download)).status, 200);
});

test('a link ends with its time, and with its session', async () => {
  const short = await House.start('papers_short', { database, settings: { MOTCUA_PAPER_LINK_LIFE_S: '1', MOTCUA_STORAGE_DIR: house.env.MOTCUA_STORAGE_DIR } });
  try {
    const brief = short.client();
    const paper = await hand(pdf(3000));
    const list = `{ viewer { papers(first: 100) { nodes { id download } } } }`;
    const linkOf = async (token) => (await brief.data(list, { token })).viewer.papers.nodes.find(({ id }) => id === paper.id).download;
    const token = short.token('citizen');
    const soonOver = await linkOf(token);
    await until('the link is over', async () => (await brief.request('GET', soonOver)).status === 404);
    const ownToken = house.token('citizen');
    const { download } = await paperOf(paper.id, ownToken);
    assert.equal((await fetchIt(download)).status, 200);
    await client.data(end, { token: ownToken, variables: { input: { idempotencyKey: key() } } });
    await until('the link ends', async () => (await fetchIt(download)).status === 404);
  } finally {
    await short.stop();
  }
});

// ---- reuse ----

// What a mutation of the dossier does with a paper of citizen 1.
const useIn = (code, paper, name = 'Căn cước công dân') => one(`SET app.viewer = 'CITIZEN|1|1||||||LIVE';
  SELECT paper_use('${paper}', d, '${name}') FROM dossier d WHERE code = '${code}'`);
const parts = async (code, token) => (await client.data('query($code: String!) { dossier(code: $code) { parts { no name source paper { id reuses download } } } }',
  { token, variables: { code } })).dossier?.parts;

test('R11: a paper is handed in once and used by reference; each use after the first is counted', async () => {
  const paper = await hand(pdf(3000));
  const [first, second, third] = [await handIn(client, tokens.citizen, where), await handIn(client, tokens.citizen, where), await handIn(client, tokens.citizen, where)];
  assert.notEqual(useIn(first.code, paper.id), '');
  assert.equal((await paperOf(paper.id)).reuses, 0, 'the first time it was brought');
  useIn(second.code, paper.id);
  useIn(third.code, paper.id);
  assert.equal((await paperOf(paper.id)).reuses, 2);
  const [one1] = await parts(first.code, tokens.citizen);
  const [two] = await parts(second.code, tokens.citizen);
  assert.deepEqual([one1.source, two.source, one1.paper.id, two.paper.id], ['UPLOAD', 'REUSE', paper.id, paper.id]);
});

const file = async (input, token = tokens.citizen, idempotencyKey = key()) => (await client.data(submit, { token, variables: { input: { idempotencyKey, ...input } } })).submitDossier;
const pathsOf = (answer) => answer.problems?.map(({ path }) => path).join(' ');
// Repairing a building: a form, drawings and photos are required, and by post may come on paper; residing for a time: all of it online.
const repair = { procedure: '1.013229', channel: 'POST', agency: 'H29.101', consent: true };
const residing = { procedure: '1.004194', agency: 'H29.101', consent: true };
const filedAs = async (code, token = tokens.citizen) => (await client.data(`query($code: String!) { dossier(code: $code) {
  parts { code name source paper { id title kind source reuses download } } announcedParts { code name } } }`, { token, variables: { code } })).dossier;

test('R11: a dossier is filed with a paper of the store, an upload and what comes on paper; what is missing is told part by part', async () => {
  const paper = await hand(pdf(3000));
  const drawn = pdf(4000);
  const drawing = await upload(drawn);
  assert.equal(pathsOf(await file(repair)), 'parts.GPXD_FORM parts.DRAWINGS parts.PHOTOS');
  const parts1 = [{ part: 'GPXD_FORM', onPaper: true }, { part: 'PHOTOS', paper: paper.id }];
  assert.equal(pathsOf(await file({ ...repair, parts: parts1 })), 'parts.DRAWINGS');
  const input = { ...repair, parts: [...parts1, { part: 'DRAWINGS', upload: drawing }] };
  const done = await until('the upload is looked at', async () => {
    const idempotencyKey = key();
    const answer = await file(input, tokens.citizen, idempotencyKey);
    if (answer.dossier) return { ...answer, idempotencyKey };
    assert.equal(pathsOf(answer), 'parts.DRAWINGS', 'an upload that is not looked at yet cannot be used');
    return null;
  });
  const { code } = done.dossier;
  const mine = await filedAs(code);
  assert.deepEqual(mine.parts.map(({ code: part, source, paper: of }) => [part, source, of.kind, of.source, of.reuses]),
    [['DRAWINGS', 'UPLOAD', 'BAN_VE_THIET_KE', 'UPLOAD', 0], ['PHOTOS', 'UPLOAD', 'CCCD', 'UPLOAD', 0]]);
  assert.deepEqual([mine.parts[1].paper.id, mine.announcedParts.map(({ code: part }) => part)], [paper.id, ['GPXD_FORM']]);
  assert.ok((await raw(mine.parts[0].paper.download)).bytes.equals(drawn), 'what was uploaded is what is filed');
  assert.deepEqual((await filedAs(code, tokens.officer)).parts.map(({ code: part }) => part), ['DRAWINGS', 'PHOTOS'], 'the office sees the same');
  assert.equal((await file(input, tokens.citizen, done.idempotencyKey)).dossier.code, code, 'a repeat files nothing twice');
  assert.equal(pathsOf(await file(input)), 'parts.DRAWINGS', 'an upload that a dossier has taken is no other\'s');

  // The next one: both are in the store now, and spare a copy each.
  const [held] = (await client.data('{ procedure(code: "1.013229") { partsFor { part { code } how papers { id } } } }', { token: tokens.citizen })).procedure.partsFor
    .filter(({ part }) => part.code === 'DRAWINGS');
  assert.deepEqual([held.how, held.papers[0].id], ['HELD', mine.parts[0].paper.id], 'the drawing is offered where it fits');
  const again = await file({ ...repair, parts: [...parts1, { part: 'DRAWINGS', paper: held.papers[0].id }] });
  assert.deepEqual((await filedAs(again.dossier.code)).parts.map(({ source, paper: of }) => [source, of.id, of.reuses]), [['REUSE', held.papers[0].id, 1], ['REUSE', paper.id, 1]]);

  one("UPDATE upload SET expires_at = now() - interval '1 minute'");
  await until('the uploads\' day is over', () => one(`SELECT count(*) FROM upload WHERE id = '${drawing}'`) === '0');
  assert.ok((await raw((await filedAs(code)).parts[0].paper.download)).bytes.equals(drawn), 'R12: and what a dossier has taken stays');
});

test('R11: filed online from beginning to end nothing comes on paper, and nobody learns of another\'s paper', async () => {
  const [mine, anothers] = [await hand(pdf(2000)), await hand(pdf(2000), 'application/pdf', tokens.citizen2)];
  const whole = (first, second) => ({ ...residing, parts: [{ part: 'CT01', ...first }, { part: 'DWELLING', ...second }] });
  assert.equal(pathsOf(await file(whole({ onPaper: true }, { paper: mine.id }))), 'parts.CT01');
  const [theirs, nobodys] = [await file(whole({ paper: anothers.id }, { paper: mine.id })), await file(whole({ paper: randomUUID() }, { paper: mine.id }))];
  assert.deepEqual([pathsOf(theirs), theirs.problems], ['parts.CT01', nobodys.problems]);
  const code = one("SELECT count(*) FROM dossier WHERE applicant = 1");
  assert.equal(pathsOf(await file({ ...whole({ paper: mine.id }, { paper: mine.id }), consent: false })), 'consent');
  assert.equal(one("SELECT count(*) FROM dossier WHERE applicant = 1"), code, 'nothing is made of what is refused');
  assert.ok((await file(whole({ paper: mine.id }, { paper: mine.id }))).dossier);
  assert.equal(one('SELECT count(*) FROM dossier_event WHERE event = \'submit\' AND consent IS NULL AND at > now() - interval \'5 minutes\''), '0', 'consent is on the record');
});

test('D1: a partner fills in an e-form for its organisation and files it with an upload', async () => {
  const proposal = await upload(pdf(2000), 'application/pdf', tokens.partner);
  const [plan, money] = [await upload(pdf(2100), 'application/pdf', tokens.partner), await upload(pdf(2200), 'application/pdf', tokens.partner)];
  await until('the uploads are looked at', () => one(`SELECT count(*) FROM upload WHERE state = 'CLEAN' AND id IN ('${proposal}', '${plan}', '${money}')`) === '3');
  const save = `mutation($input: SaveDraftInput!) { saveDraft(input: $input) { ... on DraftSaved { draft { id parts { part upload paper onPaper } } } ${failure} ... on GuardFailed { problems { path } } } }`;
  const values = { representative: 'Lê Văn Ba', phone: '0274382222', projectName: 'Nhà máy cơ khí', goal: 'Khuôn mẫu', site: 'Phường Thủ Dầu Một', area: 5000, capital: 120_000_000_000,
    ownCapital: 40_000_000_000, years: 50, schedule: 'Quý II/2027' };
  const chosen = [{ part: 'PROPOSAL', upload: plan }, { part: 'FINANCE', upload: money }];
  const { saveDraft } = await client.data(save, { token: tokens.partner, variables: { input: { idempotencyKey: key(), procedure: '1.009645', agency: 'H29.5', parts: chosen,
    set: Object.entries(values).map(([name, value]) => ({ name, value: JSON.stringify(value) })) } } });
  assert.deepEqual(saveDraft.draft?.parts, chosen.map((each) => ({ ...each, paper: null, onPaper: false })), JSON.stringify(saveDraft));
  const { drafts } = (await client.data('{ viewer { drafts { id } } }', { token: tokens.partner })).viewer;
  assert.deepEqual(drafts, [{ id: saveDraft.draft.id }]);
  assert.deepEqual((await client.data('{ viewer { drafts { id } } }', { token: tokens.citizen2 })).viewer.drafts.filter(({ id }) => id === saveDraft.draft.id), []);
  assert.equal(pathsOf(await file({ procedure: '1.009645', agency: 'H29.5', consent: true, parts: chosen }, tokens.partner)), 'draft parts.INVEST_FORM', 'R16: what has an e-form is not handed in online without it');
  const done = await file({ draft: saveDraft.draft.id, consent: true }, tokens.partner);
  assert.equal(done.dossier?.state, 'SUBMITTED', JSON.stringify(done));
  assert.equal(one(`SELECT string_agg(t.part_code || ' ' || t.source, ',' ORDER BY t.no) || ' ' || (f.fields ? 'taxCode') FROM dossier d JOIN dossier_part t ON t.dossier = d.id JOIN dossier_form f ON f.dossier = d.id
    WHERE d.code = '${done.dossier.code}' GROUP BY f.fields`), 'PROPOSAL UPLOAD,FINANCE UPLOAD true', 'R16: its name and tax code were not asked');
});

test('R09: what a procedure has given is addressed, and is used by another', async () => {
  const brought = await hand(pdf(3000));
  one(`UPDATE stored_paper SET source = 'RESULT', valid_until = current_date + 30 WHERE public_id = '${brought.id}'`);
  const { code } = await handIn(client, tokens.citizen, where);
  assert.notEqual(useIn(code, brought.id, 'Giấy phép'), '');
  assert.deepEqual((await parts(code, tokens.citizen)).map(({ source, paper }) => [source, paper.id, paper.reuses]), [['REUSE', brought.id, 1]]);
  one(`UPDATE stored_paper SET valid_until = current_date - 1 WHERE public_id = '${brought.id}'`);
  assert.equal(useIn((await handIn(client, tokens.citizen, where)).code, brought.id), '', 'but not when its time is over');
});

test('the office of a dossier sees and fetches its parts, and is noted; nobody else does', async () => {
  const bytes = pdf(3000);
  const paper = await hand(bytes);
  const { code } = await handIn(client, tokens.citizen, where);
  useIn(code, paper.id);
  one('TRUNCATE access_log');
  const [part] = await parts(code, tokens.officer);
  assert.equal(part.paper.id, paper.id);
  assert.ok((await raw(part.paper.download)).bytes.equals(bytes));
  assert.equal(one('SELECT string_agg(DISTINCT actor_kind || \' \' || what, \',\') FROM access_log'), 'OFFICER LOOK');
  assert.equal(await parts(code, tokens.citizen2), undefined);
  one(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
    SELECT id, 2, applicant, applicant, 'DELEGATION', 'đi thay', now() + interval '1 day' FROM dossier WHERE code = '${code}'`);
  assert.equal(await parts(code, tokens.citizen2), null, 'not even to whom the dossier is shown');
  assert.equal(await paperOf(paper.id, tokens.citizen2), undefined);
});

test('a paper that is removed is gone from the store; a dossier that has it keeps it', async () => {
  const [free, used] = [pdf(3000), pdf(3000)];
  const [loose, bound] = [await hand(free), await hand(used)];
  const { code } = await handIn(client, tokens.citizen, where);
  useIn(code, bound.id);
  const remove = async (id, token = tokens.citizen) => (await client.data(removeIt, { token, variables: { input: { idempotencyKey: key(), paper: id } } })).removePaper;
  assert.equal((await remove(loose.id, tokens.citizen2)).code, 'NOT_ALLOWED');
  assert.deepEqual(await remove(loose.id), { id: loose.id });
  assert.deepEqual(await remove(bound.id), { id: bound.id });
  assert.equal((await remove(bound.id)).code, 'NOT_ALLOWED', 'once');
  assert.equal(await paperOf(loose.id), undefined);
  assert.equal(await paperOf(bound.id), undefined);
  await until('its bytes are gone', () => !existsSync(stored(sha256(free))));
  assert.equal((await fetchIt(loose.download)).status, 404);
  const [part] = await parts(code, tokens.officer);
  assert.ok((await raw(part.paper.download)).bytes.equals(used));
});

test('R11: a paper that is removed while it is looked at: neither waits for the other for ever', async () => {
  const [looked, paper] = one(`WITH paper AS (INSERT INTO stored_paper (owner, kind, title, media_type, bytes, source, state) VALUES (1, 'CCCD', 'x', 'application/pdf', 9, 'UPLOAD', 'QUARANTINED')
    RETURNING id, public_id) INSERT INTO upload (creator, length, received, media_type, state, paper, claimed_until)
    SELECT 1, 9, 9, 'application/pdf', 'QUARANTINED', id, now() + interval '1 hour' FROM paper RETURNING id, (SELECT public_id FROM paper)`).split('|');
  const holder = database.session();
  try {
    await holder.sql(`BEGIN; SELECT 1 FROM motcua.upload WHERE id = '${looked}' FOR UPDATE`); // as upload_clean begins
    const removing = client.data(removeIt, { token: tokens.citizen, variables: { input: { idempotencyKey: key(), paper } } });
    await until('it waits', () => one('SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()') !== '0');
    await holder.sql(`UPDATE motcua.stored_paper SET title = 'y' WHERE public_id = '${paper}'; COMMIT`);
    assert.deepEqual((await removing).removePaper, { id: paper });
  } finally {
    await holder.end();
  }
});

test('two papers of the same bytes are one file, which stays as long as one of them', async () => {
  const bytes = pdf(3000);
  const mine = await hand(bytes);
  const theirs = await hand(bytes, 'application/pdf', tokens.citizen2);
  assert.equal(one(`SELECT uses FROM stored_file WHERE sha256 = '\\x${sha256(bytes)}'`), '2');
  const last = pdf(3000);
  for (const { id } of [mine, await hand(last)]) await client.data(removeIt, { token: tokens.citizen, variables: { input: { idempotencyKey: key(), paper: id } } });
  await until('what nobody has is swept', () => !existsSync(stored(sha256(last))));
  assert.ok((await raw((await paperOf(theirs.id, tokens.citizen2)).download)).bytes.equals(bytes));
});

test('a paper is what it is told to be, or the reason is told', async () => {
  const { headers: { location } } = await create(100);
  assert.deepEqual((await keep(idOf(location))).problems.map(({ path }) => path), ['upload'], 'not uploaded whole');
  const id = await upload(pdf(1000));
  const bad = await keep(id, { kind: 'căn cước', title: ' ', validFrom: '2026-02-02', validUntil: '2026-02-01' });
  assert.deepEqual(bad.problems.map(({ path }) => path), ['kind', 'title', 'validUntil']);
  const good = await keep(id, { validFrom: '2026-01-01', validUntil: '2036-01-01' });
  assert.deepEqual([good.paper.validFrom, good.paper.validUntil, good.paper.source], ['2026-01-01', '2036-01-01', 'UPLOAD']);
  assert.deepEqual((await keep(id)).problems.map(({ path }) => path), ['upload'], 'once');
});

test('what the database does not take for long is recorded as soon as it does', async () => {
  await house.workers[0].stop();
  const worker = await house.startWorker({ MOTCUA_POLL_MS: '10', MOTCUA_WORKER_NAME: 'papers-impatient' });
  one('REVOKE EXECUTE ON FUNCTION upload_keep(uuid, bytea, bigint) FROM app_worker');
  try {
    const { paper } = await keep(await upload(pdf(1000)));
    await until('it has tried again and again', () => worker.log.split('part=papers').length > 200);
    one('GRANT EXECUTE ON FUNCTION upload_keep(uuid, bytea, bigint) TO app_worker');
    assert.equal((await judged(paper.id)).state, 'CLEAN');
  } finally {
    one('GRANT EXECUTE ON FUNCTION upload_keep(uuid, bytea, bigint) TO app_worker');
  }
});

test('what the log tells of papers is nobody\'s', async () => {
  const log = house.server.log + house.workers.map((worker) => worker.log).join('');
  assert.ok(!/căn cước|Căn cước|Canary|mac=/.test(log));
  await until('the worker is done, and no half-made file is left', () =>
    readdirSync(join(house.env.MOTCUA_STORAGE_DIR, 'uploads')).every((name) => /^[0-9a-f-]{36}$/.test(name)));
});
