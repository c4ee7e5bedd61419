// `./dev fuzz authorisation` for longer than every run has time for: more requests, and the mistakes that few of them show.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fuzz } from './authorisation/fuzz.mjs';
import { mustBeFound, weaknesses } from './authorisation/weaknesses.mjs';

const requests = 60_000;
let fuzz;

before(async () => { fuzz = await Fuzz.start({ seed: 2 }); });
after(async () => { await fuzz?.stop(); });

test(`R6, R26: ${requests} random requests, many of them changes, show and change nothing that the rules do not allow`, async () => {
  await fuzz.run(requests, { changesInThousand: 50 });
  assert.equal(fuzz.findings.length, 0, JSON.stringify(fuzz.findings.slice(0, 3), null, 1));
});

mustBeFound(weaknesses.filter(({ rare }) => rare), () => fuzz);
