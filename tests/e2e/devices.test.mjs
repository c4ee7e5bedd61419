// Devices: an address has one owner, who is sent what concerns them, and stops when told to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, failure, key } from './support.mjs';

let house;
let client;
let citizen;
let citizen2;
before(async () => {
  house = await House.start('devices');
  client = house.client();
  citizen = house.token('citizen');
  citizen2 = house.token('citizen2');
});
after(() => house.stop());

const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) {
  ... on DeviceRegistered { device { id kind registeredAt } } ${failure} ... on GuardFailed { problems { path message } } } }`;
const remove = `mutation($input: RemoveDeviceInput!) { removeDevice(input: $input) { ... on DeviceRemoved { id } ${failure} } }`;
const run = async (document, token, input) =>
  Object.values(await client.data(document, { token, variables: { input: { idempotencyKey: key(), ...input } } }))[0];
const owner = (address) => house.database.sql(`SELECT coalesce(owner_subject, -owner_officer) FROM device WHERE address = '${address}'`);

test('a device is registered once, however often it comes', async () => {
  const input = { kind: 'FCM', address: 'token-of-a-phone-1' };
  const first = await run(register, citizen, input);
  assert.equal(first.device?.kind, 'FCM', JSON.stringify(first));
  const again = await run(register, citizen, { ...input, locale: 'en' });
  assert.equal(again.device.id, first.device.id);
  assert.equal(owner(input.address), '1');
  const { node } = await client.data('query($id: ID!) { node(id: $id) { id __typename ... on Device { kind } } }',
    { token: citizen, variables: { id: first.device.id } });
  assert.deepEqual(node, { id: first.device.id, __typename: 'Device', kind: 'FCM' });
});

test('registering takes an address from its former owner, under a new id', async () => {
  const input = { kind: 'WEBPUSH', address: 'https://push.example/one', ...keys };
  const first = await run(register, citizen, input);
  const second = await run(register, citizen2, input);
  assert.ok(second.device, JSON.stringify(second));
  assert.notEqual(second.device.id, first.device.id);
  assert.equal(owner(input.address), '2');
  const seen = async (token, id) => (await client.data('query($id: ID!) { node(id: $id) { id } }', { token, variables: { id } })).node;
  assert.equal(await seen(citizen, first.device.id), null);
  assert.equal(await seen(citizen, second.device.id), null);
  assert.deepEqual(await seen(citizen2, second.device.id), { id: second.device.id });
});

test('removeDevice removes one\'s own; another\'s and an unknown one get the same answer', async () => {
  const { device } = await run(register, citizen, { kind: 'FCM', address: 'token-of-a-phone-2' });
  const foreign = await run(remove, citizen2, { id: device.id });
  const unknown = await run(remove, citizen2, { id: '01a218ea-2e89-715a-bdc8-000000000000' });
  assert.equal(foreign.code, 'NOT_ALLOWED');
  assert.deepEqual(foreign, unknown);
  assert.deepEqual(await run(remove, citizen2, { id: 'x' }), unknown);
  const input = { idempotencyKey: key(), id: device.id };
  assert.deepEqual(await run(remove, citizen, input), { id: device.id });
  assert.deepEqual(await run(remove, citizen, input), { id: device.id }, 'the same key, the same answer');
  assert.equal(owner('token-of-a-phone-2'), '');
  assert.equal((await run(remove, citizen, { id: device.id })).code, 'NOT_ALLOWED');
});

test('what is no address or no key is said, in the viewer\'s language', async () => {
  const bad = await run(register, citizen, { kind: 'WEBPUSH', address: 'http://push.example/x', p256dh: 'short', auth: 'short', locale: 'fr' });
  assert.equal(bad.code, 'GUARD_FAILED', JSON.stringify(bad));
  assert.deepEqual(bad.problems.map(({ path }) => path), ['address', 'p256dh', 'auth', 'locale']);
  const { problems } = await run(register, citizen, { kind: 'FCM', address: 'short' });
  assert.deepEqual(problems, [{ path: 'address', message: 'Địa chỉ nhận thông báo không hợp lệ.' }]);
});

test('a partner has no device', async () => {
  assert.equal((await run(register, house.token('partner'), { kind: 'FCM', address: 'token-of-a-phone-3' })).code, 'NOT_ALLOWED');
});
