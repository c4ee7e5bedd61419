// What ./dev promises to somebody who has never seen this tree, and to a machine that crashed.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const root = new URL('../../', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'motcua-dev-'));
const name = `probe-${process.pid}`;

// A command's exit code and words, with `PATH` beginning at our false programs.
function run(command, args, environment = {}) {
  const done = spawnSync(join(root, command), args, {
    cwd: '/',
    encoding: 'utf8',
    env: { ...process.env, MOTCUA_DATABASE_URL: '', MOTCUA_REDIS_URL: '', ...environment },
    timeout: 60_000,
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

const services = (verb) => run('tools/dev/services.sh', [verb, name]);
const place = () => /host=(\S+)\/pg"/.exec(services('env').out)[1];
const psql = (sql) => execFileSync('psql', ['-XAtq', '-c', sql,
  `postgresql://postgres@/postgres?host=${place()}/pg`], { encoding: 'utf8' }).trim();
const redis = (...words) => execFileSync('redis-cli', ['-s', `${place()}/redis/redis.sock`, ...words],
  { encoding: 'utf8' }).trim();
const pid = (path) => Number(readFileSync(`${place()}/${path}`, 'utf8').split('\n')[0]);
const lives = (process) => {
  try {
    return !/^\S+ \(.*\) Z/.test(readFileSync(`/proc/${process}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

function falseProgram(program, script) {
  writeFileSync(join(scratch, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(scratch, program), 0o755);
}

after(() => {
  services('drop');
  rmSync(scratch, { recursive: true });
});

test('without a word it lists the words, and each word has its script', () => {
  const { code, out } = run('dev', []);
  assert.equal(code, 0);
  const words = out.split('\n').slice(2).filter(Boolean).map((line) => line.split(' ')[0]);
  for (const word of ['setup', 'run', 'test', 'token', 'query', 'db', 'reset', 'fmt', 'lint', 'doctor', 'clean'])
    assert.ok(words.includes(word), word);
  for (const word of words)
    assert.ok(statSync(join(root, `tools/dev/${word}.sh`)).mode & 0o100, `${word} cannot be run`);
});

test('a word that is not there is said and answered with the list', () => {
  const { code, err } = run('dev', ['tset']);
  assert.equal(code, 2);
  assert.match(err, /there is no "tset"/);
  assert.match(err, /^test /m);
});

test('the front script stays short', () => {
  assert.ok(readFileSync(join(root, 'dev'), 'utf8').split('\n').length <= 150);
});

test('a busy port is one sentence that says what to do, before anything is started', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const port = String(listener.address().port);
  assert.equal(run('tools/dev/port.sh', [port]).code, 0);
  const { code, err } = run('dev', ['run'], { MOTCUA_PORT: port });
  listener.close();
  assert.equal(code, 1);
  assert.match(err.trim(), new RegExp(`^./dev: port ${port} is in use: [^\n]*MOTCUA_PORT[^\n]*$`));
  await new Promise((resolve) => listener.once('close', resolve));
  assert.equal(run('tools/dev/port.sh', [port]).code, 1);
});

test('a mirror that cannot be reached is one sentence that says what to do', () => {
  falseProgram('dpkg-query', 'exit 1');
  falseProgram('apt-get', 'echo "Err:1 no route"; exit 100');
  falseProgram('sudo', 'exec "$@"');
  const { code, err } = run('tools/dev/packages.sh', ['run'], { PATH: `${scratch}:${process.env.PATH}` });
  assert.equal(code, 1);
  assert.match(err, /^.\/dev: cannot reach Debian's package mirror; see to [^\n]*, then run again$/m);
});

test('packages that are there are not asked for again', () => {
  falseProgram('dpkg-query', 'printf installed');
  falseProgram('apt-get', 'echo asked >&2; exit 1');
  const { code, err } = run('tools/dev/packages.sh', ['run', 'build', 'migrate', 'local', 'test'],
    { PATH: `${scratch}:${process.env.PATH}` });
  assert.equal(code, 0);
  assert.equal(err, '');
});

test('a section that is not there is said', () => {
  assert.match(run('tools/dev/packages.sh', ['--list', 'rnu']).err, /no section \[rnu\]/);
});

test('services listen on short unix sockets only, log no values, and sync what they keep', () => {
  assert.equal(services('start').code, 0);
  assert.ok(`${place()}/redis/redis.sock`.length < 108);
  assert.ok(`${place()}/pg/.s.PGSQL.5432`.length < 108);
  assert.equal(psql('SHOW listen_addresses'), '');
  assert.equal(psql('SHOW log_parameter_max_length'), '0');
  assert.equal(psql('SHOW log_parameter_max_length_on_error'), '0');
  assert.equal(psql('SHOW fsync'), 'on');
  assert.equal(psql('SHOW data_checksums'), 'on');
  assert.equal(redis('config', 'get', 'port'), 'port\n0');
});

test('after both were killed, they start again with what they had acknowledged', () => {
  psql('CREATE TABLE kept AS SELECT 7 AS n');
  redis('set', 'kept', '7');
  const before = [pid('pgdata/postmaster.pid'), pid('redis/redis.pid')];
  services('kill-pg');
  execFileSync('sleep', ['1.2']); // Redis syncs once a second
  services('kill-redis');
  assert.equal(services('start').code, 0);
  assert.notDeepEqual([pid('pgdata/postmaster.pid'), pid('redis/redis.pid')], before);
  assert.equal(psql('SELECT n FROM kept'), '7');
  assert.equal(redis('get', 'kept'), '7');
});

test('a pid file that names a stranger is recognised, and the stranger is left alone', () => {
  services('kill-pg');
  services('kill-redis');
  const stranger = spawn('sleep', ['60'], { uid: statSync(`${place()}/pgdata`).uid });
  for (const path of ['pgdata/postmaster.pid', 'redis/redis.pid']) {
    const lines = readFileSync(`${place()}/${path}`, 'utf8').split('\n');
    writeFileSync(`${place()}/${path}`, [stranger.pid, ...lines.slice(1)].join('\n'));
  }
  const { code } = services('start');
  assert.equal(code, 0);
  assert.ok(lives(stranger.pid));
  stranger.kill();
  assert.equal(psql('SELECT n FROM kept'), '7');
});

test('starting twice changes nothing; stopping leaves no process', () => {
  const before = [pid('pgdata/postmaster.pid'), pid('redis/redis.pid')];
  assert.equal(services('start').code, 0);
  assert.deepEqual([pid('pgdata/postmaster.pid'), pid('redis/redis.pid')], before);
  assert.equal(services('stop').code, 0);
  assert.deepEqual(before.map(lives), [false, false]);
  assert.equal(services('running').code, 1);
  assert.equal(services('stop').code, 0);
});

test('a query arrives as it was written, over HTTP/2', async () => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => join(scratch, file));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) });
  const requests = [];
  server.on('stream', (stream, headers) => {
    let body = '';
    stream.setEncoding('utf8').on('data', (part) => { body += part; }).on('end', () => {
      requests.push({ path: headers[':path'], type: headers['content-type'], ...JSON.parse(body) });
      stream.end('{}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const document = '{ procedures(search: "hộ \\"tịch\\" \\\\") {\n\tnode { code } } }';
  const child = spawn(join(root, 'dev'), ['query', document, '--variables', '{"n":1}'],
    { env: { ...process.env, MOTCUA_PORT: String(server.address().port) }, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  server.close();
  assert.equal(code, 0);
  assert.deepEqual(requests, [{ path: '/graphql', type: 'application/json', query: document, variables: { n: 1 } }]);
});

test('a query with nobody listening says what to start', () => {
  const { code, err } = run('dev', ['query', '{ __typename }'], { MOTCUA_PORT: '1' });
  assert.equal(code, 1);
  assert.match(err, /nothing listens on [^\n]*: start it with .\/dev run/);
});

test('given servers of one\'s own, none of ours is named', () => {
  const { out } = run('tools/dev/run_env.sh', [], { MOTCUA_DATABASE_URL: 'postgresql://x/y', MOTCUA_REDIS_URL: 'redis://z' });
  assert.doesNotMatch(out, /MOTCUA_(DATABASE|ADMIN|REDIS)_URL/);
});

test('the audit of ./dev run is signed, by its own key or by one that was named', () => {
  assert.match(run('tools/dev/run_env.sh', []).out, /^export MOTCUA_AUDIT_KEY_FILE="\/.*\/dev\/audit\.pem"$/m);
  assert.match(run('tools/dev/run_env.sh', [], { MOTCUA_AUDIT_KEY_FILE: '/x.pem' }).out, /^export MOTCUA_AUDIT_KEY_FILE="\/x\.pem"$/m);
});

test('scripts run on npm\'s node, whatever the machine has', () => {
  assert.match(run('tools/dev/node.sh', ['--version']).out, /^v24\./);
});

test('npm\'s lock names no registry', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, each] of Object.entries(lock.packages)) assert.equal(each.resolved, undefined, path);
});
