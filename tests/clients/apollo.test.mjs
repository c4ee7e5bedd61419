// @apollo/client: query, automatic persisted queries, multipart subscription, as its guide sets them up.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { House, handIn, key, place, within } from '../e2e/support.mjs';
import { fetchOf } from './fetch.mjs';

let house;
let citizen;
const nets = [];
before(async () => {
  house = await House.start('apollo');
  citizen = house.token('citizen');
});
after(async () => {
  for (const net of nets) net.close();
  await house.stop();
});

function apollo(...links) {
  const net = fetchOf(house);
  nets.push(net);
  const http = new HttpLink({ uri: `${house.origin}/graphql`, fetch: net.fetch,
    headers: { authorization: `Bearer ${citizen}` } });
  const client = new ApolloClient({ link: ApolloLink.from([...links, http]), cache: new InMemoryCache(),
    clientAwareness: { name: 'motcua-tests', version: '1.0.0' } });
  return { client, sent: net.sent };
}

const home = gql`query Home($first: Int!) { viewer { id dossiers(first: $first) { nodes { id code state } } } }`;

test('a query with variables gives data', async () => {
  const { client } = apollo();
  const { data } = await client.query({ query: home, variables: { first: 3 } });
  assert.equal(data.viewer.dossiers.nodes.length, 3);
  client.stop();
});

test('an error of a document is a CombinedGraphQLErrors with our code', async () => {
  const { client } = apollo();
  await assert.rejects(client.query({ query: gql`{ nothing }` }), (error) => {
    assert.match(JSON.stringify(error.errors ?? error.message), /Cannot query field/);
    return true;
  });
  client.stop();
});

test('the persisted-queries link sends the text once, then the hash alone', async () => {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const { client, sent } = apollo(new PersistedQueryLink({ sha256 }));
  const ask = (first) => client.query({ query: home, variables: { first }, fetchPolicy: 'no-cache' });
  assert.equal((await ask(2)).data.viewer.dossiers.nodes.length, 2);
  assert.deepEqual(sent.map(({ body }) => 'query' in JSON.parse(body)), [false, true]);
  assert.equal((await ask(4)).data.viewer.dossiers.nodes.length, 4);
  assert.equal(sent.length, 3);
  assert.ok(!('query' in JSON.parse(sent[2].body)));
  client.stop();
});

test('a mutation answers its union', async () => {
  const { client } = apollo();
  const { data } = await client.mutate({
    mutation: gql`mutation Leave($input: RemoveDeviceInput!) { removeDevice(input: $input) { __typename } }`,
    variables: { input: { idempotencyKey: key(), id: '00000000-0000-7000-8000-000000000000' } } });
  assert.ok(data.removeDevice.__typename);
  client.stop();
});

test('a multipart subscription ticks', async () => {
  house.database.number();
  const { client } = apollo();
  const peer = house.client();
  let subscription;
  const tick = new Promise((resolve, reject) => {
    subscription = client.subscribe({ query: gql`subscription { dossierEvents { id event } }` })
      .subscribe({ next: resolve, error: reject });
  });
  const made = (async () => {
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await handIn(peer, citizen, place(house.database));
    house.ring();
  })();
  const { data } = await within('apollo\'s subscription ticks', tick);
  await made;
  assert.equal(data.dossierEvents.event, 'createDraft');
  subscription.unsubscribe();
  client.stop();
});
