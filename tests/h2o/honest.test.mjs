// What an honest client gets, of the patched library and of the unpatched one alike: without this
// the failures that run.sh --unpatched asks for would prove nothing.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Probe } from './probe.mjs';
import { data, request, windowUpdate } from './wire.mjs';

for (const [what, options] of [['cleartext', {}], ['TLS', { secure: true }]]) {
  test(`HTTP/2 over ${what}`, async (t) => {
    const probe = await Probe.start(t);
    const peer = await probe.connect(options);
    peer.send(request(1, '/hello'), request(3, '/slow'), windowUpdate(0, 1_000_000),
      request(5, '/bytes/100000'), windowUpdate(5, 1_000_000),
      request(7, '/echo', { method: 'POST', body: true }), data(7, 3000), data(7, 0, true));
    assert.equal(await peer.text(1), 'hello\n');
    assert.equal(await peer.text(3), 'slow\n');
    assert.equal((await peer.body(5)).length, 100000);
    assert.equal(await peer.text(7), '3000\n');
  });
}

test('HTTP/1, and an end by SIGTERM', async (t) => {
  const probe = await Probe.start(t);
  await probe.isAlive();
  probe.child.kill('SIGTERM');
  assert.deepEqual(await probe.exited, { code: 0, signal: null });
});
