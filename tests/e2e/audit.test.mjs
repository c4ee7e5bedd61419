// The audit cannot be rewritten unseen: whoever changes, drops, swaps or cuts off a row, even as superuser, is named by a
// verifier that shares no code with the sealer.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Database, guardMs, programs, root } from './support.mjs';

let place;
let sound; // a database whose audit is in order; each test spoils a copy
let database;
const file = (name) => join(place, name);

function newKey(name) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(file(`${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  chmodSync(file(`${name}.pem`), 0o400);
  writeFileSync(file(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
}

function worker(on, args, settings = {}) {
  return spawnSync(join(programs, 'motcua-worker'), args, { encoding: 'utf8', timeout: guardMs,
    env: { ...process.env, MOTCUA_DEVELOPMENT: 'yes', MOTCUA_DATABASE_URL: on.url, MOTCUA_WORKER_NAME: `audit-${process.pid}`,
      MOTCUA_AUDIT_KEY_FILE: file('key.pem'), MOTCUA_AUDIT_HEAD_S: '0', ...settings } });
}

function seal(on, settings) {
  const done = worker(on, ['once'], settings);
  assert.equal(done.status, 0, done.stderr);
}

const write = (on, first, last) => on.sql(`SELECT audit_write('staff.grant', 'officer:' || n, jsonb_build_object('n', n, 'role', 'thụ lý'))
  FROM generate_series(${first}, ${last}) AS n`);

// As somebody who owns the machine would: no trigger, no policy.
const spoil = (text) => database.sql(`SET session_replication_role = replica; ${text}`);

function verify(on, ...options) {
  const done = spawnSync(process.execPath, [join(root, 'tools/verify_audit.mjs'), on.adminUrl, '--key', file('key.pub'), ...options],
    { encoding: 'utf8', timeout: guardMs });
  const lines = done.stdout.trim().split('\n');
  return { code: done.status, faults: lines.slice(0, -1), summary: lines.at(-1), err: done.stderr };
}

function assertNamed(found, ...patterns) {
  assert.equal(found.code, 1, `${found.summary} ${found.err}`);
  assert.equal(found.faults.length, patterns.length, found.faults.join('\n'));
  patterns.forEach((pattern, i) => assert.match(found.faults[i], pattern));
}

// The nth row of the longest chain, and its chain.
function row(n) {
  const [id, chain, seq] = database.sql(`SELECT id, chain, seq FROM audit WHERE seq = ${n} AND chain =
    (SELECT chain FROM audit_chain ORDER BY seq DESC, chain LIMIT 1)`).split('|');
  return { id, chain, seq };
}
const length = (chain) => Number(database.sql(`SELECT seq FROM audit_chain WHERE chain = ${chain}`));

before(() => {
  place = mkdtempSync(join(tmpdir(), 'motcua-audit-'));
  newKey('key');
  sound = Database.copy('audit');
  write(sound, 1, 100);
  seal(sound);
  write(sound, 101, 200);
  seal(sound);
});
beforeEach(() => { database = Database.copy('audit_spoilt', sound.name); });
after(() => {
  database?.drop();
  sound?.drop();
  rmSync(place, { recursive: true, force: true });
});

test('an untouched audit is in order: all rows in chains without gap, all signed', () => {
  const found = verify(database);
  assert.deepEqual(found.faults, []);
  assert.equal(found.code, 0, found.err);
  assert.match(found.summary, /^200 rows in 16 chains, 0 of them not signed yet, 0 waiting to be chained; 2 heads; 0 faults$/);
});

test('rows not chained yet, and rows not signed yet, are counted and no fault', () => {
  write(database, 201, 203);
  assert.match(verify(database).summary, /^200 rows .* 3 waiting .* 0 faults$/);
  seal(database, { MOTCUA_AUDIT_KEY_FILE: '' });
  assert.match(verify(database).summary, /^203 rows .* 3 of them not signed yet, 0 waiting .* 0 faults$/);
});

test('a row committed late, by a transaction left open, is chained after it commits', async () => {
  const open = database.session();
  await open.sql(`BEGIN; SET search_path = motcua; SELECT audit_write('staff.grant', 'officer:late')`);
  write(database, 201, 205);
  seal(database);
  assert.match(verify(database).summary, /^205 rows .* 0 faults$/);
  await open.sql('COMMIT');
  await open.end();
  seal(database);
  assert.match(verify(database).summary, /^206 rows .*, 0 waiting .* 0 faults$/);
});

test('any field of a row that was changed is named', () => {
  const changes = { body: `'{"n": 0}'`, act: `'staff.revoke'`, object: `'officer:0'`, actor_kind: `'SERVICE'`, actor_id: '7',
    session: 'gen_random_uuid()', at: `at + interval '1 us'`, id: 'gen_random_uuid()' };
  const { id, chain } = row(5);
  for (const [column, value] of Object.entries(changes)) {
    database.sql(`CREATE TABLE spare AS SELECT * FROM audit WHERE id = '${id}'`);
    spoil(`UPDATE audit SET ${column} = ${value} WHERE chain = ${chain} AND seq = 5`);
    assertNamed(verify(database), new RegExp(`^chain ${chain}: row \\S+ at 5 was changed`));
    spoil(`DELETE FROM audit WHERE chain = ${chain} AND seq = 5; INSERT INTO audit SELECT * FROM spare; DROP TABLE spare`);
    assert.equal(verify(database).code, 0, column);
  }
});

test('a row that was changed together with its hash is named: what comes after it does not follow', () => {
  const { chain } = row(5);
  spoil(`UPDATE audit a SET hash = audit_hash(a.prev, a.chain, a.seq, b) FROM audit b
          WHERE a.chain = ${chain} AND a.seq = 5 AND b.chain = a.chain AND b.seq = 4`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row \\S+ at 5 was changed`));
  spoil(`UPDATE audit SET body = '{}' WHERE chain = ${chain} AND seq = 5`);
  spoil(`UPDATE audit a SET hash = audit_hash(a.prev, a.chain, a.seq, a) WHERE a.chain = ${chain} AND a.seq = 5`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row \\S+ at 6 was swapped or moved`));
});

test('a chain that was written anew from a row on is not what was signed', () => {
  const { chain } = row(2);
  spoil(`UPDATE audit SET body = '{}' WHERE chain = ${chain} AND seq = 2;
    DO $$
    DECLARE
        r motcua.audit;
        h bytea := (SELECT prev FROM motcua.audit WHERE chain = ${chain} AND seq = 2);
    BEGIN
        FOR r IN SELECT * FROM motcua.audit WHERE chain = ${chain} AND seq >= 2 ORDER BY seq LOOP
            UPDATE motcua.audit SET prev = h, hash = motcua.audit_hash(h, ${chain}, r.seq, r) WHERE id = r.id RETURNING hash INTO h;
        END LOOP;
        UPDATE motcua.audit_chain SET hash = h WHERE chain = ${chain};
    END $$`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row .* or one before it, was changed and chained anew: head 1 `));
});

test('a row that was dropped is named', () => {
  const { id, chain } = row(3);
  spoil(`DELETE FROM audit WHERE id = '${id}'`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row 3 was dropped`));
});

test('two rows that were swapped are named by the first', () => {
  const { chain } = row(3);
  spoil(`UPDATE audit SET seq = 1000 WHERE chain = ${chain} AND seq = 3; UPDATE audit SET seq = 3 WHERE chain = ${chain} AND seq = 4;
         UPDATE audit SET seq = 4 WHERE chain = ${chain} AND seq = 1000`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row \\S+ at 3 was swapped or moved`));
});

test('a chain whose last row was cut off is named, whatever the counters say', () => {
  const { chain } = row(1);
  const last = length(chain);
  spoil(`DELETE FROM audit WHERE chain = ${chain} AND seq = ${last}`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row ${last} was cut off: head 2 signed ${last} rows, there are ${last - 1}`));
  spoil(`UPDATE audit_chain SET seq = ${last - 1}, hash = (SELECT hash FROM audit WHERE chain = ${chain} AND seq = ${last - 1}) WHERE chain = ${chain}`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row ${last} was cut off: head 2 `));
});

test('a row cut off before it was signed is named by the counter', () => {
  write(database, 1, 1);
  seal(database, { MOTCUA_AUDIT_KEY_FILE: '' });
  const chain = database.sql('SELECT chain FROM audit ORDER BY at DESC LIMIT 1');
  spoil(`DELETE FROM audit WHERE chain = ${chain} AND seq = ${length(chain)}`);
  assertNamed(verify(database), new RegExp(`^chain ${chain}: row ${length(chain)} was cut off: ${length(chain)} rows were chained`));
});

test('rows cut off together with the heads over them are named by the heads that another agency keeps', () => {
  const kept = worker(database, ['audit-heads', '1']);
  assert.equal(kept.status, 0, kept.stderr);
  assert.equal(kept.stdout.trim().split('\n').length, 1);
  writeFileSync(file('heads.jsonl'), kept.stdout);
  assert.equal(verify(database, '--heads', file('heads.jsonl')).code, 0);
  spoil(`DELETE FROM audit_head WHERE no = 2;
    DELETE FROM audit a USING audit_head h WHERE h.no = 1 AND a.seq > (h.head::jsonb #>> ARRAY['heads', a.chain::text, '0'])::bigint;
    UPDATE audit_chain c SET (seq, hash) = (SELECT seq, hash FROM audit a WHERE a.chain = c.chain ORDER BY seq DESC LIMIT 1)`);
  assert.equal(verify(database).code, 0, 'by itself the database knows no better');
  const found = verify(database, '--heads', file('heads.jsonl'));
  assert.equal(found.code, 1);
  assert.match(found.faults[0], /was cut off: head 2 signed/);
});

test('a head that was changed, dropped or signed by another key is named', () => {
  spoil(`UPDATE audit_head SET head = replace(head, '"rows":200', '"rows":199') WHERE no = 2`);
  assertNamed(verify(database), /^head 2 .*: the signature is not right/);
  spoil(`DELETE FROM audit_head WHERE no = 1`);
  assert.match(verify(database).faults[1], /^head 2 .*: does not follow head 1/);
  newKey('other');
  write(database, 1, 1);
  seal(database, { MOTCUA_AUDIT_KEY_FILE: file('other.pem') });
  assert.match(verify(database).faults.join('\n'), /head 3 .*: signed by the unknown key [0-9a-f]{16}/);
});

test('heads of an older key count when its public key is given', () => {
  newKey('newer');
  write(database, 1, 1);
  seal(database, { MOTCUA_AUDIT_KEY_FILE: file('newer.pem') });
  assert.equal(verify(database).code, 1);
  assert.equal(verify(database, '--key', file('newer.pub')).code, 0);
});

test('OpenSSL itself finds a head signed', () => {
  const { head, signature } = JSON.parse(worker(database, ['audit-heads', '1']).stdout);
  writeFileSync(file('head'), head);
  writeFileSync(file('signature'), Buffer.from(signature, 'base64url'));
  execFileSync('openssl', ['pkeyutl', '-verify', '-pubin', '-inkey', file('key.pub'), '-rawin', '-in', file('head'), '-sigfile', file('signature')]);
});

test('nothing new is signed when nothing was chained, nor sooner than it is due', () => {
  const heads = () => database.sql('SELECT count(*) FROM audit_head');
  seal(database);
  assert.equal(heads(), '2');
  write(database, 1, 1);
  seal(database, { MOTCUA_AUDIT_HEAD_S: '3600' });
  assert.equal(heads(), '2');
  seal(database);
  assert.equal(heads(), '3');
});

test('a key that others may read, or that is none, is refused with a sentence and without its bytes', () => {
  newKey('open');
  chmodSync(file('open.pem'), 0o440);
  const open = worker(database, ['once'], { MOTCUA_AUDIT_KEY_FILE: file('open.pem') });
  assert.equal(open.status, 1);
  assert.match(open.stderr, /open\.pem must be ours alone to read/);
  for (const [name, text] of [['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })], ['text', 'no key at all']]) {
    writeFileSync(file(name), text, { mode: 0o400 });
    const none = worker(database, ['once'], { MOTCUA_AUDIT_KEY_FILE: file(name) });
    assert.equal(none.status, 1);
    assert.match(none.stderr, /is not an Ed25519 private key in PEM/);
    assert.ok(!none.stderr.includes(text.split('\n')[1] ?? text));
  }
});
