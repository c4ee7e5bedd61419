// verify_audit.mjs: was a row of the audit changed, dropped, swapped or cut off? It shares no code with what writes it;
// the format is in schema/db/functions/93_audit.sql, the database is only asked for columns.
//
//   node tools/verify_audit.mjs DATABASE_URL --key PUBLIC.pem [--key OLDER.pem] [--heads HEADS.jsonl]
//
// --key: public keys that signed heads (openssl pkey -in KEY.pem -pubout). --heads: what motcua-worker audit-heads printed
// for another agency; without it somebody who drops the last rows and the heads signed over them goes unseen.
// The URL's user must be able to read the audit: motcua_owner, or a superuser. Rows not chained or not signed yet are
// counted, and no fault. Exit codes: 0, 1 (each fault on a line of its own, the first of each chain), 2 (usage, database).
import { createHash, createPublicKey, verify } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const chains = 16;
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function field(text) {
  const size = Buffer.alloc(4, 0xff);
  if (text === null) return size;
  const bytes = Buffer.from(text, 'utf8');
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

const hashOf = (row) => sha256(Buffer.from(row.prev, 'hex'), ...[row.chain, row.seq, row.id, row.at, row.actor_kind, row.actor_id,
  row.session, row.act, row.object, row.body].map(field)).toString('hex');

// One snapshot, a JSON text a line: heads, where chains end, then the rows in order. pg_catalog alone is searched, so that
// no function or operator put beside the tables answers in place of PostgreSQL's.
const script = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SELECT json_build_object('kind', 'head', 'no', no::text, 'head', head, 'key', key_id, 'signature', encode(signature, 'hex'))
  FROM motcua.audit_head ORDER BY no;
SELECT json_build_object('kind', 'end', 'chain', chain, 'seq', seq::text, 'hash', encode(hash, 'hex')) FROM motcua.audit_chain;
SELECT json_build_object('kind', 'unsealed', 'count', count(*)) FROM motcua.audit WHERE seq IS NULL;
SELECT json_build_object('kind', 'row', 'chain', chain::text, 'seq', seq::text, 'prev', encode(prev, 'hex'), 'hash', encode(hash, 'hex'),
  'id', id::text, 'at', (extract(epoch FROM at) * 1000000)::bigint::text, 'actor_kind', actor_kind, 'actor_id', actor_id::text,
  'session', session::text, 'act', act, 'object', object, 'body', body::text)
  FROM motcua.audit WHERE seq IS NOT NULL ORDER BY chain, seq;
COMMIT;
`;

async function* ask(url) {
  const psql = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'FETCH_COUNT=5000', '-d', url],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, PGCLIENTENCODING: 'UTF8' } });
  const ended = new Promise((resolve, reject) => psql.on('error', reject).on('close', resolve));
  psql.stdin.end(script);
  let rest = '';
  for await (const chunk of psql.stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n'); // not readline, which also parts at U+2028
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
  if (await ended !== 0) throw new Error('the database could not be read');
}

function readKey(path) {
  const key = createPublicKey(readFileSync(path));
  return [sha256(Buffer.from(key.export({ format: 'jwk' }).x, 'base64url')).toString('hex', 0, 8), key];
}

class Verifier {
  faults = [];
  told = new Set(); // chains whose first fault is named: all behind it follows from that
  heads = new Map();
  signed = Array.from({ length: chains }, () => new Map()); // seq -> { hash, no } that a signature stands for
  last = Array.from({ length: chains }, () => ({ seq: 0, hash: '0'.repeat(64) })); // the row read last
  ends = [];
  counts = { rows: 0, unsealed: 0, heads: 0, unsigned: 0 };

  constructor(keys) { this.keys = keys; }

  fault(chain, sentence) {
    if (this.told.has(chain)) return;
    if (chain !== null) this.told.add(chain);
    this.faults.push(chain === null ? sentence : `chain ${chain}: ${sentence}`);
  }

  head({ head, key, signature }, where) {
    let text = {};
    try { text = JSON.parse(head); } catch { /* its signature is not right, either */ }
    const { no, prev, heads } = text;
    const name = `head ${no} (${where})`;
    const known = this.heads.get(no);
    if (known !== undefined && known !== head) this.fault(null, `${name}: there are two of this number`);
    if (!this.keys.has(key)) this.fault(null, `${name}: signed by the unknown key ${key}`);
    else if (!verify(null, Buffer.from(head, 'utf8'), this.keys.get(key), Buffer.from(signature, 'hex'))) this.fault(null, `${name}: the signature is not right`);
    else heads.forEach(([seq, hash], chain) => { if (seq > 0 && !this.signed[chain].has(seq)) this.signed[chain].set(seq, { hash, no }); });
    const before = this.heads.get(no - 1);
    if (before === undefined ? where === 'database' && no !== 1 : prev !== sha256(before).toString('hex')) this.fault(null, `${name}: does not follow head ${no - 1}`);
    this.heads.set(no, head);
    this.counts.heads++;
  }

  row(row) {
    const chain = Number(row.chain);
    const seq = Number(row.seq);
    const { last, signed } = { last: this.last[chain], signed: this.signed[chain].get(seq) };
    const name = `row ${row.id} at ${seq}`;
    if (seq !== last.seq + 1) this.fault(chain, `row ${last.seq + 1} was dropped: ${seq} comes after ${last.seq}`);
    else if (row.prev !== last.hash) this.fault(chain, `${name} was swapped or moved: it does not follow the one before it`);
    else if (hashOf(row) !== row.hash) this.fault(chain, `${name} was changed: its hash is not that of what it says`);
    else if (signed && signed.hash !== row.hash) this.fault(chain, `${name}, or one before it, was changed and chained anew: head ${signed.no} signed another hash`);
    this.last[chain] = { seq, hash: row.hash };
    this.counts.rows++;
  }

  finish() {
    for (let chain = 0; chain < chains; chain++) {
      const { seq, hash } = this.last[chain];
      const signed = Math.max(0, ...this.signed[chain].keys());
      if (signed > seq) this.fault(chain, `row ${seq + 1} was cut off: head ${this.signed[chain].get(signed).no} signed ${signed} rows, there are ${seq}`);
      const end = this.ends.find((each) => each.chain === chain);
      if (end === undefined || Number(end.seq) !== seq || end.hash !== hash) this.fault(chain, `row ${seq + 1} was cut off: ${end?.seq ?? 'no'} rows were chained, there are ${seq}`);
      this.counts.unsigned += Math.max(0, seq - signed);
    }
  }

  take(line) {
    if (line.kind === 'head') this.head(line, 'database');
    else if (line.kind === 'end') this.ends.push(line);
    else if (line.kind === 'unsealed') this.counts.unsealed = line.count;
    else this.row(line);
  }
}

async function main([url, ...options]) {
  const keys = new Map();
  const kept = [];
  for (let i = 0; i < options.length; i += 2) {
    if (options[i] === '--key' && options[i + 1]) keys.set(...readKey(options[i + 1]));
    else if (options[i] === '--heads' && options[i + 1]) kept.push(...readFileSync(options[i + 1], 'utf8').trim().split('\n').filter(Boolean));
    else throw new Error(`what is ${options[i]}?`);
  }
  if (!url || keys.size === 0) throw new Error('usage: verify_audit.mjs DATABASE_URL --key PUBLIC.pem [--key OLDER.pem] [--heads HEADS.jsonl]');
  const verifier = new Verifier(keys);
  for (const line of kept.map(JSON.parse)) verifier.head({ ...line, signature: Buffer.from(line.signature, 'base64url').toString('hex') }, 'kept');
  for await (const line of ask(url)) verifier.take(line);
  verifier.finish();
  for (const fault of verifier.faults) console.log(fault);
  const { rows, unsealed, heads, unsigned } = verifier.counts;
  console.log(`${rows} rows in ${chains} chains, ${unsigned} of them not signed yet, ${unsealed} waiting to be chained; ${heads} heads; ${verifier.faults.length} faults`);
  process.exitCode = verifier.faults.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((failure) => {
  console.error(`verify_audit: ${failure.message}`);
  process.exitCode = 2;
});
