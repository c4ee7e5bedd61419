// A scanner that speaks clamd's INSTREAM, and calls malicious what holds a marker. It checks the frames it is sent.
import { once } from 'node:events';
import net from 'node:net';

// Not EICAR's own text, which would keep this file from being read on a guarded machine.
export const marker = Buffer.from('MOTCUA-STANDARD-MALICIOUS-TEST-FILE');

export class Clamd {
  // at: a path, or nothing for a port of 127.0.0.1, a free one. answer(bytes): another answer than by the marker.
  static async start({ at, port = 0, answer } = {}) {
    const clamd = new Clamd();
    clamd.answer = answer ?? ((bytes) => (bytes.includes(marker) ? 'stream: Motcua.Test.Marker FOUND' : 'stream: OK'));
    clamd.scanned = 0;
    clamd.sockets = new Set();
    clamd.server = net.createServer((socket) => clamd.#serve(socket));
    if (at) clamd.server.listen(at);
    else clamd.server.listen(port, '127.0.0.1');
    await once(clamd.server, 'listening');
    clamd.url = at ?? `127.0.0.1:${clamd.server.address().port}`;
    return clamd;
  }

  #serve(socket) {
    let bytes = Buffer.alloc(0);
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      const found = this.#read(bytes);
      if (found === undefined) return;
      this.scanned++;
      socket.end(`${found === null ? 'INSTREAM: bad frame. ERROR' : this.answer(found)}\0`);
    });
  }

  // Undefined: not all is here yet; null: no frame of the protocol.
  #read(bytes) {
    const command = 'zINSTREAM\0';
    if (bytes.length < command.length) return undefined;
    if (bytes.toString('latin1', 0, command.length) !== command) return null;
    const chunks = [];
    for (let at = command.length; ;) {
      if (bytes.length < at + 4) return undefined;
      const size = bytes.readUInt32BE(at);
      if (size === 0) return bytes.length === at + 4 ? Buffer.concat(chunks) : null;
      if (bytes.length < at + 4 + size) return undefined;
      chunks.push(bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
