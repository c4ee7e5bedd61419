// lib/io/web_client against Node's https server, which can be told to behave badly.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { makeAuthority } from '../../push/lib/certificates.mjs';

const authority = makeAuthority();
const seen = [];
let server;
let base;
let trusting;

class Driver {
  constructor(...args) {
    this.child = spawn(`${process.env.MOTCUA_BUILD_DIR}/bin/web_client_driver`, args,
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' } });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(url, more = {}) {
    this.child.stdin.write(`${JSON.stringify({ url, timeout: 5000, max: 1000, ...more })}\n`);
    return (await this.lines.next()).value;
  }

  async end() {
    this.child.stdin.end();
    const [code] = await once(this.child, 'exit');
    assert.equal(code, 0, 'nothing is left, nothing leaks');
  }
}

function answer(request, response) {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, type: request.headers['content-type'], body, agent: request.headers['user-agent'] });
    const size = Number(new URL(request.url, base).searchParams.get('size') ?? 0);
    if (request.url.startsWith('/silent')) return;
    if (request.url.startsWith('/drip')) { response.write('x'); return; }
    if (request.url.startsWith('/moved')) response.writeHead(302, { location: `${base}/elsewhere` });
    if (request.url.startsWith('/bad')) response.writeHead(400);
    response.end(size ? 'x'.repeat(size) : 'answer');
  });
}

before(async () => {
  server = https.createServer(authority.certificate('DNS:localhost', 'IP:127.0.0.1'), answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `https://127.0.0.1:${server.address().port}`;
  trusting = new Driver(authority.caFile);
});
after(async () => {
  await trusting.end();
  server.closeAllConnections();
  server.close();
  authority.remove();
});

test('a page is got, a form is posted, and no proxy of the environment is asked', async () => {
  assert.equal(await trusting.ask(`${base}/page`), '200 answer');
  assert.equal(await trusting.ask(`${base}/form`, { form: 'a=1&b=%C3%A9' }), '200 answer');
  const [get, post] = seen.slice(-2);
  assert.deepEqual([get.method, get.agent], ['GET', 'motcua']);
  assert.deepEqual([post.method, post.type, post.body], ['POST', 'application/x-www-form-urlencoded', 'a=1&b=%C3%A9']);
});

test('any HTTP status is an answer, and a redirect is not followed', async () => {
  assert.equal(await trusting.ask(`${base}/bad`), '400 answer');
  assert.equal(await trusting.ask(`${base}/moved`), '302 answer');
  assert.ok(!seen.some(({ url }) => url === '/elsewhere'));
});

test('an answer has a longest size', async () => {
  assert.equal(await trusting.ask(`${base}/page?size=1000`), `200 ${'x'.repeat(1000)}`);
  assert.equal(await trusting.ask(`${base}/page?size=1001`), 'MC_TOO_LARGE');
});

test('who does not answer, or not to the end, is not waited for', async () => {
  assert.equal(await trusting.ask(`${base}/silent`, { timeout: 200 }), 'MC_TIMEOUT');
  assert.equal(await trusting.ask(`${base}/drip`, { timeout: 200 }), 'MC_TIMEOUT');
});

test('a request that is cancelled says so at once', async () => {
  assert.equal(await trusting.ask(`${base}/silent`, { cancel: true }), 'MC_CANCELLED');
  assert.equal(await trusting.ask(`${base}/page`), '200 answer', 'and the next one is none the worse');
});

test('a name server that hangs holds nothing up', async () => {
  assert.equal(await trusting.ask('https://slow.example/', { timeout: 200 }), 'MC_TIMEOUT');
  assert.equal(await trusting.ask('https://slow.example/', { cancel: true }), 'MC_CANCELLED');
  assert.equal(await trusting.ask(`${base}/page`), '200 answer');
});

test('no connection, no name, no trust and no HTTP are one answer', async () => {
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address();
  closed.close();
  const chatter = net.createServer((socket) => { socket.on('error', () => {}); socket.end('what?\n'); }).listen(0, '127.0.0.1');
  await once(chatter, 'listening');
  assert.equal(await trusting.ask(`https://127.0.0.1:${port}/`), 'MC_UNAVAILABLE');
  assert.equal(await trusting.ask('https://no-such-name.invalid/'), 'MC_UNAVAILABLE');
  assert.equal(await trusting.ask(`https://127.0.0.1:${chatter.address().port}/`), 'MC_UNAVAILABLE');
  assert.equal(await trusting.ask('file:///etc/passwd'), 'MC_UNAVAILABLE');
  assert.equal(await trusting.ask('not a url'), 'MC_UNAVAILABLE');
  chatter.close();
  const wary = new Driver();
  assert.equal(await wary.ask(`${base}/page`), 'MC_UNAVAILABLE', 'an authority nobody named');
  await wary.end();
});

test('http:// is a workshop\'s, and only its own machine\'s', async () => {
  const plain = http.createServer(answer).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const url = `http://127.0.0.1:${plain.address().port}/page`;
  const workshop = new Driver('', 'plain');
  assert.equal(await trusting.ask(url), 'MC_UNAVAILABLE');
  assert.equal(await workshop.ask(url), '200 answer');
  const before = seen.length;
  const host = url.slice('http://'.length);
  for (const elsewhere of ['http://issuer.example/', 'http://10.0.0.1/', `http://127.0.0.1@issuer.example/`, 'http://127.0.0.1:80@issuer.example/',
    'http://localhost.issuer.example/', 'http://127.0.0.1.issuer.example/', `HTTP://issuer.example/${host}`, `ftp://${host}`])
    assert.equal(await workshop.ask(elsewhere, { timeout: 60_000 }), 'MC_UNAVAILABLE', elsewhere);
  assert.equal(seen.length, before);
  await workshop.end();
  plain.closeAllConnections();
  plain.close();
});
