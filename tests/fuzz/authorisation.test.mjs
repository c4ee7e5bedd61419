// A few thousand requests of `./dev fuzz authorisation`, always by the same seed; and that it finds mistakes of each kind: a
// fuzzer that finds nothing because it asks nothing would pass as well. Mistakes that take longer: authorisation_long.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fuzz, withoutRule } from './authorisation/fuzz.mjs';
import { mustBeFound, weaknesses } from './authorisation/weaknesses.mjs';

const requests = 3000;
const shown = ({ findings }) => JSON.stringify(findings.slice(0, 3), null, 1);
let fuzz;

before(async () => { fuzz = await Fuzz.start({ seed: 1 }); });
after(async () => { await fuzz?.stop(); });

test('R26: every type with an identity and every mutation has a written rule', () => assert.deepEqual(withoutRule(), []));

test(`R6, R26: ${requests} random requests show and change nothing that the rules do not allow`, async () => {
  await fuzz.run(requests, { roundOf: 1500 });
  assert.equal(fuzz.findings.length, 0, shown(fuzz));
  const { objects, changed, refused } = fuzz.tally;
  assert.ok(objects > requests && changed > 0 && refused > 0, JSON.stringify(fuzz.tally));
});

mustBeFound(weaknesses.filter(({ rare }) => !rare), () => fuzz);

test('R26: mended, nothing is found', async () => {
  await fuzz.run(1000, { roundOf: 900 });
  assert.equal(fuzz.findings.length, 0, shown(fuzz));
});
