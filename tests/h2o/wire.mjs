// HTTP/2 by hand: frames written and read as bytes, over a plain or a TLS socket whose ciphertext
// the test may hold back, spoil or cut off. No client library would send what these tests send.

import net from 'node:net';
import tls from 'node:tls';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

export const TYPE = {
  DATA: 0, HEADERS: 1, PRIORITY: 2, RST_STREAM: 3, SETTINGS: 4, PUSH_PROMISE: 5,
  PING: 6, GOAWAY: 7, WINDOW_UPDATE: 8, CONTINUATION: 9, UNKNOWN: 0xbe,
};
export const FLAG = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8 };
export const ERROR = {
  NONE: 0, PROTOCOL: 1, FLOW_CONTROL: 3, STREAM_CLOSED: 5, REFUSED_STREAM: 7,
  ENHANCE_YOUR_CALM: 11,
};
export const SETTING = { INITIAL_WINDOW_SIZE: 4 };
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function settings(pairs = []) {
  const payload = Buffer.alloc(pairs.length * 6);
  pairs.forEach(([id, value], at) => {
    payload.writeUInt16BE(id, at * 6);
    payload.writeUInt32BE(value, at * 6 + 2);
  });
  return frame(TYPE.SETTINGS, 0, 0, payload);
}

export const windowUpdate = (stream, by) => frame(TYPE.WINDOW_UPDATE, 0, stream, u32(by));
export const rst = (stream, code = 8) => frame(TYPE.RST_STREAM, 0, stream, u32(code));
export const ping = () => frame(TYPE.PING, 0, 0, Buffer.alloc(8));
export const data = (stream, bytes, end = false) =>
  frame(TYPE.DATA, end ? FLAG.END_STREAM : 0, stream, Buffer.alloc(bytes));

function hpackString(text) {
  const bytes = Buffer.from(text);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push(0x80 | (rest & 0x7f));
  length.push(rest);
  return Buffer.concat([Buffer.from(length), bytes]);
}

// Literal fields, never indexed: stateless.
export function block(fields) {
  const parts = [];
  for (const [name, value] of fields)
    parts.push(Buffer.from([0x10]), hpackString(name), hpackString(value));
  return Buffer.concat(parts);
}

export const pseudo = (method, path) => [
  [':method', method], [':scheme', 'http'], [':path', path], [':authority', 'probe'],
];

// A request in one HEADERS frame. body: true when DATA follow.
export function request(stream, path, { method = 'GET', fields = [], body = false } = {}) {
  return frame(TYPE.HEADERS, FLAG.END_HEADERS | (body ? 0 : FLAG.END_STREAM), stream,
    block([...pseudo(method, path), ...fields]));
}

// The status is the first field that libh2o encodes.
function statusOf(payload) {
  const indexed = { 0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404, 0x8e: 500 };
  if (indexed[payload[0]] !== undefined) return indexed[payload[0]];
  if (payload[0] === 8 && payload[1] === 3) return Number(payload.subarray(2, 5).toString());
  throw new Error(`status is not encoded as expected: ${payload.toString('hex')}`);
}

// The ciphertext side of a TLS connection, which the test may write to itself.
class Wire extends Duplex {
  constructor(raw) {
    super();
    this.raw = raw;
    raw.on('data', (bytes) => { if (!this.push(bytes)) raw.pause(); });
    raw.on('end', () => this.push(null));
    raw.on('close', () => this.push(null));
  }
  _read() { this.raw.resume(); }
  _write(bytes, encoding, done) {
    if (this.chunkBytes) {
      this.kept = Buffer.concat([this.kept ?? Buffer.alloc(0), bytes]);
      done();
    } else if (this.raw.destroyed) done();
    else this.raw.write(bytes, () => done());
  }
  _final(done) { done(); }

  // What was kept since chunkBytes was set, in pieces of that size, each on its own.
  async flushChunks(apartMs) {
    for (let at = 0; at < this.kept.length; at += this.chunkBytes) {
      this.raw.write(this.kept.subarray(at, at + this.chunkBytes));
      await sleep(apartMs);
    }
    this.chunkBytes = 0;
  }
}

// One connection. `frames` holds what came; `closed` resolves when the peer is gone.
export class Peer {
  constructor(raw) {
    this.raw = raw;
    this.frames = [];
    this.rest = Buffer.alloc(0);
    this.isClosed = false;
    this.waiters = new Set();
    this.closed = new Promise((resolve) => {
      raw.once('close', () => { this.isClosed = true; this.wake(); resolve(); });
    });
    raw.on('error', () => {});
  }

  static async open(port, { secure = false, hello = true, initialWindow } = {}) {
    const raw = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const peer = new Peer(raw);
    await new Promise((resolve, reject) => {
      raw.once('connect', resolve);
      raw.once('error', reject);
    });
    peer.socket = raw;
    if (secure) {
      peer.wire = new Wire(raw);
      peer.socket = tls.connect({
        socket: peer.wire, ALPNProtocols: ['h2'], rejectUnauthorized: false,
      });
      peer.socket.on('error', () => {});
      await new Promise((resolve, reject) => {
        peer.socket.once('secureConnect', resolve);
        peer.socket.once('error', reject);
        raw.once('close', () => reject(new Error('closed in the handshake')));
      });
    }
    peer.socket.on('data', (bytes) => peer.receive(bytes));
    if (hello)
      peer.send(PREFACE, settings(initialWindow === undefined ? []
        : [[SETTING.INITIAL_WINDOW_SIZE, initialWindow]]));
    return peer;
  }

  send(...parts) {
    if (!this.raw.destroyed) this.socket.write(Buffer.concat(parts));
  }

  // Waits until the kernel has taken what was sent, or the peer is gone.
  async flushed() {
    while (!this.isClosed && this.raw.writableLength > 0) await sleep(5);
  }

  // Stops reading: the peer's writes get stuck once the kernel's buffers are full. pause() alone
  // would let Node read on for a while, by an amount that differs from run to run.
  hold() {
    this.raw._handle.reading = false;
    this.raw._handle.readStop();
  }

  release() {
    if (this.raw.destroyed) return;
    this.raw._handle.reading = true;
    this.raw._handle.readStart();
  }

  receive(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= 9) {
      const length = this.rest.readUIntBE(0, 3);
      if (this.rest.length < 9 + length) break;
      this.frames.push({
        type: this.rest[3], flags: this.rest[4], stream: this.rest.readUInt32BE(5) & 0x7fffffff,
        payload: Buffer.from(this.rest.subarray(9, 9 + length)),
      });
      this.rest = this.rest.subarray(9 + length);
    }
    this.wake();
  }

  wake() { for (const waiter of [...this.waiters]) waiter(); }

  // The first value that look() finds in what came; undefined if the peer goes or the time ends.
  async until(look, ms = 5000) {
    const found = look();
    if (found !== undefined || this.isClosed) return found;
    return new Promise((resolve) => {
      const finish = (value) => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(value);
      };
      const waiter = () => {
        const value = look();
        if (value !== undefined || this.isClosed) finish(value);
      };
      const timer = setTimeout(() => finish(undefined), ms);
      this.waiters.add(waiter);
    });
  }

  of(type, stream) {
    return this.frames.filter((f) => f.type === type && (stream === undefined || f.stream === stream));
  }

  status(stream, ms) {
    return this.until(() => {
      const [head] = this.of(TYPE.HEADERS, stream);
      return head && statusOf(head.payload);
    }, ms);
  }

  // The whole body, as a Buffer, once its stream has ended.
  body(stream, ms) {
    return this.until(() => {
      const parts = this.of(TYPE.DATA, stream);
      if (!parts.some((f) => f.flags & FLAG.END_STREAM)) return undefined;
      return Buffer.concat(parts.map((f) => f.payload));
    }, ms);
  }

  async text(stream, ms) {
    const bytes = await this.body(stream, ms);
    return bytes && bytes.toString();
  }

  reset(stream, ms) {
    return this.until(() => {
      const [f] = this.of(TYPE.RST_STREAM, stream);
      return f && f.payload.readUInt32BE(0);
    }, ms);
  }

  // The error code of the first GOAWAY, or of the nth.
  goaway(ms, nth = 0) {
    return this.until(() => {
      const f = this.of(TYPE.GOAWAY)[nth];
      return f && f.payload.readUInt32BE(4);
    }, ms);
  }

  async goneWithin(ms) {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, ms, false); });
    const gone = await Promise.race([this.closed.then(() => true), late]);
    clearTimeout(timer);
    return gone;
  }

  destroy() {
    this.socket.destroy();
    this.raw.destroy();
  }

  // RST, not FIN.
  abort() {
    this.raw.resetAndDestroy();
    this.socket.destroy();
  }
}
