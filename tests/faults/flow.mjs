// The slice's flow, kept going while something breaks: a citizen hands in, an officer accepts, each asking
// again with the same key until it is acknowledged; a reader follows the stream and comes back from its cursor.
import assert from 'node:assert/strict';
import { accept, key, sleep, submit, until } from '../e2e/support.mjs';

export class Flow {
  constructor(house, where) {
    this.house = house;
    this.where = where;
    this.citizen = house.token('citizen');
    this.officer = house.token('officer');
    this.acknowledged = []; // { code, event, key }
    this.busy = 0; // 503 with Retry-After
    this.lost = 0; // connections
    this.wrong = [];
    this.seen = [];
    this.running = true;
    this.writing = this.#write();
    this.reading = this.#read();
  }

  // Asks until the change is acknowledged, as a client does.
  async #change(client, document, token, input) {
    while (this.running) {
      let reply;
      try {
        reply = await client.post(document, { token, variables: { input } });
      } catch {
        this.lost++;
        await sleep(50);
        continue;
      }
      if (reply.status === 503) {
        if (!reply.headers['retry-after']) this.wrong.push(`503 without Retry-After: ${reply.text}`);
        this.busy++;
        await sleep(100);
        continue;
      }
      const [answer] = Object.values(reply.json.data ?? {});
      if (reply.status !== 200 || !answer?.event) {
        this.wrong.push(`${reply.status} ${reply.text}`);
        await sleep(100);
        continue;
      }
      return answer;
    }
    return null;
  }

  async #write() {
    const client = this.house.client();
    while (this.running) {
      const made = await this.#change(client, submit, this.citizen, { idempotencyKey: key(), consent: true, ...this.where });
      if (!made) break;
      const input = { idempotencyKey: key(), code: made.dossier.code, digitised: true };
      const done = await this.#change(client, accept, this.officer, input);
      if (!done) break;
      this.acknowledged.push({ code: made.dossier.code, event: done.event.id });
      await sleep(40);
    }
    client.close();
  }

  async #read() {
    let last;
    while (this.running) {
      const client = this.house.client();
      try {
        const stream = await client.events('subscription { dossierEvents { id event } }',
          { token: this.citizen, headers: last ? { 'last-event-id': last } : {} });
        let taken = 0;
        while (this.running && !stream.ended) {
          for (; taken < stream.list.length; taken++) {
            const { id, data } = stream.list[taken];
            if (!data?.data?.dossierEvents) continue;
            last = id;
            if (data.data.dossierEvents.event === 'accept') this.seen.push(data.data.dossierEvents.id);
          }
          await sleep(20);
        }
      } catch {
        this.lost++;
      }
      client.close();
      await sleep(50);
    }
  }

  // As many more acknowledged changes.
  async goesOn(count = 5) {
    const from = this.acknowledged.length;
    await until(`${count} more changes are acknowledged (${this.wrong.slice(0, 3).join(' | ')})`,
      () => this.acknowledged.length >= from + count, 60_000);
  }

  // Nothing acknowledged is lost or doubled: in the base, on the stream, in the pushes of both devices.
  async assertWhole(push) {
    const events = this.acknowledged.map(({ event }) => event);
    assert.ok(events.length > 0);
    const codes = this.acknowledged.map(({ code }) => `'${code}'`).join();
    const stored = this.house.database.sql(`SELECT e.id FROM motcua.dossier_event e JOIN motcua.dossier d ON d.id = e.dossier
      WHERE d.code IN (${codes}) AND e.event = 'accept' ORDER BY e.id`).split('\n');
    assert.deepEqual(stored, [...events].sort(), 'each acknowledged change is in the base, once');
    await until('the stream has all', () => events.every((event) => this.seen.includes(event)), 60_000);
    assert.equal(new Set(this.seen).size, this.seen.length, 'the stream repeats nothing');
    const nids = (event) => new Set(push.received.filter((each) => each.event === event).map(({ nid }) => nid));
    await until('both devices have all', () => events.every((event) => nids(event).size >= 2), 120_000);
    for (const event of events) assert.equal(nids(event).size, 2, `a repeat of ${event} has the same nid`);
    assert.deepEqual(this.wrong, []);
    assert.deepEqual(push.faults, []);
  }

  async stop() {
    this.running = false;
    await Promise.all([this.writing, this.reading]);
  }
}
