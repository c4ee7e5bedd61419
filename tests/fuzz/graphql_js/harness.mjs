// graphql-harness kept open: requests in, promises of answers out, in order. If it dies, the request that it died of is
// answered with that, and a new one goes on with the rest.
import { spawn } from 'node:child_process';
import readline from 'node:readline';

export class Harness {
  constructor(binary) {
    this.binary = binary;
    this.waiting = [];
    this.start();
  }

  start() {
    const child = spawn(this.binary, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    child.stdin.on('error', () => {});
    readline.createInterface({ input: child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
    child.on('error', (error) => { throw error; });
    child.on('close', (code, signal) => {
      if (this.closed) return;
      this.waiting.shift()?.resolve({ harnessError: `it died (${signal ?? code})` });
      this.start();
      for (const { request } of this.waiting) this.send(request);
    });
  }

  send(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
  }

  ask(request) {
    return new Promise((resolve) => {
      this.waiting.push({ request, resolve });
      this.send(request);
    });
  }

  close() {
    this.closed = true;
    this.child.stdin.end();
  }
}
