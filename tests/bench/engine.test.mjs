// What ./dev bench engine measures answers as its peers do; how fast is not asked here.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Engine, peers, workloads } from './engine_peers.mjs';

const build = process.env.MOTCUA_BUILD_DIR;
const engine = await Engine.start(join(build, 'bin/engine-bench'));

test.after(() => engine.end());

for (const workload of await workloads(engine))
  test(`${workload.work}, ${workload.title}: the same answer as the peers`, () => workload.check(engine, peers(workload)));

test('every document against the limits is read to its end and answered in one way', async () => {
  for (let number = 0; ; number++) {
    const { name, text } = await engine.ask({ worst: number });
    if (name === undefined) {
      assert.ok(number > 20);
      return;
    }
    assert.ok(Buffer.byteLength(text) <= 32 * 1024, name);
    const { status } = await engine.ask({ work: 'plan', document: text, milliseconds: 0 });
    assert.match(status, /^MC_(OK|INVALID|LIMIT|BAD_INPUT)$/, name);
  }
});
