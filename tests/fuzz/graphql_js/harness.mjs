// graphql-harness kept open: requests in, promises of answers out, in order.
import { spawn } from 'node:child_process';
import readline from 'node:readline';

export class Harness {
  constructor(binary) {
    this.waiting = [];
    this.child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.on('error', () => {});
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
    this.child.on('error', (error) => this.fail(error));
    this.child.on('close', (code, signal) => this.fail(new Error(`the harness ended (${signal ?? code})`)));
  }

  fail(error) {
    this.ended = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  ask(request) {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  close() {
    this.child.stdin.end();
  }
}
