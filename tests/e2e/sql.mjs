// SQL as superuser, asked and answered in one breath: a connection stays, on a thread, and whoever asks stands still
// meanwhile. A psql for each question costs some thirty milliseconds, and the tests ask thousands.
import { MessageChannel, Worker, isMainThread, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const waitMs = 120_000;

export class Sql {
  // Connects at the first question.
  constructor(url) {
    this.url = url;
  }

  // The rows as lines, columns divided by '|', NULL as nothing: as psql -At has them. Several statements are one
  // transaction; what one call sets, the next does not find.
  ask(text) {
    this.#start();
    Atomics.store(this.bell, 0, 0);
    this.port.postMessage(text);
    if (Atomics.wait(this.bell, 0, 0, waitMs) === 'timed-out') throw new Error(`not answered within ${waitMs} ms: ${text}`);
    const { lines, failure } = receiveMessageOnPort(this.port).message;
    if (failure) throw new Error(`${failure}\n${text}`);
    return lines.trim();
  }

  // No connection is left when this returns.
  end() {
    if (!this.worker) return;
    this.ask('');
    this.worker.terminate();
    this.port.close();
    this.worker = undefined;
  }

  #start() {
    if (this.worker) return;
    const { port1, port2 } = new MessageChannel();
    this.bell = new Int32Array(new SharedArrayBuffer(4));
    this.port = port1;
    this.worker = new Worker(new URL(import.meta.url), { workerData: { url: this.url, port: port2, bell: this.bell }, transferList: [port2] });
    this.worker.unref();
    this.port.unref();
  }
}

if (!isMainThread && workerData?.bell) {
  const { default: pg } = await import('pg');
  const { url, port, bell } = workerData;
  const asText = { getTypeParser: () => (text) => text };
  let client;

  const connect = async () => {
    const made = new pg.Client({ connectionString: url, types: asText });
    // Its server was stopped, or its database dropped: the next question connects anew.
    made.on('error', () => { if (client === made) client = undefined; });
    await made.connect();
    client = made;
  };
  const end = async () => {
    const ending = client;
    client = undefined;
    await ending?.end().catch(() => {});
  };
  const linesOf = (result) => [result].flat().flatMap(({ rows }) => rows.map((row) => row.map((cell) => cell ?? '').join('|'))).join('\n');
  const answer = async (text) => {
    if (text === '') return end();
    if (!client) await connect();
    await client.query('SET search_path = motcua, public');
    const lines = linesOf(await client.query({ text, rowMode: 'array' }));
    await client.query('DISCARD ALL');
    return lines;
  };

  port.on('message', async (text) => {
    let said;
    try {
      said = { lines: (await answer(text)) ?? '' };
    } catch (failure) {
      await end();
      said = { failure: `${failure.code ?? ''} ${failure.message}` };
    }
    port.postMessage(said);
    Atomics.store(bell, 0, 1);
    Atomics.notify(bell, 0);
  });
  parentPort.unref();
}
