// memory.mjs [REQUESTS [STREAMS]]: does the server's memory come back? Sends a million varied requests, one in ten
// invalid, and opens and drops a hundred thousand subscriptions, a third of them without goodbye; then says what is
// resident now beside what was resident after the first tenth. Exit code 1 when that is more than 5 % more.
// Reads MOTCUA_BIN (a release build; a sanitizer keeps freed memory) and the tests' services.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { House, sleep, until } from '../e2e/support.mjs';

const [requests = 1_000_000, streams = 100_000] = process.argv.slice(2).map(Number);
const growthMax = 1.05;
const connectionsAtOnce = 4;
const inFlight = 16;
const requestsPerConnection = 5_000;
const streamsPerConnection = 25;

// A seed of our own, so that two runs ask the same.
let state = 20261126;
const random = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state % n;
};
const oneOf = (list) => list[random(list.length)];

const house = await House.start('memory', { settings: {
  MOTCUA_PROCESSES: '1', MOTCUA_CONNECTIONS_PER_ADDRESS_MAX: '2000', MOTCUA_STREAMS_MAX: '5000' } });
let citizens; // renewed each tenth: a token lives 10 minutes
const signIn = () => { citizens = ['citizen', 'citizen2'].map((actor) => house.token(actor)); };
const codes = house.database.sql('SELECT code FROM dossier WHERE applicant = 1 LIMIT 50').split('\n');
const home = `query Home($first: Int) { viewer { dossiers(first: $first) { nodes { code state procedure { name }
  timeline(last: 3) { nodes { at event } } } } } }`;

const body = (query, more = {}) => JSON.stringify({ query, ...more });
const valid = [
  () => body('{ __typename }'),
  () => body('query($code: String!) { dossier(code: $code) { code state dueAt } }', { variables: { code: oneOf(codes) } }),
  () => body(`{ a${random(1e6)}: __typename dossier(code: "${oneOf(codes)}") { id } }`),
  () => body(home, { variables: { first: 1 + random(20) } }),
  () => body(`{ procedures(search: "khai ${random(1000)}", first: ${1 + random(50)}) { nodes { name } } }`),
  () => body(`query Q${random(1e6)} { viewer { id } }`),
  () => body('{ __schema { types { name fields { name } } } }'),
  () => body('{ events(first: 20) { nodes { id event } pageInfo { endCursor } } }'),
];
const invalid = [
  () => body(`{ dossier(code: "${'x'.repeat(random(2000))}" { id } }`),
  () => body(`{ nothing${random(1e6)} }`),
  () => body(home, { variables: { first: 'many' } }),
  () => body('{ viewer { dossiers(first: 101) { nodes { id } } } }'),
  () => '{"query": "{ __typename }"',
  () => body('{ a { '.repeat(200)),
  () => body(`{ ${Array.from({ length: 300 }, (_, i) => `a${i}: __typename`).join(' ')} }`),
];
const next = () => oneOf(random(10) === 0 ? invalid : valid)();

function connect() {
  const session = http2.connect(house.origin, { ca: house.ca });
  session.on('error', () => {});
  return session;
}

let answered = 0;
function ask(session) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json',
      authorization: `Bearer ${oneOf(citizens)}`, accept: 'application/graphql-response+json' });
    stream.on('error', reject);
    stream.on('data', () => {});
    stream.on('close', () => { answered++; resolve(); });
    stream.end(next());
  });
}

async function askMany(count) {
  let left = count;
  const lane = async () => {
    while (left > 0) {
      const session = connect();
      let mine = Math.min(left, requestsPerConnection);
      left -= mine;
      await Promise.all(Array.from({ length: inFlight }, async () => {
        while (mine > 0) {
          mine--;
          await ask(session);
        }
      }));
      session.close();
      await once(session, 'close');
    }
  };
  await Promise.all(Array.from({ length: connectionsAtOnce }, lane));
}

const subscription = body('subscription { dossierEvents { id event dossier { code } } }');
const goodbyes = ['cancel', 'close', 'none'];
let opened = 0;

// Several subscriptions of one connection: opened, heard once, and left in one of three ways.
async function subscribeSome(count) {
  const session = connect();
  const goodbye = goodbyes[opened % goodbyes.length];
  const accept = opened % 2 ? 'text/event-stream' : 'multipart/mixed;subscriptionSpec=1.0, application/json';
  const open = Array.from({ length: count }, async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json',
      authorization: `Bearer ${oneOf(citizens)}`, accept });
    stream.on('error', () => {});
    stream.on('data', () => {});
    stream.end(subscription);
    const [headers] = await once(stream, 'response');
    assert.equal(headers[':status'], 200);
    return stream;
  });
  for (const stream of await Promise.all(open)) if (goodbye === 'cancel') stream.close(http2.constants.NGHTTP2_CANCEL);
  opened += count;
  if (goodbye === 'none') session.destroy(undefined, undefined);
  else session.close();
  if (goodbye === 'none') session.socket?.destroy();
  else if (goodbye === 'close') session.destroy();
}

async function subscribeMany(count) {
  let left = count;
  await Promise.all(Array.from({ length: connectionsAtOnce }, async () => {
    while (left > 0) {
      const mine = Math.min(left, streamsPerConnection);
      left -= mine;
      await subscribeSome(mine);
    }
  }));
}

const residentKilobytes = () => house.children().reduce((sum, pid) =>
  sum + Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), 0);

async function quiet() {
  await until('no stream is open', async () => (await house.metrics()).motcua_streams === 0);
  await sleep(2_000);
}

function say(what) {
  const megabytes = residentKilobytes() / 1024;
  console.log(`${what}: ${answered} requests answered, ${opened} streams opened and dropped, ${megabytes.toFixed(2)} MB resident`);
  return megabytes;
}

say('start');
signIn();
await askMany(requests / 10);
await subscribeMany(streams / 10);
await quiet();
const first = say('first tenth');
for (let tenth = 2; tenth <= 10; tenth++) {
  signIn();
  await askMany(requests / 10);
  await subscribeMany(streams / 10);
  say(`${tenth} tenths`);
}
await quiet();
const last = say('end');
await house.stop();
console.log(`memory: ${(100 * (last / first - 1)).toFixed(2)} % more than after the first tenth (at most 5 %)`);
process.exitCode = last / first > growthMax ? 1 : 0;
