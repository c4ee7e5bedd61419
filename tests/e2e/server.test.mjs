// What the server promises as a process: how it is asked for its health, how it ends, whom it lets in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { House, command, patience, productionSettings, sleep, until, within } from './support.mjs';

let house;
let client;
const scratch = mkdtempSync(join(tmpdir(), 'motcua-server-test-'));
before(async () => {
  house = await House.start('server', { settings: patience });
  client = house.client();
});
after(async () => {
  await house.stop();
  rmSync(scratch, { recursive: true });
});

// A TLS connection of the given kind to the server, or the failure to make one.
async function handshake(options, port = house.port) {
  const socket = tls.connect({ host: '127.0.0.1', port, ca: house.ca, ...options });
  try {
    await within('handshake', once(socket, 'secureConnect'));
    return { alpn: socket.alpnProtocol, protocol: socket.getProtocol(),
      fingerprint: socket.getPeerCertificate().fingerprint256 };
  } finally {
    socket.destroy();
  }
}

test('it says that it lives, that it is ready, and what it has counted', async () => {
  assert.deepEqual((await client.get('/healthz')).json, { status: 'ok' });
  const ready = await client.get('/readyz');
  assert.equal(ready.status, 200);
  assert.deepEqual(ready.json, { ready: true, postgresql: 'OK', redis: 'OK', reference: 'OK' });
  const metrics = await client.get('/metrics');
  assert.match(metrics.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  for (const line of metrics.text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) motcua_\w+ .+|motcua_\w+(\{\w+="\w+"\})? \d+)$/);
});

test('the counters of all children are one sum', async () => {
  const many = await House.start('sum', { database: house.database, settings: { MOTCUA_PROCESSES: '2' } });
  try {
    const count = async () => (await many.metrics())['motcua_operations_total{kind="query"}'];
    const first = await count();
    for (let i = 0; i < 20; i++) {
      const one = many.client();
      await one.data('{ __typename }');
      one.close();
    }
    assert.equal(await count() - first, 20);
  } finally {
    await many.stop();
  }
});

test('other paths are not there, and what is read is not written', async () => {
  assert.equal((await client.get('/')).status, 404);
  assert.equal((await client.get('/graphql/')).status, 404);
  const refused = await client.request('POST', '/healthz', {}, '');
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.allow, 'GET');
});

test('HTTP/2 and HTTP/1.1 are chosen by ALPN', async () => {
  assert.equal((await handshake({ ALPNProtocols: ['h2', 'http/1.1'] })).alpn, 'h2');
  assert.equal((await handshake({ ALPNProtocols: ['http/1.1'] })).alpn, 'http/1.1');
  const reply = await new Promise((resolve, reject) => {
    const ask = https.request(`${house.origin}/graphql`, { method: 'POST', ca: house.ca, agent: false,
      headers: { 'content-type': 'application/json' } }, (found) => {
      let text = '';
      found.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
      found.on('end', () => resolve({ status: found.statusCode, version: found.httpVersion, text }));
    });
    ask.on('error', reject);
    ask.end(JSON.stringify({ query: '{ __typename }' }));
  });
  assert.deepEqual(reply, { status: 200, version: '1.1', text: '{"data":{"__typename":"Query"}}' });
});

test('what answers HEAD has no body, so that the next reply of the connection is not taken for it', async () => {
  for (const path of ['/graphql', '/nowhere', '/healthz']) {
    const socket = tls.connect({ port: house.port, host: '127.0.0.1', servername: 'localhost', ca: house.ca, ALPNProtocols: ['http/1.1'] });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
    socket.on('error', () => {});
    socket.write(`HEAD ${path} HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    await once(socket, 'close');
    const second = text.slice(text.indexOf('\r\n\r\n') + 4);
    assert.match(second, /^HTTP\/1\.1 200 /, text);
  }
});

test('TLS 1.2 and 1.3 are spoken, 1.1 is not', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const { protocol } = await handshake({ minVersion: version, maxVersion: version });
    assert.equal(protocol, version);
  }
  await assert.rejects(handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0' }));
});

test('a port in use is one sentence with what to do', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const { code, out, err } = command(['serve'], { ...house.env, MOTCUA_PORT: String(port) });
  other.close();
  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, new RegExp(`^motcua-server: .*port ${port} .*MOTCUA_PORT\\.\\n$`));
});

test('a setting that is none is one sentence', () => {
  const { code, err } = command(['serve'], { ...house.env, MOTCUA_PORT: 'eighty' });
  assert.notEqual(code, 0);
  assert.match(err, /^motcua-server: .*MOTCUA_PORT.*\n$/);
});

const missing = [['MOTCUA_PUBLIC_URL', ['', 'https://localhost:8443', 'https://localhost', 'https://127.0.0.1:8443', 'http://motcua.invalid']],
  ['MOTCUA_ISSUERS_FILE', ['']], ['MOTCUA_KEY_RING_FILE', ['']], ['MOTCUA_STORAGE_DIR', ['']]];

test('a server that is no workshop does not start without what it cannot make again', () => {
  const state = mkdtempSync(join(scratch, 'production-'));
  const env = { ...house.env, MOTCUA_DEVELOPMENT: 'no', MOTCUA_STATE_DIR: join(state, 'made'), ...productionSettings(state) };
  for (const [name, values] of missing) {
    for (const value of values) {
      for (const word of ['serve', 'check']) {
        const { code, err } = command([word], { ...env, [name]: value });
        assert.notEqual(code, 0, `${word} ${name}=${value}`);
        assert.equal(err.split('\n').filter((line) => / must name .*MOTCUA_DEVELOPMENT=yes/.test(line)).length, 1, err);
        assert.match(err, new RegExp(`^(motcua-server: )?${name} must name [^\\n]*\\.$`, 'm'));
      }
    }
  }
  const none = command(['serve'], { ...env, ...Object.fromEntries(missing.map(([name]) => [name, ''])) });
  assert.equal(none.code, 2);
  assert.deepEqual(none.err.trimEnd().split('\n').map((line) => /MOTCUA_\w+/.exec(line)[0]), missing.map(([name]) => name), 'all at once');
  assert.equal(existsSync(env.MOTCUA_STATE_DIR), false, 'nothing was made');
  const good = command(['check'], env);
  assert.equal(good.code, 0, good.err);
});

test('a change of what is kept in memory is seen, also when it comes while the one before is being read', async () => {
  const { database } = house;
  const [code, former] = database.sql("SELECT p.code, v.name FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE NOT p.sandbox ORDER BY p.code LIMIT 1").split('|');
  const rename = (name) => database.sql(`UPDATE procedure_version v SET name = '${name}' FROM procedure p WHERE p.id = v.procedure AND p.code = '${code}'`);
  for (let i = 0; i < 30; i++) {
    rename(`Lần ${i}a`);
    await sleep(40 + i); // over the whole of a load, wherever it falls
    rename(`Lần ${i}b`);
    await until('it is seen', async () => (await client.data(`{ procedure(code: "${code}") { name } }`)).procedure.name === `Lần ${i}b`);
  }
  rename(former);
});

test('an answer begun before a change of what is kept in memory is not kept for after it', async () => {
  const { database } = house;
  const holder = database.session();
  const [code, former] = database.sql("SELECT p.code, v.name FROM procedure p JOIN procedure_version v ON v.procedure = p.id WHERE NOT p.sandbox ORDER BY p.code LIMIT 1").split('|');
  const rename = (name) => database.sql(`UPDATE procedure_version v SET name = '${name}' FROM procedure p WHERE p.id = v.procedure AND p.code = '${code}'`);
  const named = async (fields, options) => (await client.data(`{ procedure(code: "${code}") { ${fields} } }`, options)).procedure.name;
  try {
    const again = 'name code guidance { text }';
    for (let i = 0; i < 3; i++) await named(again); // a document that comes once is not kept
    rename('Tên giữa');
    await until('it is seen', async () => await named('name') === 'Tên giữa');
    await holder.sql('BEGIN; LOCK TABLE motcua.procedure_guidance IN ACCESS EXCLUSIVE MODE');
    const slow = named(again, { token: house.token('citizen') }); // what is loaded comes by other connections
    await until('the answer waits', async () =>
      (await holder.sql(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'motcua.procedure_guidance'::regclass`)) !== '0');
    rename('Tên sau');
    await until('the change is seen', async () => await named('name') === 'Tên sau');
    await holder.sql('COMMIT');
    assert.equal(await slow, 'Tên giữa');
    assert.equal(await named(again), 'Tên sau');
  } finally {
    await holder.end();
    rename(former);
  }
});

test('a child that begins again takes no connection before it can answer: the other one has them', async () => {
  const two = await House.start('begins', { database: house.database, settings: { ...patience, MOTCUA_PROCESSES: '2' } });
  const holder = two.database.session();
  const answers = async () => {
    for (let i = 0; i < 20; i++) {
      const one = two.client();
      assert.equal((await one.data('{ procedures(first: 1) { nodes { code } } }')).procedures.nodes.length, 1);
      one.close();
    }
  };
  const beginsAgainAndWaits = async (victim) => {
    await holder.sql('BEGIN; LOCK TABLE motcua.procedure_version IN ACCESS EXCLUSIVE MODE');
    process.kill(victim, 'SIGKILL');
    await until('another child has begun to load', async () =>
      (await holder.sql(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'motcua.procedure_version'::regclass`)) !== '0');
  };
  try {
    const [first, second] = two.children();
    await beginsAgainAndWaits(first);
    await answers();
    await holder.sql('COMMIT');
    await two.ready();
    await beginsAgainAndWaits(second); // what began again has them all now
    await answers();
  } finally {
    await holder.end();
    await two.stop();
  }
});

test('SIGHUP: new connections get the replaced certificate, old ones go on', async () => {
  const file = (name) => join(scratch, name);
  const make = (name) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
    { stdio: 'ignore' });
  const use = (name) => {
    copyFileSync(file(`${name}.key`), file('used.key'));
    copyFileSync(file(`${name}.crt`), file('used.crt'));
  };
  make('one');
  make('two');
  use('one');
  const own = await House.start('hangup', { database: house.database, certificate: file('used.crt'),
    settings: { MOTCUA_PROCESSES: '2', MOTCUA_TLS_CERTIFICATE: file('used.crt'), MOTCUA_TLS_KEY: file('used.key') } });
  try {
    const seen = async () => (await handshake({ rejectUnauthorized: false }, own.port)).fingerprint;
    const first = await seen();
    const old = own.client();
    await old.data('{ __typename }');
    // Accepted by either child before, and saying hello only afterwards.
    const silent = await Promise.all(Array.from({ length: 16 }, async () => {
      const socket = net.connect(own.port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }));
    await sleep(200);
    use('two');
    own.server.child.kill('SIGHUP');
    // Both children: sixteen new connections in a row that all see the new one.
    await until('the new certificate', async () => {
      for (let i = 0; i < 16; i++) if (await seen() === first) return false;
      return true;
    });
    assert.deepEqual(await old.data('{ __typename }'), { __typename: 'Query' });
    for (const socket of silent) {
      const late = tls.connect({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
      await within('a late hello', once(late, 'secureConnect'));
      late.destroy();
    }
  } finally {
    await own.stop();
  }
});

test('SIGTERM: a running request finishes, nobody new comes in, and it ends within 10 s', async () => {
  const own = await House.start('drain', { database: house.database, settings: { ...patience, MOTCUA_DRAIN_MS: '60000' } });
  const holder = house.database.session();
  try {
    const token = own.token('citizen');
    const busy = own.client();
    await busy.data('{ viewer { name } }', { token });
    await holder.sql('BEGIN; LOCK TABLE motcua.dossier IN ACCESS EXCLUSIVE MODE');
    const slow = busy.post('{ viewer { dossiers(first: 1) { nodes { code } } } }', { token });
    await until('the request waits', async () =>
      (await holder.sql(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'motcua.dossier'::regclass`)) !== '0');
    const began = Date.now();
    own.server.child.kill('SIGTERM');
    await until('new connections are refused', () => handshake({}, own.port).then(() => false, () => true));
    await sleep(500);
    assert.ok(own.server.running, 'it waits for the request');
    await holder.sql('COMMIT');
    const reply = await slow;
    assert.equal(reply.status, 200);
    assert.equal(reply.json.data.viewer.dossiers.nodes.length, 1);
    assert.deepEqual(await own.server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 10_000, 'within 10 s: as soon as the last request has ended, not at the end of the time for it');
  } finally {
    await holder.end();
    await own.stop();
  }
});
