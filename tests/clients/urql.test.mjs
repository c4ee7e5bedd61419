// @urql/core: query, GET, mutation, subscription by graphql-sse, as its guide sets them up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSse } from 'graphql-sse';
import { House, handIn, key, place, within } from '../e2e/support.mjs';
import { fetchOf } from './fetch.mjs';

let house;
let net;
let client;
let citizen;
before(async () => {
  house = await House.start('urql');
  citizen = house.token('citizen');
  net = fetchOf(house);
  const url = `${house.origin}/graphql`;
  const authorization = { authorization: `Bearer ${citizen}` };
  const sse = createSse({ url, fetchFn: net.fetch, headers: authorization, retryAttempts: 0 });
  client = new Client({
    url, fetch: net.fetch, fetchOptions: { headers: authorization }, preferGetMethod: false,
    exchanges: [cacheExchange, fetchExchange, subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: sse.subscribe({ query, variables }, sink) }),
      }),
    })],
  });
});
after(async () => {
  net.close();
  await house.stop();
});

const home = `query Home($first: Int!) { viewer { dossiers(first: $first) { nodes { id code state } } } }`;

test('a query with variables gives data, and the second time it comes from the cache', async () => {
  const { data, error } = await client.query(home, { first: 3 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.viewer.dossiers.nodes.length, 3);
  const asked = net.sent.length;
  assert.deepEqual((await client.query(home, { first: 3 }).toPromise()).data, data);
  assert.equal(net.sent.length, asked);
});

test('a query goes by GET when that is preferred', async () => {
  const { data, error } = await client.query('query Who { viewer { id } }', {}, { preferGetMethod: 'force' }).toPromise();
  assert.equal(error, undefined);
  assert.ok(data.viewer.id);
  assert.equal(net.sent.at(-1).method, 'GET');
});

test('an error of a document is a CombinedError with our message', async () => {
  const { error } = await client.query('{ nothing }', {}).toPromise();
  assert.match(error.graphQLErrors[0].message, /Cannot query field "nothing"/);
});

test('a mutation answers its union', async () => {
  const { data, error } = await client.mutation(
    'mutation Leave($input: RemoveDeviceInput!) { removeDevice(input: $input) { __typename } }',
    { input: { idempotencyKey: key(), id: '00000000-0000-7000-8000-000000000000' } }).toPromise();
  assert.equal(error, undefined);
  assert.ok(data.removeDevice.__typename);
});

test('a subscription ticks', async () => {
  house.database.number();
  const peer = house.client();
  let unsubscribe;
  const tick = new Promise((resolve) => {
    ({ unsubscribe } = client.subscription('subscription { dossierEvents { id event } }', {}).subscribe((result) => {
      if (result.data) resolve(result);
    }));
  });
  const made = (async () => {
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await handIn(peer, citizen, place(house.database));
    house.ring();
  })();
  const { data } = await within('urql\'s subscription ticks', tick);
  await made;
  assert.equal(data.dossierEvents.event, 'createDraft');
  unsubscribe();
});
