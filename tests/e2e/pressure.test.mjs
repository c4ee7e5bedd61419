// Many at once, slow neighbours, and clients that leave in the middle: nobody gets another's answer, and
// what cannot be done now is refused for now.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { House, accept, acceptIt, handIn, key, patience, place, sleep, until } from './support.mjs';

let house;
let patient; // beside it, one that waits for any lock of ours
let client;
let where;
const tokens = {};
before(async () => {
  house = await House.start('pressure', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_REQUEST_TIMEOUT_MS: '1500', MOTCUA_REQUESTS_MAX: '50' } });
  patient = await House.start('patient', { database: house.database, settings: { ...patience, MOTCUA_PROCESSES: '2',
    MOTCUA_TOKEN_KEYS: readFileSync(join(house.state, 'token.keys'), 'utf8').trim() } });
  client = house.client();
  where = place(house.database);
  for (const actor of ['citizen', 'citizen2', 'officer', 'field', 'partner']) tokens[actor] = house.token(actor);
});
after(async () => {
  await patient?.stop();
  await house.stop();
});

// Holds a lock on the table until work() is done, so that whoever reads it waits.
async function whileLocked(table, work) {
  const holder = house.database.session();
  try {
    await holder.sql(`BEGIN; LOCK TABLE motcua.${table} IN ACCESS EXCLUSIVE MODE`);
    return await work(holder);
  } finally {
    await holder.sql('ROLLBACK');
    await holder.end();
  }
}

const waiting = (holder, count) => until(`${count} statements wait`, async () =>
  Number(await holder.sql('SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE NOT granted AND d.datname = current_database()')) >= count);

test('of many at once on few database connections each gets their own answer', async () => {
  const document = `{ viewer { id kind counts { all waiting done } dossiers(first: 5) { nodes { code applicant { id }
    timeline(last: 1) { nodes { id } } } } } events(first: 5) { nodes { id dossier { code } } } }`;
  const alone = {};
  for (const [actor, token] of Object.entries(tokens)) alone[actor] = (await patient.client().post(document, { token })).text;
  assert.equal(new Set(Object.values(alone)).size, Object.keys(tokens).length);
  const peers = Array.from({ length: 4 }, () => patient.client());
  for (let round = 0; round < 6; round++) {
    const actors = Array.from({ length: 32 }, (_, i) => Object.keys(tokens)[(i * 7 + round) % 5]);
    const answers = await Promise.all(actors.map((actor, i) => peers[i % peers.length].post(document, { token: tokens[actor] })));
    answers.forEach(({ text }, i) => assert.equal(text, alone[actors[i]], actors[i]));
  }
  for (const peer of peers) peer.close();
});

test('what takes too long is 503 with Retry-After, and others go on', async () => {
  await whileLocked('dossier_event', async (holder) => {
    const slow = client.post('{ events(first: 1) { nodes { id } } }', { token: tokens.citizen });
    await waiting(holder, 1);
    const quick = await client.data('{ procedures(first: 1) { nodes { code } } }');
    assert.equal(quick.procedures.nodes.length, 1);
    const reply = await slow;
    assert.equal(reply.status, 503, reply.text);
    assert.match(reply.headers['retry-after'], /^\d+$/);
    assert.equal(reply.json.errors[0].extensions.code, 'TIMEOUT', reply.text);
  });
  await until('it is answered again', async () => (await client.post('{ events(first: 1) { nodes { id } } }', { token: tokens.citizen })).status === 200);
});

test('more requests than are taken at once are 503 with Retry-After', async () => {
  const own = await House.start('busy', { database: house.database, settings: { ...patience, MOTCUA_REQUESTS_MAX: '3' } });
  try {
    const token = own.token('citizen');
    const peer = own.client();
    await whileLocked('dossier_event', async (holder) => {
      const held = Array.from({ length: 3 }, () => peer.post('{ events(first: 1) { nodes { id } } }', { token }));
      await waiting(holder, 1);
      await until('three are in flight', async () => {
        const reply = await own.client().post('{ __typename }');
        return reply.status === 503 && reply.headers['retry-after'] && reply.json.errors[0].extensions.code === 'SERVICE_BUSY';
      });
      await holder.sql('ROLLBACK; BEGIN');
      for (const reply of await Promise.all(held)) assert.equal(reply.status, 200, reply.text);
    });
    assert.equal((await peer.post('{ __typename }')).status, 200);
  } finally {
    await own.stop();
  }
});

test('an answer beyond its limit of bytes or of memory says which', async () => {
  const all = '__schema { types { name fields { name type { name } args { name type { name } } } } }';
  const refused = async (settings, message) => {
    const own = await House.start('small', { database: house.database, settings });
    try {
      const reply = await own.client().post(`{ ${all} b: ${all} c: ${all} }`);
      assert.equal(reply.status, 400);
      assert.equal(reply.json.errors[0].message, message);
      assert.equal(reply.json.errors[0].extensions.code, 'LIMIT_EXCEEDED');
    } finally {
      await own.stop();
    }
  };
  await refused({ MOTCUA_REPLY_BYTES_MAX: '4096' }, 'The answer is too long (limit: 4096 bytes).');
  await refused({ MOTCUA_REQUEST_BYTES_MAX: '65536' }, 'The request takes too much memory (limit: 65536 bytes).');
});

test('a change that waits for another\'s lock is refused for now, is not made, and goes through later', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  const input = { idempotencyKey: key(), code, digitised: true };
  const holder = house.database.session();
  await holder.sql(`BEGIN; SELECT id FROM motcua.dossier WHERE code = '${code}' FOR UPDATE`);
  const reply = await client.post(accept, { token: tokens.officer, variables: { input } });
  assert.equal(reply.status, 503, reply.text);
  assert.match(reply.headers['retry-after'], /^\d+$/);
  await holder.sql('ROLLBACK');
  await holder.end();
  const { acceptDossier } = await client.data(accept, { token: tokens.officer, variables: { input } });
  assert.equal(acceptDossier.event?.seq, 3, JSON.stringify(acceptDossier));
});

test('clients that leave in the middle cost nobody anything', async () => {
  const restarts = (await house.metrics()).motcua_process_restarts_total;
  const documents = ['{ viewer { dossiers(first: 50) { nodes { code timeline(last: 5) { nodes { id dossier { code } } } } } } }',
    '{ events(first: 100) { nodes { id dossier { code } } } }', '{ procedures(first: 100) { nodes { name } } }',
    'subscription { dossierEvents { id dossier { code } } }'];
  for (let round = 0; round < 150; round++) {
    const peer = house.client();
    const document = documents[round % documents.length];
    const stream = peer.session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json',
      accept: document.startsWith('sub') ? 'text/event-stream' : 'application/json', authorization: `Bearer ${tokens.citizen}` });
    stream.on('error', () => {});
    stream.resume();
    stream.end(JSON.stringify({ query: document }));
    await sleep(round % 25);
    // By turns a reset of the stream, and the whole connection cut.
    if (round % 3) stream.close(http2.constants.NGHTTP2_CANCEL);
    await sleep(1);
    peer.close();
  }
  // The gauges are a second old at most, and the question for them is itself in flight.
  await until('nothing is in flight', async () => {
    const { motcua_requests_in_flight: requests, motcua_streams: streams } = await house.metrics();
    return requests <= 1 && streams === 0;
  });
  assert.equal((await house.metrics()).motcua_process_restarts_total, restarts);
});

test('a reload of the reference data takes nothing from a request that waits', async () => {
  const document = '{ viewer { dossiers(first: 20) { nodes { procedure { code name } receivedAgency { code name } timeline(last: 1) { nodes { id } } } } } }';
  const asking = patient.client();
  const before = await asking.data(document, { token: tokens.citizen });
  const during = await whileLocked('dossier_event', async (holder) => {
    const slow = asking.data(document, { token: tokens.citizen });
    await waiting(holder, 1);
    const other = house.database.session();
    for (let round = 0; round < 3; round++) {
      await other.sql("NOTIFY reference, 'agency'");
      await sleep(200);
    }
    await other.end();
    return () => slow;
  });
  assert.deepEqual(await during(), before);
});

test('a stream that finds the pool full ends to be asked again, and the process lives', async () => {
  const own = await House.start('full', { database: house.database, settings: { ...patience, MOTCUA_POOL_CONNECTIONS: '1', MOTCUA_PIPELINE_MAX: '1', MOTCUA_QUEUE_MAX: '2' } });
  try {
    const token = own.token('citizen');
    const peer = own.client();
    const children = own.children();
    await whileLocked('dossier_event', async (holder) => {
      const ask = () => peer.post('{ events(first: 1) { nodes { id } } }', { token });
      const held = [];
      for (let i = 0; i < 3; i++) {
        held.push(ask());
        await sleep(100);
      }
      await waiting(holder, 1);
      assert.equal((await ask()).json.errors[0].extensions.code, 'SERVICE_BUSY');
      const stream = await peer.events('subscription { dossierEvents { id } }', { token });
      await stream.end();
      assert.deepEqual([stream.status, stream.list, stream.complete], [503, [], false]);
      assert.match(stream.headers['retry-after'], /^\d+$/);
      await holder.sql('ROLLBACK; BEGIN');
      for (const reply of await Promise.all(held)) assert.equal(reply.status, 200, reply.text);
    });
    assert.deepEqual(own.children(), children);
  } finally {
    await own.stop();
  }
});

test('open streams are not requests in flight: others are still answered', async () => {
  const own = await House.start('streaming', { database: house.database, settings: { MOTCUA_REQUESTS_MAX: '3' } });
  try {
    const peer = own.client();
    const token = own.token('citizen');
    for (let i = 0; i < 6; i++) {
      const stream = await peer.events('subscription { dossierEvents { id } }', { token });
      assert.equal(stream.status, 200);
    }
    assert.equal((await peer.data('{ __typename }')).__typename, 'Query');
  } finally {
    await own.stop();
  }
});

test('a change whose client has left is made once or not at all', async () => {
  for (let round = 0; round < 30; round++) {
    const { code } = await handIn(client, tokens.citizen, where);
    const input = { idempotencyKey: key(), code, digitised: true };
    const peer = house.client();
    const stream = peer.session.request({ ':method': 'POST', ':path': '/graphql', 'content-type': 'application/json',
      authorization: `Bearer ${tokens.officer}` });
    stream.on('error', () => {});
    stream.resume();
    stream.end(JSON.stringify({ query: accept, variables: { input } }));
    await sleep(round % 15);
    if (round % 2) stream.close(http2.constants.NGHTTP2_CANCEL);
    peer.close();
    const { acceptDossier } = await client.data(accept, { token: tokens.officer, variables: { input } });
    assert.equal(acceptDossier.event?.seq, 3, JSON.stringify(acceptDossier));
    const { __typename } = await acceptIt(client, tokens.officer, code);
    assert.equal(__typename, 'StaleState');
  }
});

test('the introspection can be closed, and then nothing is suggested either', async () => {
  const own = await House.start('closed', { database: house.database, settings: { MOTCUA_DEVELOPMENT: 'no', MOTCUA_INTROSPECTION_OFFICER: 'no' } });
  try {
    const peer = own.client();
    const token = own.token('officer');
    for (const document of ['{ __schema { types { name } } }', '{ __type(name: "Viewer") { name } }', '{ a: __schema { queryType { name } } }']) {
      const reply = await peer.post(document, { token });
      assert.equal(reply.json.data, undefined, reply.text);
      assert.equal(reply.status, 400);
    }
    assert.deepEqual(await peer.data('{ __typename }', { token }), { __typename: 'Query' });
    assert.doesNotMatch((await peer.post('{ viewr { name } }', { token })).text, /Did you mean|viewer/);
    assert.match((await client.post('{ viewr { name } }')).text, /Did you mean \\"viewer\\"/);
  } finally {
    await own.stop();
  }
});
