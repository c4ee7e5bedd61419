// Random requests by random principals, held against the written rules (rules.mjs); a finding is somebody shown, or allowed,
// what no rule allows.
//     node main.mjs [COUNT] [SEED]
import { Fuzz, withoutRule } from './fuzz.mjs';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 1);
const missing = withoutRule();
if (missing.length) {
  console.error(`no rule says who may see or do these; write one in tests/fuzz/authorisation/rules.mjs:\n  ${missing.join('\n  ')}`);
  process.exit(1);
}

const fuzz = await Fuzz.start({ seed });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => fuzz.enough());
let saidAt = 0;
const line = ({ requests, objects, shown, refused, changes, changed, findings, seconds }) => `${requests} requests in ${Math.round(seconds)} s (${Math.round(requests / seconds)}/s): `
  + `${objects} objects, ${shown} of them allowed; ${refused} refused; ${changed} of ${changes} changes made; ${findings} findings`;
let last;
try {
  await fuzz.run(count, { said(tally) {
    last = tally;
    if (Date.now() - saidAt > 10_000) {
      saidAt = Date.now();
      console.error(line(tally));
    }
  } });
} finally {
  await fuzz.stop();
}
for (const finding of fuzz.findings) console.log(JSON.stringify(finding, null, 1));
console.log(`never shown or made: ${fuzz.unasked.join(' ') || 'none'}`);
console.log(`seed ${seed}: ${line({ ...last, findings: fuzz.findings.length })}`);
process.exitCode = fuzz.findings.length ? 1 : 0;
