// A key that is replaced fades out: motcua-server reseal seals what older keys have sealed, loses nothing when it is cut
// short, and says what it could not open. The cells are made and read here by Node's own AES-GCM.
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, command } from './support.mjs';

const people = 1203; // three batches
let place;
let sealed; // a database of cells of key 1; each test takes a copy
let database;
const keys = { 1: randomBytes(32), 2: randomBytes(32) };
const others = ['INDEX', 'REFRESH'].map((purpose) => `${purpose} 1 ${randomBytes(32).toString('base64url')}\n`).join('');

const mark = (id) => Buffer.from([1, id >> 8, id & 255]);
const columns = { person: 'personal_no', officer: 'personal_no', webhook_secret: 'secret' };
const aad = (table, row) => Buffer.from([table, columns[table], row].map((part) => `${part.length}:${part}`).join(''));

function seal(id, table, row, text) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keys[id], nonce).setAAD(aad(table, row));
  return Buffer.concat([mark(id), nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function open(table, row, cell) {
  const decipher = createDecipheriv('aes-256-gcm', keys[cell.readUInt16BE(1)], cell.subarray(3, 15))
    .setAAD(aad(table, row)).setAuthTag(cell.subarray(-16));
  return Buffer.concat([decipher.update(cell.subarray(15, -16)), decipher.final()]).toString();
}

function reseal(ids, settings = {}) {
  const ring = join(place, `ring_${ids.join('_')}`);
  rmSync(ring, { force: true });
  writeFileSync(ring, ids.map((id) => `CELL ${id} ${keys[id].toString('base64url')}\n`).join('') + others, { mode: 0o400 });
  return command(['reseal'], { ...process.env, MOTCUA_DEVELOPMENT: 'yes', MOTCUA_DATABASE_URL: database.url, MOTCUA_STATE_DIR: place, MOTCUA_KEY_RING_FILE: ring, ...settings });
}

const selects = {
  person: 'SELECT p.id, public_id, encode(personal_no, \'hex\') FROM person p JOIN subject USING (id) WHERE personal_no IS NOT NULL ORDER BY p.id',
  officer: 'SELECT id, public_id, encode(personal_no, \'hex\') FROM officer WHERE personal_no IS NOT NULL ORDER BY id',
  webhook_secret: 'SELECT no, id, encode(secret, \'hex\') FROM webhook_secret ORDER BY no',
};
const rows = (table) => database.sql(selects[table])
  .split('\n').map((line) => line.split('|')).map(([id, row, cell]) => ({ id, row, cell: Buffer.from(cell, 'hex') }));
const countOf = (id) => database.sql(`SELECT count(*) FROM person WHERE substring(personal_no FROM 1 FOR 3) = '\\x${mark(id).toString('hex')}'`);

function fill(table, select) {
  const cells = sealed.sql(select).split('\n').map((line) => line.split('|'))
    .map(([id, row]) => `(${id}, '\\x${seal(1, table, row, `number ${id}`).toString('hex')}'::bytea)`);
  sealed.sql(`UPDATE ${table} t SET personal_no = c.cell, personal_no_index = sha256(c.cell)
    FROM (VALUES ${cells.join(',')}) AS c (id, cell) WHERE t.id = c.id`);
}

// Two endpoints, one of them with a former secret too.
function addSecrets() {
  sealed.sql('INSERT INTO partner (id) VALUES (5001)');
  sealed.sql(`INSERT INTO portal_message (adapter, code, kind, sha256, body, person, personal_no, personal_no_index, reason)
    VALUES ('DVCQG', 'H29.1-261120-900001', 'DOSSIER', sha256('x'), '{}', '${waiting}', '\\x${seal(1, 'person', waiting, 'number that waits').toString('hex')}', sha256('index'), 'UNKNOWN_PROCEDURE')`);
  for (const untils of [['NULL'], ['now()', 'NULL']]) {
    const endpoint = sealed.sql(`INSERT INTO webhook_endpoint (partner, environment, url) VALUES (5001, 'LIVE', 'https://hooks.partner.vn/') RETURNING id`);
    for (const until of untils) {
      const row = randomUUID();
      sealed.sql(`INSERT INTO webhook_secret (id, endpoint, secret, until) VALUES ('${row}', '${endpoint}', '\\x${seal(1, 'webhook_secret', row, `secret of ${row}`).toString('hex')}', ${until})`);
    }
  }
}

const waiting = randomUUID();
before(() => {
  place = mkdtempSync(join(tmpdir(), 'motcua-reseal-'));
  sealed = Database.copy('reseal');
  fill('person', `SELECT p.id, public_id FROM person p JOIN subject USING (id) ORDER BY p.id LIMIT ${people}`);
  fill('officer', 'SELECT id, public_id FROM officer ORDER BY id LIMIT 3');
  addSecrets();
});
beforeEach(() => { database = Database.copy('reseal_turned', sealed.name); });
after(() => {
  database?.drop();
  sealed?.drop();
  rmSync(place, { recursive: true, force: true });
});

test('every cell of an older key is sealed by the key in use, in its own place, and says what it said', () => {
  const indexes = 'SELECT md5(string_agg(personal_no_index::text, \',\' ORDER BY id)) FROM person';
  const before = database.sql(indexes);
  const done = reseal([1, 2]);
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, new RegExp(`^person\\.personal_no: ${people} sealed anew, 0 .* 0 .* 0 that do not open$`, 'm'));
  assert.match(done.out, /^officer\.personal_no: 3 sealed anew, 0 .* 0 .* 0 that do not open$/m);
  assert.match(done.out, /^webhook_secret\.secret: 3 sealed anew, 0 .* 0 .* 0 that do not open$/m);
  for (const table of ['person', 'officer'])
    for (const { id, row, cell } of rows(table)) {
      assert.deepEqual(cell.subarray(0, 3), mark(2));
      assert.equal(open(table, row, cell), `number ${id}`);
    }
  assert.match(done.out, /^portal_message\.personal_no: 1 sealed anew, 0 .* 0 .* 0 that do not open$/m);
  const cellThatWaits = Buffer.from(database.sql("SELECT encode(personal_no, 'hex') FROM portal_message"), 'hex');
  assert.equal(open('person', waiting, cellThatWaits), 'number that waits', 'a message in quarantine is sealed for the person it may make');
  for (const { row, cell } of rows('webhook_secret')) {
    assert.deepEqual(cell.subarray(0, 3), mark(2));
    assert.equal(open('webhook_secret', row, cell), `secret of ${row}`);
  }
  assert.equal(database.sql(indexes), before, 'who was found before is found again');
});

test('a second run finds nothing to do, nor does a first one without a new key', () => {
  assert.match(reseal([1]).out, /^person\.personal_no: 0 sealed anew/m);
  assert.equal(countOf(1), String(people));
  reseal([1, 2]);
  assert.match(reseal([1, 2]).out, /^person\.personal_no: 0 sealed anew/m);
  const alone = reseal([2]);
  assert.equal(alone.code, 0, 'the old key can leave the ring');
});

test('whole batches of current cells do not end the run, nor do persons without a number', () => {
  const { id, row, cell } = rows('person').at(-1);
  reseal([1, 2]);
  database.sql(`UPDATE person SET personal_no = '\\x${cell.toString('hex')}' WHERE id = ${id};
    UPDATE person SET personal_no = NULL, personal_no_index = NULL WHERE id < ${id} AND id % 2 = 0`);
  const done = reseal([1, 2]);
  assert.match(done.out, /^person\.personal_no: 1 sealed anew, 0 .* 0 .* 0 that do not open$/m);
  assert.equal(open('person', row, rows('person').at(-1).cell), `number ${id}`);
  assert.equal(countOf(1), '0');
});

test('without their key cells are counted and stay, and the exit code says so', () => {
  const before = rows('person').map(({ cell }) => cell.toString('hex'));
  const done = reseal([2]);
  assert.equal(done.code, 1);
  assert.match(done.out, new RegExp(`^person\\.personal_no: 0 sealed anew, 0 .*, ${people} whose key is not in the ring`, 'm'));
  assert.deepEqual(rows('person').map(({ cell }) => cell.toString('hex')), before);
});

test('a cell of another row does not open, is counted and stays; the others are sealed anew', () => {
  const [first, second] = rows('person');
  database.sql(`UPDATE person SET personal_no = CASE id WHEN ${first.id} THEN '\\x${second.cell.toString('hex')}'::bytea
    ELSE '\\x${first.cell.toString('hex')}'::bytea END WHERE id IN (${first.id}, ${second.id})`);
  const done = reseal([1, 2]);
  assert.equal(done.code, 1);
  assert.match(done.out, new RegExp(`^person\\.personal_no: ${people - 2} sealed anew, .* 2 that do not open$`, 'm'));
  assert.deepEqual(rows('person')[0].cell, second.cell);
});

test('a run that is cut short keeps what it did, and the next one does the rest', async () => {
  const held = database.session();
  const last = rows('person').at(-1).id;
  await held.sql(`BEGIN; SELECT 1 FROM motcua.person WHERE id = ${last} FOR UPDATE`);
  const short = reseal([1, 2]);
  assert.equal(short.code, 1);
  assert.match(short.err, /PostgreSQL says \w+; what was sealed anew stays, run it again/);
  assert.equal(countOf(2), '1000', 'two whole batches');
  await held.sql('ROLLBACK');
  await held.end();
  const rest = reseal([1, 2]);
  assert.equal(rest.code, 0, rest.err);
  assert.match(rest.out, new RegExp(`^person\\.personal_no: ${people - 1000} sealed anew`, 'm'));
  assert.equal(countOf(1), '0');
});

test('no output holds a number or a byte of a key', () => {
  const { out, err } = reseal([1, 2]);
  assert.doesNotMatch(out + err, /number \d|secret of/);
  for (const key of Object.values(keys)) assert.ok(!(out + err).includes(key.toString('base64url').slice(0, 8)));
});
