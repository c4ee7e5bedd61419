// Where a partner wants to be told: endpoints added, changed, rotated and removed by mutation; the secret is shown once.
import assert from 'node:assert/strict';
import { createDecipheriv, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { House, failure, key } from './support.mjs';

let house;
let client;
let taxCode;
let manager;
before(async () => {
  house = await House.start('webhooks');
  client = house.client();
  taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  house.database.sql('INSERT INTO partner (id) VALUES (5001); INSERT INTO seat (person, organisation, since) VALUES (2, 5001, current_date)');
  manager = holding('webhooks.manage');
});
after(() => house.stop());

function holding(held, environment = 'LIVE') {
  const token = house.token('partner');
  house.database.sql(`UPDATE session SET scopes = '{${held}}', environment = '${environment}' WHERE id = '${decodeJwt(token).sid}'`);
  return token;
}

const fields = 'id clientId environment url kinds description state createdAt disabledAt formerSecretUntil';
const problems = '... on GuardFailed { problems { path message } }';
const documents = {
  addWebhookEndpoint: `... on WebhookEndpointAdded { endpoint { ${fields} } secret }`,
  updateWebhookEndpoint: `... on WebhookEndpointChanged { endpoint { ${fields} } }`,
  rotateWebhookSecret: `... on WebhookSecretRotated { endpoint { ${fields} } secret }`,
  removeWebhookEndpoint: '... on WebhookEndpointRemoved { id }',
};
async function run(name, input, token = manager, on = client) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const data = await on.data(`mutation($input: ${type}!) { it: ${name}(input: $input) { __typename ${documents[name]} ${failure} ${problems} } }`,
    { token, variables: { input: { idempotencyKey: key(), ...input } } });
  return data.it;
}
const url = 'https://hooks.partner.vn/motcua?token=abc';
const add = (input = {}, token = manager, on = client) => run('addWebhookEndpoint', { environment: 'LIVE', url, ...input }, token, on);
const listed = async (token = manager) => (await client.data(`{ viewer { webhookEndpoints { ${fields} } } }`, { token })).viewer.webhookEndpoints;
const clear = () => house.database.sql('UPDATE webhook_endpoint SET removed_at = now() WHERE removed_at IS NULL');

const bytesOf = (secret) => {
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  return Buffer.from(secret.slice(6), 'base64');
};
// What the database keeps, opened with the server's key ring by Node's own AES-GCM.
function sealedIn(endpoint) {
  const ring = readFileSync(join(house.state, 'key_ring'), 'utf8');
  const [, cellKey] = /^CELL 1 (\S+)$/m.exec(ring);
  return house.database.sql(`SELECT id, encode(secret, 'hex'), until IS NULL FROM webhook_secret WHERE endpoint = '${endpoint}' ORDER BY no`).split('\n')
    .map((line) => line.split('|')).map(([id, hex, current]) => {
      const cell = Buffer.from(hex, 'hex');
      const aad = Buffer.from(['webhook_secret', 'secret', id].map((part) => `${part.length}:${part}`).join(''));
      const decipher = createDecipheriv('aes-256-gcm', Buffer.from(cellKey, 'base64url'), cell.subarray(3, 15)).setAAD(aad).setAuthTag(cell.subarray(-16));
      return { current: current === 't', bytes: Buffer.concat([decipher.update(cell.subarray(15, -16)), decipher.final()]) };
    });
}

test('R6: a partner adds an endpoint by its key; the secret is shown once and kept sealed', async () => {
  const input = { idempotencyKey: key(), kinds: ['accept', 'complete'], description: 'Máy chủ chính' };
  const added = await add(input);
  assert.equal(added.__typename, 'WebhookEndpointAdded', JSON.stringify(added));
  const { createdAt, id, ...rest } = added.endpoint;
  assert.deepEqual(rest, { clientId: house.database.sql('SELECT public_id FROM subject WHERE id = 5001'), environment: 'LIVE', url, kinds: ['accept', 'complete'],
    description: 'Máy chủ chính', state: 'ACTIVE', disabledAt: null, formerSecretUntil: null });
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
  const secret = bytesOf(added.secret);
  assert.equal(secret.length, 32);
  assert.deepEqual(sealedIn(id), [{ current: true, bytes: secret }]);
  assert.deepEqual(await add(input), { ...added, secret: null }, 'a repeat is the same endpoint without its secret');
  assert.deepEqual(await listed(), [added.endpoint]);
  const everything = house.database.sql(`SELECT string_agg(t::text, ' ') FROM (SELECT audit::text FROM audit UNION ALL SELECT idempotency::text FROM idempotency
    UNION ALL SELECT webhook_endpoint::text FROM webhook_endpoint UNION ALL SELECT webhook_secret::text FROM webhook_secret) AS x (t)`);
  for (const text of [added.secret.slice(6), secret.toString('hex')]) {
    assert.ok(!everything.includes(text), 'not in the database');
    assert.ok(!house.server.log.includes(text), 'nor in the log');
  }
  clear();
});

test('R6: an administrator of the organisation does with a second factor what a key does by webhooks.manage', async () => {
  const person = house.token('citizen2');
  assert.equal((await add({}, person)).__typename, 'NotAllowed', 'a person names the organisation');
  const added = await add({ taxCode, environment: 'TEAM' }, person);
  assert.equal(added.endpoint.environment, 'TEAM', JSON.stringify(added));
  assert.deepEqual(await listed(person), [added.endpoint]);
  assert.deepEqual(await listed(), [], 'a live key does not see it');
  assert.equal((await run('updateWebhookEndpoint', { id: added.endpoint.id, state: 'DISABLED' }, manager)).__typename, 'NotAllowed', 'nor change it');
  for (const [who, token] of [['another person', house.token('citizen')], ['a key without the scope', holding('dossiers.read,keys.manage')], ['a test key', holding('webhooks.manage', 'TEST')]]) {
    assert.equal((await add({ taxCode }, token)).__typename, 'NotAllowed', who);
    for (const name of ['updateWebhookEndpoint', 'rotateWebhookSecret', 'removeWebhookEndpoint'])
      assert.equal((await run(name, { id: added.endpoint.id }, token)).__typename, 'NotAllowed', `${who}: ${name}`);
  }
  house.database.sql(`UPDATE session SET stepped_up_at = NULL WHERE id = '${decodeJwt(person).sid}'`);
  assert.equal((await add({ taxCode }, person)).__typename, 'StepUpRequired');
  for (const name of ['updateWebhookEndpoint', 'rotateWebhookSecret', 'removeWebhookEndpoint'])
    assert.equal((await run(name, { id: added.endpoint.id }, person)).__typename, 'StepUpRequired', name);
  clear();
});

test('R6: a rotated secret counts beside the one before for 24 hours; rotating twice ends the first', async () => {
  const { endpoint, secret } = await add();
  const input = { id: endpoint.id, idempotencyKey: key() };
  const first = await run('rotateWebhookSecret', input);
  assert.notEqual(first.secret, secret);
  assert.ok(Math.abs(Date.parse(first.endpoint.formerSecretUntil) - Date.now() - 86_400_000) < 60_000, first.endpoint.formerSecretUntil);
  assert.deepEqual(sealedIn(endpoint.id), [{ current: false, bytes: bytesOf(secret) }, { current: true, bytes: bytesOf(first.secret) }]);
  assert.deepEqual(await run('rotateWebhookSecret', input), { ...first, secret: null }, 'a repeat rotates nothing');
  const second = await run('rotateWebhookSecret', { id: endpoint.id });
  assert.deepEqual(sealedIn(endpoint.id), [{ current: false, bytes: bytesOf(first.secret) }, { current: true, bytes: bytesOf(second.secret) }]);
  house.database.sql(`UPDATE webhook_secret SET until = now() WHERE until IS NOT NULL`);
  assert.equal((await listed())[0].formerSecretUntil, null, 'after that it counts no more');
  clear();
});

test('an endpoint is changed in what is named, and removed', async () => {
  const { endpoint } = await add({ kinds: ['submit'], description: 'A' });
  const { id } = endpoint;
  const paused = await run('updateWebhookEndpoint', { id, state: 'DISABLED' });
  assert.equal(paused.endpoint.state, 'DISABLED', JSON.stringify(paused));
  assert.ok(Date.parse(paused.endpoint.disabledAt) <= Date.now() + 1000);
  assert.deepEqual({ ...paused.endpoint, state: 'ACTIVE', disabledAt: null }, endpoint);
  const changed = await run('updateWebhookEndpoint', { id, state: 'ACTIVE', url: 'https://other.partner.vn/', kinds: [], description: 'B' });
  assert.deepEqual(changed.endpoint, { ...endpoint, url: 'https://other.partner.vn/', kinds: [], description: 'B' });
  assert.deepEqual((await run('updateWebhookEndpoint', { id, url: null, kinds: null, state: null, description: null })).endpoint, changed.endpoint, 'null changes nothing');
  assert.deepEqual(await run('removeWebhookEndpoint', { id }), { __typename: 'WebhookEndpointRemoved', id });
  assert.deepEqual(await listed(), []);
  for (const name of ['updateWebhookEndpoint', 'rotateWebhookSecret', 'removeWebhookEndpoint']) {
    assert.equal((await run(name, { id })).__typename, 'NotAllowed', name);
    for (const nobody of [randomUUID(), 'x', '']) assert.equal((await run(name, { id: nobody })).__typename, 'NotAllowed', `${name} of ${nobody}`);
  }
});

test('a partner has ten endpoints and no more', async () => {
  for (let i = 0; i < 10; i++) assert.equal((await add({ url: `https://hooks.partner.vn/${i}` })).__typename, 'WebhookEndpointAdded', String(i));
  const eleventh = await add();
  assert.deepEqual([eleventh.__typename, eleventh.problems?.[0].path], ['GuardFailed', 'url']);
  assert.equal((await listed()).length, 10);
  assert.equal((await run('removeWebhookEndpoint', { id: (await listed())[9].id })).__typename, 'WebhookEndpointRemoved');
  assert.equal((await add()).__typename, 'WebhookEndpointAdded');
  clear();
});

// The whole table is a unit test's (tests/unit/io/test_egress.c); here: that it is asked.
test('what is no address to send to, no kind and no description is refused by name', async () => {
  const { endpoint: { id } } = await add();
  const wrong = [
    ...['http://hooks.partner.vn/', 'https://127.0.0.1/', 'https://169.254.169.254/latest/meta-data/', 'https://[::ffff:127.0.0.1]/', 'https://2130706433/', 'https://0.0.0.0/',
      'https://localhost/', 'https://postgres.internal/', 'https://user@hooks.partner.vn/', 'https://hooks.partner.vn:8443/', 'https://hooks.partner.vn/#x', 'https://hồ-sơ.vn/',
      `https://hooks.partner.vn/${'x'.repeat(2024)}`, 'x', ''].map((each) => ({ url: each })),
    { kinds: ['everything'] }, { kinds: Array(33).fill('submit') }, { description: '' }, { description: 'ư'.repeat(201) },
  ];
  for (const each of wrong) {
    for (const reply of [await add(each), await run('updateWebhookEndpoint', { id, ...each })])
      assert.deepEqual([reply.__typename, reply.problems?.map(({ path }) => path)], ['GuardFailed', Object.keys(each)], JSON.stringify(each));
  }
  const longest = await run('updateWebhookEndpoint', { id, url: `https://hooks.partner.vn/${'x'.repeat(2023)}`, kinds: Array(32).fill('submit'), description: 'ư'.repeat(200) });
  assert.deepEqual([longest.endpoint?.url.length, longest.endpoint?.kinds], [2048, ['submit']], JSON.stringify(longest).slice(0, 200));
  clear();
});

test('the sandbox of a workshop tells this machine itself; a server in earnest does not', async () => {
  const here = { environment: 'TEST', url: 'http://127.0.0.1:8080/hook' };
  const tester = holding('webhooks.manage', 'TEST');
  const { endpoint } = await add(here, tester);
  assert.equal(endpoint.url, here.url);
  assert.equal((await run('updateWebhookEndpoint', { id: endpoint.id, url: 'http://127.0.0.1/' }, tester)).__typename, 'WebhookEndpointChanged');
  assert.deepEqual((await add({ url: here.url })).problems?.[0].path, 'url', 'nothing live goes there');
  const earnest = await House.start('webhooks-earnest', { database: house.database,
    settings: { MOTCUA_DEVELOPMENT: 'no', MOTCUA_TOKEN_KEYS: readFileSync(join(house.state, 'token.keys'), 'utf8').trim() } });
  try {
    assert.deepEqual((await add(here, tester, earnest.client())).problems?.map(({ path }) => path), ['url']);
    assert.equal((await add({ ...here, url }, tester, earnest.client())).__typename, 'WebhookEndpointAdded');
  } finally {
    await earnest.stop();
  }
  clear();
});

test('R6: a suspended partner\'s endpoints are out of reach', async () => {
  const { endpoint: { id } } = await add();
  assert.equal(house.command('partner', 'suspend', taxCode).code, 0);
  const person = house.token('citizen2');
  assert.equal((await add({ taxCode }, person)).__typename, 'NotAllowed');
  assert.equal((await run('updateWebhookEndpoint', { id, state: 'ACTIVE' }, person)).__typename, 'NotAllowed');
});
