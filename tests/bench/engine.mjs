// engine.mjs DRIVER [SECONDS [WORK]]: the engine beside npm's graphql and graphql-jit, in alternating rounds
// on one core (tools/dev/bench.sh pins both), on the same schema and documents. Prints a table of
// medians with the ratios that issue and notes ask for; asserts nothing about time. What is compared
// must first answer the same, byte for byte. Rates are a second of CPU, all threads of Node counted.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Engine, peers, workloads } from './engine_peers.mjs';

const [driver, seconds = '0.3', only] = process.argv.slice(2);
const rounds = 5;
const milliseconds = Number(seconds) * 1000;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const human = (rate) => (rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M` : rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3));

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function rateOf(once) {
  const start = cpuSeconds();
  let times = 0;
  let spent;
  for (let batch = 1; ; batch = Math.min(batch * 2, 1024)) {
    for (let i = 0; i < batch; i++) once();
    times += batch;
    spent = cpuSeconds() - start;
    if (spent >= milliseconds / 1000) return times / spent;
    if ((batch / times) * spent > milliseconds / 8000) batch = Math.ceil(batch / 4);
  }
}

async function measure(engine, workload) {
  const others = peers(workload);
  await workload.check(engine, others);
  for (const once of Object.values(others)) rateOf(once); // to be compiled by V8
  const ours = [];
  const theirs = Object.fromEntries(Object.keys(others).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const { times, seconds: spent } = await engine.ask({ work: workload.work, document: workload.document, milliseconds });
    ours.push(times / spent);
    for (const [name, once] of Object.entries(others)) theirs[name].push(rateOf(once));
  }
  return { ours: median(ours), theirs: Object.fromEntries(Object.entries(theirs).map(([name, rates]) => [name, median(rates)])) };
}

const verdict = (is, wanted) => (wanted === undefined ? '' : is >= wanted ? 'met' : 'NOT MET');

function row(workload, { ours, theirs }) {
  const shown = Object.entries(theirs).map(([name, rate]) => `${name} ${human(rate)} (${(ours / rate).toFixed(1)} ×)`);
  const { rate, times } = workload.bar ?? {};
  const bar = rate ? `${human(rate)}/s` : times ? `${times} × graphql` : '';
  const is = rate ? ours : times ? ours / theirs.graphql : undefined;
  return [workload.title, human(ours), `${(1e6 / ours).toPrecision(3)}`, shown.join(', '), bar, verdict(is, rate ?? times)];
}

async function worst(engine) {
  const found = [];
  for (let number = 0; ; number++) {
    const { name, text } = await engine.ask({ worst: number });
    if (name === undefined) break;
    const asked = { work: 'plan', document: text, milliseconds: milliseconds / 3 };
    const { times, seconds: spent, errors, complaint } = await engine.ask(asked);
    found.push({ name, bytes: Buffer.byteLength(text), milliseconds: (spent / times) * 1000,
      answer: errors === 0 ? 'valid' : `${errors}: ${complaint.slice(0, 60)}` });
  }
  return found.sort((a, b) => b.milliseconds - a.milliseconds);
}

const line = (cells) => `| ${cells.join(' | ')} |`;
const table = (heads, rows) => [heads, heads.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map(line).join('\n');

const engine = await Engine.start(driver);
try {
  const rows = [];
  for (const workload of (await workloads(engine)).filter(({ work }) => !only || work === only)) rows.push(row(workload, await measure(engine, workload)));
  const documents = only ? [] : await worst(engine);
  const version = (name) => JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url))).version;
  console.log(table(['engine', 'a second', 'µs each', 'peers, a second (we are)', 'bar', ''], rows));
  if (only) process.exit();
  console.log(`
${table(['document against the limits', 'bytes', 'ms', 'bar ≤ 10 ms', 'errors'], documents.map((each) => [
    each.name, each.bytes, each.milliseconds.toFixed(3), each.milliseconds <= 10 ? 'met' : 'NOT MET', each.answer]))}

The worst: ${documents[0]?.name}. ${cpus()[0].model.trim()}, one core; graphql ${version('graphql')}, graphql-jit ${
    version('graphql-jit')}, Node ${process.version}; medians of ${rounds} rounds of ${seconds} s of CPU. \`plan\` is all between the
bytes of a document and its plan, \`validate\` starts from the parsed document; our own validation counts our limits too.`);
} finally {
  await engine.end();
}
