// What breaks under an upload and under a paper on its way into the storage: processes that die between two steps, and a disk
// that is full. No row without its bytes, no bytes for ever without a row, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { located } from '../e2e/papers/photos.mjs';
import { Database, House, failure, key, sleep, until } from '../e2e/support.mjs';

const MiB = 1 << 20;
const KiB = 1 << 10;
let disk; // a small one, of its own
let database;
let house;
let client;
let token;
before(async () => {
  disk = mkdtempSync(join(tmpdir(), 'motcua-disk-'));
  // Whoever runs this may mount: a full disk cannot be had otherwise.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]);
  database = Database.copy('storage');
  // Each child dies with its third piece of an upload on the disk, before it counts.
  house = await House.start('storage', { database, settings: { MOTCUA_PROCESSES: '2', MOTCUA_STORAGE_DIR: join(disk, 'storage'), MOTCUA_COST_MAX_APP: '10000',
    MOTCUA_FAULTS: 'upload.written:3' } });
  token = house.token('citizen');
  client = house.client();
});
after(async () => {
  await house?.stop();
  database?.drop();
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

const one = (sql) => database.sql(sql);
const pdf = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]).subarray(0, size);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const stored = (hash) => join(disk, 'storage/papers', hash.slice(0, 2), hash.slice(2, 4), hash);
const onTheWay = (id = '') => join(disk, 'storage/uploads', id);
const idOf = (path) => path.split('/').at(-1);

// Asks on a connection of its own until somebody answers.
async function ask(method, path, headers, body) {
  for (;;) {
    const peer = house.client();
    try {
      return await peer.request(method, path, { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, ...headers }, body);
    } catch {
      await sleep(50);
    } finally {
      peer.close();
    }
  }
}
// Once: null when the connection breaks.
async function once(method, path, headers, body) {
  const peer = house.client();
  try {
    return await peer.request(method, path, { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, ...headers }, body);
  } catch {
    return null;
  } finally {
    peer.close();
  }
}
const create = (length, type = 'application/pdf') => ask('POST', '/files', { 'upload-length': String(length), 'upload-metadata': `filetype ${Buffer.from(type).toString('base64')}` });
const offsetOf = async (path) => Number((await ask('HEAD', path, {})).headers['upload-offset']);
const patch = (path, offset, bytes, how = once) => how('PATCH', path, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, bytes);
const stateOf = (id) => one(`SELECT state FROM upload WHERE id = '${id}'`);

// Sends all of it, a piece at a time, going on wherever it stands; gives how often the server died of it.
async function send(path, bytes, piece) {
  let deaths = 0;
  for (let at = await offsetOf(path); at < bytes.length;) {
    const acknowledged = at;
    const reply = await patch(path, at, bytes.subarray(at, at + piece));
    if (!reply) deaths++;
    else if (reply.status !== 204) assert.ok([409, 423, 503].includes(reply.status), `${reply.status} ${reply.text}`);
    at = await offsetOf(path);
    assert.ok(at >= acknowledged, `${at} after ${acknowledged} was acknowledged`);
    assert.ok(at <= statSync(onTheWay(idOf(path))).size, 'no row tells of more bytes than there are');
  }
  return deaths;
}

const keepIt = `mutation($input: KeepPaperInput!) { keepPaper(input: $input) { ... on PaperKept { paper { id } } ${failure} ... on GuardFailed { problems { path message } } } }`;
async function keep(id) {
  const { keepPaper } = await house.client().data(keepIt, { token, variables: { input: { idempotencyKey: key(), upload: id, kind: 'CCCD', title: 'Căn cước' } } });
  assert.ok(keepPaper.paper, JSON.stringify(keepPaper));
  return keepPaper.paper.id;
}
const paperState = (id) => one(`SELECT state FROM stored_paper WHERE public_id = '${id}'`);

// A worker that may die at a point; the lease of one that did is over at once.
const startWorker = (faults = '') => house.startWorker({ MOTCUA_TICK_MS: '100', MOTCUA_FAULTS: faults });
const freeLeases = () => one('UPDATE upload SET claimed_until = now()');
async function stopWorkers() {
  for (const worker of house.workers.splice(0)) {
    worker.child.kill('SIGKILL');
    await worker.exited;
  }
}

// Every row has its bytes, and every file its row.
function assertWhole() {
  const rows = one("SELECT encode(sha256, 'hex') FROM stored_file WHERE NOT doomed").split('\n').filter(Boolean).sort();
  for (const hash of rows) assert.equal(sha256(readFileSync(stored(hash))), hash, 'the bytes are what their name says');
  assert.deepEqual(files(), rows);
}
function files() {
  return readdirSync(join(disk, 'storage/papers'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).sort();
}

test('kill -9 of the server in the middle of a chunk: what was acknowledged is there, and the upload goes on', async () => {
  const bytes = pdf(640 * KiB);
  const { headers: { location } } = await create(bytes.length);
  const deaths = await send(location, bytes, 64 * KiB);
  assert.ok(deaths >= 2, `it died ${deaths} times`);
  assert.ok(readFileSync(onTheWay(idOf(location))).equals(bytes), 'every byte is at its place');
  await house.ready();
});

test('kill -9 of the server with half of a chunk received: nothing of it counts', async () => {
  const bytes = pdf(MiB);
  const { headers: { location } } = await create(bytes.length);
  for (let round = 0; round < 3; round++) {
    const peer = house.client();
    const stream = peer.session.request({ ':method': 'PATCH', ':path': location, 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, 'upload-offset': '0',
      'content-type': 'application/offset+octet-stream', 'content-length': String(bytes.length) });
    stream.on('error', () => {});
    peer.session.on('error', () => {});
    stream.write(bytes.subarray(0, bytes.length >> 1));
    await sleep(100);
    for (const child of house.children()) process.kill(child, 'SIGKILL');
    await house.ready();
    assert.equal(await offsetOf(location), 0);
    peer.close();
  }
  await send(location, bytes, 512 * KiB);
  assert.ok(readFileSync(onTheWay(idOf(location))).equals(bytes));
});

for (const [point, what] of [['paper.named', 'before its bytes are put'], ['storage.written', 'in the middle of the put'], ['paper.put', 'before it is told that they are']])
  test(`kill -9 of the worker with a paper on its way into the storage, ${what}: another one ends it`, async () => {
    const bytes = pdf(300 * KiB);
    const { headers: { location } } = await create(bytes.length);
    await send(location, bytes, 256 * KiB);
    const paper = await keep(idOf(location));
    freeLeases();
    const worker = await startWorker(`${point}:1`);
    await worker.exited;
    assert.equal(worker.child.signalCode, 'SIGKILL');
    house.workers.splice(house.workers.indexOf(worker), 1);
    assert.equal(paperState(paper), 'QUARANTINED', 'nobody is told that it is there');
    await startWorker();
    await until('the paper is clean', () => { freeLeases(); return paperState(paper) === 'CLEAN'; });
    await until('all others are looked at', () => { freeLeases(); return one("SELECT count(*) FROM upload WHERE state = 'QUARANTINED'") === '0'; });
    await until('no upload is left', () => !existsSync(onTheWay(idOf(location))));
    assertWhole();
    // What was half put is nobody's, and goes when it is old enough to be nobody's work either.
    const left = readdirSync(onTheWay()).filter((name) => name.includes('.'));
    assert.equal(left.length, point === 'storage.written' ? 1 : 0, left.join());
    for (const name of left) utimesSync(onTheWay(name), new Date(Date.now() - 7200_000), new Date(Date.now() - 7200_000));
    await until('it is swept', () => !readdirSync(onTheWay()).some((name) => name.includes('.')));
    await stopWorkers();
  });

test('bytes that no row names are found and go', async () => {
  // In a share of the storage that the sweep comes to soon.
  let stray;
  do stray = randomBytes(1000); while (!sha256(stray).startsWith('0'));
  const hash = sha256(stray);
  mkdirSync(join(stored(hash), '..'), { recursive: true });
  writeFileSync(stored(hash), stray);
  await startWorker();
  await until('it is swept', () => !existsSync(stored(hash)));
  await until('and so is its row', () => one(`SELECT count(*) FROM stored_file WHERE sha256 = '\\x${hash}'`) === '0');
  assertWhole();
  await stopWorkers();
});

test('a full disk: 507 says so, nothing is lost, and the upload goes on when there is room', async () => {
  const bytes = pdf(2 * MiB);
  const { headers: { location } } = await create(bytes.length);
  const id = idOf(location);
  await send(location, bytes.subarray(0, MiB), MiB);
  const ballast = join(disk, 'ballast');
  const free = Number(execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1]);
  writeFileSync(ballast, Buffer.alloc(free - 200 * KiB));
  const full = await patch(location, MiB, bytes.subarray(MiB), ask);
  assert.equal(full.status, 507, full.text);
  assert.equal(full.json.errors[0].extensions.code, 'INSUFFICIENT_STORAGE');
  assert.equal(await offsetOf(location), MiB, 'what was acknowledged is kept');
  assert.ok(readFileSync(onTheWay(id)).subarray(0, MiB).equals(bytes.subarray(0, MiB)));
  assert.equal((await house.client().get('/readyz')).status, 200, 'who sends no file is served');
  rmSync(ballast);
  await send(location, bytes, MiB);
  const paper = await keep(id);

  // There is no room for the paper beside its upload.
  writeFileSync(ballast, Buffer.alloc(Number(execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1]) - 200 * KiB));
  const worker = await startWorker();
  await until('it has been tried', () => /upload_waits/.test(worker.log));
  assert.equal(paperState(paper), 'QUARANTINED', 'it waits');
  assert.equal(stateOf(id), 'QUARANTINED');
  assert.deepEqual(readdirSync(onTheWay()).filter((name) => name.includes('.')), [], 'nothing half put takes room');
  rmSync(ballast);
  await until('it is clean', () => { freeLeases(); return paperState(paper) === 'CLEAN'; });
  assert.equal(sha256(readFileSync(stored(sha256(bytes)))), sha256(bytes));
  assertWhole();
  await stopWorkers();
});

test('a full disk: a photo that cannot be cleaned for want of room is not refused', async () => {
  const photo = located('image/jpeg');
  const { headers: { location } } = await create(photo.length, 'image/jpeg');
  await send(location, photo, MiB);
  const paper = await keep(idOf(location));
  const ballast = join(disk, 'ballast');
  const free = () => Number(execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1]);
  writeFileSync(ballast, Buffer.alloc(free()));
  const worker = await startWorker();
  await until('it has been tried', () => /upload_waits/.test(worker.log));
  assert.equal(paperState(paper), 'QUARANTINED');
  rmSync(ballast);
  await until('it is clean', () => { freeLeases(); return paperState(paper) === 'CLEAN'; });
  await stopWorkers();
});
