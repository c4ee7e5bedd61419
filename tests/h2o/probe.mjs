// Starts the probe server named by PROBE_SERVER, one per test, and asks it how it is.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { spawn } from 'node:child_process';
import { Peer, request, sleep } from './wire.mjs';

const program = process.env.PROBE_SERVER;
if (!program) throw new Error('PROBE_SERVER names no program: run tests/h2o/run.sh');

export class Probe {
  // options: { guard: 1, idle_timeout_ms: 500 }. It stops when the test ends.
  static async start(test, options = {}) {
    const probe = new Probe();
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    probe.stderr = '';
    probe.peers = [];
    probe.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    probe.child.stderr.on('data', (bytes) => {
      if (probe.stderr.length < 4_000_000) probe.stderr += bytes;
    });
    probe.exited = new Promise((resolve) => {
      probe.child.once('exit', (code, signal) => {
        probe.exit = { code, signal };
        resolve(probe.exit);
      });
    });
    test.after(() => probe.stop());
    const line = await new Promise((resolve, reject) => {
      let text = '';
      probe.child.stdout.on('data', (bytes) => {
        text += bytes;
        if (text.includes('\n')) resolve(text);
      });
      probe.exited.then(({ code, signal }) => reject(
        new Error(`the probe ended at start (${code ?? signal}): ${probe.stderr}`)));
    });
    probe.ports = JSON.parse(line);
    return probe;
  }

  async connect(options = {}) {
    const peer = await Peer.open(options.secure ? this.ports.tls : this.ports.h2c, options);
    this.peers.push(peer);
    return peer;
  }

  // Leaves by SIGTERM when it can, so that a sanitizer may speak.
  async stop() {
    for (const peer of this.peers) peer.destroy();
    if (this.exit === undefined) {
      this.child.kill('SIGTERM');
      const killer = setTimeout(() => this.child.kill('SIGKILL'), 2500);
      await this.exited;
      clearTimeout(killer);
    }
    if (/ERROR: (Address|Leak)Sanitizer|runtime error:/.test(this.stderr))
      throw new Error(`sanitizer: ${this.stderr.slice(0, 4000)}`);
  }

  // One HTTP/1 exchange on a connection of its own: { status, headers, body }.
  fetch(path, timeoutMs = 3000) {
    return new Promise((resolve, reject) => {
      const ask = http.get({
        port: this.ports.http1, host: '127.0.0.1', path, agent: false, timeout: timeoutMs,
      }, (reply) => {
        let body = '';
        reply.on('data', (bytes) => { body += bytes; });
        reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body }));
      });
      ask.on('timeout', () => ask.destroy(new Error(`no answer to ${path}`)));
      ask.on('error', reject);
    });
  }

  async counters() {
    return JSON.parse((await this.fetch('/counters')).body);
  }

  async isAlive() {
    assert.equal(this.exit, undefined, `the server ended: ${this.stderr.slice(0, 500)}`);
    assert.equal((await this.fetch('/hello')).body, 'hello\n');
  }

  // An honest client's exchange over HTTP/2.
  async servesHttp2(options = {}) {
    const peer = await this.connect(options);
    peer.send(request(1, '/hello'));
    assert.equal(await peer.status(1), 200);
    peer.destroy();
  }

  descriptors() {
    return fs.readdirSync(`/proc/${this.child.pid}/fd`).length;
  }

  // Waits until it holds no more descriptors than this.
  async descriptorsAtMost(count, ms) {
    const end = Date.now() + ms;
    while (this.descriptors() > count && Date.now() < end) await sleep(50);
    return this.descriptors();
  }

  residentKiB() {
    return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))[1]);
  }

  cpuTicks() {
    const fields = fs.readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }
}
